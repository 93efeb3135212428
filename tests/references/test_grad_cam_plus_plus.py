"""Grad-CAM++ against pytorch-grad-cam."""

import numpy as np
import pytest

from tests.references.activation_maps import LAYERS, check, layer_maps
from tests.references.networks import Pair

from pytorch_grad_cam import GradCAMPlusPlus  # isort: skip


# Pytorch-grad-cam adds 1e-6 to the denominator of alpha, which small slopes don't survive. Activations in so
# large a unit leave the formula as it is, but make the slopes large, and that addition nothing.
UNIT = 1e6


@pytest.mark.parametrize("place", [0, 1])
def test_map_is_that_of_pytorch_grad_cam(pair: Pair, place: int) -> None:
    layer = LAYERS[pair.name][place]
    expected = np.maximum(layer_maps(pair, GradCAMPlusPlus, layer, UNIT), 0)
    check(pair, "grad_cam_plus_plus", layer, expected)
