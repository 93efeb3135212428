"""Ours and theirs, side by side."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import gaussian_filter

from picasso_tb import InputSpec, explain
from picasso_tb.explanation import Explanation
from tests.references.networks import TARGETS, Pair, images

Numbers = npt.NDArray[np.floating[Any]]
MEAN = (0.9, 1.0, 1.1)
SPEC = InputSpec(scale=1 / 127.5, mean=MEAN)  # so that black, grey and white differ from channel to channel
COLOURS = {  # (1, c, 1, 1)
    name: value - torch.tensor(MEAN, dtype=torch.float64)[None, :, None, None]
    for name, value in {"black": 0, "grey": 1, "white": 2}.items()
}


FILLS = (*COLOURS, "mean", "blur")


def fill_of(fill: str, picture: torch.Tensor, blur: float) -> torch.Tensor:
    """What stands in for the hidden, (1, c, h, w).

    Args:
        blur: standard deviation as a share of each side; SciPy's filter, over what lies inside the picture.
    """
    if fill == "mean":
        return picture.mean(dim=(2, 3), keepdim=True).expand_as(picture)
    if fill != "blur":
        return COLOURS[fill].expand_as(picture)
    deviations = (0, 0, blur * picture.shape[2], blur * picture.shape[3])
    sums, weights = (
        gaussian_filter(values, deviations, mode="constant", truncate=100)
        for values in (picture.numpy(), np.ones_like(picture.numpy()))
    )
    return torch.from_numpy(sums / weights)


Join = Callable[[torch.Tensor, bool], torch.Tensor]
JOINS: dict[str, Join] = {  # slopes (c, h, w), whether their sign is kept -> (h, w)
    "max": lambda slopes, signed: (
        slopes.gather(0, slopes.abs().argmax(dim=0, keepdim=True))[0] if signed else slopes.abs().amax(dim=0)
    ),
    "mean": lambda slopes, signed: (slopes if signed else slopes.abs()).mean(dim=0),
    "sum": lambda slopes, signed: (slopes if signed else slopes.abs()).sum(dim=0),
    "l2": lambda slopes, signed: (
        torch.linalg.vector_norm(slopes, dim=0)
        * (slopes.gather(0, slopes.abs().argmax(dim=0, keepdim=True))[0].sign() if signed else 1)
    ),
}


def ours(pair: Pair, method: str, **settings: Any) -> Explanation:
    """What the package says of the two images and their two targets each."""
    return explain(pair.keras, images(), method, targets=TARGETS, settings=settings, input_spec=SPEC)


def theirs(attribute: Callable[[int, int], torch.Tensor]) -> npt.NDArray[np.float64]:
    """(n, k, ...): what `attribute` says of the image and the class of those indices."""
    found = [[attribute(i, int(label)).detach().numpy() for label in row] for i, row in enumerate(TARGETS)]
    return np.asarray(found, np.float64)


def view(pair: Pair, score: str) -> Callable[[torch.Tensor], torch.Tensor]:
    """A function from pictures (n, c, h, w) to that score of every class (n, classes)."""
    if score == "logit":
        return pair.torch
    if score == "probability":
        return lambda pictures: pair.head(pair.torch(pictures))
    return lambda pictures: torch.log(pair.head(pair.torch(pictures)))


def assert_same(found: Numbers | None, expected: Numbers, scores: float = 0) -> None:
    """Each value agrees to 1e-4 of itself, or, where it is nearly nothing, to 1e-6 of the largest.

    The networks calculate in float64 on both sides; what is left is the float32 of our numbers.

    Args:
        scores: size of the scores that the values are differences of: what float32 can't tell apart in them
            is allowed for too.
    """
    assert found is not None and found.shape == expected.shape
    largest = np.nanmax(np.abs(expected))
    assert largest > 0, "nothing to compare"
    allowed = 1e-6 * largest + 4 * np.finfo(np.float32).eps * scores
    assert allowed < 1e-4 * largest, "the values are too small for float32 to tell"
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=allowed)
