"""SmoothGrad, its square and VarGrad against Captum, which is handed the noise that ours drew."""

import numpy as np
import pytest
import torch
from captum.attr import NoiseTunnel, Saliency

from tests.references.comparing import JOINS, SPEC, Numbers, assert_same, ours, theirs
from tests.references.networks import TARGETS, Pair, as_torch, images

SAMPLES = 12
TYPES = {"mean": "smoothgrad", "squared": "smoothgrad_sq", "variance": "vargrad"}


@pytest.mark.parametrize(
    ("statistic", "values", "channels"),
    [
        ("mean", "absolute", "max"),
        ("mean", "signed", "l2"),
        ("squared", "absolute", "sum"),
        ("variance", "absolute", "mean"),
    ],
)
def test_map_is_captums(
    pair: Pair,
    statistic: str,
    values: str,
    channels: str,
    seen: list[Numbers],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = {"samples": SAMPLES, "statistic": statistic, "values": values, "channels": channels}
    maps = ours(pair, "smoothgrad", **settings).maps
    noisy = np.reshape(seen, (len(TARGETS), SAMPLES, *images().shape[1:]))

    def smoothed(i: int, label: int) -> torch.Tensor:
        picture = as_torch(images())[i : i + 1]
        drawn = as_torch(noisy[i]) - picture
        monkeypatch.setattr(torch, "normal", lambda mean, deviations: drawn.reshape(deviations.shape))
        found = NoiseTunnel(Saliency(pair.torch)).attribute(
            picture.requires_grad_(), TYPES[statistic], nt_samples=SAMPLES, target=label, abs=False
        )
        return JOINS[channels](found[0], values == "signed")

    assert_same(maps, theirs(smoothed))


def test_noise_is_normal_in_the_units_of_the_input(pair: Pair, seen: list[Numbers]) -> None:
    """What Captum is handed above would hide a mistake here."""
    ours(pair, "smoothgrad", samples=100, noise=0.25)
    noisy = np.reshape(seen, (len(TARGETS), 100, *images().shape[1:]))
    low, high = (np.asarray(value) for value in (SPEC.value_range(3).low, SPEC.value_range(3).high))
    drawn = (noisy - images()[:, None]) / (0.25 * (high - low))
    count = drawn[0].size
    for one in drawn:
        assert abs(one.mean()) < 5 / np.sqrt(count)
        assert abs(one.std() - 1) < 5 / np.sqrt(2 * count)
        assert abs((np.abs(one) < 1).mean() - 0.6827) < 5 * np.sqrt(0.22 / count)
        neighbours = (one[:, :, 1:] * one[:, :, :-1]).mean(), (one[1:] * one[:-1]).mean()
        assert np.abs(neighbours).max() < 5 / np.sqrt(count)
