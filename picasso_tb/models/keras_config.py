"""Keras architectures as plain data, without Keras: made canonical, checked, their logits uncovered."""

import copy
import functools
from collections.abc import Collection, Iterator
from typing import Any

from picasso_tb.errors import NeedsCode
from picasso_tb.models.shapes import Squash

Config = dict[str, Any]  # a decoded JSON object

_NETWORKS = {"Sequential", "Functional"}
_WEIGHTED_SUMS = {"Dense", "EinsumDense", "Conv1D", "Conv2D", "SeparableConv2D", "DepthwiseConv2D"}
_VALUE_KEEPING = {
    *("Dropout", "SpatialDropout2D", "Flatten", "Reshape", "Identity", "ActivityRegularization"),
    *("Squeeze", "Cast"),  # of keras.ops
}
_AVERAGING = {
    "GlobalAveragePooling2D",
    "AveragePooling2D",
}  # logits stay logits; squashed values can't be undone
_AFFINE = {"BatchNormalization", "Rescaling"}
_SQUASHES = {
    "softmax": Squash.SOFTMAX,
    "log_softmax": Squash.SOFTMAX,
    "sigmoid": Squash.SIGMOID,
    "linear": Squash.NOTHING,
    None: Squash.NOTHING,
}
_PLAIN = {"elu", "gelu", "leaky_relu", "relu", "selu", "silu", "softplus", "softsign", "tanh"}  # leave 0 to 1
_SQUASHING_LAYERS = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sigmoid": "sigmoid"}
_PLAIN_LAYERS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu"}
_CODE_LAYERS = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
_READING_LAYERS = {"StringLookup", "IntegerLookup", "IndexLookup", "TextVectorization"}
_PLACES = {  # modules that Keras names what a model is made of by
    *("keras", "keras.layers", "keras.activations", "keras.initializers", "keras.regularizers"),
    *("keras.constraints", "keras.dtype_policies", "keras.mixed_precision", "keras.quantizers"),
    *("keras.models", "keras.ops", "keras.random"),
}
_INNER_PLACES = ("keras.src.ops.", "keras.src.models.", "keras.src.layers.", "keras.src.applications.")
_FUNCTIONS_OF_KERAS = "keras.src.activations"
_KERAS_2 = "tf_keras."  # how tf-keras names what Keras 2 names "keras."
_LAYERS_OF_KERAS_2 = ("keras.src.layers.", "keras.layers.")
_ENGINES_OF_KERAS_2 = ("keras.src.engine.", "keras.engine.")
_OF_ENGINE = {"Functional", "Sequential", "InputLayer"}  # others there run whatever operation they name
_OPERATION_LAYERS = {"TFOpLambda", "SlicingOpLambda"}  # of Keras 2: a function of TensorFlow, by its name
_CALLING_LAYERS = {"ClassMethod", "InstanceMethod", "InstanceProperty", "TensorFlowOpLayer"}  # any code
_PURE_FUNCTIONS = ("math.", "nn.", "__operators__.")
_PURE_FUNCTIONS_ALONE = {
    *("cast", "concat", "expand_dims", "ones_like", "reshape", "squeeze", "stack", "tile", "transpose"),
    "zeros_like",
}
_ZEROS: Config = {
    "module": "keras.initializers",
    "class_name": "Zeros",
    "config": {},
    "registered_name": None,
}


def canonical(model: Config) -> Config:
    """The architecture without what inference does not need, so that equal networks have equal texts.

    How the model is compiled, initialised, regularised, frozen and seeded is left out; so is the batch size,
    which a model built by its first call fixes by accident.
    """
    kept: Config = {}
    for key, value in model.items():
        if key in ("compile_config", "build_config", "build_input_shape"):
            continue
        if key.endswith("_initializer") and value is not None:
            kept[key] = _ZEROS
        elif key.endswith(("_regularizer", "_constraint")) or key == "seed":
            kept[key] = None
        elif key == "trainable":
            kept[key] = True
        elif key == "batch_shape" and value:
            kept[key] = [None, *value[1:]]
        else:
            kept[key] = _canonical_value(value)
    return kept


def without_training(config: Any) -> Any:
    """The configuration without how the model and those inside it were compiled."""
    if isinstance(config, dict):
        kept = {key: without_training(value) for key, value in config.items()}
        if "class_name" in kept:
            kept.pop("compile_config", None)
        return kept
    return [without_training(value) for value in config] if isinstance(config, list) else config


