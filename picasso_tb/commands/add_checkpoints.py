"""`picasso-tb add-checkpoints`: saved checkpoints of a training become steps of a run; linked, not copied."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from picasso_tb.commands.model_options import add_model_options, files_of, names_of, opened, settings_of
from picasso_tb.commands.progress import counted
from picasso_tb.commands.run_options import add_run_options, how_to_look, run_of
from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.writer import Writer
from picasso_tb.store.folder import Folder
from picasso_tb.store.link import link_to

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def add_to(commands: Any) -> None:
    """Offer the command among those of the command line."""
    parser = commands.add_parser("add-checkpoints", help="log the saved checkpoints of a training, as links")
    parser.add_argument("checkpoints", nargs="+", help="model files, or patterns such as 'ckpts/*.keras'")
    add_run_options(parser)
    parser.add_argument("--name", default="model", help="tells models of one run apart (default: model)")
    parser.add_argument(
        "--model", type=Path, help="the architecture, where the checkpoints are files of weights alone"
    )
    parser.add_argument("--copy", action="store_true", help="keep the weights in the log directory, too")
    add_model_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """
    Raises:
        PicassoError: a step is not told by the names, or a checkpoint cannot be opened.
    """
    location = run_of(options)
    if not options.copy and not Folder(location).is_local:
        raise InvalidArgument(
            "--logdir: Expected a directory of this machine, where links lead somewhere. Received: "
            f"{location!r}. Add --copy to keep the weights there",
            "logdir",
        )
    files = files_of(options.checkpoints, "checkpoints")
    steps = steps_of(files)
    ordered = sorted(files, key=lambda file: steps[file])
    with Writer(location, strict=True) as writer:
        for number, file in enumerate(counted(ordered, "checkpoint")):
            model, weights = (options.model, str(file)) if options.model else (file, None)
            settings = settings_of(options, model)
            snapshot = opened(model, settings, weights)
            if number == 0:
                names = names_of(settings)
                writer.add_model(snapshot, name=options.name, class_names=names, input_spec=settings.input)
            link = None
            if not options.copy:
                tensors = settings.tensors.model_dump()
                apart = weights or settings.weights
                link = link_to(str(model), apart, custom_objects=settings.custom_objects, **tensors)
            writer.add_checkpoint(snapshot, steps[file], name=options.name, link=link)
    listed = ", ".join(str(steps[file]) for file in ordered)
    print(f"{len(files)} checkpoints are in {location}: steps {listed}")
    print(f"Look at them: {how_to_look(options.logdir, settings, linked=not options.copy)}")


def steps_of(files: Sequence[Path]) -> dict[Path, int]:
    """The step of each file: the one whole number of its name that differs from file to file.

    Raises:
        InvalidArgument: none does, several do, or two files have the same.
    """
    numbers = {file: [found for found in _NUMBER.findall(file.stem) if "." not in found] for file in files}
    shape = {len(found) for found in numbers.values()}
    if 0 in shape or len(shape) > 1:
        bare = next(file for file in files if not numbers[file] or len(numbers[file]) != max(shape))
        raise InvalidArgument(
            "checkpoints: Expected names that tell the step in the same way, such as epoch-07.keras. "
            f"Received: {bare.name!r} among {len(files)}. For one model: picasso-tb add-model --step",
            "checkpoints",
        )
    places = range(shape.pop())
    telling = [place for place in places if len({found[place] for found in numbers.values()}) > 1]
    if len(files) == 1:
        telling = list(places)
    if len(telling) > 1:
        raise InvalidArgument(
            f"checkpoints: Expected one number that tells the step. Received: {files[0].name!r}, with "
            f"{len(telling)} that could: {', '.join(numbers[files[0]][place] for place in telling)}. Rename "
            "the files",
            "checkpoints",
        )
    steps = {file: int(numbers[file][telling[0]]) if telling else -1 for file in files}
    twice = next((file for file in files if list(steps.values()).count(steps[file]) > 1), None)
    if twice:
        same = [file.name for file in files if steps[file] == steps[twice]]
        raise InvalidArgument(
            f"checkpoints: Expected a step of its own for each. Received: the same for {', '.join(same[:5])}",
            "checkpoints",
        )
    return steps
