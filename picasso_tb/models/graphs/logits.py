"""What a graph's outputs passed through last, and the graph without it."""

from collections.abc import Mapping, Sequence
from typing import Any

from picasso_tb.models.graphs.nodes import PASSING_ON, Nodes, Tensor, inputs_of, needed
from picasso_tb.models.shapes import Squash

_SQUASHES = {"Softmax": Squash.SOFTMAX, "LogSoftmax": Squash.SOFTMAX, "Sigmoid": Squash.SIGMOID}
_VALUE_KEEPING = PASSING_ON | {"Cast", "Reshape", "Squeeze", "ExpandDims", "Transpose"}
_AVERAGING = {"Mean", "AvgPool"}
_SUMS = {
    *("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "BiasAdd", "Conv2D"),
    *("DepthwiseConv2dNative", "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"),
}
_WITH_A_WEIGHT = {"Add", "AddV2", "Sub", "Mul", "RealDiv"}  # affine, where one side is fixed

Shapes = Mapping[str, Sequence[Any]]


def uncovered(nodes: Nodes, end: Tensor, pictures: str, shapes: Shapes) -> tuple[Nodes, Squash, str]:
    """The graph ending in logits where that can be had, what stood in the way, and its operation, if known.

    Args:
        pictures: name of the input.
        shapes: of what each node gives for one picture.
    """
    moving = moving_nodes(nodes, pictures)
    row, tensor, averaged = shapes[end.node][end.place], end, False
    while True:
        node = nodes[tensor.node]
        inputs = [one for one in inputs_of(node) if one.node in moving]
        covers_row = shapes[node.name][0].as_list()[-1:] == row.as_list()[-1:]
        if node.op in _VALUE_KEEPING and inputs:
            tensor = inputs[tensor.place if node.op == "IdentityN" else 0]
        elif node.op in _AVERAGING and covers_row:
            averaged, tensor = True, inputs[0]
        elif node.op in _SQUASHES:
            if averaged or not covers_row or shapes[node.name][0].num_elements() != row.num_elements():
                return nodes, Squash.UNKNOWN, node.op
            passing = type(node)(name=node.name, op="Identity", input=[str(inputs[0])])
            passing.attr["T"].CopyFrom(node.attr["T"])
            return needed({**nodes, node.name: passing}, [end.node]), _SQUASHES[node.op], node.op
        elif node.op in _SUMS or (node.op in _WITH_A_WEIGHT and len(inputs) == 1):
            return nodes, Squash.NOTHING, ""
        else:
            return nodes, Squash.UNKNOWN, ""


def moving_nodes(nodes: Nodes, pictures: str) -> set[str]:
    """Names of the nodes that depend on the picture."""
    moving = {pictures}
    for name, node in nodes.items():
        if any(tensor.node in moving for tensor in inputs_of(node)):
            moving.add(name)
    return moving
