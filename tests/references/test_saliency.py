"""Saliency against Captum."""

import pytest
import torch
from captum.attr import Saliency

from tests.references.comparing import JOINS, assert_same, ours, theirs
from tests.references.networks import Pair, as_torch, images


@pytest.mark.parametrize("channels", JOINS)
@pytest.mark.parametrize("values", ["absolute", "signed"])
def test_map_is_captums(pair: Pair, values: str, channels: str) -> None:
    """Captum keeps the channels apart."""
    method, join = Saliency(pair.torch), JOINS[channels]

    def joined(i: int, label: int) -> torch.Tensor:
        picture = as_torch(images())[i : i + 1].requires_grad_()
        return join(method.attribute(picture, label, abs=False)[0], values == "signed")

    assert_same(ours(pair, "saliency", channels=channels, values=values).maps, theirs(joined))
