"""Saliency against Captum."""

import pytest
import torch
from captum.attr import Saliency

from tests.references.comparing import assert_same, ours, theirs
from tests.references.networks import Pair, as_torch, images

JOINS = {
    "max": lambda sizes: sizes.amax(dim=1),
    "mean": lambda sizes: sizes.mean(dim=1),
    "sum": lambda sizes: sizes.sum(dim=1),
    "l2": lambda sizes: torch.linalg.vector_norm(sizes, dim=1),
}


@pytest.mark.parametrize("channels", JOINS)
def test_map_is_captums(pair: Pair, channels: str) -> None:
    """Captum keeps the channels apart."""
    pictures, method = as_torch(images()), Saliency(pair.torch)
    expected = theirs(lambda i, label: JOINS[channels](method.attribute(pictures[i : i + 1], label))[0])
    assert_same(ours(pair, "saliency", channels=channels).maps, expected)
