"""The executor: loky's processes on this machine, and what loky leaves to us."""

import dataclasses
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

import loky
from loky.process_executor import BrokenProcessPool, ShutdownExecutorError

from picasso_tb.errors import PicassoError, WorkerFailed
from picasso_tb.jobs.tasks import WorkerSettings, start_worker

logger = logging.getLogger(__name__)

WORKER_DIED = (BrokenProcessPool, ShutdownExecutorError)
_MODEL_SHARE_OF_MEMORY = 0.1


@dataclasses.dataclass(frozen=True)
class EngineSettings:
    """How many workers there may be, and of what kind.

    Attributes:
        workers: processes at most; they start when needed.
        device: "cpu", so that a training keeps its GPU, or "gpu".
        idle_seconds: a worker without work ends after this time and gives its memory back.
        trust: packages, modules and functions that log directories may name.
    """

    workers: int = 1
    device: str = "cpu"
    idle_seconds: float = 300
    trust: tuple[str, ...] = ()


class Workers(Protocol):
    """What the queue asks of an engine, of this machine or of many.

    Attributes:
        closed: nobody will ask any more.
    """

    closed: bool

    @property
    def settings(self) -> EngineSettings: ...

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]": ...

    def kill_workers(self) -> None:
        """End at once what is being done."""


class Engine:
    """Starts tasks in worker processes. A broken executor is replaced at the next submit."""

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings
        self.closed = False  # the interpreter is about to exit
        self._current: Any = None  # loky keeps one executor a thread, and workers are killed from another
        self._worker_settings = WorkerSettings(
            device=settings.device,
            threads=max(1, loky.cpu_count() // settings.workers),
            model_bytes=int(_total_memory() * _MODEL_SHARE_OF_MEMORY / settings.workers),
            trust=settings.trust,
        )

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        first = self._current is None
        if first:
            self._current = self._executor()
        try:
            future = self._current.submit(function, *arguments)
        except (BrokenProcessPool, RuntimeError):  # broken, or shut down
            self._current = self._executor()
            future = self._current.submit(function, *arguments)
        if first:
            # loky waits for running tasks at exit, minutes maybe; what is registered later is called first.
            threading._register_atexit(self.close)  # type: ignore[attr-defined]
        return future  # type: ignore[no-any-return]

    def kill_workers(self) -> None:
        """End all worker processes at once; what they do fails with one of WORKER_DIED."""
        if self._current is not None:
            self._current.shutdown(wait=False, kill_workers=True)

    def close(self) -> None:
        """End the workers for good."""
        self.closed = True
        self.kill_workers()

    def _executor(self) -> Any:
        return loky.get_reusable_executor(
            max_workers=self.settings.workers,
            timeout=self.settings.idle_seconds,
            initializer=start_worker,
            initargs=(self._worker_settings, os.getpid()),
            env={
                "KERAS_BACKEND": "tensorflow",
                "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2"),
                # Loaded models are meant to stay; loky would take them for a leak and end the worker.
                "LOKY_MAX_MEMORY_LEAK_SIZE": "1e18",
                **({"CUDA_VISIBLE_DEVICES": "-1"} if self.settings.device == "cpu" else {}),
            },
        )


def as_error(error: BaseException | None) -> PicassoError | None:
    """What became of a task, in words for the user; None if nothing went wrong."""
    if error is None or isinstance(error, PicassoError):
        return error
    if isinstance(error, WORKER_DIED):
        return WorkerFailed(
            "The worker process died twice over this, often for lack of memory. "
            "Close other programs, or give fewer workers (--picasso_workers)."
        )
    logger.warning("A Picasso task could not be started or answered: %r", error)
    return WorkerFailed(f"{type(error).__name__}: {error}")


def _total_memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not every system tells
        return 8 * 2**30
