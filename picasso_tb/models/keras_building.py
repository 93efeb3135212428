"""Keras models built from stored architectures: of their own code alone, and no larger than their weights."""

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.keras_architecture import REFUSALS, first_line, keras_functions
from picasso_tb.models.keras_config import Config, refuse_foreign_code
from picasso_tb.models.keras_layers import tensors_in
from picasso_tb.models.shapes import ANY_SIZE, MOST_VALUES

_COUNTS = "object_name_uids"  # what Keras calls them
_FEW_WEIGHTS = 2**22  # harmless, whatever was given


def build(config: Config, most_weights: int = _FEW_WEIGHTS) -> Any:
    """A Keras model of a stored architecture, with weights of no meaning yet; runs no code from it.

    Args:
        most_weights: numbers that there are for it. No memory is taken for a model of many more.

    Raises:
        ModelRefused: it needs code of others, a newer Keras, or more memory than can be meant.
    """
    import keras

    try:
        refuse_foreign_code(config, keras_functions())
        return made(lambda: keras.saving.deserialize_keras_object(config, safe_mode=True), most_weights)
    except REFUSALS as error:
        raise ModelRefused(
            f"Keras {keras.__version__} can't build this architecture: {first_line(error)} Was the model "
            "made with a newer Keras?"
        ) from error


def made(make: Callable[[], Any], most_weights: int) -> Any:
    """The Keras model that a function makes or loads; memory is taken once its size was looked at.

    Args:
        most_weights: numbers that there are for it.

    Raises:
        ModelRefused: it takes more memory than can be meant.
    """
    import keras
    from keras.src.backend.common import global_state  # Keras has no public way to what is not made yet
    from keras.src.backend.common.variables import initialize_all_variables

    try:
        with keras.StatelessScope(initialize_variables=False) as scope, _counted_anew():
            model = make()
        _refuse_large(model, most_weights)
    except Exception:  # whatever it was, Keras must not go on to make what was refused
        global_state.set_global_attribute("uninitialized_variables", [])
        raise
    initialize_all_variables()
    for variable in model.variables:  # what was loaded is in the scope alone
        value = scope.get_current_value(variable)
        if value is not None:
            variable.assign(value)
    return model


@contextlib.contextmanager
def _counted_anew() -> Iterator[None]:
    """What Keras names by counting is named the same for a file, whatever was made before it."""
    from keras.src.backend.common import global_state

    before = global_state.get_global_attribute(_COUNTS)
    global_state.set_global_attribute(_COUNTS, None)
    try:
        yield
    finally:
        global_state.set_global_attribute(_COUNTS, before)


def refuse_many(weights: int, most_weights: int) -> None:
    """
    Raises:
        ModelRefused: an architecture has more weights than there are for it, and more than are harmless.
    """
    most = max(most_weights, _FEW_WEIGHTS)
    if weights > most:
        raise ModelRefused(
            f"Expected an architecture of at most {most} weights, as were given. Received: {weights}."
        )


def _refuse_large(model: Any, most_weights: int) -> None:
    refuse_many(sum(math.prod(one.shape) for one in model.weights), most_weights)
    for name, shape in _shapes_in(model):
        if math.prod(side or 1 for side in shape[1:]) > MOST_VALUES:
            raise ModelRefused(
                f"Expected layers of at most {MOST_VALUES} values for a picture. Received: "
                f"{name!r:.100}, of shape {shape}."
            )


def _shapes_in(model: Any) -> Iterator[tuple[str, tuple[int | None, ...]]]:
    """Names and shapes of all that a model computes, of any size as for a picture of the usual one."""
    yield from ((tensor.name, tuple(tensor.shape)) for tensor in tensors_in(model))
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or None not in inputs[0].shape[1:3]:
        return
    import keras
    import tensorflow as tf

    _, height, width, channels = inputs[0].shape
    sides = (1, height or ANY_SIZE[0], width or ANY_SIZE[1], channels)
    with keras.StatelessScope():  # the weights are not made yet
        traced = tf.function(lambda images: model(images, training=False))
        graph = traced.get_concrete_function(tf.TensorSpec(sides, inputs[0].dtype)).graph
    for operation in graph.get_operations():
        for tensor in operation.outputs:
            if tensor.shape.rank:
                yield operation.name, tuple(tensor.shape.as_list())
