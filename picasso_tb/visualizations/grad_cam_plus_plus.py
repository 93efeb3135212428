"""Grad-CAM++: like Grad-CAM, with every place where the class is found counting alike."""

import dataclasses

import numpy as np

from picasso_tb.models.protocol import Images, Model, Targets
from picasso_tb.visualizations.activation_maps import (
    LayerSettings,
    Numbers,
    channel_sum,
    class_activation_maps,
    positive,
)
from picasso_tb.visualizations.declare import Needs, Result, Sign, visualization

_NEGATIVE = (
    "Some values of this layer are negative, as swish, GELU or batch normalization give. Grad-CAM++ divides "
    "by 2 + slope * sum, which can then be near 0 or below: the map may be large, or empty, for no reason. "
    "Choose a layer behind a ReLU, or Grad-CAM."
)


@visualization(
    title="Grad-CAM++",
    summary="Shows where a layer finds features of the class, also small ones or ones that occur often.",
    paper="https://arxiv.org/abs/1710.11063",
    needs=Needs.ACTIVATIONS,
    sign=Sign.MAGNITUDE,
    settings=LayerSettings,
    quantity=lambda settings: "class activation (Grad-CAM++, logit)",
    passes=lambda settings, targets: 1 + targets,
)
def grad_cam_plus_plus(model: Model, images: Images, targets: Targets, settings: LayerSettings) -> Result:
    """Weigh each channel by its positive slopes, each by the paper's alpha (Chattopadhay et al. 2018).

    With the exponential of the score in place of the score, all derivatives are powers of the slope g, and
    alpha = g^2 / (2 g^2 + g^3 * sum of the channel) = 1 / (2 + g * sum of the channel). The factor that all
    weights share, that exponential, is left out: it overflows, and changes the scale of a map only.

    Returns:
        Maps (n, k, h, w), never negative, and `layer_map`, see `class_activation_maps`.
    """

    notes: tuple[str, ...] = ()

    def combine(activations: Numbers, slopes: Numbers) -> Numbers:
        nonlocal notes
        if (activations < 0).any():
            notes = (_NEGATIVE,)
        denominator = 2 + slopes * activations.sum(axis=(2, 3), keepdims=True)
        alpha = 1 / np.where(denominator == 0, 1, denominator)
        weights = (alpha * positive(slopes)).sum(axis=(2, 3), keepdims=True)
        return positive(channel_sum(weights * activations))

    found = class_activation_maps(model, images, targets, settings, combine)
    return dataclasses.replace(found, notes=notes)
