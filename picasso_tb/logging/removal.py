"""What is removed from a run while it is logged."""

import logging

from picasso_tb.store.keep import dispensable
from picasso_tb.store.leftovers import remove_leftovers
from picasso_tb.store.records import CheckpointRecord
from picasso_tb.store.run import RunStore

_log = logging.getLogger("picasso_tb")


def thin(store: RunStore, model: str, keep: int) -> None:
    """Remove checkpoints of a model as `Writer.thin_checkpoints` says."""
    for record in dispensable([each for each in store.list_checkpoints() if each.model == model], keep):
        store.remove_checkpoint(record)


def remove_later(store: RunStore, first: CheckpointRecord) -> None:
    """Remove a model's checkpoints after the first of a training: they are of an earlier one."""
    checkpoints = [record for record in store.list_checkpoints() if record.model == first.model]
    later = [record for record in checkpoints if record.step > first.step]
    for record in later:
        store.remove_checkpoint(record)
    if later:
        _log.warning(
            "Picasso removed %d checkpoints after step %d of run %s: they were of an earlier training. "
            "To keep both trainings, give each a directory of its own.",
            len(later),
            first.step,
            store.location,
        )


def remove_unfinished(store: RunStore) -> None:
    """Remove what writers left that were killed a day ago or more."""
    for folder in (store.probes, store.models, store.architectures, store.checkpoints):
        if folder.is_local:
            remove_leftovers(str(folder), ".tmp")
