"""Heads whose squash can't be taken off: what is shown are the probabilities that the model gives."""

import pathlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from picasso_tb.errors import ModelRefused
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.loading import load
from picasso_tb.models.protocol import Head, probabilities
from picasso_tb.models.snapshot import Snapshot, architecture_of
from tests.models.networks import dense, drawn
from tests.models.shapes import DOORS, Shape, functional

UNIT = InputSpec(scale=1 / 255)
IMAGES = Shape(lambda: None).images()


def wide(activation: str | None, units: int = 4) -> Any:
    return layers.Dense(units, activation, kernel_initializer=keras.initializers.RandomNormal(stddev=2.0))


def averaged(activation: str, units: int = 4) -> Callable[[Any], Any]:
    return lambda x: layers.Average()([wide(activation, units)(x), wide(activation, units)(x)])


EXCLUDING: dict[str, Callable[[Any], Any]] = {
    "average of softmaxes": averaged("softmax"),
    "halves of a sum": lambda x: (wide("softmax")(x) + wide("softmax")(x)) / 2.0,
    "smoothed": lambda x: wide("softmax")(x) * 0.9 + 0.025,
    "rescaled": lambda x: layers.Rescaling(0.9, 0.025)(wide("softmax")(x)),
    "exponentials of log-probabilities": lambda x: ops.exp(wide("log_softmax")(x)),
    "normalized": lambda x: layers.BatchNormalization(center=False, scale=False)(wide("softmax")(x)),
}
EACH_FOR_ITSELF: dict[str, Callable[[Any], Any]] = {
    "average of sigmoids": averaged("sigmoid"),
    "rescaled sigmoids": lambda x: layers.Rescaling(0.9, 0.05)(wide("sigmoid")(x)),
    "hard sigmoids": wide("hard_sigmoid"),
    "cut off": lambda x: layers.ReLU(max_value=1)(wide(None)(x)),
    "exponentials of logarithms": lambda x: ops.exp(ops.log_sigmoid(wide(None)(x))),
    "sigmoids by hand": lambda x: 1.0 / (1.0 + ops.exp(-wide(None)(x))),
}
ONE: dict[str, Callable[[Any], Any]] = {
    "average of one sigmoid": averaged("sigmoid", 1),
    "the other class": lambda x: 1.0 - wide("sigmoid", 1)(x),
    "one rescaled sigmoid": lambda x: layers.Rescaling(0.9, 0.05)(wide("sigmoid", 1)(x)),
}


def made(head: Callable[[Any], Any]) -> keras.Model:
    keras.utils.set_random_seed(5)
    return functional(head)


@pytest.mark.parametrize("door", [".keras", "export"])
@pytest.mark.parametrize("name", [*EXCLUDING, *EACH_FOR_ITSELF, *ONE])
def test_shown_probabilities_are_the_models(door: str, name: str, tmp_path: pathlib.Path) -> None:
    model = made((EXCLUDING | EACH_FOR_ITSELF | ONE)[name])
    snapshot = DOORS[door](model, tmp_path)
    loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
    outputs = np.asarray(model(IMAGES, training=False))
    shown = probabilities(loaded.scores(IMAGES), loaded.head)
    tolerance = 1e-3 if name == "normalized" else 1e-5  # it divides by the root of 1.001
    np.testing.assert_allclose(shown[:, -outputs.shape[1] :], outputs, atol=tolerance)
    assert loaded.head is (Head.SOFTMAX if name in EXCLUDING else Head.SIGMOID)
    assert loaded.score_name == ("log-probability" if name in EXCLUDING else "logit")
    assert loaded.score_source == "from the probabilities"
    assert "could not be found behind the model's last layer" in loaded.notes[0]


SCALED: dict[str, Callable[[Any], Any]] = {
    "normalized": lambda x: layers.BatchNormalization()(wide("softmax")(x)),
    "rescaled": lambda x: layers.Rescaling(3.0, -1.0)(wide("softmax")(x)),
    "by operators": lambda x: (wide("sigmoid")(x) * 3.0 - 3.0) / 2.0,
    "sums": lambda x: layers.BatchNormalization()(layers.Add()([wide(None)(x), wide(None)(x)])),
}


