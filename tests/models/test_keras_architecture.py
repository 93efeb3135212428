"""Keras models as plain data: what is kept, what is refused, and files."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import describe
from picasso_tb.models.keras_model import KerasModel
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.protocol import probabilities
from tests.models.networks import HEADS, HEIGHT, WIDTH, dense, drawn, functional, noise, outputs


def test_the_description_says_what_goes_in_and_out() -> None:
    described = describe(drawn(HEADS["fused softmax"][0]))
    assert (described.height, described.width, described.channels, described.classes) == (HEIGHT, WIDTH, 3, 5)
    assert describe(drawn(HEADS["one sigmoid"][0])).classes == 2
    anywhere = keras.Sequential([layers.Input((None, None, 3)), layers.GlobalAveragePooling2D(), dense(4)])
    assert (describe(anywhere).height, describe(anywhere).width) == (None, None)


def test_weights_are_listed_as_get_weights_gives_them() -> None:
    model = drawn(HEADS["nested"][0])
    described = describe(model).weights
    assert [(one.shape, one.dtype) for one in described] == [
        (one.shape, str(one.dtype)) for one in model.get_weights()
    ]
    assert described[0].path.endswith("kernel")


def fresh(**changes: Any) -> keras.Model:
    """The same network however it was made and trained."""
    keras.backend.clear_session()
    regularizer = changes.get("regularizer")
    model = keras.Sequential(
        [
            layers.Input((HEIGHT, WIDTH, 3), batch_size=changes.get("batch")),
            layers.Conv2D(
                4, 3, kernel_regularizer=regularizer, kernel_initializer=changes.get("start", "zeros")
            ),
            layers.BatchNormalization(),
            layers.Dropout(0.5, seed=changes.get("seed")),
            layers.Flatten(),
            layers.Dense(changes.get("units", 5), activation="softmax"),
        ]
    )
    if changes.get("compiled"):
        model.compile("adam", "categorical_crossentropy")
        model.fit(noise(4), np.eye(5)[:4], epochs=1, verbose=0)
    model.layers[0].trainable = not changes.get("frozen")
    return model


@pytest.mark.parametrize(
    "changes",
    [
        {"compiled": True},
        {"regularizer": "l2"},
        {"seed": 4},
        {"start": "he_normal"},
        {"frozen": True},
        {"batch": 2},
    ],
    ids=str,
)
def test_equal_networks_have_equal_texts(changes: dict[str, Any]) -> None:
    assert describe(fresh(**changes)).config == describe(fresh()).config


def test_how_an_inner_network_was_compiled_does_not_matter() -> None:
    texts = []
    for compiled in (False, True):
        keras.backend.clear_session()
        inner = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), layers.Flatten(), layers.Dense(3)])
        if compiled:
            inner.compile("adam", "mse")
        texts.append(describe(keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), inner])).config)
    assert texts[0] == texts[1]


def test_other_networks_have_other_texts() -> None:
    assert describe(fresh(units=6)).config != describe(fresh()).config


def test_the_weights_of_a_frozen_network_keep_their_order() -> None:
    model = drawn(lambda: fresh(frozen=True))
    loaded = KerasModel(describe(model).config, model.get_weights(), InputSpec())
    found = probabilities(loaded.scores(noise()), loaded.head)
    np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


def test_a_network_built_by_its_first_call_takes_other_batches() -> None:
    model = keras.Sequential([layers.Conv2D(4, 3), layers.Flatten(), dense(3, "softmax")])
    model(noise(1))
    loaded = KerasModel(describe(model).config, model.get_weights(), InputSpec())
    found = probabilities(loaded.scores(noise(5)), loaded.head)
    expected = np.asarray(model(noise(5), training=False))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


class OwnLayer(layers.Dense):
    pass


@keras.saving.register_keras_serializable("tests")
class RegisteredLayer(layers.Dense):
    pass


class OwnModel(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.layer = layers.Dense(3)

    def call(self, inputs: Any) -> Any:
        return self.layer(keras.ops.mean(inputs, axis=(1, 2)))


def called(model: keras.Model) -> keras.Model:
    model(noise(1))
    return model


def two(of: str) -> keras.Model:
    inputs = [layers.Input((HEIGHT, WIDTH, 3)) for _ in range(2)]
    rows = [layers.GlobalAveragePooling2D()(one) for one in inputs]
    if of == "inputs":
        return keras.Model(inputs, layers.Add()(rows))
    return keras.Model(inputs[0], [rows[0], dense(2)(rows[0])])


def shared() -> keras.Model:
    between = layers.Conv2D(3, 1, name="between")
    first = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), between])
    second = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), between])
    return keras.Sequential([first, second, layers.Flatten(), dense(3)])


class Training(keras.Model):
    """A functional model that is trained in a way of its own."""

    def train_step(self, data: Any) -> Any:
        return super().train_step(data)


class TrainingInOrder(keras.Sequential):
    def train_step(self, data: Any) -> Any:
        return super().train_step(data)


class Besides(Training):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scale = self.add_weight(name="scale")


def besides() -> keras.Model:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    return Besides(inputs, dense(3)(layers.Flatten()(inputs)))


def trained_its_own_way(kind: str) -> keras.Model:
    if kind == "sequential":
        return TrainingInOrder(
            [layers.Input((HEIGHT, WIDTH, 3)), layers.Conv2D(4, 3), layers.Flatten(), dense(3, "softmax")]
        )
    plain = functional(dense(3, "softmax"))
    return Training(plain.inputs[0], plain.outputs[0])


@pytest.mark.parametrize("kind", ["functional", "sequential"])
def test_a_model_that_only_trains_in_its_own_way_is_described(kind: str) -> None:
    model = drawn(lambda: trained_its_own_way(kind))
    assert describe(model).config == describe(model).config
    for loaded in (
        KerasModel(describe(model).config, model.get_weights(), InputSpec()),
        live_network(model, InputSpec(), (HEIGHT, WIDTH, 3)),
    ):
        assert loaded.score_name == "logit"
        found = probabilities(loaded.scores(noise()), loaded.head)
        np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


def test_layers_and_networks_used_twice_in_one_network_are_described() -> None:
    again = layers.Conv2D(3, 1)
    inner = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), again])
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    model = drawn(lambda: keras.Model(inputs, dense(3, "softmax")(layers.Flatten()(inner(inner(inputs))))))
    loaded = KerasModel(describe(model).config, model.get_weights(), InputSpec())
    found = probabilities(loaded.scores(noise()), loaded.head)
    np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "Lambda": (lambda: functional(lambda x: layers.Lambda(lambda y: y)(x)), "Lambda.*carries code"),
    "own layer": (lambda: functional(OwnLayer(3)), "OwnLayer"),
    "registered layer": (lambda: functional(RegisteredLayer(3)), "RegisteredLayer"),
    "own function": (lambda: functional(layers.Dense(3, activation=two)), "Received: two"),
    "own model": (lambda: called(OwnModel()), "OwnModel, a class of its own"),
    "unbuilt": (lambda: keras.Sequential([layers.Flatten(), layers.Dense(3)]), "no weights yet.*Call it"),
    "two inputs": (lambda: two("inputs"), "one input.*Received: 2.*later"),
    "two outputs": (lambda: two("outputs"), "told which output.*2 outputs"),
    "segmentation": (
        lambda: keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), layers.Conv2D(2, 3)]),
        "one row of class values.*segment",
    ),
    "no pictures": (lambda: keras.Sequential([layers.Input((10,)), layers.Dense(2)]), "model of pictures"),
    "layer shared by two networks": (shared, "'between', shared by"),
    "weights besides": (besides, "others besides"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_explained_is_refused_with_a_way_out(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(ModelRefused, match=message) as refused:
        describe(make())
    assert "Expected" in refused.value.message
    assert "Received" in refused.value.message


def test_something_else_is_no_model() -> None:
    with pytest.raises(InvalidArgument, match=r"Expected a Keras 3 model\. Received: str"):
        describe("model.h5")


def test_the_text_is_json_and_describing_needs_no_framework_to_import() -> None:
    assert json.loads(describe(fresh()).config)["class_name"] == "Sequential"
    code = (
        "import sys, picasso_tb.models.keras_model, picasso_tb.models.live_keras, picasso_tb.explanation;"
        "print(sorted({'tensorflow', 'keras', 'torch', 'jax'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
