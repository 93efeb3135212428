"""Keras models to and from plain data."""

import dataclasses
import json
import os
import zipfile
from typing import Any

from picasso_tb.errors import DamagedFile, InvalidArgument, ModelRefused, NotFound
from picasso_tb.models.architecture import Architecture, WeightInfo
from picasso_tb.models.keras_config import Config, canonical, refuse_foreign_code
from picasso_tb.models.keras_layers import is_kerass, uses_in_graph
from picasso_tb.models.protocol import Layer


@dataclasses.dataclass(frozen=True)
class Shapes:
    """What goes in and comes out; None where the model leaves it open.

    Attributes:
        units: length of the row of class values.
        takes_channels: False for a model whose input is (batch, height, width).
    """

    height: int | None
    width: int | None
    channels: int | None
    units: int
    takes_channels: bool = True

    @property
    def classes(self) -> int:
        return 2 if self.units == 1 else self.units


def describe(model: Any) -> Architecture:
    """What a Keras image classifier is, for the store; called in the training process.

    Args:
        model: a built `keras.Model` with one input, pictures, and one output, a row of class values.

    Raises:
        InvalidArgument: it is no Keras 3 model.
        ModelRefused: it can't be explained, or not rebuilt from data alone; says why and what to do.
    """
    refuse_unbuilt(model)
    network = as_plain_network(model)
    if network is None:
        raise ModelRefused(
            f"Expected a Sequential or functional model. Received: {type(model).__name__}, a class of its "
            "own, whose code is not at hand where maps are computed. Build it with the functional API, or "
            "call picasso_tb.explain on the live model."
        )
    if [id(weight) for weight in network.weights] != [id(weight) for weight in model.weights]:
        raise ModelRefused(
            f"Expected a model whose weights are all of its layers. Received: {type(model).__name__}, which "
            "has others besides. Log keras.Model(model.inputs, model.outputs) in its place."
        )
    shapes = shapes_of(model)
    _refuse_shared_layers(network)
    config = canonical(config_of(network))
    layers = tuple(use.layer for use in uses_in_graph(network))
    refuse_foreign_code(config, _keras_functions())
    return Architecture(
        config=json.dumps(config, sort_keys=True, separators=(",", ":")),
        classes=shapes.classes,
        height=shapes.height,
        width=shapes.width,
        channels=shapes.channels,
        weights=tuple(
            WeightInfo(path=weight.path, shape=tuple(weight.shape), dtype=str(weight.dtype))
            for weight in model.weights
        ),
        layers=layers,
        offers=_offers(network, layers),
    )


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
        raise InvalidArgument(f"model: Expected a Keras 3 model. Received: {type(model).__name__}", "model")
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
        ModelRefused: two networks inside the model share weights, which a configuration does not tell.
    """
    import keras

    networks = [layer for layer in model._flatten_layers() if isinstance(layer, keras.Model)]
    owners: dict[int, str] = {}
    for network in networks:
        for layer in network.layers:
            owner = owners.setdefault(id(layer), network.name)
            if owner != network.name and layer.weights:
                raise ModelRefused(
                    f"Expected layers of one network each. Received: {layer.name!r}, shared by {owner!r} and "
                    f"{network.name!r}, which Keras can't load back. Use the layer in one network alone, or "
                    "call picasso_tb.explain on the live model."
                )


def shapes_of(model: Any) -> Shapes:
    """Shapes of a Sequential or functional model.

    Raises:
        ModelRefused: it is no classifier of pictures.
    """
    for what, tensors in (("input", model.inputs), ("output", model.outputs)):
        if len(tensors) != 1:
            raise ModelRefused(
                f"Expected a model with one {what}. Received: {len(tensors)} {what}s. Make one with the "
                "pictures as its input and the class values as its output: keras.Model(model.inputs[i], "
                "model.outputs[j])."
            )
    return classifier_shapes(tuple(model.inputs[0].shape), tuple(model.outputs[0].shape))


def classifier_shapes(inputs: tuple[int | None, ...], outputs: tuple[int | None, ...]) -> Shapes:
    """The shapes of a classifier of pictures.

    Raises:
        ModelRefused: they are not.
    """
    height, width, channels = (
        (*inputs[1:], 1) if len(inputs) == 3 else inputs[1:] if len(inputs) == 4 else (0, 0, 0)
    )
    if 0 in (height, width, channels):
        raise ModelRefused(
            "Expected a model of pictures, (batch, height, width, channels). Received: input of shape "
            f"{inputs}."
        )
    if height in (1, 3) and channels not in (1, 3, 4):
        raise ModelRefused(
            f"Expected channels last, (batch, height, width, channels). Received: input of shape {inputs}. "
            "Put keras.layers.Permute((3, 1, 2)) in front."
        )
    if len(outputs) != 2 or not outputs[1]:
        raise ModelRefused(
            f"Expected one row of class values for each picture, (batch, classes). Received: output of shape "
            f"{outputs}. Models that segment or detect can't be explained: pass the part that classifies."
        )
    return Shapes(height, width, channels, units=outputs[1], takes_channels=len(inputs) == 4)


def config_of(model: Any) -> Config:
    """The model's architecture as a JSON object, without how it is compiled.

    Raises:
        ModelRefused: a layer doesn't say how it is built.
    """
    try:
        config: Config = json.loads(model.to_json())
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ModelRefused(
            f"Expected layers that can be serialised. {first_line(error)} Give the layer a get_config, or "
            "call picasso_tb.explain on the live model."
        ) from error
    config.pop("compile_config", None)
    return config


def build(config: Config) -> Any:
    """A Keras model of a stored architecture, with weights of no meaning yet; runs no code from it.

    Raises:
        ModelRefused: it needs code of others, or a newer Keras.
    """
    import keras

    refuse_foreign_code(config, _keras_functions())
    try:
        return keras.saving.deserialize_keras_object(config, safe_mode=True)
    except (TypeError, ValueError, KeyError, AttributeError, ImportError) as error:
        raise ModelRefused(
            f"Keras {keras.__version__} can't build this architecture: {first_line(error)} Was the model "
            "made with a newer Keras?"
        ) from error


def read_keras_file(path: str | os.PathLike[str]) -> Any:
    """The model in a `.keras` file, not compiled. Keras' safe mode stays on.

    Raises:
        NotFound: there is no such file.
        DamagedFile: it is no `.keras` file, or is truncated.
        ModelRefused: it needs code that is not registered in this process.
    """
    import keras

    path = os.fspath(path)
    if not os.path.exists(path):
        raise NotFound(f"model: Expected a .keras file. Received: {path!r}, which does not exist", "model")
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip() or not {"config.json", "model.weights.h5"} <= set(archive.namelist())
    except (zipfile.BadZipFile, OSError, EOFError):
        damaged = True
    if damaged:
        raise DamagedFile(
            f"{path}: Expected a whole .keras file, as model.save('name.keras') writes. It is not one."
        )
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (TypeError, ValueError, KeyError, AttributeError, ImportError, OSError) as error:
        raise ModelRefused(
            f"{path}: Keras {keras.__version__} refuses to load this model: {first_line(error)} Import what "
            "registers its classes first, or pass the live model."
        ) from error


def first_line(error: Exception) -> str:
    """What went wrong, as one sentence; of Keras' long texts, the error inside."""
    innermost = str(error).rsplit("Exception encountered: ", maxsplit=1)[-1]
    lines = innermost.strip().splitlines() or [type(error).__name__]
    return lines[0][:300].rstrip(".") + "."


def _keras_functions() -> list[str]:
    import keras

    return dir(keras.activations)
