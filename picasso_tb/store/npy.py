"""Arrays as `.npy` bytes, read without trust."""

import math
from typing import IO, Any

import numpy as np
import numpy.typing as npt


def storable(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A .npy file knows numpy's own types only: bfloat16 and its like travel as their bits."""
    return array if array.dtype.isbuiltin == 1 else array.view(f"u{array.dtype.itemsize}")


def read_npy(
    file: IO[bytes], shape: tuple[int, ...] | None = None, dtype: np.dtype[Any] | None = None
) -> npt.NDArray[Any]:
    """The array, not writeable.

    The header is checked before any value is read: a forged one must not fill the memory.

    Args:
        shape, dtype: what the array must be; a dtype that numpy lacks is read from its bits.

    Raises:
        ValueError, EOFError: it is another array, or truncated, or would have to be unpickled.
    """
    version = np.lib.format.read_magic(file)
    read_header = (
        np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    )
    found, fortran_order, stored = read_header(file)
    dtype = stored if dtype is None else dtype
    expected = storable(np.empty(0, dtype)).dtype, found if shape is None else shape
    if stored.hasobject or (stored, found) != expected:
        raise ValueError(f"Received: {stored} {found}")
    size = math.prod(found) * dtype.itemsize
    content = file.read(max(size, 0))
    if len(content) != size:
        raise EOFError("It is truncated.")
    return np.frombuffer(content, dtype).reshape(found, order="F" if fortran_order else "C")
