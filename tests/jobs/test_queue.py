"""The queue with real worker processes, which are also killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import Any

import psutil
import pytest

from picasso_tb.errors import Busy, NotFound, WorkerFailed
from picasso_tb.jobs.engine import Engine, EngineSettings
from picasso_tb.jobs.queue import Queue
from tests.running import wait_for

LONG = 100  # positions a side: long enough to be interrupted


def ended(queue: Queue, job: str, seconds: float = 240) -> Any:
    wait_for(lambda: queue.job(job).state == "done", seconds, lambda: str(queue.progress(queue.job(job))))
    return queue.job(job)


def workers() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [child for child in children if any("popen_loky" in part for part in child.cmdline())]


def kill_workers() -> None:
    for worker in workers():
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.kill()


def wait_until_computing(queue: Queue, job: str) -> None:
    wait_for(lambda: queue.progress(queue.job(job)).phase == "computing", 120)


class CountingEngine(Engine):
    """A real engine that remembers what it was given."""

    def __init__(self, settings: EngineSettings) -> None:
        super().__init__(settings)
        self.tasks: list[Any] = []

    def submit(self, function: Any, *arguments: Any) -> Any:
        self.tasks.append(arguments[0])
        return super().submit(function, *arguments)


class MurderousEngine(Engine):
    """An engine whose worker dies of one visualization."""

    def submit(self, function: Any, task: Any) -> Any:
        return super().submit(_die if task.visualization == "saliency" else function, task)


def _die(task: Any) -> None:
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_job_gives_every_map_and_tells_how_far_it_is(queue, ask, results):
    wanted = ask()
    job = queue.submit(wanted)
    assert [error for _, error in ended(queue, job).finished] == [None] * 4
    for _, part in wanted:
        assert results.info(part.keys[0])["quantity"] == "drop in class probability when covered"
    progress = queue.progress(queue.job(job))
    assert progress.passes_done == progress.passes == 4 * 10
    assert queue.seconds([question for question, _ in wanted]) > 0


def test_the_same_question_at_the_same_time_is_computed_once(engine, results, tmp_path, ask):
    counting = CountingEngine(engine.settings)
    queue = Queue(counting, results.location, str(tmp_path / "mail"), most_pieces=100)
    first, second = queue.submit(ask()), queue.submit(ask()[:3])
    assert len(ended(queue, first).finished) == 4
    assert len(ended(queue, second).finished) == 3
    keys = [key for task in counting.tasks for part in task.probes for key in part.keys]
    assert len(keys) == len(set(keys)) == 4


def test_a_cancelled_job_stops_at_once_and_the_next_one_works(queue, ask, results):
    job = queue.submit(ask(LONG))
    wait_until_computing(queue, job)
    queue.cancel(job)
    assert queue.job(job).state == "cancelled"
    wait_for(lambda: not queue._running, 60)
    assert results.info(ask(LONG)[0][1].keys[0]) is None
    ended(queue, queue.submit(ask()))


def test_asking_again_after_cancelling_computes(queue, ask):
    job = queue.submit(ask(40))
    wait_until_computing(queue, job)
    queue.cancel(job)
    again = ended(queue, queue.submit(ask(40)))
    assert [error for _, error in again.finished] == [None] * 4


def test_what_another_job_wants_survives_a_cancel(queue, ask):
    first, second = queue.submit(ask(5)), queue.submit(ask(5)[:3])
    queue.cancel(first)
    assert [error for _, error in ended(queue, second).finished] == [None] * 3


def test_who_asks_again_can_cancel_what_he_began(queue, ask):
    job = queue.submit(ask(LONG))
    assert queue.submit(ask(LONG)) == job  # as after a reload of the page
    queue.cancel(job)
    wait_for(lambda: not queue._running, 60)


def test_a_worker_that_hangs_is_replaced(queue, ask, monkeypatch):
    monkeypatch.setattr("picasso_tb.jobs.job.SECONDS_TO_STOP", 1.0)
    job = queue.submit(ask(LONG))
    wait_until_computing(queue, job)
    for worker in workers():
        worker.suspend()  # as in a read from a file system that does not answer
    queue.cancel(job)
    assert [error for _, error in ended(queue, queue.submit(ask(4))).finished] == [None] * 4


def test_a_killed_worker_costs_no_result(queue, ask):
    job, other = queue.submit(ask(LONG, step=0)), queue.submit(ask(30, step=1))
    wait_until_computing(queue, other)
    kill_workers()
    assert [error for _, error in ended(queue, other).finished] == [None] * 4
    queue.cancel(job)
    assert [error for _, error in ended(queue, queue.submit(ask(4))).finished] == [None] * 4


def test_what_kills_its_worker_ends_in_an_error_and_takes_nothing_along(engine, results, tmp_path, ask):
    queue = Queue(MurderousEngine(engine.settings), results.location, str(tmp_path / "mail"), most_pieces=100)
    [guilty, *_] = ask(visualization="saliency")
    innocent, deadly = queue.submit(ask(20)), queue.submit([guilty])
    [(_, error)] = ended(queue, deadly).finished
    assert isinstance(error, WorkerFailed) and "died twice" in error.message
    assert [error for _, error in ended(queue, innocent).finished] == [None] * 4


def test_a_full_queue_refuses(engine, results, tmp_path, ask):
    queue = Queue(engine, results.location, str(tmp_path / "mail"), most_pieces=3)
    with pytest.raises(Busy, match="at most 3"):
        queue.submit(ask())


def test_an_unknown_job_is_no_job(queue):
    with pytest.raises(NotFound, match="no-such-job"):
        queue.cancel("no-such-job")


def test_no_worker_outlives_its_parent():
    code = """
import sys, time
from picasso_tb.jobs.engine import Engine, EngineSettings
engine = Engine(EngineSettings(workers=2))
futures = [engine.submit(time.sleep, 0.5) for _ in range(2)]
[future.result() for future in futures]
engine.submit(time.sleep, 60)  # one busy, one idle
print("ready", flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout and parent.stdout.readline() == "ready\n"
    orphans = psutil.Process(parent.pid).children(recursive=True)
    assert len(orphans) >= 2
    parent.kill()
    parent.wait()
    wait_for(lambda: not any(orphan.is_running() for orphan in orphans), 60, lambda: str(orphans))
