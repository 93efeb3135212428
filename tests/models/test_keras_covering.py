"""Parts of a picture covered within the graph, and how often it is traced."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from picasso_tb.models.keras_model import KerasModel
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.protocol import Images, Patch, probabilities
from tests.models.networks import (
    HEADS,
    HEIGHT,
    WIDTH,
    dense,
    drawn,
    noise,
    outputs,
)
from tests.models.test_keras_model import UNIT, restored

PATCHES = [
    Patch(0, 0, 3, 4),
    Patch(2, 9, 7, 14),
    Patch(8, 0, 9, 14),
    Patch(0, 0, HEIGHT, WIDTH),
    Patch(4, 4, 4, 6),
]


COLOUR = np.array([0.1, 0.5, 0.9], np.float32).reshape(1, 1, 1, 3)


@pytest.mark.parametrize(
    "fill", [COLOUR, np.concatenate([COLOUR, 1 - COLOUR]), noise(1, seed=9), noise(2, seed=9)]
)
def test_covered_scores_are_those_of_pictures_covered_one_by_one(fill: Images) -> None:
    model, twin = (drawn(make) for make in HEADS["fused softmax"])
    twin.set_weights(model.get_weights())
    images = noise(2)
    found = restored(model).covered_scores(images, PATCHES, fill)
    assert found.dtype == np.float32
    for i, p in np.ndindex(2, len(PATCHES)):
        covered = images[i : i + 1].copy()
        top, left, bottom, right = PATCHES[p]
        painted = np.broadcast_to(fill, images.shape)[i]
        covered[0, top:bottom, left:right] = painted[top:bottom, left:right]
        np.testing.assert_allclose(found[i, p], outputs(twin, covered)[0], rtol=1e-4, atol=1e-5)


class Counting(layers.Layer):
    """Passes its input on and notes how many pictures came at once."""

    batches: list[int] = []  # noqa: RUF012

    def call(self, inputs: Any) -> Any:
        import tensorflow as tf

        def note(batch: Any) -> Any:
            self.batches.append(len(batch))
            return batch

        passed = tf.numpy_function(note, [inputs], inputs.dtype)
        return tf.ensure_shape(passed, inputs.shape)


def test_covered_pictures_never_exist_all_at_once() -> None:
    inputs = layers.Input((700, 800, 3))
    model = keras.Model(inputs, dense(2)(layers.GlobalAveragePooling2D()(Counting()(inputs))))
    network = live_network(model, UNIT, (700, 800, 3))
    Counting.batches.clear()
    patches = [Patch(row, 0, row + 9, 9) for row in range(7)]
    scores = network.covered_scores(
        np.ones((2, 700, 800, 3), np.float32), patches, np.zeros((1, 1, 1, 3), np.float32)
    )
    assert scores.shape == (2, 7, 2)
    assert sum(Counting.batches) == 14
    assert max(Counting.batches) == 1


def traces(loaded: KerasModel) -> int:
    functions = (loaded._scores, loaded._slopes, loaded._covered)
    return sum(function.experimental_get_tracing_count() for function in functions)


def test_batches_targets_and_checkpoints_of_any_number_need_one_trace_each() -> None:
    model = drawn(HEADS["fused softmax"][0])
    loaded = restored(model)
    for seed, n in enumerate((1, 2, 3, 7)):
        model.set_weights([one + 0.01 for one in model.get_weights()])
        loaded.assign(model.get_weights())
        images = noise(n, seed=seed)
        found = probabilities(loaded.scores(images), loaded.head)
        np.testing.assert_allclose(found, outputs(model, images), rtol=1e-4, atol=1e-5)
        loaded.gradients(images, np.zeros((n, n), np.int64))
        loaded.covered_scores(images, PATCHES[:n], np.zeros((1, 1, 1, 3), np.float32))
    assert traces(loaded) == 3
