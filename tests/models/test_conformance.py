"""Every door with every shape of network: the numbers of the live model, or a refusal that says why."""

import functools
import pathlib
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from picasso_tb.errors import ModelRefused
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.loading import load
from picasso_tb.models.protocol import Head, probabilities
from tests.models.networks import central_differences, drawn, float64
from tests.models.shapes import COME_LATER, DOORS, SHAPES, Images, two_heads

UNIT = InputSpec(scale=1 / 255)
REFUSED = {(".h5", "subclassed"): r"custom_objects=\['MODULE\.Subclassed'\]"}


@functools.cache
def made(shape: str) -> tuple[keras.Model, Images, Any, Any]:
    """The live model, images, its outputs, and the slopes of its logits' first class by TensorFlow."""
    model, images = drawn(SHAPES[shape].make), SHAPES[shape].images()
    if shape == "channels first":  # what no CPU runs, with channels last
        last = drawn(SHAPES["functional"].make)
        last.set_weights(model.get_weights())
        return model, images, *answers(last, images)
    return model, images, *answers(model, images)


def answers(model: keras.Model, images: Images) -> tuple[Any, Any]:
    """Outputs, and slopes of the logarithm of the first: those of logits, up to what a softmax subtracts."""

    @tf.function
    def compute(pictures: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(pictures)
            outputs = tf.nest.flatten(model(pictures, training=False))[-1]
            first = outputs[:, 0]
        return outputs, tape.gradient(first, pictures)

    outputs, slopes = compute(tf.constant(images))
    return outputs.numpy().astype(np.float32), slopes.numpy()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("door", DOORS)
def test_numbers_are_the_live_models(door: str, shape: str, tmp_path: pathlib.Path) -> None:
    model, images, outputs, slopes = made(shape)
    if (door, shape) in REFUSED:
        with pytest.raises(ModelRefused, match=REFUSED[door, shape]):
            DOORS[door](model, tmp_path)
        return
    snapshot = DOORS[door](model, tmp_path)
    loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
    tolerance = SHAPES[shape].tolerance
    scores = loaded.scores(images)
    chances = probabilities(scores, loaded.head)
    expected = np.hstack([1 - outputs, outputs]) if loaded.classes == 2 else outputs
    np.testing.assert_allclose(chances, expected, rtol=tolerance, atol=tolerance)
    assert (loaded.classes, snapshot.architecture.classes) == (SHAPES[shape].classes,) * 2
    assert loaded.score_name == ("value" if shape == "regression" else "logit"), loaded.notes
    found = loaded.gradients(images, np.tile(np.arange(loaded.classes), (len(images), 1)))
    slack = 10 * tolerance * abs(slopes).max()
    np.testing.assert_allclose(chained(found, chances, loaded.head), slopes, rtol=1e-3, atol=slack)


@pytest.mark.parametrize("door", DOORS)
def test_the_head_that_is_asked_for_is_explained(door: str, tmp_path: pathlib.Path) -> None:
    model, images = drawn(two_heads), SHAPES["two outputs"].images()
    for place, expected in enumerate(model(images, training=False)):
        (tmp_path / str(place)).mkdir()
        snapshot = DOORS[door](model, tmp_path / str(place), output=place)
        loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
        found = probabilities(loaded.scores(images), loaded.head)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if "float16" not in shape])
def test_slopes_of_the_live_model_are_those_of_central_differences(shape: str) -> None:
    """So that those of every door are, which equal the live model's; in 16 bits they are its alone."""
    model, images, _, slopes = made(shape)
    places = np.random.default_rng(2).integers(0, images.shape[1:], (30, 3))
    with float64():
        exact = SHAPES["functional" if shape == "channels first" else shape].make()
        exact.set_weights(model.get_weights())
        expected = [central_differences(exact, image, 0, places) for image in images]
    slack = 1e-5 * abs(slopes).max()
    np.testing.assert_allclose(slopes[(slice(None), *places.T)], expected, rtol=1e-4, atol=slack)


@pytest.mark.parametrize("kind", COME_LATER)
@pytest.mark.parametrize("door", DOORS)
def test_what_comes_later_is_refused_in_words(door: str, kind: str, tmp_path: pathlib.Path) -> None:
    make, words = COME_LATER[kind]
    with pytest.raises(ModelRefused, match=words):
        DOORS[door](drawn(make), tmp_path)


def chained(slopes: Any, chances: Any, head: Head) -> Any:
    """Slopes of the first output (n, h, w, c) from those of all logits (n, k, h, w, c)."""
    if head is Head.NUMBER:
        return slopes[:, 0]
    if head is Head.SIGMOID:
        first = slopes[:, -1] if chances.shape[1] == 2 else slopes[:, 0]
        chance = chances[:, -1] if chances.shape[1] == 2 else chances[:, 0]
        return first * (chance * (1 - chance))[:, None, None, None]
    jacobian = chances[:, :1] * (np.eye(chances.shape[1])[0] - chances)
    return np.einsum("nk,nkhwc->nhwc", jacobian, slopes)
