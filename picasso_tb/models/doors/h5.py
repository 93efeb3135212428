"""Whole models in `.h5` files, as Keras 2 and 3 save them."""

import os
from typing import Any

from picasso_tb.errors import DamagedFile, ModelRefused, NotFound
from picasso_tb.models.doors.asked import Asked
from picasso_tb.models.doors.limits import check_arrays, read_json, read_object, reading
from picasso_tb.models.doors.of_keras import check_code, load_weights, loading, snapshot_of, trained_by
from picasso_tb.models.doors.of_tf_keras import open_with_tf_keras
from picasso_tb.models.keras_building import made
from picasso_tb.models.losses import Trained
from picasso_tb.models.snapshot import Snapshot

_FORMAT = "Keras H5 file"
_WHOLE = "a whole H5 file"


def open_file(path: str, asked: Asked) -> Snapshot:
    """
    Raises:
        NotFound: there is no such file of weights.
        DamagedFile: it is no H5 file, is truncated, or claims more than it holds.
        ModelRefused: it holds no whole model, needs code, or can't be explained.
    """
    import keras

    most_weights = check_file(path)
    config, version, trained = _checked(path)
    own = asked.imported()
    if asked.weights is not None:
        most_weights += check_weights(asked.weights)

    def load(keras: Any) -> Any:
        model = keras.models.load_model(path, compile=False, safe_mode=True)
        if asked.weights is not None:
            load_weights(model, asked.weights)
        return model

    try:
        check_code(path, config, own)
        with loading(path, keras), keras.saving.custom_object_scope(own):
            model = made(lambda: load(keras), most_weights)
    except ModelRefused:
        if version.startswith("2."):
            return open_with_tf_keras(path, config, asked, trained, load, most_weights)
        raise
    return snapshot_of(model, asked, _FORMAT, trained)


def check_weights(path: str) -> int:
    """Bytes of its arrays.

    Raises:
        NotFound: there is no such file of weights.
        DamagedFile: see `check_file`.
    """
    if not os.path.exists(path):
        raise NotFound(f"weights: Expected a file. Received: {path!r}, which does not exist", "weights")
    return check_file(path)


def check_file(path: str) -> int:
    """Bytes of its arrays.

    Raises:
        DamagedFile: it is no H5 file, or claims more than it holds.
    """
    import h5py

    with reading(path, _WHOLE), h5py.File(path, "r") as file:
        return check_arrays(path, file, os.path.getsize(path))


def _checked(path: str) -> tuple[dict[str, Any], str, Trained]:
    """The configuration in a whole file, the version of Keras that wrote it, and what its loss says."""
    import h5py

    with reading(path, _WHOLE), h5py.File(path, "r") as file:
        text, version = file.attrs.get("model_config"), file.attrs.get("keras_version", "")
        compiled = file.attrs.get("training_config", "null")
    if text is None:
        raise ModelRefused(
            f"{path}: Expected a whole model. Received: weights alone. Save the architecture too, "
            "open(name, 'w').write(model.to_json()), and open that with weights= (--weights; of "
            "add-checkpoints, --model)."
        )
    version = version.decode() if isinstance(version, bytes) else str(version)
    if not all(isinstance(one, str | bytes) for one in (text, compiled)):
        raise DamagedFile(f"{path}: Expected JSON text of how the model is made. Received: another value.")
    return read_object(path, text), version, trained_by(read_json(path, compiled))
