"""Import users' visualizations. For worker processes and scripts; the server never does this."""

import contextlib
import dataclasses
import functools
import importlib
import importlib.machinery
import importlib.util
import os
import pathlib
import sys
import traceback
import types
from collections.abc import Iterator, Sequence

from picasso_tb.errors import BrokenVisualization, InvalidArgument, NotFound, PicassoError
from picasso_tb.extensions.source import Source, digest_of, installed_sources, template_of
from picasso_tb.visualizations.declare import CATALOGUE, Visualization, collecting

_PACKAGE = "picasso_own_"
_folders: dict[str, str] = {}  # package -> folder


def find(wanted: str | os.PathLike[str] | Visualization) -> Visualization:
    """A visualization by itself, by its name or by the path of its file.

    Raises:
        NotFound: there is none of that name, or no such file.
        BrokenVisualization: the file cannot be imported.
        InvalidArgument: the file holds several.
    """
    if isinstance(wanted, Visualization):
        return wanted
    if isinstance(wanted, os.PathLike) or wanted.endswith(".py"):
        found = load_file(wanted)
        if len(found) > 1:
            names = ", ".join(sorted(found))
            raise InvalidArgument(
                f"visualization: Expected a file with one visualization. Received: {names}. Import the file "
                "and hand over one of these",
                "visualization",
            )
        return next(iter(found.values()))
    if wanted in CATALOGUE:
        return CATALOGUE[wanted]
    installed = {name: entry for source in installed_sources() for name, entry in _load_quietly(source)}
    if wanted not in installed:
        names = ", ".join(sorted({*CATALOGUE, *installed}))
        raise NotFound(f"Expected one of {names}. Received: {wanted!r}", "visualization")
    return installed[wanted]


def load_file(path: str | os.PathLike[str]) -> dict[str, Visualization]:
    """The visualizations of a file, by name.

    Raises:
        NotFound: there is no such file.
        BrokenVisualization: it cannot be imported, or holds none.
    """
    file = os.path.abspath(os.path.expanduser(path))
    if not os.path.isfile(file):
        raise NotFound(f"Expected a Python file. Received: {file!r}", "visualization")
    return dict(load(Source(file, digest=digest_of(file))))


@functools.lru_cache(maxsize=64)
def load(source: Source) -> types.MappingProxyType[str, Visualization]:
    """The visualizations of a source, by name, each with its template.

    Raises:
        BrokenVisualization: it cannot be imported, holds none, or has changed since it was described.
    """
    folder = os.path.dirname(source.file)
    with blamed(source.name, folder):
        found = _import_installed(source) if source.module else _import_file(source)
    if not found:
        raise BrokenVisualization(f"{source.name}: Expected a function under @visualization. Received: none")
    if source.digest and digest_of(source.file) != source.digest:
        raise BrokenVisualization(f"{source.name} was changed just now. Ask again.")
    return types.MappingProxyType(found)


@contextlib.contextmanager
def blamed(name: str, folder: str) -> Iterator[None]:
    """Turn what a user's code raises into an error that names his line.

    Raises:
        BrokenVisualization: whatever else than an error of ours is raised within the block.
    """
    try:
        yield
    except (PicassoError, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        if type(error).__name__ == "ResourceExhaustedError":  # TensorFlow's: nobody's line is at fault
            raise
        raise BrokenVisualization(_described(error, name, folder)) from None


def _described(error: BaseException, name: str, folder: str) -> str:
    text = str(error).strip().splitlines()
    what = f"{type(error).__name__}: {text[0][:300]}" if text else type(error).__name__
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return f"{os.path.basename(error.filename)}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if folder and os.path.dirname(frame.filename) == folder]
    where = f"{os.path.basename(own[-1].filename)}, line {own[-1].lineno}" if own else name
    return f"{where}: {what}"


def _import_file(source: Source) -> dict[str, Visualization]:
    """A file as a module of a package made of its folder, anew for each digest."""
    package = f"{_PACKAGE}{source.digest}"
    name = f"{package}.{pathlib.Path(source.file).stem}"
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    for known in [one for one in sys.modules if one.partition(".")[0] == package]:
        del sys.modules[known]  # of an earlier import, which would declare nothing again
    _folders[package] = os.path.dirname(source.file)
    sys.modules[package] = types.ModuleType(package)
    sys.modules[package].__path__ = [_folders[package]]
    with collecting() as found:
        importlib.import_module(name)
    own = {key: entry for key, entry in found.items() if entry.compute.__module__ == name}
    return _with_template(own, source.file)


def _import_installed(source: Source) -> dict[str, Visualization]:
    """A module of an installed package; imported again where its file has changed."""
    name, _, attribute = source.module.partition(":")
    with collecting():
        module = sys.modules.get(name)
        if module is not None and getattr(module, "__picasso_digest__", source.digest) != source.digest:
            del sys.modules[name]
        module = importlib.import_module(name)
        module.__picasso_digest__ = source.digest  # type: ignore[attr-defined]
    found = [getattr(module, attribute)] if attribute else list(vars(module).values())
    entries = {entry.name: entry for entry in found if isinstance(entry, Visualization)}
    return _with_template(entries, str(module.__file__))


def _with_template(entries: dict[str, Visualization], file: str) -> dict[str, Visualization]:
    template = pathlib.Path(template_of(file))
    if not template.exists():
        return entries
    try:
        text = template.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BrokenVisualization(f"{template.name}: Expected text in UTF-8. Received: other bytes") from None
    return {name: dataclasses.replace(entry, template=text) for name, entry in entries.items()}


def _load_quietly(source: Source) -> list[tuple[str, Visualization]]:
    """None where the source is broken: what is asked for may be in another."""
    with contextlib.suppress(PicassoError):
        return list(load(source).items())
    return []


class _FreshLoader(importlib.machinery.SourceFileLoader):
    """Compiles anew: a file's cached bytecode is told apart by the second in which the file was written."""

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Finder:
    """Finds the modules of users' folders: a file and the helpers that it imports with `from ._helper`."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package, _, stem = name.partition(".")
        file = os.path.join(_folders[package], f"{stem}.py") if package in _folders else ""
        if not file or not os.path.isfile(file):
            return None
        return importlib.util.spec_from_file_location(name, file, loader=_FreshLoader(name, file))


_finder = _Finder()
