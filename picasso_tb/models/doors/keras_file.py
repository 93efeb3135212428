"""`.keras` files, as Keras 3 saves them, whatever backend it ran on."""

from picasso_tb.models.keras_architecture import describe, read_keras_file
from picasso_tb.models.snapshot import Snapshot


def open_file(path: str) -> Snapshot:
    """
    Raises:
        NotFound, DamagedFile, ModelRefused: see `read_keras_file` and `describe`.
    """
    model = read_keras_file(path)
    return Snapshot(describe(model), model.get_weights(), format="Keras 3 file")
