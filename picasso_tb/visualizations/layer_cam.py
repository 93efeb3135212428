"""LayerCAM: class activation maps that are fit for early layers too."""

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
    title="LayerCAM",
    summary="Weighs what a layer finds at each place by its positive slope; made for early layers too.",
    paper="https://doi.org/10.1109/TIP.2021.3089943",
    needs=Needs.ACTIVATIONS,
    sign=Sign.MAGNITUDE,
    settings=LayerSettings,
    quantity=lambda settings: "class activation (LayerCAM, logit)",
    passes=lambda settings, targets: 1 + targets,
)
def layer_cam(model: Model, images: Images, targets: Targets, settings: LayerSettings) -> Result:
    """Weigh each place of each channel by its own positive slope, keep what is positive (Jiang et al. 2021).

    Returns:
        Maps (n, k, h, w), never negative, and `layer_map`, see `class_activation_maps`.
    """

    def combine(activations: Numbers, slopes: Numbers) -> Numbers:
        return positive(channel_sum(positive(slopes) * activations))

    return class_activation_maps(model, images, targets, settings, combine)
