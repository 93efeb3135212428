"""Tables, charts and pictures as JSON, as the tab receives them."""

import base64
import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.visualizations.declare import Cell, Chart, ClassIndex, Exhibit, Table


def exhibits_document(exhibits: Sequence[Exhibit]) -> dict[str, Any]:
    """The body of `GET api/maps/<key>?format=exhibits`."""
    return {"exhibits": [_exhibit(one) for one in exhibits]}


def data_url(pixels: npt.NDArray[np.uint8]) -> str:
    """A PNG of pixels (h, w, 3), or (h, w, 4) with their opacity, as an address that holds all of it."""
    content = io.BytesIO()
    PIL.Image.fromarray(pixels).save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def _exhibit(exhibit: Exhibit) -> dict[str, Any]:
    if isinstance(exhibit, Table):
        rows = [[_cell(cell) for cell in row] for row in exhibit.rows]
        return {"kind": "table", "title": exhibit.title, "columns": list(exhibit.columns), "rows": rows}
    if isinstance(exhibit, Chart):
        return {
            "kind": exhibit.kind,
            "title": exhibit.title,
            "x_label": exhibit.x_label,
            "y_label": exhibit.y_label,
            "x": [_cell(cell) for cell in exhibit.x],
            "lines": {name: [_cell(value) for value in line] for name, line in exhibit.lines.items()},
        }
    height, width = exhibit.pixels.shape[:2]
    url = data_url(exhibit.pixels)
    return {"kind": "picture", "title": exhibit.title, "url": url, "height": height, "width": width}


def _cell(cell: Cell) -> Any:
    if isinstance(cell, ClassIndex):
        return {"class_index": int(cell)}
    if cell is None or isinstance(cell, str):
        return cell
    return float(cell) if math.isfinite(cell) else None  # JSON knows no NaN