def _canonical_value(value: Any) -> Any:
    if isinstance(value, dict):
        return canonical(value)
    return [_canonical_value(item) for item in value] if isinstance(value, list) else value


def refuse_foreign_code(
    config: Any, functions: Collection[str], allowed: Collection[str] = (), keras_2: bool = False
) -> None:
    """Make sure that the architecture is data alone: Keras' own layers, and none that carries code.

    Args:
        functions: names of Keras' own functions.
        allowed: names of classes and functions of the user's, at hand in this process.
        keras_2: whether tf-keras is to build it, which has layers and places of its own.

    Raises:
        NeedsCode: names the first layer that would have to run code from elsewhere, and what to do.
    """
    for part in _objects(config):
        name = str(part["class_name"])
        if name == "Lambda" and _function_of(part) in allowed:
            continue
        if name in _CODE_LAYERS or name == "__lambda__":
            way = "save the model as a SavedModel" if keras_2 else "with keras.ops, or log the live model"
            raise NeedsCode(
                f"Expected Keras' own layers. Received: a {name.strip('_')} layer, which carries code, and "
                f"code is never run from a log directory. Write it with Keras' own layers, or {way}."
            )
        what = str(part.get("config")) if name == "function" else name
        is_own = _is_of_keras_2 if keras_2 else _is_kerass_own
        is_kerass_own = _is_known(part, functions) if name == "function" else is_own(part)
        if name in _READING_LAYERS:
            raise NeedsCode(f"Expected layers that compute. Received: {name}, which may read files.")
        is_allowed = what in allowed or str(part.get("registered_name")) in allowed
        if name.startswith("__") or is_kerass_own or is_allowed:
            continue
        path = f"{part.get('module') or 'your_module'}.{what}"
        raise NeedsCode(
            f"Expected Keras' own layers. Received: {what}, whose code is not at hand where maps are "
            f"computed. If you trust it, allow it where you open the model: custom_objects=[{path!r}] "
            f"(--custom-objects {path})."
        )


def _is_known(function: Config, functions: Collection[str]) -> bool:
    """Whether a function is Keras' own by its name and place, which loading it would import."""
    module = str(function.get("module") or "builtins").replace(_KERAS_2, "keras.", 1)
    is_of_keras = module in {"builtins", *_PLACES} or module.startswith(_FUNCTIONS_OF_KERAS)
    return is_of_keras and str(function.get("config")) in functions


def _function_of(part: Config) -> str:
    """Name of the function in a Lambda layer; empty where it is code."""
    function = part["config"].get("function") if isinstance(part.get("config"), dict) else None
    is_named = isinstance(function, dict) and function.get("class_name") == "function"
    return str(function["config"]) if is_named and isinstance(function, dict) else ""


def _objects(config: Any) -> Iterator[Config]:
    """Every serialised object in the configuration, the outermost first."""
    if isinstance(config, dict):
        if "class_name" in config:
            yield config
        for value in config.values():
            yield from _objects(value)
    elif isinstance(config, list):
        for value in config:
            yield from _objects(value)


def uncover_logits(model: Config) -> tuple[Config, Squash]:
    """The architecture ending in logits where that can be had, and what stood in the way.

    Returns:
        An edited copy, with the same weights in the same order; unchanged where no squash was taken off.
    """
    edited = copy.deepcopy(model)
    squash = _uncover(edited) if edited.get("class_name") in _NETWORKS else Squash.UNKNOWN
    return (edited if squash in (Squash.SOFTMAX, Squash.SIGMOID) else model), squash


def _uncover(network: Config) -> Squash:
    """Take the squash off the network, in place: from the output inwards, as far as every value is kept.

    Behind a layer that nobody knows, an explicit linear activation says that the outputs are logits.
    """
    mixed, unknown = False, Squash.UNKNOWN  # a squash behind what mixes or moves its values can't be undone
    for layer in _layers_from_output(network["config"]):
        name = layer["class_name"]
        if not _is_kerass_own(layer) or len(layer.get("inbound_nodes", [])) > 1:
            return unknown  # a layer used twice can't be edited for one of its uses
        if name in _VALUE_KEEPING:
            continue
        if name == "Activation" and _activation(layer) == "linear":
            unknown = Squash.NOTHING
            continue
        if name in _AVERAGING or name in _AFFINE:
            mixed = True
            continue
        squash = _squash_of(layer)
        if name in _NETWORKS:
            squash = _uncover(copy.deepcopy(layer) if mixed else layer)
        if _activation(layer) in _PLAIN and squash is Squash.UNKNOWN and not mixed:
            return Squash.NOTHING
        if mixed and squash in (Squash.SOFTMAX, Squash.SIGMOID):
            return Squash.INDEPENDENT if squash is Squash.SIGMOID else Squash.UNKNOWN
        if name not in _NETWORKS and squash in (Squash.SOFTMAX, Squash.SIGMOID):
            _take_off(layer)
        return unknown if squash is Squash.UNKNOWN else squash
    return unknown


