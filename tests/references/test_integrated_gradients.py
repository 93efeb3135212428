"""Integrated gradients against Captum, whose quadrature is Gauss and Legendre's too."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients

from tests.references.comparing import FILLS, Numbers, assert_same, fill_of, ours, theirs
from tests.references.networks import TARGETS, Pair, as_torch, images


@pytest.mark.parametrize("baseline", FILLS)
@pytest.mark.parametrize("steps", [7, 50])
def test_map_and_error_are_captums(pair: Pair, baseline: str, steps: int, seen: list[Numbers]) -> None:
    found = ours(pair, "integrated_gradients", baseline=baseline, steps=steps)
    on_the_way = np.reshape(seen, (len(TARGETS), steps, *images().shape[1:]))

    def attributed(i: int, label: int) -> tuple[torch.Tensor, torch.Tensor]:
        picture = as_torch(images())[i : i + 1]
        method = IntegratedGradients(rounded(pair, as_torch(on_the_way[i])))
        shares, error = method.attribute(
            picture,
            fill_of(baseline, picture, blur=0.1),
            label,
            n_steps=steps,
            method="gausslegendre",
            return_convergence_delta=True,
        )
        return shares[0].sum(dim=0), error[0]

    assert_same(found.maps, theirs(lambda i, label: attributed(i, label)[0]))
    errors = theirs(lambda i, label: attributed(i, label)[1])
    np.testing.assert_allclose(found.target_arrays["completeness_error"], errors, atol=2e-5)


def rounded(pair: Pair, on_the_way: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    """Torch's network, which sees the pictures on the way as float32, as ours does.

    Near the baseline the values that a pooling layer chooses from are so close that rounding decides, and
    with it which single pixels get the slope.
    """

    def scores(pictures: torch.Tensor) -> torch.Tensor:
        if len(pictures) != len(on_the_way):
            return pair.torch(pictures)
        off = (on_the_way - pictures).detach()
        assert off.abs().max() < 1e-6, "these are other pictures, not rounded ones"
        return pair.torch(pictures + off)

    return scores
