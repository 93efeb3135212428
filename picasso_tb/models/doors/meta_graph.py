"""From a MetaGraph and its checkpoint to a classifier: what SavedModels and TensorFlow 1 graphs share."""

from typing import Any

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.doors.checkpoint import read_values
from picasso_tb.models.graphs.building import built
from picasso_tb.models.graphs.folding import settled
from picasso_tb.models.graphs.inlining import flat_graph
from picasso_tb.models.graphs.nodes import Tensor, needed, outputs_of
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
    weights, arrays = read_values(prefix, _keys(meta), variables) if variables else ({}, [])
    return built(needed(fed(nodes, weights), [end.node]), pictures.node, end, arrays, format, notes)


def _keys(meta: Any) -> dict[str, str]:
    """Under which key the checkpoint keeps each variable, as the saver is wired."""
    restore = Tensor.parse(meta.saver_def.restore_op_name)
    if not restore.node:
        return {}
    nodes, _ = flat_graph(meta.graph_def, [restore])
    return keys_of(nodes)


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
