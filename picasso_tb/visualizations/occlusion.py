"""Occlusion sensitivity: how far the score falls when a patch is covered."""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from picasso_tb.models.protocol import Images, Maps, Model, Patch, Targets
from picasso_tb.visualizations.declare import Needs, PaintingSettings, Result, Sign, Views, visualization
from picasso_tb.visualizations.fills import Fill, fill_of
from picasso_tb.visualizations.perturbation import Measured, Numbers, Places, Score, measure


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
    fill: Fill = "grey"
    score: Score = "probability"
    value: Literal["drop", "value"] = Field(
        "drop",
        title="Show",
        description="How far the score falls, or the score that is left: low where it matters.",
    )
    drawn: Literal["mean", "grid"] = Field(
        "mean",
        title="Draw",
        description="The mean over the patches that cover each pixel, or a cell for each position.",
    )


def _quantity(settings: OcclusionSettings) -> str:
    name = "class probability" if settings.score == "probability" else settings.score
    return f"drop in {name} when covered" if settings.value == "drop" else f"{name} when covered"


def _sign(settings: OcclusionSettings) -> Sign:
    one_sided = settings.value == "value" and settings.score == "probability"
    return Sign.MAGNITUDE if one_sided else Sign.SIGNED


def _view(
    arrays: Mapping[str, Numbers], targets: Targets, settings: OcclusionSettings, shape: tuple[int, int]
) -> Result | None:
    measured = Measured.of(arrays, "position")
    return _result(measured, targets, settings, *shape) if measured.holds(targets) else None


@visualization(
    title="Occlusion",
    summary="Covers the picture with a patch, place by place, and shows where that costs the score.",
    paper="https://arxiv.org/abs/1311.2901",
    needs=Needs.SCORES,
    sign=_sign,
    settings=OcclusionSettings,
    quantity=_quantity,
    passes=lambda settings, targets: settings.positions**2 + 1,
    views=Views(frozenset({"score", "value", "drawn"}), _view),
)
def occlusion(
    model: Model, images: Images, targets: Targets, settings: OcclusionSettings
) -> Iterator[Result]:
    """Cover one patch after another and credit its pixels with the lost score (Zeiler and Fergus 2013).

    A pixel under several patches gets their mean, so that the edges, which fewer patches reach, compare with
    the centre; a pixel under none was not measured and is NaN. A coarse grid of positions is asked for first,
    each position once.

    Returns:
        Better and better: maps (n, k, h, w) of the score lost, negative where covering helped, and, with p
        positions along each side, `position_scores` (n, k, p, p): the chosen score with the patch there. The
        rest is what every other class and score can be made from, for the classes in `kept_classes` (n,
        kept): `position_logits` (n, kept, p, p) and `untouched_logits` (n, kept), and for a softmax the
        logarithm of the sum of all exponentials, `position_log_normalizer` (n, p, p) and
        `untouched_log_normalizer` (n, 1). Positions at which the patch covers no pixel are NaN.
    """
    height, width = images.shape[1:3]
    patches = _patches(settings, height, width)
    fill = fill_of(
        settings.fill,
        images,
        model.value_range,
        (settings.window * height / 2, settings.window * width / 2),
    )

    def covered(places: Places) -> Numbers:
        return model.covered_scores(images, [Patch(*map(int, patches[place])) for place in places], fill)

    order = _coarse_first(settings.positions)
    order = order[_inside(patches)[order]]
    for measured in measure(model, images, targets, len(patches), order, covered):
        yield _result(measured, targets, settings, height, width)


def _result(
    measured: Measured, targets: Targets, settings: OcclusionSettings, height: int, width: int
) -> Result:
    """What is known so far, drawn and said as the settings want it."""
    before, after = measured.view(targets, settings.score)
    values = before - after if settings.value == "drop" else after
    patches = _patches(settings, height, width)
    draw = _mean_over_pixels if settings.drawn == "mean" else _cells
    grid = (settings.positions, settings.positions)
    return Result(
        draw(values, patches, height, width),
        measured.arrays("position", *grid),
        {"position_scores": after.reshape(*targets.shape, *grid)},
        target_notes=measured.saturated(targets) if settings.score == "probability" else (),
    )


def _patches(settings: OcclusionSettings, height: int, width: int) -> npt.NDArray[np.int64]:
    """Top, left, bottom and right of each position's patch, (p, 4)."""
    rows, columns = (_spans(side, settings.window, settings.positions) for side in (height, width))
    return np.array([(top, left, bottom, right) for top, bottom in rows for left, right in columns])


def _spans(side: int, share: float, positions: int) -> list[tuple[int, int]]:
    """Where windows of `share` of the side begin and end: evenly spread centres, cut at the edge."""
    window = max(1, round(share * side))
    half = window // 2
    starts = np.trunc(np.linspace(half, side - half, positions)).astype(int) - half
    return [(int(start), int(min(start + window, side))) for start in starts]


def _inside(patches: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which patches cover a pixel at all (p,)."""
    inside: npt.NDArray[np.bool_] = (patches[:, 0] < patches[:, 2]) & (patches[:, 1] < patches[:, 3])
    return inside


def _coarse_first(positions: int) -> Places:
    """All positions of the grid, those that lie on a coarser one before those between them."""
    index = np.arange(1, positions)
    steps = np.concatenate([[positions], index & -index])  # the widest power of two that each stands on
    levels = np.minimum.outer(steps, steps).ravel()
    return np.argsort(-levels, kind="stable")


def _mean_over_pixels(values: Numbers, patches: npt.NDArray[np.int64], height: int, width: int) -> Maps:
    """Mean of the values (n, k, p) of the patches that cover each pixel; those that are NaN don't count."""
    lost = np.zeros((*values.shape[:2], height, width))
    covers = np.zeros((height, width))
    for index in np.nonzero(np.isfinite(values).all(axis=(0, 1)))[0]:
        top, left, bottom, right = patches[index]
        lost[:, :, top:bottom, left:right] += values[:, :, index, None, None]
        covers[top:bottom, left:right] += 1
    return np.divide(lost, covers, out=np.full_like(lost, np.nan), where=covers > 0).astype(np.float32)


def _cells(values: Numbers, patches: npt.NDArray[np.int64], height: int, width: int) -> Maps:
    """Each pixel has the value of the position whose patch's middle is the nearest to it."""
    positions = round(len(patches) ** 0.5)
    grid = patches.reshape(positions, positions, 4)
    middles = (grid[:, 0, 0] + grid[:, 0, 2]) / 2, (grid[0, :, 1] + grid[0, :, 3]) / 2
    rows, columns = (
        np.abs(np.arange(side)[:, None] + 0.5 - middle).argmin(axis=1)
        for side, middle in zip((height, width), middles, strict=True)
    )
    return values.reshape(*values.shape[:2], positions, positions)[:, :, rows[:, None], columns]
