"""Nodes of a TensorFlow graph by name, and walking among them; nothing here runs or builds one."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from picasso_tb.errors import ModelRefused

Nodes = dict[str, Any]  # NodeDef by name
PASSING_ON = {"Identity", "StopGradient", "PreventGradient", "Snapshot", "IdentityN"}  # place by place


class Tensor(NamedTuple):
    """One output of a node, written `name` or `name:1` in a graph."""

    node: str
    place: int = 0

    def __str__(self) -> str:
        return f"{self.node}:{self.place}" if self.place else self.node

    @classmethod
    def parse(cls, text: str) -> "Tensor":
        name, _, place = text.partition(":")
        return cls(name, int(place) if place.isdecimal() else 0)


def inputs_of(node: Any) -> list[Tensor]:
    """The tensors that a node takes, without what it only waits for."""
    return [Tensor.parse(text) for text in node.input if not text.startswith("^")]


def outputs_of(node: Any) -> list[tuple[str, int]]:
    """Names of what an operation of TensorFlow gives, and of how many tensors each is.

    Raises:
        ModelRefused: TensorFlow knows no such operation.
    """
    from tensorflow.python.framework import op_def_registry

    signature = op_def_registry.get(node.op)
    if signature is None:
        raise ModelRefused(f"Expected operations of TensorFlow. Received: {node.op!r:.100}.")
    found = []
    for argument in signature.output_arg:
        number = 1
        if argument.number_attr:
            number = node.attr[argument.number_attr].i
        elif argument.type_list_attr:
            number = len(node.attr[argument.type_list_attr].list.type)
        found.append((argument.name, number))
    return found


def type_of(node: Any) -> Any:
    """The attribute T of a node, also where a SavedModel left it out as the usual one."""
    from tensorflow.python.framework import op_def_registry

    usual = {one.name: one.default_value for one in op_def_registry.get(node.op).attr}
    return node.attr["T"] if "T" in node.attr else usual["T"]


def waits_for(node: Any) -> list[str]:
    """Names of the nodes that a node only waits for."""
    return [text[1:] for text in node.input if text.startswith("^")]


def node_of(nodes: Nodes, name: str) -> Any:
    """
    Raises:
        ModelRefused: the graph names a node that it does not hold.
    """
    if name not in nodes:
        raise ModelRefused(f"Expected a whole graph. Received: one without its node {name!r:.100}.")
    return nodes[name]


def source_of(nodes: Nodes, tensor: Tensor) -> Tensor:
    """The tensor that this one only passes on."""
    for _ in range(len(nodes)):
        node = node_of(nodes, tensor.node)
        inputs = inputs_of(node)
        if node.op not in PASSING_ON or tensor.place >= len(inputs):
            break
        tensor = inputs[tensor.place]
    return tensor


def needed(nodes: Nodes, roots: Iterable[str], waiting: bool = False) -> Nodes:
    """What the roots are computed from, each node after its inputs.

    Args:
        waiting: count what a node only waits for, too.

    Raises:
        ModelRefused: the graph has a loop, or lacks a node.
    """
    done: Nodes = {}
    open_: dict[str, Iterator[str]] = {}
    stack = list(roots)
    while stack:
        name = stack[-1]
        if name in done:
            stack.pop()
            continue
        node = node_of(nodes, name)
        if name not in open_:
            names = [tensor.node for tensor in inputs_of(node)] + (waits_for(node) if waiting else [])
            open_[name] = iter(names)
        following = next((one for one in open_[name] if one not in done), None)
        if following is None:
            done[name] = node
            stack.pop()
        elif following in open_:
            raise ModelRefused(
                "Expected a graph that goes one way. Received: one with a loop, such as tf.while_loop makes. "
                "Build it again without."
            )
        else:
            stack.append(following)
    return done


def graph_of(nodes: Nodes) -> Any:
    """As TensorFlow's GraphDef."""
    from tensorflow.core.framework import graph_pb2

    graph = graph_pb2.GraphDef(node=nodes.values())
    graph.versions.producer = 1087  # what the operations mean, for those whose meaning once changed
    return graph
