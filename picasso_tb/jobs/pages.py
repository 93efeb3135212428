"""The page of a visualization that has a template."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.extensions.page import render_page
from picasso_tb.extensions.source import Source, template_of
from picasso_tb.jobs.exhibits import data_url, exhibits_document
from picasso_tb.store.records import ModelRecord, ProbeRecord
from picasso_tb.visualizations.declare import Exhibit

Pixels = npt.NDArray[np.uint8]

_LONGEST_SIDE = 1024  # of the probe's picture in a page
_SIGNED = np.array([[33, 102, 172], [247, 247, 247], [178, 24, 43]], np.float32)  # blue, white, red
_MAGNITUDE = np.array([[13, 8, 60], [156, 45, 118], [240, 116, 74], [252, 250, 180]], np.float32)
_SHOWN = (
    "height",
    "width",
    "lowest",
    "highest",
    "quantity",
    "sign",
    "score",
    "score_name",
    "notes",
    "settings",
)
_OPACITY = 0.6  # of the map over the picture


def page_document(template: str, source: Source, data: Mapping[str, Any]) -> dict[str, Any]:
    """The body of `GET api/maps/<key>?format=page`.

    Args:
        data: what the template may use, from `page_data`.

    Raises:
        BrokenVisualization: the template is wrong, or takes too long or too much memory.
        TooLarge: the page is.
    """
    return {"html": render_page(template, os.path.basename(template_of(source.file)), dict(data))}


def page_data(
    info: Mapping[str, Any],
    arrays: Mapping[str, npt.NDArray[np.float32]],
    exhibits: Sequence[Exhibit],
    picture: Pixels,
    probe: ProbeRecord,
    model: ModelRecord,
) -> dict[str, Any]:
    """`result` in a template: plain values, and pictures as addresses that hold all of themselves.

    Args:
        info: what is kept of the map as JSON.
        arrays: those kept, the map among them if there is one.
    """
    names = model.class_names or [f"class {index}" for index in range(model.classes)]
    data = {name: info[name] for name in _SHOWN}
    shown = _resized(picture)
    map = arrays.get("map")
    if map is not None:
        colours = coloured(map, info["sign"])
        data |= {
            "map": _plain(map),
            "map_image": data_url(colours),
            "overlay_image": _overlay(shown, colours),
        }
    return data | {
        "target": {
            "class_index": info["target"],
            "name": _name(names, info["target"]),
            "probability": info["probability"],
        },
        "predictions": [{**one, "name": _name(names, one["class_index"])} for one in info["predictions"]],
        "probe": {
            "name": probe.name,
            "label": probe.label,
            "label_name": None if probe.label is None else _name(names, probe.label),
        },
        "picture": data_url(shown),
        "arrays": {name: _plain(array) for name, array in arrays.items() if name != "map"},
        "exhibits": [_with_names(one, names) for one in exhibits_document(exhibits)["exhibits"]],
        "class_names": names,
    }


def coloured(map: npt.NDArray[np.float32], sign: str) -> npt.NDArray[np.uint8]:
    """The map's colours (h, w, 4), by its own largest value; transparent where nothing was measured."""
    measured = np.isfinite(map)
    values = np.where(measured, map, 0)
    share = values / (np.abs(values).max() or 1)
    colours, place = (_SIGNED, (share + 1) / 2) if sign == "signed" else (_MAGNITUDE, share.clip(0, 1))
    stops = np.linspace(0, 1, len(colours))
    channels = [np.interp(place, stops, colours[:, channel]) for channel in range(3)]
    return np.stack([*channels, 255 * measured], axis=-1).round().astype(np.uint8)


def _overlay(picture: Pixels, colours: npt.NDArray[np.uint8]) -> str:
    height, width = picture.shape[:2]
    image = PIL.Image.fromarray(colours).resize((width, height), PIL.Image.Resampling.NEAREST)
    image.putalpha(image.getchannel("A").point(lambda opacity: round(opacity * _OPACITY)))
    below = PIL.Image.fromarray(picture).convert("RGBA")
    return data_url(np.asarray(PIL.Image.alpha_composite(below, image).convert("RGB")))


def _resized(picture: Pixels) -> Pixels:
    """The picture in colour, no larger than a page needs."""
    image = PIL.Image.fromarray(picture.squeeze(axis=2) if picture.shape[2:] == (1,) else picture)
    image = image.convert("RGB")
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return np.asarray(image)


def _plain(array: npt.NDArray[np.float32]) -> Any:
    """Nested lists, with None for what was not measured: JSON knows no NaN."""
    plain = array.astype(object)
    plain[~np.isfinite(array)] = None
    return plain.tolist()


def _name(names: Sequence[str], index: int) -> str:
    return names[index] if index < len(names) else f"class {index}"


def _with_names(value: Any, names: Sequence[str]) -> Any:
    """An exhibit with the names of its classes in place of their indices."""
    if isinstance(value, dict):
        if value.keys() == {"class_index"}:
            return _name(names, value["class_index"])
        return {key: _with_names(one, names) for key, one in value.items()}
    return [_with_names(one, names) for one in value] if isinstance(value, list) else value
