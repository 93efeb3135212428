"""`picasso_tb.explain` on real Keras models, files and pictures."""

import os
import pathlib
import random
import subprocess
import sys
from typing import Any

import keras
import numpy as np
import PIL.Image
import pytest
from keras import layers

from picasso_tb.errors import InvalidArgument, ModelRefused, NotFound
from picasso_tb.explainer import explain
from picasso_tb.logging.writer import Writer
from picasso_tb.models.doors import open_model
from picasso_tb.models.input_spec import InputSpec
from tests.models.networks import HEADS, HEIGHT, WIDTH, dense, drawn, functional, noise, outputs
from tests.models.test_live_keras import Doubling

UNIT = InputSpec(scale=1 / 255)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return drawn(HEADS["fused softmax"][0])


def test_predictions_and_maps_of_a_live_model(model: keras.Model) -> None:
    found = explain(model, noise(), top=2)
    np.testing.assert_allclose(found.probabilities, outputs(model, noise()), rtol=1e-4, atol=1e-5)
    assert found.maps is not None
    assert found.maps.shape == (3, 2, HEIGHT, WIDTH)
    assert found.maps.dtype == np.float32
    assert found.position_scores is not None
    assert found.position_scores.shape == (3, 2, 10, 10)
    assert any("range from 0 to 1" in note for note in found.notes)


def test_a_drop_is_what_covering_by_hand_costs() -> None:
    """Two positions with half windows: four quarters that do not overlap."""
    steps = [layers.Input((8, 12, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(3, "softmax")]
    small, image = drawn(lambda: keras.Sequential(steps)), noise(1)[:, :8, :12]
    found = explain(small, image, targets=1, settings={"window": 0.5, "positions": 2}, input_spec=UNIT)
    covered = image.copy()
    covered[:, :4, 6:] = 0.5
    expected = outputs(small, image)[0, 1] - outputs(small, covered)[0, 1]
    assert abs(expected) > 1e-3
    assert found.maps is not None
    np.testing.assert_allclose(found.maps[0, 0, :4, 6:], expected, atol=1e-6)


def test_a_file_is_explained_as_the_live_model(model: keras.Model, tmp_path: pathlib.Path) -> None:
    model.save(tmp_path / "model.keras")
    live, stored = (
        explain(one, noise(), "saliency", targets=0, input_spec=UNIT)
        for one in (model, tmp_path / "model.keras")
    )
    np.testing.assert_allclose(live.maps, stored.maps, rtol=1e-5)
    assert live.notes == stored.notes == ()


def test_every_form_of_a_picture_is_the_same_picture(model: keras.Model, tmp_path: pathlib.Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    image = PIL.Image.fromarray(pixels)
    image.save(tmp_path / "picture.png")
    exact = pixels.astype(np.float32) / 255
    expected = explain(model, exact, "saliency", targets=2, input_spec=UNIT).maps
    forms: list[Any] = [
        pixels,
        pixels[None],
        [pixels],
        image,
        [image],
        tmp_path / "picture.png",
        [str(tmp_path / "picture.png")],
        exact[None],
        [exact.astype(np.float64)],
    ]
    for form in forms:
        found = explain(model, form, "saliency", targets=2, input_spec=UNIT)
        np.testing.assert_allclose(found.maps, expected, rtol=1e-4, atol=1e-6)


def test_pictures_are_resized_to_the_model_and_may_be_painted_on(model: keras.Model) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (2, 40, 31, 3), np.uint8)
    settings = {"space": "picture", "picture_size": 32, "positions": 3}
    found = explain(model, pixels, settings=settings, input_spec=UNIT)
    assert found.maps is not None
    assert found.maps.shape == (2, 1, HEIGHT, WIDTH)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [(0, [[0], [0], [0]]), ([0, 4, 1], [[0], [4], [1]]), ([[0, 1]] * 3, [[0, 1]] * 3)],
    ids=str,
)
def test_targets_in_every_form(model: keras.Model, targets: Any, expected: list[list[int]]) -> None:
    found = explain(model, noise(), "saliency", targets=targets, input_spec=UNIT)
    assert found.targets.tolist() == expected


def test_grey_pictures_without_their_channel() -> None:
    grey = drawn(HEADS["sequential"][0])
    for images in (noise(2, channels=1), noise(2, channels=1)[..., 0]):
        assert explain(grey, images, "saliency").maps.shape == (2, 1, HEIGHT, WIDTH)  # type: ignore[union-attr]


def test_one_sigmoid_has_two_classes() -> None:
    found = explain(drawn(HEADS["one sigmoid"][0]), noise(), targets=[[0, 1]] * 3)
    assert found.maps is not None
    np.testing.assert_allclose(found.maps[:, 0], -found.maps[:, 1], atol=1e-6)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, rtol=1e-6)


