"""Models at hand, with layers of the user's own."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from picasso_tb.errors import ModelRefused
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.loading import load
from picasso_tb.models.network import Network
from picasso_tb.models.protocol import Head, probabilities
from picasso_tb.models.snapshot import architecture_of, copied_weights
from tests.models.networks import HEADS, HEIGHT, WIDTH, dense, drawn, functional, noise, outputs
from tests.models.shapes import channels_first

UNIT = InputSpec(scale=1 / 255)


class Doubling(layers.Layer):
    """A layer of the user's own that says how it is made."""

    def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs: Any) -> Any:
        return inputs * self.factor

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


class Forgetful(Doubling):
    """One that forgets what it was made with."""

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["factor"]
        return config


class Secretive(Doubling):
    """One that can't say how it is made."""

    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError("no config for you")


class Pythonic(Forgetful):
    """One that no graph may hold."""

    def call(self, inputs: Any) -> Any:
        doubled = tf.numpy_function(lambda values: values * np.float32(self.factor), [inputs], tf.float32)
        return tf.ensure_shape(doubled, inputs.shape)

    def compute_output_spec(self, inputs: Any) -> Any:
        return keras.KerasTensor(inputs.shape)


def wave(x: Any) -> Any:
    return keras.ops.sin(x)


def live(model: keras.Model) -> Network:
    return live_network(model, UNIT, (HEIGHT, WIDTH, 3))


def check_predictions(network: Network, model: keras.Model) -> None:
    found = probabilities(network.scores(noise()), network.head)
    np.testing.assert_allclose(found, np.asarray(model(noise(), training=False)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "own",
    [Doubling(1.5), layers.Lambda(lambda x: x * 1.5), layers.Dense(6, activation=wave)],
    ids=["layer", "Lambda", "function"],
)
def test_layers_of_the_users_own_keep_their_logits(own: Any) -> None:
    model = drawn(lambda: functional(lambda x: dense(4, "softmax")(own(x))))
    network = live(model)
    assert (network.score_name, network.notes) == ("logit", ())
    check_predictions(network, model)


@pytest.mark.parametrize("own", [Forgetful(1.5), Secretive(1.5)], ids=["forgetful", "secretive"])
def test_a_model_that_cannot_be_copied_is_taken_as_a_graph(own: Any) -> None:
    model = drawn(lambda: functional(lambda x: dense(4, "softmax")(own(x))))
    assert live(model).score_name == "logit"
    check_predictions(live(model), model)


def test_a_model_that_is_no_graph_either_is_used_as_it_is_and_that_is_said() -> None:
    model = drawn(lambda: functional(lambda x: dense(4, "softmax")(Pythonic(1.5)(x))))
    network = live(model)
    assert network.score_name == "log-probability"
    assert any("could not be copied" in note for note in network.notes)
    check_predictions(network, model)


class OwnModel(keras.Model):
    def __init__(self, units: int, activation: str) -> None:
        super().__init__()
        self.convolution = layers.Conv2D(4, 3)
        self.dropout = layers.Dropout(0.5)
        self.head = dense(units, activation)

    def call(self, inputs: Any, training: bool = False) -> Any:
        x = layers.Flatten()(self.convolution(inputs))
        return self.head(self.dropout(x, training=training))


def test_a_model_of_a_class_of_its_own_keeps_its_logits() -> None:
    model = OwnModel(4, "softmax")
    model(noise())
    network = live(model)
    assert (network.score_name, network.classes, network.head) == ("logit", 4, Head.SOFTMAX)
    note = "The model was turned into a TensorFlow graph where its code is at hand: It has code of its own."
    assert network.notes[0] == note
    check_predictions(network, model)
    slopes = network.gradients(noise(), np.array([[0], [1], [2]]))
    assert slopes.any()


def test_a_model_of_channels_first_is_said_to_be_one() -> None:
    note = live(channels_first()).notes[0]
    assert note.endswith("where its code is at hand: It has its channels first.")


def test_a_model_of_its_own_class_with_two_outputs_is_refused() -> None:
    class TwoOutputs(OwnModel):
        def call(self, inputs: Any, training: bool = False) -> Any:
            return [super().call(inputs), super().call(inputs)]

    model = TwoOutputs(4, "softmax")
    model(noise())
    with pytest.raises(ModelRefused, match="2 outputs"):
        live(model)


def test_the_live_model_is_left_as_it_was() -> None:
    model = drawn(HEADS["fused softmax"][0])
    weights, config, before = model.get_weights(), model.to_json(), outputs(model, noise())
    network = live(model)
    network.gradients(noise(), np.zeros((3, 1), np.int64))
    assert model.to_json() == config
    for kept, given in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(kept, given)
    np.testing.assert_array_equal(outputs(model, noise()), before)


def warm(x: Any) -> Any:
    return keras.ops.softmax(x / 2)


@pytest.mark.parametrize("activation", [tf.nn.softmax, warm, lambda x: keras.ops.softmax(x / 2)])
def test_a_head_of_a_function_has_the_logits_that_are_logged(activation: Any) -> None:
    model = functional(dense(4, activation))
    logged = architecture_of(model)
    kept = load(logged.config, copied_weights(model, logged), UNIT)
    assert live(model).score_name == kept.score_name == "logit"
    np.testing.assert_allclose(live(model).scores(noise()), kept.scores(noise()), rtol=1e-5, atol=1e-6)
    check_predictions(live(model), model)
