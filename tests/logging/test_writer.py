"""The Writer, with models of no framework."""

import dataclasses
import itertools
import json
import logging
import os
import pathlib
import shutil
import time
import uuid
from typing import Any

import numpy as np
import pytest

from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.writer import Writer
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.protocol import Layer
from picasso_tb.models.snapshot import Snapshot
from picasso_tb.store.records import CheckpointRecord, ModelRecord
from picasso_tb.store.run import RunStore
from tests.logging.snapshots import snapshot
from tests.logging.verify import items_of_events, verify

PICTURES = np.random.default_rng(0).integers(0, 256, (3, 7, 5), dtype=np.uint8)
FLOATS = (PICTURES[..., np.newaxis] / np.float32(127.5)) - 1


def steps(store: RunStore) -> list[int]:
    return sorted(record.step for record in store.list_checkpoints())


def checkpoint(store: RunStore, step: int) -> CheckpointRecord:
    return next(record for record in store.list_checkpoints() if record.step == step)


def model(store: RunStore, name: str = "model") -> ModelRecord:
    record = store.find_model(name)
    assert record
    return record


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.fixture(params=["local", "memory"])
def run(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> str:
    return str(tmp_path / "run") if request.param == "local" else f"memory://{uuid.uuid4().hex}/run"


def test_what_is_logged_is_there(run: str) -> None:
    with Writer(run) as writer:
        writer.add_model(snapshot(), class_names=["a", "b", "c"], input_spec=InputSpec(scale=1 / 255))
        writer.add_probes(PICTURES, labels=[2, 0, 1], names=["x", "y", "z"])
        writer.add_checkpoint(snapshot(1.5), np.int64(4), {"loss": np.float32(0.5)}, monitor="loss")
    store = RunStore(run)
    assert (model(store).class_names, model(store).classes) == (["a", "b", "c"], 3)
    assert (model(store).height, model(store).width, model(store).channels) == (7, 5, 1)
    assert store.read_architecture(model(store).architecture) == "{}"
    assert InputSpec.model_validate(model(store).input_spec) == InputSpec(scale=1 / 255)
    probes = sorted(store.list_probes(), key=lambda probe: probe.order)
    assert [(probe.order, probe.name, probe.label) for probe in probes] == [
        (0, "x", 2),
        (1, "y", 0),
        (2, "z", 1),
    ]
    assert all(
        np.array_equal(store.read_picture(probe), p) for probe, p in zip(probes, PICTURES, strict=True)
    )
    record = checkpoint(store, 4)
    assert (record.metrics, record.monitor, record.monitor_mode) == ({"loss": 0.5}, "loss", "min")
    assert [weight.path for weight in record.arrays] == ["layer/0", "layer/1"]
    assert [array.tolist() for array in store.read_weights(record)] == [[1.5] * 4, [[1.5] * 3] * 2]


def test_the_layers_of_a_model_and_what_it_offers_are_logged(tmp_path: pathlib.Path) -> None:
    bare = snapshot()
    layers = (Layer("stem/conv", 5, 4, 8), Layer("any", None, None, 2))
    offers = ("scores", "gradients", "activations")
    inside = dataclasses.replace(bare.architecture, layers=layers, offers=offers)
    with Writer(tmp_path) as writer:
        writer.add_model(bare, name="bare")
        writer.add_model(Snapshot(inside, bare.weights), name="inside")
    store = RunStore(str(tmp_path))
    assert (model(store, "bare").layers, model(store, "bare").offers) == ([], ["scores", "gradients"])
    assert tuple(Layer(**layer.model_dump()) for layer in model(store, "inside").layers) == layers
    assert tuple(model(store, "inside").offers) == offers


def test_a_model_is_implied_by_its_checkpoint(run: str) -> None:
    with Writer(run) as writer:
        writer.add_checkpoint(snapshot(channels=None), 0, name="student")
    record = model(RunStore(run), "student")
    assert (record.class_names, record.channels, record.input_spec["inferred"]) == ([], 3, True)
    assert checkpoint(RunStore(run), 0).model == "student"


# The input specification and the order of things


@pytest.mark.parametrize(
    ("input_spec", "brightest"),
    [(None, 191), (InputSpec(scale=1 / 255, mean=0.5), 255)],  # 0.5 of -1..1, as is inferred, or of -0.5..0.5
)
def test_the_order_does_not_matter(
    tmp_path: pathlib.Path, input_spec: InputSpec | None, brightest: int
) -> None:
    array = np.full((1, 7, 5, 1), -0.5, np.float32)
    array[:, 3] = 0.5
    calls = {
        "model": lambda writer: writer.add_model(
            snapshot(), class_names=["a", "b", "c"], input_spec=input_spec
        ),
        "probes": lambda writer: writer.add_probes(array, labels=[2]),
        "checkpoint": lambda writer: writer.add_checkpoint(snapshot(), 0),
    }
    seen = []
    for order in itertools.permutations(calls):
        run = tmp_path / "-".join(order)
        with Writer(run) as writer:
            for call in order:
                calls[call](writer)
        store = RunStore(run)
        (probe,) = store.list_probes()
        picture = store.read_picture(probe)
        assert (set(picture[3]), set(picture[4])) == ({brightest}, {255 - brightest})
        assert store.probes.stamps(".png").keys() == {probe.image}
        seen.append(
            [each.model_dump(exclude={"wall_time"}) for each in (probe, model(store), checkpoint(store, 0))]
        )
    assert all(each == seen[0] for each in seen)


def test_an_inferred_value_range_is_recorded_as_such(tmp_path: pathlib.Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add_model(snapshot())
        writer.add_probes(FLOATS)
        writer.add_probes(FLOATS[:1] * 0.2)  # only the first probes count
    spec = InputSpec.model_validate(model(RunStore(tmp_path)).input_spec)
    bounds = spec.value_range(1)
    assert (spec.inferred, bounds.low.tolist(), bounds.high.tolist()) == (True, [-1], [1])
    assert "-1 to 1" in spec.notes[0]


# Logging again, in another process or training


def test_a_later_log_keeps_what_it_does_not_say(tmp_path: pathlib.Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add_model(snapshot(), class_names=["a", "b", "c"], input_spec=InputSpec(preprocessing="tf"))
        writer.add_checkpoint(snapshot(), 0)
    with Writer(tmp_path) as writer:
        writer.add_checkpoint(snapshot(1), 1)
    assert model(RunStore(tmp_path)).class_names == ["a", "b", "c"]
    assert model(RunStore(tmp_path)).input_spec["preprocessing"] == "tf"
    with Writer(tmp_path) as writer:
        writer.add_checkpoint(snapshot(config='{"another": 1}'), 2)
    assert model(RunStore(tmp_path)).class_names == []
    assert steps(RunStore(tmp_path)) == [0, 1, 2]


def test_probes_logged_again_keep_their_places(tmp_path: pathlib.Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add_probes(PICTURES[:2])
    with Writer(tmp_path) as writer:
        writer.add_probes(PICTURES[::-1])
    store = RunStore(tmp_path)
    probes = sorted(store.list_probes(), key=lambda probe: probe.order)
    assert [(probe.order, probe.name) for probe in probes] == [(0, "probe 0"), (1, "probe 1"), (2, "probe 2")]
    assert all(
        np.array_equal(store.read_picture(probe), p) for probe, p in zip(probes, PICTURES, strict=True)
    )


@pytest.mark.parametrize("model_again", [False, True])
def test_a_run_that_was_removed_is_whole_again(tmp_path: pathlib.Path, model_again: bool) -> None:
    run = tmp_path / "run"
    with Writer(run) as writer:
        writer.add_probes(FLOATS, labels=[2, 0, 1])
        writer.add_model(snapshot(), class_names=["a", "b", "c"], input_spec=InputSpec(preprocessing="tf"))
        writer.add_checkpoint(snapshot(), 0)
        writer.add_checkpoint(snapshot(), 0, name="other")
        writer.flush()
        before = {item for item in items_of_events(str(run)) if "-0" not in item}
        shutil.rmtree(run)
        if model_again:
            writer.add_model(snapshot(), class_names=["a", "b", "d"])
        for name in ("model", "other"):
            writer.add_checkpoint(snapshot(1), 1, name=name)
    store = RunStore(run)
    assert verify(str(run)) == 3 + 2 + 2
    assert model(store).class_names == ["a", "b", "d" if model_again else "c"]
    assert sorted(probe.label or 0 for probe in store.list_probes()) == [0, 1, 2]
    (events,) = run.glob("*tfevents*")
    assert b"brain.Event:2" in events.read_bytes()
    assert set(items_of_events(str(run))) == before | {"checkpoints/model-1.json", "checkpoints/other-1.json"}


def test_what_a_killed_writer_left_is_removed_after_a_day(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "plugins" / "picasso" / "checkpoints"
    folder.mkdir(parents=True)
    old, fresh, foreign = (folder / name for name in (".model-0.npz.1.tmp", ".model-1.npz.2.tmp", "mine.npz"))
    for file, days in ((old, 1.1), (fresh, 0.9), (foreign, 9)):
        file.write_bytes(b"half")
        os.utime(file, (time.time() - days * 24 * 3600,) * 2)
    with Writer(tmp_path) as writer:
        writer.add_checkpoint(snapshot(), 0)
    assert [file.exists() for file in (old, fresh, foreign)] == [False, True, True]


def test_a_step_logged_again_is_replaced(tmp_path: pathlib.Path) -> None:
    with Writer(tmp_path) as writer:
        for value in (1, 2):
            writer.add_checkpoint(snapshot(value), 5)
    store = RunStore(tmp_path)
    assert steps(store) == [5]
    assert store.read_weights(checkpoint(store, 5))[0].tolist() == [2] * 4


def test_checkpoints_are_thinned_per_model(tmp_path: pathlib.Path) -> None:
    with Writer(tmp_path) as writer:
        for step in range(10):
            writer.add_checkpoint(snapshot(), step, {"loss": abs(step - 4)}, monitor="loss")
            writer.add_checkpoint(snapshot(), step, name="other")
        writer.thin_checkpoints(0)
    records = RunStore(tmp_path).list_checkpoints()
    assert sorted(record.step for record in records if record.model == "model") == [0, 4, 9]
    assert len([record for record in records if record.model == "other"]) == 10


# Threads


def test_weights_are_those_of_the_moment(tmp_path: pathlib.Path) -> None:
    with Writer(tmp_path) as writer:
        moving = snapshot(0, size=200_000)
        for step in range(5):
            moving.weights[0][:] = step
            writer.add_checkpoint(moving, step)
            moving.weights[0][:] = -1
    store = RunStore(tmp_path)
    for step in range(5):
        assert set(store.read_weights(checkpoint(store, step))[0].tolist()) == {step}


# Mistakes and failures


@pytest.mark.parametrize(
    ("call", "received"),
    [
        (
            lambda w: w.add_checkpoint(snapshot(), -1),
            "step: Expected a whole number, 0 or more. Received: -1",
        ),
        (lambda w: w.add_checkpoint(snapshot(), 1.5), "Received: 1.5"),
        (lambda w: w.add_checkpoint(snapshot(), True), "Received: True"),
        (lambda w: w.add_checkpoint(snapshot(), 0, {"loss": "low"}), "metrics: Expected numbers"),
        (lambda w: w.add_checkpoint(snapshot(), 0, [1]), "metrics: Expected numbers"),
        (lambda w: w.add_checkpoint(snapshot(), 0, name="a/b"), "name: Expected"),
        (lambda w: w.add_checkpoint(snapshot(), 0, monitor_mode="up"), "Received: 'up'"),
        (lambda w: w.add_checkpoint("model.keras", 0), "Received: str"),
        (lambda w: w.add_model(snapshot(), class_names=["a"]), "class_names: Expected 3"),
        (lambda w: w.add_model(snapshot(), class_names="abc"), "class_names: abc: Expected a list"),
        (lambda w: w.add_model(snapshot(), input_spec={"mode": "L"}), "Expected an InputSpec"),
        (
            lambda w: w.add_model(snapshot(), input_spec=InputSpec(height=9)),
            r"input_spec\.height: Expected 7",
        ),
        (lambda w: w.add_model(snapshot(), name=""), "name: Expected"),
        (lambda w: w.add_probes([]), "images: Expected"),
        (lambda w: w.add_probes(PICTURES, labels=[0, 1]), "labels: Expected 3"),
        (
            lambda w: [w.add_model(snapshot()), w.add_probes(PICTURES, labels=[1, 2, 3])],
            "0 to 2. Received: 3",
        ),
        (
            lambda w: [w.add_probes(PICTURES, labels=[1, 2, 3]), w.add_model(snapshot())],
            "0 to 2. Received: 3",
        ),
        (
            lambda w: [w.add_model(snapshot()), w.add_probes(FLOATS[:, :5])],
            r"images: Expected floats \(7, 5, 1\), as the model's input. Received: \(5, 5, 1\)",
        ),
        (lambda w: [w.add_probes(FLOATS[:, :5]), w.add_model(snapshot())], r"Received: \(5, 5, 1\)"),
        (lambda w: [w.add_probes(FLOATS[:, :5]), w.add_checkpoint(snapshot(), 0)], r"Received: \(5, 5, 1\)"),
        (lambda w: [w.close(), w.add_checkpoint(snapshot(), 0)], "closed"),
        (lambda w: [w.close(), w.add_model(snapshot())], "closed"),
        (lambda w: [w.close(), w.add_probes(PICTURES)], "closed"),
    ],
)
def test_mistakes_raise_at_once(tmp_path: pathlib.Path, call: Any, received: str) -> None:
    with Writer(tmp_path) as writer, pytest.raises(InvalidArgument, match=received):
        call(writer)
    assert RunStore(tmp_path).list_checkpoints() == []


def test_a_snapshot_has_the_weights_of_its_architecture() -> None:
    with pytest.raises(InvalidArgument, match=r"Expected shapes \[\(4,\), \(2, 3\)\]"):
        Snapshot(snapshot().architecture, [np.zeros(4, np.float32)])


def test_metrics_that_are_not_finite_are_left_out(tmp_path: pathlib.Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add_checkpoint(
            snapshot(), 0, {"loss": float("nan"), "val_loss": float("inf"), "accuracy": 0.5}
        )
    assert checkpoint(RunStore(tmp_path), 0).metrics == {"accuracy": 0.5}


def test_a_failure_is_one_warning_and_later_items_succeed(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "run"
    in_the_way.write_text("a file where the run's directory should be")
    with Writer(tmp_path / "run") as writer:
        writer.add_model(snapshot(), class_names=["a", "b", "c"])
        writer.add_probes(PICTURES)
        for step in range(3):
            writer.add_checkpoint(snapshot(), step)
        writer.flush()
        (message,) = warnings(caplog)
        assert str(tmp_path / "run") in message
        assert "Not a directory" in message or "File exists" in message
        in_the_way.unlink()
        writer.add_checkpoint(snapshot(), 3)
    assert len(warnings(caplog)) == 1
    assert steps(RunStore(tmp_path / "run")) == [3]
    assert model(RunStore(tmp_path / "run")).class_names == ["a", "b", "c"]
    assert len(list((tmp_path / "run").glob("*tfevents*"))) == 1


def test_another_kind_of_failure_is_another_warning(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons = iter([28, 28, 13, 28])

    def fail(*_: object, **__: object) -> None:
        raise OSError(number := next(reasons), f"reason {number}")

    monkeypatch.setattr(RunStore, "save_checkpoint", fail)
    with Writer(tmp_path) as writer:
        for step in range(4):
            writer.add_checkpoint(snapshot(), step)
    messages = warnings(caplog)
    assert ["reason 28" in message for message in messages] == [True, False]
    assert ["reason 13" in message for message in messages] == [False, True]


def test_an_event_comes_after_its_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever an event points to can be read when it is seen."""
    from picasso_tb.logging.events import EventLog

    seen = []

    def add(self: EventLog, item: str, step: int) -> None:
        seen.append(item)
        json.loads((tmp_path / "plugins" / "picasso" / item).read_text())

    monkeypatch.setattr(EventLog, "add", add)
    with Writer(tmp_path) as writer:
        writer.add_probes(PICTURES, ids=["a", "b", "c"])
        writer.add_checkpoint(snapshot(), 0)
    assert seen == [
        "probes/a.json",
        "probes/b.json",
        "probes/c.json",
        "models/model.json",
        "checkpoints/model-0.json",
    ]
