"""HiResCAM: what each place of a layer adds to the score, were the rest of the model linear."""

from picasso_tb.models.protocol import Images, Model, Targets
from picasso_tb.visualizations.activation_maps import (
    LayerSettings,
    Numbers,
    channel_sum,
    class_activation_maps,
)
from picasso_tb.visualizations.declare import Needs, Result, Sign, visualization


@visualization(
    title="HiResCAM",
    summary="Multiplies what a layer finds at each place by the score's slope at that very place.",
    paper="https://arxiv.org/abs/2011.08891",
    needs=Needs.ACTIVATIONS,
    sign=Sign.SIGNED,
    settings=LayerSettings,
    quantity=lambda settings: "slope of the logit times activation (sum of the channels)",
    passes=lambda settings, targets: 1 + targets,
)
def hirescam(model: Model, images: Images, targets: Targets, settings: LayerSettings) -> Result:
    """Multiply activation and slope place by place, and add the channels up (Draelos and Carin 2020).

    Nothing is cut off below zero: where only a linear layer follows, the map of the layer sums to the score
    without its constant part.

    Returns:
        Maps (n, k, h, w), signed, and `layer_map`, see `class_activation_maps`.
    """

    def combine(activations: Numbers, slopes: Numbers) -> Numbers:
        return channel_sum(slopes * activations)

    return class_activation_maps(model, images, targets, settings, combine)