def _layers_from_output(network: Config) -> Iterator[Config]:
    """The layers that the output comes through, last one first, up to the first that joins several."""
    layers = network["layers"]
    if "output_layers" not in network:
        yield from reversed(layers)
        return
    by_name = {layer["config"].get("name", layer.get("name")): layer for layer in layers}
    outputs = list(_histories(network["output_layers"]))
    while len(outputs) == 1 and outputs[0] in by_name:
        layer = by_name[outputs[0]]
        yield layer
        outputs = [
            tensor["config"]["keras_history"][0]
            for tensor in _objects(layer.get("inbound_nodes", [])[:1])
            if tensor["class_name"] == "__keras_tensor__"
        ]


def _histories(outputs: Any) -> Iterator[str]:
    """Names of the layers in `["name", 0, 0]`, `[["name", 0, 0], ...]` or a dict of such."""
    if isinstance(outputs, dict):
        outputs = list(outputs.values())
    if outputs and isinstance(outputs[0], str):
        yield outputs[0]
    else:
        for output in outputs:
            yield from _histories(output)


def _squash_of(layer: Config) -> Squash:
    name = layer["class_name"]
    if name in _SQUASHING_LAYERS:
        last_axis = layer["config"].get("axis", -1) in (-1, [-1], 1, [1])  # 1 in a row of class values
        return _SQUASHES[_SQUASHING_LAYERS[name]] if last_axis else Squash.UNKNOWN
    if name in _WEIGHTED_SUMS or name == "Activation":
        return _SQUASHES.get(_activation(layer), Squash.UNKNOWN)
    return Squash.UNKNOWN


def _activation(layer: Config) -> str | None:
    activation = layer["config"].get("activation", _PLAIN_LAYERS.get(layer["class_name"]))
    if isinstance(activation, dict):  # Keras' long form of a function or layer
        name = str(activation.get("class_name"))
        activation = activation.get("config") if name == "function" else _SQUASHING_LAYERS.get(name, "other")
    return None if activation is None else str(activation)


def _take_off(layer: Config) -> None:
    """Make the layer pass on what it squashed, in place."""
    if layer["class_name"] in _SQUASHING_LAYERS:
        own = layer["config"]
        kept = {key: own[key] for key in ("name", "dtype") if key in own}
        layer.update(module="keras.layers", class_name="Activation", registered_name=None, config=kept)
        for node in layer.get("inbound_nodes", []):
            tensors = [part for part in _objects(node) if part["class_name"] == "__keras_tensor__"]
            node.update(args=tensors[:1], kwargs={})
    layer["config"]["activation"] = "linear"


def _is_kerass_own(layer: Config) -> bool:
    module = layer.get("module")
    if module is None:  # as Keras 2 wrote it: the class alone
        return layer["class_name"] in _names_of_layers()
    return str(module) in _PLACES or str(module).startswith(_INNER_PLACES)


def _is_of_keras_2(layer: Config) -> bool:
    module = str(layer.get("module") or "keras.layers")
    if module.startswith(_KERAS_2):
        module = module.replace(_KERAS_2, "keras.", 1)
    if layer["class_name"] in _CALLING_LAYERS:
        return False
    if layer["class_name"] in _OPERATION_LAYERS:
        config = layer.get("config")
        function = str(config.get("function")) if isinstance(config, dict) else ""
        is_pure = function.startswith(_PURE_FUNCTIONS) or function in _PURE_FUNCTIONS_ALONE
        return is_pure and module.startswith("keras.")
    if layer.get("module") is None:
        return layer["class_name"] in _names_of_layers()
    if module.startswith(_ENGINES_OF_KERAS_2):
        return layer["class_name"] in _OF_ENGINE
    return module in _PLACES or module.startswith(_LAYERS_OF_KERAS_2)


@functools.cache
def _names_of_layers() -> frozenset[str]:
    import keras

    places = (keras.layers, keras.initializers, keras.regularizers, keras.constraints, keras.models)
    return frozenset(name for place in places for name in dir(place) if name[0].isupper()) | {
        "Functional",
        "Policy",
    }