class OfItsOwn(keras.Model):
    """A model that says nothing about its input."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = [
            layers.Conv2D(4, 3),
            Doubling(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, "softmax"),
        ]

    def call(self, inputs: Any) -> Any:
        for step in self.steps:
            inputs = step(inputs)
        return inputs


def test_a_model_of_its_own_class_is_traced_and_that_is_said() -> None:
    own = OfItsOwn()
    own(noise())
    found = explain(own, noise(), "saliency", input_spec=UNIT)
    assert found.score_name == "logit"
    assert any("TensorFlow graph" in note for note in found.notes)
    np.testing.assert_allclose(found.probabilities, np.asarray(own(noise())), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 2, 4])
def test_logits_of_any_number_of_channels(channels: int) -> None:
    any_model = drawn(lambda: functional(dense(4, "softmax"), channels=channels))
    found = explain(any_model, noise(channels=channels), "saliency")
    assert found.score_name == "logit"
    np.testing.assert_allclose(
        found.probabilities, outputs(any_model, noise(channels=channels)), rtol=1e-4, atol=1e-5
    )


def test_a_grey_model_of_a_class_of_its_own() -> None:
    grey = OfItsOwn()
    grey(noise(channels=1))
    pixels = np.random.default_rng(1).integers(0, 256, (2, HEIGHT, WIDTH), np.uint8)
    for images in (noise(channels=1), pixels):
        assert explain(grey, images, "saliency", input_spec=UNIT).maps.shape[1:] == (1, HEIGHT, WIDTH)  # type: ignore[union-attr]
    with pytest.raises(ModelRefused, match=r"\(9, 14, 3\).*OfItsOwn, which fails.*input_spec"):
        explain(grey, noise(), input_spec=UNIT)


class OwnStart(layers.Dense):
    """Draws from Keras' global generator while it is made."""

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        self.kernel.assign(keras.random.normal(self.kernel.shape))


def test_global_random_states_are_left_alone(model: keras.Model, tmp_path: pathlib.Path) -> None:
    steps = [layers.Input((HEIGHT, WIDTH, 3)), layers.Flatten()]
    own = keras.Sequential([*steps, OwnStart(3), dense(3, "softmax")])
    model.save(tmp_path / "model.keras")

    def next_numbers(between: Any = None) -> list[Any]:
        drawn_numbers = []
        for known in (False, True):  # whether Keras' generator is there already
            keras.utils.set_random_seed(5)
            if known:
                keras.random.uniform((2,))
            if between is not None:
                explain(between, noise(1), "class_probabilities", input_spec=UNIT)
            drawn_numbers.append([random.random(), np.random.rand(), *np.asarray(keras.random.uniform((2,)))])
        return drawn_numbers

    expected = next_numbers()
    for one in (model, own, tmp_path / "model.keras"):
        assert next_numbers(one) == expected


def test_a_model_of_pictures_of_any_size() -> None:
    steps = [layers.Input((None, None, 3)), layers.GlobalAveragePooling2D(), layers.Dense(3, "softmax")]
    anywhere = drawn(lambda: keras.Sequential(steps))
    found = explain(anywhere, noise(), input_spec=UNIT)
    assert found.maps is not None
    assert found.maps.shape == (3, 1, HEIGHT, WIDTH)


class Heads(keras.Model):
    """Of a class of its own, which calls its outputs by names."""

    def __init__(self, inner: keras.Model) -> None:
        super().__init__()
        self.inner = inner

    def call(self, inputs: Any) -> Any:
        small, large = self.inner(inputs)
        return {"small": small, "large": large}


def two_heads(first: Any = None) -> keras.Model:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(4, 3, activation="relu")(first(inputs) if first else inputs)
    flat = layers.Flatten()(x), layers.Flatten()(layers.Conv2D(2, 3)(x))
    heads = [layers.Dense(units, "softmax")(one) for units, one in zip((2, 4), flat, strict=True)]
    return keras.Model(inputs, [layers.Identity(name=f"head_{one.shape[1]}")(one) for one in heads])


def to_channels_first(inputs: Any) -> Any:
    """Has no effect but that the model is taken for a graph."""
    turned = layers.Permute((3, 1, 2))(inputs)
    return layers.Permute((2, 3, 1))(layers.AveragePooling2D(1, data_format="channels_first")(turned))


