"""How a running task and the server hear of each other: small files, whatever machine the task runs on."""

import contextlib
import dataclasses
import time
from collections.abc import Iterator, Mapping

import numpy as np

from picasso_tb.errors import Cancelled, DamagedFile, NotFound
from picasso_tb.models.protocol import (
    ActivationsAndGradients,
    CoveredScores,
    Gradients,
    Images,
    Model,
    Patch,
    Scores,
    Targets,
)
from picasso_tb.store.folder import Folder

_SECONDS_BETWEEN_REPORTS = 0.2
_SECONDS_PER_CALL = 0.3  # so often the cancel mark is looked for


@dataclasses.dataclass(frozen=True)
class Report:
    """What a task said last: what it does, since when, and how many passes are behind it.

    Attributes:
        previews: key under which the last preview of a map is kept, by the map's key.
        outdated: keys of earlier previews that still are kept.
    """

    phase: str
    passes: int
    since: float
    previews: dict[str, str] = dataclasses.field(default_factory=dict)
    outdated: list[str] = dataclasses.field(default_factory=list)


class Mailbox:
    """Progress in one direction, the wish to cancel in the other.

    Args:
        location: a directory that server and worker both reach.
        task: a name of its own for each task.
    """

    def __init__(self, location: str, task: str) -> None:
        self._folder = Folder(location)
        self._progress = f"{task}.progress.json"
        self._cancel = f"{task}.cancel"
        self._phase = ""
        self._since = 0.0
        self._previews: dict[str, str] = {}
        self._outdated: list[str] = []

    def report(self, phase: str, passes: int = 0) -> None:
        """Say what is being done, and how many passes are behind us."""
        if phase != self._phase:
            self._phase, self._since = phase, time.time()
        report = Report(phase, passes, self._since, self._previews, self._outdated)
        self._folder.write_json(self._progress, dataclasses.asdict(report))

    def preview(self, previews: Mapping[str, str], outdated: list[str], passes: int) -> None:
        """Say where the last previews of some maps are kept, and earlier ones of any."""
        self._previews.update(previews)
        self._outdated = outdated
        self.report(self._phase, passes)

    def read(self) -> Report | None:
        """The last report, or None before the first."""
        try:
            said = self._folder.read_json(self._progress)
            return Report(said["phase"], said["passes"], said["since"], said["previews"], said["outdated"])
        except (NotFound, DamagedFile, KeyError):
            return None

    def cancel(self) -> None:
        with contextlib.suppress(OSError):
            self._folder.write(self._cancel, b"")

    def check(self) -> None:
        """Raises Cancelled if nobody waits for this task any more."""
        with contextlib.suppress(NotFound):
            self._folder.read(self._cancel)
            raise Cancelled("Cancelled")

    def remove(self) -> None:
        with contextlib.suppress(OSError):
            self._folder.remove(self._progress, self._cancel)


class TrackedModel:
    """A model that reports its passes and stops when the task is cancelled, without a line in any method.

    Long calls are cut into short ones, by the time that the last one took.
    """

    def __init__(self, model: Model, mailbox: Mailbox) -> None:
        self.classes = model.classes
        self.head = model.head
        self.value_range = model.value_range
        self.score_name = model.score_name
        self.score_source = model.score_source
        self.notes = model.notes
        self.layers = model.layers
        self._model = model
        self._mailbox = mailbox
        self._batch = 8
        self.passes = 0  # put through the network so far
        self._reported = time.monotonic()

    @property
    def computation(self) -> str:
        return self._model.computation

    def scores(self, images: Images) -> Scores:
        return np.concatenate([self._model.scores(images[part]) for part in self._parts(len(images), 1)])

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        parts = self._parts(len(images), 1 + targets.shape[1])  # forward, and back for each target
        return np.concatenate([self._model.gradients(images[part], targets[part]) for part in parts])

    def activations(self, images: Images, targets: Targets, layer: str) -> ActivationsAndGradients:
        parts = self._parts(len(images), 1 + targets.shape[1])
        found = [self._model.activations(images[part], targets[part], layer) for part in parts]
        return ActivationsAndGradients(*(np.concatenate(some) for some in zip(*found, strict=True)))

    def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
        parts = self._parts(len(patches), len(images))
        scores = [self._model.covered_scores(images, patches[part], fill) for part in parts]
        return np.concatenate(scores, axis=1)

    def _parts(self, items: int, passes_each: int) -> Iterator[slice]:
        """Consecutive slices of the items, between which the server is heard and told."""
        start = 0
        while start < items:
            self._mailbox.check()
            size = min(max(1, self._batch // passes_each), items - start)
            began = time.monotonic()
            yield slice(start, start + size)
            seconds = time.monotonic() - began
            start += size
            self.passes += size * passes_each
            if seconds < _SECONDS_PER_CALL / 2:
                self._batch *= 2
            elif seconds > _SECONDS_PER_CALL * 2:
                self._batch = max(1, self._batch // 2)
            self._report()

    def _report(self) -> None:
        if time.monotonic() - self._reported > _SECONDS_BETWEEN_REPORTS:
            self._mailbox.report("computing", self.passes)
            self._reported = time.monotonic()
