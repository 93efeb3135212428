"""Which checkpoints and classes the options of `compute` choose."""

import pathlib

import numpy as np
import pytest

from picasso_tb.commands.choosing import choose_checkpoints, choose_runs, classes_chosen, spread
from picasso_tb.errors import InvalidArgument, NotFound
from picasso_tb.store.records import CheckpointRecord
from picasso_tb.store.run import RunStore

PICKS = pathlib.Path(__file__).parents[2] / "picasso_tb/frontend/src/logic/picks.test.ts"


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "logs" / "run")


@pytest.fixture
def model(store):
    fields = {"classes": 3, "height": 7, "width": 5, "channels": 1, "input_spec": {}}
    return store.save_model("{}", name="model", class_names=["cat", "dog", "2"], **fields)


@pytest.fixture
def checkpoints(store, model) -> list[CheckpointRecord]:
    losses = {0: 5.0, 1: 3.0, 2: 1.0, 4: 2.0, 8: 4.0}
    for step, loss in losses.items():
        weights = [np.full(1, step, np.float32)]
        store.save_checkpoint(model, step, ["a"], weights, metrics={"loss": loss}, monitor="loss")
    return sorted(store.list_checkpoints(), key=lambda one: one.step)


@pytest.mark.parametrize(
    ("choice", "steps"),
    [
        ("all", [0, 1, 2, 4, 8]),
        ("first", [0]),
        ("last", [8]),
        ("best", [2]),
        ("even:3", [0, 2, 8]),
        ("log:3", [0, 2, 8]),
        ("log:99", [0, 1, 2, 4, 8]),
        ("even:1", [8]),
        ("1,8,9", [1, 8]),
    ],
)
def test_checkpoints_by_what_stands_out_by_spacing_or_by_step(checkpoints, choice, steps):
    assert [one.step for one in choose_checkpoints(checkpoints, choice)] == steps
    assert choose_checkpoints([], choice) == []


@pytest.mark.parametrize("choice", ["some", "log:0", "log:-1", "even:", "1,", "1-3", ""])
def test_other_checkpoints_are_refused(checkpoints, choice):
    with pytest.raises(InvalidArgument, match=f"even:N.*Received: {choice!r}"):
        choose_checkpoints(checkpoints, choice)


def test_spacing_is_that_of_the_tab():
    """On the example of the front end's own test."""
    assert "const powers = Array.from({ length: 129 }" in PICKS.read_text()
    example = 'kind: "log", count: 8 }), [0, 1, 3, 7, 15, 31, 63, 128]'
    assert example in PICKS.read_text()
    steps = list(range(129))
    assert [steps[index] for index in sorted(spread(steps, 8, True))] == [0, 1, 3, 7, 15, 31, 63, 128]


def test_classes_by_index_name_and_label(store, model):
    labelled = store.save_probe(np.zeros((7, 5), np.uint8), label=1)
    bare = store.save_probe(np.ones((7, 5), np.uint8), name="bare")
    assert classes_chosen("true", labelled, model) == (1,)
    assert classes_chosen("dog, 0,1", bare, model) == (1, 0)
    with pytest.raises(InvalidArgument, match="bare was logged without a label"):
        classes_chosen("true", bare, model)
    with pytest.raises(InvalidArgument, match=r"index or name \(cat, dog, 2\). Received: 'bird'"):
        classes_chosen("bird", bare, model)
    with pytest.raises(InvalidArgument, match="from 0 to 2"):
        classes_chosen("3", bare, model)


def test_runs_by_expression(checkpoints, tmp_path):
    logdir = str(tmp_path / "logs")
    assert [run.name for run in choose_runs(logdir, "^r")] == ["run"]
    with pytest.raises(NotFound, match="for some of run"):
        choose_runs(logdir, "x")
    with pytest.raises(NotFound, match="holds no Picasso data"):
        choose_runs(f"{logdir}/elsewhere", "")
    with pytest.raises(InvalidArgument, match="--runs: Expected a regular expression"):
        choose_runs(logdir, "(")
