"""How many items to put through a network at once: found on the work itself, then kept."""

import math
import time
from collections.abc import Iterator

_LEAST = 2
_TRIALS = 3  # of each size, of which the fastest counts: the first may have to compile
_AS_FAST = 1.05  # times the best pace: of sizes that do not differ the smallest is taken
_HOPELESS = 1.1  # times the best pace: still larger batches are not tried


class BatchSize:
    """The size of batch for which an item takes the least time.

    Sizes are tried from small to large, in doubling steps. What decides is the network, its kernels and the
    caches of the machine; no formula knows them all.

    Args:
        most: that the memory has room for.
    """

    def __init__(self, most: int) -> None:
        largest = max(1, most)
        sizes = [size for size in (_LEAST << step for step in range(16)) if size < largest]
        self._untried = [size for size in (*sizes, largest) for _ in range(_TRIALS)]
        self._paces = dict.fromkeys((*sizes, largest), math.inf)  # least seconds an item, by size

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
        if self._untried and self._untried[0] <= items:
            return self._untried[0]
        best = min(self._paces.values())
        size = next(size for size, pace in self._paces.items() if pace <= _AS_FAST * best)
        return math.ceil(items / math.ceil(items / size))  # no small remains at the end

    def _learn(self, items: int, seconds: float) -> None:
        if not self._untried or items != self._untried[0]:
            return
        size = self._untried.pop(0)
        self._paces[size] = min(self._paces[size], seconds / size)
        is_judged = size not in self._untried
        if is_judged and self._paces[size] > _HOPELESS * min(self._paces.values()):
            self._untried.clear()
