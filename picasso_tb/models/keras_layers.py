"""The layers of a Keras network that have rows and columns, and how to listen to one of them."""

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from picasso_tb.models.protocol import Layer


@dataclasses.dataclass(frozen=True)
class Use:
    """One of the places in a network at which a layer is called.

    Attributes:
        operation: Keras' layer, or operation of `keras.ops`.
        call: which of its calls in one pass through the network, from 0.
    """

    layer: Layer
    operation: Any
    call: int


def uses_in_graph(network: Any) -> tuple[Use, ...]:
    """The layers of a Sequential or functional network, networks inside it included, from input to output.

    A layer called again has a number behind its name: `conv`, `conv#2`. A network of a class of the user's
    own counts as one layer. None of all where convolutions have their channels first.
    """
    return _readable(_walk(network, "", Counter()))


def formats_in(network: Any) -> set[Any]:
    """The data formats of a network's layers."""
    return {getattr(layer, "data_format", None) for layer in network._flatten_layers()}


def _readable(uses: Iterable[Use]) -> tuple[Use, ...]:
    found = tuple(uses)
    formats = {getattr(use.operation, "data_format", None) for use in found}
    return () if "channels_first" in formats else found


def _walk(network: Any, prefix: str, calls: Counter[int]) -> Iterator[Use]:
    names: Counter[str] = Counter()
    for node in _nodes(network):
        operation = node.operation
        name = prefix + _numbered(operation.name, names)
        if _nodes(operation):
            yield from _walk(operation, f"{name}/", calls)
            continue
        layer = _layer(name, node.outputs)
        if layer:
            yield Use(layer, operation, calls[id(operation)])
        calls[id(operation)] += 1


def tensors_in(network: Any) -> Iterator[Any]:
    """What the layers of a graph of layers give, networks inside it included."""
    for node in _nodes(network):
        yield from node.outputs
        yield from tensors_in(node.operation)


def _nodes(network: Any) -> list[Any]:
    """The calls that make up a graph of layers, in the order in which Keras makes them."""
    import keras

    if not (isinstance(network, keras.Model) and is_kerass(type(network).call)):
        return []
    graph = getattr(network, "_functional", None) or network
    by_depth = getattr(graph, "_nodes_by_depth", {})
    nodes = [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]
    return [node for node in nodes if node.operation and not node.is_input]


def is_kerass(one: Any) -> bool:
    return str(one.__module__).split(".")[0] == "keras"


def _numbered(name: str, names: Counter[str]) -> str:
    names[name] += 1
    return name if names[name] == 1 else f"{name}#{names[name]}"


def _layer(name: str, outputs: list[Any]) -> Layer | None:
    """The layer, if what it gives has rows and columns: more than one place."""
    if len(outputs) != 1 or len(outputs[0].shape) != 4:
        return None
    _, height, width, channels = outputs[0].shape
    return None if not channels or height == width == 1 else Layer(name, height, width, channels)


def uses_by_trial(network: Any, images: Any) -> tuple[Any, tuple[Use, ...]]:
    """The same for a network of a class of the user's own, found by watching it run once on some images.

    Returns:
        What the network gives, and its layers.
    """
    found: list[Use] = []
    path: list[str] = []
    names: Counter[str] = Counter()
    calls: Counter[int] = Counter()

    def watched(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        def watch(*args: Any, **kwargs: Any) -> Any:
            path.append(layer.name)
            number = calls[id(layer)]
            calls[id(layer)] += 1
            try:
                outputs = call(*args, **kwargs)
            finally:
                name = "/".join(path)
                path.pop()
            shown = _layer(name, [outputs]) if hasattr(outputs, "shape") else None
            if shown:
                found.append(Use(shown._replace(name=_numbered(name, names)), layer, number))
            return outputs

        return watch

    with contextlib.ExitStack() as stack:
        for layer in network._flatten_layers(include_self=False):
            stack.enter_context(_replaced_call(layer, watched(layer, layer.call)))
        outputs = network(images, training=False)
    return outputs, _readable(found)


@contextlib.contextmanager
def listening(use: Use, heed: Callable[[Any], None]) -> Iterator[None]:
    """While the block runs, show what the layer gives to `heed`, as a tensor that nothing else stands for.

    A layer that only passes its input on, such as dropout, would else be taken for the one before it.
    """
    import tensorflow as tf

    call, calls = use.operation.call, Counter[int]()

    def listened(*args: Any, **kwargs: Any) -> Any:
        outputs = call(*args, **kwargs)
        calls[0] += 1
        if calls[0] - 1 == use.call:
            outputs = tf.nest.map_structure(tf.identity, outputs)
            heed(tf.nest.flatten(outputs)[0])
        return outputs

    with _replaced_call(use.operation, listened):
        yield


@contextlib.contextmanager
def _replaced_call(operation: Any, call: Callable[..., Any]) -> Iterator[None]:
    """The layer with another `call` for a moment. Past Keras' bookkeeping, to which this is no new state."""
    own = vars(operation).get("call")
    object.__setattr__(operation, "call", call)
    try:
        yield
    finally:
        object.__delattr__(operation, "call")
        if own is not None:
            object.__setattr__(operation, "call", own)
