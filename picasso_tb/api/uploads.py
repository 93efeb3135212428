"""A picture that somebody brings becomes a probe of every run."""

import contextlib
import io
from collections.abc import Sequence
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.api.schemas import Limits
from picasso_tb.errors import CannotCompute, InvalidArgument, PicassoError, TooLarge
from picasso_tb.store.picture import Picture, pixels_of
from picasso_tb.store.records import ProbeRecord
from picasso_tb.store.run import RunStore, probe_digest

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
REGION = "region"  # name of the mask that somebody draws


def keep_upload(
    stores: Sequence[RunStore], content: bytes, name: str, limits: Limits, region: str | None = None
) -> ProbeRecord:
    """Keep the picture in the first writable store; one kept before gets the new name and region.

    Args:
        region: "top,left,bottom,right" in pixels of the upright picture, the last two exclusive; "" for none,
            None for the one that was kept before.

    Raises:
        InvalidArgument: the content is no picture, or the region lies outside it.
        TooLarge: it has too many bytes or pixels.
    """
    if len(content) > limits.upload_bytes:
        raise TooLarge(
            f"Expected a file of at most {limits.upload_bytes} bytes. Received: {len(content)}", "file"
        )
    picture = _decode(content, limits.upload_pixels)
    masks = {REGION: _inside(region, *picture.shape[:2])} if region and region.strip() else {}
    plain = "".join(letter for letter in PurePath(name).name if letter.isprintable())[:100]
    for store in stores:
        if region is None:
            masks = _kept(store, probe_digest(picture))
        try:
            return store.save_probe(picture, name=plain or "uploaded picture", masks=masks, uploaded=True)
        except OSError:
            continue  # a log directory that is read-only here: the next place is our own cache
    raise CannotCompute("Neither the log directory nor the cache can be written, so no picture can be added.")


def _kept(store: RunStore, id: str) -> dict[str, npt.NDArray[np.bool_]]:
    """The masks of the picture, where it was brought before."""
    earlier = next((probe for probe in store.list_probes() if probe.id == id), None)
    masks = {}
    for name, file in (earlier.masks if earlier else {}).items():
        # One that is damaged can be drawn anew.
        with contextlib.suppress(Exception), PIL.Image.open(io.BytesIO(store.probes.read(file))) as image:
            masks[name] = np.asarray(image.convert("L")) > 127
    return masks


def _inside(region: str, height: int, width: int) -> npt.NDArray[np.bool_]:
    """(height, width), true inside the rectangle."""
    sides = [side.strip() for side in region.split(",")]
    if len(sides) == 4 and all(side.isdecimal() and len(side) < 10 for side in sides):
        top, left, bottom, right = map(int, sides)
        if top < bottom <= height and left < right <= width:
            mask = np.zeros((height, width), bool)
            mask[top:bottom, left:right] = True
            return mask
    raise InvalidArgument(
        f"Expected top,left,bottom,right of a rectangle in the {height} x {width} pixels of the picture. "
        f"Received: {region[:50]!r}",
        "region",
    )


def _decode(content: bytes, most_pixels: int) -> Picture:
    try:
        with PIL.Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > most_pixels:
                raise TooLarge(
                    f"Expected at most {most_pixels} pixels. Received: {image.width} x {image.height}", "file"
                )
            return pixels_of(image)
    except PicassoError:
        raise
    except PIL.UnidentifiedImageError:
        raise InvalidArgument(
            f"Expected a picture ({', '.join(_FORMATS)}). Received: another file", "file"
        ) from None
    except PIL.Image.DecompressionBombError:
        raise TooLarge(f"Expected at most {most_pixels} pixels. Received: far more", "file") from None
    except Exception as error:  # decoders raise errors of many kinds on damaged files
        raise InvalidArgument(
            f"Expected a whole picture. Received: a damaged one ({error})", "file"
        ) from None
