"""What a log directory holds, kept up to date in the background."""

import collections
import dataclasses
import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, Generic

from fsspec.implementations.local import LocalFileSystem

from picasso_tb.errors import NotFound
from picasso_tb.store.folder import Folder, file_system, printable
from picasso_tb.store.link import trouble_with
from picasso_tb.store.records import (
    CheckpointRecord,
    ModelRecord,
    ProbeRecord,
    ProofRecord,
    R,
    RefusalRecord,
    read_record,
)
from picasso_tb.store.run import RunStore

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_SCANS = 1.0
_REST_PER_SCAN = 5  # a scan that takes long is followed by a rest that many times as long


@dataclasses.dataclass(frozen=True)
class Problem:
    """A file or folder of a run, and why it is not used."""

    file: str
    message: str


class RecordFolder(Generic[R]):
    """The records of a folder; only files that changed, and those that could not be read, are read again."""

    def __init__(self, folder: Folder, kind: type[R]) -> None:
        self._folder = folder
        self._kind = kind
        self._known: dict[str, tuple[Any, R]] = {}
        self.problems: list[Problem] = []

    def refresh(self) -> None:
        """Look again; where the folder cannot be listed, what was known of it stays."""
        try:
            stamps = self._folder.stamps(".json")
        except Exception as error:  # a remote file system raises errors of its own
            self.problems = [_problem(os.path.basename(str(self._folder)), error)]
            return
        known, self.problems = self._known, []
        self._known = {}
        for name, stamp in stamps.items():
            try:
                unchanged = name in known and known[name][0] == stamp
                record = known[name][1] if unchanged else read_record(self._folder, name, self._kind)
                self._known[name] = stamp, record
            except Exception as error:
                self.problems.append(_problem(name, error))

    def records(self) -> list[R]:
        return [record for _, record in self._known.values()]


class RunIndex:
    """One run: its store and what was last seen in it.

    Attributes:
        probes: in the order in which they were logged.
        models: by name.
        checkpoints: by step.
    """

    def __init__(self, name: str, location: str) -> None:
        self.name = name
        self.store = RunStore(location)
        self.probes: list[ProbeRecord] = []
        self.models: dict[str, ModelRecord] = {}
        self.checkpoints: list[CheckpointRecord] = []
        self.problems: list[Problem] = []
        self._probes_by_id: dict[str, ProbeRecord] = {}
        self._probe_folder = RecordFolder(self.store.probes, ProbeRecord)
        self._checkpoint_folder = RecordFolder(self.store.checkpoints, CheckpointRecord)
        self._model_folder = RecordFolder(self.store.models, ModelRecord)
        self._proof_folder = RecordFolder(self.store.proofs, ProofRecord)
        self._refusal_folder = RecordFolder(self.store.refusals, RefusalRecord)
        self._refreshing = threading.Lock()

    def refresh(self) -> None:
        """Look again. One at a time, or the older of two listings could come to stay."""
        with self._refreshing:
            # A model is written before its checkpoints, so that, read after them, it is never the older.
            folders = (self._probe_folder, self._checkpoint_folder, self._model_folder)
            for folder in folders:
                folder.refresh()
            probes = self._probe_folder.records()
            self.probes = sorted(probes, key=lambda probe: (probe.order, probe.wall_time))
            self._probes_by_id = {probe.id: probe for probe in probes}
            self.models = {model.name: model for model in self._model_folder.records()}
            outdated = self._sort_checkpoints()
            self.problems = [problem for folder in folders for problem in folder.problems] + outdated
            self.problems += [*self._trouble_with_links(), *self._failed_proofs(), *self._refusals()]

    @property
    def is_empty(self) -> bool:
        return not (self.probes or self.models or self.checkpoints or self.problems)

    def find_probe(self, id: str) -> ProbeRecord | None:
        return self._probes_by_id.get(id)

    def checkpoint(self, id: str) -> CheckpointRecord:
        for checkpoint in self.checkpoints:
            if checkpoint.id == id:
                return checkpoint
        raise NotFound(f"Expected a checkpoint of run {self.name!r}. Received: {id!r}", "checkpoint")

    def model(self, name: str) -> ModelRecord:
        if name not in self.models:
            raise NotFound(f"Run {self.name!r} holds no readable model {name!r}", "checkpoint")
        return self.models[name]

    def _trouble_with_links(self) -> list[Problem]:
        """Of weights that lie elsewhere. Their checkpoints stay: maps that are known can still be seen."""
        links = [(one.id, trouble_with(one.link)) for one in self.checkpoints if one.link]
        return [Problem(f"{id}.json", printable(trouble)) for id, trouble in links if trouble]

    def _failed_proofs(self) -> list[Problem]:
        """Of models that are not what the training had; an earlier model's proof says nothing of this one."""
        self._proof_folder.refresh()
        return [
            Problem(f"{proof.model}.json", printable(proof.trouble))
            for proof in self._proof_folder.records()
            if proof.trouble
            and proof.model in self.models
            and self.models[proof.model].architecture == proof.architecture
        ]

    def _refusals(self) -> list[Problem]:
        """Models that could not be logged."""
        self._refusal_folder.refresh()
        return [Problem(f"{one.model}.json", printable(one.reason)) for one in self._refusal_folder.records()]

    def _sort_checkpoints(self) -> list[Problem]:
        """Leave out those whose network is not the one that the class names and the input belong to."""
        fitting, outdated = [], collections.Counter[str]()
        for checkpoint in self._checkpoint_folder.records():
            model = self.models.get(checkpoint.model)
            if model and model.architecture != checkpoint.architecture:
                outdated[model.name] += 1
            else:
                fitting.append(checkpoint)
        self.checkpoints = sorted(fitting, key=lambda checkpoint: (checkpoint.step, checkpoint.model))
        return [
            Problem(
                f"{name}.json",
                f"{count} checkpoint{'s were' if count > 1 else ' was'} logged with an earlier model of the "
                f"name {name!r}; log into a new run to keep both",
            )
            for name, count in outdated.items()
        ]


