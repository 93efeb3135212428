"""Models of Keras 2, through tf-keras where that is installed."""

import functools
from collections.abc import Callable
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.doors.asked import Asked
from picasso_tb.models.doors.of_keras import check_code, loading
from picasso_tb.models.live_graph import traced_snapshot
from picasso_tb.models.losses import Trained
from picasso_tb.models.snapshot import Snapshot

_FORMAT = "Keras 2 file"
_NOTE = "The model is one of Keras 2: it was read with tf-keras and logged as a TensorFlow graph."


def open_with_tf_keras(
    path: str,
    config: Any,
    asked: Asked,
    trained: Trained,
    load: Callable[[Any], Any] | None = None,
) -> Snapshot:
    """
    Args:
        config: the configuration inside the file.
        trained: what it keeps of the loss.
        load: makes the model, given the package; by default of the file as a whole.

    Raises:
        ModelRefused: tf-keras is not installed, or refuses.
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
    with loading(path), tf_keras.utils.custom_object_scope(own):
        whole = functools.partial(tf_keras.models.load_model, path, compile=False, safe_mode=True)
        model = load(tf_keras) if load else whole()
        if load is None and asked.weights is not None:
            model.load_weights(asked.weights)
    return traced_snapshot(model, _NOTE, asked.output, _FORMAT, trained)
