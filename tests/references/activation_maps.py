"""What the comparisons of class activation maps share: torch's layers, and packages that read them."""

import contextlib
from typing import Any

import numpy as np
import torch
from captum.attr import LayerAttribution

from tests.references.comparing import Numbers, assert_same, ours, theirs
from tests.references.networks import HEIGHT, WIDTH, Pair, as_torch, images


def beside_torch_for_cpus() -> None:
    """Let pytorch-grad-cam import torchvision, of which nothing here uses a part.

    The wheels of torchvision on PyPI want torch with CUDA. Beside torch for CPUs their own operators are
    missing, and two of them are looked for on import.
    """
    with contextlib.suppress(RuntimeError):
        import torchvision  # noqa: F401

        return
    for name in ("nms", "qnms"):
        torch.library.define(
            f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        )


beside_torch_for_cpus()

from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

# Of each network the layer that is taken without a choice, and an early one; that of the residual network has
# values of both signs, and the shortcut leads past it.
LAYERS = {"plain": ("conv2", "conv1"), "residual": ("out", "conv1"), "depthwise": ("out", "relu2")}


def layer_maps(pair: Pair, method: type[Any], layer: str, unit: float = 1) -> Numbers:
    """(n, k, h', w') of a class of pytorch-grad-cam, before it cuts off, enlarges and stretches its maps.

    Args:
        unit: what activations are measured in.
    """
    module = pair.torch.get_submodule(layer)

    def found(i: int, label: int) -> torch.Tensor:
        picture, targets = as_torch(images())[i : i + 1], [ClassifierOutputTarget(label)]
        with method(pair.torch, [module]) as cam:
            cam(picture, targets)
            activations, slopes = (
                getattr(cam.activations_and_grads, name)[0].numpy() for name in ("activations", "gradients")
            )
            raw = cam.get_cam_image(picture, module, targets, activations / unit, slopes * unit, False)
            return torch.from_numpy(raw[0])

    return theirs(found)


def check(pair: Pair, method: str, layer: str, expected: Numbers) -> None:
    """That the method's own map of a layer is the expected one, and its map that one enlarged by Captum."""
    is_default = layer == LAYERS[pair.name][0]
    found = ours(pair, method, **({} if is_default else {"layer": layer}))
    assert_same(found.target_arrays["layer_map"], expected)
    enlarged = LayerAttribution.interpolate(torch.from_numpy(expected), (HEIGHT, WIDTH), "bilinear")
    assert_same(found.maps, np.asarray(enlarged))


def stretched(maps: Numbers) -> Numbers:
    """Each map from 0 to 1, as pytorch-grad-cam returns them."""
    lowest, highest = (bound(maps, axis=(2, 3), keepdims=True) for bound in (np.min, np.max))
    return np.asarray((maps - lowest) / np.where(highest > lowest, highest - lowest, 1))


def whole_maps(pair: Pair, method: type[Any]) -> Numbers:
    """(n, k, h, w) as pytorch-grad-cam returns them: cut off, enlarged and stretched, in float32."""
    module = pair.torch.get_submodule(pair.layer)

    def found(i: int, label: int) -> torch.Tensor:
        with method(pair.torch, [module]) as cam:
            return torch.from_numpy(cam(as_torch(images())[i : i + 1], [ClassifierOutputTarget(label)])[0])

    return theirs(found)
