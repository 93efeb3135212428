"""What a graph's outputs passed through last, and the graph without it."""

from collections.abc import Mapping, Sequence
from typing import Any

from picasso_tb.models.graphs.nodes import PASSING_ON, Nodes, Tensor, inputs_of, needed, type_of
from picasso_tb.models.shapes import Squash

_SQUASHES = {"Softmax": Squash.SOFTMAX, "LogSoftmax": Squash.SOFTMAX, "Sigmoid": Squash.SIGMOID}
_VALUE_KEEPING = PASSING_ON | {"Cast", "Reshape", "Squeeze", "ExpandDims", "Transpose"}
_AVERAGING = {"Mean", "AvgPool"}
_SUMS = {
    *("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "Conv2D"),
    "DepthwiseConv2dNative",
}
_PLAIN = {"Elu", "LeakyRelu", "Relu", "Relu6", "Selu", "Softplus", "Softsign", "Tanh"}  # leave 0 to 1
_AFFINE = {  # value by value, where the first input alone depends on the picture
    *("Add", "AddV2", "Sub", "Mul", "RealDiv", "Neg", "BiasAdd"),
    *("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"),
}
_EITHER_SIDE = {"Add", "AddV2", "Sub", "Mul"}  # affine in the second, too

Shapes = Mapping[str, Sequence[Any]]


def uncovered(nodes: Nodes, end: Tensor, pictures: str, shapes: Shapes) -> tuple[Nodes, Squash, bool]:
    """The graph ending in logits where that can be had, and what stood in the way.

    Args:
        pictures: name of the input.
        shapes: of what each node gives for one picture.

    Returns:
        Graph, squash, and whether an affine operation comes last: values may be anything behind one.
    """
    moving = moving_nodes(nodes, pictures)
    row, tensor, averaged, affine = shapes[end.node][end.place], end, False, False
    while True:
        node = nodes[tensor.node]
        inputs = [one for one in inputs_of(node) if one.node in moving]
        covers_row = shapes[node.name][0].as_list()[-1:] == row.as_list()[-1:]
        if node.op in _VALUE_KEEPING and inputs:
            tensor = inputs[tensor.place if node.op == "IdentityN" else 0]
        elif (node.op in _AVERAGING and covers_row) or (node.op == "Exp" and not affine):
            averaged, tensor = True, inputs[0]  # log-probabilities may lie behind an exponential
        elif node.op in _SQUASHES:
            if averaged or affine:
                return nodes, Squash.INDEPENDENT if node.op == "Sigmoid" else Squash.UNKNOWN, affine
            if not covers_row or shapes[node.name][0].num_elements() != row.num_elements():
                return nodes, Squash.UNKNOWN, False
            passing = type(node)(name=node.name, op="Identity", input=[str(inputs[0])])
            passing.attr["T"].CopyFrom(type_of(node))
            return needed({**nodes, node.name: passing}, [end.node]), _SQUASHES[node.op], False
        elif node.op in _SUMS or (node.op in _PLAIN and not affine and not averaged):
            return nodes, Squash.NOTHING, False
        elif node.op in _AFFINE and len(inputs) == 1 and _is_affine_in(node, inputs[0]):
            affine, tensor = True, inputs[0]
        else:
            return nodes, Squash.UNKNOWN, affine


def _is_affine_in(node: Any, tensor: Tensor) -> bool:
    return node.op in _EITHER_SIDE or tensor == inputs_of(node)[0]


def moving_nodes(nodes: Nodes, pictures: str) -> set[str]:
    """Names of the nodes that depend on the picture."""
    moving = {pictures}
    for name, node in nodes.items():
        if any(tensor.node in moving for tensor in inputs_of(node)):
            moving.add(name)
    return moving
