"""What the gradient methods share: one value from the channels, and means over variants of an image."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from picasso_tb.models.protocol import Images, Maps, Model, Targets
from picasso_tb.visualizations.declare import Notes, Settings, Sign, each_target

Slopes = npt.NDArray[np.floating]  # (n, k, h, w, c)
Image = npt.NDArray[np.float32]  # (h, w, c)

# Slopes from one call of the model: bounds the memory, however many variants there are.
_VALUES_AT_ONCE = 2**21


class SlopeSettings(Settings):
    """Settings of a method that shows slopes themselves."""

    values: Literal["absolute", "signed"] = Field(
        "absolute",
        title="Values",
        description="How strongly a pixel can change the score, or also which way a brighter one does.",
    )
    channels: Literal["max", "mean", "sum", "l2"] = Field(
        "max",
        title="Channels",
        description="How the slopes of the colour channels become one value. With signed values, max and l2 "
        "take the sign of the largest slope.",
    )


def sign_of(settings: SlopeSettings) -> Sign:
    return Sign.SIGNED if settings.values == "signed" else Sign.MAGNITUDE


def joined(slopes: Slopes, settings: SlopeSettings) -> Maps:
    """One value for each pixel, (n, k, h, w). Sizes are taken first, so that no channel cancels another."""
    sizes = np.abs(slopes)
    values = slopes if settings.values == "signed" else sizes
    largest = np.take_along_axis(values, sizes.argmax(axis=-1, keepdims=True), axis=-1)[..., 0]
    match settings.channels:
        case "max":
            maps = largest
        case "mean":
            maps = values.mean(axis=-1)
        case "sum":
            maps = values.sum(axis=-1)
        case "l2":
            maps = np.copysign(np.sqrt(np.square(sizes).sum(axis=-1)), largest)
    return maps.astype(np.float32)


class Moments(NamedTuple):
    """Mean and variance of slopes, each float64 (n, k, h, w, c)."""

    mean: npt.NDArray[np.float64]
    variance: npt.NDArray[np.float64]


def moments(
    model: Model,
    images: Images,
    targets: Targets,
    weights: npt.NDArray[np.float64],
    variant: Callable[[int, int], Image],
) -> Moments:
    """Weighted moments of the slopes over variants of each image, of which a few at a time are in memory.

    Args:
        weights: one for each variant; they sum to 1.
        variant: gives variant j of image i.
    """
    shape = (*targets.shape, *images.shape[1:])
    mean, variance = np.zeros(shape), np.zeros(shape)
    at_once = max(1, _VALUES_AT_ONCE // mean[0].size)
    for i, target in enumerate(targets):
        first: Slopes | None = None
        for start in range(0, len(weights), at_once):
            share = weights[start : start + at_once]
            variants = np.stack([variant(i, start + j) for j in range(len(share))])
            slopes = model.gradients(variants, np.repeat(target[None], len(share), axis=0))
            first = slopes[0].astype(np.float64) if first is None else first
            # Seen from the first, slopes that never change have a variance of exactly 0.
            apart = slopes - first
            mean[i] += np.tensordot(share, apart, axes=1)
            variance[i] += np.tensordot(share, np.square(apart), axes=1)
        variance[i] = np.maximum(variance[i] - np.square(mean[i]), 0)
        mean[i] += first
    return Moments(mean, variance)


def silence(maps: Maps, targets: Targets, why: str) -> Notes:
    """A note on each map that is zero everywhere, which must not pass for a model that looks nowhere."""

    def said(place: tuple[int, int]) -> list[str]:
        seen = maps[place].any()
        return [] if seen else [f"There is nothing to see for class {targets[place]}: {why}"]

    return each_target(targets, said)


NO_SLOPE = (
    "the score has no slope here. That is so where every unit on the way is cut off or saturated, as "
    "where scores are log-probabilities and the model is certain. Occlusion may still show an effect."
)
