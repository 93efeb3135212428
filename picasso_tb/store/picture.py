"""Pictures as people bring them, and as we keep them: 8 bits, grey or RGB, upright, opaque."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import PIL.Image
import PIL.ImageOps

from picasso_tb.errors import InvalidArgument

Picture: TypeAlias = npt.NDArray[np.uint8]  # (height, width) or (height, width, 3)

_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "LAB")


def pixels_of(image: PIL.Image.Image) -> Picture:
    """What a person sees: turned as its EXIF data says, on white where transparent, 16 bits scaled to 8.

    Raises:
        InvalidArgument: its pixels are no picture for the eye, such as floats.
    """
    upright = PIL.ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16") or (
        upright.mode == "I" and image.format == "PNG"
    ):  # as old Pillows do
        return (np.asarray(upright) >> 8).astype(np.uint8)
    if upright.mode not in _MODES:
        raise InvalidArgument(
            f"Expected a picture of 8 or 16 bits. Received: one of PIL's mode {upright.mode!r}", "images"
        )
    if upright.has_transparency_data:
        coloured = upright.convert("RGBA")
        upright = PIL.Image.alpha_composite(PIL.Image.new("RGBA", coloured.size, "white"), coloured)
    return np.asarray(upright.convert("L" if image.mode in ("1", "L", "LA") else "RGB"))
