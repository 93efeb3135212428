"""When the short way is taken, when it is not, and what it says of itself."""

import itertools
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from picasso_tb.models.incremental.covering import Covering
from picasso_tb.models.incremental.engine import IncrementalNetwork
from picasso_tb.models.incremental.folding import FoldedNetwork
from picasso_tb.models.incremental.graph import CannotFollow, nodes_of
from picasso_tb.models.protocol import Patch
from tests.models.incremental.test_engine import by_brute_force

layers = keras.layers
IMAGE, FILL = np.random.default_rng(0).normal(size=(2, 40, 56, 3)).astype(np.float32)
PATCHES = [Patch(top, left, top + 8, left + 8) for top in range(0, 33, 8) for left in range(0, 49, 8)]


def convolutional(x: Any, blocks: int = 2) -> Any:
    for filters in (4, 6)[:blocks]:
        x = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same", use_bias=False)(x))
        x = layers.ReLU()(x)
    return x


def network_of(inside: Any, shape: tuple[int | None, ...] = (40, 56, 3)) -> Any:
    keras.utils.set_random_seed(0)
    inputs = keras.Input(shape)
    network = keras.Model(inputs, layers.Dense(3)(inside(inputs)))
    for layer in network._flatten_layers():
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_mean.assign(np.linspace(-0.5, 0.5, layer.moving_mean.shape[0]))
    return network


def plain(x: Any) -> Any:
    return layers.GlobalAveragePooling2D()(convolutional(x))


def covering_of(network: Any, in_full: Any = None, patience: float = 0) -> Covering:
    def brute_force(image: Any, fill: Any, patches: Any) -> Any:
        return by_brute_force(network, image, fill, patches)

    try:
        followed: FoldedNetwork | CannotFollow = FoldedNetwork(nodes_of(network))
    except CannotFollow as obstacle:
        followed = obstacle
    return Covering(followed, tf.identity, in_full or brute_force, patience)


def check_exact(covering: Covering, network: Any) -> None:
    found = covering.scores(IMAGE, FILL, PATCHES)
    assert covering.computation.startswith("incrementally")
    np.testing.assert_allclose(found, by_brute_force(network, IMAGE, FILL, PATCHES), rtol=1e-5, atol=1e-5)


def test_it_says_what_it_did() -> None:
    network = network_of(plain)
    covering = covering_of(network)
    check_exact(covering, network)
    assert covering.computation.startswith("incrementally, exact: 2 of 2 convolutions")
    assert covering.computation.endswith("0% of them where that is everywhere")


def excited(x: Any) -> Any:
    squeezed = layers.Dense(6, activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
    return layers.Multiply(name="whole")([x, layers.Reshape((1, 1, 6))(squeezed)])


def attended(x: Any) -> Any:
    x = layers.MaxPooling2D(4)(x)
    height, width, channels = x.shape[1:]
    tokens = layers.Reshape((height * width, channels), name="whole")(x)
    tokens = layers.LayerNormalization()(layers.MultiHeadAttention(2, 3)(tokens, tokens))
    return layers.Reshape((height, width, channels))(tokens)


@pytest.mark.parametrize("global_step", [excited, attended])
def test_a_global_step_in_the_middle_runs_in_full_from_there(global_step: Any) -> None:
    def inside(x: Any) -> Any:
        x = layers.Conv2D(3, 1)(global_step(convolutional(x)))
        return layers.GlobalAveragePooling2D()(x)

    network = network_of(inside)
    covering = covering_of(network)
    check_exact(covering, network)
    assert covering.computation.endswith("from whole on in full")


def test_what_runs_in_full_counts_against_the_saving() -> None:
    def transformed(x: Any) -> Any:
        x = layers.Reshape((20 * 28, 6))(layers.Conv2D(6, 2, strides=2)(x))
        return layers.GlobalAveragePooling1D()(layers.Dense(3)(layers.Dense(600)(x)))

    covering = covering_of(network_of(transformed))
    covering.scores(IMAGE, FILL, PATCHES)
    assert covering.computation.startswith("in full: the short way would save")


def test_networks_in_networks_are_followed() -> None:
    def nested(x: Any) -> Any:
        inner = keras.Input((40, 56, 3))
        sequential = keras.Sequential([keras.Input((40, 56, 6)), layers.Conv2D(4, 3), layers.Flatten()])
        return keras.Model(inner, sequential(convolutional(inner)))(x)

    network = network_of(nested)
    check_exact(covering_of(network), network)


def test_a_layer_used_twice_is_never_folded() -> None:
    shared = layers.Conv2D(3, 3, padding="same")

    def twice(x: Any) -> Any:
        x = layers.BatchNormalization()(shared(x))
        return layers.GlobalAveragePooling2D()(layers.BatchNormalization()(shared(x)))

    network = network_of(twice)
    check_exact(covering_of(network), network)


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (network_of(plain, (None, None, 3)), "size of its pictures is open"),
        (
            network_of(lambda x: plain(layers.Conv2D(3, 1, dtype="mixed_float16")(x))),
            "computes in float16",
        ),
    ],
)
def test_what_cannot_be_followed_is_left_alone(network: Any, reason: str) -> None:
    covering = covering_of(network)
    covering.scores(IMAGE, FILL, PATCHES)
    assert covering.computation.startswith("in full: ")
    assert reason in covering.computation


