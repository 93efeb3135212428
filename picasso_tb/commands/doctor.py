"""`picasso-tb doctor`: what can be done with a model file, and what can't, and why."""

import argparse
import functools
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import picasso_tb.visualizations  # noqa: F401  (fills the catalogue)
from picasso_tb.commands.model_options import add_model_options, names_of, opened, settings_of
from picasso_tb.commands.settings_file import ModelSettings
from picasso_tb.errors import PicassoError
from picasso_tb.logging.class_names import class_names_for, read_class_names
from picasso_tb.logging.probes import read_probes
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.checked_model import CheckedModel
from picasso_tb.models.input_spec import PIXELS_AS_THEY_ARE, refuse_pictures
from picasso_tb.models.loading import LoadedModel, load
from picasso_tb.models.protocol import Head, Images, probabilities
from picasso_tb.models.snapshot import Snapshot, architecture_of
from picasso_tb.visualizations.declare import CATALOGUE

_SIDE = 224  # of the picture, where the model takes any size
_PASSES = 3  # of which the fastest counts

Lines = Iterator[tuple[str, str]]


def add_to(commands: Any) -> None:
    """Offer the command among those of the command line."""
    parser = commands.add_parser(
        "doctor", help="say what can be done with a model file, and what not and why"
    )
    parser.add_argument("models", nargs="+", type=Path, help="as for add-model")
    parser.add_argument("--image", type=Path, help="picture to predict (default: one of noise)")
    add_model_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """
    Raises:
        PicassoError: one of the models can't be used; what is wrong with each was printed.
    """
    refused = 0
    for model in options.models:
        print(model)
        try:
            for name, value in _report(model, settings_of(options, model), options.image):
                print(f"  {name:14} {value}", flush=True)
        except PicassoError as error:
            refused += 1
            print(f"  {'refused':14} {error.message}")
    if refused:
        raise PicassoError(f"{refused} of {len(options.models)} models can't be used")


def _report(path: Path, settings: ModelSettings, image: Path | None) -> Lines:
    snapshot = opened(path, settings)
    given = read_class_names(names_of(settings))
    architecture = architecture_of(snapshot, given if isinstance(given, list) else None)
    names = class_names_for(given, architecture.classes)
    if settings.file:
        yield "settings", f"{settings.file} and the flags"
    yield from _about(snapshot)
    spec = settings.input or PIXELS_AS_THEY_ARE
    model = load(architecture.config, snapshot.weights, spec)
    yield "head", _head(model)
    bounds = model.value_range
    yield "values", f"{float(bounds.low.min()):.4g} to {float(bounds.high.max()):.4g}"
    for note in (*spec.notes, *model.notes):
        yield "note", note
    pictures = _picture(model, architecture, image)
    chances = probabilities(CheckedModel(model).scores(pictures), model.head)[0]
    named = names or ["value"] if model.head is Head.NUMBER else names
    best = [
        (named[index] if named else f"class {index}", chances[index]) for index in np.argsort(-chances)[:3]
    ]
    digits = 4 if model.head is Head.NUMBER else 2
    said = ", ".join(f"{name} {chance:.{digits}g}" for name, chance in best)
    yield "prediction", f"{image or 'noise'}: {said}"
    yield "forward", _milliseconds(lambda: model.scores(pictures))
    obstacle = _obstacle(model, architecture, pictures)
    slopes = functools.partial(model.gradients, pictures, np.zeros((1, 1), np.int64))
    yield "gradient", obstacle or _milliseconds(slopes)
    yield from _methods(architecture, obstacle)


def _head(model: LoadedModel) -> str:
    taken = f"{model.score_name} taken {model.score_source}"
    if model.head is Head.NUMBER:
        return f"one value, no classes: {taken}"
    return f"{model.classes} classes, {model.head.value}: {taken}"


def _about(snapshot: Snapshot) -> Lines:
    found = snapshot.architecture
    sides = [side or "any" for side in (found.height, found.width, found.channels)]
    arrays = [math.prod(weight.shape) for weight in found.weights]
    yield "format", snapshot.format
    yield "input", "height {}, width {}, channels {}".format(*sides)
    yield "weights", f"{sum(arrays):,} numbers in {len(arrays)} arrays"


def _picture(model: LoadedModel, architecture: Architecture, image: Path | None) -> Images:
    """(1, h, w, c)."""
    if image:
        spec = model.input_spec.complete(architecture.height, architecture.width, architecture.channels)
        refuse_pictures(architecture.channels)
        probe = read_probes([image])[0]
        return spec.prepare(probe.content)[None]
    spec, bounds = model.input_spec, model.value_range
    shape = (1, spec.height or _SIDE, spec.width or _SIDE, len(bounds.low))
    return np.random.default_rng(0).uniform(bounds.low, bounds.high, shape).astype(np.float32)


def _obstacle(model: LoadedModel, architecture: Architecture, pictures: Images) -> str:
    """Why there is no gradient; empty where there is one."""
    if "gradients" not in architecture.offers:
        return "none: nothing between picture and scores has a slope"
    try:
        model.gradients(pictures, np.zeros((1, 1), np.int64))
    except PicassoError as error:
        return f"refused: {error.message}"
    return ""


def _methods(architecture: Architecture, obstacle: str) -> Lines:
    """
    Args:
        obstacle: why there is no gradient, if so.
    """
    for name, method in CATALOGUE.items():
        needed = method.needs.value
        if needed not in architecture.offers:
            yield name, f"no: it needs {needed}, which this model does not give"
        elif needed == "gradients" and obstacle:
            yield name, "no: it needs gradients, which are refused"
        else:
            yield name, "yes"


def _milliseconds(work: Callable[[], object]) -> str:
    """After a first time, which compiles."""
    work()
    taken = []
    for _ in range(_PASSES):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return f"{1000 * min(taken):.1f} ms a picture"
