"""Keras models to and from plain data."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from picasso_tb.errors import InvalidArgument, ModelRefused, NeedsCode
from picasso_tb.models.architecture import Architecture, WeightInfo, as_text
from picasso_tb.models.keras_config import Config, canonical, refuse_foreign_code
from picasso_tb.models.keras_layers import formats_in, is_kerass, uses_in_graph
from picasso_tb.models.keras_logits import uncover_logits
from picasso_tb.models.losses import Trained, trained_with
from picasso_tb.models.protocol import Layer
from picasso_tb.models.shapes import Shapes, Squash, classifier_shapes

REFUSALS = (  # what Keras raises at configurations and files that it can't use
    *(TypeError, ValueError, KeyError, AttributeError, ImportError),
    *(OSError, IndexError, RecursionError, NotImplementedError),
)


def describe(model: Any, output: str | int | None = None, trained: Trained | None = None) -> Architecture:
    """What a Keras image classifier is, for the store; called in the training process.

    Args:
        model: a built `keras.Model` with one input, pictures, and a row of class values among its outputs.
        output: name or index of that row, where it has several.
        trained: what is known of its loss, where it is not compiled.

    Raises:
        InvalidArgument: it is no Keras 3 model, or has no such output.
        NeedsCode: it can't be rebuilt from data alone.
        ModelRefused: it can't be explained; says why and what to do.
    """
    refuse_unbuilt(model)
    network = as_plain_network(model)
    if network is None:
        raise NeedsCode(
            f"Expected a Sequential or functional model. Received: {type(model).__name__}, a class of its "
            "own."
        )
    if [id(weight) for weight in network.weights] != [id(weight) for weight in model.weights]:
        raise NeedsCode(
            f"Expected a model whose weights are all of its layers. Received: {type(model).__name__}, which "
            "has others besides."
        )
    network, notes = head_of(network, output)
    shapes = shapes_of(network)
    _refuse_shared_layers(network)
    if "channels_first" in formats_in(network):
        raise NeedsCode("Expected channels last, which every computer runs. Received: channels first.")
    config = canonical(config_of(network))
    layers = tuple(use.layer for use in uses_in_graph(network))
    refuse_foreign_code(config, keras_functions())
    trained = trained or trained_with(model.loss)
    squash = uncover_logits(config)[1]
    if trained.logits_of and squash in (Squash.NOTHING, Squash.UNKNOWN):
        config["logits_of"] = trained.logits_of.value
    if trained.is_number(shapes.units, squash):
        shapes = dataclasses.replace(shapes, is_number=True)
        config["is_number"] = True
    if notes:
        config["notes"] = notes
    return Architecture(
        config=as_text(config),
        classes=shapes.classes,
        height=shapes.height,
        width=shapes.width,
        channels=shapes.channels,
        weights=weights_of(network),
        layers=layers,
        offers=_offers(network, layers),
    )


def weights_of(network: Any) -> tuple[WeightInfo, ...]:
    """In the order of `get_weights()`."""
    return tuple(
        WeightInfo(
            path=getattr(weight, "path", weight.name),
            shape=tuple(weight.shape),
            dtype=str(getattr(weight.dtype, "name", weight.dtype)),
        )
        for weight in network.weights
    )


def head_of(network: Any, output: str | int | None) -> tuple[Any, list[str]]:
    """The network with the row of class values as its only output, and what to tell the user.

    Args:
        network: Sequential or functional.
        output: name or index of the row; None for the only one.

    Raises:
        InvalidArgument: there is no such output.
        ModelRefused: several outputs are rows of class values.
    """
    import keras

    names = names_of_outputs(network, getattr(network, "_outputs_struct", network.outputs))
    if len(names) == 1 and output is None:
        return network, []
    rows = [index for index, one in enumerate(network.outputs) if len(one.shape) == 2]
    index = choose(names, output, rows)
    inputs = network.inputs[0] if len(network.inputs) == 1 else network.inputs
    head = keras.Model(inputs, network.outputs[index], name=network.name)  # the same again has the same name
    return head, notes_of_choice(names, index)


def notes_of_choice(names: Sequence[str], index: int) -> list[str]:
    """What to tell the user who sees one of several outputs."""
    others = [name for name in names if name != names[index]]
    left_out = f"{', '.join(others)} {'are' if len(others) > 1 else 'is'} not"
    return [f"Of the model's outputs, {names[index]!r} is explained; {left_out}."] if others else []


def names_of_outputs(network: Any, outputs: Any) -> list[str]:
    """What the outputs of a model are called, as they lie flat: by its user, by its layers, or by number.

    Args:
        network: which names them, if it is Sequential or functional.
        outputs: as the model gives them.
    """
    import keras

    number = len(keras.tree.flatten(outputs))
    if isinstance(outputs, dict) and len(outputs) == number:
        return sorted(outputs)
    names = list(getattr(network, "output_names", ()))
    return names if len(names) == number else [f"output {index}" for index in range(number)]


def choose(names: Sequence[str], output: str | int | None, rows: Sequence[int]) -> int:
    """Which of several outputs to explain.

    Args:
        rows: those that are rows of class values.

    Raises:
        InvalidArgument: there is no such output.
        ModelRefused: nobody said which.
    """
    listed = ", ".join(f"{index}: {name}" if name else str(index) for index, name in enumerate(names))
    if output is None:
        if len(rows) != 1:
            raise ModelRefused(
                "Expected one row of class values, or to be told which output to explain. Received: "
                f"{len(names)} outputs ({listed}). Give its name or number: output= of open_model, explain, "
                "PicassoCallback or Writer.add_model (before the first checkpoint), --output on the command "
                "line."
            )
        return rows[0]
    if isinstance(output, str) and output in names:
        return names.index(output)
    number = int(output) if str(output).isdecimal() else -1
    if not 0 <= number < len(names):
        raise InvalidArgument(
            f"output (--output): Expected one of {listed}. Received: {output!r:.100}", "output"
        )
    return number


def _offers(network: Any, layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """What can be asked of the network. Whole numbers have no slope; what comes behind them may have."""
    is_smooth = "float" in network.inputs[0].dtype
    return ("scores", *["gradients"][:is_smooth], *["activations"][: bool(layers)])


def refuse_unbuilt(model: Any) -> None:
    """
    Raises:
        InvalidArgument: it is no Keras 3 model.
        ModelRefused: it has no weights yet.
    """
    import keras

    if not isinstance(model, keras.Model):
        is_of_keras_2 = any(one.__module__.startswith("tf_keras.") for one in type(model).__mro__)
        hint = ", of Keras 2: save it as a .keras file and open that" if is_of_keras_2 else ""
        raise InvalidArgument(
            f"model: Expected a Keras 3 model. Received: {type(model).__name__}{hint}", "model"
        )
    if not model.built:
        raise ModelRefused(
            f"Expected a built model. Received: {model.name!r}, which has no weights yet. Call it on one "
            "batch, or model.build((None, height, width, channels)), first."
        )


def as_plain_network(model: Any) -> Any:
    """The model as a graph of layers and nothing more: Sequential or functional; None where it is none.

    A class of the user's own is one too, where it inherits how Keras predicts and trains in its own way.
    """
    import keras

    if is_kerass(type(model)):
        return model
    if is_kerass(type(model).call) and getattr(model, "inputs", None):
        inputs, outputs = (one[0] if len(one) == 1 else one for one in (model.inputs, model.outputs))
        return keras.Model(inputs, outputs, name=model.name)
    return None


def _refuse_shared_layers(model: Any) -> None:
    """
    Raises:
        NeedsCode: two networks inside the model share weights, which a configuration does not tell.
    """
    import keras

    networks = [layer for layer in model._flatten_layers() if isinstance(layer, keras.Model)]
    owners: dict[int, str] = {}
    for network in networks:
        for layer in network.layers:
            owner = owners.setdefault(id(layer), network.name)
            if owner != network.name and layer.weights:
                raise NeedsCode(
                    f"Expected layers of one network each. Received: {layer.name!r}, shared by {owner!r} and "
                    f"{network.name!r}, which Keras can't load back."
                )


def shapes_of(model: Any) -> Shapes:
    """Shapes of a Sequential or functional model of one output.

    Raises:
        ModelRefused: it is no classifier of pictures.
    """
    if len(model.inputs) != 1:
        raise several_inputs(len(model.inputs))
    return classifier_shapes(tuple(model.inputs[0].shape), tuple(model.outputs[0].shape))


def several_inputs(number: int) -> ModelRefused:
    return ModelRefused(
        f"Expected a model with one input, pictures. Received: {number} inputs. Models of several inputs "
        "come later: until then, make one in which the others are constant."
    )


def config_of(model: Any) -> Config:
    """The model's architecture as a JSON object, without how it is compiled.

    Raises:
        NeedsCode: a layer doesn't say how it is built.
    """
    try:
        config: Config = json.loads(model.to_json())
    except (NotImplementedError, TypeError, ValueError) as error:
        raise NeedsCode(
            f"Expected layers that can be serialised. {first_line(error)} Give the layer a get_config."
        ) from error
    config.pop("compile_config", None)
    return config


def first_line(error: Exception) -> str:
    """What went wrong, as one sentence; of Keras' long texts, the error inside."""
    innermost = str(error).rsplit("Exception encountered: ", maxsplit=1)[-1]
    lines = [line for line in innermost.splitlines() if line.strip()] or [type(error).__name__]
    said = " ".join(lines[: 1 + lines[0].endswith(":")])
    return said.strip()[:300].rstrip(".") + "."


def keras_functions() -> list[str]:
    import keras

    return dir(keras.activations)
