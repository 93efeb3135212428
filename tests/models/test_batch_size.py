"""Which size is found, and that no item is left out."""

import pytest

from picasso_tb.models import batch_size
from picasso_tb.models.batch_size import BatchSize


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(batch_size, "time", clock)
    return clock


def work(sizes: BatchSize, items: int, clock: Clock, fixed: float, crowded: int = 10_000) -> list[int]:
    """Sizes taken where a batch costs `fixed` and each item 1, or 3 in batches above `crowded`."""
    taken = []
    for part in sizes.parts(items):
        count = part.stop - part.start
        clock.now += fixed + count * (3 if count > crowded else 1)
        taken.append(count)
    return taken


def test_every_item_is_taken_once() -> None:
    sizes = BatchSize(20)
    for items in (1, 7, 100):
        found = [place for part in sizes.parts(items) for place in range(items)[part]]
        assert found == list(range(items))


def test_large_batches_are_kept_where_each_batch_costs_much(clock: Clock) -> None:
    sizes = BatchSize(50)
    assert work(sizes, 336, clock, fixed=10) == [size for size in (2, 4, 8, 16, 32, 50) for _ in range(3)]
    assert work(sizes, 100, clock, fixed=10) == [50, 50]


def test_larger_ones_are_not_tried_where_they_crowd_the_cache(clock: Clock) -> None:
    sizes = BatchSize(256)
    assert work(sizes, 186, clock, fixed=1, crowded=8) == [
        size for size in (2, 4, 8, 16, 32) for _ in range(3)
    ]
    assert work(sizes, 24, clock, fixed=1, crowded=8) == [8, 8, 8]


def test_the_smallest_is_taken_where_sizes_do_not_differ(clock: Clock) -> None:
    sizes = BatchSize(16)
    work(sizes, 90, clock, fixed=0)
    assert work(sizes, 6, clock, fixed=0) == [2, 2, 2]


def test_the_last_batches_are_evenly_large(clock: Clock) -> None:
    sizes = BatchSize(50)
    work(sizes, 336, clock, fixed=10)
    assert work(sizes, 104, clock, fixed=10) == [35, 35, 34]


def test_the_first_batch_may_have_to_compile(clock: Clock) -> None:
    sizes = BatchSize(8)
    for number, _ in enumerate(sizes.parts(18)):
        clock.now += 1000 if number == 0 else (1 if number < 3 else 10)
    assert work(sizes, 4, clock, fixed=1) == [2, 2]


def test_one_slow_size_is_not_the_end(clock: Clock) -> None:
    sizes = BatchSize(8)
    for part in sizes.parts(42):
        clock.now += 100 if part.stop - part.start == 4 else 10  # the machine had something else to do
    assert work(sizes, 16, clock, fixed=1) == [8, 8]


def test_a_whole_question_is_tried_too(clock: Clock) -> None:
    sizes = BatchSize(64)
    assert [work(sizes, 3, clock, fixed=10) for _ in range(5)] == [[2, 1], [2, 1], [2, 1], [3], [3]]
    assert [work(sizes, 11, clock, fixed=10) for _ in range(2)] == [[4, 4, 3], [4, 7]]


def test_a_picture_too_large_for_any_batch_goes_alone() -> None:
    assert list(BatchSize(0).parts(2)) == [slice(0, 1), slice(1, 2)]
