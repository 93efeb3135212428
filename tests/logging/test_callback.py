"""PicassoCallback in real Keras trainings, against what a plain callback saw at the same moment."""

import copy
import json
import logging
import pathlib
import pickle
from typing import Any

import keras
import numpy as np
import pytest

from picasso_tb import InputSpec, PicassoCallback, Writer, explain, open_run
from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.keras_building import build
from picasso_tb.store.records import CheckpointRecord
from picasso_tb.store.run import RunStore
from tests.logging.snapshots import snapshot

IMAGES = np.random.default_rng(0).uniform(size=(20, 7, 5, 1)).astype(np.float32)
LABELS = np.arange(20) % 3
PROBES = IMAGES[:2]


@pytest.fixture
def run(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "run"


def network(*, dtype: str = "float32", run_eagerly: bool = True, **compiled: Any) -> keras.Model:
    """Runs eagerly by default: tracing a graph takes longer than these trainings."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((7, 5, 1)),
            keras.layers.Conv2D(2, 3, activation="relu", dtype=dtype),
            keras.layers.BatchNormalization(dtype=dtype),
            keras.layers.Flatten(dtype=dtype),
            keras.layers.Dense(3, activation="softmax", dtype=dtype),
        ]
    )
    compiled = {"optimizer": keras.optimizers.Adam(0.01), "metrics": ["accuracy"], **compiled}
    model.compile(loss="sparse_categorical_crossentropy", run_eagerly=run_eagerly, **compiled)
    return model


def two_heads() -> keras.Model:
    """Its second head has features of its own, which the first does not need."""
    keras.utils.set_random_seed(1)
    inputs = keras.Input((7, 5, 1))
    shared = keras.layers.Conv2D(2, 3, activation="relu")(inputs)
    more = keras.layers.Conv2D(3, 3, activation="relu")(shared)
    heads = {
        name: keras.layers.Dense(3, activation="softmax")(keras.layers.Flatten()(one))
        for name, one in (("b", more), ("a", shared))
    }
    model = keras.Model(inputs, heads)
    model.compile("sgd", dict.fromkeys(heads, "sparse_categorical_crossentropy"), run_eagerly=True)
    return model


class Witness(keras.callbacks.Callback):
    """Notes the weights by completed epochs and by optimizer iterations."""

    def __init__(self) -> None:
        super().__init__()
        self.by_epoch: dict[int, list[np.ndarray]] = {}
        self.by_iteration: dict[int, list[np.ndarray]] = {}

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.by_epoch.setdefault(epoch, self.model.get_weights())
        self.by_iteration.setdefault(int(self.model.optimizer.iterations), self.model.get_weights())

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.by_iteration[int(self.model.optimizer.iterations)] = self.model.get_weights()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.by_epoch[epoch + 1] = self.model.get_weights()


def fit(
    model: keras.Model, *callbacks: keras.callbacks.Callback, **arguments: Any
) -> keras.callbacks.History:
    arguments = {"epochs": 2, "batch_size": 4, "validation_split": 0.2, "verbose": 0, **arguments}
    return model.fit(IMAGES, LABELS, callbacks=list(callbacks), **arguments)


def checkpoints(run: pathlib.Path) -> dict[int, CheckpointRecord]:
    return {
        record.step: record for record in sorted(RunStore(run).list_checkpoints(), key=lambda each: each.step)
    }


def assert_weights(run: pathlib.Path, expected: dict[int, list[np.ndarray]], steps: list[int]) -> None:
    """The run holds these steps and no other, with the weights expected to the bit."""
    records = checkpoints(run)
    assert list(records) == steps
    for step, record in records.items():
        stored = RunStore(run).read_weights(record)
        assert [weight.tobytes() for weight in stored] == [weight.tobytes() for weight in expected[step]]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    ours = [record for record in caplog.records if record.name.startswith("picasso_tb")]
    return [record.getMessage() for record in ours if record.levelno >= logging.WARNING]


# Steps


def test_epochs_are_logged_from_the_untrained_network_on(run: pathlib.Path) -> None:
    witness = Witness()
    callback = PicassoCallback(run, PROBES, labels=LABELS[:2], class_names=["a", "b", "c"])
    history = fit(network(run_eagerly=False), callback, witness, epochs=3)
    assert_weights(run, witness.by_epoch, [0, 1, 2, 3])
    records = checkpoints(run)
    assert records[0].metrics == {}
    for epoch in range(3):
        assert records[epoch + 1].metrics == {name: values[epoch] for name, values in history.history.items()}
    assert {(record.monitor, record.monitor_mode) for record in records.values()} == {("val_loss", "min")}
    model = RunStore(run).find_model("model")
    assert model
    assert model.class_names == ["a", "b", "c"]
    assert InputSpec.model_validate(model.input_spec).value_range(1).high.tolist() == [1]
    assert sorted(probe.label or 0 for probe in RunStore(run).list_probes()) == [0, 1]


def test_a_checkpoint_predicts_as_the_model_did(run: pathlib.Path) -> None:
    model = network()
    fit(model, PicassoCallback(run, PROBES))
    record = checkpoints(run)[2]
    rebuilt = build(json.loads(RunStore(run).read_architecture(record.architecture)))
    rebuilt.set_weights(RunStore(run).read_weights(record))
    np.testing.assert_allclose(
        rebuilt.predict(IMAGES, verbose=0), model.predict(IMAGES, verbose=0), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("output", ["a", "b", 1])
def test_a_head_of_several_is_logged_as_a_model_of_that_one(run: pathlib.Path, output: Any) -> None:
    model = two_heads()
    callback = PicassoCallback(run, PROBES, output=output)
    model.fit(IMAGES, {"a": LABELS, "b": LABELS}, epochs=1, verbose=0, callbacks=[callback])
    alone = keras.Model(model.inputs[0], model.outputs[output if output == 1 else "ab".index(output)])
    for visualization in ("class_probabilities", "saliency"):
        expected = explain(alone, PROBES, visualization)
        logged = explain(open_run(run).checkpoint(1), PROBES, visualization)
        np.testing.assert_allclose(logged.scores, expected.scores, atol=1e-5)
        np.testing.assert_allclose(logged.probabilities, alone.predict(PROBES, verbose=0), atol=1e-6)
        if expected.maps is not None:
            np.testing.assert_allclose(logged.maps, expected.maps, rtol=1e-4, atol=1e-7)
            assert expected.maps.any()
    assert open_run(run).steps == (0, 1)


def test_checkpoints_of_the_writer_are_of_the_head_that_the_model_was_added_with(run: pathlib.Path) -> None:
    model = two_heads()
    with Writer(run, strict=True) as writer:
        with pytest.raises(ModelRefused, match=r"2 outputs \(0: a, 1: b\).*output= of .*Writer\.add_model"):
            writer.add_checkpoint(model, 0)
        writer.add_model(model, output="b")
        writer.add_checkpoint(model, 0)
        writer.add_model(model, class_names=["x", "y", "z"])  # what is not given stays
        model.set_weights([weight + 0.1 for weight in model.get_weights()])
        writer.add_checkpoint(model, 1)
        with pytest.raises(InvalidArgument, match=r"Expected one of 0: a, 1: b\. Received: 'c'"):
            writer.add_model(model, output="c")
        with pytest.raises(InvalidArgument, match="Expected none with a Snapshot"):
            writer.add_model(snapshot(), output=0)
    checkpoint = open_run(run).checkpoint()
    assert (checkpoint.step, checkpoint.class_names) == (1, ("x", "y", "z"))
    found = explain(checkpoint, PROBES, "class_probabilities")
    np.testing.assert_allclose(found.probabilities, model(PROBES)["b"], atol=1e-6)


def test_initial_epoch_is_honoured(run: pathlib.Path) -> None:
    witness = Witness()
    fit(network(), PicassoCallback(run, PROBES), witness, initial_epoch=2, epochs=4)
    assert_weights(run, witness.by_epoch, [2, 3, 4])


def test_every_few_iterations_and_the_last(run: pathlib.Path) -> None:
    witness = Witness()
    fit(network(), PicassoCallback(run, PROBES, every=3), witness)  # 4 batches an epoch
    assert_weights(run, witness.by_iteration, [0, 3, 6, 8])
    assert checkpoints(run)[3].metrics.keys() >= {"loss", "accuracy"}


def test_iterations_with_several_steps_per_execution(run: pathlib.Path) -> None:
    witness = Witness()
    model = network(run_eagerly=False, steps_per_execution=2)
    fit(model, PicassoCallback(run, PROBES, every=3), witness, epochs=3)
    # Weights are seen after 2, 4, 6, ... iterations: the first of these at or after 3, 6, 9, 12.
    assert_weights(run, witness.by_iteration, [0, 4, 6, 10, 12])


def test_batches_that_are_no_iteration_are_not_counted(run: pathlib.Path) -> None:
    optimizer = keras.optimizers.SGD(0.01, gradient_accumulation_steps=2)
    fit(network(optimizer=optimizer), PicassoCallback(run, PROBES, every=3), epochs=4)  # 8 iterations
    assert list(checkpoints(run)) == [0, 3, 6, 8]


def test_between_checkpoints_the_model_is_left_alone(run: pathlib.Path) -> None:
    """To look at it makes the training wait for the device."""

    class Watched(PicassoCallback):
        looks = 0

        @property
        def model(self) -> Any:
            self.looks += 1
            return self._model

    few, many = (Watched(run / name, PROBES, every=100) for name in ("few", "many"))
    fit(network(), few, batch_size=16)
    fit(network(), many, batch_size=1)
    assert list(checkpoints(run / "many")) == [0, 32]
    assert few.looks == many.looks > 0


@pytest.mark.parametrize(("every", "steps"), [("epoch", [0, 1, 2, 3, 4]), (3, [0, 3, 6, 8, 9, 12, 15, 16])])
def test_a_resumed_training_goes_on_in_the_run(run: pathlib.Path, every: Any, steps: list[int]) -> None:
    model, witness = network(), Witness()
    history = fit(model, PicassoCallback(run, PROBES, every=every), witness)
    fit(model, PicassoCallback(run, PROBES, every=every), witness, initial_epoch=2, epochs=4)
    assert_weights(run, witness.by_epoch if every == "epoch" else witness.by_iteration, steps)
    if every == "epoch":  # the step logged again as the beginning of the second part keeps its metrics
        assert checkpoints(run)[2].metrics["val_loss"] == history.history["val_loss"][1]


@pytest.mark.parametrize(("every", "steps"), [("epoch", [0, 1, 2, 3, 4]), (4, [0, 4, 8, 12, 16])])
def test_a_second_fit_goes_on_counting(run: pathlib.Path, every: Any, steps: list[int]) -> None:
    """As when a network is fine-tuned: compiled anew, from epoch 0."""
    model = network()
    callback = PicassoCallback(run, PROBES, every=every)
    fit(model, callback)
    after_first = model.get_weights()
    model.compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy", run_eagerly=True)
    fit(model, callback)
    records = checkpoints(run)
    assert list(records) == steps
    for step, expected in ((steps[len(steps) // 2], after_first), (steps[-1], model.get_weights())):
        stored = RunStore(run).read_weights(records[step])
        assert all(np.array_equal(a, b) for a, b in zip(stored, expected, strict=True))


@pytest.mark.parametrize("same_callback", [True, False])
def test_another_training_takes_the_place_of_the_earlier(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture, same_callback: bool
) -> None:
    """As when a cell of a notebook is run again: a new model, in the same directory."""
    callback, witness = PicassoCallback(run, PROBES), Witness()
    fit(network(), callback, epochs=4)
    with Writer(run) as writer:
        writer.add_checkpoint(network(), 9, name="other")
    fit(network(), callback if same_callback else PicassoCallback(run, PROBES), witness, epochs=1)
    (message,) = warnings(caplog)
    assert f"removed 4 checkpoints after step 0 of run {run}" in message
    others = [record for record in RunStore(run).list_checkpoints() if record.model == "other"]
    assert [record.step for record in others] == [9]
    RunStore(run).remove_checkpoint(others[0])
    assert_weights(run, witness.by_epoch, [0, 1])


def test_a_training_resumed_in_the_middle_drops_what_came_after(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, resumed, model = Witness(), Witness(), network()
    fit(model, PicassoCallback(run, PROBES), first, epochs=4)
    model.set_weights(first.by_epoch[2])
    fit(model, PicassoCallback(run, PROBES), resumed, initial_epoch=2, epochs=3)
    (message,) = warnings(caplog)
    assert f"removed 2 checkpoints after step 2 of run {run}" in message
    assert_weights(run, {**first.by_epoch, **resumed.by_epoch}, [0, 1, 2, 3])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda callback: pickle.loads(pickle.dumps(callback))])
def test_a_copy_logs_as_the_callback_would(run: pathlib.Path, copied: Any) -> None:
    """As tuners make one for each trial."""
    witness = Witness()
    fit(network(), copied(PicassoCallback(run, PROBES, class_names=["a", "b", "c"])), witness)
    assert_weights(run, witness.by_epoch, [0, 1, 2])
    assert len(RunStore(run).list_probes()) == 2


def test_a_callback_of_evaluate_alone_logs_nothing(run: pathlib.Path) -> None:
    network().evaluate(IMAGES, LABELS, callbacks=[PicassoCallback(run, PROBES)], verbose=0)
    assert not run.exists()


def test_the_training_is_not_disturbed(run: pathlib.Path) -> None:
    alone, watched = network(), network()
    keras.utils.set_random_seed(2)
    fit(alone)
    keras.utils.set_random_seed(2)
    fit(watched, PicassoCallback(run, PROBES, every=1))
    assert all(np.array_equal(a, b) for a, b in zip(alone.get_weights(), watched.get_weights(), strict=True))


# Weights


def test_neither_optimizer_nor_metrics_are_stored(run: pathlib.Path) -> None:
    model = network()
    fit(model, PicassoCallback(run, PROBES))
    assert len(model.optimizer.variables) > len(model.weights)
    assert [weight.path for weight in checkpoints(run)[2].arrays] == [weight.path for weight in model.weights]


@pytest.mark.parametrize("dtype", ["bfloat16", "mixed_bfloat16", "float16"])
def test_other_precisions(run: pathlib.Path, dtype: str) -> None:
    witness = Witness()
    fit(network(dtype=dtype), PicassoCallback(run, PROBES), witness, epochs=1)
    assert_weights(run, witness.by_epoch, [0, 1])
    stored = {weight.dtype for weight in checkpoints(run)[1].arrays}
    assert stored == {"float32" if dtype.startswith("mixed") else dtype}


# Keeping some


def test_keep_leaves_the_first_the_last_the_best_and_some_between(run: pathlib.Path) -> None:
    history = fit(
        network(), PicassoCallback(run, PROBES, keep=2, monitor="val_accuracy"), epochs=12, batch_size=16
    )
    records = checkpoints(run)
    accuracy = history.history["val_accuracy"]
    best = accuracy.index(max(accuracy)) + 1
    assert {0, best, 12} <= records.keys()
    assert len(records) == 2 + len({0, best, 12})
    assert len(list((run / "plugins" / "picasso" / "checkpoints").iterdir())) == 2 * len(records)


def test_the_metric_says_which_end_is_good(run: pathlib.Path) -> None:
    modes = {
        "val_loss": "min",
        "loss": "min",
        "val_accuracy": "max",
        "val_mine": "max",
        "val_distance": "min",
        "val_f1_of_cats": "max",
        "val_something": "min",
    }
    metrics = [
        "accuracy",
        keras.metrics.SparseTopKCategoricalAccuracy(1, name="mine"),
        keras.metrics.SparseCategoricalCrossentropy(name="distance"),
    ]
    callbacks = [PicassoCallback(run / monitor, PROBES, monitor=monitor) for monitor in modes]
    fit(network(metrics=metrics), *callbacks, epochs=1)
    assert {monitor: checkpoints(run / monitor)[1].monitor_mode for monitor in modes} == modes


# Failures
