"""Which checkpoints stay, against brute force."""

import itertools
from typing import Literal

import pytest

from picasso_tb.store.keep import best_checkpoint, dispensable
from picasso_tb.store.records import CheckpointRecord


def checkpoint(
    step: int,
    loss: float | None = None,
    *,
    mode: Literal["min", "max"] = "min",
    monitor: str | None = "val_loss",
) -> CheckpointRecord:
    return CheckpointRecord(
        id=f"model-{step}",
        step=step,
        model="model",
        architecture="a",
        weights="w",
        file="f",
        arrays=[],
        metrics={} if loss is None else {"val_loss": loss},
        monitor=monitor,
        monitor_mode=mode,
        wall_time=0,
    )


def steps_left(checkpoints: list[CheckpointRecord], keep: int) -> list[int]:
    removed = {each.step for each in dispensable(checkpoints, keep)}
    return sorted({each.step for each in checkpoints} - removed)


def thinned_as_logged(steps: range, keep: int, best: int | None = None) -> list[int]:
    """Thin after every step, as a training does."""
    present: list[CheckpointRecord] = []
    for step in steps:
        present.append(checkpoint(step, None if best is None else float(abs(step - best))))
        removed = {each.step for each in dispensable(present, keep)}
        present = [each for each in present if each.step not in removed]
    return [each.step for each in present]


def test_the_best_by_the_metric_named_last() -> None:
    records = [
        checkpoint(0),
        checkpoint(1, 0.5),
        checkpoint(2, 0.25),
        checkpoint(3, 0.25),
        checkpoint(4, 0.75),
    ]
    assert best_checkpoint(records) is records[2]
    assert best_checkpoint(records[::-1]) is records[2]
    highest = [checkpoint(each.step, each.metrics.get("val_loss"), mode="max") for each in records]
    assert best_checkpoint(highest) is highest[4]


def test_no_best_without_a_metric() -> None:
    assert best_checkpoint([]) is None
    assert best_checkpoint([checkpoint(0), checkpoint(1)]) is None
    assert best_checkpoint([checkpoint(0, 1.0, monitor=None)]) is None


def test_nothing_goes_while_there_is_room() -> None:
    records = [checkpoint(step) for step in range(5)]
    assert dispensable(records, 3) == []
    assert dispensable([], 0) == []
    assert dispensable(records[:1], 0) == []


def test_first_last_and_best_always_stay() -> None:
    records = [checkpoint(step, 1.0 if step == 2 else 2.0) for step in range(10)]
    assert steps_left(records, 0) == [0, 2, 9]
    assert thinned_as_logged(range(30), 0, best=7) == [0, 7, 29]
    assert thinned_as_logged(range(30), 4, best=7).count(7) == 1
    assert len(thinned_as_logged(range(30), 4, best=7)) == 7


def test_one_goes_where_the_gap_left_is_smallest() -> None:
    records = [checkpoint(step) for step in (0, 10, 12, 30, 40)]
    gaps = {10: 12 - 0, 12: 30 - 10, 30: 40 - 12}
    assert steps_left(records, 2) == [
        step for step in (0, 10, 12, 30, 40) if step != min(gaps, key=gaps.__getitem__)
    ]


@pytest.mark.parametrize("keep", [1, 3, 8])
@pytest.mark.parametrize("last", [20, 50, 137])
def test_what_stays_is_spread_evenly(keep: int, last: int) -> None:
    """No gap exceeds twice that of a perfectly even spread, whenever the training ends."""
    left = thinned_as_logged(range(last + 1), keep)
    assert (left[0], left[-1], len(left)) == (0, last, keep + 2)
    assert max(b - a for a, b in itertools.pairwise(left)) <= 2 * last / (keep + 1)
