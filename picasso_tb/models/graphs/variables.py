"""Variables of a graph as weights that are fed, and where a checkpoint keeps their values."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.graphs.nodes import Nodes, Tensor, inputs_of, node_of, source_of

_VARIABLES = {"VarHandleOp", "VariableV2", "Variable"}
_HANDLES = {"VarHandleOp", "Placeholder"}  # a function's argument is one too
_READS = {"ReadVariableOp", "ResourceGather"}  # whole, and some of its rows
_ASSIGNMENTS = {"Assign", "AssignVariableOp"}


@dataclasses.dataclass(frozen=True)
class Weight:
    """One of the arrays that are fed in place of variables.

    Attributes:
        index: its place among the weights.
        type: number of its type, as TensorFlow counts.
    """

    index: int
    type: int
    shape: tuple[int, ...]

    @property
    def name(self) -> str:
        """Of the placeholder that it is fed to."""
        return weight_name(self.index)


def weight_name(index: int) -> str:
    return f"weights/{index}"


def variables_of(nodes: Nodes) -> dict[str, int]:
    """The variables among the nodes, in order, with the numbers of their types."""
    return {name: node.attr["dtype"].type for name, node in nodes.items() if node.op in _VARIABLES}


def fed(nodes: Nodes, weights: Mapping[str, Weight]) -> Nodes:
    """The nodes with placeholders in place of the variables.

    Args:
        weights: what to feed, by the name of the variable's node.
    """
    found: Nodes = {}
    for name, node in nodes.items():
        reads = node.op in _READS
        weight = weights.get(source_of(nodes, inputs_of(node)[0]).node if reads else name)
        if weight is None or node.op in _HANDLES:  # what changes a variable still takes its handle
            found[name] = node
        if weight is None:
            continue
        placeholder = type(node)(name=weight.name, op="Placeholder")
        placeholder.attr["dtype"].type = weight.type
        placeholder.attr["shape"].shape.SetInParent()
        for side in weight.shape:
            placeholder.attr["shape"].shape.dim.add(size=side)
        found.setdefault(weight.name, placeholder)
        if node.op == "ResourceGather":
            found[name] = _gather(node, weight)
        elif node.op not in _HANDLES:
            found[name] = type(node)(name=name, op="Identity", input=[weight.name])
            found[name].attr["T"].type = weight.type
    return found


def _gather(node: Any, weight: Weight) -> Any:
    """Rows of what is fed, in place of rows of a variable.

    Raises:
        ModelRefused: they are chosen for each picture apart.
    """
    if node.attr["batch_dims"].i:
        raise ModelRefused(
            f"Expected rows of whole variables. Received: {node.name!r:.100}, of one for each picture."
        )
    copy = type(node)(name=node.name, op="Gather", input=[weight.name, str(inputs_of(node)[1])])
    copy.attr["Tparams"].type, copy.attr["Tindices"].type = weight.type, node.attr["Tindices"].type
    return copy


def keys_of(nodes: Nodes) -> dict[str, str]:
    """Under which key a checkpoint keeps each variable, by its name in the graph.

    What the saver would restore is read off its wiring, and nothing is run.

    Raises:
        ModelRefused: a variable is kept in parts.
    """
    keys = {}
    for node in nodes.values():
        if node.op not in _ASSIGNMENTS:
            continue
        variable, value = (source_of(nodes, tensor) for tensor in inputs_of(node)[:2])
        restore = node_of(nodes, value.node)
        if restore.op != "RestoreV2":
            continue
        _, names, slices = (_texts(nodes, tensor) for tensor in inputs_of(restore))
        if slices[value.place : value.place + 1] not in ([], [""]):
            raise ModelRefused(
                f"Expected variables in one piece. Received: {variable.node!r:.100}, which is kept in parts."
            )
        if value.place < len(names):
            keys[variable.node] = names[value.place]
    return keys


def _texts(nodes: Nodes, tensor: Tensor) -> list[str]:
    node = node_of(nodes, source_of(nodes, tensor).node)
    values = node.attr["value"].tensor.string_val if node.op == "Const" else []
    return [one.decode(errors="replace") for one in values]
