"""Saliency: the score's slope at every pixel."""

from picasso_tb.models.protocol import Images, Model, Targets
from picasso_tb.visualizations.declare import Needs, Result, visualization
from picasso_tb.visualizations.gradients import NO_SLOPE, SlopeSettings, joined, sign_of, silence


class SaliencySettings(SlopeSettings):
    """Those of every method that shows slopes."""


def _quantity(settings: SaliencySettings) -> str:
    size = "absolute slope" if settings.values == "absolute" else "slope"
    return f"{size} of the logit ({settings.channels} of the channels)"


@visualization(
    title="Saliency",
    summary="Follows the class score back to every pixel and shows how strongly each can change it.",
    paper="https://arxiv.org/abs/1312.6034",
    needs=Needs.GRADIENTS,
    sign=sign_of,
    settings=SaliencySettings,
    quantity=_quantity,
    passes=lambda settings, targets: 1 + targets,
)
def saliency(model: Model, images: Images, targets: Targets, settings: SaliencySettings) -> Result:
    """Take the absolute slope of each channel first and only then join the channels (Simonyan et al. 2013).

    Returns:
        Maps (n, k, h, w), score for each unit of input value; never negative unless asked for signed values.
    """
    maps = joined(model.gradients(images, targets), settings)
    return Result(maps, target_notes=silence(maps, targets, NO_SLOPE))
