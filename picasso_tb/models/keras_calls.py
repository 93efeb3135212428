"""What the layers of a stored Keras architecture are called on, looked at before Keras calls them."""

from collections.abc import Iterator
from typing import Any

from picasso_tb.errors import ModelRefused


def takes_an_output(node: Any) -> bool:
    """Whether what a layer is called on holds the output of another layer.

    Looks where Keras looks and nowhere else, as a constant could be dressed up as an output.
    """
    if isinstance(node, dict) and "args" in node:
        return _holds_an_output([node["args"], node.get("kwargs")])
    return any(True for _ in _outputs_named(node))


def _holds_an_output(value: Any) -> bool:
    if isinstance(value, dict) and "class_name" in value:
        return bool(value["class_name"] == "__keras_tensor__")
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return any(map(_holds_an_output, parts))


def _outputs_named(value: Any) -> Iterator[tuple[str, Any]]:
    """The layers, and numbers of their calls, whose outputs a layer is called on, as Keras 2 writes it."""
    if isinstance(value, list) and len(value) in (3, 4) and isinstance(value[0], str):
        if value[0] != "_CONSTANT_VALUE":
            yield value[0], value[1]
        value = value[3:]  # further arguments
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    for part in parts:
        yield from _outputs_named(part)


def refuse_waiting(path: str, config: Any) -> None:
    """
    Args:
        config: of a model of Keras 2, whose layers tf-keras calls when all has come that they are called on.

    Raises:
        ModelRefused: a layer is called on what never comes; tf-keras would try for ever.
    """
    if isinstance(config, list):
        for part in config:
            refuse_waiting(path, part)
    elif isinstance(config, dict):
        left = _never_called(config["layers"]) if isinstance(config.get("layers"), list) else None
        if left is not None:
            raise ModelRefused(
                f"{path}: Expected layers that are called on what comes before them. Received: "
                f"{left!r:.100}, called on what never comes."
            )
        for part in config.values():
            refuse_waiting(path, part)


def _never_called(layers: list[Any]) -> str | None:
    """Name of a layer of a network that waits for ever; None where all are called."""
    named = {one["name"]: one for one in layers if "name" in one}
    waiting = {name: list(one["inbound_nodes"]) for name, one in named.items() if one.get("inbound_nodes")}
    calls = {name: 0 if name in waiting else 1 for name in named}
    is_network = {name: "layers" in one["config"] for name, one in named.items()}
    progress = True
    while waiting and progress:
        progress = False
        for name, nodes in list(waiting.items()):
            # A network may count the call on its own inputs, too.
            while nodes and all(
                calls.get(source, 0) >= max(1, number + (not is_network[source]))
                for source, number in _outputs_named(nodes[0])
            ):
                del nodes[0]
                calls[name] += 1
                progress = True
            if not nodes:
                del waiting[name]
    return next(iter(waiting), None)
