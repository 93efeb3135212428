"""Where a checkpoint keeps a SavedModel's variables: found by the objects, as TensorFlow 2 does."""

from typing import Any

from picasso_tb.models.graphs.nodes import inputs_of

_VALUE = "VARIABLE_VALUE"


def keys_by_objects(meta: Any, kept: Any) -> dict[str, str]:
    """The checkpoint's key of each variable that a function takes, by the name of its node.

    Args:
        meta: a MetaGraphDef.
        kept: the TrackableObjectGraph of its checkpoint.
    """
    keys = _keys(meta.object_graph_def.nodes, kept.nodes)
    functions = meta.object_graph_def.concrete_functions
    found: dict[str, str] = {}
    for node in meta.graph_def.node:
        function = node.attr["f"].func.name if "f" in node.attr else ""
        objects = functions[function].bound_inputs if function in functions else []
        handles = inputs_of(node)[-len(objects) :] if objects else []  # behind its arguments
        found |= {
            handle.node: keys[one] for handle, one in zip(handles, objects, strict=False) if one in keys
        }
    return found


def _keys(saved: Any, kept: Any) -> dict[int, str]:
    """By the index of a saved object: what the same names lead to, from the root on, is the same in both."""
    found, known, open_ends = {}, set[int](), [(0, 0)]
    while open_ends:
        one, same = open_ends.pop()
        if one in known or not (0 <= one < len(saved) and 0 <= same < len(kept)):
            continue
        known.add(one)
        for value in kept[same].attributes:
            if value.name == _VALUE:
                found[one] = value.checkpoint_key
        places = {child.local_name: child.node_id for child in kept[same].children}
        children = [child for child in saved[one].children if child.local_name in places]
        open_ends += [(child.node_id, places[child.local_name]) for child in children]
    return found
