"""Files for people and scripts."""

import io
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import PIL.Image
import PIL.PngImagePlugin

from picasso_tb.api.schemas import MapInfo
from picasso_tb.errors import DamagedFile
from picasso_tb.store.picture import Picture

SIDES = (128, 256, 512)  # of thumbnails: few, so that browsers have them already
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def checked_png(content: bytes, file: str) -> bytes:
    """The content, if it is a PNG: a log directory must not make us serve anything else under our address."""
    if not content.startswith(_PNG_SIGNATURE):
        raise DamagedFile(f"{file}: Expected a PNG picture.")
    return content


def thumbnail(picture: Picture, side: int) -> bytes:
    """A PNG of the picture whose longer side has at most `side` pixels."""
    image = PIL.Image.fromarray(picture)
    image.thumbnail((side, side))
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def npz(info: MapInfo, arrays: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    """The arrays, and as `info` the JSON text of what they are."""
    content = io.BytesIO()
    named = {**arrays, "info": np.array(info.model_dump_json())}
    np.savez_compressed(content, **named)  # type: ignore[arg-type]  # a name is never "allow_pickle"
    return content.getvalue()


def map_png(info: MapInfo, map: npt.NDArray[np.float32]) -> bytes:
    """The map in grey, transparent where nothing was measured; its ends are in the PNG's text fields.

    A signed map is middle grey at zero and has symmetric ends; a magnitude is black at zero.
    """
    largest = max(abs(info.lowest or 0), abs(info.highest or 0))
    low = -largest if info.sign == "signed" else 0.0
    measured = np.isfinite(map)
    share = np.where(measured, (map - low) / ((largest - low) or 1), 0).clip(0, 1)
    image = np.stack([np.round(255 * share), 255 * measured], axis=-1).astype(np.uint8)
    text = PIL.PngImagePlugin.PngInfo()
    for key, value in {"black": low, "white": largest, "quantity": info.quantity}.items():
        text.add_itxt(key, str(value))
    content = io.BytesIO()
    PIL.Image.fromarray(image).save(content, "PNG", pnginfo=text)
    return content.getvalue()
