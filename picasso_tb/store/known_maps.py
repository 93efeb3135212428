"""Where computed maps are looked for: the cache, and what was computed ahead for everybody."""

import time
from collections.abc import Sequence
from typing import Any

from picasso_tb.store.results import Results

_SECONDS_BETWEEN_LOOKS = 2.0


def results_ahead(logdir: str) -> Results:
    """The maps computed ahead for the runs of a log directory, beside them so that colleagues see them."""
    return Results(f"{logdir}/.picasso_results")


class KnownMaps:
    """Reads in the cache first, then in what was computed ahead.

    Args:
        cache: of interactive results, kept to a size by how lately each map was used.
        ahead: places that may be there or not, on remote file systems perhaps.
    """

    def __init__(self, cache: Results, ahead: Sequence[Results]) -> None:
        self._cache = cache
        self._ahead = ahead
        self._present: list[Results] = []
        self._looked = -_SECONDS_BETWEEN_LOOKS

    def find(self, key: str) -> tuple[Results, dict[str, Any]] | None:
        """The store that holds a map and the map's info; None where it is not known (any more)."""
        info = self._cache.info(key)
        if info is not None:
            self._cache.note_use(key)
            return self._cache, info
        for place in self._places_present():
            info = place.info(key)
            if info is not None:
                return place, info
        return None

    def _places_present(self) -> list[Results]:
        """Most log directories have none, and a remote one must not be asked for each of many maps."""
        if time.monotonic() - self._looked > _SECONDS_BETWEEN_LOOKS:
            self._present = [place for place in self._ahead if place.exists()]
            self._looked = time.monotonic()
        return self._present
