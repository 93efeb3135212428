"""What a Keras architecture's outputs passed through last, and the architecture without it."""

import copy
from collections.abc import Iterator
from typing import Any

from picasso_tb.models.keras_config import Config, is_kerass_own, objects_in
from picasso_tb.models.shapes import Squash

_NETWORKS = {"Sequential", "Functional"}
_WEIGHTED_SUMS = {"Dense", "EinsumDense", "Conv1D", "Conv2D", "SeparableConv2D", "DepthwiseConv2D"}
_VALUE_KEEPING = {
    *("Dropout", "SpatialDropout2D", "Flatten", "Reshape", "Identity", "ActivityRegularization"),
    *("Squeeze", "Cast"),  # of keras.ops
}
# Logits stay logits; squashed values can't be undone.
_AVERAGING = {"GlobalAveragePooling2D", "AveragePooling2D"}
# The last four of keras.ops, with a constant; those of layers join several.
_AFFINE = {"BatchNormalization", "Rescaling", "Add", "Subtract", "Multiply", "Negative"}
_AFFINE_IN_FIRST = {"Divide", "TrueDivide"}  # of keras.ops
_SQUASHES = {
    "softmax": Squash.SOFTMAX,
    "log_softmax": Squash.SOFTMAX,
    "sigmoid": Squash.SIGMOID,
    "linear": Squash.NOTHING,
    None: Squash.NOTHING,
}
_PLAIN = {  # leave 0 to 1
    *("elu", "exponential", "gelu", "leaky_relu", "relu", "relu6", "selu", "silu", "softplus", "softsign"),
    "tanh",
}
_SQUASHING_LAYERS = {"Softmax": "softmax", "LogSoftmax": "log_softmax", "Sigmoid": "sigmoid"}
_PLAIN_LAYERS = {
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "Relu": "relu",
    "Relu6": "relu6",
    "Exp": "exponential",  # of keras.ops
}


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
        if not is_kerass_own(layer) or len(layer.get("inbound_nodes", [])) > 1:
            return unknown  # a layer used twice can't be edited for one of its uses
        if name in _VALUE_KEEPING:
            continue
        if name == "Activation" and _activation(layer) == "linear":
            unknown = Squash.NOTHING
            continue
        if name in _AVERAGING or _is_affine(layer) or _is_bare_exponential(layer):
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


def is_affine_at_end(network: Config) -> bool:
    """Whether an affine layer comes last: values may be anything behind one."""
    for layer in _layers_from_output(network["config"]):
        if layer["class_name"] in _NETWORKS:
            return is_affine_at_end(layer)
        if _is_affine(layer):
            return True
        passes_on = layer["class_name"] in _VALUE_KEEPING | _AVERAGING
        if not passes_on and not (layer["class_name"] == "Activation" and _activation(layer) == "linear"):
            return False
    return False


def _is_affine(layer: Config) -> bool:
    """Value by value, where one input alone comes from other layers."""
    name, sources = layer["class_name"], _sources(layer)
    if name in _AFFINE_IN_FIRST:
        return len(sources) == 1 and layer["inbound_nodes"][0]["args"][:1] == sources
    return name in _AFFINE and len(sources) < 2


def _is_bare_exponential(layer: Config) -> bool:
    """Without a weighted sum of its own: log-probabilities may lie behind it."""
    return _activation(layer) == "exponential" and layer["class_name"] not in _WEIGHTED_SUMS


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
        outputs = [tensor["config"]["keras_history"][0] for tensor in _sources(layer)]


def _sources(layer: Config) -> list[Config]:
    """What a layer is called on that others give; empty in a Sequential, where it goes without saying."""
    called_on = objects_in(layer.get("inbound_nodes", [])[:1])
    return [part for part in called_on if part["class_name"] == "__keras_tensor__"]


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
    most = layer["config"].get("max_value")  # of a ReLU
    if most is not None and most <= 1:
        return "other"
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
            tensors = [part for part in objects_in(node) if part["class_name"] == "__keras_tensor__"]
            node.update(args=tensors[:1], kwargs={})
    layer["config"]["activation"] = "linear"
