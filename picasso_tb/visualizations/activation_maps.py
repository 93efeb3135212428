"""What the class activation maps share: the layer, its map in the size of the picture, and what to say."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from pydantic import Field

from picasso_tb.errors import ModelRefused
from picasso_tb.models.protocol import Images, Layer, Maps, Model, Targets
from picasso_tb.visualizations.declare import Result, Settings
from picasso_tb.visualizations.gradients import silence

Numbers = npt.NDArray[np.float64]


class LayerSettings(Settings):
    layer: str | None = Field(
        None,
        title="Layer",
        description="Where the network is looked into; the last layer that has rows and columns is the usual "
        "choice.",
        json_schema_extra={"choices": "layers"},
    )


def class_activation_maps(
    model: Model,
    images: Images,
    targets: Targets,
    settings: LayerSettings,
    combine: Callable[[Numbers, Numbers], Numbers],
) -> Result:
    """Maps made of what a layer gives and of the score's slopes there.

    Args:
        combine: makes maps (n, k, h', w') of activations (n, 1, h', w', channels) and slopes
            (n, k, h', w', channels).

    Returns:
        The maps, bilinear between the centres of the layer's cells, and `layer_map` (n, k, h', w'): what was
        computed, in the layer's own size.

    Raises:
        ModelRefused: the model has no layer with rows and columns.
        InvalidArgument: it has none of that name.
    """
    layer = settings.layer if settings.layer is not None else _last(model.layers)
    activations, slopes = model.activations(images, targets, layer)
    found = combine(activations[:, None].astype(np.float64), slopes.astype(np.float64))
    layer_map = found.astype(np.float32)
    maps = _resized(found, *images.shape[1:3])
    why = f"nothing that layer {layer} finds in this picture speaks for it. Try another layer or occlusion."
    return Result(maps, target_arrays={"layer_map": layer_map}, target_notes=silence(maps, targets, why))


def channel_sum(values: Numbers) -> Numbers:
    """(n, k, h', w') of (n, k, h', w', channels)."""
    return np.asarray(values.sum(axis=-1))


def positive(values: Numbers) -> Numbers:
    return np.asarray(np.maximum(values, 0))


def _last(layers: tuple[Layer, ...]) -> str:
    if not layers:
        raise ModelRefused(
            "Expected a model with a layer whose output has rows and columns, such as Conv2D with its "
            "channels last. Received: a model without. Methods that look at the input alone, such as "
            "occlusion or saliency, work."
        )
    return layers[-1].name


def _resized(maps: Numbers, height: int, width: int) -> Maps:
    rows, columns = (_bilinear(to, was) for to, was in zip((height, width), maps.shape[2:], strict=True))
    resized = np.einsum("yh,nkhw,xw->nkyx", rows, maps, columns, optimize=True)
    return np.asarray(resized, np.float32)


def _bilinear(to: int, was: int) -> Numbers:
    """(to, was): the share of each of `was` cells in each of `to` pixels; at the edges, all of the last."""
    centres = np.clip((np.arange(to) + 0.5) * was / to - 0.5, 0, was - 1)
    shares: Numbers = np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(was)))
    return shares
