"""A model whose every answer is looked at before a method builds on it."""

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import ModelRefused
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


class CheckedModel:
    """The model itself, with answers of another shape, type or without a finite value refused."""

    def __init__(self, model: Model) -> None:
        self.classes = model.classes
        self.head = model.head
        self.value_range = model.value_range
        self.score_name = model.score_name
        self.score_source = model.score_source
        self.notes = model.notes
        self.layers = model.layers
        self._model = model

    @property
    def computation(self) -> str:
        return self._model.computation

    def scores(self, images: Images) -> Scores:
        return _checked("scores", self._model.scores(images), (len(images), self.classes))

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        shape = (*targets.shape, *images.shape[1:])
        return _checked("gradients", self._model.gradients(images, targets), shape)

    def activations(self, images: Images, targets: Targets, layer: str) -> ActivationsAndGradients:
        activations, gradients = self._model.activations(images, targets, layer)
        shape = activations.shape[1:]
        if len(shape) != 3:
            raise ModelRefused(
                f"Expected activations of {layer} (n, height, width, channels). Received: {activations.shape}"
            )
        return ActivationsAndGradients(
            _checked(f"activations of {layer}", activations, (len(images), *shape)),
            _checked(f"gradients at {layer}", gradients, (*targets.shape, *shape)),
        )

    def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
        shape = (len(images), len(patches), self.classes)
        return _checked("scores", self._model.covered_scores(images, patches, fill), shape)


def _checked(what: str, answer: npt.NDArray[np.float32], shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    if answer.shape != shape or answer.dtype != np.float32:
        raise ModelRefused(f"Expected {what} float32 {shape}. Received: {answer.dtype} {answer.shape}")
    if not np.isfinite(answer).all():
        raise ModelRefused(
            f"Expected finite {what}. Received: NaN or infinite values. Has the training diverged before "
            "this checkpoint?"
        )
    return answer
