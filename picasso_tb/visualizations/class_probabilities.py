"""Class probabilities: what the model says, before asking why."""

import numpy as np
import numpy.typing as npt

from picasso_tb.models.protocol import Head, Images, Model, Probabilities, Targets, probabilities
from picasso_tb.visualizations.declare import (
    Chart,
    ClassIndex,
    Needs,
    Result,
    Settings,
    Sign,
    each_target,
    visualization,
)

_MOST_BARS = 20


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
    passes=lambda settings, targets: 1,
    draws_map=False,
)
def class_probabilities(
    model: Model, images: Images, targets: Targets, settings: ClassProbabilitiesSettings
) -> Result:
    """The probability of every class; Guo et al. (the paper) on how far to trust it.

    Returns:
        No maps; `probabilities` (n, classes), 0..1, and a chart of them. Of more than 20 classes the chart
        holds the most probable.
    """
    scores = model.scores(images)
    found = probabilities(scores, model.head)
    if model.head is Head.NUMBER:
        return Result(None, {"probabilities": found})
    charts = [_chart(row, np.argsort(-one, kind="stable")) for row, one in zip(found, scores, strict=True)]
    return Result(None, {"probabilities": found}, exhibits=each_target(targets, lambda at: [charts[at[0]]]))


def _chart(row: Probabilities, ranking: npt.NDArray[np.int64]) -> Chart:
    """Bars (classes,) in the order of the classes, so that two charts compare; the best of many by rank."""
    all_fit = len(row) <= _MOST_BARS
    shown = np.arange(len(row)) if all_fit else ranking[:_MOST_BARS]
    return Chart(
        title="Class probabilities" if all_fit else f"The {_MOST_BARS} most probable of {len(row)} classes",
        x_label="class",
        y_label="probability",
        x=[ClassIndex(index) for index in shown],
        lines={"probability": [float(row[index]) for index in shown]},
        kind="bars",
    )
