"""What the doors of Keras models share: what code may be loaded, and what comes out."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from picasso_tb.errors import DamagedFile, ModelRefused, NeedsCode
from picasso_tb.models.doors.asked import Asked
from picasso_tb.models.keras_architecture import REFUSALS, describe, first_line, head_of, keras_functions
from picasso_tb.models.keras_config import refuse_foreign_code, way_out, without_code, without_training
from picasso_tb.models.live_graph import NOTE, traced_snapshot
from picasso_tb.models.losses import UNKNOWN, Trained, trained_with
from picasso_tb.models.snapshot import Snapshot

_UNKNOWN_NAME = re.compile(r"(?:Could not interpret .+ identifier|Unknown .+ function): '?(\w+)")
_ENDLESS = "Expected an architecture. Received: one nested without an end."


def check_code(path: str, config: Any, own: Mapping[str, Any], keras_2: bool = False) -> None:
    """Make sure that loading runs Keras' own code, and what the user named or registered in this process.

    Raises:
        ModelRefused: names the first other, and how to allow it.
    """
    from keras.saving import get_custom_objects

    try:
        refuse_foreign_code(config, keras_functions(), {**get_custom_objects(), **own}, keras_2)
    except NeedsCode as why:
        raise ModelRefused(f"{path}: {why} {why.way}") from why
    except RecursionError as error:
        raise DamagedFile(f"{path}: {_ENDLESS}") from error


def trained_by(compiled: Any) -> Trained:
    """What a file keeps of how the model was compiled says of its outputs; read as names alone."""
    return trained_with(compiled.get("loss")) if isinstance(compiled, dict) else UNKNOWN


def untrained(path: str, config: Any) -> Any:
    """The configuration without how the model and those inside it were compiled, which is not loaded.

    Raises:
        DamagedFile: it has no end.
    """
    try:
        return without_training(config)
    except RecursionError as error:
        raise DamagedFile(f"{path}: {_ENDLESS}") from error


def load_weights(model: Any, path: str) -> None:
    """Give a model the weights of a file.

    Raises:
        ModelRefused: they are those of another.
    """
    try:
        model.load_weights(path)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ModelRefused(
            f"weights: Expected those of the architecture. Received: {path!r}, which Keras can't load into "
            f"it: {first_line(error)}"
        ) from error


@contextlib.contextmanager
def loading(path: str, keras: Any) -> Iterator[None]:
    """What Keras raises while it loads a model, as a refusal that names the file.

    Args:
        keras: the package, or that of tf-keras.
    """
    try:
        yield
    except REFUSALS as error:
        said, keras_2 = first_line(error), keras.__name__ == "tf_keras"
        unknown = _UNKNOWN_NAME.search(said)  # a function by its bare name, as Keras 2 kept it
        way = (
            way_out(None, unknown[1], keras_2)
            if unknown
            else f"It may be damaged, or of another version. {without_code(keras_2)}"
        )
        raise ModelRefused(
            f"{path}: {keras.__name__} {keras.__version__} refuses to load this model: {said} {way}"
        ) from error


def snapshot_of(model: Any, asked: Asked, format: str, trained: Trained) -> Snapshot:
    """A loaded Keras model, as its configuration where that does, else as a graph.

    Args:
        trained: what the file keeps of the loss.

    Raises:
        ModelRefused: it can't be explained.
        InvalidArgument: it has no such output.
    """
    try:
        architecture = describe(model, asked.output, trained)
    except NeedsCode as why:
        return traced_snapshot(model, NOTE.format(why=why), asked.output, format, trained)
    head = head_of(model, asked.output)[0] if len(model.outputs) > 1 else model
    return Snapshot(architecture, head.get_weights(), format)
