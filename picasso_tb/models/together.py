"""What a method asks of one image after another, answered for many of them by one pass."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from picasso_tb.models.protocol import (
    ActivationsAndGradients,
    CoveredScores,
    Gradients,
    Images,
    Model,
    Patch,
    Scores,
    Targets,
)

_VALUES_AT_ONCE = 2**24  # that are kept until their images are asked about


class Together:
    """A model that is asked about each of some images in turn.

    A method is called for one image at a time, so that what it says is said of that image alone. But its
    first question is the same for all of them.

    Args:
        images: (n, h, w, c).
        targets: (n, k).
    """

    def __init__(self, model: Model, images: Images, targets: Targets) -> None:
        self.model = model
        self.images = images
        self.targets = targets
        self._answers: dict[str | None, dict[int, Any]] = {}  # by layer, None being the input, and by row

    def of(self, row: int) -> "OneOfMany":
        """The model to be asked about that image."""
        return OneOfMany(self, row)

    def answer(
        self, row: int, layer: str | None, values: int, compute: Callable[[Images, Targets], Iterable[Any]]
    ) -> Any:
        """What `compute` gives for that row; it is asked for some rows at once.

        Args:
            values: that it gives for one image and one target.
        """
        known = self._answers.setdefault(layer, {})
        if row not in known:
            size = max(1, _VALUES_AT_ONCE // (values * self.targets.shape[1]))
            part = slice(row, row + size)
            found = compute(self.images[part], self.targets[part])
            self._answers[layer] = known = dict(enumerate(found, start=row))
        return known[row]


class OneOfMany:
    """The model, as a method sees it that is called for one of many images."""

    def __init__(self, many: Together, row: int) -> None:
        self.classes = many.model.classes
        self.head = many.model.head
        self.value_range = many.model.value_range
        self.score_name = many.model.score_name
        self.score_source = many.model.score_source
        self.notes = many.model.notes
        self.layers = many.model.layers
        self._model = many.model
        self._many = many
        self._row = row
        self.computation = ""  # of this image's covered scores

    def scores(self, images: Images) -> Scores:
        return self._model.scores(images)

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        if not self._is_asked_of_all(images, targets):
            return self._model.gradients(images, targets)
        slopes: Gradients = self._many.answer(self._row, None, images.size, self._model.gradients)
        return slopes[None].copy()

    def activations(self, images: Images, targets: Targets, layer: str) -> ActivationsAndGradients:
        height, width = images.shape[1:3]
        values = {
            one.name: one.channels * (one.height or height) * (one.width or width) for one in self.layers
        }
        if layer not in values or not self._is_asked_of_all(images, targets):
            return self._model.activations(images, targets, layer)

        def compute(images: Images, targets: Targets) -> Iterable[Any]:
            return zip(*self._model.activations(images, targets, layer), strict=True)

        found = self._many.answer(self._row, layer, values[layer], compute)
        return ActivationsAndGradients(*(one[None].copy() for one in found))

    def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
        scores = self._model.covered_scores(images, patches, fill)
        self.computation = self._model.computation
        return scores

    def _is_asked_of_all(self, images: Images, targets: Targets) -> bool:
        """Whether these are this image and its targets, and not variants of them."""
        one = slice(self._row, self._row + 1)
        same_targets = np.array_equal(targets, self._many.targets[one])
        return same_targets and np.array_equal(images, self._many.images[one])
