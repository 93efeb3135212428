"""What a method's answer has to be, whoever wrote the method."""

from typing import Any

import numpy as np

from picasso_tb.errors import InvalidArgument
from picasso_tb.visualizations.declare import Chart, Exhibit, Picture, Result, Table, Visualization


def checked_result(answer: Any, entry: Visualization, shape: tuple[int, int, int, int]) -> Result:
    """The answer of a method as a result.

    Args:
        answer: bare maps, or a result.
        shape: of the maps, (n, k, h, w).

    Raises:
        InvalidArgument: the method doesn't give what it declares.
    """
    if not isinstance(answer, Result | np.ndarray):
        raise _wrong(entry, "a Result, or maps as an array", type(answer).__name__)
    result = answer if isinstance(answer, Result) else Result(answer)
    _check_maps(result.maps, entry, shape)
    for name, array in result.arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype != np.float32 or len(array) != shape[0]:
            raise _wrong(entry, f"array {name!r} float32 with {shape[0]} rows", _named(array))
    if len(result.exhibits) not in (0, shape[0]):
        raise _wrong(entry, f"exhibits for each of {shape[0]} images, or none", f"for {len(result.exhibits)}")
    for exhibit in (one for each in result.exhibits for one in each):
        _check_exhibit(exhibit, entry)
    return result


def _check_maps(maps: Any, entry: Visualization, shape: tuple[int, ...]) -> None:
    if (maps is not None) != entry.draws_map:
        expected = "maps" if entry.draws_map else "no maps"
        raise _wrong(entry, f"{expected}, as it declares", "the opposite")
    if maps is None:
        return
    if not isinstance(maps, np.ndarray) or maps.shape != shape or maps.dtype != np.float32:
        raise _wrong(entry, f"maps float32 {shape}", _named(maps))
    if np.isinf(maps).any():
        raise _wrong(entry, "finite values or NaN", "infinite values")


def _check_exhibit(exhibit: Exhibit, entry: Visualization) -> None:
    if isinstance(exhibit, Table):
        if any(len(row) != len(exhibit.columns) for row in exhibit.rows):
            cells = len(exhibit.columns)
            raise _wrong(entry, f"rows of {cells} cells in {exhibit.title!r}", "another number")
    elif isinstance(exhibit, Chart):
        if any(len(line) != len(exhibit.x) for line in exhibit.lines.values()):
            raise _wrong(entry, f"lines of {len(exhibit.x)} values in {exhibit.title!r}", "another number")
    elif isinstance(exhibit, Picture):
        pixels = exhibit.pixels
        if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.shape[2:] != (3,):
            raise _wrong(entry, f"pixels uint8 (height, width, 3) in {exhibit.title!r}", _named(pixels))
    else:
        raise _wrong(entry, "exhibits that are a Table, a Chart or a Picture", type(exhibit).__name__)


def _named(value: Any) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__


def _wrong(entry: Visualization, expected: str, received: str) -> InvalidArgument:
    return InvalidArgument(f"{entry.name}: Expected {expected}. Received: {received}", "visualization")
