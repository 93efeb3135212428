"""Every shape of network through a worker process: the numbers of the live model."""

import itertools
import pathlib

import numpy as np

from picasso_tb import InputSpec, Writer
from picasso_tb.jobs.catalogue import Catalogue
from picasso_tb.jobs.questions import part_about, question_about
from picasso_tb.jobs.queue import Queue
from picasso_tb.models.protocol import Head
from picasso_tb.store.index import RunIndex
from picasso_tb.store.results import Results
from tests.jobs.test_queue import ended
from tests.models.shapes import DOORS, SHAPES
from tests.models.test_conformance import REFUSED, chained, made

THROUGH = dict(zip(SHAPES, itertools.cycle(DOORS), strict=False))  # each door with two shapes or more
SIGNED = {"values": "signed", "channels": "sum"}


def logged(shape: str, folder: pathlib.Path) -> RunIndex:
    """A run with the network as it came through its door, and the images as they are."""
    model, images, *_ = made(shape)
    snapshot = DOORS[THROUGH[shape]](model, folder)
    with Writer(folder / "run", strict=True) as writer:
        writer.add_model(snapshot, input_spec=InputSpec(scale=1 / 255))
        writer.add_checkpoint(snapshot, 1)
        writer.add_probes(images)
    index = RunIndex(shape, str(folder / "run"))
    index.refresh()
    return index


def head_of(shape: str) -> Head:
    if shape == "regression":
        return Head.NUMBER
    return Head.SIGMOID if "sigmoid" in shape else Head.SOFTMAX


def test_numbers_from_a_worker_are_the_live_models(
    queue: Queue, results: Results, tmp_path: pathlib.Path
) -> None:
    assert not REFUSED.keys() & {(door, shape) for shape, door in THROUGH.items()}
    wanted = {}
    for shape in SHAPES:
        (tmp_path / shape).mkdir()
        run = logged(shape, tmp_path / shape)
        classes = tuple(range(SHAPES[shape].classes))
        saliency = Catalogue().resolve("saliency", SIGNED, len(classes), 0)
        question = question_about(
            run.store.location, run.checkpoint("model-1"), run.model("model"), saliency, classes=classes
        )
        parts = [
            part_about(question, saliency, run.store.location, probe, question.targets)
            for probe in run.probes
        ]
        wanted[shape] = [(question, part) for part in parts]
    job = queue.submit([one for asked in wanted.values() for one in asked])
    assert [error for _, error in ended(queue, job).finished if error] == []
    for shape, asked in wanted.items():
        check_kept(shape, [part.keys for _, part in asked], results)


def check_kept(shape: str, keys: list[tuple[str, ...]], results: Results) -> None:
    _, images, outputs, slopes = made(shape)
    tolerance = SHAPES[shape].tolerance
    kept = [[results.info(key) or {} for key in row] for row in keys]
    assert {info["score_name"] for row in kept for info in row} == {
        "value" if shape == "regression" else "logit"
    }
    chances = np.array([[info["probability"] for info in row] for row in kept])
    expected = np.hstack([1 - outputs, outputs]) if chances.shape[1] == 2 else outputs
    np.testing.assert_allclose(chances, expected, rtol=tolerance, atol=tolerance, err_msg=shape)
    maps = np.array([[results.read_array(key) for key in row] for row in keys])
    assert maps.shape == (len(images), SHAPES[shape].classes, *images.shape[1:3])
    found = chained(maps[..., None], chances, head_of(shape))
    joined = slopes.sum(axis=-1, keepdims=True)
    slack = 10 * tolerance * abs(slopes).max()
    np.testing.assert_allclose(found, joined, rtol=1e-3, atol=slack, err_msg=shape)
