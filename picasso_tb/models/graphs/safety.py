"""What a graph may hold: pure operations of bounded size. Looked at before TensorFlow sees any of it."""

import math
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.graphs.channels import CHANNELS_LAST
from picasso_tb.models.graphs.inlining import MOST_NODES
from picasso_tb.models.graphs.nodes import Nodes, inputs_of, node_of, source_of
from picasso_tb.models.shapes import MOST_VALUES

_ELEMENTWISE = """
Abs Acos Acosh Add AddN AddV2 Asin Asinh Atan Atan2 Atanh BiasAdd BiasAddV1 Cast Ceil ClipByValue Cos Cosh
Div DivNoNan Elu Equal Erf Erfc Exp Expm1 Floor FloorDiv FloorMod Greater GreaterEqual IsFinite IsInf IsNan
LeakyRelu Less LessEqual Log Log1p LogicalAnd LogicalNot LogicalOr Maximum Minimum Mod Mul MulNoNan Neg
NotEqual Pow RealDiv Reciprocal Relu Relu6 Rint Round Rsqrt Select SelectV2 Selu Sigmoid Sign Sin Sinh
Softplus Softsign Sqrt Square SquaredDifference Sub Tan Tanh TruncateDiv TruncateMod Xdivy Xlogy
"""
_WHOLE = """
All Any ArgMax ArgMin AvgPool AvgPool3D BatchMatMul BatchMatMulV2 BatchMatMulV3
BatchNormWithGlobalNormalization Conv2D Conv2DBackpropInput Conv3D Cumprod Cumsum DepthwiseConv2dNative
Dilation2D Einsum FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 L2Loss LRN LogSoftmax MatMul Max MaxPool
MaxPoolV2 Mean Min Prod Softmax Sum TopKV2
"""
_SHAPING = """
AdjustContrastv2 BatchToSpace BatchToSpaceND BroadcastArgs BroadcastTo Concat ConcatV2 Const CropAndResize
DepthToSpace ExpandDims ExtractImagePatches Fill Gather GatherNd GatherV2 HSVToRGB Identity IdentityN
InvertPermutation LinSpace MirrorPad OneHot OnesLike Pack Pad PadV2 ParallelConcat Placeholder
PreventGradient RGBToHSV Range Rank Reshape ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor
Reverse ReverseV2 Roll ScaleAndTranslate Shape ShapeN Size Slice Snapshot SpaceToBatch SpaceToBatchND
SpaceToDepth Split SplitV Squeeze StopGradient StridedSlice Tile Transpose Unpack ZerosLike
"""
PURE_OPERATIONS = frozenset((_ELEMENTWISE + _WHOLE + _SHAPING).split())

_MOST_BYTES = 2**28  # of the graph with its constants
_MOST_CONSTANT_VALUES = 2**26
_MOST_FIXED_VALUES = 2**24  # of one tensor that does not depend on the picture
_WHY = (  # by how an operation's name begins: what it does, and what to do instead
    (
        (
            *("StatelessWhile", "StatelessIf", "StatelessCase", "While", "If", "Case", "Enter"),
            *("NextIteration", "Loop", "Switch", "Merge", "TensorList", "TensorArray"),
        ),
        "repeats or branches",
        "Save a Keras model as .keras and open that; a graph is to be built again without loops and branches",
    ),
    (
        ("Random", "Multinomial", "Stateless", "TruncatedNormal", "Rng", "StatefulUniform"),
        "draws numbers anew each time",
        "Open a Keras model's .keras file, or export it with training=False (keras.export.ExportArchive); a "
        "graph of TensorFlow 1 is to be built again without dropout, whatever its rate",
    ),
    (
        ("Var", "ReadVariable"),
        "is a variable without a value in the checkpoint",
        "Save a checkpoint of all variables",
    ),
    (
        ("Placeholder",),
        "has to be fed besides the pictures",
        "Models of several inputs come later: build the graph again with a constant there, without dropout",
    ),
)
_IMPURE = (
    "is not on the list of operations that are known to be pure",
    "Make a model without that step, or of other operations: what is loaded may compute, no more",
)
_LOOKING_ON = {"EnsureShape", "CheckNumerics"}  # give what they take


def check(nodes: Nodes, fed: set[str]) -> None:
    """Make sure that the nodes are pure operations, and not too many or too large.

    Args:
        fed: names of the placeholders that get values: the input and the weights.

    Raises:
        ModelRefused: names the first that is not.
    """
    if len(nodes) > MOST_NODES:
        raise ModelRefused(f"Expected a graph of at most {MOST_NODES} operations. Received: {len(nodes)}.")
    constants = 0
    handles_last = sorted(nodes.items(), key=lambda one: one[1].op == "VarHandleOp")
    for name, node in handles_last:  # what is done with a variable says more
        if node.op not in PURE_OPERATIONS or (node.op == "Placeholder" and name not in fed):
            why, way = _why(node.op)
            raise ModelRefused(
                f"Expected a graph of pure operations. Received: {node.op!r:.60} at {name!r:.100}, which "
                f"{why}. {way}."
            )
        if any(one.WhichOneof("value") in ("func", "list") and _functions(one) for one in node.attr.values()):
            raise ModelRefused(
                f"Expected a graph of pure operations. Received: {name!r:.100}, which calls a function."
            )
        trains = "is_training" not in node.attr or node.attr["is_training"].b  # without a word, it does
        if node.op.startswith("FusedBatchNorm") and trains and not _is_of_rows(nodes, node):
            raise ModelRefused(
                f"Expected a graph made for inference. Received: {name!r:.100}, a batch normalization in "
                "training, which mixes the pictures of a batch. Export the model with training=False; a "
                "graph of TensorFlow 1 is to be built again so."
            )
        if node.op == "Const":
            sides = [side.size for side in node.attr["value"].tensor.tensor_shape.dim]
            constants += math.prod(sides) if all(side >= 0 for side in sides) else _MOST_CONSTANT_VALUES + 1
    size = sum(node.ByteSize() for node in nodes.values())
    if constants > _MOST_CONSTANT_VALUES or size > _MOST_BYTES:
        raise ModelRefused(
            f"Expected a graph with at most {_MOST_CONSTANT_VALUES} constant values. Received: {constants}, "
            f"in {size} bytes."
        )


