"""What a task knows so far, kept where the tab finds it."""

import collections
import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.jobs.progress import Mailbox, TrackedModel
from picasso_tb.store.digest import digest_of_json
from picasso_tb.store.folder import Folder
from picasso_tb.store.results import Results

_SECONDS_BETWEEN_PREVIEWS = 0.5
_SECONDS_TO_STAY = 30.0  # after better numbers came: for a tab that is just fetching it

MapsByKey = Mapping[str, tuple[dict[str, Any], npt.NDArray[np.float32] | None]]


class Previews:
    """Keeps previews of a probe's maps, twice a second at most, each under a key of its own.

    Those that are left when the task ends stay: who knows the mailbox forgets them in time.

    Args:
        passes: that the answer for one probe takes.
        first: passes before the first probe.
    """

    def __init__(
        self, results: Results, mailbox: Mailbox, model: TrackedModel, passes: int, first: int
    ) -> None:
        self._results = results
        self._mailbox = mailbox
        self._model = model
        self._passes = passes
        self._first = first
        self._attempt = uuid.uuid4().hex  # a task tried again must not come to the same keys
        self._number = 0
        self._kept = time.monotonic()
        self._last: dict[str, str] = {}  # by the map's key
        self._outdated: collections.deque[tuple[float, str]] = collections.deque()

    @property
    def is_due(self) -> bool:
        return time.monotonic() - self._kept >= _SECONDS_BETWEEN_PREVIEWS

    def keep(self, row: int, maps: MapsByKey) -> None:
        """Keep what is known of the `row`-th probe: what each map is, and its numbers, by the map's key."""
        share = (self._model.passes - self._first) / self._passes - row
        self._number += 1
        for key, (info, map) in maps.items():
            preview = digest_of_json([key, self._attempt, self._number])
            about = {**info, "preview": float(np.clip(share, 0, 1))}
            self._results.save(preview, about, {} if map is None else {"map": map})
            if key in self._last:
                self._outdated.append((time.monotonic(), self._last[key]))
            self._last[key] = preview
        _forget(self._results, self._outdated)
        self._mailbox.preview(self._last, [key for _, key in self._outdated], self._model.passes)
        self._kept = time.monotonic()


def previews_left(mail: str) -> dict[str, str]:
    """Where tasks that were cut off have kept their last previews, by the map's key."""
    suffix = ".progress.json"
    tasks = [name.removesuffix(suffix) for name in Folder(mail).stamps(suffix)]
    reports = [Mailbox(mail, task).read() for task in tasks]
    return {key: preview for said in reports if said for key, preview in said.previews.items()}


class OldPreviews:
    """Those of tasks that ended: forgotten a while later, when the tab has the answers.

    Args:
        location: of the result store.
    """

    def __init__(self, location: str) -> None:
        self._results = Results(location)
        self._ended: collections.deque[tuple[float, str]] = collections.deque()

    def add(self, keys: Iterable[str]) -> None:
        self._ended.extend((time.monotonic(), key) for key in keys)

    def discard(self) -> None:
        """Forget those whose time has come; to be called now and then."""
        _forget(self._results, self._ended)


def _forget(results: Results, outdated: collections.deque[tuple[float, str]]) -> None:
    """Discard those whose time has come: the oldest stand first."""
    while outdated and time.monotonic() - outdated[0][0] > _SECONDS_TO_STAY:
        results.discard(outdated.popleft()[1])
