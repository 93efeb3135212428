"""The incremental network against the network itself, on graphs drawn at random."""

from typing import Any

import keras
import numpy as np
import pytest

from picasso_tb.models.incremental.engine import DoesNotFit, IncrementalNetwork
from picasso_tb.models.incremental.folding import FoldedNetwork
from picasso_tb.models.incremental.graph import nodes_of
from picasso_tb.models.protocol import Patch

layers = keras.layers


def random_block(random: np.random.Generator, x: Any) -> Any:
    """One layer or more, of every kind that can be followed, and some that cannot."""
    channels = int(x.shape[-1])

    def pick(*options: Any) -> Any:
        return options[random.integers(len(options))]

    kernel, padding = (pick(1, 2, 3, 5), pick(1, 3)), pick("same", "valid")
    stride = pick(1, 1, 2, 3)
    dilation = (1, 1) if stride > 1 else pick((1, 1), (1, 1), (2, 1), (2, 3))
    if padding == "valid" and min(x.shape[1:3]) < 12:
        padding = "same"
    activation = pick("relu", "linear", "tanh")
    kind = random.integers(10)
    if kind == 0:
        return layers.Conv2D(4, kernel, stride, padding, dilation_rate=dilation, activation=activation)(x)
    if kind == 1:
        convolved = layers.Conv2D(6, kernel, stride, padding, use_bias=bool(pick(0, 1)))(x)
        return layers.Activation(activation)(layers.BatchNormalization()(convolved))
    if kind == 2:
        deep = layers.DepthwiseConv2D(kernel, (1, 1), padding, depth_multiplier=pick(1, 2))(x)
        return layers.ReLU(6.0)(layers.BatchNormalization(scale=bool(pick(0, 1)))(deep))
    if kind == 3:
        return layers.SeparableConv2D(5, 3, 1, padding, activation=activation)(x)
    if kind == 4:
        return pick(layers.MaxPooling2D, layers.AveragePooling2D)(pick(2, 3), pick(1, 2), padding)(x)
    if kind == 5:
        padded = layers.ZeroPadding2D(((1, 2), (0, 3)))(x)
        return layers.Conv2D(4, 3, pick(1, 2), "valid", activation=activation)(padded)
    if kind == 6:
        branch = layers.Conv2D(channels, 3, padding="same", activation="relu")(x)
        return pick(layers.Add, layers.Multiply, layers.Maximum, layers.Average)()([x, branch])
    if kind == 7:
        branches = [layers.Conv2D(3, size, stride, "same")(x) for size in (1, 5)]
        return layers.Concatenate()([*branches, layers.MaxPooling2D(3, stride, "same")(x)])
    if kind == 8:
        inner = keras.Input(x.shape[1:])
        nested = layers.LeakyReLU()(layers.Conv2D(4, 3, padding="same")(layers.Dropout(0.5)(inner)))
        return keras.Model(inner, nested)(x)
    if channels % 2 == 0:
        return layers.Conv2D(4, 3, padding="same", groups=2)(x)
    return layers.UnitNormalization(axis=(1, 2))(x)  # looks at the whole map


def random_network(seed: int) -> Any:
    random = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((int(random.integers(17, 34)), int(random.integers(17, 34)), 3))
    x = layers.Rescaling(2.0, -0.5)(inputs)
    for _ in range(random.integers(2, 6)):
        x = random_block(random, x)
    x = layers.GlobalAveragePooling2D()(x) if random.integers(2) else layers.Flatten()(x)
    network = keras.Model(inputs, layers.Dense(4)(layers.Dense(8, activation="relu")(x)))
    for layer in network._flatten_layers():
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_mean.assign(random.normal(0, 0.3, layer.moving_mean.shape))
            layer.moving_variance.assign(random.uniform(0.5, 2, layer.moving_variance.shape))
    return network


def random_patches(random: np.random.Generator, height: int, width: int) -> list[Patch]:
    """Patches of several sizes, at every edge and inside, one of them beyond the edge."""
    patches = [
        Patch(0, 0, 5, 4),
        Patch(height - 6, width - 3, height, width),
        Patch(0, width - 2, height, width),
    ]
    patches += [Patch(height, 3, height, 6), Patch(height - 1, 0, height, 1)]
    for _ in range(12):
        top, left = random.integers(0, height - 1), random.integers(0, width - 1)
        tall, wide = random.integers(1, 8, 2)
        patches.append(Patch(int(top), int(left), int(min(top + tall, height)), int(min(left + wide, width))))
    return patches


def by_brute_force(network: Any, image: Any, fill: Any, patches: list[Patch]) -> Any:
    covered = np.repeat(image[None], len(patches), axis=0)
    for one, (top, left, bottom, right) in zip(covered, patches, strict=True):
        one[top:bottom, left:right] = fill[top:bottom, left:right]
    return np.asarray(network(covered, training=False))


def incrementally(network: IncrementalNetwork, image: Any, fill: Any, patches: list[Patch]) -> Any:
    patch = (max(one.bottom - one.top for one in patches), max(one.right - one.left for one in patches))
    for joins_fit in (True, False):
        variant = network.variant(patch, joins_fit)
        try:
            return np.asarray(variant.covered(variant.untouched(image), fill, patches))
        except DoesNotFit:
            assert joins_fit
    raise AssertionError


@pytest.mark.parametrize("seed", range(40))
def test_equals_the_whole_network_on_random_graphs(seed: int) -> None:
    network, random = random_network(seed), np.random.default_rng(1000 + seed)
    height, width, _ = network.input_shape[1:]
    image, fill = random.normal(size=(2, height, width, 3)).astype(np.float32)
    patches = random_patches(random, height, width)
    expected = by_brute_force(network, image, fill, patches)
    found = incrementally(IncrementalNetwork(FoldedNetwork(nodes_of(network))), image, fill, patches)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.ptp(expected)))


def test_places_of_patches_are_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    network, random = random_network(1), np.random.default_rng(1)
    height, width, _ = network.input_shape[1:]
    grids = [random_patches(random, height, width) for _ in range(2)]
    variant = IncrementalNetwork(FoldedNetwork(nodes_of(network))).variant((height, width))
    located, locate = [], variant._located

    def counted(edges: Any) -> Any:
        located.append(len(edges))
        return locate(edges)

    monkeypatch.setattr(variant, "_located", counted)

    def check(grid: list[Patch]) -> None:
        image, fill = random.normal(size=(2, height, width, 3)).astype(np.float32)
        found = np.asarray(variant.covered(variant.untouched(image), fill, grid))
        expected = by_brute_force(network, image, fill, grid)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.ptp(expected)))

    for grid in (*grids, *grids):
        check(grid)
    assert len(located) == len(grids)
    monkeypatch.setattr("picasso_tb.models.incremental.engine._NUMBERS_KEPT", 1)
    for grid in (grids[0][:3], grids[1][:3]):
        check(grid)
        assert len(variant._places) == 1
