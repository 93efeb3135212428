"""Models of Keras 2, through tf-keras where that is installed."""

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.doors.asked import Asked
from picasso_tb.models.doors.of_keras import check_code, loading
from picasso_tb.models.keras_building import refuse_many
from picasso_tb.models.keras_calls import refuse_waiting
from picasso_tb.models.live_graph import traced_snapshot
from picasso_tb.models.losses import Trained
from picasso_tb.models.snapshot import Snapshot

_FORMAT = "Keras 2 file"
_NOTE = "The model is one of Keras 2: it was read with tf-keras and turned into a TensorFlow graph."


def open_with_tf_keras(
    path: str,
    config: Any,
    asked: Asked,
    trained: Trained,
    load: Callable[[Any], Any],
    most_weights: int,
) -> Snapshot:
    """
    Args:
        config: the configuration inside the file.
        trained: what it keeps of the loss.
        load: makes the model, given the package.
        most_weights: numbers that there are for it.

    Raises:
        ModelRefused: tf-keras is not installed, or refuses; or the model takes more memory than can be meant.
    """
    own = asked.imported()
    check_code(path, config, own, keras_2=True)
    try:
        import tf_keras
    except ImportError as error:
        raise ModelRefused(
            f"{path}: Expected a model that Keras 3 can read. Received: one of Keras 2. Install tf-keras to "
            "read it: pip install tf-keras."
        ) from error
    named = tf_keras.utils.custom_object_scope(own)
    with loading(path, tf_keras), named, _bounded(most_weights), _counted_anew():
        refuse_waiting(path, config)
        model = load(tf_keras)
    return traced_snapshot(model, _NOTE, asked.output, _FORMAT, trained)


@contextlib.contextmanager
def _counted_anew() -> Iterator[None]:
    """As for Keras 3, see `keras_building`."""
    from tf_keras.src import backend

    counts = backend.PER_GRAPH_OBJECT_NAME_UIDS
    before = dict(counts)
    counts.clear()
    try:
        yield
    finally:
        counts.clear()
        counts.update(before)


@contextlib.contextmanager
def _bounded(most_weights: int) -> Iterator[None]:
    """Refuse too many weights before TensorFlow takes memory for them.

    Raises:
        ModelRefused: from within the block.
    """
    import tensorflow as tf

    weights = 0

    def create(make: Callable[..., Any], **how: Any) -> Any:
        nonlocal weights
        if how.get("shape") is not None:  # all weights of layers say theirs; others bring their values
            weights += math.prod(how["shape"].as_list())
        refuse_many(weights, most_weights)
        return make(**how)

    with tf.variable_creator_scope(create):
        yield
