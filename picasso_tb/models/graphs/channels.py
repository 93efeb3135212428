"""Graphs with channels first, which no CPU runs, with their channels last where it matters."""

from typing import Any

from picasso_tb.models.graphs.nodes import Nodes, inputs_of, type_of

_MOVED = {
    *("Conv2D", "DepthwiseConv2dNative", "MaxPool", "AvgPool"),
    *("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"),
}
# Value by value: where an input has channels first, so has the output.
_VALUE_WISE = {
    *("Relu", "Relu6", "Elu", "Selu", "LeakyRelu", "Tanh", "Sigmoid", "Softplus", "BiasAdd", "Add", "AddV2"),
    *("Mul", "ConcatV2"),
}
_SIDES = ("strides", "ksize", "dilations")
CHANNELS_LAST = "/channels_last"  # behind the name of an operation: its values so
_TO_LAST, _TO_FIRST = (0, 2, 3, 1), (0, 3, 1, 2)


def with_channels_last(nodes: Nodes) -> Nodes:
    """The nodes, each after its inputs, with those of channels first between two transpositions.

    What is made of them value by value passes a tensor with its channels last, so that it can be a layer.
    """
    found: Nodes = {}
    first = set[str]()
    for name, node in nodes.items():
        turned = name + CHANNELS_LAST
        if node.op in _VALUE_WISE and first & {one.node for one in inputs_of(node)}:
            first.add(name)
            copy = type(node)()
            copy.CopyFrom(node)
            copy.name = f"{name}/channels_first"
            found[copy.name] = copy
            found.update(_transposed(node, turned, copy.name, _TO_LAST))
            found.update(_transposed(node, name, turned, _TO_FIRST))
            continue
        if node.op not in _MOVED or "data_format" not in node.attr or node.attr["data_format"].s != b"NCHW":
            found[name] = node
            continue
        first.add(name)
        before = f"{turned}/before"
        images, *others = inputs_of(node)
        found.update(_transposed(node, before, str(images), _TO_LAST))
        copy = found[turned] = type(node)()
        copy.CopyFrom(node)
        copy.name, copy.attr["data_format"].s = turned, b"NHWC"
        del copy.input[:]
        copy.input.extend([before, *map(str, others)])
        for key in _SIDES:
            if key in copy.attr:
                _turn(copy.attr[key].list.i)
        pads = list(copy.attr["explicit_paddings"].list.i) if "explicit_paddings" in copy.attr else []
        if pads:
            copy.attr["explicit_paddings"].list.i[:] = [*pads[:2], *pads[4:], *pads[2:4]]
        found.update(_transposed(node, name, turned, _TO_FIRST))
    return found


def _turn(sides: Any) -> None:
    batch, channels, height, width = sides
    sides[:] = [batch, height, width, channels]


def _transposed(node: Any, name: str, source: str, order: tuple[int, ...]) -> Nodes:
    """A node of that name that transposes the source, and the constant that it needs."""
    from tensorflow.core.framework import types_pb2

    axes = type(node)(name=f"{name}/order", op="Const")
    axes.attr["dtype"].type = types_pb2.DT_INT32
    tensor = axes.attr["value"].tensor
    tensor.dtype = types_pb2.DT_INT32
    tensor.tensor_shape.dim.add(size=len(order))
    tensor.int_val.extend(order)
    turn = type(node)(name=name, op="Transpose", input=[source, axes.name])
    turn.attr["T"].CopyFrom(type_of(node))
    turn.attr["Tperm"].type = types_pb2.DT_INT32
    return {axes.name: axes, name: turn}
