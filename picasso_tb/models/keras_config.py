"""Keras architectures as plain data, without Keras: made canonical, and checked."""

import builtins
import functools
import sys
from collections.abc import Collection, Iterator
from typing import Any

from picasso_tb.errors import NeedsCode
from picasso_tb.models.keras_calls import takes_an_output

Config = dict[str, Any]  # a decoded JSON object

_CODE_LAYERS = {"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
_WAYS_OF_CODE_LAYERS = {"TFSMLayer": "Open the SavedModel that it wraps."}  # a Lambda's are `without_code`'s
_WAY_OF_FOREIGN_LAYERS = "Write it with Keras' own layers."
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
    *("broadcast_to", "cast", "clip_by_value", "concat", "einsum", "expand_dims", "gather", "identity"),
    *("image.central_crop", "image.convert_image_dtype", "image.flip_left_right"),
    *("image.per_image_standardization", "image.resize", "image.resize_with_pad", "image.rgb_to_grayscale"),
    *("linalg.matmul", "ones_like", "pad", "repeat", "reshape", "reverse", "roll", "shape", "slice", "split"),
    *("squeeze", "stack", "stop_gradient", "tile", "transpose", "unstack", "where", "zeros_like"),
}
_EXPORTED = "make it a SavedModel, model.export(folder), and open that folder"
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
    for part in objects_in(config):
        name = str(part["class_name"])
        if not all(map(takes_an_output, part.get("inbound_nodes") or [])):
            raise NeedsCode(
                f"Expected layers that are called on the picture, or on what comes of it. Received: {name}, "
                "called on constants alone, so that it would compute while it is loaded. Make it a weight."
            )
        if name == "Lambda" and _function_of(part) in allowed:
            continue
        if name in _CODE_LAYERS or name == "__lambda__" or _is_called_by_lambda(part):
            raise NeedsCode(
                f"Expected Keras' own layers. Received: a {name.strip('_')} layer, which carries code, and "
                "no file makes code run.",
                _way_of_code(name, _function_of(part), keras_2),
            )
        what = str(part.get("config")) if name == "function" else name
        is_own = _is_of_keras_2 if keras_2 else is_kerass_own
        is_known = _is_known(part, functions) if name == "function" else is_own(part)
        if name in _READING_LAYERS:
            raise NeedsCode(
                f"Expected layers that compute. Received: {name}, which may read files.",
                "Make a model without it: keras.Model(inputs, outputs).",
            )
        is_allowed = what in allowed or str(part.get("registered_name")) in allowed
        if name.startswith("__") or is_known or is_allowed:
            continue
        if name in _OPERATION_LAYERS | _CALLING_LAYERS:
            called = f"{name} {_operation_of(part)}".rstrip()
            raise NeedsCode(
                f"Expected Keras' own layers. Received: {called:.200}, which is not known to only compute.",
                without_code(keras_2=True),  # a SavedModel, whose every operation can be looked at
            )
        if part.get("module") is None and name in _names_of_operations():
            raise NeedsCode(
                f"Expected layers that Keras can read back. Received: {name}, one of Keras' operations, "
                "which only a .keras file keeps whole.",
                "Save the model as one, model.save('name.keras'), and open that.",
            )
        what = what.rpartition(">")[2]  # without the package that it is registered in
        raise NeedsCode(
            f"Expected Keras' own layers. Received: {what:.200}, which is code of its own.",
            way_out(part.get("module"), what, keras_2),
        )


def _is_called_by_lambda(part: Config) -> bool:
    """Whether a layer's activation is a lambda, which Keras writes without saying so."""
    settings = part.get("config")
    activation = settings.get("activation") if isinstance(settings, dict) else None
    return isinstance(activation, dict) and "class_name" not in activation


def _way_of_code(name: str, function: str, keras_2: bool) -> str:
    """
    Args:
        name: of a layer that carries code.
        function: that it names instead; may be empty.
    """
    if function:
        return way_out(None, function, keras_2)
    if name == "Lambda" or name not in _CODE_LAYERS:
        return without_code(keras_2)
    return _WAYS_OF_CODE_LAYERS.get(name, _WAY_OF_FOREIGN_LAYERS)


