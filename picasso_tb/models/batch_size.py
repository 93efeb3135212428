"""How many items to put through a network at once: found on the work itself, then kept."""

import math
import time
from collections.abc import Iterator

_LEAST = 2
_TRIALS = 3  # of each size, of which the fastest counts: the first may have to compile
_AS_FAST = 1.05  # times the best pace: of sizes that do not differ the smallest is taken
_HOPELESS = 1.1  # times the best pace: two such sizes in a row, and still larger ones are not tried


class BatchSize:
    """The size of batch for which an item takes the least time.

    Sizes are tried from small to large, in doubling steps; where fewer items are asked about, all of them.
    What decides is the network, its kernels and the caches of the machine; no formula knows them all.

    Args:
        most: that the memory has room for.
    """

    def __init__(self, most: int) -> None:
        largest = max(1, most)
        self._untried = [
            *(size for size in (_LEAST << step for step in range(16)) if size < largest),
            largest,
        ]
        self._trials: dict[int, list[float]] = {}  # seconds an item, by size
        self._paces: dict[int, float] = {}  # the least of them after all trials, from small sizes to large

    @property
    def pace(self) -> float | None:
        """Seconds that an item takes in batches of the best size; None while sizes are tried."""
        return None if self._untried else min(self._paces.values())

    def parts(self, items: int) -> Iterator[slice]:
        """Consecutive slices of the items; what is done with one before the next is asked for is timed."""
        start = 0
        while start < items:
            part = slice(start, start + self._next(items - start))
            began = time.perf_counter()
            yield part
            self._learn(part.stop - start, time.perf_counter() - began)
            start = part.stop

    def _next(self, items: int) -> int:
        """Items to take of those that are left."""
        if self._is_tried(size := min([items, *self._untried[:1]])):
            return size
        best = min(self._paces.values())
        size = next(size for size, pace in self._paces.items() if pace <= _AS_FAST * best)
        return math.ceil(items / math.ceil(items / size))  # no small remains at the end

    def _is_tried(self, size: int) -> bool:
        return bool(self._untried) and size > max(self._paces, default=0)

    def _learn(self, items: int, seconds: float) -> None:
        if not self._is_tried(items):
            return
        trials = self._trials.setdefault(items, [])
        trials.append(seconds / items)
        if len(trials) == _TRIALS:
            self._paces[items] = min(trials)
            if items == self._untried[0]:
                del self._untried[0]
            last = [*self._paces.values()][-2:]
            if min(last) > _HOPELESS * min(self._paces.values()):
                self._untried.clear()
