"""What the queue deals in: questions, the pieces they fall into, tasks under way, and jobs."""

import dataclasses
import time
from collections.abc import Sequence
from typing import Any

from picasso_tb.errors import PicassoError
from picasso_tb.extensions.source import Source
from picasso_tb.jobs.progress import Mailbox
from picasso_tb.jobs.tasks import MapTask, ProbePart
from picasso_tb.store.records import CheckpointRecord, ModelRecord

SECONDS_TO_STOP = 30.0


@dataclasses.dataclass(frozen=True)
class Question:
    """What is asked about a probe. Probes asked the same question may share a task."""

    run: str
    checkpoint: CheckpointRecord
    model: ModelRecord
    visualization: str
    version: str
    source: Source | None
    settings: dict[str, Any]
    ranks: tuple[int, ...]
    classes: tuple[int, ...]
    passes: int

    @property
    def targets(self) -> list[str]:
        """As in a map's key: `top:<rank>` or `class:<index>`."""
        return [f"top:{rank}" for rank in self.ranks] or [f"class:{index}" for index in self.classes]

    @property
    def pace_key(self) -> tuple[str, str, int]:
        """Questions with the same take the same time a pass."""
        return self.checkpoint.architecture, self.visualization, len(self.targets)


@dataclasses.dataclass(eq=False)
class Piece:
    """One question about one probe: the smallest thing that is computed, dropped or fails."""

    question: Question
    part: ProbePart
    jobs: set[str] = dataclasses.field(default_factory=set)
    task: str | None = None
    crashes: int = 0


@dataclasses.dataclass(eq=False)
class Running:
    """A task that was handed to the executor."""

    task: MapTask
    pieces: list[Piece]
    mailbox: Mailbox
    submitted: float
    cancelled: float | None = None  # when

    @property
    def is_stuck(self) -> bool:
        """A cancelled task looks for its mark between batches; one that never does hangs, in a read maybe."""
        return self.cancelled is not None and time.time() - self.cancelled > SECONDS_TO_STOP

    @property
    def passes(self) -> int:
        return len(self.pieces) * self.pieces[0].question.passes


@dataclasses.dataclass(eq=False)
class Job:
    """A request for maps.

    Attributes:
        keys: of the maps wanted.
        finished: keys in the order in which they were done, each with what went wrong, if anything did.
    """

    id: str
    number: int
    pieces: list[Piece]
    keys: set[str]
    passes: int
    created: float = dataclasses.field(default_factory=time.time)
    finished: list[tuple[str, PicassoError | None]] = dataclasses.field(default_factory=list)
    cancelled: bool = False

    @property
    def state(self) -> str:
        if self.cancelled:
            return "cancelled"
        if len(self.finished) == len(self.keys):
            return "done"
        return "running" if any(piece.task for piece in self.pieces) else "queued"


@dataclasses.dataclass(frozen=True)
class Progress:
    """Where a job stands, for people.

    Attributes:
        previews: key of the last preview of a map under way, by the map's key.
    """

    state: str
    phase: str
    phase_seconds: float
    passes_done: int
    passes: int
    seconds_left: float | None
    previews: dict[str, str]


def narrow(question: Question, part: ProbePart, keys: Sequence[str]) -> tuple[Question, ProbePart]:
    """The question and part for some of the part's keys only."""
    kept = [part.keys.index(key) for key in keys]
    narrowed = dataclasses.replace(
        question,
        ranks=tuple(question.ranks[i] for i in kept) if question.ranks else (),
        classes=tuple(question.classes[i] for i in kept) if question.classes else (),
    )
    return narrowed, dataclasses.replace(part, keys=tuple(keys))
