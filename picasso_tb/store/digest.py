"""Names made from content: the same content has the same name, on every machine and at any time."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt


def digest_of_arrays(arrays: Iterable[npt.NDArray[Any]]) -> str:
    """Digest of the arrays' types, shapes and bytes, in order: 32 hexadecimal digits."""
    state = hashlib.sha256()
    for array in arrays:
        state.update(f"{array.dtype} {array.shape};".encode())
        state.update(np.ascontiguousarray(array).view(np.uint8).data if array.size else b"")
    return state.hexdigest()[:32]


def digest_of_json(value: Any) -> str:
    """Digest of a JSON value, whatever the order of its keys: 32 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return digest_of_text(text)


def digest_of_text(text: str) -> str:
    """Digest of a text: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
