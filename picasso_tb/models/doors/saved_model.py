"""SavedModels of TensorFlow 2 and 1: read as data, never loaded."""

import os
import re
from collections.abc import Mapping
from typing import Any

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.doors.asked import Asked
from picasso_tb.models.doors.limits import read_proto
from picasso_tb.models.doors.meta_graph import classifier_of
from picasso_tb.models.graphs.nodes import Tensor
from picasso_tb.models.keras_architecture import choose, notes_of_choice, several_inputs
from picasso_tb.models.snapshot import Snapshot

_FORMAT = "TensorFlow SavedModel"
_SIGNATURE = "serving_default"


def open_folder(path: str, asked: Asked) -> Snapshot:
    """
    Raises:
        DamagedFile: it is truncated, or no SavedModel.
        ModelRefused: it holds no classifier of pictures, or does what a graph may not.
        InvalidArgument: it has no such output, or weights were given.
    """
    if asked.weights is not None:
        raise InvalidArgument(
            "weights: Expected none, since a SavedModel holds its own. Received: "
            f"{asked.weights!r}. Save one SavedModel for each checkpoint",
            "weights",
        )
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    saved = read_proto(os.path.join(path, "saved_model.pb"), SavedModel)
    graphs = [one for one in saved.meta_graphs if "serve" in one.meta_info_def.tags] or list(
        saved.meta_graphs
    )
    if not graphs:
        raise ModelRefused(f"{path}: Expected a graph. Received: none.")
    signature = _signature(path, graphs[0].signature_def)
    pictures, end, notes = ends_of(signature, asked)
    prefix = os.path.join(path, "variables", "variables")
    return classifier_of(graphs[0], prefix, pictures, end, _FORMAT, notes)


def ends_of(signature: Any, asked: Asked) -> tuple[Tensor, Tensor, tuple[str, ...]]:
    """The input and the row of class values that a signature names, and what to tell the user."""
    inputs = {name: one.name for name, one in sorted(signature.inputs.items())}
    outputs = dict(sorted(signature.outputs.items(), key=lambda one: _counted(one[0])))
    if asked.input is not None:
        inputs = {name: tensor for name, tensor in inputs.items() if asked.input in (name, tensor)}
        if not inputs:
            listed = ", ".join(sorted(signature.inputs))
            raise InvalidArgument(
                f"input (--input-tensor): Expected one of {listed}. Received: {asked.input!r}", "input"
            )
    if len(inputs) != 1:
        raise several_inputs(len(inputs))
    names = list(outputs)
    if len(names) == 1 and asked.output is None:
        chosen = 0
    else:
        rows = [i for i, one in enumerate(outputs.values()) if len(one.tensor_shape.dim) == 2]
        chosen = choose(names, asked.output, rows)
    pictures, end = Tensor.parse(next(iter(inputs.values()))), Tensor.parse(outputs[names[chosen]].name)
    return pictures, end, tuple(notes_of_choice(names, chosen))


def _counted(name: str) -> list[str | int]:
    """To sort names by, so that `output_2` comes before `output_10`."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _signature(path: str, signatures: Mapping[str, Any]) -> Any:
    useful = {name: one for name, one in signatures.items() if one.inputs and one.outputs}
    if _SIGNATURE in useful:
        return useful[_SIGNATURE]
    if len(useful) != 1:
        listed = ", ".join(sorted(useful)) or "none"
        raise ModelRefused(
            f"{path}: Expected a signature {_SIGNATURE!r}, or only one. Received: {listed}. Save the model "
            "with signatures=."
        )
    return next(iter(useful.values()))
