"""A real TensorBoard in a process of its own, and how to talk to it."""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import psutil

PREFIX = "data/plugin/picasso/"
# loky's own words about a worker that was just starting when its server ended.
_CUT_SHORT = re.compile(
    r"LokyProcess-\d+ failed with traceback: \n-+\nTraceback .*\n.*popen_loky_posix.*\n"
    r"(?: .*\n)*EOFError: Ran out of input"
)


def heed_ctrl_c() -> None:
    """Tests that were started in the background ignore Ctrl+C, and so would their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Answer(NamedTuple):
    status: int
    headers: Any
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class TensorBoard:
    """TensorBoard serving a log directory at a port of its own choice."""

    def __init__(self, logdir: pathlib.Path | str, cache: pathlib.Path, *flags: str, code: str = "") -> None:
        self.cache = cache
        start = f"{code}\nfrom tensorboard.main import run_main; run_main()"
        where = ["--logdir", str(logdir)] if logdir else []
        self.process = subprocess.Popen(
            [sys.executable, "-c", start, *where, "--port", "0", f"--picasso_cache_dir={cache}", *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=heed_ctrl_c,
        )
        self.lines: list[str] = []
        self._address: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_for(lambda: self._address or self.process.poll() is not None, 120, lambda: self.log)
        assert self._address, self.log
        self.url = self._address[0]

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def workers(self) -> list[psutil.Process]:
        """The loky worker processes that are alive."""
        return [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if any("popen_loky" in part for part in child.cmdline())
        ]

    def ask(
        self,
        path: str,
        body: Any = None,
        method: str | None = None,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """A request as the tab makes it; errors are answers too."""
        data = content if content is not None else None if body is None else json.dumps(body).encode()
        method = method or ("GET" if data is None else "POST")
        sent = {"X-XSRF-Protected": "1"} if method in ("POST", "DELETE") else {}
        sent |= {"Content-Type": "application/json"} if body is not None else {}
        request = urllib.request.Request(
            self.url + PREFIX + path, data, sent | (headers or {}), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def run_index(self, run: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Checkpoints and probes of a run, once the index knows it."""
        wait_for(lambda: any(one["name"] == run for one in self.ask("api/runs").json["runs"]), 30)
        checkpoints = self.ask(f"api/checkpoints?run={run}").json["checkpoints"]
        return checkpoints, self.ask(f"api/probes?run={run}").json["probes"]

    def wait_for_job(self, job: str, seconds: float = 90) -> dict[str, Any]:
        def ended() -> bool:
            return bool(self.ask(f"api/jobs/{job}").json["state"] in ("done", "cancelled"))

        wait_for(ended, seconds, lambda: f"{self.ask(f'api/jobs/{job}').json}\n{self.log}")
        status: dict[str, Any] = self.ask(f"api/jobs/{job}").json
        return status

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)
        self._reader.join(5)

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"TensorBoard \S+ at (http://\S+)", line)
            if found:
                self._address.append(found[1])


@contextlib.contextmanager
def running(
    logdir: pathlib.Path | str, cache: pathlib.Path, *flags: str, code: str = ""
) -> Iterator[TensorBoard]:
    """A TensorBoard for the length of a `with` block, whose log must hold no traceback at the end."""
    tensorboard = TensorBoard(logdir, cache, *flags, code=code)
    try:
        yield tensorboard
    finally:
        tensorboard.stop()
    running_log, _, farewell = tensorboard.log.partition("caught SIGTERM; exiting...")
    assert "Traceback" not in _CUT_SHORT.sub("", running_log), tensorboard.log
    # TensorBoard's own threads may meet its data server gone; ours may not.
    assert "Traceback" not in _CUT_SHORT.sub("", farewell) or "picasso_tb" not in farewell, tensorboard.log


def wait_for(
    condition: Callable[[], Any], seconds: float, explain: Callable[[], str] = lambda: "it did not happen"
) -> None:
    """Wait until something holds; fail with an explanation if it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, explain()
        time.sleep(0.05)