def way_out(module: Any, name: str, keras_2: bool) -> str:
    """How to allow a class or function of the user's, or to do without its code.

    Args:
        module: that the file names; Keras writes none, or that of all functions, where it does not know.
    """
    place = None if module in ("builtins", "__main__") else module
    is_others = hasattr(builtins, name) if place is None else _is_of_libraries(str(place))
    if is_others or not all(part.isidentifier() for part in f"{place or 'MODULE'}.{name}".split(".")):
        return f"No flag allows what is no class or function of a model. If it is yours, {_exported(keras_2)}"
    path = f"{place or 'MODULE'}.{name}"
    if place is None:
        path = _functions_of_tensorflow().get(name, path)
    where = ", where MODULE is the module that defines it" if path.startswith("MODULE.") else ""
    return (
        f"If you trust it, allow it where you open the model: custom_objects=[{path!r}] (--custom-objects "
        f"{path}){where}. {without_code(keras_2)}"
    )


def _is_of_libraries(module: str) -> bool:
    """Whether it belongs to Python or to Keras, of which a model needs nothing that is not known here."""
    package = _package(module)
    is_of_tensorflow = package == "tensorflow" and module not in ("tensorflow.nn", "tensorflow.math")
    return is_of_tensorflow or package in {"keras", "tf_keras", *sys.stdlib_module_names}


def _package(module: Any) -> str:
    return str(module).partition(".")[0]


def without_code(keras_2: bool) -> str:
    """What needs none of the model's code where maps are computed."""
    return f"Where the model can be loaded, {_exported(keras_2)}"


def _exported(keras_2: bool) -> str:
    live = "" if keras_2 else "log it live (Writer, PicassoCallback), or "
    return f"{live}{_EXPORTED}."


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


def objects_in(config: Any) -> Iterator[Config]:
    """Every serialised object in the configuration, the outermost first."""
    if isinstance(config, dict):
        if "class_name" in config:
            yield config
        for value in config.values():
            yield from objects_in(value)
    elif isinstance(config, list):
        for value in config:
            yield from objects_in(value)


def is_kerass_own(layer: Config) -> bool:
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
        function = _operation_of(layer).removeprefix("compat.v1.")
        is_pure = function.startswith(_PURE_FUNCTIONS) or function in _PURE_FUNCTIONS_ALONE
        return is_pure and module.startswith("keras.")
    if layer.get("module") is None:
        return layer["class_name"] in _names_of_layers()
    if module.startswith(_ENGINES_OF_KERAS_2):
        return layer["class_name"] in _OF_ENGINE
    return module in _PLACES or module.startswith(_LAYERS_OF_KERAS_2)


def _operation_of(layer: Config) -> str:
    """Name of the function of TensorFlow that a layer of Keras 2 calls, such as `nn.relu`; may be empty."""
    config = layer.get("config")
    return str(config.get("function") or "") if isinstance(config, dict) else ""


@functools.cache
def _names_of_operations() -> frozenset[str]:
    """Classes behind `keras.ops`, which stand among the layers of a model."""
    from keras.src.ops.operation import Operation  # Keras has no public list of them

    operations = Operation.__subclasses__()
    return frozenset(one.__name__ for one in operations if one.__module__.startswith("keras.src.ops."))


@functools.cache
def _functions_of_tensorflow() -> dict[str, str]:
    """Where TensorFlow's activations are, by the names that files keep, such as `softmax_v2`."""
    import tensorflow as tf

    found = {name: getattr(tf.nn, name) for name in dir(tf.nn)}
    return {one.__name__: f"tensorflow.nn.{name}" for name, one in found.items() if hasattr(one, "__name__")}


@functools.cache
def _names_of_layers() -> frozenset[str]:
    import keras

    places = (keras.layers, keras.initializers, keras.regularizers, keras.constraints, keras.models)
    return frozenset(name for place in places for name in dir(place) if name[0].isupper()) | {
        "Functional",
        "Policy",
    }
