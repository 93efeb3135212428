"""The adapter's numbers against the original model, a twin that ends in logits, and finite differences."""

import json
from collections.abc import Callable, Iterator
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
from picasso_tb.models.loading import load
from picasso_tb.models.protocol import Head, probabilities
from picasso_tb.models.snapshot import architecture_of
from tests.models.networks import (
    HEADS,
    HEIGHT,
    WIDTH,
    central_differences,
    dense,
    drawn,
    float64,
    functional,
    noise,
    outputs,
    sequential,
)

UNIT = InputSpec(scale=1 / 255)


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    yield
    keras.backend.clear_session()


def restored(model: keras.Model, spec: InputSpec = UNIT) -> KerasModel:
    """The model as a worker sees it: by way of a text and arrays."""
    return KerasModel(describe(model).config, model.get_weights(), spec)


@pytest.mark.parametrize("name", HEADS)
def test_predictions_are_the_models_and_scores_its_logits(name: str) -> None:
    model, twin = (drawn(make) for make in HEADS[name])
    twin.set_weights(model.get_weights())
    images = noise(channels=model.input_shape[-1])
    loaded = restored(model)
    scores, expected, logits = loaded.scores(images), outputs(model, images), outputs(twin, images)
    if name == "log-softmax":
        expected = np.exp(expected)
    if name == "one sigmoid":
        expected, logits = np.hstack([1 - expected, expected]), np.hstack([-logits, logits])
    assert loaded.head is (Head.SIGMOID if "sigmoid" in name or "flat" in name else Head.SOFTMAX)
    assert (loaded.score_name, loaded.notes, loaded.classes) == ("logit", (), expected.shape[1])
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, logits, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(probabilities(scores, loaded.head), expected, rtol=1e-4, atol=1e-5)


def test_plain_values_are_logits_and_that_is_said() -> None:
    model = drawn(lambda: functional(dense(4)))
    loaded = restored(model)
    np.testing.assert_allclose(loaded.scores(noise()), outputs(model, noise()), rtol=1e-4, atol=1e-5)
    assert loaded.head is Head.SOFTMAX
    assert "logits of a softmax" in loaded.notes[0]