@pytest.mark.parametrize("kind", ["functional", "own layer", "own class", "channels first", "file"])
def test_a_head_is_explained_as_the_model_of_that_head_alone(kind: str, tmp_path: pathlib.Path) -> None:
    firsts = {"own layer": Doubling(), "channels first": to_channels_first}
    several = drawn(lambda: two_heads(firsts.get(kind)))
    second, asked = keras.Model(several.inputs[0], several.outputs[1]), ("head_4", 1)
    model: Any = several
    if kind == "own class":
        model, asked = Heads(several), ("small", 1)  # as they lie flat, small comes last
        model(noise())
        second = keras.Model(several.inputs[0], several.outputs[0])
    if kind == "file":
        model = tmp_path / "two.keras"
        several.save(model)
    expected = explain(second, noise(), "saliency", input_spec=UNIT)
    assert expected.maps is not None and expected.maps.any()
    for output in asked:
        found = explain(model, noise(), "saliency", input_spec=UNIT, output=output)
        np.testing.assert_allclose(found.probabilities, outputs(second, noise()), rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(found.maps, expected.maps, rtol=1e-3, atol=1e-6)
        assert any("is explained" in note for note in found.notes)
    with pytest.raises(ModelRefused, match=r"output=.*2 outputs|2 outputs.*output="):
        explain(model, noise(), input_spec=UNIT)
    with pytest.raises(InvalidArgument, match=r"Expected one of 0: .*, 1: .*\. Received: 'head_3'"):
        explain(model, noise(), input_spec=UNIT, output="head_3")


def test_an_output_is_chosen_once(model: keras.Model, tmp_path: pathlib.Path) -> None:
    model.save(tmp_path / "model.keras")
    with pytest.raises(InvalidArgument, match="Expected none with a Snapshot, which has one output"):
        explain(open_model(tmp_path / "model.keras"), noise(), output=0)


WITHOUT_EAGER_EXECUTION = """
import tensorflow as tf
tf.compat.v1.disable_eager_execution()
import keras, numpy as np
from picasso_tb import explain, open_run
from picasso_tb.errors import CannotCompute
images = np.zeros((1, 9, 14, 3), np.float32)
live = keras.Sequential([keras.Input((9, 14, 3)), keras.layers.Flatten(), keras.layers.Dense(2)])
for way in (
    lambda: explain(live, images),
    lambda: explain("model.keras", images),
    lambda: explain(open_run("run").checkpoint(), images),
    lambda: open_run("run").checkpoint().load(),
):
    try:
        way()
    except CannotCompute as error:
        print(error)
"""


def test_without_eager_execution_every_way_ends_in_a_sentence(
    model: keras.Model, tmp_path: pathlib.Path
) -> None:
    model.save(tmp_path / "model.keras")
    with Writer(tmp_path / "run", strict=True, prove=False) as writer:
        writer.add_checkpoint(model, 0)
    command = [sys.executable, "-c", WITHOUT_EAGER_EXECUTION]
    there = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, cwd=tmp_path, env=there, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == 4
    assert all(one.startswith("Expected TensorFlow with eager execution. Received: ") for one in said)


def test_what_is_wrong_is_named(model: keras.Model, tmp_path: pathlib.Path) -> None:
    with pytest.raises(NotFound, match=r"class_probabilities, grad_cam, .*occlusion, rise, saliency"):
        explain(model, noise(), "salience")
    with pytest.raises(InvalidArgument, match="window"):
        explain(model, noise(), settings={"window": 2})
    with pytest.raises(InvalidArgument, match=r"^windw: Expected one of .*window, .*: 'windw'$"):
        explain(model, noise(), settings={"windw": 0.3})
    with pytest.raises(InvalidArgument, match=r"from 0 to 4\. Received: 5"):
        explain(model, noise(), targets=5)
    with pytest.raises(InvalidArgument, match=r"Expected a Keras 3 model\. Received: function"):
        explain(lambda x: x, noise())
    with pytest.raises(NotFound, match=r"missing\.keras"):
        explain(tmp_path / "missing.keras", noise())
    with pytest.raises(InvalidArgument, match=r"images"):
        explain(model, tmp_path / "missing.png")
    with pytest.raises(InvalidArgument, match=r"images\[0\]: Expected float32 \(9, 14, 3\)"):
        explain(model, np.swapaxes(noise(), 1, 2))
    with pytest.raises(InvalidArgument, match="mode"):
        explain(model, noise(), input_spec=InputSpec(mode="L"))
