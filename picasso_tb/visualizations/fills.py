"""What can stand in for a part of an image, so that the model does not see it."""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from picasso_tb.models.protocol import Images, ValueRange

Fill = Annotated[
    Literal["grey", "black", "white", "mean", "blur"],
    Field(
        title="Fill",
        description="What stands in for a hidden part: one colour, the image's mean colour, or its blur.",
    ),
]


def fill_of(
    fill: Fill, images: Images, value_range: ValueRange, spread: tuple[float, float]
) -> npt.NDArray[np.float32]:
    """The stand-in, (n or 1, h or 1, w or 1, c).

    Args:
        spread: standard deviation of the blur along rows and columns, in pixels.
    """
    if fill == "blur":
        return blurred(images, *spread)
    if fill == "mean":
        return np.asarray(images.mean(axis=(1, 2), keepdims=True, dtype=np.float64), np.float32)
    colours = {"black": value_range.low, "grey": value_range.middle, "white": value_range.high}
    return colours[fill][None, None, None]


def blurred(images: Images, down: float, across: float) -> Images:
    """The images through a Gaussian of these standard deviations in pixels.

    Near an edge the weights inside the image are scaled up to 1, so that a plain image stays as it is.
    """
    rows, columns = _gaussian(images.shape[1], down), _gaussian(images.shape[2], across)
    smeared = np.einsum("ij,njwc->niwc", rows, images, optimize=True)
    return np.asarray(np.einsum("ij,nhjc->nhic", columns, smeared, optimize=True), np.float32)


def _gaussian(side: int, deviation: float) -> npt.NDArray[np.float64]:
    """Weight of each place (column) in the blurred value of each other (row)."""
    distances = np.subtract.outer(np.arange(side), np.arange(side)) / deviation
    weights: npt.NDArray[np.float64] = np.exp(-np.square(distances) / 2)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights
