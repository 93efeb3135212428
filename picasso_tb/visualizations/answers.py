"""What a method's answer has to be, whoever wrote the method."""

import re
import sys
from typing import Any

import numpy as np

from picasso_tb.errors import BrokenVisualization
from picasso_tb.visualizations.declare import Chart, Exhibit, Picture, Result, Table, Visualization

_CELLS = (int, float, np.integer, np.floating, str, type(None))
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_TAKEN = {"map", "info", "file", "allow_pickle"}  # by the map itself, and by .npz files and what writes them


def checked_result(answer: Any, entry: Visualization, shape: tuple[int, int, int, int]) -> Result:
    """The answer of a method as a result.

    Args:
        answer: bare maps, or a result.
        shape: of the maps, (n, k, h, w).

    Raises:
        BrokenVisualization: the method doesn't give what it declares.
    """
    if not isinstance(answer, Result | np.ndarray):
        raise _wrong(entry, "a Result, or maps as an array", type(answer).__name__)
    result = answer if isinstance(answer, Result) else Result(answer)
    _check_maps(result.maps, entry, shape)
    _check_arrays(result.arrays, entry, shape[:1])
    _check_arrays(result.target_arrays, entry, shape[:2])
    twice = result.arrays.keys() & result.target_arrays.keys()
    if twice:
        raise _wrong(entry, "arrays and target_arrays of different names", str(sorted(twice)))
    _check_notes(result.notes, entry, "notes")
    for notes in _of_each_target(result.target_notes, entry, shape[:2], "target_notes"):
        _check_notes(notes, entry, "target_notes")
    for exhibits in _of_each_target(result.exhibits, entry, shape[:2], "exhibits"):
        for exhibit in exhibits:
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


def _check_arrays(arrays: Any, entry: Visualization, leading: tuple[int, ...]) -> None:
    for name, array in arrays.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in _TAKEN:
            taken = ", ".join(sorted(_TAKEN))
            raise _wrong(entry, f"names of arrays such as 'row_sums', none of {taken}", f"{name!r:.80}")
        is_right = isinstance(array, np.ndarray) and array.dtype == np.float32
        if not is_right or array.shape[: len(leading)] != leading:
            axes = "n, " if len(leading) == 1 else "n and k, "
            raise _wrong(entry, f"array {name!r} float32, first axes {axes}{leading}", _named(array))


def _check_notes(notes: Any, entry: Visualization, name: str) -> None:
    if not isinstance(notes, tuple) or not all(isinstance(note, str) for note in notes):
        raise _wrong(entry, f"{name} as a tuple of texts", f"{notes!r:.80}")


def _of_each_target(nested: Any, entry: Visualization, shape: tuple[int, ...], name: str) -> list[Any]:
    """The inner tuples of n tuples of k tuples."""
    n, k = shape
    rows = nested if isinstance(nested, tuple) and len(nested) in (0, n) else (None,)
    if not all(isinstance(row, tuple) and len(row) == k for row in rows):
        raise _wrong(entry, f"{name} as {n} tuples of {k} tuples, or ()", f"{nested!r:.80}")
    inner = [of_target for row in rows for of_target in row]
    if not all(isinstance(of_target, tuple) for of_target in inner):
        raise _wrong(entry, f"a tuple for each image and target in {name}", f"{nested!r:.80}")
    return inner


def _check_exhibit(exhibit: Exhibit, entry: Visualization) -> None:
    if isinstance(exhibit, Table):
        texts, cells = [exhibit.title, *exhibit.columns], [cell for row in exhibit.rows for cell in row]
        if any(len(row) != len(exhibit.columns) for row in exhibit.rows):
            raise _wrong(
                entry, f"rows of {len(exhibit.columns)} cells in {exhibit.title!r}", "another number"
            )
    elif isinstance(exhibit, Chart):
        texts = [exhibit.title, exhibit.x_label, exhibit.y_label, *exhibit.lines]
        cells = [*exhibit.x, *(value for line in exhibit.lines.values() for value in line)]
        _check_lines(exhibit, entry)
    elif isinstance(exhibit, Picture):
        texts, cells, pixels = [exhibit.title], [], exhibit.pixels
        is_right = isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.shape[2:] == (3,)
        if not is_right or not pixels.size:
            raise _wrong(entry, f"pixels uint8 (height, width, 3) in {exhibit.title!r}", _named(pixels))
    else:
        raise _wrong(entry, "exhibits that are a Table, a Chart or a Picture", type(exhibit).__name__)
    for text in texts:
        if not isinstance(text, str):
            raise _wrong(
                entry, f"titles, labels and names as texts in {exhibit.title!r:.80}", f"{text!r:.80}"
            )
    for cell in cells:
        if not isinstance(cell, _CELLS) or (isinstance(cell, int) and abs(cell) > sys.float_info.max):
            raise _wrong(entry, f"numbers, texts or None in {exhibit.title!r}", f"{cell!r:.80}")


def _check_lines(chart: Chart, entry: Visualization) -> None:
    if chart.kind not in ("lines", "bars"):
        raise _wrong(entry, f"'lines' or 'bars' as kind of {chart.title!r}", f"{chart.kind!r:.80}")
    for values in chart.lines.values():
        if len(values) != len(chart.x) or any(isinstance(value, str) for value in values):
            raise _wrong(entry, f"lines of {len(chart.x)} numbers in {chart.title!r}", f"{values!r:.80}")


def _named(value: Any) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__


def _wrong(entry: Visualization, expected: str, received: str) -> BrokenVisualization:
    return BrokenVisualization(f"{entry.name}: Expected {expected}. Received: {received}", "visualization")
