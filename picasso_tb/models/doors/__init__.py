"""Model files of others, one door a file: each makes a `Snapshot` of what lies behind it."""

import os
from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from picasso_tb.errors import InvalidArgument
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.snapshot import Snapshot


def open_model(
    path: str | os.PathLike[str],
    *,
    weights: str | os.PathLike[str] | None = None,
    input: str | None = None,
    output: str | int | None = None,
    custom_objects: Sequence[str] = (),
) -> Snapshot:
    """Read a model that some program saved. Runs no code from its files.

    Args:
        path: a `.keras` file.
        weights: the file of the weights, where they lie apart.
        input: name of the tensor that takes the pictures, for graphs that don't say.
        output: name or index of the row of class values, for models with several outputs.
        custom_objects: dotted paths of classes and functions of yours that the model is made of, such as
            `my_package.layers.Doubling`. They are imported.

    Raises:
        NotFound: there is no such file.
        DamagedFile: it is truncated, or no model.
        ModelRefused: it can't be explained, or needs code; says what to do.
    """
    from picasso_tb.models.doors import keras_file

    return keras_file.open_file(os.fspath(path))


def read_weights(
    path: str | os.PathLike[str], architecture: Architecture, **how: Any
) -> list[npt.NDArray[Any]]:
    """The weights in one more file of a model that is known, in the order of `architecture.weights`.

    Args:
        how: as for `open_model`.

    Raises:
        InvalidArgument: the file is of another model.
        NotFound, DamagedFile, ModelRefused: as for `open_model`.
    """
    found = open_model(path, **how)
    if found.architecture.config != architecture.config:
        raise InvalidArgument(
            f"{os.fspath(path)}: Expected a checkpoint of the same architecture. Received: another", "path"
        )
    return list(found.weights)