def _is_of_rows(nodes: Nodes, node: Any) -> bool:
    """Whether it is how Keras 2 normalizes each row for itself: (1, rows, values, 1), rows as channels."""
    turned = _source(nodes, node, 0)
    reshaped = _source(nodes, turned, 0) if node.name.endswith(CHANNELS_LAST) else None
    sides = _source(nodes, reshaped, 1)
    ends = [_source(nodes, sides, place) for place in (0, 3)]
    operations = [one.op if one is not None else "" for one in (turned, reshaped, sides, *ends)]
    return operations == ["Transpose", "Reshape", "Pack", "Const", "Const"] and all(
        list(one.attr["value"].tensor.int_val) == [1] for one in ends
    )


def _source(nodes: Nodes, node: Any, place: int) -> Any:
    """The node that an input really comes from; None where there is none."""
    inputs = [] if node is None else inputs_of(node)
    return node_of(nodes, source_of(nodes, inputs[place]).node) if place < len(inputs) else None


def _functions(attribute: Any) -> bool:
    return attribute.HasField("func") or bool(attribute.list.func)


def _why(operation: str) -> tuple[str, str]:
    """What an operation does that a graph may not, and what to do instead."""
    return next(((why, way) for starts, why, way in _WHY if operation.startswith(starts)), _IMPURE)


def stripped(nodes: Nodes) -> Nodes:
    """The nodes without hints to TensorFlow: of devices, of gradients of their own, of compilers.

    What looks on alone, and fails where a shape or number is not as it should be, becomes an identity.
    """
    found: Nodes = {}
    for name, node in nodes.items():
        copy = found[name] = type(node)(name=name, op=node.op)
        copy.input.extend(str(tensor) for tensor in inputs_of(node))
        if node.op in _LOOKING_ON:
            copy.op = "Identity"
            copy.attr["T"].CopyFrom(node.attr["T"])
            continue
        for key in sorted(node.attr):
            if not key.startswith("_"):
                copy.attr[key].CopyFrom(node.attr[key])
    return found


def checked_shapes(nodes: Nodes, pictures: str, shape: tuple[int, ...]) -> dict[str, list[Any]]:
    """Shapes of what each node gives for one picture, found without computing any.

    The nodes are added one after the other to a graph that is never run: TensorFlow works out the values that
    shapes depend on, from nodes whose sizes were looked at before.

    Args:
        nodes: that `check` let pass, each after its inputs.
        pictures: name of the input.
        shape: that it is to have.

    Raises:
        ModelRefused: a tensor would be too large, or TensorFlow finds the graph inconsistent.
    """
    import tensorflow as tf
    from tensorflow.core.framework.attr_value_pb2 import AttrValue

    graph = tf.Graph()
    tensors: dict[str, Any] = {}
    moving: set[str] = set()  # depends on the picture
    with graph.as_default():
        for name, node in nodes.items():
            inputs = [tensors[tensor.node][tensor.place] for tensor in inputs_of(node)]
            attributes = dict(node.attr)
            if name == pictures:
                attributes["shape"] = AttrValue(shape=tf.TensorShape(shape).as_proto())
            try:
                operation = graph.create_op(node.op, inputs, name=f"{name}/", attrs=attributes)
            except (ValueError, TypeError, IndexError, tf.errors.OpError) as error:
                raise ModelRefused(
                    f"Expected a graph that TensorFlow {tf.__version__} can build. Received: {name!r:.100} "
                    f"({node.op}): {str(error).strip().splitlines()[0][:200]}"
                ) from error
            tensors[name] = operation.outputs
            if name == pictures or any(tensor.node in moving for tensor in inputs_of(node)):
                moving.add(name)
            most = MOST_VALUES if name in moving or node.op == "Placeholder" else _MOST_FIXED_VALUES
            _refuse_large(node, operation.outputs, most)
    return {name: [one.shape for one in outputs] for name, outputs in tensors.items()}


def numbers_of_values(shapes: dict[str, list[Any]], names: set[str]) -> list[int]:
    """How many values each tensor of some nodes has.

    Args:
        shapes: as `checked_shapes` gives them.
    """
    return [int(one.num_elements() or 0) for name in names for one in shapes[name]]


def _refuse_large(node: Any, outputs: Any, most: int) -> None:
    # A normalization's outputs behind the first are for training.
    for one in outputs[:1] if node.op.startswith("FusedBatchNorm") else outputs:
        sides = one.shape.as_list() if one.shape.rank is not None else [None]
        if None in sides or math.prod(sides) > most:
            raise ModelRefused(
                f"Expected tensors of at most {most} values for a picture. Received: {node.name!r:.100} "
                f"({node.op}), of shape {one.shape}."
            )
