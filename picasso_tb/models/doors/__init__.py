"""Model files of others, one door a file: each makes a `Snapshot` of what lies behind it."""

import glob
import os
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import numpy.typing as npt

from picasso_tb.errors import InvalidArgument, ModelRefused, NotFound
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.doors import h5, json_file, keras_file, saved_model, tf1_graph
from picasso_tb.models.doors.asked import Asked, no_door, values_alone
from picasso_tb.models.doors.limits import reading
from picasso_tb.models.snapshot import Snapshot
from picasso_tb.store.folder import refuse_pipe


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
        path: a `.keras` file, the `.h5` file of a whole model, the `.json` of a Keras architecture, the
            folder of a SavedModel, or any file of a TensorFlow 1 graph with its checkpoint, or their folder.
        weights: the file of the weights, where they lie apart; of a TensorFlow 1 graph, another checkpoint.
        input: name of the tensor that takes the pictures, for graphs that don't say.
        output: name or index of the row of class values, for models with several outputs.
        custom_objects: dotted paths of classes and functions of yours that the model is made of, such as
            `my_package.layers.Doubling`. They are imported.

    Raises:
        NotFound: there is no such file.
        DamagedFile: it is truncated, or no model.
        ModelRefused: it can't be explained, or needs code; says what to do.
    """
    path = os.fspath(path)
    asked = Asked(None if weights is None else os.fspath(weights), input, output, tuple(custom_objects))
    for file in _read_for(path, asked.weights):
        refuse_pipe(file)
    with reading(path, "a whole model file"):
        return _opened(path, asked)


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
    known = (found.architecture.config, found.architecture.with_two_classes().config)
    if architecture.config not in known:  # names of two classes may have made a logit of its number
        raise InvalidArgument(
            f"{os.fspath(path)}: Expected a checkpoint of the same architecture. Received: another", "path"
        )
    return list(found.weights)


def _read_for(*places: str | None) -> Iterator[str]:
    """All files that may be read for a model and its weights, and maybe others."""
    for place in filter(None, places):
        yield place
        beginning = glob.escape(tf1_graph.beginning(place))
        for pattern in (f"{beginning}.*", f"{beginning}/*", f"{beginning}/variables/*"):
            yield from glob.iglob(pattern)


def _refuse_misnamed(path: str, ending: str) -> None:
    """
    Raises:
        ModelRefused: Keras goes by a file's name, and it is of another kind.
    """
    import h5py

    is_h5, is_zip = h5py.is_hdf5(path), zipfile.is_zipfile(path)
    other = (
        ".h5" if ending == ".keras" and is_h5 else ".keras" if ending in (".h5", ".hdf5") and is_zip else ""
    )
    if other:
        raise ModelRefused(
            f"{path}: Expected a {ending} file. Received: a {other} file of that name. Rename it to end in "
            f"{other}."
        )


def _opened(path: str, asked: Asked) -> Snapshot:
    prefix = tf1_graph.prefix_of(path)
    if prefix is not None:
        return tf1_graph.open_graph(prefix, asked)
    prefix = tf1_graph.prefix_of(path, ".index")
    is_saved_model = os.path.exists(os.path.join(path, "saved_model.pb"))
    if prefix is not None and not is_saved_model:
        raise values_alone(prefix)
    if not os.path.exists(path):
        raise NotFound(f"model: Expected a model file. Received: {path!r}, which does not exist", "model")
    if os.path.basename(path) == "saved_model.pb":
        path = os.path.dirname(path)
    if os.path.isdir(path):
        if not os.path.exists(os.path.join(path, "saved_model.pb")):
            raise no_door(path, ", a folder without saved_model.pb and .meta")
        return saved_model.open_folder(path, asked)
    doors = {
        ".keras": keras_file.open_file,
        ".h5": h5.open_file,
        ".hdf5": h5.open_file,
        ".json": json_file.open_file,
    }
    ending = os.path.splitext(path)[1].lower()
    if ending not in doors:
        raise no_door(path)
    _refuse_misnamed(path, ending)
    if asked.input is not None:
        raise InvalidArgument(
            "input (--input-tensor): Expected none, as a Keras model says what takes the pictures. Received: "
            f"{asked.input!r}",
            "input",
        )
    return doors[ending](path, asked)
