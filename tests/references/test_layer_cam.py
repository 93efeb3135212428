"""LayerCAM against pytorch-grad-cam."""

import numpy as np
import pytest

from tests.references.activation_maps import LAYERS, check, layer_maps
from tests.references.networks import Pair

from pytorch_grad_cam import LayerCAM  # isort: skip


@pytest.mark.parametrize("place", [0, 1])
def test_map_is_that_of_pytorch_grad_cam(pair: Pair, place: int) -> None:
    layer = LAYERS[pair.name][place]
    check(pair, "layer_cam", layer, np.maximum(layer_maps(pair, LayerCAM, layer), 0))
