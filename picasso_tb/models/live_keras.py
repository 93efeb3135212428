"""Keras models at hand in this process, with whatever layers of the user's own they are made of."""

import contextlib
import functools
import random
import types
from collections.abc import Iterator
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import (
    Shapes,
    as_plain_network,
    classifier_shapes,
    first_line,
    refuse_unbuilt,
    shapes_of,
)
from picasso_tb.models.keras_config import Config, Squash
from picasso_tb.models.keras_layers import Use, is_kerass, uses_by_trial
from picasso_tb.models.keras_model import KerasNetwork
from picasso_tb.models.keras_twin import noise, uncovered


@contextlib.contextmanager
def random_state_kept() -> Iterator[None]:
    """Leave Python's and Keras' global random state as it was, whatever layers draw while they are made."""
    import keras
    from keras.src.backend.common import global_state  # Keras has no public way to it

    name = "global_seed_generator"
    python, generator = random.getstate(), global_state.get_global_attribute(name)
    drawn = None if generator is None else keras.ops.convert_to_numpy(generator.state)
    try:
        yield
    finally:
        random.setstate(python)
        global_state.set_global_attribute(name, generator)
        if generator is not None:
            generator.state.assign(drawn)


def live_network(model: Any, input_spec: InputSpec, sample: tuple[int, int, int]) -> KerasNetwork:
    """A live Keras model, or a twin of it that ends in logits. The model itself is not changed.

    Args:
        model: a built `keras.Model`; its classes and functions are the caller's own and may be anything.
        sample: shape of an image, (h, w, c), for a model that says as little as the input specification.

    Raises:
        InvalidArgument: it is no Keras 3 model, or takes other pictures than the input specification says.
        ModelRefused: it is no classifier of pictures.
    """
    refuse_unbuilt(model)
    if not getattr(model, "inputs", None):
        shapes, uses = _watched(model, input_spec, sample)
        watched = KerasNetwork(model, Squash.UNKNOWN, input_spec, shapes)
        watched.take_layers(uses)
        return watched
    shapes = shapes_of(model)
    spec = input_spec.complete(shapes.height, shapes.width, shapes.channels)
    plain = as_plain_network(model)
    network, squash, notes = uncovered(
        model if plain is None else plain, functools.partial(_copy, model), noise(shapes, spec, sample[:2])
    )
    live = KerasNetwork(network, squash, spec, shapes)
    live.notes += notes
    return live


def _copy(model: Any, config: Config) -> Any:
    """A network of the configuration, with what the model's layers are made of at hand."""
    import keras

    layers = model._flatten_layers()
    own: dict[str, Any] = {type(layer).__name__: type(layer) for layer in layers}
    for layer in layers:
        functions = [value for value in vars(layer).values() if isinstance(value, types.FunctionType)]
        own.update({function.__name__: function for function in functions})
    with keras.saving.custom_object_scope({name: one for name, one in own.items() if not is_kerass(one)}):
        return keras.saving.deserialize_keras_object(config, safe_mode=False)


def _watched(model: Any, spec: InputSpec, sample: tuple[int, int, int]) -> tuple[Shapes, tuple[Use, ...]]:
    """Shapes and layers of a model of a class of its own, which says nothing before it is called.

    Raises:
        ModelRefused: it doesn't take such images, or is no classifier.
    """
    import keras

    assumed = Shapes(None, None, {"L": 1, "RGB": 3, None: sample[2]}[spec.mode], units=0)
    images = noise(assumed, spec, sample[:2])
    try:
        answer, uses = uses_by_trial(model, images)
        outputs = keras.tree.flatten(answer)
    except Exception as error:  # the user's own code may raise anything
        raise ModelRefused(
            f"Expected a model of images of shape {images.shape[1:]}. Received: {type(model).__name__}, "
            f"which fails on them: {first_line(error)} Give an input_spec with the height, width and mode "
            "that it takes."
        ) from error
    if len(outputs) != 1:
        raise ModelRefused(f"Expected a model with one output. Received: {len(outputs)} outputs.")
    return classifier_shapes(tuple(images.shape), tuple(outputs[0].shape)), uses
