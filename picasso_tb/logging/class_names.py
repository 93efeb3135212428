"""Names of classes, as people have them: a list, a file, or a function that decodes predictions."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np

from picasso_tb.errors import InvalidArgument

Decode: TypeAlias = Callable[[Any], Any]  # probabilities (n, classes) -> for each row, names by probability
ClassNames: TypeAlias = Sequence[str] | str | os.PathLike[str] | Decode


def read_class_names(names: Any) -> list[str] | Decode | None:
    """The names, or the function to ask for them once the number of classes is known.

    Args:
        names: texts in the order of the classes, such a function, or the path of a file: text with a name on
            each line; JSON with a list of names, names by index as Keras' `imagenet_class_index.json`, or
            indices by name as Keras' `class_indices`.

    Raises:
        InvalidArgument: it is none of these.
    """
    if names is None or callable(names):
        return cast(Decode | None, names)
    if isinstance(names, str | os.PathLike):
        return _from_file(Path(names))
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise InvalidArgument(
            f"class_names: Expected a list of texts, a file of them, or a function. Received: {names!r:.80}",
            "class_names",
        )
    return list(names)


def class_names_for(names: list[str] | Decode | None, classes: int) -> list[str] | None:
    """A name for each class.

    Raises:
        InvalidArgument: there are more or fewer, or the function fails.
    """
    if names is None:
        return None
    found = names if isinstance(names, list) else _decoded(names, classes)
    if len(found) != classes:
        raise InvalidArgument(
            f"class_names: Expected {classes}, one for each class of the model. Received: {len(found)}",
            "class_names",
        )
    return found


def _decoded(decode: Decode, classes: int) -> list[str]:
    """What the function calls each class when the model is sure of it."""
    name = getattr(decode, "__name__", "the function")
    try:
        return [_most_probable(row) for row in decode(np.eye(classes, dtype=np.float32))]
    except Exception as error:  # whatever a user's own code raises, or answers
        raise InvalidArgument(
            f"class_names: Expected {name} to give, for each row of probabilities, a name, or (..., name, "
            'probability) or {"name": ..., "prob": ...} for the most probable classes. It failed: '
            f"{type(error).__name__}: {error}",
            "class_names",
        ) from error


def _most_probable(row: Any) -> str:
    """Of an answer such as Picasso's `decode_prob` or Keras' `decode_predictions` give for one picture."""
    if isinstance(row, str):
        return row
    if isinstance(row[0], Mapping):
        return str(max(row, key=lambda entry: float(entry["prob"]))["name"])
    return str(max(row, key=lambda entry: float(entry[-1]))[-2])


def _from_file(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or str(error)
        raise _unreadable(file, "a list, or a text or JSON file in UTF-8", what) from None
    return _from_json(file, text) if file.suffix == ".json" else _from_lines(file, text)


def _from_lines(file: Path, text: str) -> list[str]:
    names = [line.strip() for line in text.rstrip().splitlines()]
    if not all(names):
        raise _unreadable(file, "a name on each line", f"nothing on line {names.index('') + 1}")
    return names


def _from_json(file: Path, text: str) -> list[str]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, "JSON", str(error)) from None
    if isinstance(content, dict):
        by_name = all(isinstance(index, int) for index in content.values())
        pairs = [(index, name) for name, index in content.items()] if by_name else content.items()
        by_index = {str(index): name for index, name in pairs}
        missing = [index for index in map(str, range(len(content))) if index not in by_index]
        if missing:
            raise _unreadable(file, f"the indices 0 to {len(content) - 1}", f"no {missing[0]}")
        content = [by_index[str(index)] for index in range(len(content))]
    if isinstance(content, list):
        content = [name[-1] if isinstance(name, list) and name else name for name in content]
    if not isinstance(content, list) or not all(isinstance(name, str) for name in content):
        raise _unreadable(file, "a list of names, names by index, or indices by name", f"{content!r:.80}")
    return content


def _unreadable(file: Path, expected: str, received: str) -> InvalidArgument:
    return InvalidArgument(f"class_names: {file}: Expected {expected}. Received: {received}", "class_names")
