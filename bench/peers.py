"""Against other libraries, each in a process and an environment of its own: `python -m bench peers`."""

import contextlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from bench import timing
from bench.networks import SIDE, calibrated, pictures

ROOT = pathlib.Path(__file__).parents[1]
ENVIRONMENTS = ROOT / "build" / "peers"
NETWORK = "MobileNetV2"
OURS, FIRST = "picasso-tb", "picasso-2017"  # both run where the bench does
PEERS = {  # what pip installs for each
    "xplique": ["xplique"],  # which wants a TensorFlow of its own choice
    "tf-explain": ["tf-explain", "tensorflow-cpu", "opencv-python-headless"],
    "tf-keras-vis": ["tf-keras-vis", "tensorflow-cpu"],
    "saliency": ["saliency", "tensorflow-cpu"],
}
OCCLUSION = {"method": "occlusion", "probes": 1, "amount": 10, "side": SIDE, "checkpoints": 1}
SALIENCY = {"method": "saliency", "probes": 1, "amount": 5, "side": SIDE, "checkpoints": 1}
CASES = {
    "occlusion, 100 positions": OCCLUSION,
    "saliency of 5 classes": SALIENCY,
    "saliency of 5 classes, 16 probes": {**SALIENCY, "probes": 16},
}
# How it grows, in half as many rounds. Grids that all can make: some take whole strides, some tiles.
SERIES = {
    "occlusion, 25 positions": {**OCCLUSION, "amount": 5},
    "occlusion, 169 positions": {**OCCLUSION, "amount": 13},
    "occlusion, 100 positions, 128 x 128 pixels": {**OCCLUSION, "side": 128},
    "occlusion, 25 positions, 4 checkpoints": {**OCCLUSION, "amount": 5, "checkpoints": 4},
    "saliency of 5 classes, 4 probes": {**SALIENCY, "probes": 4},
}
_SECONDS_TO_WARM_UP = 15  # ours, which compiles its short way after some work in full; others trace once ...
_CALLS_TO_WARM_UP = 3  # ... and then finds the best size of a batch


def measure() -> dict[str, Any]:
    """Median seconds of each library in each case, and how many times ours that is, round by round."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        given = pathlib.Path(folder) / "given.npz"
        np.savez(given, pictures(16), *calibrated(NETWORK).get_weights())
        workers = {name: running.enter_context(_worker(name, given)) for name in (OURS, FIRST, *PEERS)}
        versions = {name: worker.ask({"method": "versions"}) for name, worker in workers.items()}
        found = {}
        for name, question in {**CASES, **SERIES}.items():
            case = Case(workers, question)
            case.measure(timing.ROUNDS if name in CASES else max(1, timing.ROUNDS // 2))
            found[name] = case.found()
            print(f"{name}: {found[name]}", flush=True)
    return {"versions": versions, "cases": found}


class Worker:
    """One library in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str] | None", trouble: str = "") -> None:
        self._process = process
        self._trouble = trouble

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Seconds and how many positions or maps were done, or the error."""
        if self._process is None or self._process.poll() is not None:
            return {"error": self._trouble or "its process ended"}
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("answer "):
                answer: dict[str, Any] = json.loads(line.removeprefix("answer "))
                return answer
        return {"error": f"its process ended ({self._process.wait()})"}


@contextlib.contextmanager
def _worker(name: str, given: pathlib.Path) -> Iterator[Worker]:
    try:
        python = _python(name) if name in PEERS else sys.executable
    except subprocess.CalledProcessError as error:
        yield Worker(None, f"it could not be installed: {error.stderr.strip().splitlines()[-1][:200]}")
        return
    ENVIRONMENTS.mkdir(parents=True, exist_ok=True)
    with (ENVIRONMENTS / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            [python, "-m", "bench.peer_worker", name, given],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield Worker(process)
        finally:
            process.kill()
            process.wait()


def _python(peer: str) -> str:
    """Of the peer's environment, which is made when it is needed first."""
    place = ENVIRONMENTS / peer
    if not (place / "ready").exists():
        print(f"Installing {peer} ...", flush=True)
        venv.create(place, with_pip=True, clear=True)
        command = [str(place / "bin" / "pip"), "install", "--quiet", *PEERS[peer]]
        subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True)
        (place / "ready").touch()
    return str(place / "bin" / "python")


class Case:
    """One question put to all libraries; what does not run is not asked again."""

    def __init__(self, workers: Mapping[str, Worker], question: dict[str, Any]) -> None:
        self._workers = workers
        self._question = question
        each = question["amount"] ** 2 if question["method"] == "occlusion" else question["amount"]
        self._expected = each * question["probes"] * question["checkpoints"]
        self._errors: dict[str, str] = {}
        self._computation = ""  # of ours
        self._seconds: dict[str, list[float]] = {name: [] for name in workers}

    def measure(self, rounds: int) -> None:
        """Warm all up, then ask one after another; another one begins each round."""
        for name in self._workers:
            self._ask(name)
        spent = 0.0
        while OURS not in self._errors and spent < _SECONDS_TO_WARM_UP:
            spent += self._ask(OURS)
        for _ in range(_CALLS_TO_WARM_UP):
            self._ask(OURS)
        names = list(self._workers)
        for number in range(rounds):
            first = number % len(names)
            for name in names[first:] + names[:first]:
                self._seconds[name].append(self._ask(name))

    def found(self) -> dict[str, dict[str, Any]]:
        """By library: median seconds and how many times ours, or what went wrong."""
        by_name: dict[str, dict[str, Any]] = {}
        for name, seconds in self._seconds.items():
            if name in self._errors:
                by_name[name] = {"error": self._errors[name]}
                continue
            by_name[name] = {"seconds": round(statistics.median(seconds), 3)}
            if name == OURS:
                by_name[name]["computation"] = self._computation
            elif OURS not in self._errors:
                times = [a / b for a, b in zip(seconds, self._seconds[OURS], strict=True)]
                by_name[name]["times ours"] = round(statistics.median(times), 2)
        return by_name

    def _ask(self, name: str) -> float:
        if name in self._errors:
            return 0.0
        answer = self._workers[name].ask(self._question)
        if "error" not in answer and answer["done"] != self._expected:
            answer = {"error": f"does {answer['done']} instead of {self._expected}"}
        if "error" in answer:
            self._errors[name] = answer["error"]
            return 0.0
        self._computation = answer.get("computation", self._computation)
        return float(answer["seconds"])
