"""Pictures of every kind, written as files and read back, against plain arithmetic on their pixels."""

import io
import struct
import zlib

import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest

from picasso_tb.errors import InvalidArgument
from picasso_tb.store.picture import pixels_of

HEIGHT, WIDTH = 5, 8
RNG = np.random.default_rng(4)
COLOUR = RNG.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
GREY = RNG.integers(0, 256, (HEIGHT, WIDTH), np.uint8)
OPACITY = RNG.integers(0, 256, (HEIGHT, WIDTH), np.uint8)


def read(content: bytes) -> npt.NDArray[np.uint8]:
    with PIL.Image.open(io.BytesIO(content)) as image:
        return pixels_of(image)


def saved(image: PIL.Image.Image, kind: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def png(pixels: npt.NDArray[np.uint16], colour_type: int) -> bytes:
    """A PNG of 16 bits a channel, of which Pillow writes the grey ones only."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, colour_type, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    parts = [struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


AS_STORED = {  # what a camera stores of the upright picture, by its EXIF orientation
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.swapaxes(0, 1),
    6: lambda upright: upright.swapaxes(0, 1)[::-1],
    7: lambda upright: upright.swapaxes(0, 1)[::-1, ::-1],
    8: lambda upright: upright.swapaxes(0, 1)[:, ::-1],
}


@pytest.mark.parametrize("orientation", AS_STORED)
def test_a_picture_is_turned_upright(orientation: int) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(AS_STORED[orientation](COLOUR))
    np.testing.assert_array_equal(read(saved(PIL.Image.fromarray(stored), exif=exif)), COLOUR)


def on_white(pixels: npt.NDArray[np.uint8], opacity: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    share = (opacity / 255)[..., None][(...,) + (0,) * (3 - pixels.ndim)]
    return pixels * share + 255 * (1 - share)


def test_what_is_transparent_is_white() -> None:
    colour = PIL.Image.fromarray(np.dstack([COLOUR, OPACITY]))
    np.testing.assert_allclose(read(saved(colour)), on_white(COLOUR, OPACITY), atol=1)
    grey = PIL.Image.merge("LA", [PIL.Image.fromarray(GREY), PIL.Image.fromarray(OPACITY)])
    found = read(saved(grey))
    assert found.shape == (HEIGHT, WIDTH)
    np.testing.assert_allclose(found, on_white(GREY, OPACITY), atol=1)


def test_colours_come_from_the_palette() -> None:
    palette = RNG.integers(0, 256, (7, 3), np.uint8)
    indices = RNG.integers(0, 7, (HEIGHT, WIDTH), np.uint8)
    image = PIL.Image.fromarray(indices).convert("P")
    image.putdata(indices.ravel().tolist())
    image.putpalette(palette.ravel().tolist())
    np.testing.assert_array_equal(read(saved(image)), palette[indices])
    expected = np.where((indices == 3)[..., None], 255, palette[indices])
    for kind in ("PNG", "GIF"):
        np.testing.assert_array_equal(read(saved(image, kind, transparency=3)), expected)


def test_sixteen_bits_become_eight() -> None:
    deep = RNG.integers(0, 2**16, (HEIGHT, WIDTH, 3)).astype(np.uint16)
    np.testing.assert_allclose(read(png(deep, 2)), deep / 257, atol=1)
    np.testing.assert_allclose(read(png(deep[..., :1], 0)), deep[..., 0] / 257, atol=1)
    for kind in ("PNG", "TIFF"):
        np.testing.assert_array_equal(
            read(saved(PIL.Image.fromarray(GREY.astype(np.uint16) * 257), kind)), GREY
        )


def test_old_pillows_give_sixteen_bits_as_whole_numbers() -> None:
    image = PIL.Image.fromarray(GREY.astype(np.int32) * 257)
    image.format = "PNG"
    np.testing.assert_array_equal(pixels_of(image), GREY)


def test_inks_become_light() -> None:
    inks = RNG.integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    expected = (255.0 - inks[..., :3]) * (255.0 - inks[..., 3:]) / 255
    np.testing.assert_allclose(read(saved(PIL.Image.fromarray(inks, "CMYK"), "TIFF")), expected, atol=1)
    plain = np.tile(np.array([200, 30, 90, 20], np.uint8), (16, 24, 1))
    jpeg = read(saved(PIL.Image.fromarray(plain, "CMYK"), "JPEG", quality=100))
    np.testing.assert_allclose(jpeg[3, 4], [55 * 235 / 255, 225 * 235 / 255, 165 * 235 / 255], atol=3)


def test_black_and_white_is_grey() -> None:
    bits = PIL.Image.fromarray(np.where(GREY > 127, 255, 0).astype(np.uint8)).convert("1")
    np.testing.assert_array_equal(read(saved(bits)), np.where(GREY > 127, 255, 0))


def test_what_is_no_picture_is_refused() -> None:
    for numbers in (GREY.astype(np.float32), GREY.astype(np.int32)):
        with pytest.raises(InvalidArgument, match=r"Expected a picture of 8 or 16 bits\. Received: .*mode"):
            pixels_of(PIL.Image.fromarray(numbers))