@pytest.mark.parametrize("name", SCALED)
def test_what_is_scaled_beyond_0_to_1_is_plain_at_every_door(name: str, tmp_path: pathlib.Path) -> None:
    model = made(SCALED[name])
    if isinstance(model.layers[-1], layers.BatchNormalization):
        model.layers[-1].set_weights([np.full(4, value) for value in (3.0, 0.5, 0.3, 0.5)])
    live = Snapshot(architecture_of(model), model.get_weights())
    for snapshot in (live, *(DOORS[door](model, tmp_path) for door in (".keras", "export"))):
        loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
        assert (loaded.score_name, loaded.score_source) == ("logit", "from the outputs as they are")
        assert "ends in plain values" in loaded.notes[0]
        np.testing.assert_allclose(loaded.scores(IMAGES), model(IMAGES, training=False), atol=1e-4)


def test_logits_behind_affine_operations_stay_logits(tmp_path: pathlib.Path) -> None:
    model = drawn(lambda: functional(lambda x: layers.Rescaling(3.0, 1.0)(dense(4)(x))))
    for door in (".keras", "export"):
        snapshot = DOORS[door](model, tmp_path)
        loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
        assert loaded.score_source == "from the outputs as they are"
        np.testing.assert_allclose(loaded.scores(IMAGES), model(IMAGES, training=False), atol=1e-4)


REGRESSIONS: dict[str, Callable[[Any], Any]] = {
    **{
        name: layers.Dense(1, name, bias_initializer=keras.initializers.Constant(3.0))
        for name in ("relu", "softplus", "exponential", "tanh")
    },
    "scaled": lambda x: layers.Dense(1, bias_initializer=keras.initializers.Constant(3.0))(x) * 100,
}


@pytest.mark.parametrize("name", REGRESSIONS)
def test_one_value_of_a_regression_is_a_number_whatever_its_activation(
    name: str, tmp_path: pathlib.Path
) -> None:
    model = made(REGRESSIONS[name])
    model.compile("sgd", "mse")
    architecture = architecture_of(model)
    live = Snapshot(architecture, model.get_weights())
    for snapshot in (live, DOORS[".keras"](model, tmp_path)):
        loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
        assert (loaded.classes, loaded.head, loaded.score_name) == (1, Head.NUMBER, "value")
        np.testing.assert_allclose(loaded.scores(IMAGES), model(IMAGES, training=False), rtol=1e-5)


PLAIN: dict[str, Callable[[int], Any]] = {
    **{
        name: lambda units, name=name: wide(name, units)
        for name in ("relu", "relu6", "tanh", "softplus", "elu", "selu", "exponential")
    },
    "relu layer": lambda units: lambda x: layers.ReLU()(wide(None, units)(x)),
    "activation layer": lambda units: lambda x: layers.Activation("softsign")(wide(None, units)(x)),
    "exp of keras.ops": lambda units: lambda x: ops.exp(wide(None, units)(x)),
    "relu6 of keras.ops": lambda units: lambda x: ops.relu6(wide(None, units)(x)),
}


@pytest.mark.parametrize("shift", [0.3, 3.0])
@pytest.mark.parametrize("name", PLAIN)
def test_what_may_leave_0_to_1_is_no_probability_whatever_its_values(
    name: str, shift: float, tmp_path: pathlib.Path
) -> None:
    for units, score in ((4, "logit"), (1, "value")):
        model = made(PLAIN[name](units))
        bias = next(one for one in reversed(model.weights) if one.shape == (units,))
        bias.assign(np.full(units, shift))
        live = Snapshot(architecture_of(model), model.get_weights())
        for snapshot in (live, *(DOORS[door](model, tmp_path) for door in (".keras", "export"))):
            loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
            assert (loaded.score_name, loaded.score_source) == (score, "from the outputs as they are")
            np.testing.assert_allclose(loaded.scores(IMAGES), model(IMAGES, training=False), atol=1e-5)


def test_what_is_no_probability_is_refused(tmp_path: pathlib.Path) -> None:
    snapshot = DOORS["export"](made(wide("mish")), tmp_path)
    loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
    with pytest.raises(ModelRefused, match=r"End the model in keras\.layers\.Activation\('softmax'\)"):
        loaded.scores(IMAGES)
