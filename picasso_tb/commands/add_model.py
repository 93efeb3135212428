"""`picasso-tb add-model`: a model that some program saved becomes a run to look at."""

import argparse
from pathlib import Path
from typing import Any

from picasso_tb.commands.model_options import add_model_options, names_of, opened, settings_of
from picasso_tb.commands.progress import telling
from picasso_tb.commands.run_options import add_run_options, how_to_look, run_of
from picasso_tb.logging.arguments import check_step
from picasso_tb.logging.class_names import read_class_names
from picasso_tb.logging.writer import Writer
from picasso_tb.models.snapshot import architecture_of


def add_to(commands: Any) -> None:
    """Offer the command among those of the command line."""
    parser = commands.add_parser("add-model", help="log a saved model, to look at it without a training")
    parser.add_argument(
        "model", type=Path, help=".keras, .h5, architecture .json, SavedModel folder, TF1 .meta"
    )
    add_run_options(parser)
    parser.add_argument("--name", default="model", help="tells models of one run apart (default: model)")
    parser.add_argument("--step", type=int, default=0, help="of its weights (default: 0)")
    add_model_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """
    Raises:
        PicassoError: the model cannot be opened, or not be logged.
    """
    step = check_step(options.step)
    settings = settings_of(options, options.model)
    location = run_of(options)
    with telling(f"reading {options.model}"):
        snapshot = opened(options.model, settings)
    with telling(f"writing to {location}"), Writer(location, strict=True) as writer:
        names = names_of(settings)
        writer.add_model(snapshot, name=options.name, class_names=names, input_spec=settings.input)
        writer.add_checkpoint(snapshot, step, name=options.name)
    given = read_class_names(names)
    found = architecture_of(snapshot, given if isinstance(given, list) else None)
    size = f"{found.height or 'any'} x {found.width or 'any'} x {found.channels or 'any'}"
    gives = f"{found.classes} classes" if found.classes > 1 else "one value"
    print(f"{options.model}: {snapshot.format}, input {size}, {gives}, step {options.step}")
    for note in found.notes:
        print(f"  {note}")
    print(f"Look at it: {how_to_look(options.logdir, settings)}")
