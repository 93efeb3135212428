"""A process that runs what may hang, crash or eat memory: questions and answers as lines of JSON."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from picasso_tb import errors
from picasso_tb.errors import BrokenVisualization, PicassoError, WorkerFailed

_SECONDS_TO_START = 60.0
_START = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"
_ERRORS = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, PicassoError)
}


class Child:
    """Asks a process of its own, which starts when needed and ends when idle; safe to share among threads.

    Args:
        module: its `main` calls `serve`.
        seconds: an answer may take; after it the process is killed.
        idle_seconds: without a question the process ends after this time.
    """

    def __init__(self, module: str, seconds: float, idle_seconds: float = 60) -> None:
        self._module = module
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str] = queue.Queue()
        self._timer: threading.Timer | None = None

    def ask(self, question: Mapping[str, Any], what: str) -> Any:
        """The answer to a question.

        Args:
            what: is done, for the message when it takes too long: "Importing my_method.py".

        Raises:
            PicassoError: as the child raised it, or because it hung or died.
        """
        if not self._lock.acquire(timeout=2 * self._seconds):
            raise WorkerFailed(f"{what} waits for another answer. Try again in a while.")
        try:
            answer = json.loads(self._answer(json.dumps(question), what))
        finally:
            self._end_when_idle()
            self._lock.release()
        if "error" in answer:
            raise _ERRORS.get(answer["error"]["code"], WorkerFailed)(
                answer["error"]["message"], answer["error"]["field"]
            )
        return answer["answer"]

    def stop(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            self._kill()

    def _answer(self, question: str, what: str) -> str:
        process = self._process
        if process is None or process.poll() is not None:
            process = self._start()
            if not self._next_line(_SECONDS_TO_START):
                self._kill()
                raise WorkerFailed(f"{what} needs a Python process, which did not start.")
        assert process.stdin
        with contextlib.suppress(OSError):  # it is gone, as the missing answer will show
            process.stdin.write(question + "\n")
            process.stdin.flush()
        line = self._next_line(self._seconds)
        if line:
            return line
        code = process.poll()
        if code is None and line == "":
            code = process.wait(5)
        self._kill()
        if code is None:
            raise BrokenVisualization(f"{what} took longer than {self._seconds:g} s and was ended.")
        raise BrokenVisualization(f"{what} ended its Python process (exit code {code}).")

    def _start(self) -> subprocess.Popen[str]:
        self._kill()
        code = _START.format(path=sys.path, module=self._module)
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PICASSO_PARENT": str(os.getpid())},
        )
        self._process, self._lines = process, queue.Queue()
        threading.Thread(target=_forward, args=(process, self._lines), daemon=True).start()
        return process

    def _next_line(self, seconds: float) -> str | None:
        """The child's next line; "" when it is gone, None when it says nothing in time."""
        with contextlib.suppress(queue.Empty):
            return self._lines.get(timeout=seconds)
        return None

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError, ValueError):
                    assert stream
                    stream.close()
            self._process = None

    def _end_when_idle(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = threading.Timer(self._idle_seconds, self.stop)
        self._timer.daemon = True
        self._timer.start()


def _forward(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    assert process.stdout
    with contextlib.suppress(ValueError, OSError):  # closed by the other thread
        for line in process.stdout:
            lines.put(line)
    lines.put("")


def serve(answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer the questions that come in, until nobody asks any more. What user code prints goes to stderr."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(json.dumps("ready"), file=out, flush=True)
    for line in sys.stdin:
        try:
            said = {"answer": answer(json.loads(line))}
        except PicassoError as error:
            said = {"error": {"code": error.code, "message": error.message, "field": error.field}}
        except MemoryError:
            said = _failure("It needs more memory than it may take.")
        except Exception as error:  # whatever else user code does must be told, not end this process
            said = _failure(f"{type(error).__name__}: {str(error)[:300]}")
        print(json.dumps(said), file=out, flush=True)


def _failure(message: str) -> dict[str, Any]:
    return {"error": {"code": BrokenVisualization.code, "message": message, "field": None}}


def _leave_with_parent() -> None:
    parent = int(os.environ.get("PICASSO_PARENT", "0"))
    while os.getppid() == parent or os.name == "nt":
        time.sleep(1)
    os._exit(1)
