"""Occlusion against Captum."""

from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import FeatureAblation, Occlusion

from tests.references.comparing import COLOURS, assert_same, fill_of, ours, theirs, view
from tests.references.networks import HEIGHT, WIDTH, Pair, as_torch, images

# Windows whose starts are evenly spaced in whole pixels, the only ones that Captum knows: the share of each
# side, the positions, and what Captum calls window and stride. Like us, Captum takes the mean of the windows
# over a pixel and cuts the last ones at the edge.
REGULAR = {
    "even": ({"window": 0.23, "positions": 11}, (6, 9), (2, 3)),
    "cut at the edge": ({"window": 0.28, "positions": 5}, (7, 11), (5, 7)),
}


def starts_of(side: int, share: float, positions: int) -> tuple[int, list[int]]:
    """Window and starts as the design defines them."""
    window = round(share * side)
    half = window // 2
    return window, [int(centre) - half for centre in np.linspace(half, side - half, positions)]


@pytest.mark.parametrize(
    ("fill", "score"),
    [
        ("grey", "probability"),
        ("black", "log-probability"),
        ("white", "logit"),
        ("mean", "probability"),
        ("blur", "logit"),
    ],
)
@pytest.mark.parametrize("grid", REGULAR)
def test_map_is_captums(pair: Pair, grid: str, fill: str, score: str) -> None:
    settings, window, stride = REGULAR[grid]
    pictures, method = as_torch(images()), Occlusion(view(pair, score))
    expected = theirs(
        lambda i, label: method.attribute(
            pictures[i : i + 1],
            sliding_window_shapes=(3, *window),
            strides=(3, *stride),
            baselines=fill_of(fill, pictures[i : i + 1], blur=settings["window"] / 2),
            target=label,
            perturbations_per_eval=50,
        )[0, 0]
    )
    found = ours(pair, "occlusion", **settings, fill=fill, score=score)
    assert_same(found.maps, expected, scores=abs(found.scores).max())


@pytest.mark.parametrize(
    ("window", "positions", "score"),
    [(0.2, 10, "probability"), (0.33, 5, "log-probability"), (0.1, 3, "logit")],
)
def test_every_position_is_captums_ablation(pair: Pair, window: float, positions: int, score: str) -> None:
    """The usual windows are not evenly spaced: each is a feature of its own for Captum to ablate."""
    pictures, method = as_torch(images()), FeatureAblation(view(pair, score))
    sides = [starts_of(side, window, positions) for side in (HEIGHT, WIDTH)]

    def drops(i: int, label: int) -> torch.Tensor:
        found = torch.zeros(positions, positions, dtype=torch.float64)
        for row, column in np.ndindex(positions, positions):
            mask = torch.zeros(1, 1, HEIGHT, WIDTH, dtype=torch.long)
            (height, tops), (width, lefts) = sides
            mask[..., tops[row] : tops[row] + height, lefts[column] : lefts[column] + width] = 1
            grey = COLOURS["grey"].expand(1, 3, HEIGHT, WIDTH)
            ablated = method.attribute(pictures[i : i + 1], grey, label, feature_mask=mask)
            found[row, column] = (ablated * mask).sum() / (3 * mask.sum())
        return found

    expected = theirs(drops)
    found: Any = ours(pair, "occlusion", window=window, positions=positions, score=score)
    untouched = theirs(lambda i, label: view(pair, score)(pictures[i : i + 1])[0, label])
    assert_same(found.position_scores, untouched[..., None, None] - expected)
