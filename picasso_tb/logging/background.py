"""Work off the calling thread, one piece at a time."""

import concurrent.futures
from collections.abc import Callable

from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.failures import Failures


class Background:
    """A thread that does one job at a time; the next that holds memory has to wait until all are done.

    So no two jobs overlap, memory stays flat, and none is dropped. The interpreter does not exit before the
    last one is done. Until there is a job, there is nothing that cannot be copied or pickled.
    """

    def __init__(self, failures: Failures) -> None:
        self._failures = failures
        self._executor: concurrent.futures.ThreadPoolExecutor | None = None
        self._pending: concurrent.futures.Future[None] | None = None
        self._closed = False

    def check_open(self) -> None:
        if self._closed:
            raise InvalidArgument("Expected an open Writer. Received: a closed one")

    def wait(self) -> None:
        """Wait until nothing is pending."""
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def do(self, what: str, job: Callable[[], object]) -> None:
        """Wait, then hand over the job; `what` names what it logs, should it fail."""
        self.wait()
        self.do_next(what, job)

    def do_next(self, what: str, job: Callable[[], object]) -> None:
        """Hand over a job that holds no memory: it is done after what is pending, and nobody waits."""

        def guarded() -> None:
            with self._failures.caught(what):
                job()

        if self._executor is None:
            self._executor = concurrent.futures.ThreadPoolExecutor(1, "picasso-writer")
        self._pending = self._executor.submit(guarded)

    def close(self) -> None:
        """Wait, then end the thread."""
        self.wait()
        self._closed = True
        if self._executor is not None:
            self._executor.shutdown()
