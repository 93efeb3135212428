"""Values of variables in a TensorFlow checkpoint, as arrays."""

import contextlib
import glob
import math
import os
from collections.abc import Iterator
from typing import Any

import numpy.typing as npt
from google.protobuf.message import DecodeError

from picasso_tb.errors import DamagedFile, ModelRefused, NotFound
from picasso_tb.models.architecture import WeightInfo
from picasso_tb.models.doors.limits import check_declared
from picasso_tb.models.graphs.variables import Weight

_OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"  # TensorFlow's own key


def read_values(
    prefix: str, keys: dict[str, str], variables: dict[str, int]
) -> tuple[dict[str, Weight], list[tuple[WeightInfo, npt.NDArray[Any]]]]:
    """What to feed for each variable, and the arrays in that order.

    Args:
        prefix: of the checkpoint's files.
        keys: under which it keeps each variable; its own name where it is not among them.
        variables: to read, with the numbers of their types.

    Raises:
        NotFound: there is no such checkpoint.
        DamagedFile: it is truncated, or claims more than it holds.
        ModelRefused: it lacks a variable.
    """
    with _reading(prefix) as reader:
        shapes, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
        stored = sum(map(os.path.getsize, glob.glob(f"{glob.escape(prefix)}.data-*")))
        fed, arrays = {}, []
        for index, (name, kind) in enumerate(variables.items()):
            key = keys.get(name, name)
            if key not in shapes:
                raise ModelRefused(
                    f"Expected a checkpoint with every variable of the graph. Received: {prefix}, without "
                    f"{key!r:.100}."
                )
            shape = tuple(shapes[key])
            check_declared(prefix, math.prod(shape) * max(1, types[key].size), stored)
            array = reader.get_tensor(key)
            fed[name] = Weight(index, kind, shape)
            arrays.append((WeightInfo(name, shape, str(array.dtype)), array))
        return fed, arrays


def read_objects(prefix: str) -> Any:
    """The TrackableObjectGraph of the objects whose values a checkpoint keeps, empty where it holds none.

    Raises:
        NotFound, DamagedFile: see `read_values`.
    """
    from tensorflow.core.protobuf.trackable_object_graph_pb2 import TrackableObjectGraph

    with _reading(prefix) as reader:
        is_there = reader.get_variable_to_shape_map().get(_OBJECTS) == []
        return TrackableObjectGraph.FromString(reader.get_tensor(_OBJECTS) if is_there else b"")


@contextlib.contextmanager
def _reading(prefix: str) -> Iterator[Any]:
    import tensorflow as tf

    if not os.path.exists(f"{prefix}.index"):
        raise NotFound(
            f"weights: Expected a checkpoint. Received: {prefix}, without {prefix}.index", "weights"
        )
    try:
        yield tf.train.load_checkpoint(prefix)
    except (tf.errors.OpError, RuntimeError, ValueError, IndexError, DecodeError) as error:
        raise DamagedFile(
            f"{prefix}: Expected a whole checkpoint. Received: {str(error).splitlines()[0]:.200}"
        ) from error
