"""Class probabilities: what the model says, before asking why."""

from picasso_tb.models.protocol import Images, Model, Targets, probabilities
from picasso_tb.visualizations.declare import Needs, Result, Settings, Sign, visualization


class ClassProbabilitiesSettings(Settings):
    """None."""


@visualization(
    title="Class probabilities",
    summary="Shows how probable the model finds each class, without a map.",
    paper="https://arxiv.org/abs/1706.04599",
    needs=Needs.SCORES,
    sign=Sign.MAGNITUDE,
    settings=ClassProbabilitiesSettings,
    quantity=lambda settings: "class probability",
    passes=lambda settings: 1,
    draws_map=False,
)
def class_probabilities(
    model: Model, images: Images, targets: Targets, settings: ClassProbabilitiesSettings
) -> Result:
    """The probability of every class; Guo et al. (the paper) on how far to trust it.

    Returns:
        No maps; `probabilities` (n, classes), 0..1.
    """
    return Result(None, {"probabilities": probabilities(model.scores(images), model.head)})
