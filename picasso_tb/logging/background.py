"""Work off the calling thread, one piece at a time."""

import concurrent.futures
from collections.abc import Callable

from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.failures import Failures


class Background:
    """A thread that does one job at a time; the next has to wait until it is done.

    So no two jobs overlap, at most one is held in memory, and none is dropped. The interpreter does not exit
    before the last one is done.
    """

    def __init__(self, failures: Failures) -> None:
        self._failures = failures
        self._executor = concurrent.futures.ThreadPoolExecutor(1, "picasso-writer")
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

        def guarded() -> None:
            with self._failures.caught(what):
                job()

        self.wait()
        self._pending = self._executor.submit(guarded)

    def close(self) -> None:
        """Wait, then end the thread."""
        self.wait()
        self._closed = True
        self._executor.shutdown()
