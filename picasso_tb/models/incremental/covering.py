"""Scores with patches covered: the short way where it is exact and pays, else by the network in full."""

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.models.batch_size import BatchSize
from picasso_tb.models.incremental.engine import DoesNotFit, IncrementalNetwork, Untouched, Variant
from picasso_tb.models.incremental.folding import FoldedNetwork
from picasso_tb.models.incremental.graph import CannotFollow
from picasso_tb.models.incremental.plan import Plan
from picasso_tb.models.incremental.spread import Pair
from picasso_tb.models.protocol import Patch, Scores

_LEAST_SAVING = 1.2  # in multiplications; below it, putting regions together costs more than it saves
_LEAST_SAVED = 10**5  # multiplications for each position; below it, calls cost more than the network
_SECONDS_TO_COMPILE = 0.03  # for each operation of the network
_MOST_AT_ONCE = 64  # patches in a batch ...
_VALUES_AT_ONCE = 2**23  # ... whose images would hold so many values: bounds the memory
_PATCHES_COMPARED = 6
_TOLERANCE = 1e-4  # of the compared scores' range, or of their size where that is larger

Image = npt.NDArray[np.float32]  # (h, w, c)
InFull = Callable[[Image, Image, list[Patch]], Scores]


class Covering:
    """Scores of a Keras network with patches of its image covered.

    The short way has to be compiled first. So as much time is given to the network itself before: whoever
    asks little never waits for the compiler, and whoever asks much waits for it once.

    Attributes:
        computation: how the last scores were computed and why not faster, in words.

    Args:
        network: what was folded, or why it can't be.
        scores_from: from the network's outputs (n, units) to scores (n, classes), in TensorFlow.
        in_full: the same as `scores`, by the network itself.
        patience: seconds before the short way is tried; None for what compiling it is expected to take.
    """

    def __init__(
        self,
        network: FoldedNetwork | CannotFollow,
        scores_from: Callable[[Any], Any],
        in_full: InFull,
        patience: float | None = None,
    ) -> None:
        self.computation = ""
        self._scores_from = scores_from
        self._in_full = in_full
        self._seconds_in_full = 0.0
        self._pace_in_full = math.inf  # least seconds a position
        self._proven: set[Variant] = set()
        self._batch_sizes: dict[Variant, BatchSize] = {}
        self._untouched: tuple[Variant, Untouched] | None = None
        self._network: IncrementalNetwork | None = None
        self._obstacle, operations = "", 0
        if isinstance(network, CannotFollow):
            self._obstacle = str(network)
        else:
            self._network, operations = IncrementalNetwork(network), len(network.nodes)
        self._patience = _SECONDS_TO_COMPILE * operations if patience is None else patience

    def take_weights(self) -> None:
        """After the network was given other weights."""
        self._untouched = None

    def scores(self, image: Image, fill: Image, patches: list[Patch]) -> Scores:
        """(p, classes) with each patch covered by what `fill` (h, w, c) has there."""
        if self._network is None:
            self.computation = f"in full: {self._obstacle}"
        elif self._seconds_in_full < self._patience:
            self.computation = "in full: the short way is compiled when many more positions are asked for"
        else:
            for joins_fit in (True, False):
                variant = self._paying(self._network.variant(_largest(patches), joins_fit))
                try:
                    if variant and self._is_proven(variant, image, fill, patches):
                        return self._short(variant, image, fill, patches)
                    break
                except DoesNotFit:
                    continue
        began = time.monotonic()
        scores = self._in_full(image, fill, patches)
        seconds = time.monotonic() - began
        self._seconds_in_full += seconds
        self._pace_in_full = min(self._pace_in_full, seconds / max(1, len(patches)))
        return scores

    def _paying(self, variant: Variant) -> Variant | None:
        """The variant; None where it would save, or has saved, too little."""
        pace = self._batch_sizes[variant].pace if variant in self._batch_sizes else None
        if pace and pace > self._pace_in_full:  # small networks: the work around them counts
            self.computation = "in full: the short way proved slower"
            return None
        saved = 1 - 1 / variant.plan.saving
        if variant.plan.saving < _LEAST_SAVING:
            self.computation = f"in full: the short way would save {saved:.0%} of the multiplications only"
            return None
        if variant.plan.multiplications * saved < _LEAST_SAVED:
            self.computation = "in full: the network is so small that the short way would not pay"
            return None
        return variant

    def _is_proven(self, variant: Variant, image: Image, fill: Image, patches: list[Patch]) -> bool:
        """Whether some positions get the scores that the network itself gives; looked at once a variant."""
        if variant not in self._proven:
            places = np.linspace(0, len(patches) - 1, _PATCHES_COMPARED).astype(int)
            sample = [patches[place] for place in dict.fromkeys(places.tolist())]
            found = self._short(variant, image, fill, sample)
            if not _agree(found, self._in_full(image, fill, sample)):
                self._obstacle = "the short way gave other scores than the network"
                self._network, self._untouched = None, None
                self.computation = f"in full: {self._obstacle}"
                return False
            self._proven.add(variant)
        return True

    def _short(self, variant: Variant, image: Image, fill: Image, patches: list[Patch]) -> Scores:
        """
        Raises:
            DoesNotFit: see `Variant.covered`.
        """
        untouched = self._of_image(variant, image)
        if variant not in self._batch_sizes:
            self._batch_sizes[variant] = BatchSize(min(_MOST_AT_ONCE, _VALUES_AT_ONCE // image.size))
        order = variant.order(patches)
        scores = []
        for part in self._batch_sizes[variant].parts(len(order)):
            some = [patches[place] for place in order[part]]
            scores.append(self._scores_from(variant.covered(untouched, fill, some)).numpy())
        self.computation = _in_words(variant.plan)
        return np.concatenate(scores)[np.argsort(order)]

    def _of_image(self, variant: Variant, image: Image) -> Untouched:
        """The image's own values, kept for the next call: a map is asked for in parts."""
        if self._untouched is not None:
            known_for, known = self._untouched
            if known_for is variant and np.array_equal(known.image, image):
                return known
        made = variant.untouched(image)
        self._untouched = variant, made
        return made


def _largest(patches: list[Patch]) -> Pair:
    height, width = (max(patch[side + 2] - patch[side] for patch in patches) for side in (0, 1))
    return max(1, height), max(1, width)


def _agree(found: Scores, expected: Scores) -> bool:
    size = max(float(np.ptp(expected)), float(np.abs(expected).max()))
    return bool(np.abs(found - expected).max() <= _TOLERANCE * size)  # NaN never agrees


def _in_words(plan: Plan) -> str:
    text = (
        f"incrementally, exact: {plan.on_boxes} of {plan.convolutions} convolutions only where the patch "
        f"reaches, {plan.saving:.1f} times fewer multiplications, {plan.in_full:.0%} of them where that is "
        "everywhere"
    )
    return f"{text}; from {plan.stopped_by} on in full" if plan.stopped_by else text
