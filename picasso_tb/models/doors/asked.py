"""What the user says of a model beside its path."""

import dataclasses
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


def no_door(what: str) -> ModelRefused:
    return ModelRefused(
        "Expected a .keras file, a whole-model .h5, the .json of an architecture with its weights (weights=, "
        "--weights), the folder of a SavedModel, or the .meta of a TensorFlow 1 graph beside its .index. "
        f"Received: {what}"
    )
