"""The JSON text of a Keras architecture, with the file of its weights."""

import json
import os
from typing import Any

from picasso_tb.errors import DamagedFile, InvalidArgument
from picasso_tb.models.doors.asked import Asked
from picasso_tb.models.doors.h5 import check_weights
from picasso_tb.models.doors.limits import MOST_TEXT_BYTES, read_object
from picasso_tb.models.doors.of_keras import (
    check_code,
    load_weights,
    loading,
    snapshot_of,
    trained_by,
    untrained,
)
from picasso_tb.models.doors.of_tf_keras import open_with_tf_keras
from picasso_tb.models.keras_building import made
from picasso_tb.models.snapshot import Snapshot

_FORMAT = "Keras JSON and weights"


def open_file(path: str, asked: Asked) -> Snapshot:
    """
    Raises:
        InvalidArgument: no weights were given.
        NotFound: there is no such file of weights.
        DamagedFile: a file is truncated, or claims more than it holds.
        ModelRefused: it needs code, has other weights, or can't be explained.
    """
    import keras

    if asked.weights is None:
        raise InvalidArgument(
            "weights: Expected the file of the weights, beside an architecture. Received: none", "weights"
        )
    weights, most_weights = asked.weights, check_weights(asked.weights)
    if os.path.getsize(path) > MOST_TEXT_BYTES:
        raise DamagedFile(f"{path}: Expected at most {MOST_TEXT_BYTES} bytes. Received: more.")
    with open(path, "rb") as file:
        config = read_object(path, file.read())
    trained, config = trained_by(config.get("compile_config")), untrained(path, config)
    if str(config.get("keras_version", "3")).startswith("2."):

        def load(tf_keras: Any) -> Any:
            model = tf_keras.models.model_from_json(json.dumps(config))
            load_weights(model, weights)
            return model

        return open_with_tf_keras(path, config, asked, trained, load, most_weights)
    own = asked.imported()
    check_code(path, config, own)

    def load_of_keras() -> Any:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        load_weights(model, weights)
        return model

    with loading(path, keras), keras.saving.custom_object_scope(own):
        model = made(load_of_keras, most_weights)
    return snapshot_of(model, asked, _FORMAT, trained)
