"""Files that claim more than they hold are refused before anything of that size is made."""

import contextlib
import json
import math
import os
import zipfile
from collections.abc import Iterator
from typing import Any

from picasso_tb.errors import DamagedFile, PicassoError

_SMALL_BYTES = 2**24  # below it, any ratio is harmless
_MOST_RATIO = 20  # of declared to stored bytes: weights hardly compress
MOST_TEXT_BYTES = 2**26  # of an architecture
MOST_PROTO_BYTES = 2**29


@contextlib.contextmanager
def reading(path: str, what: str) -> Iterator[None]:
    """Blame the file for what nobody foresaw.

    Args:
        what: was expected, such as "a whole H5 file".

    Raises:
        DamagedFile: anything but an error that explains itself was raised.
    """
    try:
        yield
    except PicassoError:
        raise
    except Exception as error:  # at damaged bytes zipfile, h5py, Keras and TensorFlow raise almost anything
        first = (str(error).strip() or "no more is known").splitlines()[0]
        raise DamagedFile(
            f"{path}: Expected {what}. Received: one that can't be read ({type(error).__name__}: "
            f"{first:.200})."
        ) from error


def check_declared(what: str, declared: int, stored: int) -> None:
    """
    Raises:
        DamagedFile: more is declared than a file of that size can hold.
    """
    if declared > max(_SMALL_BYTES, _MOST_RATIO * stored):
        raise DamagedFile(
            f"{what}: Expected values that the file holds. Received: {declared} bytes declared in {stored}."
        )


def check_archive(path: str, archive: zipfile.ZipFile) -> None:
    """
    Raises:
        DamagedFile: the archive would unpack to much more than its size.
    """
    check_declared(path, sum(one.file_size for one in archive.infolist()), os.path.getsize(path))


def check_arrays(path: str, file: Any, stored: int) -> int:
    """Bytes of all arrays.

    Args:
        file: an open h5py.File.

    Raises:
        DamagedFile: its arrays are declared larger than it, lie in other files or follow links to such.
    """
    import h5py

    names: list[str] = []
    file.visit_links(names.append)
    declared = 0
    for name in names:
        elsewhere = isinstance(file.get(name, getlink=True), h5py.ExternalLink)
        found = None if elsewhere else file.get(name)
        if elsewhere or (isinstance(found, h5py.Dataset) and found.external):
            raise DamagedFile(f"{path}: Expected arrays in one file. Received: {name!r:.100}, in another.")
        if isinstance(found, h5py.Dataset):
            declared += math.prod(found.shape or ()) * found.dtype.itemsize
    check_declared(path, declared, stored)
    return declared


def read_json(what: str, text: str | bytes) -> Any:
    """
    Raises:
        DamagedFile: it is no JSON text, or too long or too deep.
    """
    if len(text) > MOST_TEXT_BYTES:
        raise DamagedFile(f"{what}: Expected at most {MOST_TEXT_BYTES} bytes. Received: {len(text)}.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"{what}: Expected JSON text. Received: {type(error).__name__}.") from error


def read_object(what: str, text: str | bytes) -> dict[str, Any]:
    """
    Raises:
        DamagedFile: it is no JSON text, too long or too deep, or of another value than an object.
    """
    content = read_json(what, text)
    if not isinstance(content, dict):
        raise DamagedFile(f"{what}: Expected a JSON object. Received: {json.dumps(content):.60}.")
    return content


def read_proto(path: str, kind: Any) -> Any:
    """
    Raises:
        DamagedFile: the file is none of that kind, or too large.
    """
    from google.protobuf.message import DecodeError

    size = os.path.getsize(path)
    if size > MOST_PROTO_BYTES:
        raise DamagedFile(f"{path}: Expected at most {MOST_PROTO_BYTES} bytes. Received: {size}.")
    try:
        with open(path, "rb") as file:
            return kind.FromString(file.read())
    except DecodeError as error:
        raise DamagedFile(f"{path}: Expected a whole TensorFlow {kind.__name__}. It is not one.") from error
