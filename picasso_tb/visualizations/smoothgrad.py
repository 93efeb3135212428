"""SmoothGrad and its kin: slopes averaged over noisy copies of the image."""

from typing import Literal

import numpy as np
from pydantic import Field

from picasso_tb.models.protocol import Images, Model, Targets
from picasso_tb.visualizations.declare import Needs, Result, Sign, visualization
from picasso_tb.visualizations.gradients import (
    NO_SLOPE,
    Image,
    SlopeSettings,
    joined,
    moments,
    sign_of,
    silence,
)

_LINEAR = "the slope is the same under all noise, as in a model that is linear here."


class SmoothGradSettings(SlopeSettings):
    statistic: Literal["mean", "squared", "variance"] = Field(
        "mean",
        title="Statistic",
        description="Of the slopes over the noisy copies: their mean (SmoothGrad), the mean of their squares "
        "(SmoothGrad-Squared) or their variance (VarGrad).",
    )
    samples: int = Field(50, ge=2, le=500, title="Samples", description="How many noisy copies are made.")
    noise: float = Field(
        0.15,
        ge=0.01,
        le=1,
        title="Noise",
        description="Standard deviation of the noise, as a share of the range of input values.",
        json_schema_extra={"percent": True},
    )
    seed: int = Field(
        0,
        ge=0,
        le=9999,
        title="Seed",
        description="Another seed draws other noise, which shows how much of the map is chance.",
    )
    values: Literal["absolute", "signed"] = Field(
        "absolute",
        title="Values",
        description="How strongly a pixel can change the score, or also which way a brighter one does.",
        json_schema_extra={"when": {"statistic": "mean"}},
    )


def _quantity(settings: SmoothGradSettings) -> str:
    size = "absolute mean" if settings.values == "absolute" else "mean"
    name = {
        "mean": f"{size} of the slope",
        "squared": "mean squared slope",
        "variance": "variance of the slope",
    }
    return f"{name[settings.statistic]} of the logit under noise ({settings.channels} of the channels)"


def noise(seed: int, sample: int, shape: tuple[int, ...]) -> Image:
    """The standard normal noise of one sample: the same for every image, and however many samples follow."""
    return np.random.default_rng([seed, sample]).standard_normal(shape).astype(np.float32)


@visualization(
    title="SmoothGrad",
    summary="Adds noise to the picture many times over and averages the slopes, so that chance ones fade.",
    paper="https://arxiv.org/abs/1706.03825",
    needs=Needs.GRADIENTS,
    sign=lambda settings: sign_of(settings) if settings.statistic == "mean" else Sign.MAGNITUDE,
    settings=SmoothGradSettings,
    quantity=_quantity,
    passes=lambda settings, targets: (1 + targets) * settings.samples,
)
def smoothgrad(model: Model, images: Images, targets: Targets, settings: SmoothGradSettings) -> Result:
    """Average the slopes over copies with Gaussian noise, then join the channels (Smilkov et al. 2017).

    Squares are Hooker et al.'s SmoothGrad-Squared, the variance is Adebayo et al.'s VarGrad.

    Returns:
        Maps (n, k, h, w): score for each unit of input value, its square for the other two statistics; signed
        only as the mean with signed values.
    """
    spread = settings.noise * (model.value_range.high - model.value_range.low)

    def noisy(i: int, sample: int) -> Image:
        return np.asarray(images[i] + spread * noise(settings.seed, sample, images.shape[1:]), np.float32)

    weights = np.full(settings.samples, 1 / settings.samples)
    mean, variance = moments(model, images, targets, weights, noisy)
    found = {"mean": mean, "squared": np.square(mean) + variance, "variance": variance}[settings.statistic]
    maps = joined(found, settings)
    return Result(
        maps, target_notes=silence(maps, targets, _LINEAR if settings.statistic == "variance" else NO_SLOPE)
    )