def test_one_plain_value_is_explained_itself_and_that_is_said() -> None:
    model = drawn(lambda: functional(dense(1)))
    loaded, z = restored(model), outputs(model, noise())
    np.testing.assert_allclose(loaded.scores(noise()), z, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(probabilities(z, loaded.head), z)
    assert (loaded.classes, loaded.head, loaded.score_name) == (1, Head.NUMBER, "value")
    assert "no probability" in loaded.notes[0]


@pytest.mark.parametrize("said", ["two names", "the loss"])
def test_one_plain_value_is_the_logit_of_a_sigmoid_where_that_is_said(said: str) -> None:
    model = drawn(lambda: functional(dense(1)))
    names = ["no", "yes"] if said == "two names" else None
    if said == "the loss":
        model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    loaded = load(architecture_of(model, names).config, model.get_weights(), UNIT)
    z = outputs(model, noise())
    np.testing.assert_allclose(loaded.scores(noise()), np.hstack([-z, z]), rtol=1e-4, atol=1e-5)
    assert (loaded.classes, loaded.head) == (2, Head.SIGMOID)
    if said == "the loss":
        assert "the loss takes for logits" in loaded.score_source
    else:
        assert "logit of a sigmoid" in loaded.notes[0]


def ensemble() -> keras.Model:
    return functional(lambda x: layers.Average()([dense(4, "softmax")(x), dense(4, "softmax")(x)]))


def averaged_over_places() -> keras.Model:
    steps = [layers.Input((HEIGHT, WIDTH, 3)), layers.Conv2D(4, 3, activation="softmax")]
    return keras.Sequential([*steps, layers.GlobalAveragePooling2D()])


def softmax_used_twice() -> keras.Model:
    softmax = layers.Softmax()
    return functional(lambda x: softmax(dense(4)(softmax(dense(4)(x)))))


@pytest.mark.parametrize("make", [ensemble, averaged_over_places, softmax_used_twice])
def test_where_no_logits_are_found_scores_are_log_probabilities_and_that_is_said(
    make: Callable[[], keras.Model],
) -> None:
    model = drawn(make)
    loaded = restored(model)
    np.testing.assert_allclose(np.exp(loaded.scores(noise())), outputs(model, noise()), rtol=1e-4, atol=1e-6)
    assert loaded.score_name == "log-probability"
    assert "log-probabilities" in loaded.notes[0]


def softmax_in_groups() -> keras.Model:
    return functional(lambda x: layers.Flatten()(layers.Softmax()(layers.Reshape((2, 3))(dense(6)(x)))))


def softmax_at_two_places() -> keras.Model:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(3, (HEIGHT, WIDTH - 1), activation="softmax")(inputs)
    return keras.Model(inputs, layers.Flatten()(x))


@pytest.mark.parametrize("make", [softmax_in_groups, softmax_at_two_places])
def test_a_twin_that_predicts_something_else_is_never_used(make: Callable[[], keras.Model]) -> None:
    model = drawn(make)
    for loaded in (restored(model), live_network(model, UNIT, (HEIGHT, WIDTH, 3))):
        assert loaded.score_name == "log-probability"
        assert any("predicts something else" in note for note in loaded.notes)
        with pytest.raises(ModelRefused, match="no probabilities"):  # the rows sum to 2
            loaded.scores(noise())


def upright() -> keras.Model:
    """A softmax over a column in place of a row."""

    def head(x: Any) -> Any:
        z = layers.Reshape((3, 1))(dense(3)(x))
        return layers.Flatten()(layers.Softmax(axis=1)(z))

    return functional(head)


def test_a_softmax_over_another_axis_of_the_same_row_keeps_its_logits() -> None:
    flat = drawn(lambda: functional(lambda x: layers.Softmax(axis=1)(dense(4)(x))))
    for model in (flat, drawn(upright)):
        loaded = restored(model)
        assert (loaded.score_name, loaded.notes) == ("logit", ())
        found = probabilities(loaded.scores(noise()), loaded.head)
        np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


def added() -> Any:
    return lambda x: layers.Add()([dense(3)(x), dense(3)(x)])


@pytest.mark.parametrize(
    "head", [added(), dense(3, "mish"), lambda x: layers.Maximum()([x[:, :3], x[:, 3:6]])]
)
def test_unknown_outputs_are_logits_where_the_advice_is_followed(head: Any) -> None:
    bare = drawn(lambda: functional(head))
    with pytest.raises(ModelRefused, match=r"Activation\('linear'\)"):
        restored(bare).scores(noise())
    model = keras.Model(bare.input, layers.Activation("linear")(bare.output))
    for loaded in (restored(model), live_network(model, UNIT, (HEIGHT, WIDTH, 3))):
        np.testing.assert_allclose(loaded.scores(noise()), outputs(bare, noise()), rtol=1e-4, atol=1e-5)
        assert (loaded.score_name, loaded.head) == ("logit", Head.SOFTMAX)
        assert "logits of a softmax" in loaded.notes[0]


@pytest.mark.parametrize("make", [ensemble, averaged_over_places, softmax_used_twice])
def test_probabilities_that_are_only_cast_at_the_end_are_no_logits(make: Callable[[], keras.Model]) -> None:
    bare = drawn(make)
    model = keras.Model(bare.inputs[0], layers.Activation("linear", dtype="float32")(bare.outputs[0]))
    loaded = restored(model)
    assert loaded.score_name == "log-probability"
    np.testing.assert_allclose(np.exp(loaded.scores(noise())), outputs(model, noise()), rtol=1e-4, atol=1e-6)


def normalized(mean: float, spread: float) -> keras.Model:
    """A network within a network, whose first layer was adapted to data."""
    adapted = layers.Normalization()
    adapted.adapt(np.random.default_rng(0).normal(mean, spread, (50, HEIGHT, WIDTH, 3)))
    base = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), adapted, layers.Conv2D(4, 3)])
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    return keras.Model(inputs, dense(4, "softmax")(layers.Flatten()(base(layers.Rescaling(2.0)(inputs)))))


def test_what_a_layer_was_adapted_to_counts_in_each_checkpoint() -> None:
    first, second = (normalized(*data) for data in ((1.0, 0.1), (0.2, 3.0)))
    second.layers[-1].set_weights(first.layers[-1].get_weights())
    assert abs(outputs(first, noise()) - outputs(second, noise())).max() > 0.1
    loaded = restored(first)
    for model in (first, second, first):
        loaded.assign(model.get_weights())
        assert loaded.score_name == "logit"
        found = probabilities(loaded.scores(noise()), loaded.head)
        np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)
    live = live_network(first, UNIT, (HEIGHT, WIDTH, 3))
    assert live.score_name == "logit"
    np.testing.assert_allclose(live.scores(noise()), loaded.scores(noise()), rtol=1e-4, atol=1e-5)


