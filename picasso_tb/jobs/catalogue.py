"""What can be asked for: the built-in visualizations, and users' own as another process describes them."""

import copy
import dataclasses
import functools
import json
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from picasso_tb.errors import BrokenVisualization, Busy, NotFound, PicassoError
from picasso_tb.extensions.child import Child
from picasso_tb.extensions.describe import described, resolved
from picasso_tb.extensions.source import Source, all_sources, digest_of, signature_of
from picasso_tb.jobs.job import Question
from picasso_tb.visualizations.declare import CATALOGUE

_INTERPRETER = "picasso_tb.extensions.interpreter"
_SECONDS_TO_IMPORT = 30
_SECONDS_FOR_SETTINGS = 10
_SECONDS_BETWEEN_SCANS = 1.0
_RESOLVED = 2000


@dataclasses.dataclass(frozen=True)
class Entry:
    """A line of the catalogue.

    Attributes:
        description: what `described` says, or for a file that cannot be used nothing.
        source: of a user's visualization; None for a built-in one.
        error: why it cannot be used.
        failure: what went wrong when it was last used, though it may be used again.
    """

    name: str
    version: str
    description: Mapping[str, Any]
    source: Source | None = None
    error: str | None = None
    failure: str | None = None

    @property
    def is_being_read(self) -> bool:
        return self.error == _BEING_READ


@dataclasses.dataclass(frozen=True)
class Resolved:
    """A visualization with its settings in full.

    Attributes:
        version: with the name, what tells its maps from others.
        sign: of a map with these settings.
        quantity: what a value is with these settings.
        passes: for one probe and the number of targets asked for.
        has_page: whether its answer depends on the names of classes and probes too.
    """

    name: str
    version: str
    source: Source | None
    needs: str
    settings: dict[str, Any]
    sign: str
    quantity: str
    passes: int
    has_page: bool


@dataclasses.dataclass(frozen=True)
class _Described:
    """What the interpreter said of a source, or why it said nothing."""

    source: Source
    visualizations: Sequence[Mapping[str, Any]] = ()
    error: str | None = None


