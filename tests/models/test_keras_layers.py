"""Layers inside Keras networks: which there are, what they give, and the slopes there."""

import functools
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
from keras import layers

from picasso_tb.errors import InvalidArgument
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import describe
from picasso_tb.models.keras_model import KerasModel
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.protocol import Layer
from picasso_tb.models.snapshot import architecture_of
from tests.models.networks import HEIGHT, WIDTH, dense, drawn, noise, outputs

UNIT = InputSpec(scale=1 / 255)
SHAPE = (HEIGHT, WIDTH, 3)
LABELS = np.array([[0, 3], [1, 1], [2, 0]])


def restored(model: keras.Model) -> KerasModel:
    return KerasModel(describe(model).config, model.get_weights(), UNIT)


def in_two_networks() -> keras.Model:
    """Convolutions in a Sequential, in a functional network, in a functional network."""
    stem = keras.Sequential([layers.Conv2D(3, 3, name="a"), layers.Activation("tanh", name="b")], name="stem")
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    features = layers.Conv2D(4, 2, strides=2, activation="tanh", name="c")(stem(inputs))
    backbone = keras.Model(inputs, features, name="backbone")
    outer = layers.Input(SHAPE)
    pooled = layers.GlobalAveragePooling2D(keepdims=True)(backbone(layers.RandomFlip(name="flip")(outer)))
    return keras.Model(outer, dense(4, "softmax")(layers.Flatten()(keras.ops.tanh(pooled))))


def called_twice() -> keras.Model:
    inputs, twice = layers.Input(SHAPE), layers.Conv2D(3, 3, padding="same", activation="tanh", name="conv")
    return keras.Model(inputs, dense(4, "softmax")(layers.Flatten()(twice(twice(inputs)))))


def network_called_twice() -> keras.Model:
    inner = layers.Input(SHAPE)
    conv = layers.Conv2D(3, 3, padding="same", activation="tanh", name="conv")(inner)
    twice, inputs = keras.Model(inner, conv, name="inner"), layers.Input(SHAPE)
    return keras.Model(inputs, dense(4, "softmax")(layers.Flatten()(twice(twice(inputs)))))


def around_dropout() -> keras.Model:
    """What dropout passes on is added to what it got."""
    inputs = layers.Input(SHAPE)
    x = layers.Conv2D(3, 3, activation="tanh", name="conv")(inputs)
    x = layers.Add(name="add")([x, layers.Dropout(0.5, name="drop")(x)])
    return keras.Model(inputs, dense(4, "softmax")(layers.Flatten()(keras.ops.tanh(x))))


