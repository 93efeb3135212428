"""Gradient x input: how much of the score each pixel's own value makes up, were the model linear."""

from picasso_tb.models.protocol import Images, Model, Targets
from picasso_tb.visualizations.declare import Needs, Result, Settings, Sign, visualization
from picasso_tb.visualizations.gradients import NO_SLOPE, silence


class GradientXInputSettings(Settings):
    """None."""


@visualization(
    title="Gradient x input",
    summary="Multiplies each pixel by the score's slope there: what its value adds to the score, were the "
    "model linear.",
    paper="https://arxiv.org/abs/1605.01713",
    needs=Needs.GRADIENTS,
    sign=Sign.SIGNED,
    settings=GradientXInputSettings,
    quantity=lambda settings: "slope of the logit times input value (sum of the channels)",
    passes=lambda settings, targets: 1 + targets,
)
def gradient_x_input(
    model: Model, images: Images, targets: Targets, settings: GradientXInputSettings
) -> Result:
    """Multiply each slope by the input value, and sum over the channels (Shrikumar et al. 2016).

    Input values of zero get nothing, whatever they look like: with a range of -1 to 1, that is grey.

    Returns:
        Maps (n, k, h, w) in units of the score, signed. For a linear model they sum to the score without its
        constant part.
    """
    maps = (model.gradients(images, targets) * images[:, None]).sum(axis=-1)
    why = f"{NO_SLOPE.rstrip('.')}. So it is where all input values are zero."
    return Result(maps, target_notes=silence(maps, targets, why))
