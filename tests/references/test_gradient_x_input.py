"""Gradient x input against Captum."""

import torch
from captum.attr import InputXGradient

from tests.references.comparing import assert_same, ours, theirs
from tests.references.networks import Pair, as_torch, images


def test_map_is_captums(pair: Pair) -> None:
    def summed(i: int, label: int) -> torch.Tensor:
        picture = as_torch(images())[i : i + 1].requires_grad_()
        return InputXGradient(pair.torch).attribute(picture, label)[0].sum(dim=0)

    assert_same(ours(pair, "gradient_x_input").maps, theirs(summed))
