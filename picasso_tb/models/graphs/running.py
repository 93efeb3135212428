"""What a flat graph gives, to see what its outputs are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import ModelRefused
from picasso_tb.models.graphs.nodes import Nodes, Tensor, graph_of
from picasso_tb.models.graphs.variables import weight_name
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.shapes import FAR, Shapes, noise


def rows_of_noise(
    nodes: Nodes, pictures: str, end: Tensor, weights: Sequence[npt.NDArray[Any]], shapes: Shapes
) -> npt.NDArray[np.float32]:
    """Outputs (3, units) for noise: of 0 to 1 and of 0 to 255, since either may be usual, and of far more.

    Args:
        nodes: that `checked_shapes` let pass.

    Raises:
        ModelRefused: TensorFlow can't run them.
    """
    import tensorflow as tf

    images = noise(shapes, InputSpec().complete(shapes.height, shapes.width, shapes.channels))
    fed = {name: one for index, one in enumerate(weights) if (name := weight_name(index)) in nodes}
    try:
        whole = tf.compat.v1.wrap_function(
            lambda: tf.graph_util.import_graph_def(graph_of(nodes), name=""), []
        )
        feeds = [whole.graph.get_tensor_by_name(f"{name}:0") for name in (pictures, *fed)]
        run = whole.prune(feeds, whole.graph.get_tensor_by_name(f"{end.node}:{end.place}"))
        rows = []
        for image in (images[:1] / 255, images[1:], images[1:] * FAR):
            values = [shapes.as_input(image), *fed.values()]
            given = [tf.saturate_cast(value, feed.dtype) for value, feed in zip(values, feeds, strict=True)]
            rows.append(np.asarray(tf.cast(run(*given), tf.float32)).reshape(1, shapes.units))
    except (ValueError, tf.errors.OpError) as error:
        raise ModelRefused(
            f"Expected a graph that TensorFlow {tf.__version__} can run. Received: {error!s:.200}"
        ) from error
    return np.concatenate(rows)
