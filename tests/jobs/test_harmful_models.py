"""A log directory that means harm, asked about through a worker: an error in words, and the worker stays."""

import functools
import pathlib
import re
from collections.abc import Callable

import numpy as np

from picasso_tb import Writer
from picasso_tb.jobs.catalogue import Catalogue
from picasso_tb.jobs.engine import Engine, EngineSettings
from picasso_tb.jobs.questions import part_about, question_about
from picasso_tb.jobs.queue import Queue
from picasso_tb.store.index import RunIndex
from picasso_tb.store.link import link_to
from picasso_tb.store.results import Results
from tests.jobs.test_queue import ended, workers
from tests.models import test_attacks, test_damaged_models, test_harmful_texts, test_tf_keras
from tests.models.test_attacks import HARM, memory_bounded, small

GOOD = "model-0"
Make = Callable[[pathlib.Path], pathlib.Path]
# What each makes is linked as a checkpoint of the good model.
FILES: dict[str, tuple[Make, str]] = {
    **{name: (make, message) for name, (make, _, message) in test_attacks.FILES.items()},
    **test_damaged_models.DAMAGED,
    **{f"Keras 2: {name}": (make, message) for name, (make, _, message) in test_tf_keras.FILES.items()},
    **{
        f"Keras 2: {name}": (functools.partial(test_tf_keras.keras_file, change=change), message)
        for name, (change, message) in test_tf_keras.CONFIGS.items()
    },
}


def logged(folder: pathlib.Path) -> tuple[RunIndex, dict[str, str]]:
    """A run with checkpoints that do harm beside a good one, and what is to be said of each."""
    with Writer(folder / "run", strict=True) as writer:
        writer.add_model(small())
        writer.add_checkpoint(small(), 0)
        writer.add_probes(np.zeros((1, 6, 8, 3), np.uint8))
    run = RunIndex("run", str(folder / "run"))
    run.refresh()
    model = run.model("model")
    kept = run.store.read_checkpoint(run.checkpoint(GOOD))
    paths, weights = [one.path for one in kept.arrays], run.store.read_weights(kept)
    said = {}
    for number, (text, message) in enumerate(test_harmful_texts.TEXTS.values()):
        fields = model.model_dump(exclude={"architecture", "name", "wall_time"})
        harmful = run.store.save_model(text(), name=f"text{number}", **fields)
        said[run.store.save_checkpoint(harmful, 0, paths, weights).id] = message
    for number, (make, message) in enumerate(FILES.values(), start=1):
        place = folder / str(number)
        place.mkdir()
        link = link_to(str(make(place)))
        others = [one + number for one in weights]  # those that a worker holds it would not read again
        said[run.store.save_checkpoint(model, number, paths, others, link=link).id] = message
    run.refresh()
    return run, said


def test_what_means_harm_costs_no_worker(results: Results, tmp_path: pathlib.Path) -> None:
    queue = Queue(Engine(EngineSettings(workers=1)), results.location, str(tmp_path / "mail"), most_pieces=1)
    run, said = logged(tmp_path)
    saliency = Catalogue().resolve("saliency", {}, 3, 0)

    def refusal(id: str) -> str | None:
        checkpoint = run.checkpoint(id)
        question = question_about(
            run.store.location, checkpoint, run.model(checkpoint.model), saliency, classes=(0,)
        )
        [probe] = run.probes
        part = part_about(question, saliency, run.store.location, probe, question.targets)
        [(_, error)] = ended(queue, queue.submit([(question, part)])).finished
        return error and error.message

    others = workers()
    assert refusal(GOOD) is None
    [worker] = set(workers()).difference(others)
    for id, message in said.items():
        with memory_bounded(worker.pid):
            found = refusal(id)
        assert re.search(message, found or "", re.DOTALL), (id, found)
    assert refusal(GOOD) is None
    assert worker in workers()
    assert not list(tmp_path.rglob(HARM))
