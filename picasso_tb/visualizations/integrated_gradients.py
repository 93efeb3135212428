"""Integrated gradients: what each pixel adds to the score on the way from a blank picture to this one."""

import numpy as np
from pydantic import Field

from picasso_tb.models.protocol import Images, Model, Scores, Targets
from picasso_tb.visualizations.declare import Needs, Result, Settings, Sign, each_target, visualization
from picasso_tb.visualizations.fills import Fill, fill_of
from picasso_tb.visualizations.gradients import NO_SLOPE, Image, moments, silence

_SPREAD_OF_BLUR = 0.1  # standard deviation, as a share of each side
_LARGE_ERROR = 0.05  # of the change in score ...
_ROUNDING = 1e-4  # ... beyond this much of all that the pixels add, either way

_WHY_SILENT = f"{NO_SLOPE.rstrip('.')}. So it is where the picture is the baseline itself."


class IntegratedGradientsSettings(Settings):
    baseline: Fill = Field(
        "black",
        title="Baseline",
        description="The picture to start from, which stands for nothing to see: a plain colour, the mean "
        "colour of this picture, or this picture under a Gaussian blur of a tenth of each side.",
    )
    steps: int = Field(
        50,
        ge=2,
        le=500,
        title="Steps",
        description="At how many pictures on the way the slopes are taken. More make the sum more exact.",
    )


@visualization(
    title="Integrated gradients",
    summary="Fades the picture in from a blank one and adds up what each pixel does to the score on the way.",
    paper="https://arxiv.org/abs/1703.01365",
    needs=Needs.GRADIENTS,
    sign=Sign.SIGNED,
    settings=IntegratedGradientsSettings,
    quantity=lambda settings: "share in the change of the logit from the baseline (sum of the channels)",
    passes=lambda settings, targets: (1 + targets) * settings.steps + 2,
)
def integrated_gradients(
    model: Model, images: Images, targets: Targets, settings: IntegratedGradientsSettings
) -> Result:
    """Integrate the slopes from the baseline, times the way gone (Sundararajan et al. 2017).

    The way is straight, the integral Gauss and Legendre's quadrature.

    Returns:
        Maps (n, k, h, w) in units of the score, signed; each sums to `score_change` (n, k), the score of the
        image less that of the baseline, but for `completeness_error` (n, k): the sum less the change.
    """
    spread = (_SPREAD_OF_BLUR * images.shape[1], _SPREAD_OF_BLUR * images.shape[2])
    start = np.broadcast_to(fill_of(settings.baseline, images, model.value_range, spread), images.shape)
    nodes, weights = np.polynomial.legendre.leggauss(settings.steps)  # on -1 to 1

    def on_the_way(i: int, step: int) -> Image:
        share = np.float32((nodes[step] + 1) / 2)
        return np.asarray(start[i] + share * (images[i] - start[i]))

    mean, _ = moments(model, images, targets, weights / 2, on_the_way)
    shares = (mean * (images - start)[:, None]).sum(axis=-1)
    change = np.take_along_axis(_change(model, images, start), targets, axis=1)
    error = shares.sum(axis=(2, 3)) - change
    maps = shares.astype(np.float32)
    is_large = np.abs(error) > _LARGE_ERROR * np.abs(change) + _ROUNDING * np.abs(shares).sum(axis=(2, 3))
    silent = silence(maps, targets, _WHY_SILENT)

    def notes(place: tuple[int, int]) -> tuple[str, ...]:
        row, column = place
        said = _completeness(targets[place], error[place], change[place], is_large[place])
        return (*silent[row][column], said)

    return Result(
        maps,
        target_arrays={"completeness_error": error.astype(np.float32), "score_change": change},
        target_notes=each_target(targets, notes),
    )


def _change(model: Model, images: Images, start: Images) -> Scores:
    """How much higher each class scores for the images than for their baselines, (n, classes)."""
    return model.scores(images) - model.scores(np.ascontiguousarray(start))


def _completeness(target: int, error: float, change: float, is_large: bool) -> str:
    """What a map sums to, and what to do where that misses the change in score by much."""
    return (
        f"The map of class {target} sums to {change + error:.4g}, its score changes by {change:.4g} from the "
        f"baseline: an error of {error:.2g}."
        + (" The slopes vary much between the steps. Take more steps." if is_large else "")
    )
