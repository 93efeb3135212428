"""`picasso-tb add-images`: pictures become probes of a run."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.commands.model_options import files_of
from picasso_tb.commands.progress import counted
from picasso_tb.commands.run_options import add_run_options, run_of
from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.probes import read_probes
from picasso_tb.logging.writer import Writer
from picasso_tb.models.input_spec import refuse_pictures
from picasso_tb.store.index import RunIndex
from picasso_tb.store.picture import pixels_of
from picasso_tb.store.records import ModelRecord


def add_to(commands: Any) -> None:
    """Offer the command among those of the command line."""
    parser = commands.add_parser("add-images", help="log pictures to look at")
    parser.add_argument("images", nargs="+", help="picture files, or patterns such as '*.jpg'")
    add_run_options(parser)
    parser.add_argument("--masks", metavar="DIR", type=Path, help="regions: pictures of the same file names")
    parser.add_argument("--label", type=int, help="true class of all of them, counted from 0")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """
    Raises:
        PicassoError: pictures or masks cannot be read, and which; the others are logged.
    """
    files = files_of(options.images, "images")
    regions = _files_of_masks(options.masks, files) if options.masks else {}
    region = options.masks.resolve().name if options.masks else ""
    models = _models_in(run_of(options))
    _refuse_no_class(models, options.label)
    channels = {model.channels for model in models}
    if len(channels) == 1:
        refuse_pictures(channels.pop())
    labels = None if options.label is None else [options.label]
    logged, left_out = [], []
    with Writer(run_of(options), strict=True) as writer:
        for file in counted(files, "picture"):
            try:
                masks = {region: [_mask(regions[file])]} if file in regions else None
                probes = read_probes([file], labels=labels, masks=masks)
            except InvalidArgument as error:
                left_out.append(f"{file}: {error.message}")
                continue
            writer.add_read_probes(probes)
            logged.append(file)
    if logged:
        print(f"{len(logged)} {'picture is' if len(logged) == 1 else 'pictures are'} in {run_of(options)}")
    without = len(logged) - len(regions.keys() & logged)
    if options.masks and without:
        print(f"  {without} of them without a mask in {options.masks}")
    if logged and not models:
        print("  The run holds no model yet: picasso-tb add-model")
    if left_out:
        raise InvalidArgument(
            "\n  ".join([f"{len(left_out)} of {len(files)} pictures were left out:", *left_out]), "images"
        )


def _refuse_no_class(models: Sequence[ModelRecord], label: int | None) -> None:
    """
    Raises:
        InvalidArgument: one of the models has no such class, or no model may have it.
    """
    if label is not None and label < 0:
        raise InvalidArgument(f"--label: Expected 0 or more. Received: {label}", "label")
    for model in models:
        if label is not None and label >= model.classes:
            raise InvalidArgument(
                f"--label: Expected 0 to {model.classes - 1}, the classes of model {model.name!r}. Received: "
                f"{label}",
                "label",
            )


def _models_in(run: str) -> list[ModelRecord]:
    index = RunIndex(run, run)
    index.refresh()
    return list(index.models.values())


def _files_of_masks(folder: Path, pictures: Sequence[Path]) -> dict[Path, Path]:
    """The mask of each picture that has one: of its name, whatever the ending.

    Raises:
        InvalidArgument: there is no such folder, or none is of the name of any picture.
    """
    if not folder.is_dir():
        raise InvalidArgument(f"--masks: Expected a folder. Received: {str(folder)!r}", "masks")
    found = {one: sorted(folder.glob(f"{_literal(one.stem)}.*")) for one in pictures}
    masks = {picture: files[0] for picture, files in found.items() if files}
    if not masks:
        raise InvalidArgument(
            f"--masks: Expected pictures of the same file names. Received: {str(folder)!r}, with none of "
            f"{pictures[0].stem!r}",
            "masks",
        )
    return masks


def _mask(file: Path) -> npt.NDArray[np.bool_]:
    """The region that a mask shows, bright inside.

    Raises:
        InvalidArgument: it cannot be read.
    """
    try:
        with PIL.Image.open(file) as image:
            pixels = pixels_of(image)
    except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError) as error:
        raise InvalidArgument(
            f"masks: Expected a picture. Received: {str(file)!r} ({error})", "masks"
        ) from None
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    return np.asarray(grey > 127)


def _literal(stem: str) -> str:
    """For a pattern, in which brackets and stars of a file's name mean something else."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)
