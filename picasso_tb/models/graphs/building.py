"""The architecture of a classifier whose graph lies flat, with variables made into weights."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from picasso_tb.models.architecture import Architecture, WeightInfo
from picasso_tb.models.graphs.channels import CHANNELS_LAST, with_channels_last
from picasso_tb.models.graphs.logits import moving_nodes, uncovered
from picasso_tb.models.graphs.nodes import Nodes, Tensor
from picasso_tb.models.graphs.running import rows_of_noise
from picasso_tb.models.graphs.safety import check, checked_shapes, stripped
from picasso_tb.models.graphs.text import GraphArchitecture, GraphLayer
from picasso_tb.models.graphs.variables import weight_name
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.losses import UNKNOWN, Trained
from picasso_tb.models.protocol import Layer
from picasso_tb.models.shapes import (
    ANY_SIZE,
    Shapes,
    Squash,
    channels_of,
    classifier_shapes,
    in_unit_range,
    seen_in,
)
from picasso_tb.models.snapshot import Snapshot

_LAYERS = {
    *("Conv2D", "DepthwiseConv2dNative", "MaxPool", "AvgPool", "Relu", "Relu6", "Elu", "Selu", "LeakyRelu"),
    *("Tanh", "Sigmoid", "Softplus", "BiasAdd", "Add", "AddV2", "Mul", "ConcatV2", "FusedBatchNorm"),
    *("FusedBatchNormV2", "FusedBatchNormV3"),
}


def sample_shape(shapes: Shapes, spec: InputSpec) -> tuple[int, ...]:
    """Shape of one picture as the graph takes it."""
    height, width = (shapes.height or spec.height or ANY_SIZE[0], shapes.width or spec.width or ANY_SIZE[1])
    channels = channels_of(shapes, spec)
    if not shapes.takes_channels:
        return 1, height, width
    return (1, channels, height, width) if shapes.channels_first else (1, height, width, channels)


def built(
    nodes: Nodes,
    pictures: str,
    end: Tensor,
    weights: Sequence[tuple[WeightInfo, npt.NDArray[Any]]],
    format: str,
    notes: tuple[str, ...] = (),
    trained: Trained = UNKNOWN,
) -> Snapshot:
    """A classifier of a flat graph.

    Args:
        nodes: each after its inputs; weights are fed to `weights/i`.
        pictures: name of the input.
        end: the row of class values.
        trained: what is known of the loss.

    Raises:
        ModelRefused: it is no classifier of pictures, or holds what a graph may not.
    """
    nodes = with_channels_last(stripped(nodes))
    check(nodes, {pictures, *(weight_name(index) for index in range(len(weights)))})
    inputs = _open_batch(nodes[pictures])
    shapes = classifier_shapes(inputs, (None, 1))
    found = checked_shapes(nodes, pictures, sample_shape(shapes, InputSpec()))
    output = found[end.node][end.place]
    shapes = classifier_shapes(inputs, (None, *output.as_list()[1:]))
    nodes, squash, affine = uncovered(nodes, end, pictures, found)
    if squash not in (Squash.SOFTMAX, Squash.SIGMOID):
        rows = rows_of_noise(nodes, pictures, end, [array for _, array in weights], shapes)
        usual, far = rows[:-1], rows[-1:]
        is_plain = bool(affine or trained.logits_of) and not in_unit_range(usual)
        is_plain |= shapes.units == 1 and not trained.on_classes and not in_unit_range(rows)
        squash = Squash.NOTHING if is_plain else seen_in(usual, far, squash)
    is_number = trained.is_number(shapes.units, squash)
    shapes = dataclasses.replace(shapes, is_number=is_number, logits_of=trained.logits_of)
    layers = _layers(nodes, pictures, found)
    graph = GraphArchitecture(
        nodes=nodes,
        input=pictures,
        output=end,
        weights=tuple((info.path, info.shape) for info, _ in weights),
        shapes=shapes,
        squash=squash,
        layers=layers,
        notes=notes,
    )
    architecture = Architecture(
        config=graph.to_text(),
        classes=shapes.classes,
        height=shapes.height,
        width=shapes.width,
        channels=shapes.channels,
        weights=tuple(info for info, _ in weights),
        layers=tuple(one.layer for one in layers),
        offers=("scores", "gradients", *["activations"][: bool(layers)]),
    )
    return Snapshot(architecture, [array for _, array in weights], format)


def _open_batch(node: Any) -> tuple[int | None, ...]:
    """Let the input take any number of pictures; its shape."""
    sides = node.attr["shape"].shape.dim
    if sides:
        sides[0].size = -1
    return tuple(None if side.size < 0 else side.size for side in sides)


def _layers(nodes: Nodes, pictures: str, shapes: dict[str, list[Any]]) -> tuple[GraphLayer, ...]:
    """The last operation with rows and columns of each name scope, in order."""
    moving = moving_nodes(nodes, pictures)
    turned = any(name.endswith(CHANNELS_LAST) for name in nodes)
    found: dict[str, GraphLayer] = {}
    for name, node in nodes.items():
        sides = shapes[name][0].as_list() if name in shapes else []
        # Beside channels first, which axis is which is known of what was turned only.
        is_layer = name.endswith(CHANNELS_LAST) if turned else node.op in _LAYERS
        if not is_layer or name not in moving or len(sides) != 4 or sides[1] == sides[2] == 1:
            continue
        scope = name.removesuffix(CHANNELS_LAST).rpartition("/")[0] or name
        found.pop(scope, None)
        found[scope] = GraphLayer(Layer(scope, sides[1], sides[2], sides[3]), Tensor(name))
    return tuple(found.values())