class Index:
    """The runs below one or more log directories.

    Requests read what the last scan found and ask for a new one; they wait for the very first only.

    Args:
        roots: of each log directory, a name to put before its runs (may be empty), and its path or URL.
        uploads: places of uploaded probes, by preference.
    """

    def __init__(self, roots: Sequence[tuple[str, str]], uploads: Sequence[str]) -> None:
        self._roots = roots
        self._locations: dict[str, list[tuple[str, str]]] = {}  # of the runs below each root
        self._runs: dict[str, RunIndex] = {}
        self._uploads = [RunIndex("uploads", location) for location in uploads]
        self._warned: set[str] = set()
        self._wanted = threading.Event()
        self._scanned = threading.Event()
        self._thread = threading.Thread(target=self._keep_scanning, name="picasso-index", daemon=True)
        self._start = threading.Lock()

    @property
    def scanned(self) -> bool:
        """Whether the log directories have been read once."""
        return self._scanned.is_set()

    def refresh_soon(self, wait_for_first: float = 0) -> None:
        """Ask for a scan; wait at most so many seconds if there has been none yet."""
        with self._start:
            if self._thread.ident is None:
                self._thread.start()
        self._wanted.set()
        self._scanned.wait(wait_for_first)

    def runs(self) -> list[RunIndex]:
        return [run for _, run in sorted(self._runs.items())]

    def run(self, name: str) -> RunIndex:
        if name not in self._runs:
            raise NotFound(f"Expected a run with Picasso data. Received: {name!r}", "run")
        return self._runs[name]

    def has_data(self) -> bool:
        return bool(self._runs)

    def uploads(self) -> list[tuple[RunStore, ProbeRecord]]:
        """Uploaded probes, which belong to every run."""
        return [(place.store, probe) for place in self._uploads for probe in place.probes]

    def upload_stores(self) -> list[RunStore]:
        return [place.store for place in self._uploads]

    def refresh_uploads(self) -> None:
        for place in self._uploads:
            place.refresh()

    def find_probe(self, run: RunIndex | None, id: str) -> tuple[RunStore, ProbeRecord]:
        """A probe of the run, or an uploaded one."""
        for place in [run, *self._uploads] if run else self._uploads:
            probe = place.find_probe(id)
            if probe:
                return place.store, probe
        raise NotFound(f"Expected a probe{f' of run {run.name!r}' if run else ''}. Received: {id!r}", "probe")

    def _keep_scanning(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            began = time.monotonic()
            try:
                self._scan()
            except Exception as error:  # whatever happens must not end the only scan there is
                self._warn("the log directory", error)
            self._scanned.set()
            time.sleep(max(_SECONDS_BETWEEN_SCANS, _REST_PER_SCAN * (time.monotonic() - began)))

    def _scan(self) -> None:
        self.refresh_uploads()
        found = {}
        for prefix, root in self._roots:
            try:
                self._locations[root] = runs_below(root)
            except Exception as error:  # whatever a remote file system raises: its runs stay as they were
                self._warn(root, error)
            for name, location in self._locations.get(root, []):
                found[os.path.normpath(os.path.join(prefix, name))] = location
        runs = {}
        for name, location in found.items():
            run = self._runs.get(name)
            runs[name] = run if run and run.store.location == location else RunIndex(name, location)
            runs[name].refresh()
        self._runs = {name: run for name, run in runs.items() if not run.is_empty}

    def _warn(self, what: str, error: Exception) -> None:
        """Once for each failure: a scan follows every request."""
        warning = f"Picasso could not read {what}; it will try again. {type(error).__name__}: {error}"
        if warning not in self._warned:
            self._warned.add(warning)
            logger.warning(warning)


def runs_below(root: str) -> list[tuple[str, str]]:
    """Name and location of every directory that holds `plugins/picasso`."""
    fs, top = file_system(root)
    is_local = isinstance(fs, LocalFileSystem)
    fs.invalidate_cache()
    runs = []
    for folder, below, _ in _walk(top) if is_local else fs.walk(top):
        if "plugins" in below and fs.isdir(f"{folder}/plugins/picasso"):
            location = folder if is_local else fs.unstrip_protocol(folder)
            runs.append((printable(os.path.relpath(folder, top)), location))
        below[:] = [name for name in below if name != "plugins" and not name.startswith(".")]
    return runs


def _walk(top: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """As `os.walk`, but links are followed: what they lead to is named again where it was seen already, not
    entered again, and links that lead back up are left out."""
    entered: set[str] = set()
    for folder, below, files in os.walk(top, followlinks=True):
        below.sort(key=lambda name: (os.path.islink(f"{folder}/{name}"), name))  # its own name goes first
        real, parent = os.path.realpath(folder), os.path.realpath(os.path.dirname(folder))
        again = real in entered
        if not (again and os.path.commonpath([real, parent]) == real):
            yield folder, below, files
        if again:
            below.clear()
        entered.add(real)


def _problem(file: str, error: Exception) -> Problem:
    return Problem(printable(file), printable(str(error)))