def test_a_single_probability_is_turned_back_into_a_logit() -> None:
    model = drawn(lambda: functional(lambda x: layers.Average()([dense(1, "sigmoid")(x)] * 2)))
    loaded = restored(model)
    p = outputs(model, noise())[:, 0]
    np.testing.assert_allclose(loaded.scores(noise())[:, 1], np.log(p / (1 - p)), rtol=1e-3)
    assert (loaded.score_name, loaded.head) == ("logit", Head.SIGMOID)
    assert loaded.notes


def test_a_certain_probability_gives_finite_scores() -> None:
    model = drawn(ensemble)
    model.set_weights([one * 1000 for one in model.get_weights()])
    assert np.isfinite(restored(model).scores(noise())).all()


def test_unknown_outputs_that_are_no_probabilities_are_refused() -> None:
    loaded = restored(drawn(lambda: functional(dense(4, "mish"))))
    with pytest.raises(ModelRefused, match=r"Received: outputs .* no probabilities"):
        loaded.scores(noise())


def test_a_softmax_over_one_unit_is_refused() -> None:
    with pytest.raises(ModelRefused, match="always 1"):
        restored(functional(dense(1, "softmax")))


def test_gradients_are_the_slopes_of_the_logits() -> None:
    model = drawn(lambda: functional(dense(5, "softmax"), smooth=True))
    images, targets = noise(), np.array([[0, 4, 0], [1, 2, 3], [2, 2, 1]])
    gradients = restored(model).gradients(images, targets)
    assert gradients.shape == (3, 3, HEIGHT, WIDTH, 3)
    assert gradients.dtype == np.float32
    places = np.random.default_rng(1).integers(0, (HEIGHT, WIDTH, 3), (30, 3))
    with float64():
        exact = functional(dense(5), smooth=True)
        exact.set_weights(model.get_weights())
        for i, k in np.ndindex(3, 3):
            expected = central_differences(exact, images[i], targets[i, k], places)
            np.testing.assert_allclose(gradients[i, k][tuple(places.T)], expected, rtol=1e-4, atol=1e-6)


def test_the_two_classes_of_one_sigmoid_have_opposite_slopes() -> None:
    gradients = restored(drawn(HEADS["one sigmoid"][0])).gradients(noise(), np.array([[0, 1]] * 3))
    np.testing.assert_array_equal(gradients[:, 0], -gradients[:, 1])
    assert gradients.any()


def test_a_certain_softmax_still_has_slopes() -> None:
    model = drawn(HEADS["fused softmax"][0])
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([kernel, bias + np.eye(5)[0] * 200])
    loaded = restored(model)
    assert probabilities(loaded.scores(noise()), loaded.head)[0, 0] == 1
    assert np.abs(loaded.gradients(noise(), np.array([[0]] * 3))).max() > 0.01


def test_weights_of_another_architecture_are_refused_and_nothing_is_changed() -> None:
    model = drawn(HEADS["fused softmax"][0])
    loaded = restored(model)
    before = loaded.scores(noise())
    weights = [one + 1 for one in model.get_weights()]
    with pytest.raises(InvalidArgument, match=r"Expected shape \(5,\) for dense/bias\. Received: \(3, 3\)"):
        loaded.assign([*weights[:-1], np.zeros((3, 3))])
    with pytest.raises(InvalidArgument, match=r"Expected 8 arrays\. Received: 7"):
        loaded.assign(weights[:-1])
    np.testing.assert_array_equal(loaded.scores(noise()), before)


def test_images_of_another_shape_are_refused() -> None:
    loaded = restored(drawn(HEADS["fused softmax"][0]))
    with pytest.raises(InvalidArgument, match=r"Expected shape \('n', 9, 14, 3\). Received: \(2, 14, 9, 3\)"):
        loaded.scores(np.zeros((2, WIDTH, HEIGHT, 3), np.float32))