def test_a_small_saving_is_not_worth_it() -> None:
    network = network_of(lambda x: layers.Flatten()(layers.Conv2D(2, 39, strides=17)(x)))
    covering = covering_of(network)
    covering.scores(IMAGE, FILL, PATCHES)
    assert covering.computation.startswith("in full: the short way would save")


def test_a_small_network_is_not_worth_it() -> None:
    network = network_of(lambda x: layers.Flatten()(layers.Conv2D(1, 5, strides=4)(x)))
    covering = covering_of(network)
    covering.scores(IMAGE, FILL, PATCHES)
    assert covering.computation.startswith("in full: the network is so small")


def test_other_scores_than_the_networks_end_the_short_way() -> None:
    asked = []

    def another(image: Any, fill: Any, patches: Any) -> Any:
        asked.append(len(patches))
        return np.ones((len(patches), 3), np.float32)

    covering = covering_of(network_of(plain), another)
    for _ in range(2):
        assert (covering.scores(IMAGE, FILL, PATCHES) == 1).all()
        assert covering.computation == "in full: the short way gave other scores than the network"
    assert asked == [6, len(PATCHES), len(PATCHES)]


def test_the_compiler_is_not_kept_waiting_for_by_those_who_ask_little() -> None:
    network = network_of(plain)
    covering = covering_of(network, patience=1e-9)
    covering.scores(IMAGE, FILL, PATCHES)
    assert covering.computation.startswith("in full: the short way is compiled when many more")
    check_exact(covering, network)


def test_a_way_that_proves_slower_is_left() -> None:
    network = network_of(plain)
    known = dict(zip(PATCHES, by_brute_force(network, IMAGE, FILL, PATCHES), strict=True))
    covering = covering_of(
        network, lambda image, fill, patches: np.array([known[one] for one in patches]), 1e-9
    )
    many = 4 * PATCHES  # as many as the largest batch, so that all sizes are tried
    for _ in range(12):
        covering.scores(IMAGE, FILL, many)
    assert covering._proven
    assert covering.computation == "in full: the short way proved slower"


def test_one_trace_serves_all_places() -> None:
    network = IncrementalNetwork(FoldedNetwork(nodes_of(network_of(plain))))
    variant = network.variant((8, 8))
    assert network.variant((7, 9)) is network.variant((7, 9)) is variant
    assert set(network._planned) == {((8, 8), True), ((7, 9), True)}
    for patches in (PATCHES[:3], PATCHES, [Patch(0, 0, 3, 5)]):
        variant.covered(variant.untouched(IMAGE), FILL, patches)
    assert variant._covered.experimental_get_tracing_count() == 1


def test_patches_of_equal_reach_follow_each_other() -> None:
    variant = IncrementalNetwork(FoldedNetwork(nodes_of(network_of(strided)))).variant((8, 8))
    edges = np.array([(top, left, top + 8, left + 8) for top in range(0, 33, 3) for left in range(0, 49, 3)])
    order = variant.order([Patch(*one) for one in edges])
    assert sorted(order.tolist()) == list(range(len(edges)))
    sizes = [tuple(box.size for box in variant._boxes(edge[None]).values()) for edge in edges[order]]
    assert len(list(itertools.groupby(sizes))) == len(set(sizes)) > 3


def strided(x: Any) -> Any:
    for _ in range(2):
        x = layers.Conv2D(4, 3, 2, "same", activation="relu")(x)
    return layers.GlobalAveragePooling2D()(x)
