"""`.keras` files, as Keras 3 saves them on any backend, and those of tf-keras."""

import zipfile
from typing import Any

from picasso_tb.models.doors.asked import Asked
from picasso_tb.models.doors.h5 import check_weights
from picasso_tb.models.doors.limits import check_archive, check_arrays, read_object, reading
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

_FORMAT = "Keras 3 file"


def open_file(path: str, asked: Asked) -> Snapshot:
    """
    Raises:
        NotFound: there is no such file of weights.
        DamagedFile: it is no `.keras` file, is truncated, or claims more than it holds.
        ModelRefused: it needs code of the user's that he did not name, or can't be explained.
    """
    import keras

    config, metadata, most_weights = _checked(path)
    trained = trained_by(config.get("compile_config"))
    config = untrained(path, config)

    def load(keras: Any) -> Any:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        if asked.weights is None:
            model.load_weights(path)
        else:
            load_weights(model, asked.weights)
        return model

    if asked.weights is not None:
        most_weights += check_weights(asked.weights)
    if str(metadata.get("keras_version", "3")).startswith("2."):
        return open_with_tf_keras(path, config, asked, trained, load, most_weights)
    own = asked.imported()
    check_code(path, config, own)

    with loading(path, keras), keras.saving.custom_object_scope(own):
        model = made(lambda: load(keras), most_weights)
    return snapshot_of(model, asked, _FORMAT, trained)


def _checked(path: str) -> tuple[dict[str, Any], dict[str, Any], int]:
    """The configuration, the metadata and the bytes of arrays of a whole file that holds what it claims."""
    import h5py

    what = "a whole .keras file, as model.save('name.keras') writes"
    with reading(path, what), zipfile.ZipFile(path) as archive:
        check_archive(path, archive)
        names = set(archive.namelist())
        if archive.testzip() or not {"config.json", "model.weights.h5"} <= names:
            raise zipfile.BadZipFile("a part is missing or damaged")
        config = archive.read("config.json")
        metadata = archive.read("metadata.json") if "metadata.json" in names else b"{}"
        weights = archive.getinfo("model.weights.h5")
        with archive.open(weights) as member, h5py.File(member) as file:
            most_weights = check_arrays(path, file, weights.file_size)
    content = read_object(f"{path}/config.json", config)
    return content, read_object(f"{path}/metadata.json", metadata), most_weights
