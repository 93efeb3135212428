"""The executor of a Dask cluster: the same tasks on many machines that share the paths."""

import dataclasses
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from picasso_tb.errors import InvalidArgument, PicassoError
from picasso_tb.jobs.engine import EngineSettings
from picasso_tb.jobs.tasks import WorkerSettings, configure

_SECONDS_TO_CONNECT = 20
_SECONDS_BETWEEN_COUNTS = 2.0
_MODEL_BYTES = 2**30
_one_at_a_time = threading.Lock()


class Cluster:
    """Hands tasks to a scheduler, which gives those of a lost worker to another.

    Args:
        scheduler: its address, such as `tcp://host:8786`.
        settings: of the workers, but for their number.

    Raises:
        PicassoError: Dask is not installed here.
        InvalidArgument: there is no scheduler.
    """

    def __init__(self, scheduler: str, settings: EngineSettings) -> None:
        try:
            import distributed
        except ImportError:
            raise PicassoError('A cluster needs Dask: pip install "picasso-tb[dask]"') from None
        try:
            self._client = distributed.Client(scheduler, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InvalidArgument(
                f"--scheduler: Expected the address of a Dask scheduler. Received: {scheduler!r}. {error}"
            ) from None
        self.closed = False
        self._executor = self._client.get_executor(pure=False)
        self._settings = settings
        self._counted = 0.0
        self._count()

    @property
    def settings(self) -> EngineSettings:
        return self._settings

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        self._count()
        device, trust = self._settings.device, self._settings.trust
        future: Future[Any] = self._executor.submit(run_in_worker, device, trust, function, *arguments)
        return future

    def kill_workers(self) -> None:
        """They are not ours; what waits for them is withdrawn."""
        self._executor.shutdown(wait=False)

    def close(self) -> None:
        self.closed = True
        self._client.close()

    def _count(self) -> None:
        """Workers come and go. Not to be asked for under a lock: Dask's own thread calls us back."""
        if time.monotonic() - self._counted > _SECONDS_BETWEEN_COUNTS:
            workers = max(1, len(self._client.nthreads()))
            self._settings = dataclasses.replace(self._settings, workers=workers)
            self._counted = time.monotonic()


def run_in_worker(device: str, trust: tuple[str, ...], function: Callable[..., Any], *arguments: Any) -> Any:
    """A task in a Dask worker, alone in its process: loaded models are not to be shared among threads."""
    import distributed

    with _one_at_a_time:
        os.environ["KERAS_BACKEND"] = "tensorflow"
        if device == "cpu":
            os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        configure(WorkerSettings(device, distributed.get_worker().state.nthreads, _MODEL_BYTES, trust))
        return function(*arguments)
