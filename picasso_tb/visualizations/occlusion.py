"""Occlusion sensitivity: how far the score falls when a patch is covered."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from picasso_tb.models.protocol import Head, Images, Maps, Model, Patch, Scores, Targets
from picasso_tb.visualizations.declare import Needs, PaintingSettings, Result, Sign, visualization

Numbers = npt.NDArray[np.float32]

_ALL_KEPT = 100  # with more classes than this, ...
_BEST_KEPT = 20  # ... these many of the most probable are kept, and those asked for


class OcclusionSettings(PaintingSettings):
    window: float = Field(
        0.2,
        ge=0.05,
        le=0.5,
        title="Window",
        description="Side of the patch, as a share of each side of the image.",
        json_schema_extra={"percent": True},
    )
    positions: int = Field(
        10, ge=2, le=100, title="Positions", description="How many places the patch takes along each side."
    )
    fill: Literal["grey", "black", "white"] = Field(
        "grey", title="Fill", description="What the patch is painted with."
    )
    score: Literal["probability", "log-probability", "logit"] = Field(
        "probability",
        title="Score",
        description="What falls. Where a probability is nearly 0 or 1, only the logit still shows an effect.",
    )


def _quantity(settings: OcclusionSettings) -> str:
    name = "class probability" if settings.score == "probability" else settings.score
    return f"drop in {name} when covered"


@visualization(
    title="Occlusion",
    summary="Covers the picture with a patch, place by place, and shows where that costs the score.",
    paper="https://arxiv.org/abs/1311.2901",
    needs=Needs.SCORES,
    sign=Sign.SIGNED,
    settings=OcclusionSettings,
    quantity=_quantity,
    passes=lambda settings: settings.positions**2 + 1,
)
def occlusion(model: Model, images: Images, targets: Targets, settings: OcclusionSettings) -> Result:
    """Cover one patch after another and credit its pixels with the lost score (Zeiler and Fergus 2013).

    A pixel under several patches gets their mean, so that the edges, which fewer patches reach, compare with
    the centre; a pixel under none was not measured and is NaN.

    Returns:
        Maps (n, k, h, w) of the score lost, negative where covering helped, and, with p positions along each
        side, `position_scores` (n, k, p, p): the chosen score with the patch there. The rest is what every
        other class and score can be made from, for the classes in `kept_classes` (n, kept): `position_logits`
        (n, kept, p, p) and `untouched_logits` (n, kept), and for a softmax the logarithm of the sum of all
        exponentials, `position_log_normalizer` (n, p, p) and `untouched_log_normalizer` (n, 1). Positions at
        which the patch covers no pixel are NaN.
    """
    n, height, width, _ = images.shape
    grid = (settings.positions, settings.positions)
    values = model.value_range
    fill = {"black": values.low, "grey": values.middle, "white": values.high}[settings.fill]
    rows, columns = (_spans(side, settings.window, settings.positions) for side in (height, width))
    patches = [Patch(top, left, bottom, right) for top, bottom in rows for left, right in columns]

    whole = model.scores(images)[:, None]
    covered = model.covered_scores(images, patches, fill)
    before, after = (_view(scores, targets, model.head, settings.score) for scores in (whole, covered))
    kept = _classes_to_keep(whole[:, 0], targets)
    measured = np.array([top < bottom and left < right for top, left, bottom, right in patches])
    arrays = {
        "position_scores": _at(measured, after).reshape(n, -1, *grid),
        "kept_classes": kept.astype(np.float32),
        "position_logits": _at(measured, _of_classes(covered, kept)).reshape(n, -1, *grid),
        "untouched_logits": _of_classes(whole, kept)[..., 0],
    }
    if model.head is Head.SOFTMAX:
        arrays["position_log_normalizer"] = _at(measured, _log_normalizer(covered)).reshape(n, *grid)
        arrays["untouched_log_normalizer"] = _log_normalizer(whole)
    notes = _saturated(whole, covered, targets, model.head) if settings.score == "probability" else ()
    return Result(_mean_over_pixels(before - after, patches, height, width), arrays, notes)


def _spans(side: int, share: float, positions: int) -> list[tuple[int, int]]:
    """Where windows of `share` of the side begin and end: evenly spread centres, cut at the edge."""
    window = max(1, round(share * side))
    half = window // 2
    starts = np.trunc(np.linspace(half, side - half, positions)).astype(int) - half
    return [(int(start), int(min(start + window, side))) for start in starts]


def _at(measured: npt.NDArray[np.bool_], values: Numbers) -> Numbers:
    """The values (..., p), with NaN for the patches that cover no pixel."""
    return np.where(measured, values, np.float32(np.nan))


def _mean_over_pixels(drops: Numbers, patches: list[Patch], height: int, width: int) -> Maps:
    """Mean of the drops (n, k, p) of the patches that cover each pixel."""
    lost = np.zeros((*drops.shape[:2], height, width))
    covers = np.zeros((height, width))
    for index, (top, left, bottom, right) in enumerate(patches):
        lost[:, :, top:bottom, left:right] += drops[:, :, index, None, None]
        covers[top:bottom, left:right] += 1
    return np.divide(lost, covers, out=np.full_like(lost, np.nan), where=covers > 0).astype(np.float32)


def _view(scores: Numbers, targets: Targets, head: Head, score: str) -> Numbers:
    """The chosen score of the targets (n, k, p) from the scores of every class (n, p, classes)."""
    logits = _of_classes(scores, targets)
    if score == "logit":
        return logits
    if head is Head.SIGMOID:
        log_probability = -np.logaddexp(0, -logits)
    else:
        log_probability = logits - _log_normalizer(scores)[:, None]
    return log_probability if score == "log-probability" else np.exp(log_probability)


def _of_classes(scores: Numbers, classes: Targets) -> Numbers:
    """(n, k, p) from (n, p, classes)."""
    return np.take_along_axis(scores, classes[:, None], axis=2).swapaxes(1, 2)


def _log_normalizer(scores: Numbers) -> Numbers:
    """(n, p) from (n, p, classes)."""
    normalizer: Numbers = np.logaddexp.reduce(scores, axis=2)
    return normalizer


def _classes_to_keep(scores: Scores, targets: Targets) -> Targets:
    """Class indices (n, kept), ascending: all, or the targets and the most probable besides."""
    classes = scores.shape[1]
    count = classes if classes <= _ALL_KEPT else min(classes, _BEST_KEPT + targets.shape[1])
    ranked = scores.copy()
    np.put_along_axis(ranked, targets, np.inf, axis=1)
    return np.sort(np.argsort(-ranked, axis=1, kind="stable")[:, :count], axis=1)


def _saturated(whole: Numbers, covered: Numbers, targets: Targets, head: Head) -> tuple[str, ...]:
    """A sentence for each target whose probability stays near 0 or 1 although its logit moves."""
    probability = _view(whole, targets, head, "probability")[..., 0]
    change, shift = (
        abs(_view(whole, targets, head, score) - _view(covered, targets, head, score)).max(axis=2)
        for score in ("probability", "logit")
    )
    saturated = (np.minimum(probability, 1 - probability) < 0.01) & (change < 0.01) & (shift > 0.1)
    return tuple(
        f"Class {targets[place]} stays at probability {probability[place]:.3g} wherever the patch is, while "
        f"its logit moves by up to {shift[place]:.2g}. Choose the logit as score to see where the network "
        "looks."
        for place in zip(*np.nonzero(saturated), strict=True)
    )