class Own(keras.Model):
    """A network that says nothing of itself before it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = layers.Conv2D(3, 3, padding="same", activation="tanh", name="conv")
        self.inner = keras.Sequential([layers.Conv2D(5, 2, name="last")], name="inner")
        self.head = dense(4, "softmax")

    def call(self, inputs: Any, training: bool = False) -> Any:
        features = self.inner(self.conv(self.conv(inputs)))
        return self.head(keras.ops.mean(features, axis=(1, 2)))


def test_layers_are_named_by_their_way_from_input_to_output() -> None:
    assert restored(in_two_networks()).layers == (
        Layer("flip", 9, 14, 3),
        Layer("backbone/stem/a", 7, 12, 3),
        Layer("backbone/stem/b", 7, 12, 3),
        Layer("backbone/c", 3, 6, 4),  # the pooled maps have a single place
    )
    assert restored(called_twice()).layers == (Layer("conv", 9, 14, 3), Layer("conv#2", 9, 14, 3))


@pytest.mark.parametrize("make", [in_two_networks, called_twice, network_called_twice, around_dropout])
def test_what_is_logged_is_what_there_will_be(make: Any) -> None:
    model = make()
    described = describe(model)
    assert described.offers == ("scores", "gradients", "activations")
    assert described.layers == restored(model).layers == live_network(model, UNIT, SHAPE).layers


def test_a_network_of_any_size_has_layers_of_any_size() -> None:
    front = [layers.Input((None, None, 3)), layers.Conv2D(4, 3, name="conv")]
    model = keras.Sequential([*front, layers.GlobalAveragePooling2D(), dense(4)])
    assert describe(model).layers == (Layer("conv", None, None, 4),)


def test_models_without_rows_and_columns_inside_say_so() -> None:
    model = drawn(lambda: keras.Sequential([layers.Input(SHAPE), layers.Flatten(), dense(4)]))
    assert (describe(model).layers, describe(model).offers) == ((), ("scores", "gradients"))
    with pytest.raises(InvalidArgument, match="such as no layer with rows and columns"):
        restored(model).activations(noise(), LABELS, "flatten")


def test_channels_first_are_not_read_as_rows() -> None:
    inputs = layers.Input(SHAPE)
    conv = layers.Conv2D(4, 3, data_format="channels_first")
    x = layers.GlobalAveragePooling2D(data_format="channels_first")(conv(layers.Permute((3, 1, 2))(inputs)))
    found = architecture_of(keras.Model(inputs, dense(3)(x))).layers
    assert [one[1:] for one in found] == [(7, 12, 4)]


def joined(channels: str) -> keras.Model:
    """Every kind of layer that keeps or changes rows and columns; a pooling stands between convolutions."""
    first = channels == "channels_first"
    conv = functools.partial(layers.Conv2D, data_format=channels)
    inputs = layers.Input((3, HEIGHT, WIDTH) if first else SHAPE)
    x = layers.BatchNormalization(axis=1 if first else 3)(conv(4, 3, activation="relu")(inputs))
    x = layers.ReLU()(layers.Add()([x, conv(4, 3, padding="same")(x)]))
    x = layers.MaxPooling2D(2, data_format=channels)(x)
    x = layers.Concatenate(axis=1 if first else 3)([x, conv(2, 1, activation="relu")(x)])
    return keras.Model(inputs, dense(4)(layers.GlobalAveragePooling2D(data_format=channels)(x)))


def test_layers_of_channels_first_are_those_of_channels_last() -> None:
    last = drawn(lambda: joined("channels_last"))
    first = joined("channels_first")
    first.set_weights(last.get_weights())
    networks = [live_network(model, UNIT, SHAPE) for model in (last, first)]
    names = [[one.name for one in network.layers if "pool" not in one.name] for network in networks]
    assert len(names[0]) == len(names[1]) == 7
    for pair in zip(*names, strict=True):
        found = [
            network.activations(noise(2), LABELS[:2], name)
            for network, name in zip(networks, pair, strict=True)
        ]
        for one, other in zip(*found, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6, err_msg=str(pair))


def test_whole_numbers_have_no_slope_but_layers_behind_them_have() -> None:
    inputs = layers.Input(SHAPE, dtype="uint8")
    x = layers.Conv2D(4, 3, name="conv")(layers.Rescaling(1 / 255)(inputs))
    model = keras.Model(inputs, dense(4)(layers.GlobalAveragePooling2D()(x)))
    assert describe(model).offers == ("scores", "activations")
    found = KerasModel(describe(model).config, model.get_weights(), InputSpec()).activations(
        noise() * 255, LABELS, "conv"
    )
    assert found.gradients.any()


def rest_of(model: keras.Model, layer: str) -> list[Any]:
    """The layers of `in_two_networks` after the one of that name, in order."""
    backbone = model.get_layer("backbone")
    stem = backbone.get_layer("stem")
    steps = {"backbone/stem/a": stem.get_layer("a"), "backbone/stem/b": stem.get_layer("b")}
    steps["backbone/c"] = backbone.get_layer("c")
    names = list(steps)
    return [steps[name] for name in names[names.index(layer) + 1 :]]


def scores_from(model: keras.Model, layer: str, activations: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Logits of `in_two_networks` from what a layer gives: plain layers, one after another, in float64."""
    x = activations.astype(np.float64)
    for step in rest_of(model, layer):
        if isinstance(step, layers.Activation):
            x = np.tanh(x)
        else:
            kernel, bias = (one.astype(np.float64) for one in step.get_weights())
            x = np.tanh(slow_convolution(x, kernel, step.strides[0]) + bias)
    kernel, bias = (one.astype(np.float64) for one in model.layers[-1].get_weights())
    return np.tanh(x.mean(axis=(1, 2))) @ kernel + bias


def slow_convolution(
    x: npt.NDArray[np.float64], kernel: npt.NDArray[np.float64], stride: int
) -> npt.NDArray[np.float64]:
    rows, columns = kernel.shape[:2]
    found = [
        [
            np.einsum("nhwc,hwcf->nf", x[:, top : top + rows, left : left + columns], kernel)
            for left in range(0, x.shape[2] - columns + 1, stride)
        ]
        for top in range(0, x.shape[1] - rows + 1, stride)
    ]
    return np.array(found).transpose(2, 0, 1, 3)


