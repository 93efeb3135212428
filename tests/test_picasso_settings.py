"""Picasso's own settings, against a plain loop that paints the window, prepares the picture and predicts."""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest
from keras import layers

from picasso_tb import InputSpec, explain

SPEC = InputSpec(height=28, width=28, mode="L", resample="lanczos", scale=1 / 255)
PICTURE = np.kron(np.random.default_rng(8).integers(0, 256, (61, 61), np.uint8), np.ones((4, 4), np.uint8))
COLOURS = {"black": 0, "grey": 128, "white": 255}
POSITIONS = {  # by window: with each colour; every colour with 2 to 30
    0.50: {"grey": 2, "black": 10, "white": 30},
    0.40: {"grey": 5, "black": 2, "white": 20},
    0.30: {"grey": 10, "black": 5, "white": 2},
    0.20: {"grey": 20, "black": 10, "white": 5},
    0.10: {"grey": 30, "black": 20, "white": 10},
    0.05: {"grey": 13, "black": 30, "white": 9},
}
LADDER = [(window, each[fill], fill) for window, each in POSITIONS.items() for fill in each]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(6)
    steps = [
        layers.Input((28, 28, 1)),
        layers.Conv2D(6, 5, strides=3, activation="relu"),
        layers.Flatten(),
        layers.Dense(10, "softmax", kernel_initializer=keras.initializers.RandomNormal(stddev=0.2)),
    ]
    return keras.Sequential(steps)


def prepared(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    small = PIL.Image.fromarray(picture).resize((28, 28), PIL.Image.Resampling.LANCZOS)
    return np.asarray(small, np.float32)[..., None] / 255


def by_loop(model: Any, window: float, positions: int, fill: str, target: int) -> npt.NDArray[np.float32]:
    side = len(PICTURE)
    size = round(window * side)
    half = size // 2
    starts = [int(centre) - half for centre in np.linspace(half, side - half, positions)]
    covered = []
    for top in starts:
        for left in starts:
            picture = PICTURE.copy()
            picture[top : top + size, left : left + size] = COLOURS[fill]
            covered.append(prepared(picture))
    return np.asarray(model.predict(np.stack(covered), verbose=0))[:, target].reshape(positions, positions)


@pytest.mark.parametrize(("window", "positions", "fill"), LADDER)
def test_every_position_is_what_covering_by_hand_predicts(
    model: Any, window: float, positions: int, fill: str
) -> None:
    settings = {
        "window": window,
        "positions": positions,
        "fill": fill,
        "space": "picture",
        "score": "probability",
    }
    found = explain(model, [PICTURE], "occlusion", settings=settings, input_spec=SPEC)
    assert found.position_scores is not None
    expected = by_loop(model, window, positions, fill, int(found.targets[0, 0]))
    assert np.ptp(expected) > 3e-4
    np.testing.assert_allclose(found.position_scores[0, 0], expected, atol=1e-5)
    assert found.notes == ()
