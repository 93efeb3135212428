"""What is wrong with a training, a model or an argument: told, never raised in the midst of a training."""

import pathlib
from typing import Any

import keras
import numpy as np
import pytest

from picasso_tb import InputSpec, PicassoCallback, open_run
from picasso_tb.errors import InvalidArgument, NotFound
from picasso_tb.store.digest import digest_of_arrays
from picasso_tb.store.index import Problem, RunIndex
from picasso_tb.store.run import RunStore
from tests.logging.test_callback import (
    IMAGES,
    LABELS,
    PROBES,
    checkpoints,
    fit,
    network,
    two_heads,
    warnings,
)


@pytest.fixture
def run(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "run"


class RestlessModel(keras.Model):
    """Answers otherwise each time that it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = network()
        self.seeds = keras.random.SeedGenerator(0)

    def call(self, images: Any, training: bool = False) -> Any:
        noise = keras.random.uniform(keras.ops.shape(images), seed=self.seeds)
        return self.inner(images + noise, training=training)


def test_a_directory_that_cannot_be_written_is_one_warning(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    run.write_text("a file in the way")
    history = fit(network(), PicassoCallback(run, PROBES, keep=1), epochs=3)
    assert len(history.history["loss"]) == 3
    (message,) = warnings(caplog)
    assert str(run) in message


def problems(run: pathlib.Path) -> list[Problem]:
    index = RunIndex("run", str(run))
    index.refresh()
    return index.problems


def test_a_model_that_cannot_be_described_is_one_warning(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = RestlessModel()
    model(IMAGES[:1])
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    assert len(fit(model, PicassoCallback(run, PROBES), epochs=3).history["loss"]) == 3
    (message,) = warnings(caplog)
    assert str(run) in message
    assert "weights are all of its layers" in message
    assert len(RunStore(run).list_probes()) == 2
    [problem] = problems(run)  # for whoever reads the tab, not the training's output
    assert problem.file == "model.json" and problem.message in message
    with pytest.raises(NotFound, match=r"model\.json: Expected a model whose weights .* Received: 2"):
        open_run(run).checkpoint(2)
    fit(network(), PicassoCallback(run, PROBES))
    assert not problems(run)


@pytest.mark.parametrize("output", [None, "c"])
def test_a_head_that_nobody_named_is_one_warning_that_says_what_to_do(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture, output: str | None
) -> None:
    model = two_heads()
    callback = PicassoCallback(run, PROBES, output=output)
    model.fit(IMAGES, {"a": LABELS, "b": LABELS}, epochs=2, verbose=0, callbacks=[callback])
    told = warnings(caplog)
    assert "2 outputs (0: a, 1: b)" in told[-1] and "output= of open_model, explain, PicassoCall" in told[-1]
    expected = ["output (--output): Expected one of 0: a, 1: b. Received: 'c'"] if output else []
    assert all(one in message for one, message in zip(expected, told[:-1], strict=True))


def test_a_model_built_by_its_first_batch_lacks_step_0_only(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    fit(model, PicassoCallback(run, PROBES))
    assert list(checkpoints(run)) == [1, 2]
    (message,) = warnings(caplog)
    assert "keras.Input" in message


def test_arguments_that_do_not_fit_the_model_are_one_warning(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    fit(network(), PicassoCallback(run, PROBES, class_names=["a", "b"]))
    (message,) = warnings(caplog)
    assert "class_names: Expected 3" in message
    assert list(checkpoints(run)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"labels": [1, 7]}, "labels: Expected 0 to 2"), ({"class_names": ["a"]}, "Expected 3")],
)
def test_what_is_right_is_logged_beside_what_is_wrong(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture, wrong: dict[str, Any], said: str
) -> None:
    given = {"class_names": ["a", "b", "c"], "input_spec": InputSpec(scale=1 / 510), **wrong}
    if "labels" in wrong:
        del given["class_names"]  # else it is noticed at once
    fit(network(), PicassoCallback(run, PROBES, **given), epochs=1)
    (message,) = warnings(caplog)
    assert said in message
    model = RunStore(run).find_model("model")
    assert model
    assert InputSpec.model_validate(model.input_spec) == InputSpec(scale=1 / 510)
    for probe in RunStore(run).list_probes():  # 0..0.5 is black to white
        (image,) = (image for image in PROBES if digest_of_arrays([image]) == probe.digest)
        brightness = RunStore(run).read_picture(probe)
        np.testing.assert_allclose(brightness, np.clip(image[..., 0] * 510, 0, 255), atol=0.6)


def test_floats_that_the_model_cannot_take_are_one_warning(
    run: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    fit(network(), PicassoCallback(run, IMAGES[:2, :5], class_names=["a", "b", "c"]))
    (message,) = warnings(caplog)
    assert "Expected floats (7, 5, 1), as the model's input. Received: (5, 5, 1)" in message
    assert list(checkpoints(run)) == [0, 1, 2]


def test_iterations_need_an_optimizer(run: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    class Frozen(keras.Sequential):
        def train_step(self, data: Any) -> dict[str, Any]:
            return {"loss": 0.0}

    model = Frozen([keras.Input((7, 5, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    model.compile(loss="mse", run_eagerly=True)
    model.optimizer = None
    fit(model, PicassoCallback(run, PROBES, every=2), validation_split=0)
    (message,) = warnings(caplog)
    assert '"epoch" for a model without an optimizer' in message


@pytest.mark.parametrize(
    ("arguments", "received"),
    [
        ({"probes": []}, "images: Expected"),
        ({"labels": [1]}, "labels: Expected 2"),
        ({"names": ["a"]}, "names: Expected 2"),
        ({"masks": {"sun": np.ones((2, 9, 9), bool)}}, "masks"),
        ({"class_names": "abc"}, "class_names: abc: Expected a list"),
        ({"class_names": ["a", "b"], "labels": [0, 2]}, "labels: Expected 0 to 1"),
        ({"input_spec": "tf"}, "Expected an InputSpec"),
        ({"input_spec": InputSpec(mean=(1.0, 2.0, 3.0))}, "channels"),
        ({"every": 0}, "every: Expected"),
        ({"every": "batch"}, "every: Expected"),
        ({"every": True}, "every: Expected"),
        ({"keep": -1}, "keep: Expected"),
        ({"keep": 1.5}, "keep: Expected"),
        ({"monitor": None}, "monitor: Expected"),
        ({"logdir": "nosuch://logs"}, "nosuch"),
        ({"logdir": 5}, "Expected a path"),
    ],
)
def test_mistakes_raise_when_it_is_made(run: pathlib.Path, arguments: dict[str, Any], received: str) -> None:
    with pytest.raises(InvalidArgument, match=received):
        PicassoCallback(**{"logdir": run, "probes": PROBES, **arguments})
    assert not run.exists()
