"""Exact occlusion against the best that brute force can do, in one process: `python -m bench occlusion`."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from bench.networks import SIDE, calibrated, model_of, pictures
from bench.timing import compared, interleaved
from picasso_tb.models.incremental.engine import IncrementalNetwork
from picasso_tb.models.incremental.folding import FoldedNetwork
from picasso_tb.models.incremental.graph import nodes_of
from picasso_tb.models.protocol import Model, Patch

WINDOW, STRIDE = 32, 8
POSITIONS = {"MobileNetV2": 25, "VGG16": 10, "ResNet50": 10}  # along each side, spread over the picture
_BATCHES = (1, 2, 4, 8, 16, 32)  # larger ones only were slower
_FOLDED = "brute force, folded"
_TOLERANCE = 1e-4  # of the scores' range over the positions

Scores = npt.NDArray[np.float32]
M = TypeVar("M", bound=Model)


def measure() -> dict[str, Any]:
    """Each network by its name."""
    return {name: _measure(name, positions) for name, positions in POSITIONS.items()}


def patches(positions: int) -> list[Patch]:
    """A grid of windows at whole strides, from edge to edge."""
    starts = np.linspace(0, (SIDE - WINDOW) // STRIDE, positions).astype(int) * STRIDE
    return [
        Patch(int(top), int(left), int(top) + WINDOW, int(left) + WINDOW) for top in starts for left in starts
    ]


def _measure(name: str, positions: int) -> dict[str, Any]:
    network, image, places = calibrated(name), pictures(1, seed=1)[0], patches(positions)
    fill = np.zeros_like(image)
    in_full, _, batch = batched(lambda images: network(images, training=False), image, fill, places, _BATCHES)
    followed = FoldedNetwork(nodes_of(network))
    variant = IncrementalNetwork(followed).variant((WINDOW, WINDOW))
    brute_force = {"brute force": in_full}
    if followed.folds:
        folded, _, _ = batched(followed.outputs, image, fill, places, _BATCHES)
        brute_force[_FOLDED] = folded
    model = warm(model_of(network), image, fill, places)

    def ours() -> Scores:
        scores: Scores = model.covered_scores(image[None], places, fill[None])[0]
        differences.append(float(np.abs(scores - expected).max() / np.ptp(expected)))
        assert differences[-1] < _TOLERANCE
        return scores

    expected, differences = in_full(), list[float]()
    seconds = interleaved({**brute_force, "picasso": ours})
    in_all = variant.plan.multiplications * len(places)
    done = {**dict.fromkeys(brute_force, in_all), "picasso": in_all / variant.plan.saving}
    paces = {way: count / statistics.median(seconds[way]) for way, count in done.items()}
    return {
        "positions": len(places),
        "brute force, images a batch": batch,
        "largest difference, of the scores' range": max(differences),
        "computation": model.computation,
        "times fewer multiplications": round(variant.plan.saving, 2),
        **{f"times as fast as {way}": _times_as_fast(seconds, way) for way in brute_force},
        "billions of multiplications a second": {
            **{way: round(pace / 1e9, 1) for way, pace in paces.items()},
            "a product of matrices": _multiplications_a_second(),
        },
        **compared(seconds, "brute force"),
    }


def _times_as_fast(seconds: dict[str, list[float]], way: str) -> float:
    return round(statistics.median(a / b for a, b in zip(seconds[way], seconds["picasso"], strict=True)), 2)


def _multiplications_a_second() -> float:
    """Billions that TensorFlow does where nothing holds it back: what none of the others can exceed."""
    square = tf.random.normal((1024, 1024))
    product = tf.function(lambda one: one @ one)
    return round(1024**3 / min(_seconds(product, square) for _ in range(10)) / 1e9, 1)


def batched(
    network: Callable[[Any], Any],
    image: npt.NDArray[np.float32],
    fill: npt.NDArray[np.float32],
    places: list[Patch],
    batches: Sequence[int],
) -> tuple[Callable[[], Scores], Callable[[], Scores], int]:
    """Nothing but the network in `tf.function`, in batches of the fastest size.

    Returns:
        It on batches that lie ready, it after painting them, and the size.
    """
    run = tf.function(network, reduce_retracing=True)
    sizes = [size for size in batches if size <= len(places)]
    some = tf.constant(painted(image, fill, places[: sizes[-1]]))
    paces = {size: min(_seconds(run, some[:size]) for _ in range(3)) / size for size in sizes}
    batch = min(paces, key=lambda size: paces[size])
    parts = [places[start : start + batch] for start in range(0, len(places), batch)]
    ready = [tf.constant(painted(image, fill, part)) for part in parts]

    def in_full() -> Scores:
        return np.concatenate([run(one).numpy() for one in ready])

    def painted_and_in_full() -> Scores:
        return np.concatenate([run(tf.constant(painted(image, fill, part))).numpy() for part in parts])

    in_full()  # the last batch may be smaller
    return in_full, painted_and_in_full, batch


def painted(
    image: npt.NDArray[np.float32], fill: npt.NDArray[np.float32], places: list[Patch]
) -> npt.NDArray[np.float32]:
    """(p, h, w, c): the image with each of the places covered."""
    covered = np.repeat(image[None], len(places), axis=0)
    for one, (top, left, bottom, right) in zip(covered, places, strict=True):
        one[top:bottom, left:right] = fill[top:bottom, left:right]
    return covered


def warm(model: M, image: npt.NDArray[np.float32], fill: npt.NDArray[np.float32], places: list[Patch]) -> M:
    """The model, after it was asked until it no longer finds faster ways."""
    before = "nothing asked yet"
    while model.computation != before or "when many more positions" in before:
        before = model.computation
        for _ in range(2):
            model.covered_scores(image[None], places, fill[None])
    return model


def _seconds(run: Callable[[Any], Any], batch: Any) -> float:
    began = time.perf_counter()
    run(batch).numpy()
    return time.perf_counter() - began
