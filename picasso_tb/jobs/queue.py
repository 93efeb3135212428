"""The queue in front of the workers: what is asked twice is computed once, what nobody wants is dropped."""

import functools
import itertools
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future

from picasso_tb.errors import Busy, Cancelled, NotFound, PicassoError
from picasso_tb.jobs.engine import WORKER_DIED, Workers, as_error
from picasso_tb.jobs.job import Job, Piece, Progress, Question, Running, narrow
from picasso_tb.jobs.pace import Paces
from picasso_tb.jobs.previews import OldPreviews, previews_left
from picasso_tb.jobs.progress import Mailbox, Report
from picasso_tb.jobs.tasks import MapTask, ProbePart, TaskReport, compute_maps
from picasso_tb.jobs.warming import Warming
from picasso_tb.store.records import CheckpointRecord, ModelRecord

_SECONDS_PER_TASK = 1.5
_JOBS_REMEMBERED = 200
_SECONDS_BETWEEN_LOOKS = 5


class Queue:
    """Jobs in, maps in the result store out. The newest job goes first: somebody is looking at it.

    Args:
        engine: where tasks run.
        results: location of the result store.
        mail: location of the folder for progress.
        most_pieces: waiting pieces beyond which new jobs are refused.
        ahead: locations of other result stores, to read in.
        previews: whether anybody will look at them.
        on_idle: called, outside of requests, when nothing is left to do.
        on_end: called when a question about a probe is answered or has failed.
    """

    def __init__(
        self,
        engine: Workers,
        results: str,
        mail: str,
        most_pieces: int,
        ahead: Sequence[str] = (),
        previews: bool = True,
        on_idle: Callable[[], object] = lambda: None,
        on_end: Callable[[Question, PicassoError | None], object] = lambda question, error: None,
    ) -> None:
        self._engine = engine
        self._results = results
        self._mail = mail
        self._most_pieces = most_pieces
        self._ahead = tuple(ahead)
        self._previews = previews
        self._on_idle = on_idle
        self._on_end = on_end
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._pieces: dict[str, Piece] = {}  # by each key they will answer
        self._running: dict[str, Running] = {}
        self._paces = Paces()
        self._warming = Warming(engine, mail, self._paces)
        self._old_previews = OldPreviews(results)
        self._previews_left: dict[str, str] = {}
        self._numbers = itertools.count()
        self._worked = 0.0  # when a task last ended
        self._dispatcher = threading.Thread(target=self._dispatch, name="picasso-queue", daemon=True)

    def submit(self, wanted: Iterable[tuple[Question, ProbePart]]) -> str:
        """A job for the maps under the parts' keys; those on their way are waited for, not asked again.

        Raises:
            Busy: too much is waiting.
        """
        with self._changed:
            wanted = list(wanted)
            job = Job(uuid.uuid4().hex, next(self._numbers), [], set(), 0)
            known = self._live_job({key for _, part in wanted for key in part.keys})
            if known:
                return known.id  # so that who reloads the page can cancel what he began
            if len(set(self._pieces.values())) + len(wanted) > self._most_pieces:
                raise Busy(
                    f"Expected at most {self._most_pieces} probes to be waiting. Try again in a while."
                )
            for question, part in wanted:
                self._add(job, question, part)
            self._jobs[job.id] = job
            self._forget_old_jobs()
            if self._dispatcher.ident is None:
                self._previews_left = previews_left(self._mail)
                self._dispatcher.start()
            self._changed.notify()
            return job.id

    def job(self, id: str) -> Job:
        """Raises NotFound if there is no such job (any more)."""
        if id not in self._jobs:
            raise NotFound(f"Expected a job of this TensorBoard. Received: {id!r}", "job")
        return self._jobs[id]

    def cancel(self, id: str) -> Job:
        """Drop what only this job wants; a running task stops at its next batch."""
        with self._changed:
            job = self.job(id)
            if job.state in ("queued", "running"):
                job.cancelled = True
                for piece in job.pieces:
                    piece.jobs.discard(id)
                    if not piece.jobs and piece.task is None:
                        self._drop(piece)
                for running in self._running.values():
                    if running.cancelled is None and not any(piece.jobs for piece in running.pieces):
                        running.cancelled = time.time()
                        running.mailbox.cancel()
            return job

    def stop(self, seconds: float) -> None:
        """Cancel all jobs, and give running tasks so long to notice."""
        with self._changed:
            for job in self._jobs.values():
                self.cancel(job.id)
            self._changed.wait_for(lambda: not self._running, seconds)

    def progress(self, job: Job) -> Progress:
        """Where the job stands."""
        with self._changed:
            own = {piece.task for piece in job.pieces if piece.task}
            running = [self._running[task] for task in own if task in self._running]
            finished = {key for key, _ in job.finished}
            done = sum(p.question.passes for p in job.pieces if finished.issuperset(p.part.keys))
            ahead = len(self._running)
            seconds_per_pass = {self._paces.likely(piece.question) for piece in job.pieces}
        reports = [one.mailbox.read() for one in running]
        said_now = {key: preview for said in reports if said for key, preview in said.previews.items()}
        previews = self._previews_left | said_now
        done += sum(min(said.passes, one.passes) for said, one in zip(reports, running, strict=True) if said)
        phase, since = self._phase(job, running, reports, ahead)
        pace = seconds_per_pass.pop() if len(seconds_per_pass) == 1 else None
        done = min(done, job.passes)
        left = None if pace is None else (job.passes - done) * pace / self._engine.settings.workers
        wanted = {key: preview for key, preview in previews.items() if key in job.keys - finished}
        return Progress(job.state, phase, time.time() - since, done, job.passes, left, wanted)

    def seconds(self, questions: Iterable[Question]) -> float | None:
        """How long one probe of each question will take together; None if its network was never timed."""
        seconds = self._paces.seconds(questions)
        return None if seconds is None else seconds / self._engine.settings.workers

    def warm_up(self, run: str, checkpoint: CheckpointRecord, model: ModelRecord) -> bool:
        """Have a worker ready for this checkpoint; whether that was begun: not while anything is to do."""
        with self._changed:
            return not self._pieces and self._warming.start(run, checkpoint, model)

    def _phase(
        self, job: Job, running: Sequence[Running], reports: Sequence[Report | None], ahead: int
    ) -> tuple[str, float]:
        """What happens, in words, and since when."""
        for report in reports:
            if said := report or self._warming.report():
                return said.phase, said.since
        if running:
            starting = time.time() - self._worked > self._engine.settings.idle_seconds
            return "starting a worker" if starting else "waiting for a worker", running[0].submitted
        if job.state in ("queued", "running"):
            others = f" for {ahead} other task{'s' * (ahead != 1)}" if ahead else ""
            return f"waiting{others}", job.created
        return job.state, time.time()

    def _live_job(self, keys: set[str]) -> Job | None:
        """The job under way for exactly these maps."""
        return next(
            (job for job in self._jobs.values() if job.keys == keys and job.state in ("queued", "running")),
            None,
        )

    def _add(self, job: Job, question: Question, part: ProbePart) -> None:
        new_keys = tuple(key for key in part.keys if key not in self._pieces)
        pieces = {self._pieces[key] for key in part.keys if key in self._pieces}
        if new_keys:
            piece = Piece(*narrow(question, part, new_keys))
            pieces.add(piece)
            self._pieces.update(dict.fromkeys(new_keys, piece))
        for piece in pieces:
            piece.jobs.add(job.id)
            job.passes += piece.question.passes
        job.pieces.extend(pieces)
        job.keys.update(part.keys)

    def _forget_old_jobs(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.state in ("done", "cancelled")]
        for id in ended[:-_JOBS_REMEMBERED]:
            del self._jobs[id]

    def _drop(self, piece: Piece) -> None:
        for key in piece.part.keys:
            self._pieces.pop(key, None)

    def _dispatch(self) -> None:
        while not self._engine.closed:
            with self._changed:
                self._changed.wait_for(self._can_start, _SECONDS_BETWEEN_LOOKS)
                stuck = any(one.is_stuck for one in self._running.values())
                running = self._next_task() if self._can_start() and not stuck else None
            self._old_previews.discard()
            if stuck:
                self._engine.kill_workers()
            elif running:
                self._start(running)

    def _start(self, running: Running) -> None:
        try:
            future = self._engine.submit(compute_maps, running.task)
        except Exception as error:  # whatever keeps a process from starting must not end the dispatcher
            self._ended(running, error)
        else:
            future.add_done_callback(functools.partial(self._collect, running))

    def _can_start(self) -> bool:
        if any(piece.crashes for one in self._running.values() for piece in one.pieces):
            return False  # suspects run alone, so that a second crash tells who it was
        waiting = self._waiting()
        if waiting and waiting[0].crashes:
            return not self._running
        return bool(waiting) and len(self._running) <= self._engine.settings.workers

    def _waiting(self) -> list[Piece]:
        """Pieces without a task: suspects of a crash first, then the newest job's in its own order."""
        newest_first = sorted(self._jobs.values(), key=lambda job: -job.number)
        waiting = [
            piece
            for job in newest_first
            if not job.cancelled and len(job.finished) < len(job.keys)
            for piece in job.pieces
            if piece.task is None and self._pieces.get(piece.part.keys[0]) is piece
        ]
        return sorted(waiting, key=lambda piece: -piece.crashes)

    def _next_task(self) -> Running:
        waiting = self._waiting()
        question = waiting[0].question
        alike = [piece for piece in waiting if piece.question == question and not piece.crashes]
        pieces = waiting[:1] if waiting[0].crashes else list(dict.fromkeys(alike))[: self._room(question)]
        task = MapTask(
            id=uuid.uuid4().hex,
            run=question.run,
            checkpoint=question.checkpoint,
            model=question.model,
            probes=tuple(piece.part for piece in pieces),
            visualization=question.visualization,
            source=question.source,
            settings=question.settings,
            ranks=question.ranks,
            classes=question.classes,
            results=self._results,
            mail=self._mail,
            ahead=self._ahead,
            previews=self._previews,
        )
        running = Running(task, pieces, Mailbox(self._mail, task.id), time.time())
        self._running[task.id] = running
        for piece in pieces:
            piece.task = task.id
        return running

    def _room(self, question: Question) -> int:
        """Probes that fit in one task; a single one until the pace is known."""
        pace = self._paces.exact(question)
        return 1 if pace is None else max(1, int(_SECONDS_PER_TASK / (pace * question.passes + 1e-9)))

    def _collect(self, running: Running, future: "Future[TaskReport]") -> None:
        """Executor's callback: never raises, or the executor's own thread would suffer."""
        # A cluster cancels what it was handed when it ends.
        error = CancelledError() if future.cancelled() else future.exception()
        self._ended(running, error, None if error else future.result())

    def _ended(self, running: Running, error: BaseException | None, report: TaskReport | None = None) -> None:
        if self._engine.closed:
            return  # the workers were killed because nobody will ask any more
        with self._changed:
            self._running.pop(running.task.id, None)
            for piece in running.pieces:
                piece.task = None
                if piece.jobs and self._may_try_again(piece, error):
                    continue
                found = report.errors.get(piece.part.probe.id) if report else None
                self._finish(piece, as_error(error) or found)
            if report and report.passes and len(report.errors) < len(running.pieces):
                self._paces.note(running.pieces[0].question, report.compute_seconds / running.passes)
            self._worked = time.time()
            idle = not self._pieces
            self._changed.notify()
        said = running.mailbox.read()
        self._old_previews.add([*said.previews.values(), *said.outdated] if said else ())
        running.mailbox.remove()
        if idle:
            threading.Thread(target=self._on_idle, name="picasso-idle", daemon=True).start()

    def _may_try_again(self, piece: Piece, error: BaseException | None) -> bool:
        """A dead worker takes all tasks in flight with it; a piece in flight at two deaths is given up."""
        if isinstance(error, WORKER_DIED):
            piece.crashes += 1
            return piece.crashes < 2
        return isinstance(error, Cancelled)  # and yet wanted: asked again just after it was cancelled

    def _finish(self, piece: Piece, error: PicassoError | None) -> None:
        self._drop(piece)
        self._on_end(piece.question, error)
        for id in piece.jobs:
            job = self._jobs[id]
            job.finished.extend((key, error) for key in piece.part.keys if key in job.keys)
