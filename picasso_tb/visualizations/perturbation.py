"""What methods share that hide parts of the image and look how the score changes.

They ask the model once for each part hidden, keep what it says of every class, and make their maps from
that: the score, the class and the meaning of a value are views of one computation.

Shape letters: p parts hidden, one after another; kept classes.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from picasso_tb.models.protocol import CoveredScores, Head, Images, Model, Scores, Targets
from picasso_tb.visualizations.declare import Notes, each_target

Numbers = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]  # indices of parts

Score = Annotated[
    Literal["probability", "log-probability", "logit"],
    Field(
        title="Score",
        description="What changes. Where a probability is nearly 0 or 1, only the logit shows an effect.",
    ),
]
ALL_KEPT = 100  # with more classes than this, ...
BEST_KEPT = 20  # ... these many of the most probable are kept, and those asked for
_MOST_PORTIONS = 8  # into which what comes after the first quarter falls


@dataclasses.dataclass(frozen=True)
class Measured:
    """What the model said of n images, whole and with each part hidden; NaN where it was not asked (yet).

    Attributes:
        classes: (n, kept), ascending.
        untouched: (n, kept, 1), logits of the whole image.
        logits: (n, kept, p).
        untouched_normalizer: (n, 1), logarithm of the sum of all classes' exponentials; None where each
            class is for itself.
        normalizer: (n, p), likewise.
    """

    classes: Targets
    untouched: Numbers
    logits: Numbers
    untouched_normalizer: Numbers | None
    normalizer: Numbers | None

    def view(self, targets: Targets, score: str) -> tuple[Numbers, Numbers]:
        """The chosen score of the targets for the whole image (n, k, 1) and with parts hidden (n, k, p)."""
        places = np.argmax(self.classes[:, None] == targets[:, :, None], axis=2)[..., None]
        whole, hidden = (np.take_along_axis(some, places, axis=1) for some in (self.untouched, self.logits))
        return (
            _scores_from(whole, self.untouched_normalizer, score),
            _scores_from(hidden, self.normalizer, score),
        )

    def holds(self, targets: Targets) -> bool:
        """Whether all of the targets (n, k) were kept."""
        return bool((self.classes[:, None] == targets[:, :, None]).any(axis=2).all())

    def saturated(self, targets: Targets) -> Notes:
        """A sentence for each target whose probability stays near 0 or 1 although its logit moves."""
        (whole, hidden), logits = self.view(targets, "probability"), self.view(targets, "logit")
        if np.isnan(hidden).all():
            return ()
        change, shift = np.nanmax(abs(whole - hidden), axis=2), np.nanmax(abs(logits[0] - logits[1]), axis=2)
        probability = whole[..., 0]
        found = (np.minimum(probability, 1 - probability) < 0.01) & (change < 0.01) & (shift > 0.1)

        def said(place: tuple[int, int]) -> list[str]:
            return [
                f"Class {targets[place]} stays at probability {probability[place]:.3g} whatever is hidden, "
                f"while its logit moves by up to {shift[place]:.2g}. Choose the logit as score to see where "
                "the network looks."
            ] * bool(found[place])

        return each_target(targets, said)

    def arrays(self, prefix: str, *shape: int) -> dict[str, Numbers]:
        """As kept beside a map: names begin with the prefix, the parts take the shape."""
        kept = {
            "kept_classes": self.classes.astype(np.float32),
            f"{prefix}_logits": self.logits.reshape(*self.classes.shape, *shape),
            "untouched_logits": self.untouched[..., 0],
        }
        if self.normalizer is not None and self.untouched_normalizer is not None:
            kept[f"{prefix}_log_normalizer"] = self.normalizer.reshape(-1, *shape)
            kept["untouched_log_normalizer"] = self.untouched_normalizer
        return kept

    @classmethod
    def of(cls, arrays: Mapping[str, Numbers], prefix: str) -> "Measured":
        """What was measured, from the arrays kept beside a map."""
        classes = arrays["kept_classes"].astype(np.int64)
        normalizer = arrays.get(f"{prefix}_log_normalizer")
        return cls(
            classes,
            arrays["untouched_logits"][..., None],
            arrays[f"{prefix}_logits"].reshape(*classes.shape, -1),
            arrays.get("untouched_log_normalizer"),
            None if normalizer is None else normalizer.reshape(len(classes), -1),
        )


def measure(
    model: Model,
    images: Images,
    targets: Targets,
    parts: int,
    order: Places,
    scores_without: Callable[[Places], CoveredScores],
) -> Iterator[Measured]:
    """Hide part after part and yield what is known so far, ever more; the last time it is all.

    Args:
        parts: how many there are.
        order: those to ask for, the most telling first.
        scores_without: scores (n, some, classes) with each of some parts hidden.
    """
    whole = model.scores(images)[:, None]
    classes = _classes_to_keep(whole[:, 0], targets)
    exclusive = model.head is Head.SOFTMAX
    logits = np.full((*classes.shape, parts), np.nan, np.float32)
    normalizer = np.full((len(images), parts), np.nan, np.float32)
    measured = Measured(
        classes,
        _of_classes(whole, classes),
        logits,
        _log_normalizer(whole) if exclusive else None,
        normalizer if exclusive else None,
    )
    for places in _portions(order):
        scores = scores_without(places)
        logits[:, :, places] = _of_classes(scores, classes)
        if exclusive:
            normalizer[:, places] = _log_normalizer(scores)
        yield measured


def _portions(order: Places) -> Iterator[Places]:
    """Ever larger portions, so that something can be shown early: each doubles what is known, to a bound."""
    start, most = 0, -(-len(order) // _MOST_PORTIONS)
    while start < len(order):
        size = min(max(start, 8), most)
        yield order[start : start + size]
        start += size


def _scores_from(logits: Numbers, normalizer: Numbers | None, score: str) -> Numbers:
    """(n, k, p) from the logits of k classes."""
    if score == "logit":
        return logits
    with np.errstate(invalid="ignore"):  # NaN stays NaN: not asked yet
        log_probability = -np.logaddexp(0, -logits) if normalizer is None else logits - normalizer[:, None]
    return log_probability if score == "log-probability" else np.exp(log_probability)


def _of_classes(scores: CoveredScores, classes: Targets) -> Numbers:
    """(n, k, p) from (n, p, classes)."""
    return np.take_along_axis(scores, classes[:, None], axis=2).swapaxes(1, 2)


def _log_normalizer(scores: CoveredScores) -> Numbers:
    """(n, p) from (n, p, classes)."""
    normalizer: Numbers = np.logaddexp.reduce(scores, axis=2)
    return normalizer


def _classes_to_keep(scores: Scores, targets: Targets) -> Targets:
    """Class indices (n, kept), ascending: all, or the targets and the most probable besides."""
    classes = scores.shape[1]
    count = classes if classes <= ALL_KEPT else min(classes, BEST_KEPT + targets.shape[1])
    ranked = scores.copy()
    np.put_along_axis(ranked, targets, np.inf, axis=1)
    return np.sort(np.argsort(-ranked, axis=1, kind="stable")[:, :count], axis=1)
