"""Many maps through a queue that is kept filled, a checkpoint at a time."""

import dataclasses
import time
from collections.abc import Callable, Iterable

from picasso_tb.errors import PicassoError
from picasso_tb.jobs.engine import Workers
from picasso_tb.jobs.job import Job, Question
from picasso_tb.jobs.queue import Queue
from picasso_tb.jobs.tasks import ProbePart

_SECONDS_BETWEEN_LOOKS = 0.1


@dataclasses.dataclass(frozen=True)
class Batch:
    """What is wanted of one checkpoint."""

    run: str
    step: int
    wanted: list[tuple[Question, ProbePart]]

    @property
    def keys(self) -> list[str]:
        return [key for _, part in self.wanted for key in part.keys]


@dataclasses.dataclass
class _UnderWay:
    batch: Batch
    job: Job
    seen: int = 0


def compute_ahead(
    queue: Queue,
    workers: Workers,
    batches: Iterable[Batch],
    on_finished: Callable[[Batch, str, PicassoError | None], object],
) -> None:
    """Compute all batches.

    Args:
        on_finished: told of every map's key, and of what went wrong if anything did.
    """
    waiting = iter(batches)
    under_way: list[_UnderWay] = []
    while True:
        while len(under_way) < workers.settings.workers + 2 and (batch := next(waiting, None)):
            under_way.append(_UnderWay(batch, queue.job(queue.submit(batch.wanted))))
        if not under_way:
            return
        ended = [one for one in under_way if one.job.state == "done"]
        for one in under_way:
            news = one.job.finished[one.seen :]
            one.seen += len(news)
            for key, error in news:
                on_finished(one.batch, key, error)
        under_way = [one for one in under_way if one not in ended]
        time.sleep(_SECONDS_BETWEEN_LOOKS)
