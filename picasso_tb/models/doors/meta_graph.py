"""From a MetaGraph and its checkpoint to a classifier: what SavedModels and TensorFlow 1 graphs share."""

from collections.abc import Collection
from typing import Any

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.doors.checkpoint import read_objects, read_values
from picasso_tb.models.graphs.building import built
from picasso_tb.models.graphs.folding import settled
from picasso_tb.models.graphs.inlining import flat_graph
from picasso_tb.models.graphs.nodes import Tensor, needed, outputs_of
from picasso_tb.models.graphs.objects import keys_by_objects
from picasso_tb.models.graphs.variables import fed, keys_of, variables_of
from picasso_tb.models.snapshot import Snapshot

_PLACEHOLDERS = {"Placeholder", "PlaceholderWithDefault"}


def classifier_of(
    meta: Any, prefix: str, pictures: Tensor, end: Tensor, format: str, notes: tuple[str, ...]
) -> Snapshot:
    """
    Args:
        meta: a MetaGraphDef.
        prefix: of the checkpoint's files.
        pictures, end: input and output, as the graph names them.

    Raises:
        ModelRefused: it is no classifier of pictures, or does what a graph may not.
        InvalidArgument: an operation does not give that many tensors.
        NotFound, DamagedFile: see `read_values`.
    """
    nodes, (end,) = flat_graph(meta.graph_def, [end])
    nodes = settled(nodes, end, pictures.node)
    if pictures.node not in nodes:
        raise ModelRefused(
            f"Expected an output that depends on the input. Received: {end.node!r:.100}, which does not "
            f"depend on {pictures.node!r:.100}."
        )
    _refuse_missing_place(nodes[pictures.node], pictures, "input")
    _refuse_missing_place(nodes[end.node], end, "output")
    nodes[pictures.node] = _placeholder(nodes[pictures.node])
    variables = variables_of(nodes)
    keys = _keys(meta, prefix, variables)
    weights, arrays = read_values(prefix, keys, variables) if variables else ({}, [])
    return built(needed(fed(nodes, weights), [end.node]), pictures.node, end, arrays, format, notes)


def _keys(meta: Any, prefix: str, variables: Collection[str]) -> dict[str, str]:
    """Under which key the checkpoint keeps each variable: the saver may be wired to handles of its own."""
    restore = Tensor.parse(meta.saver_def.restore_op_name)
    keys = keys_of(flat_graph(meta.graph_def, [restore])[0]) if restore.node else {}
    if keys.keys() >= set(variables) or not meta.object_graph_def.nodes:
        return keys
    return {**keys_by_objects(meta, read_objects(prefix)), **keys}


def _refuse_missing_place(node: Any, tensor: Tensor, field: str) -> None:
    given = sum(number for _, number in outputs_of(node))
    if tensor.place >= given:
        raise InvalidArgument(
            f"{field}: Expected a number below {given} behind the colon of {node.name!r:.100}. Received: "
            f"{tensor.place}",
            field,
        )


def _placeholder(node: Any) -> Any:
    """
    Raises:
        ModelRefused: the input is computed from something else.
    """
    if node.op not in _PLACEHOLDERS:
        raise ModelRefused(
            f"Expected a placeholder as input. Received: {node.name!r:.100}, a {node.op!r:.60}."
        )
    copy = type(node)(name=node.name, op="Placeholder")
    for key in ("dtype", "shape"):
        copy.attr[key].CopyFrom(node.attr[key])
    return copy
