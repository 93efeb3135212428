"""A directory on any fsspec file system, written atomically and never left by a file name."""

import contextlib
import copy
import io
import json
import math
import os
import re
import stat
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, cast

import fsspec
import numpy as np
import numpy.typing as npt
from fsspec.implementations.local import LocalFileSystem

from picasso_tb.errors import DamagedFile, Forbidden, InvalidArgument, NotFound
from picasso_tb.store.npy import read_npy

FORMAT = 1
_PLAIN_NAME = re.compile(r"\w[\w .@+-]*")
_LONGEST_FILE_NAME = 240  # bytes: most file systems take 255, and an unfinished file's name is longer
_LONGEST_PLAIN_NAME = 100  # bytes: a payload's name holds two of them


class Folder:
    """Files of one directory, which is made when the first is written.

    Args:
        location: a path or an fsspec URL such as `gs://bucket/logs`.

    Raises:
        InvalidArgument: there is no file system for it here.
    """

    def __init__(self, location: str | os.PathLike[str]) -> None:
        self._fs, self._path = file_system(location)
        self.is_local = isinstance(self._fs, LocalFileSystem)

    def __truediv__(self, below: str) -> "Folder":
        child = copy.copy(self)
        child._path = f"{self._path}/{below}"
        return child

    def __str__(self) -> str:
        return self._path if self.is_local else str(self._fs.unstrip_protocol(self._path))

    def exists(self) -> bool:
        """Whether the directory is there, as far as its file system can tell just now."""
        try:
            return bool(self._fs.isdir(self._path))
        except Exception:  # a remote file system raises errors of its own
            return False

    def read(self, name: str) -> bytes:
        """Content of a file.

        Raises:
            NotFound: there is no such file.
            Forbidden: the name, or the link behind it, leads out of this directory.
            DamagedFile: the file system refuses to read it.
        """
        with _reading(name):
            return bytes(self._fs.cat_file(self._readable(name)))

    def open(self, name: str) -> BinaryIO:
        """The file, to read and seek in; errors as of `read`."""
        with _reading(name):
            return cast(BinaryIO, self._fs.open(self._readable(name), "rb"))

    def read_json(self, name: str) -> dict[str, Any]:
        """A JSON object of our format.

        Raises:
            DamagedFile: it is no such object, or was written by a newer version.
        """
        try:
            content = json.loads(self.read(name), parse_float=_finite, parse_constant=_finite)
            written = content["format"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise DamagedFile(f'{name}: Expected a JSON object with a "format" and finite numbers.') from None
        if written != FORMAT:
            raise DamagedFile(f"{name}: Expected format {FORMAT}. Received: {written!r}. Update picasso-tb.")
        return content  # type: ignore[no-any-return]

    def read_array(self, name: str) -> npt.NDArray[Any]:
        """A `.npy` file.

        Raises:
            DamagedFile: it is none, or is truncated.
        """
        content = self.read(name)
        try:
            return read_npy(io.BytesIO(content))
        except Exception as error:  # numpy raises nearly anything on damaged bytes
            raise DamagedFile(f"{name}: Expected a .npy file. {error}") from None

    def write(self, name: str, content: bytes) -> None:
        self.write_with(name, lambda file: file.write(content))

    def write_with(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        """Hand an open file to `write`; readers see all of it or nothing."""
        target = self._confined(name)
        self._fs.makedirs(self._path, exist_ok=True)
        if not self.is_local:  # an object appears when it is complete
            with self._fs.open(target, "wb") as file:
                write(file)
            return
        unfinished = f"{self._path}/.{name}.{uuid.uuid4().hex[:8]}.tmp"
        try:
            with open(unfinished, "wb") as file:
                write(file)
            os.replace(unfinished, target)
        finally:
            if os.path.exists(unfinished):
                os.remove(unfinished)

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        self.write(name, json.dumps({"format": FORMAT, **content}, indent=1, allow_nan=False).encode())

    def write_array(self, name: str, array: npt.NDArray[Any]) -> None:
        self.write_with(name, lambda file: np.save(file, array, allow_pickle=False))

    def append(self, name: str, content: bytes) -> None:
        """Add to the end of a file, which need not exist; a remote one is put again as a whole."""
        target = self._confined(name)
        self._fs.makedirs(self._path, exist_ok=True)
        if self.is_local:
            with open(target, "ab") as file:
                file.write(content)
        else:
            earlier = self._fs.cat_file(target) if self._fs.exists(target) else b""
            self._fs.pipe_file(target, earlier + content)

    def stamps(self, suffix: str) -> dict[str, Any]:
        """Names that end in `suffix`, each with a value that changes when the file does.

        Raises:
            DamagedFile: the directory is there but cannot be listed.
        """
        try:
            with _reading(os.path.basename(self._path)):
                files = self._fs.ls(self._path, detail=True, refresh=True)
        except NotFound:
            return {}
        return {name: stamp for name, stamp in map(_name_and_stamp, files) if _shown(name, suffix)}

    def remove(self, *names: str) -> None:
        """Remove the files in this order; one that is gone already is no error."""
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                self._fs.rm_file(self._confined(name))

    def touch(self, name: str, unless_within: float) -> None:
        """Note that the file was used just now, where the file system can.

        Args:
            unless_within: seconds; a file touched so lately is left as it is.
        """
        if self.is_local:
            path = self._confined(name)
            if time.time() - os.stat(path).st_mtime > unless_within:
                os.utime(path)

    def _readable(self, name: str) -> str:
        path = self._confined(name)
        if self.is_local:
            refuse_pipe(path)
        return path

    def _confined(self, name: str) -> str:
        if not _is_plain(name, _LONGEST_FILE_NAME):
            raise Forbidden(f"Expected a plain file name. Received: {name!r}")
        path = f"{self._path}/{name}"
        if self.is_local and os.path.islink(path):
            home = os.path.realpath(self._path)
            if os.path.commonpath([home, os.path.realpath(path)]) != home:
                raise Forbidden(f"{name} is a link that leads out of its directory")
        return path


def refuse_pipe(path: str) -> None:
    """
    Raises:
        DamagedFile: it is a pipe, a socket or a device, and may be read without end.
    """
    with contextlib.suppress(OSError):  # what is not there is told where it is read
        mode = os.stat(path).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise DamagedFile(f"{path}: Expected a file. Received: a pipe, a socket or a device.")


def file_system(location: str | os.PathLike[str]) -> tuple[fsspec.AbstractFileSystem, str]:
    """The file system of a path or URL, and the path in it; errors as of `Folder`."""
    try:
        text = os.fspath(location)
        if "://" not in text:  # fsspec would take a path that holds `::` for a chain of URLs
            return LocalFileSystem(), os.path.abspath(os.path.expanduser(text))
        return fsspec.core.url_to_fs(text)  # type: ignore[no-any-return]
    except (TypeError, ValueError, ImportError) as error:
        raise InvalidArgument(f"Expected a path or an fsspec URL. Received: {location!r}. {error}") from None


def printable(text: str) -> str:
    """The text, where bytes of a file's name that are not UTF-8 are spelt out: JSON cannot hold them."""
    return text.encode(errors="backslashreplace").decode()


def plain_name(name: str, field: str) -> str:
    """The name, if it can be a file's.

    Raises:
        InvalidArgument: it cannot.
    """
    if not _is_plain(name, _LONGEST_PLAIN_NAME):
        raise InvalidArgument(
            f"{field}: Expected up to 100 letters, digits, spaces and any of ._@+-. Received: {name!r:.120}",
            field,
        )
    return name


def _is_plain(name: str, longest: int) -> bool:
    return bool(_PLAIN_NAME.fullmatch(name)) and ".." not in name and len(name.encode()) <= longest


@contextlib.contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NotFound(f"{name} is gone") from None
    except OSError as error:
        raise DamagedFile(f"{name} cannot be read: {error.strerror or error}") from None


def _finite(number: str) -> float:
    """What Python's JSON reads beyond the standard, and what overflows, is no number of ours."""
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(number)
    return value


def _name_and_stamp(file: Mapping[str, Any]) -> tuple[str, Any]:
    changed = file.get("mtime") or file.get("LastModified") or file.get("updated") or file.get("created")
    return file["name"].rsplit("/", 1)[-1], (str(changed), file.get("size"), file.get("ino"))


def _shown(name: str, suffix: str) -> bool:
    return name.endswith(suffix) and not name.startswith(".")
