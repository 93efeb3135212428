"""Saliency: the size of the score's slope at every pixel."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from picasso_tb.models.protocol import Images, Maps, Model, Targets
from picasso_tb.visualizations.declare import Needs, Settings, Sign, visualization

Numbers = npt.NDArray[np.float32]

_JOINS: dict[str, Callable[[Numbers], Numbers]] = {
    "max": lambda sizes: sizes.max(axis=-1),
    "mean": lambda sizes: sizes.mean(axis=-1),
    "sum": lambda sizes: sizes.sum(axis=-1),
    "l2": lambda sizes: np.sqrt(np.square(sizes).sum(axis=-1)),
}


class SaliencySettings(Settings):
    channels: Literal["max", "mean", "sum", "l2"] = Field(
        "max", title="Channels", description="How the slopes of the colour channels become one value."
    )


@visualization(
    title="Saliency",
    summary="Follows the class score back to every pixel and shows how strongly each can change it.",
    paper="https://arxiv.org/abs/1312.6034",
    needs=Needs.GRADIENTS,
    sign=Sign.MAGNITUDE,
    settings=SaliencySettings,
    quantity=lambda settings: f"absolute slope of the logit ({settings.channels} of the channels)",
    passes=lambda settings: 2,
)
def saliency(model: Model, images: Images, targets: Targets, settings: SaliencySettings) -> Maps:
    """Take the absolute slope of each channel first and only then join the channels (Simonyan et al. 2013).

    Returns:
        (n, k, h, w) score for each unit of input value, never negative.
    """
    return _JOINS[settings.channels](np.abs(model.gradients(images, targets)))
