"""TensorFlow 1 graphs with a checkpoint: `.meta` beside `.index` and `.data`."""

import glob
import os
import re
from typing import Any

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.doors.asked import Asked
from picasso_tb.models.doors.limits import read_proto
from picasso_tb.models.doors.meta_graph import classifier_of
from picasso_tb.models.doors.saved_model import ends_of
from picasso_tb.models.graphs.logits import moving_nodes
from picasso_tb.models.graphs.nodes import Nodes, Tensor, inputs_of, needed
from picasso_tb.models.snapshot import Snapshot

_FORMAT = "TensorFlow 1 graph and checkpoint"
_ENDS = {"Softmax", "Sigmoid", "LogSoftmax"}
_FLAGS = {"input": "--input-tensor", "output": "--output"}  # what the command line calls them
_INPUTS = {"Placeholder", "PlaceholderWithDefault"}


def prefix_of(path: str, ending: str = ".meta") -> str | None:
    """The common beginning of a checkpoint's files, from any of them, from itself or from their folder.

    None where there is no file of the ending. A file named `checkpoint` is not asked: it may point to where
    the files once were.
    """
    if os.path.isdir(path):
        found = glob.glob(os.path.join(glob.escape(path), f"*{ending}"))
        return max(found, key=_order).removesuffix(ending) if found else None
    prefix = beginning(path)
    return prefix if os.path.exists(f"{prefix}{ending}") else None


def beginning(path: str) -> str:
    """The common one of a checkpoint's files, from any of them; of another path, itself."""
    return re.sub(r"\.(meta|index|data-\d+-of-\d+)$", "", path)


def _order(path: str) -> tuple[int, str]:
    number = re.search(r"-(\d+)\.(?:meta|index)$", path)
    return int(number[1]) if number else -1, path


def open_graph(prefix: str, asked: Asked) -> Snapshot:
    """
    Raises:
        DamagedFile: a file is truncated, or claims more than it holds.
        InvalidArgument: there is no tensor of a given name.
        ModelRefused: input and output can't be told, or the graph is no classifier of pictures.
    """
    from tensorflow.core.protobuf.meta_graph_pb2 import MetaGraphDef

    meta = read_proto(f"{prefix}.meta", MetaGraphDef)
    nodes = {node.name: node for node in meta.graph_def.node}
    signatures = [one for one in meta.signature_def.values() if one.inputs and one.outputs]
    if len(signatures) == 1 and asked.input is None and not _is_name(asked.output):
        pictures, end, notes = ends_of(signatures[0], asked)
    else:
        pictures, end, notes = _ends(nodes, asked)
    return classifier_of(meta, asked.weights or prefix, pictures, end, _FORMAT, notes)


def _is_name(output: str | int | None) -> bool:
    return isinstance(output, str) and not output.isdecimal()


def _ends(nodes: Nodes, asked: Asked) -> tuple[Tensor, Tensor, tuple[str, ...]]:
    """The named input and output; where they are not named, the only ones that can be meant."""
    notes = []
    if asked.input is not None:
        pictures = _named(nodes, asked.input, "input")
    else:
        candidates = [name for name, node in nodes.items() if node.op in _INPUTS and _is_of_pictures(node)]
        if not candidates:
            _refuse_rows(nodes)
        pictures = Tensor(_only(candidates, "input", nodes))
        notes.append(f"The tensor {pictures.node!r} was taken for the input.")
    if _is_name(asked.output):
        return pictures, _named(nodes, str(asked.output), "output"), tuple(notes)
    end = Tensor(_only(_last_ends(nodes, pictures.node), "output", nodes, pictures.node))
    notes.append(f"The tensor {end.node!r} was taken for the row of class values.")
    return pictures, end, tuple(notes)


def _last_ends(nodes: Nodes, pictures: str) -> list[str]:
    """The operations that make probabilities of the pictures, and that no other such one depends on."""
    ends = {name for name, node in nodes.items() if node.op in _ENDS and not name.startswith("gradients")}
    order = needed(nodes, ends)
    found = moving_nodes(order, pictures) & ends
    followed: set[str] = set()
    for name, node in reversed(order.items()):
        if name in followed or name in found:
            followed.update(tensor.node for tensor in inputs_of(node))
    return sorted(found - followed)


def _is_of_pictures(node: Any) -> bool:
    return len(_sides(node)) in (3, 4)


def _refuse_rows(nodes: Nodes) -> None:
    """
    Raises:
        ModelRefused: all that is fed are rows, and one of them must be of pixels.
    """
    fed = {name: node for name, node in nodes.items() if node.op in _INPUTS}
    rows = [f"{name!r:.100} {tuple(_sides(node))}" for name, node in fed.items() if len(_sides(node)) == 2]
    if rows and not any(node.attr["shape"].shape.unknown_rank for node in fed.values()):
        raise ModelRefused(
            "Expected a placeholder of pictures, (batch, height, width, channels). Received: rows, "
            f"{', '.join(rows[:10])}. Build the graph again with one of pictures that tf.reshape makes rows "
            "of, and restore the checkpoint into it."
        )


def _sides(node: Any) -> list[int | None]:
    """Of a placeholder; none where it leaves its shape open, or is a single value."""
    return [side.size if side.size >= 0 else None for side in node.attr["shape"].shape.dim]


def _only(names: list[str], what: str, nodes: Nodes, pictures: str = "") -> str:
    """
    Args:
        pictures: name of the input, if it is known.
    """
    if len(names) != 1:
        last = ", ".join(_unused(nodes, pictures)[:10]) if pictures else ""
        none = f"none that looks like it; what follows from the input ends in {last}" if last else ""
        listed = ", ".join(names[:10]) or none or "none that looks like it"
        raise ModelRefused(
            f"Expected to be told the {what}, the name of a tensor. Received: none, and the graph of "
            f"{len(nodes)} operations has {listed}. Give {what}= ({_FLAGS[what]})."
        )
    return names[0]


def _unused(nodes: Nodes, pictures: str) -> list[str]:
    """The operations that follow from the input, and that nothing follows from."""
    order = needed(nodes, nodes)
    used = {tensor.node for node in order.values() for tensor in inputs_of(node)}
    return sorted(moving_nodes(order, pictures) - used)


def _named(nodes: Nodes, name: str, field: str) -> Tensor:
    tensor = Tensor.parse(name)
    if tensor.node not in nodes:
        raise InvalidArgument(
            f"{field} ({_FLAGS[field]}): Expected a tensor of the graph. Received: {name!r:.100}", field
        )
    return tensor
