"""A Keras network as one flat list of operations, whatever it is nested from."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

INPUT = 0  # number of the node that stands for the image


class CannotFollow(Exception):
    """The network is no graph of single-output operations on a single image."""


@dataclasses.dataclass(frozen=True)
class Node:
    """One use of a layer or operation.

    Attributes:
        operation: None for the image.
        inputs: numbers of the nodes whose outputs it takes.
        shape: of its output, without the batch: (h, w, c), (units,) or another.
        origin: Keras' own node, which knows the other arguments of the call.
    """

    operation: Any
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    origin: Any = None

    @property
    def name(self) -> str:
        return "input" if self.operation is None else str(self.operation.name)

    @property
    def is_map(self) -> bool:
        return len(self.shape) == 3

    @property
    def extent(self) -> tuple[int, int]:
        return self.shape[0], self.shape[1]

    def __call__(self, values: Sequence[Any]) -> Any:
        """The operation on whole values, as Keras would do it at inference."""
        known = {id(tensor): value for tensor, value in zip(self.origin.input_tensors, values, strict=True)}
        args, kwargs = self.origin.arguments.fill_in(known)
        if getattr(self.operation, "_call_has_training_arg", False):
            kwargs["training"] = False
        return self.operation(*args, **kwargs)


def nodes_of(network: Any) -> list[Node]:
    """The operations of a Sequential or functional network in the order of computation, the image first.

    Raises:
        CannotFollow: says what stands in the way.
    """
    functional = _functional(network)
    if len(functional.inputs) != 1 or len(functional.outputs) != 1:
        raise CannotFollow("it has several inputs or outputs")
    nodes = [Node(None, (), _shape(functional.inputs[0]))]
    last = _walk(functional, [INPUT], nodes)
    if last != len(nodes) - 1:
        raise CannotFollow("its output is not its last operation")
    return nodes


def _walk(functional: Any, inputs: list[int], nodes: list[Node]) -> int:
    """Append the operations of a network called on the given nodes; returns the number of its output."""
    numbers = {id(tensor): number for tensor, number in zip(functional.inputs, inputs, strict=True)}
    for depth in sorted(functional._nodes_by_depth, reverse=True):
        for origin in functional._nodes_by_depth[depth]:
            if origin.is_input or origin.operation is None:
                continue
            operation, sources = origin.operation, [numbers[id(tensor)] for tensor in origin.input_tensors]
            if len(origin.outputs) != 1:
                raise CannotFollow(f"{operation.name} has several outputs")
            if hasattr(operation, "layers"):
                made = _walk(_functional(operation), sources, nodes)
            else:
                nodes.append(Node(operation, tuple(sources), _shape(origin.outputs[0]), origin))
                made = len(nodes) - 1
            numbers[id(origin.outputs[0])] = made
    return numbers[id(functional.outputs[0])]


def _functional(network: Any) -> Any:
    """The graph inside a network."""
    inner = getattr(network, "_functional", None) or network
    if not hasattr(inner, "_nodes_by_depth"):
        raise CannotFollow(f"{network.name} is a model of a class of its own")
    return inner


def _shape(tensor: Any) -> tuple[int, ...]:
    shape = tuple(tensor.shape[1:])
    if None in shape:
        raise CannotFollow("the size of its pictures is open")
    if tensor.dtype != "float32":
        raise CannotFollow(f"it computes in {tensor.dtype}")
    return tuple(int(np.int64(side)) for side in shape)
