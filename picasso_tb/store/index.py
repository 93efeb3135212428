"""What a log directory holds, kept up to date in the background."""

import dataclasses
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Generic

import fsspec

from picasso_tb.errors import NotFound, PicassoError
from picasso_tb.store.folder import Folder
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord, R, read_record
from picasso_tb.store.run import RunStore

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_SCANS = 1.0
_REST_PER_SCAN = 5  # a scan that takes long is followed by a rest that many times as long


@dataclasses.dataclass(frozen=True)
class Problem:
    """A file that could not be read."""

    file: str
    message: str


class RecordFolder(Generic[R]):
    """The records of a folder; only files that changed are read again."""

    def __init__(self, folder: Folder, kind: type[R]) -> None:
        self._folder = folder
        self._kind = kind
        self._known: dict[str, tuple[Any, R | Problem]] = {}

    def refresh(self) -> None:
        known = {}
        for name, stamp in self._folder.stamps(".json").items():
            before = self._known.get(name)
            known[name] = before if before and before[0] == stamp else (stamp, self._read(name))
        self._known = known

    def records(self) -> list[R]:
        return [entry for _, entry in self._known.values() if not isinstance(entry, Problem)]

    def problems(self) -> list[Problem]:
        return [entry for _, entry in self._known.values() if isinstance(entry, Problem)]

    def _read(self, name: str) -> R | Problem:
        try:
            return read_record(self._folder, name, self._kind)
        except (PicassoError, OSError) as error:
            return Problem(name, str(error))


class RunIndex:
    """One run: its store and what was last seen in it."""

    def __init__(self, name: str, location: str) -> None:
        self.name = name
        self.store = RunStore(location)
        self._probes = RecordFolder(self.store.probes, ProbeRecord)
        self._models = RecordFolder(self.store.models, ModelRecord)
        self._checkpoints = RecordFolder(self.store.checkpoints, CheckpointRecord)

    def refresh(self) -> None:
        for folder in (self._probes, self._models, self._checkpoints):
            folder.refresh()

    @property
    def probes(self) -> list[ProbeRecord]:
        """In the order in which they were logged."""
        return sorted(self._probes.records(), key=lambda probe: (probe.order, probe.wall_time))

    @property
    def models(self) -> dict[str, ModelRecord]:
        return {model.name: model for model in self._models.records()}

    @property
    def checkpoints(self) -> list[CheckpointRecord]:
        """By step."""
        return sorted(self._checkpoints.records(), key=lambda checkpoint: (checkpoint.step, checkpoint.model))

    @property
    def problems(self) -> list[Problem]:
        return [*self._probes.problems(), *self._models.problems(), *self._checkpoints.problems()]

    def checkpoint(self, id: str) -> CheckpointRecord:
        for checkpoint in self._checkpoints.records():
            if checkpoint.id == id:
                return checkpoint
        raise NotFound(f"Expected a checkpoint of run {self.name!r}. Received: {id!r}", "checkpoint")

    def model(self, name: str) -> ModelRecord:
        if name not in self.models:
            raise NotFound(f"Run {self.name!r} holds no readable model {name!r}", "checkpoint")
        return self.models[name]


class Index:
    """The runs below one or more log directories.

    Requests read what the last scan found and ask for a new one; they wait for the very first only.

    Args:
        roots: a name to put before the runs of each log directory (may be empty) -> its path or URL.
        uploads: places of uploaded probes, by preference.
    """

    def __init__(self, roots: Mapping[str, str], uploads: Sequence[str]) -> None:
        self._roots = dict(roots)
        self._runs: dict[str, RunIndex] = {}
        self._uploads = [RunIndex("uploads", location) for location in uploads]
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
        own = [(run.store, probe) for probe in run.probes] if run else []
        for store, probe in own + self.uploads():
            if probe.id == id:
                return store, probe
        raise NotFound(f"Expected a probe{f' of run {run.name!r}' if run else ''}. Received: {id!r}", "probe")

    def _keep_scanning(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            began = time.monotonic()
            try:
                self._scan()
            except Exception:  # whatever a file system raises must not end the only scan there is
                logger.warning("Picasso could not read the log directory; it will try again", exc_info=True)
            self._scanned.set()
            time.sleep(max(_SECONDS_BETWEEN_SCANS, _REST_PER_SCAN * (time.monotonic() - began)))

    def _scan(self) -> None:
        self.refresh_uploads()
        found = {}
        for prefix, root in self._roots.items():
            for name, location in _runs_below(root):
                full_name = os.path.normpath(os.path.join(prefix, name))
                run = self._runs.get(full_name) or RunIndex(full_name, location)
                run.refresh()
                found[full_name] = run
        self._runs = {name: run for name, run in found.items() if run.models or run.checkpoints or run.probes}


def _runs_below(root: str) -> list[tuple[str, str]]:
    """Name and location of every directory that holds `plugins/picasso`."""
    fs, top = fsspec.core.url_to_fs(root)
    fs.invalidate_cache()
    runs = []
    for folder, below, _ in fs.walk(top):
        if "plugins" in below and fs.isdir(f"{folder}/plugins/picasso"):
            name = os.path.relpath(folder, top)
            runs.append((name, fs.unstrip_protocol(folder)))
        below[:] = [name for name in below if name != "plugins" and not name.startswith(".")]
    return runs
