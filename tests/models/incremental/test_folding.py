"""Batch normalizations folded into convolutions: the same numbers, of these weights and of the next."""

from typing import Any

import keras
import numpy as np
import pytest

from picasso_tb.models.incremental.folding import FoldedNetwork
from picasso_tb.models.incremental.graph import nodes_of
from tests.models.incremental.test_covering import FILL, IMAGE, network_of, plain
from tests.models.incremental.test_engine import random_network
from tests.models.test_keras_model import restored

IMAGES = np.stack([IMAGE, FILL])


def check_same(network: Any, found: FoldedNetwork, images: Any) -> None:
    expected = np.asarray(network(images, training=False))
    np.testing.assert_allclose(
        np.asarray(found.outputs(images)), expected, rtol=0, atol=1e-5 * max(1.0, np.ptp(expected))
    )


@pytest.mark.parametrize("seed", range(40))
def test_gives_what_the_network_gives_on_random_graphs(seed: int) -> None:
    network = random_network(seed)
    images = np.random.default_rng(seed).normal(size=(3, *network.input_shape[1:])).astype(np.float32)
    check_same(network, FoldedNetwork(nodes_of(network)), images)


def with_other_weights(network: Any) -> Any:
    random = np.random.default_rng(1)
    network.set_weights([random.uniform(0.5, 1, weight.shape) for weight in network.get_weights()])
    return network


def test_other_weights_are_folded_anew() -> None:
    network = network_of(plain)
    found = FoldedNetwork(nodes_of(network))
    with_other_weights(network)
    found.take_weights()
    check_same(network, found, IMAGES)


def test_the_next_checkpoint_of_a_model_is_folded_anew() -> None:
    network = network_of(plain)
    model = restored(network)
    with_other_weights(network)
    model.assign(network.get_weights())
    np.testing.assert_allclose(model.scores(IMAGES), np.asarray(network(IMAGES)), rtol=1e-5, atol=1e-5)


def test_a_normalization_of_the_users_own_is_left_alone() -> None:
    class BatchNormalization(keras.layers.BatchNormalization):
        def call(self, inputs: Any, training: bool = False) -> Any:
            return inputs - 1.0

    def own(x: Any) -> Any:
        return keras.layers.GlobalAveragePooling2D()(BatchNormalization()(keras.layers.Conv2D(3, 3)(x)))

    network = network_of(own)
    found = FoldedNetwork(nodes_of(network))
    assert not found.folds
    check_same(network, found, IMAGES)


def test_nothing_is_folded_where_slopes_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    network = network_of(plain)
    model = restored(network)
    monkeypatch.setattr(FoldedNetwork, "outputs", None)
    model.gradients(IMAGES, np.zeros((2, 1), np.int64))
    with pytest.raises(TypeError):
        model.scores(IMAGES)
