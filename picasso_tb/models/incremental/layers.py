"""What the engine knows of Keras' layers: which look at windows, which at single pixels, which join maps."""

from collections.abc import Callable
from typing import Any

import numpy as np

from picasso_tb.models.incremental.graph import Node
from picasso_tb.models.incremental.spread import Pair, Window
from picasso_tb.models.keras_layers import is_kerass

_CONVOLUTIONS = {"Conv2D", "DepthwiseConv2D", "SeparableConv2D"}
_POOLINGS = {"MaxPooling2D", "AveragePooling2D"}
_JOINS = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"}
_IDENTITIES = {
    *("Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "AlphaDropout"),
    *("ActivityRegularization", "Identity"),
}
_PIXELWISE = {
    *("Activation", "ReLU", "LeakyReLU", "ELU", "BatchNormalization", "Rescaling", "Normalization"),
    *("Softmax", "LayerNormalization"),
}


def kind_name(node: Node) -> str:
    return type(node.operation).__name__


def is_convolution(node: Node) -> bool:
    return kind_name(node) in _CONVOLUTIONS


def is_identity(node: Node) -> bool:
    """Whether the layer passes its input on at inference."""
    return kind_name(node) in _IDENTITIES


def is_pixelwise(node: Node) -> bool:
    """Whether every pixel of the output follows from the same pixel of the input, wherever it lies."""
    if not node.is_map or kind_name(node) not in _PIXELWISE:
        return False
    axis = getattr(node.operation, "axis", -1)
    axes = axis if isinstance(axis, list | tuple) else [axis]
    return all(one in (-1, 3) for one in axes) and _is_scalar_or_of_channels(node)


def _is_scalar_or_of_channels(node: Node) -> bool:
    """Rescaling takes arrays too, which may differ from pixel to pixel."""
    numbers = [getattr(node.operation, name, 0) for name in ("scale", "offset")]
    if kind_name(node) != "Rescaling":
        return True
    return all(np.ndim(one) == 0 or np.shape(one) in ((1,), (node.shape[-1],)) for one in numbers)


def joins_maps(node: Node, inputs: list[Node]) -> bool:
    """Whether maps of one extent are joined pixel by pixel."""
    if kind_name(node) not in _JOINS or not node.is_map:
        return False
    if kind_name(node) == "Concatenate" and node.operation.axis not in (-1, 3):
        return False
    return all(one.is_map and one.extent == node.extent for one in inputs)


def padding_of(node: Node) -> Pair | None:
    """Rows above and columns to the left that a layer of zero padding adds; None for another layer."""
    if kind_name(node) != "ZeroPadding2D" or node.operation.data_format != "channels_last":
        return None
    (top, _), (left, _) = node.operation.padding
    return top, left


def is_global_mean(node: Node) -> bool:
    return kind_name(node) == "GlobalAveragePooling2D" and node.operation.data_format == "channels_last"


def window_of(node: Node, extent: Pair) -> Window | None:
    """Geometry of a layer of windows on a map of that extent; None for another layer."""
    if kind_name(node) not in _CONVOLUTIONS | _POOLINGS or not node.is_map:
        return None
    layer = node.operation
    if layer.data_format != "channels_last":
        return None
    kernel = layer.kernel_size if is_convolution(node) else layer.pool_size
    dilation = layer.dilation_rate if is_convolution(node) else (1, 1)
    reach = tuple((size - 1) * apart + 1 for size, apart in zip(kernel, dilation, strict=True))
    before = (0, 0)
    if layer.padding == "same":
        missing = (
            (out - 1) * step + seen - side
            for out, step, seen, side in zip(node.extent, layer.strides, reach, extent, strict=True)
        )
        top, left = (max(pixels, 0) // 2 for pixels in missing)
        before = (top, left)
    strides = layer.strides
    return Window((reach[0], reach[1]), (strides[0], strides[1]), before, node.extent)


def padding_value(node: Node) -> float:
    """What stands around a map for a layer of windows."""
    return float(np.finfo(np.float32).min) if kind_name(node) == "MaxPooling2D" else 0.0


def leaves_padding_out(node: Node) -> bool:
    """Whether padded pixels do not count in a mean."""
    return kind_name(node) == "AveragePooling2D" and node.operation.padding == "same"


def multiplications(node: Node, inputs: list[Node]) -> int:
    """For one pixel, token or row of the output; of what is no convolution each weight of a matrix once."""
    if not is_convolution(node):
        weights = [one.shape for one in getattr(node.operation, "weights", [])]
        return sum(int(np.prod(shape)) for shape in weights if len(shape) > 1)
    layer = node.operation
    kernel = int(np.prod(layer.kernel_size))
    if kind_name(node) == "Conv2D":
        return int(np.prod(layer.kernel.shape))
    depth = inputs[0].shape[-1] * layer.depth_multiplier
    return int(kernel * depth + (depth * node.shape[-1] if kind_name(node) == "SeparableConv2D" else 0))


def folds(node: Node, behind: Node) -> bool:
    """Whether a convolution can take over the batch normalisation behind it."""
    return (
        kind_name(node) in ("Conv2D", "DepthwiseConv2D")
        and getattr(node.operation.activation, "__name__", "") == "linear"
        and kind_name(behind) == "BatchNormalization"
        and is_pixelwise(behind)
        and is_kerass(type(node.operation))
        and is_kerass(type(behind.operation))
    )


def folded(layer: Any, normalization: Any) -> tuple[Any, Any]:
    """Kernel and bias of a convolution that does what it did with the batch normalisation behind it."""
    import tensorflow as tf

    gain = tf.math.rsqrt(normalization.moving_variance + normalization.epsilon)
    if normalization.scale:
        gain *= normalization.gamma
    offset = normalization.beta if normalization.center else 0.0
    bias = layer.bias if layer.use_bias else 0.0
    kernel = tf.convert_to_tensor(layer.kernel)
    gains = tf.reshape(gain, kernel.shape[2:]) if type(layer).__name__ == "DepthwiseConv2D" else gain
    return kernel * gains, (bias - normalization.moving_mean) * gain + offset


def window_function(node: Node, weights: tuple[Any, Any] | None, padding: str) -> Callable[[Any], Any]:
    """What a layer of windows does, with a padding of our own.

    Args:
        weights: kernel and bias in place of the layer's own.
    """
    import keras

    layer, kind = node.operation, kind_name(node)
    if kind == "MaxPooling2D":
        return lambda x: keras.ops.max_pool(x, layer.pool_size, layer.strides, padding)
    if kind == "AveragePooling2D":
        return lambda x: keras.ops.average_pool(x, layer.pool_size, layer.strides, padding)
    strides, dilation = layer.strides, layer.dilation_rate
    if kind == "SeparableConv2D":
        own = (layer.bias if layer.use_bias else None,)
        return lambda x: _finished(
            keras.ops.separable_conv(
                x, layer.depthwise_kernel, layer.pointwise_kernel, strides, padding, None, dilation
            ),
            own[0],
            layer.activation,
        )
    kernel, bias = weights or (layer.kernel, layer.bias if layer.use_bias else None)
    convolve = keras.ops.depthwise_conv if kind == "DepthwiseConv2D" else keras.ops.conv
    return lambda x: _finished(convolve(x, kernel, strides, padding, None, dilation), bias, layer.activation)


def _finished(sums: Any, bias: Any, activation: Callable[[Any], Any]) -> Any:
    import tensorflow as tf

    # TensorFlow joins a convolution, a BiasAdd and an activation into one kernel, a plain sum it does not.
    return activation(sums if bias is None else tf.nn.bias_add(sums, bias))
