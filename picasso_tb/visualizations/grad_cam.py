"""Grad-CAM: where a layer finds what, all in all, speaks for the class."""

from picasso_tb.models.protocol import Images, Model, Targets
from picasso_tb.visualizations.activation_maps import (
    LayerSettings,
    Numbers,
    channel_sum,
    class_activation_maps,
    positive,
)
from picasso_tb.visualizations.declare import Needs, Result, Sign, visualization


@visualization(
    title="Grad-CAM",
    summary="Shows where a layer finds the features that raise the class score on the whole.",
    paper="https://arxiv.org/abs/1610.02391",
    needs=Needs.ACTIVATIONS,
    sign=Sign.MAGNITUDE,
    settings=LayerSettings,
    quantity=lambda settings: "class activation (Grad-CAM, logit)",
    passes=lambda settings, targets: 1 + targets,
)
def grad_cam(model: Model, images: Images, targets: Targets, settings: LayerSettings) -> Result:
    """Weigh each channel by its mean slope, add them up, keep what is positive (Selvaraju et al. 2017).

    Returns:
        Maps (n, k, h, w), never negative, and `layer_map`, see `class_activation_maps`.
    """

    def combine(activations: Numbers, slopes: Numbers) -> Numbers:
        weights = slopes.mean(axis=(2, 3), keepdims=True)
        return positive(channel_sum(weights * activations))

    return class_activation_maps(model, images, targets, settings, combine)
