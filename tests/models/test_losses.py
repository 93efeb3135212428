"""What the loss says of a model's outputs is heard live and from files, and never run."""

import json
import pathlib
import zipfile
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, losses

from picasso_tb.models.doors import open_model
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.loading import load
from picasso_tb.models.losses import Trained, trained_with
from picasso_tb.models.protocol import Head
from picasso_tb.models.shapes import Squash
from picasso_tb.models.snapshot import architecture_of
from tests.models.networks import HEIGHT, WIDTH
from tests.models.shapes import DOORS

SIGMOID, SOFTMAX = Trained(True, Squash.SIGMOID), Trained(True, Squash.SOFTMAX)
IMAGES = np.random.default_rng(0).uniform(0, 1, (2, HEIGHT, WIDTH, 3)).astype(np.float32)


class Own(losses.BinaryCrossentropy):
    """A loss that no file can bring back without its code."""


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (losses.BinaryCrossentropy(from_logits=True), SIGMOID),
        (losses.SparseCategoricalCrossentropy(from_logits=True), SOFTMAX),
        (losses.CategoricalCrossentropy(from_logits=True), SOFTMAX),
        (losses.CategoricalCrossentropy(), Trained(True)),
        ([losses.BinaryFocalCrossentropy(from_logits=True)], SIGMOID),
        ({"only": Own(from_logits=True)}, SIGMOID),
        (["mse", losses.BinaryCrossentropy(from_logits=True)], Trained()),  # of which output is not known
        ("binary_crossentropy", Trained(True)),
        (losses.hinge, Trained(True)),
        ("mse", Trained(on_numbers=True)),
        (losses.Huber(), Trained(on_numbers=True)),
        (lambda truth, outputs: 0.0, Trained()),
        (None, Trained()),
    ],
)
def test_every_way_to_name_a_loss_says_the_same_live_and_written(loss: Any, says: Trained) -> None:
    assert trained_with(loss) == says
    assert trained_with(json.loads(json.dumps(keras.saving.serialize_keras_object(loss)))) == says


def linear(units: int, loss: Any, summed: bool = False) -> keras.Model:
    """Ends in plain values; where `summed`, behind a layer that tells nothing of them."""
    keras.utils.set_random_seed(1)
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Flatten()(inputs)
    ends = [layers.Dense(units)(x) for _ in range(1 + summed)]
    model = keras.Model(inputs, layers.Add()(ends) if summed else ends[0])
    model.compile("sgd", loss)
    return model


HEADS: list[tuple[Callable[[], keras.Model], Head, int]] = [
    (lambda: linear(1, losses.BinaryCrossentropy(from_logits=True)), Head.SIGMOID, 2),
    (lambda: linear(1, "mse"), Head.NUMBER, 1),
    (lambda: linear(4, losses.BinaryCrossentropy(from_logits=True)), Head.SIGMOID, 4),
    (lambda: linear(4, losses.SparseCategoricalCrossentropy(from_logits=True), summed=True), Head.SOFTMAX, 4),
]


@pytest.mark.parametrize("door", ["live", ".keras", ".h5", "json"])
@pytest.mark.parametrize(("make", "head", "classes"), HEADS)
def test_the_outputs_are_what_the_loss_takes_them_for(
    tmp_path: pathlib.Path, door: str, make: Callable[[], keras.Model], head: Head, classes: int
) -> None:
    model = make()
    found = DOORS[door](model, tmp_path)
    assert found.architecture == architecture_of(model)  # from the file as from the live model
    expected = np.asarray(model(IMAGES, training=False))
    spec = InputSpec(scale=1 / 255)
    loaded = load(found.architecture.config, found.weights, spec)
    for network in (loaded, live_network(model, spec, (HEIGHT, WIDTH, 3))):
        assert (network.head, network.classes) == (head, classes)
        scores = network.scores(IMAGES)
        assert np.allclose(scores[:, -expected.shape[1] :], expected, atol=1e-5)
        if head is not Head.NUMBER:
            assert network.score_source == "from the outputs, which the loss takes for logits"
            assert network.notes == ()


def test_graphs_hear_the_loss_too() -> None:
    model = linear(4, None, summed=True)
    traced = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), model, layers.Lambda(lambda x: x)])
    traced.compile("sgd", losses.BinaryCrossentropy(from_logits=True))
    architecture = architecture_of(traced)
    assert json.loads(architecture.config)["format"] == "graph"
    loaded = load(architecture.config, traced.get_weights(), InputSpec(scale=1 / 255))
    assert (loaded.head, loaded.score_source) == (
        Head.SIGMOID,
        "from the outputs, which the loss takes for logits",
    )
    np.testing.assert_allclose(loaded.scores(IMAGES), traced(IMAGES, training=False), atol=1e-5)


def test_a_loss_does_not_make_logits_of_probabilities(tmp_path: pathlib.Path) -> None:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    halves = [layers.Dense(3, "softmax")(layers.Flatten()(inputs)) for _ in range(2)]
    model = keras.Model(inputs, layers.Average()(halves))
    model.compile("sgd", losses.CategoricalCrossentropy(from_logits=True))  # as many do by mistake
    found = DOORS[".keras"](model, tmp_path)
    loaded = load(found.architecture.config, found.weights, InputSpec())
    assert (loaded.score_name, loaded.score_source) == ("log-probability", "from the probabilities")


def test_a_loss_of_ones_own_is_read_by_name_and_never_loaded(tmp_path: pathlib.Path) -> None:
    model = linear(1, losses.BinaryCrossentropy(from_logits=True))
    model.save(tmp_path / "plain.keras")
    with (
        zipfile.ZipFile(tmp_path / "plain.keras") as plain,
        zipfile.ZipFile(tmp_path / "own.keras", "w") as own,
    ):
        for name in plain.namelist():
            content = plain.read(name)
            if name == "config.json":
                config = json.loads(content)
                loss = {"module": "os", "class_name": "system", "registered_name": "x", "config": "exit 1"}
                config["compile_config"]["loss"] = loss
                content = json.dumps(config).encode()
            own.writestr(name, content)
    assert open_model(tmp_path / "own.keras").architecture.classes == 1
