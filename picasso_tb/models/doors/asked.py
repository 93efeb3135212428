"""What the user says of a model beside its path."""

import dataclasses
import os
from collections.abc import Iterator
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.imported import imported


@dataclasses.dataclass(frozen=True)
class Asked:
    """See `open_model`."""

    weights: str | None = None
    input: str | None = None
    output: str | int | None = None
    custom_objects: tuple[str, ...] = ()

    def imported(self) -> dict[str, Any]:
        """The user's own classes and functions, by the names that Keras knows them by.

        Raises:
            InvalidArgument: one can't be imported.
        """
        return dict(_imported(self.custom_objects))


def _imported(paths: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    import keras

    for path in paths:
        found = imported(path, "custom_objects")
        yield path.rpartition(".")[2], found
        yield keras.saving.get_registered_name(found), found


_MADE_FROM = "Open the Keras or TensorFlow model that it was made from."
_OF_TORCH = "Of PyTorch only Keras' models can be opened: save one as .keras."
_WAYS = {
    **dict.fromkeys((".onnx", ".tflite", ".pb"), _MADE_FROM),
    **dict.fromkeys((".pt", ".pth", ".safetensors"), _OF_TORCH),
}


def no_door(path: str, what: str = "") -> ModelRefused:
    """
    Args:
        what: it is, beside its path.
    """
    way = _WAYS.get(os.path.splitext(path)[1].lower())
    return ModelRefused(
        "Expected a .keras file, a whole-model .h5, the .json of an architecture with its weights (weights=, "
        "--weights), the folder of a SavedModel, or the .meta of a TensorFlow 1 graph beside its .index. "
        f"Received: {path!r}{what}.{f' {way}' if way else ''}"
    )


def values_alone(prefix: str) -> ModelRefused:
    """
    Args:
        prefix: of the files of a checkpoint of TensorFlow 2, or of 1 without its graph.
    """
    return ModelRefused(
        f"Expected a model. Received: a checkpoint, {prefix!r}, which holds values alone. Load it into its "
        f"model, such as tf.train.Checkpoint(model=model).restore({prefix!r}), then "
        "model.save('model.keras'), and open that."
    )
