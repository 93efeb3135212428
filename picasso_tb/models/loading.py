"""From an architecture's text and weights to a model that answers, whatever its format."""

import json
import sys
from collections.abc import Sequence
from typing import Any, Protocol

import numpy.typing as npt

from picasso_tb.errors import CannotCompute, DamagedFile, ModelRefused, NeedsCode
from picasso_tb.models.graphs.text import FORMAT, GraphArchitecture
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.protocol import Model


class LoadedModel(Model, Protocol):
    """A model that takes the weights of one checkpoint after the other."""

    input_spec: InputSpec  # complete, as far as the model goes
    ends_in_probabilities: bool  # that the model itself gives, rather than its scores

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        ...

    def assign(self, weights: Sequence[npt.NDArray[Any]]) -> None:
        """Take another checkpoint of the same architecture.

        Raises:
            InvalidArgument: the weights are of another architecture; nothing was changed then.
        """
        ...


def refuse_graph_mode() -> None:
    """
    Raises:
        CannotCompute: TensorFlow computes nothing here until a session runs it.
    """
    tf = sys.modules.get("tensorflow")  # whoever did not import it did not turn it off
    if tf is not None and not tf.executing_eagerly():
        raise CannotCompute(
            "Expected TensorFlow with eager execution. Received: a process that turned it off "
            "(disable_eager_execution, disable_v2_behavior), or a call inside a graph. Explain the model in "
            "a process of its own, or outside the graph."
        )


def load(architecture: str, weights: Sequence[npt.NDArray[Any]], input_spec: InputSpec) -> LoadedModel:
    """The model of an architecture and weights. Runs no code from either.

    Args:
        architecture: the text of `Architecture.config`.
        weights: in the order of `Architecture.weights`.
        input_spec: what it leaves open is taken from the model.

    Raises:
        CannotCompute: TensorFlow is without eager execution.
        DamagedFile: the text is none of an architecture.
        ModelRefused: the architecture can't be built here.
        InvalidArgument: the weights or the input specification are of another model.
    """
    refuse_graph_mode()
    try:
        content = json.loads(architecture)
    except (ValueError, RecursionError) as error:
        raise DamagedFile("Expected the JSON text of an architecture. Received: another text.") from error
    if not isinstance(content, dict):
        raise DamagedFile("Expected the JSON text of an architecture. Received: another value.")
    if content.get("format") == FORMAT:
        from picasso_tb.models.graph_model import GraphModel

        return GraphModel(GraphArchitecture.from_content(content), weights, input_spec)
    from picasso_tb.models.keras_model import KerasModel

    try:
        return KerasModel(architecture, weights, input_spec)
    except NeedsCode as why:
        raise ModelRefused(f"{why} {why.way}".rstrip()) from why
