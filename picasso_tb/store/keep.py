"""Which checkpoints stand out, and which can go when only some are kept."""

from collections.abc import Sequence

from picasso_tb.store.records import CheckpointRecord


def best_checkpoint(checkpoints: Sequence[CheckpointRecord]) -> CheckpointRecord | None:
    """The one with the best value of the metric that the last one names, the earliest of equals."""
    last = max(checkpoints, key=lambda checkpoint: checkpoint.step, default=None)
    if last is None or last.monitor is None:
        return None
    monitor, sign = last.monitor, 1 if last.monitor_mode == "min" else -1
    measured = [checkpoint for checkpoint in checkpoints if monitor in checkpoint.metrics]
    return min(measured, key=lambda each: (sign * each.metrics[monitor], each.step), default=None)


def dispensable(checkpoints: Sequence[CheckpointRecord], keep: int) -> list[CheckpointRecord]:
    """Those to remove so that `keep` stay besides the first, the last and the best.

    The one whose removal leaves the smallest gap in steps goes first, the latest of equals: what stays is
    spread evenly, which best shows since when a network looks somewhere.
    """
    staying = sorted(checkpoints, key=lambda checkpoint: checkpoint.step)
    standing_out = {checkpoint.id for checkpoint in [*staying[:1], *staying[-1:]]}
    best = best_checkpoint(staying)
    if best:
        standing_out.add(best.id)
    removed: list[CheckpointRecord] = []
    while len(staying) - len(standing_out) > keep:
        gaps = {
            index: staying[index + 1].step - staying[index - 1].step
            for index, checkpoint in enumerate(staying)
            if checkpoint.id not in standing_out
        }
        removed.append(staying.pop(min(gaps, key=lambda index: (gaps[index], -index))))
    return removed
