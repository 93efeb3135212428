"""Keras models at hand in this process, with whatever layers of the user's own they are made of."""

import contextlib
import dataclasses
import functools
import json
import random
import types
from collections.abc import Iterator
from typing import Any

from picasso_tb.errors import ModelRefused, NeedsCode
from picasso_tb.models.graph_model import GraphModel
from picasso_tb.models.graphs.text import GraphArchitecture
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import (
    as_plain_network,
    describe,
    first_line,
    head_of,
    refuse_unbuilt,
    shapes_of,
)
from picasso_tb.models.keras_config import Config
from picasso_tb.models.keras_layers import Use, formats_in, is_kerass, uses_by_trial
from picasso_tb.models.keras_model import KerasNetwork
from picasso_tb.models.keras_twin import uncovered
from picasso_tb.models.live_graph import traced
from picasso_tb.models.losses import trained_with
from picasso_tb.models.network import Network
from picasso_tb.models.shapes import Shapes, Squash, classifier_shapes, noise


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


def live_network(
    model: Any, input_spec: InputSpec, sample: tuple[int, int, int], output: str | int | None = None
) -> Network:
    """A live Keras model, or a twin of it that ends in logits. The model itself is not changed.

    Args:
        model: a built `keras.Model`; its classes and functions are the caller's own and may be anything.
        sample: shape of an image, (h, w, c), for a model that says as little as the input specification.
        output: name or index of the row of class values, where it has several.

    Raises:
        InvalidArgument: it is no Keras 3 model, has no such output, or takes other pictures than the
            input specification says.
        ModelRefused: it is no classifier of pictures.
    """
    refuse_unbuilt(model)
    plain = as_plain_network(model)
    if plain is None or "channels_first" in formats_in(model):
        try:
            return _as_graph(model, input_spec, sample, output)
        except ModelRefused:
            if output is not None or (getattr(model, "inputs", None) and plain is not None):
                raise
    if not getattr(model, "inputs", None):
        shapes, uses = _watched(model, input_spec, sample)
        return KerasNetwork(model, Squash.UNKNOWN, input_spec, shapes, uses)
    head, head_notes = head_of(model if plain is None else plain, output)
    shapes = shapes_of(head)
    spec = input_spec.complete(shapes.height, shapes.width, shapes.channels)
    trained, inputs = trained_with(model.loss), shapes.as_input(noise(shapes, spec, sample[:2]))
    network, squash, notes = uncovered(head, functools.partial(_copy, model), inputs, trained.logits_of)
    if squash is Squash.UNKNOWN and _needs_code(model, output):
        with contextlib.suppress(ModelRefused):
            return _as_graph(model, input_spec, sample, output)  # as it is logged: the numbers of the tab
    is_number = trained.is_number(shapes.units, squash)
    shapes = dataclasses.replace(shapes, is_number=is_number, logits_of=trained.logits_of)
    live = KerasNetwork(network, squash, spec, shapes)
    live.notes += (*head_notes, *notes)
    return live


def _needs_code(model: Any, output: str | int | None) -> bool:
    """Whether its configuration can't tell all that it is made of."""
    try:
        describe(model, output)
    except NeedsCode:
        return True
    return False


def _as_graph(model: Any, spec: InputSpec, sample: tuple[int, int, int], output: str | int | None) -> Network:
    """The model traced, which shows its logits and layers whatever classes it is made of.

    Raises:
        ModelRefused: it can't be traced for images of that shape, or does what a graph may not.
    """
    why = "It has its channels first." if "channels_first" in formats_in(model) else "It has code of its own."
    found = traced(model, why, output)
    shape = (found.height, found.width, found.channels)
    if any(side not in (None, given) for side, given in zip(shape, sample, strict=True)):
        raise ModelRefused(f"Expected images of shape {shape}. Received: {sample}.")
    return GraphModel(GraphArchitecture.from_content(json.loads(found.config)), model.get_weights(), spec)


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
        raise ModelRefused(
            f"Expected a model with one output. Received: {len(outputs)} outputs. Say which to explain "
            "(output=)."
        )
    return classifier_shapes(tuple(images.shape), tuple(outputs[0].shape)), uses
