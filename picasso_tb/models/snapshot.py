"""A model at one moment, whatever framework made it."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import InvalidArgument
from picasso_tb.models.architecture import Architecture


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """What the Writer takes in place of a Keras model; no framework is imported for it.

    Attributes:
        weights: in the order of `architecture.weights`.
        format: of the file that it was read from, in words.
        notes: what was chosen or assumed while it was read, in words for the user.

    Raises:
        InvalidArgument: the weights are not those of the architecture.
    """

    architecture: Architecture
    weights: Sequence[npt.NDArray[Any]]
    format: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        expected = [weight.shape for weight in self.architecture.weights]
        received = [np.shape(array) for array in self.weights]
        if expected != received:
            raise InvalidArgument(f"weights: Expected shapes {expected}. Received: {received}", "weights")


def architecture_of(model: object) -> Architecture:
    """What the model is, apart from its weights.

    Raises:
        ModelRefused: it cannot be described, and why.
    """
    if isinstance(model, Snapshot):
        return model.architecture
    from picasso_tb.models.keras_architecture import describe

    return describe(model)


def copied_weights(model: Any) -> list[npt.NDArray[Any]]:
    """The weights used for inference (no optimizer's, no metric's) as they are now."""
    if isinstance(model, Snapshot):
        return [np.array(array) for array in model.weights]
    return list(model.get_weights())
