"""Keras models at hand in this process, with whatever layers of the user's own they are made of."""

import types
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import ModelRefused
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import (
    Shapes,
    classifier_shapes,
    config_of,
    first_line,
    refuse_unbuilt,
    shapes_of,
)
from picasso_tb.models.keras_config import Squash, uncover_logits
from picasso_tb.models.keras_model import KerasNetwork

_TOLERANCE = 1e-3  # of a probability, between the model and its twin


def live_network(model: Any, input_spec: InputSpec, sample: tuple[int, int]) -> KerasNetwork:
    """A live Keras model, or a twin of it that ends in logits. The model itself is not changed.

    Args:
        model: a built `keras.Model`; its classes and functions are the caller's own and may be anything.
        sample: height and width of an image, for a model that says as little as the input specification.

    Raises:
        InvalidArgument: it is no Keras 3 model, or takes other pictures than the input specification says.
        ModelRefused: it is no classifier of pictures.
    """
    refuse_unbuilt(model)
    if not getattr(model, "inputs", None):
        return KerasNetwork(model, Squash.UNKNOWN, input_spec, _shapes_by_trial(model, input_spec, sample))
    shapes = shapes_of(model)
    spec = input_spec.complete(shapes.height, shapes.width, shapes.channels)
    network, squash, notes = _uncovered(model, _trial(spec, sample, shapes.takes_channels))
    live = KerasNetwork(network, squash, spec, shapes)
    live.notes += notes
    return live


def _uncovered(model: Any, images: npt.NDArray[np.float32]) -> tuple[Any, Squash, tuple[str, ...]]:
    """The network to use, what was taken off its outputs, and what to tell the user."""
    try:
        config, squash = uncover_logits(config_of(model))
        if squash in (Squash.NOTHING, Squash.UNKNOWN):
            return model, squash, ()
        twin = _build_twin(config, model)
        if _agree(model, twin, squash, images):
            return twin, squash, ()
        why = "its copy predicts something else. Does each get_config tell all that its layer was made with?"
    except Exception as error:  # the user's own layers may raise anything; the live model still works
        why = first_line(error)
    return model, Squash.UNKNOWN, (f"The model could not be copied without its last activation: {why}",)


def _build_twin(config: dict[str, Any], model: Any) -> Any:
    import keras

    layers = model._flatten_layers()
    own: dict[str, Any] = {type(layer).__name__: type(layer) for layer in layers}
    for layer in layers:
        functions = [value for value in vars(layer).values() if isinstance(value, types.FunctionType)]
        own.update({function.__name__: function for function in functions})
    with keras.saving.custom_object_scope({name: one for name, one in own.items() if not _is_kerass(one)}):
        twin = keras.saving.deserialize_keras_object(config, safe_mode=False)
    twin.set_weights(model.get_weights())
    return twin


def _is_kerass(one: Any) -> bool:
    return str(one.__module__).split(".")[0] == "keras"


def _agree(model: Any, twin: Any, squash: Squash, images: npt.NDArray[np.float32]) -> bool:
    import keras

    expected, logits = (
        np.asarray(keras.ops.cast(keras.tree.flatten(one(images, training=False))[0], "float32"))
        for one in (model, twin)
    )
    activation = keras.ops.softmax if squash is Squash.SOFTMAX else keras.ops.sigmoid
    found = np.asarray(activation(logits))
    if (expected <= 0).all():  # a log-softmax
        expected = np.exp(expected)
    return bool(np.allclose(found, expected, atol=_TOLERANCE))


def _shapes_by_trial(model: Any, spec: InputSpec, sample: tuple[int, int]) -> Shapes:
    """Shapes of a model of a class of its own, which says nothing about itself before it is called."""
    import keras

    images = _trial(spec, sample, takes_channels=True)
    outputs = keras.tree.flatten(model(images, training=False))
    if len(outputs) != 1:
        raise ModelRefused(f"Expected a model with one output. Received: {len(outputs)} outputs.")
    return classifier_shapes(tuple(images.shape), tuple(outputs[0].shape))


def _trial(spec: InputSpec, sample: tuple[int, int], takes_channels: bool) -> npt.NDArray[np.float32]:
    """Two pictures of noise as the model receives them; the same at every call."""
    shape = (spec.height or sample[0], spec.width or sample[1], *(() if spec.mode == "L" else (3,)))
    noise = np.random.default_rng(0).integers(0, 256, (2, *shape), np.uint8)
    images = np.stack([spec.prepare(picture) for picture in noise])
    return images if takes_channels else images[..., 0]
