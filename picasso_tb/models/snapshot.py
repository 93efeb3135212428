"""A model at one moment, whatever framework made it."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import InvalidArgument, NeedsCode
from picasso_tb.models.architecture import Architecture


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """What the Writer takes in place of a Keras model; no framework is imported for it.

    Attributes:
        weights: in the order of `architecture.weights`.
        format: of the file that it was read from, in words.

    Raises:
        InvalidArgument: the weights are not those of the architecture.
    """

    architecture: Architecture
    weights: Sequence[npt.NDArray[Any]]
    format: str = ""

    def __post_init__(self) -> None:
        expected = [weight.shape for weight in self.architecture.weights]
        received = [np.shape(array) for array in self.weights]
        if expected != received:
            raise InvalidArgument(f"weights: Expected shapes {expected}. Received: {received}", "weights")


def architecture_of(
    model: object, names: Sequence[str] | None = None, output: str | int | None = None
) -> Architecture:
    """What the model is, apart from its weights.

    Args:
        names: of the classes, where they are known: two of them make of a single number a logit.
        output: name or index of the row of class values, where a live model has several.

    Raises:
        InvalidArgument: it is no model, or has no such output.
        ModelRefused: it cannot be described, and why.
    """
    if isinstance(model, Snapshot):
        refuse_output(output, "a Snapshot")
        found = model.architecture
    else:
        from picasso_tb.models.keras_architecture import describe
        from picasso_tb.models.live_graph import traced

        try:
            found = describe(model, output)
        except NeedsCode as why:
            found = traced(model, str(why), output)
    return found.with_two_classes() if len(names or ()) == 2 else found


def refuse_output(output: str | int | None, model: str) -> None:
    """
    Raises:
        InvalidArgument: an output was given with a model for which one was chosen already.
    """
    if output is not None:
        raise InvalidArgument(
            f"output: Expected none with {model}, which has one output. Received: {output!r:.100}", "output"
        )


def copied_weights(
    model: Any, architecture: Architecture, output: str | int | None = None
) -> list[npt.NDArray[Any]]:
    """The weights used for inference (no optimizer's, no metric's) as they are now.

    Args:
        architecture: of the model.
        output: as it was given for the architecture.
    """
    if isinstance(model, Snapshot):
        return [np.array(array) for array in model.weights]
    from picasso_tb.models.keras_architecture import as_plain_network, head_of, weights_of

    if architecture.weights == weights_of(model):
        return list(model.get_weights())
    return list(head_of(as_plain_network(model), output)[0].get_weights())  # one of several outputs
