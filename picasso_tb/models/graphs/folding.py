"""What is settled before a picture comes: values nobody feeds, and the branches that they choose."""

from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.graphs.nodes import Nodes, Tensor, inputs_of, needed, node_of, source_of, waits_for

_SWITCHES, _MERGES = {"Switch", "RefSwitch"}, {"Merge", "RefMerge"}


def settled(nodes: Nodes, end: Tensor, kept: str) -> Nodes:
    """What `end` is computed from, without branches that are not taken.

    Graphs made for training and use alike choose between the two by a value with a default.

    Args:
        kept: name of the input, which is fed even where it has a default.

    Raises:
        ModelRefused: a branch depends on the picture, or on a value that is not known.
    """
    nodes = {
        name: _default(node) if node.op == "PlaceholderWithDefault" and name != kept else node
        for name, node in needed(nodes, [end.node], waiting=True).items()
    }
    idle: set[str] = set()  # never computed
    for name, node in nodes.items():
        if node.op in _MERGES:
            taken = [one for one in inputs_of(node) if not _is_idle(nodes, one, idle)]
            if len(taken) == 1:
                nodes[name] = _identity(node, taken[0])
            elif not taken:
                idle.add(name)
            continue
        waits = any(_is_idle(nodes, Tensor(one), idle, waited_for=True) for one in waits_for(node))
        if waits or any(_is_idle(nodes, one, idle) for one in inputs_of(node)):
            idle.add(name)
    for name, node in nodes.items():
        if node.op in _SWITCHES and name not in idle:
            nodes[name] = _identity(node, inputs_of(node)[0])
    return needed({name: _on_one_place(nodes, node) for name, node in nodes.items()}, [end.node])


def _is_idle(nodes: Nodes, tensor: Tensor, idle: set[str], waited_for: bool = False) -> bool:
    node = node_of(nodes, tensor.node)
    if tensor.node in idle:
        return True
    if node.op not in _SWITCHES or waited_for:
        return False
    return tensor.place != _truth(nodes, inputs_of(node)[1])


def _truth(nodes: Nodes, tensor: Tensor) -> bool:
    """The truth value of a tensor.

    Raises:
        ModelRefused: it is not known yet.
    """
    node = node_of(nodes, source_of(nodes, tensor).node)
    if node.op == "LogicalNot":
        return not _truth(nodes, inputs_of(node)[0])
    if node.op != "Const" or not node.attr["value"].tensor.bool_val:
        raise ModelRefused(
            "Expected a graph without branches. Received: one that branches on "
            f"{node.name!r:.100} ({node.op}). Build the graph again with a constant in its place: False for "
            "what is True while training."
        )
    return bool(node.attr["value"].tensor.bool_val[0])


def _default(node: Any) -> Any:
    return _identity(node, inputs_of(node)[0], kind="dtype")


def _identity(node: Any, source: Tensor, kind: str = "T") -> Any:
    copy = type(node)(name=node.name, op="Identity", input=[str(source)])
    copy.attr["T"].type = node.attr[kind].type
    return copy


def _on_one_place(nodes: Nodes, node: Any) -> Any:
    """The node with the only output of what was a switch as its input."""
    copy = type(node)()
    copy.CopyFrom(node)
    del copy.input[:]
    for tensor in inputs_of(node):
        alone = nodes[tensor.node].op == "Identity"
        copy.input.append(tensor.node if alone else str(tensor))
    return copy