class Catalogue:
    """Watches folders and entry points; safe to share among threads.

    Args:
        folders: with users' own files; none makes a catalogue of the built-in and the installed.
    """

    def __init__(self, folders: Sequence[str] = ()) -> None:
        self._folders = folders
        self._describer = Child(_INTERPRETER, _SECONDS_TO_IMPORT)
        self._resolver = Child(_INTERPRETER, _SECONDS_FOR_SETTINGS)
        self._changed = threading.Condition()
        self._described: dict[Any, _Described] = {}  # by source and the state of its files
        self._installed: dict[str, str] = {}  # module -> file, once it is known
        self._failures: dict[
            tuple[Source | None, str], tuple[Question, str]
        ] = {}  # by source, digest and all, and name
        self._wanted: list[tuple[Any, Source]] = []  # as the folders and packages have it now
        self._folder_errors: list[str] = []
        self._scanned = -_SECONDS_BETWEEN_SCANS
        self._thread: threading.Thread | None = None
        self._resolve_known = functools.lru_cache(_RESOLVED)(self._resolve_own)

    def entries(self, wait: float) -> list[Entry]:
        """Every line, the built-in first; what could not be described within `wait` seconds says so."""
        entries = [Entry(one.name, str(one.version), described(one)) for one in CATALOGUE.values()]
        taken = {entry.name: "a built-in visualization" for entry in entries}
        with self._changed:
            self._scan()
            self._changed.wait_for(lambda: not self._missing(), wait)
            known = [(source, self._described.get(key)) for key, source in self._wanted]
            folder_errors = list(self._folder_errors)
        entries += [_broken(text.partition(":")[0], text) for text in folder_errors]
        for source, found in known:
            entries += _entries_of(source, found, taken)
        return [self._with_failure(entry) for entry in entries]

    def _with_failure(self, entry: Entry) -> Entry:
        found = self._failures.get((entry.source, entry.name))
        return dataclasses.replace(entry, failure=found[1]) if found else entry

    def resolve(self, name: str, values: Mapping[str, Any], targets: int, wait: float) -> Resolved:
        """A visualization with the settings given, the rest at their defaults.

        Args:
            targets: how many classes of each probe are asked for.

        Raises:
            NotFound: there is none of that name.
            InvalidArgument: a setting is wrong.
            BrokenVisualization: it cannot be used.
            Busy: it may be among those not described yet.
        """
        if name in CATALOGUE:
            builtin = CATALOGUE[name]
            known = resolved(builtin, values, targets)
            version, needs = str(builtin.version), builtin.needs.value
            return Resolved(name, version, None, needs, **known, has_page=False)
        entries = self.entries(wait)
        entry = next((one for one in entries if one.name == name), None)
        if entry is None:
            if any(one.is_being_read for one in entries):
                raise Busy("Visualizations are still being read. Try again in a while.", "visualization")
            names = ", ".join(sorted(one.name for one in entries if one.error is None))
            raise NotFound(f"Expected one of {names}. Received: {name!r}", "visualization")
        if entry.error is not None or entry.source is None:
            raise BrokenVisualization(str(entry.error), "visualization")
        known = self._resolve_known(entry.source, name, json.dumps(dict(values), sort_keys=True), targets)
        needs, has_page = entry.description["needs"], entry.description["has_page"]
        return Resolved(name, entry.version, entry.source, needs, **copy.deepcopy(known), has_page=has_page)

    def note_end(self, question: Question, error: PicassoError | None) -> None:
        """Remember whether a user's visualization failed by its own fault when it was last used."""
        used = (question.source, question.visualization)
        with self._changed:
            if isinstance(error, BrokenVisualization):
                self._failures[used] = (question, error.message)
            elif error is None and used in self._failures and self._failures[used][0] != question:
                del self._failures[used]  # the same question failed for another probe

    def _resolve_own(self, source: Source, name: str, values: str, targets: int) -> dict[str, Any]:
        """Kept by source, whose digest is a part of it, and by the JSON text of the settings."""
        question = {
            "source": dataclasses.asdict(source),
            "name": name,
            "settings": json.loads(values),
            "targets": targets,
        }
        answer: dict[str, Any] = self._resolver.ask(question, f"Reading the settings of {name}")
        return answer

    def _scan(self) -> None:
        """Look what there is, a moment after the last look; have described what is new."""
        if time.monotonic() - self._scanned < _SECONDS_BETWEEN_SCANS:
            return
        self._wanted, self._folder_errors = [], []
        for source in all_sources(self._folders):
            if isinstance(source, OSError):
                self._folder_errors.append(f"{source.filename}: {source.strerror}")
                continue
            try:
                self._wanted.append(self._keyed(source))
            except OSError as error:  # removed this very moment
                self._folder_errors.append(f"{source.file}: {error.strerror}")
        self._scanned = time.monotonic()
        for key in self._described.keys() - {key for key, _ in self._wanted}:
            del self._described[key]
        if self._missing() and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=self._describe, name="picasso-describe", daemon=True)
            self._thread.start()

    def _keyed(self, source: Source) -> tuple[Any, Source]:
        """The source, and what is another as soon as one of its files is written."""
        file = source.file or self._installed.get(source.module, "")
        return (source, signature_of(file) if file else ()), source

    def _missing(self) -> list[tuple[Any, Source]]:
        return [(key, source) for key, source in self._wanted if key not in self._described]

    def _describe(self) -> None:
        while True:
            with self._changed:
                missing = self._missing()
                if not missing:
                    self._thread = None
                    return
                key, source = missing[0]
            found = self._ask(source)
            with self._changed:
                self._described[key] = found
                if source.module and not found.error:
                    self._installed[source.module] = found.source.file
                    self._described[self._keyed(source)[0]] = found
                    self._scanned = -_SECONDS_BETWEEN_SCANS
                self._changed.notify_all()

    def _ask(self, source: Source) -> _Described:
        try:
            if source.module in self._installed:
                self._describer.stop()  # it has imported the module as it was
                self._resolver.stop()
            if source.file:
                source = dataclasses.replace(source, digest=digest_of(source.file))
            answer = self._describer.ask({"source": dataclasses.asdict(source)}, f"Importing {source.name}")
        except PicassoError as error:
            return _Described(source, error=error.message)
        except OSError as error:
            return _Described(source, error=f"{source.name} cannot be read: {error.strerror}")
        known = dataclasses.replace(source, file=answer["file"], digest=answer["digest"])
        return _Described(known, answer["visualizations"])


_BEING_READ = "It is being read: importing it takes its time."


def _entries_of(source: Source, found: _Described | None, taken: dict[str, str]) -> list[Entry]:
    """The lines of a source, where names that are taken are errors."""
    place = source.file or source.module
    if found is None or found.error:
        return [_broken(place, _BEING_READ if found is None else str(found.error), source.name)]
    entries = []
    for description in found.visualizations:
        name = description["name"]
        if name in taken:
            error = f"Expected a name of its own. Received: {name!r}, the name of {taken[name]}"
            entries.append(_broken(f"{place}:{name}", error, source.name))
            continue
        taken[name] = f"one in {place}"
        entries.append(Entry(name, found.source.digest, description, found.source))
    return entries


def _broken(place: str, error: str, title: str | None = None) -> Entry:
    """A line for what cannot be chosen; its name is no name of a visualization."""
    return Entry(place, "", {"title": title or place}, Source(place), error)
