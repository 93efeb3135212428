"""Model files of others that hold the weights of a checkpoint, which are then not kept again."""

import os
import stat
from collections.abc import Sequence

from picasso_tb.errors import NotFound
from picasso_tb.store.records import LinkRecord


def link_to(
    path: str,
    weights: str | None = None,
    input: str | None = None,
    output: str | int | None = None,
    custom_objects: Sequence[str] = (),
) -> LinkRecord:
    """A link to a model file of this machine.

    Args:
        weights: the file of the weights, where they lie apart; this and the rest are told to what opens it.

    Raises:
        NotFound: there is no such file.
    """
    path, weights = os.path.realpath(path), weights and os.path.realpath(weights)
    size, changed = _size_and_time(weights or path)
    return LinkRecord(
        path=path,
        weights=weights,
        input=input,
        output=output,
        custom_objects=list(custom_objects),
        size=size,
        changed=changed,
    )


def refuse_missing(link: LinkRecord) -> None:
    """
    Raises:
        NotFound: the file is gone.
    """
    _size_and_time(link.weights or link.path)


def trouble_with(link: LinkRecord) -> str | None:
    """What has become of the file since it was linked, if that is to be told."""
    file = link.weights or link.path
    try:
        now = _size_and_time(file)
    except NotFound as gone:
        return gone.message
    if now != (link.size, link.changed):
        return f"{file} was written again after it was linked. Link it again: picasso-tb add-checkpoints"
    return None


def _size_and_time(path: str) -> tuple[int, int]:
    """Of the file that holds the weights; of TensorFlow's formats it is the index of a checkpoint."""
    root = path.removesuffix(".meta")
    for file in (f"{root}.index", f"{path}/variables/variables.index", f"{path}/saved_model.pb", path):
        try:
            status = os.stat(file)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):  # a pipe or device could be read without end
            return status.st_size, status.st_mtime_ns
    raise NotFound(f"{path} is gone, or is on another machine: it holds the weights of this checkpoint")
