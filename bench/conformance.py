"""Occlusion of the smallest networks, where what is not the network counts: `python -m bench conformance`."""

from typing import Any

import numpy as np

from bench.occlusion import batched
from bench.timing import compared, interleaved
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.loading import load
from picasso_tb.models.protocol import Patch
from picasso_tb.models.snapshot import architecture_of, copied_weights
from tests.models.networks import drawn
from tests.models.shapes import SHAPES, Shape

_POSITIONS = 10  # along each side, as by default
_SHARE = 0.2  # of the side
_READY, _PAINTED = "times as fast as the network alone", "as painting and the network"
_MORE = "milliseconds more than the network alone"
_ROUNDS = 31  # a call takes a few milliseconds
_BATCHES = (16, 32, 64, 100)
_CALLS_BEFORE = 60  # until the way and the size of batches are found


def measure() -> dict[str, Any]:
    """How many times as fast as brute force each model is: as the network alone, on batches that lie ready,
    and as the network with the painting of its batches, without which nobody can do it."""
    found = {name: _measure(shape) for name, shape in SHAPES.items()}
    least = {key: min(one[key] for one in found.values()) for key in (_READY, _PAINTED)}
    return {**found, "least": least, _MORE: max(one[_MORE] for one in found.values())}


def _measure(shape: Shape) -> dict[str, Any]:
    network, image, places = drawn(shape.make), shape.images()[0], _patches(*shape.size[:2])
    architecture = architecture_of(network)
    model: Any = load(architecture.config, copied_weights(network, architecture), InputSpec(scale=1 / 255))
    fill = np.zeros_like(image)
    in_full, painted_and_in_full, _ = batched(model._score, image, fill, places, _BATCHES)

    def ours() -> Any:
        return model.covered_scores(image[None], places, fill[None])

    for _ in range(_CALLS_BEFORE):
        ours()
    methods = {"picasso": ours, _READY: in_full, _PAINTED: painted_and_in_full}
    found = compared(interleaved(methods, _ROUNDS), "picasso")
    return {
        **{name: found[name]["times picasso"] for name in (_READY, _PAINTED)},
        _MORE: round(1000 * (found["picasso"]["seconds"] - found[_READY]["seconds"]), 2),
        "computation": model.computation,
    }


def _patches(height: int, width: int) -> list[Patch]:
    tall, wide = max(1, round(_SHARE * height)), max(1, round(_SHARE * width))
    tops, lefts = (
        np.linspace(0, side - size, _POSITIONS).astype(int).tolist()
        for side, size in ((height, tall), (width, wide))
    )
    return [Patch(top, left, top + tall, left + wide) for top in tops for left in lefts]
