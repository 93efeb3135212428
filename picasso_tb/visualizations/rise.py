"""RISE: the score under many random masks, credited to what they let through."""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from picasso_tb.models.protocol import CoveredScores, Images, Maps, Model, Targets
from picasso_tb.visualizations.declare import Needs, PaintingSettings, Result, Sign, Views, visualization
from picasso_tb.visualizations.fills import Fill, fill_of
from picasso_tb.visualizations.masks import RandomMasks
from picasso_tb.visualizations.perturbation import Measured, Numbers, Places, Score, measure

Sums = npt.NDArray[np.float64]

_VALUES_AT_ONCE = 2**21  # in one batch of masked images: bounds the memory, whatever their size
_MASKS_AT_ONCE = 32


class RiseSettings(PaintingSettings):
    masks: int = Field(
        1000, ge=50, le=10_000, title="Masks", description="How many random masks; more give less noise."
    )
    grid: int = Field(
        7, ge=2, le=32, title="Grid", description="Cells of a mask along each side: more show smaller parts."
    )
    probability: float = Field(
        0.5,
        ge=0.1,
        le=0.9,
        title="Probability",
        description="Probability that a mask lets a cell through.",
        json_schema_extra={"percent": True},
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, title="Seed", description="The same seed draws the same masks.")
    fill: Fill = "grey"
    score: Score = "probability"
    value: Literal["drop", "value"] = Field(
        "drop",
        title="Show",
        description="How far the score falls while the pixel is hidden, or its mean while visible.",
    )


def _quantity(settings: RiseSettings) -> str:
    name = "class probability" if settings.score == "probability" else settings.score
    return f"drop in mean {name} when hidden" if settings.value == "drop" else f"mean {name} when visible"


def _sign(settings: RiseSettings) -> Sign:
    one_sided = settings.value == "value" and settings.score == "probability"
    return Sign.MAGNITUDE if one_sided else Sign.SIGNED


def _view(
    arrays: Mapping[str, Numbers], targets: Targets, settings: RiseSettings, shape: tuple[int, int]
) -> Result | None:
    measured = Measured.of(arrays, "mask")
    weighing = _Weighing(_masks(settings, *shape), settings.value == "drop")
    return _result(measured, targets, settings, weighing) if measured.holds(targets) else None


@visualization(
    title="RISE",
    summary="Hides random parts of the picture again and again and shows which parts the score hangs on.",
    paper="https://arxiv.org/abs/1806.07421",
    needs=Needs.SCORES,
    sign=_sign,
    settings=RiseSettings,
    quantity=_quantity,
    passes=lambda settings, targets: settings.masks + 1,
    sampled=True,
    views=Views(frozenset({"score", "value"}), _view),
)
def rise(model: Model, images: Images, targets: Targets, settings: RiseSettings) -> Iterator[Result]:
    """Weigh random masks with the score of what they let through (Petsiuk, Das and Saenko 2018).

    A pixel's value is the mean score over the masks, weighed with how visible each leaves the pixel. The sum
    is divided by the sum of the masks actually drawn, not, as in the paper, by its expectation, so that a
    pixel which happens to be visible more often isn't brighter. Shown as a drop, the mean weighed with how
    hidden the pixel is is taken off, so that a pixel without effect is 0 but for the noise, which falls with
    the square root of the number of masks. Near an edge, where a pixel shares its masks with fewer others, it
    is smaller. All images are seen through the same masks.

    Returns:
        Better and better: maps (n, k, h, w), and `mask_scores` (n, k, masks): the chosen score behind each
        mask. The other arrays are as those of occlusion, with `mask` in place of `position`.
    """
    height, width = images.shape[1:3]
    spread = (height / settings.grid / 2, width / settings.grid / 2)
    fill = np.broadcast_to(fill_of(settings.fill, images, model.value_range, spread), images.shape)
    masks = _masks(settings, height, width)
    weighing = _Weighing(masks, settings.value == "drop")
    at_once = max(1, _VALUES_AT_ONCE // images[0].size)

    def masked(places: Places) -> CoveredScores:
        scores = np.empty((len(images), len(places), model.classes), np.float32)
        for start in range(0, len(places), at_once):
            shown = masks.drawn(places[start : start + at_once])[..., None]
            for index, (image, paint) in enumerate(zip(images, fill, strict=True)):
                scores[index, start : start + at_once] = model.scores(paint + shown * (image - paint))
        return scores

    for measured in measure(model, images, targets, settings.masks, np.arange(settings.masks), masked):
        yield _result(measured, targets, settings, weighing)


def _result(measured: Measured, targets: Targets, settings: RiseSettings, weighing: "_Weighing") -> Result:
    """What is known so far, drawn and said as the settings want it."""
    _, scores = measured.view(targets, settings.score)
    return Result(
        weighing.maps(scores),
        measured.arrays("mask", settings.masks),
        {"mask_scores": scores},
        target_notes=measured.saturated(targets) if settings.score == "probability" else (),
    )


def _masks(settings: RiseSettings, height: int, width: int) -> RandomMasks:
    return RandomMasks(settings.masks, settings.grid, settings.probability, settings.seed, height, width)


class _Weighing:
    """Running means over the masks, each weighed with what it shows, or hides, of a pixel."""

    def __init__(self, masks: RandomMasks, as_drop: bool) -> None:
        self._masks = masks
        self._as_drop = as_drop
        self._known = np.zeros(len(masks), bool)
        self._gained: Sums = np.zeros(1)
        self._visible: Sums = np.zeros(1)
        self._total: Sums = np.zeros(1)

    def maps(self, scores: Numbers) -> Maps:
        """Maps (n, k, h, w) from the scores (n, k, masks), of which those that are NaN don't count yet."""
        known = np.asarray(np.isfinite(scores).all(axis=(0, 1)))
        new = np.nonzero(known & ~self._known)[0]
        for start in range(0, len(new), _MASKS_AT_ONCE):
            self._add(scores, new[start : start + _MASKS_AT_ONCE])
        self._known = known
        shown = _mean(self._gained, self._visible)
        if self._as_drop:
            shown = shown - _mean(self._total - self._gained, known.sum() - self._visible)
        return np.asarray(shown, np.float32)

    def _add(self, scores: Numbers, places: Places) -> None:
        drawn, found = self._masks.drawn(places), scores[:, :, places]
        self._gained = self._gained + np.einsum("nkp,phw->nkhw", found, drawn, optimize=True)
        self._visible = self._visible + drawn.sum(axis=0, dtype=np.float64)
        self._total = self._total + found.sum(axis=2, dtype=np.float64)[..., None, None]


def _mean(sums: Sums, weights: Sums) -> Sums:
    """NaN where a pixel was never visible, or never hidden: it was not measured."""
    return np.divide(sums, weights, out=np.full_like(sums, np.nan), where=weights > 1e-6)
