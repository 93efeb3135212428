"""A queue with real workers on the small run."""

import pathlib
from collections.abc import Callable, Iterator

import pytest

from picasso_tb.jobs.engine import Engine, EngineSettings
from picasso_tb.jobs.job import Question
from picasso_tb.jobs.queue import Queue
from picasso_tb.jobs.tasks import ProbePart
from picasso_tb.store.index import Index
from picasso_tb.store.results import Results, map_key
from picasso_tb.visualizations import declare
from tests.conftest import log_small_run

Wanted = list[tuple[Question, ProbePart]]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(EngineSettings(workers=2))


@pytest.fixture
def results(tmp_path: pathlib.Path) -> Results:
    return Results(str(tmp_path / "maps"))


@pytest.fixture
def queue(engine: Engine, results: Results, tmp_path: pathlib.Path) -> Iterator[Queue]:
    queue = Queue(engine, results.location, str(tmp_path / "mail"), most_pieces=100)
    yield queue
    for job in list(queue._jobs):
        queue.cancel(job)


@pytest.fixture(scope="session")
def slow_logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A run whose network takes its time, so that there is something to interrupt."""
    logdir = tmp_path_factory.mktemp("slow")
    log_small_run(logdir / "run", size=(48, 64), filters=128)
    return logdir


@pytest.fixture
def ask(slow_logdir: pathlib.Path) -> Callable[..., Wanted]:
    """Questions about the probes of the small run."""
    index = Index([("", str(slow_logdir))], [])
    index.refresh_soon(wait_for_first=30)
    run = index.run("run")

    def ask(positions: int = 3, step: int = 2, visualization: str = "occlusion") -> Wanted:
        entry = declare.find(visualization)
        settings = entry.parse({"positions": positions} if visualization == "occlusion" else {})
        checkpoint = run.checkpoint(f"model-{step}")
        question = Question(
            run=run.store.location,
            checkpoint=checkpoint,
            model=run.model("model"),
            visualization=visualization,
            version=str(entry.version),
            source=None,
            settings=settings.model_dump(mode="json"),
            ranks=(0,),
            classes=(),
            passes=entry.passes(settings, 1),
        )
        keys = [
            map_key(
                checkpoint,
                question.model,
                probe,
                visualization,
                str(entry.version),
                question.settings,
                "top:0",
            )
            for probe in run.probes
        ]
        return [
            (question, ProbePart(run.store.location, probe, (key,)))
            for probe, key in zip(run.probes, keys, strict=True)
        ]

    return ask
