"""Grad-CAM against Captum, and against pytorch-grad-cam."""

import numpy as np
import pytest
from captum.attr import LayerGradCam

from tests.references.activation_maps import (
    LAYERS,
    check,
    layer_maps,
    stretched,
    whole_maps,
)  # first: see there
from tests.references.comparing import ours, theirs
from tests.references.networks import Pair, as_torch, images

from pytorch_grad_cam import GradCAM  # isort: skip


@pytest.mark.parametrize("place", [0, 1])
def test_map_is_captums(pair: Pair, place: int) -> None:
    layer = LAYERS[pair.name][place]
    method = LayerGradCam(pair.torch, pair.torch.get_submodule(layer))
    expected = theirs(
        lambda i, label: method.attribute(as_torch(images())[i : i + 1], label, relu_attributions=True)[0, 0]
    )
    check(pair, "grad_cam", layer, expected)


def test_map_is_that_of_pytorch_grad_cam(pair: Pair) -> None:
    check(pair, "grad_cam", pair.layer, np.maximum(layer_maps(pair, GradCAM, pair.layer), 0))
    maps = ours(pair, "grad_cam").maps
    np.testing.assert_allclose(stretched(maps), whole_maps(pair, GradCAM), atol=1e-5)
