"""Preprocessing that is more than a formula: a Keras layer kept as data, or an importable function."""

import functools
import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import InvalidArgument, ModelRefused, NeedsCode
from picasso_tb.models.imported import imported

MOST_SIDE = 4096  # of a model's input, in pixels: four times what is looked at
Values = npt.NDArray[np.float32]  # (h, w, c)


def layer_text(layer: Any) -> str:
    """A Keras layer, or its configuration, as JSON text.

    Raises:
        ValueError: it is neither, or holds weights, which a configuration does not tell.
    """
    if isinstance(layer, str):
        try:
            layer = json.loads(layer)
        except ValueError:
            raise ValueError(f"Expected the JSON of a Keras layer. Received: {layer!r:.80}") from None
    elif hasattr(layer, "get_config"):
        import keras

        if layer.weights:
            hint = " Give mean= and variance=." if isinstance(layer, keras.layers.Normalization) else ""
            raise ValueError(
                f"Expected a layer without weights. Received: {layer.name!r}, which has some.{hint}"
            )
        layer = keras.saving.serialize_keras_object(layer)
    if not isinstance(layer, dict) or "class_name" not in layer:
        raise ValueError(f"Expected a Keras layer. Received: {layer!r:.80}")
    return json.dumps(layer, sort_keys=True, separators=(",", ":"))


def prepared_by_layer(text: str, pixels: Values) -> Values:
    """What the layer makes of pixels 0..255, as it is used for predictions.

    Raises:
        ModelRefused: the layer carries code, or can't be built here.
        InvalidArgument: its answer is no input of a model.
    """
    from picasso_tb.models.keras_architecture import first_line

    layer = _layer(text)
    try:
        shape = layer.compute_output_shape((1, *pixels.shape))
    except Exception:  # it does not know beforehand, and is asked below
        shape = (1, *pixels.shape)
    if math.prod(shape[1:]) > MOST_SIDE**2 * pixels.shape[2]:
        raise InvalidArgument(
            f"input_spec.layer: Expected at most {MOST_SIDE} x {MOST_SIDE} values a channel. Received: "
            f"{tuple(shape[1:])}",
            "input_spec",
        )
    try:
        answer = np.asarray(layer(pixels[None], training=False))[0]
    except Exception as error:  # TensorFlow raises errors of many kinds
        raise InvalidArgument(f"input_spec.layer: {first_line(error)}", "input_spec") from error
    return _checked("layer", layer.name, answer)


def prepared_by_function(name: str, pixels: Values) -> Values:
    """What the function makes of pixels 0..255; whether it may run is asked where its name is read.

    Raises:
        InvalidArgument: it cannot be imported, fails, or its answer is no input of a model.
    """
    function = imported(name, "input_spec")
    try:
        answer = np.asarray(function(np.array(pixels)))
    except Exception as error:  # whatever a user's own code raises
        raise InvalidArgument(
            f"input_spec.function: {name} failed: {type(error).__name__}: {error}", "input_spec"
        ) from error
    return _checked("function", name, answer[0] if answer.ndim == 4 and len(answer) == 1 else answer)


@functools.lru_cache(maxsize=8)
def _layer(text: str) -> Any:
    """Built once from its configuration; runs no code from it."""
    from picasso_tb.models.keras_building import build

    try:
        return build(json.loads(text))
    except NeedsCode as why:
        raise ModelRefused(
            f"input_spec.layer: {why} Give an importable function instead: function='package.module.name'."
        ) from why


def _checked(kind: str, name: str, answer: npt.NDArray[Any]) -> Values:
    is_number = answer.dtype.kind in "fiu" or answer.dtype.name == "bfloat16"
    values = answer.astype(np.float32) if is_number else np.full((), np.nan, np.float32)
    if values.ndim != 3 or not np.isfinite(values).all():
        raise InvalidArgument(
            f"input_spec.{kind}: Expected finite numbers (height, width, channels) from {name}. Received: "
            f"{answer.dtype} {answer.shape}",
            "input_spec",
        )
    return values
