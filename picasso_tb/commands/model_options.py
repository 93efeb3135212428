"""The flags that say how a model file is opened and read, the same for every command that opens one."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from picasso_tb.commands.settings_file import ModelSettings, Tensors, numbers, read_settings
from picasso_tb.errors import InvalidArgument, PicassoError
from picasso_tb.models.doors import open_model
from picasso_tb.models.imported import imported, refuse_unnamed
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.snapshot import Snapshot

_PRESETS = ("caffe", "tf", "torch")


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """What is not given is taken from `picasso.toml` beside the model, if there is one."""
    door = parser.add_argument_group("the model", "What is not given is read from picasso.toml beside it.")
    door.add_argument("--weights", metavar="FILE", help="file of the weights, where they lie apart")
    door.add_argument("--input-tensor", metavar="NAME", help="tensor that takes the pictures (graphs)")
    door.add_argument("--output", metavar="NAME", help="tensor, or name or number of the output, to explain")
    door.add_argument(
        "--custom-objects",
        metavar="NAMES",
        type=_names,
        default=(),
        help="importable classes of yours that the model is made of, package.module.Name, with commas",
    )
    door.add_argument(
        "--trust",
        metavar="NAMES",
        type=_names,
        default=(),
        help="packages that picasso.toml may name code of",
    )
    names = parser.add_argument_group("classes")
    names.add_argument("--class-names", metavar="FILE", help="text file with a name on each line, or JSON")
    names.add_argument("--decode", metavar="NAME", help="importable function that decodes predictions")
    inputs = parser.add_argument_group("what the model receives")
    inputs.add_argument("--input-size", metavar="SIZE", type=_size, help="224, or height x width: 224x320")
    inputs.add_argument("--mode", choices=("L", "RGB"), help="grey or colour (default: as the model)")
    inputs.add_argument("--resample", choices=("nearest", "box", "bilinear", "bicubic", "lanczos"))
    inputs.add_argument("--scale", type=_numbers, help="factor of the pixel, such as 1/255")
    inputs.add_argument(
        "--mean", type=_numbers, help="subtracted after scaling; one, or one a channel: 1,2,3"
    )
    inputs.add_argument("--std", type=_numbers, help="divisor after that")
    inputs.add_argument(
        "--preprocessing",
        metavar="NAME",
        help="caffe, tf or torch, as in Keras; or an importable function, package.module.name",
    )


def settings_of(options: argparse.Namespace, model: Path) -> ModelSettings:
    """What the flags say and, where they say nothing, what `picasso.toml` does.

    Raises:
        InvalidArgument: a flag or the file is wrong.
        ModelRefused: the file names code that no flag does.
    """
    found = read_settings(model)
    for name in found.code:
        refuse_unnamed(name, options.trust)
    given: dict[str, Any] = {
        "weights": options.weights,
        "custom_objects": options.custom_objects,
        "class_names": options.class_names,
        "decode": options.decode,
        "input": _input_spec(options, found.input),
    }
    tensors = Tensors(
        input=options.input_tensor or found.tensors.input,
        output=_output(options.output) if options.output is not None else found.tensors.output,
    )
    said = {name: value for name, value in given.items() if value}
    if {"class_names", "decode"} & set(said):
        said = {"class_names": None, "decode": None, **said}
    return found.model_copy(update={**said, "tensors": tensors})


def opened(model: Path, settings: ModelSettings, weights: str | None = None) -> Snapshot:
    """The model; errors as of `open_model`."""
    return open_model(
        model,
        weights=weights or settings.weights,
        input=settings.tensors.input,
        output=settings.tensors.output,
        custom_objects=settings.custom_objects,
    )


def names_of(settings: ModelSettings) -> Any:
    """What `Writer.add_model` takes as class names.

    Raises:
        InvalidArgument: there are two, or the function cannot be imported.
    """
    if settings.class_names and settings.decode:
        raise InvalidArgument("Expected class names or a function that decodes, not both", "class_names")
    return imported(settings.decode, "decode") if settings.decode else settings.class_names


def _input_spec(options: argparse.Namespace, earlier: InputSpec | None) -> InputSpec | None:
    """That of the file with what the flags change of it; None where nobody says anything."""
    preprocessing = options.preprocessing
    how = {name: getattr(options, name) for name in ("mode", "resample", "scale", "mean", "std")}
    given: dict[str, Any] = {name: value for name, value in how.items() if value is not None}
    if options.input_size:
        given["height"], given["width"] = options.input_size
    if preprocessing and preprocessing not in _PRESETS and "." not in preprocessing:
        raise InvalidArgument(
            "--preprocessing: Expected caffe, tf, torch or an importable function, package.module.name. "
            f"Received: {preprocessing!r}",
            "input",
        )
    if preprocessing:
        given["preprocessing" if preprocessing in _PRESETS else "function"] = preprocessing
    if not given:
        return earlier
    kept = earlier.model_dump(exclude_defaults=True) if earlier else {}
    if given.keys() & {"scale", "mean", "std", "preprocessing", "function"}:
        kept = {name: kept[name] for name in ("height", "width", "mode", "resample") if name in kept}
    try:
        return InputSpec(**{**kept, **given})
    except InvalidArgument as refused:
        raise InvalidArgument(refused.message.removeprefix("input_spec."), "input") from None


def _output(text: str) -> str | int:
    return int(text) if text.isdecimal() else text


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _size(text: str) -> tuple[int, int]:
    sides = text.lower().split("x")
    if not all(side.isdecimal() and int(side) for side in sides) or len(sides) > 2:
        raise argparse.ArgumentTypeError(f"Expected 224, or height x width: 224x320. Received: {text!r}")
    return int(sides[0]), int(sides[-1])


def _numbers(text: str) -> float | tuple[float, ...]:
    try:
        return numbers(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def files_of(patterns: Sequence[str], what: str) -> list[Path]:
    """The files, where the shell left a pattern as it was (quoted, or on Windows) expanded here.

    Raises:
        PicassoError: a pattern stands for no file.
    """
    import glob

    files: list[Path] = []
    for pattern in patterns:
        found = [pattern] if Path(pattern).exists() else sorted(glob.glob(pattern, recursive=True))
        if not found:
            raise PicassoError(f"{what}: Expected a file or a pattern that fits some. Received: {pattern!r}")
        files += map(Path, found)
    return files