@pytest.mark.parametrize("layer", ["backbone/stem/a", "backbone/stem/b", "backbone/c"])
def test_activations_and_slopes_are_those_of_the_rest_of_the_network(layer: str) -> None:
    model, images = drawn(in_two_networks), noise()
    activations, gradients = restored(model).activations(images, LABELS, layer)
    assert (activations.dtype, gradients.dtype) == (np.float32, np.float32)
    assert gradients.shape == (*LABELS.shape, *activations.shape[1:])
    scores = scores_from(model, layer, activations)
    softmax = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softmax, outputs(model, images), rtol=1e-4)
    places = np.random.default_rng(1).integers(0, activations.shape[1:], (12, 3))
    step = 1e-5
    for (i, k), place in ((at, place) for at in np.ndindex(LABELS.shape) for place in places):
        shifted = np.repeat(activations[i : i + 1].astype(np.float64), 2, axis=0)
        shifted[0][tuple(place)] += step
        shifted[1][tuple(place)] -= step
        up, down = scores_from(model, layer, shifted)[:, LABELS[i, k]]
        found = gradients[i, k][tuple(place)]
        np.testing.assert_allclose(found, (up - down) / (2 * step), rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize(
    ("make", "names"),
    [(called_twice, ("conv", "conv#2")), (network_called_twice, ("inner/conv", "inner#2/conv"))],
)
def test_each_call_of_a_shared_layer_is_a_layer_of_its_own(make: Any, names: tuple[str, str]) -> None:
    model, images = drawn(make), noise()
    loaded = restored(model)
    assert loaded.layers == tuple(Layer(name, *SHAPE) for name in names)
    first, second = (loaded.activations(images, LABELS, name) for name in names)
    conv, head = model.layers[1], model.layers[-1]
    np.testing.assert_allclose(first.activations, conv(images), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(second.activations, conv(first.activations), rtol=1e-4, atol=1e-6)
    kernel = head.get_weights()[0].reshape(*SHAPE, 4)
    np.testing.assert_allclose(second.gradients, kernel.transpose(3, 0, 1, 2)[LABELS], rtol=1e-4, atol=1e-6)
    assert abs(first.gradients - second.gradients).max() > 0.01


def test_what_a_layer_only_passes_on_is_not_taken_for_the_layer_before() -> None:
    found = {
        name: restored(drawn(around_dropout)).activations(noise(), LABELS, name) for name in ("conv", "drop")
    }
    np.testing.assert_array_equal(found["conv"].activations, found["drop"].activations)
    np.testing.assert_allclose(found["conv"].gradients, 2 * found["drop"].gradients, rtol=1e-4, atol=1e-7)
    assert found["drop"].gradients.any()


def test_each_checkpoint_has_its_own_activations_and_one_trace_serves_all() -> None:
    model = drawn(in_two_networks)
    loaded = restored(model)
    stem = model.get_layer("backbone").get_layer("stem")
    for n in (1, 3, 2):
        model.set_weights([one + 0.05 for one in model.get_weights()])
        loaded.assign(model.get_weights())
        found = loaded.activations(noise(n), LABELS[:n, :1], "backbone/stem/b").activations
        np.testing.assert_allclose(found, stem(noise(n)), rtol=1e-4, atol=1e-6)
    assert loaded._at_layers["backbone/stem/b"].experimental_get_tracing_count() == 1


def test_the_traces_of_many_layers_are_not_all_kept() -> None:
    names = [f"conv_{number}" for number in range(6)]
    steps = [layers.Conv2D(2, 1, name=name) for name in names]
    model = keras.Sequential([layers.Input(SHAPE), *steps, layers.Flatten(), dense(4)])
    loaded = restored(model)
    for name in (*names, names[0]):
        assert loaded.activations(noise(1), LABELS[:1], name).activations.shape == (1, *SHAPE[:2], 2)
        assert len(loaded._at_layers) <= 4


def test_an_unknown_layer_is_refused_by_name() -> None:
    with pytest.raises(InvalidArgument, match=r"such as backbone/c, .*Received: 'backbone/d'") as refused:
        restored(in_two_networks()).activations(noise(), LABELS, "backbone/d")
    assert refused.value.field == "layer"


def test_layers_in_16_bits_answer_in_float32() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = drawn(in_two_networks)
    finally:
        keras.config.set_dtype_policy("float32")
    found = restored(model).activations(noise(), LABELS, "backbone/c")
    assert (found.activations.dtype, found.gradients.dtype) == (np.float32, np.float32)
    assert found.gradients.any()


def test_the_layers_of_a_class_of_ones_own_are_found_by_tracing_it() -> None:
    model, images = Own(), noise()
    model(images)
    live = live_network(model, UNIT, SHAPE)
    assert [one[1:] for one in live.layers] == [(9, 14, 3), (9, 14, 3), (8, 13, 5)]
    first, _, last = (one.name for one in live.layers)
    assert ("conv" in first, "inner/last" in last.replace("_1", "")) == (True, True)
    found = live.activations(images, LABELS, last).activations
    np.testing.assert_allclose(found, model.inner(model.conv(model.conv(images))), rtol=1e-4, atol=1e-6)
    found = live.activations(images, LABELS, first).activations
    np.testing.assert_allclose(found, model.conv(images), rtol=1e-4, atol=1e-6)


def test_listening_leaves_no_trace_in_the_model() -> None:
    for model in (drawn(in_two_networks), Own()):
        before = outputs(model, noise())
        live = live_network(model, UNIT, SHAPE)
        live.activations(noise(), LABELS, live.layers[-1].name)
        assert not any("call" in vars(layer) for layer in model._flatten_layers())
        np.testing.assert_array_equal(outputs(model, noise()), before)
    keras.Model(model.inner.inputs, model.inner.get_layer("last").output)  # Keras' graph has grown no branch