def test_bfloat16_weights_survive() -> None:
    keras.config.set_dtype_policy("bfloat16")
    try:
        model = drawn(lambda: sequential(dense(4, "softmax")))
    finally:
        keras.config.set_dtype_policy("float32")
    described = describe(model)
    assert {one.dtype for one in described.weights} == {"bfloat16"}
    loaded = restored(model)
    for given, kept in zip(model.get_weights(), loaded._network.get_weights(), strict=True):
        assert given.dtype == kept.dtype
        np.testing.assert_array_equal(given.view(np.uint16), kept.view(np.uint16))
    assert loaded.weight_bytes == sum(one.nbytes for one in model.get_weights())
    found = probabilities(loaded.scores(noise()), loaded.head)
    np.testing.assert_allclose(found, outputs(model, noise()).astype(np.float32), atol=0.02)
    assert loaded.gradients(noise(), np.zeros((3, 1), np.int64)).dtype == np.float32


def test_pictures_of_any_size_keep_their_logits() -> None:
    front = [layers.Input((None, None, 3)), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()]
    model = drawn(lambda: keras.Sequential([*front, dense(4, "softmax")]))
    loaded = restored(model)
    assert (loaded.score_name, loaded.notes) == ("logit", ())
    found = probabilities(loaded.scores(noise()), loaded.head)
    np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


def test_a_softmax_in_16_bits_that_is_cast_at_the_end_keeps_its_logits() -> None:
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = drawn(lambda: sequential(dense(4, "softmax"), layers.Activation("linear", dtype="float32")))
    finally:
        keras.config.set_dtype_policy("float32")
    loaded = restored(model)
    assert (loaded.score_name, loaded.notes) == ("logit", ())
    found = probabilities(loaded.scores(noise()), loaded.head)
    np.testing.assert_allclose(found, outputs(model, noise()), atol=0.02)


def test_grey_pictures_without_a_channel_axis() -> None:
    """The usual first network: keras.Input((28, 28)), flattened."""
    model = drawn(
        lambda: keras.Sequential([layers.Input((HEIGHT, WIDTH)), layers.Flatten(), dense(4, "softmax")])
    )
    loaded, images = restored(model), noise(channels=1)
    found = probabilities(loaded.scores(images), loaded.head)
    np.testing.assert_allclose(found, outputs(model, images[..., 0]), rtol=1e-4, atol=1e-5)
    assert loaded.gradients(images, np.zeros((3, 2), np.int64)).shape == (3, 2, HEIGHT, WIDTH, 1)


def test_a_model_without_slopes_says_so_and_still_scores() -> None:
    inputs = layers.Input((HEIGHT, WIDTH, 3), dtype="uint8")
    model = keras.Model(inputs, dense(3)(layers.Flatten()(layers.Rescaling(1 / 255)(inputs))))
    loaded = restored(model, InputSpec())
    assert loaded.scores(noise() * 255).shape == (3, 3)
    with pytest.raises(ModelRefused, match="whole numbers"):
        loaded.gradients(noise() * 255, np.zeros((3, 1), np.int64))


def test_the_value_range_comes_from_the_input_specification() -> None:
    loaded = restored(drawn(HEADS["sequential"][0]), InputSpec(scale=1 / 127.5, mean=1))
    assert loaded.value_range.low.tolist() == [-1]
    assert loaded.value_range.high.tolist() == [1]
    assert (loaded.input_spec.height, loaded.input_spec.width, loaded.input_spec.mode) == (HEIGHT, WIDTH, "L")


def test_an_architecture_with_code_in_it_is_never_built() -> None:
    text = describe(drawn(HEADS["sequential"][0])).config
    planted = json.loads(text)
    planted["config"]["layers"][1]["module"] = "os"
    with pytest.raises(ModelRefused, match="RandomFlip"):
        KerasModel(json.dumps(planted), [], UNIT)


def test_what_the_way_back_needs_bounds_a_batch_of_slopes(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, batches = restored(drawn(HEADS["fused softmax"][0])), []
    monkeypatch.setattr("picasso_tb.models.network._VALUES_KEPT_AT_ONCE", 2 * loaded._kept)
    compute = loaded._slopes

    def counted(images: Any, targets: Any) -> Any:
        batches.append(len(images))
        return compute(images, targets)

    monkeypatch.setattr(loaded, "_slopes", counted)
    loaded.gradients(noise(5), np.zeros((5, 1), np.int64))
    assert loaded._kept > loaded._largest
    assert batches == [2, 2, 1]
