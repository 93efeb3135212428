"""Computed maps, by a key made from everything that they depend on."""

import collections
import contextlib
import math
import os
import re
import threading
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import DamagedFile, NotFound
from picasso_tb.store.digest import digest_of_json
from picasso_tb.store.folder import Folder
from picasso_tb.store.leftovers import entries, remove_leftovers
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord

_KEY = re.compile(r"[0-9a-f]{32}")
_SECONDS_BETWEEN_SHRINKINGS = 300
_SECONDS_BETWEEN_NOTES = 60  # of a use: looking at maps must not keep the disk busy


def map_key(
    checkpoint: CheckpointRecord,
    model: ModelRecord,
    probe: ProbeRecord,
    visualization: str,
    version: str,
    settings: Mapping[str, Any],
    target: str,
) -> str:
    """Key of a map: the same question about the same weights and pixels, whatever the run is called.

    Args:
        target: `class:<index>`, or `top:<rank>` for the class that the checkpoint finds most probable.
    """
    return digest_of_json(
        {
            "weights": checkpoint.weights,
            "architecture": checkpoint.architecture,
            "probe": probe.digest,
            "input": model.input_spec,
            "visualization": [visualization, version],
            "settings": dict(settings),
            "target": target,
        }
    )


class Results:
    """Maps and what they are, as `.npy` files beside one JSON each.

    Args:
        location: a directory of its own; it may be shared by several TensorBoards.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        self._root = Folder(location)
        self._shrinking = threading.Lock()
        self._shrunk = -math.inf

    def exists(self) -> bool:
        """Whether anything was ever kept here."""
        return self._root.exists()

    def save(
        self,
        key: str,
        info: Mapping[str, Any],
        arrays: Mapping[str, npt.NDArray[np.float32]],
        documents: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Keep arrays by name (the map itself is `map`), documents by name and the JSON object `info`."""
        folder = self._folder(key)
        for name, document in (documents or {}).items():
            folder.write_json(f"{key}.{name}.json", document)
        for name, array in arrays.items():
            folder.write_array(f"{key}.{name}.npy", array)
        folder.write_json(f"{key}.json", {**info, "key": key, "arrays": list(arrays)})

    def info(self, key: str) -> dict[str, Any] | None:
        """What `save` was given as info, or None where the map is not known (any more)."""
        try:
            return self._folder(key).read_json(f"{key}.json")
        except (NotFound, DamagedFile):
            return None

    def note_use(self, key: str) -> None:
        """Note that a map was asked for just now, so that `shrink_to` takes others first."""
        with contextlib.suppress(OSError):  # a cache that cannot be written serves what it holds
            self._folder(key).touch(f"{key}.json", _SECONDS_BETWEEN_NOTES)

    def read(self, key: str, array: str = "map") -> bytes:
        """An array as the bytes of a `.npy` file.

        Raises:
            NotFound: there is no such map or array.
        """
        return self._folder(key).read(f"{key}.{array}.npy")

    def read_array(self, key: str, array: str = "map") -> npt.NDArray[np.float32]:
        return self._folder(key).read_array(f"{key}.{array}.npy")

    def read_document(self, key: str, name: str) -> bytes:
        """A document as it was saved.

        Raises:
            NotFound: there is no such map or document.
        """
        return self._folder(key).read(f"{key}.{name}.json")

    def discard(self, key: str) -> None:
        """Forget a map that nobody will ask for any more; one that is gone already is no error."""
        folder = self._folder(key)
        with contextlib.suppress(OSError, NotFound, DamagedFile):
            arrays = folder.read_json(f"{key}.json")["arrays"]
            folder.remove(f"{key}.json", *(f"{key}.{name}.npy" for name in arrays))

    def shrink_to(self, limit_bytes: int) -> None:
        """Remove the maps asked for longest ago until the rest fits. Local directories only.

        It may be called often: nothing happens while another call is at work, and for some minutes after.
        """
        if not self._shrinking.acquire(blocking=False):
            return
        try:
            if time.monotonic() - self._shrunk > _SECONDS_BETWEEN_SHRINKINGS:
                self._shrink_to(limit_bytes)
                self._shrunk = time.monotonic()
        finally:
            self._shrinking.release()

    def _shrink_to(self, limit_bytes: int) -> None:
        files: dict[str, list[str]] = collections.defaultdict(list)
        sizes: dict[str, int] = collections.defaultdict(int)
        last_used: dict[str, float] = collections.defaultdict(float)
        for folder in entries(self.location):
            remove_leftovers(folder.path, ".tmp")
            for file in entries(folder.path):
                key = file.name.partition(".")[0]
                with contextlib.suppress(OSError):
                    if _KEY.fullmatch(key):
                        status = file.stat()
                        files[key].append(file.path)
                        sizes[key] += status.st_size
                        last_used[key] = max(last_used[key], status.st_mtime)
        excess = sum(sizes.values()) - limit_bytes
        for key in sorted(sizes, key=lambda key: last_used[key]):
            if excess <= 0:
                return
            for path in sorted(files[key], key=lambda path: not path.endswith(".json")):
                with contextlib.suppress(OSError):
                    os.remove(path)
            excess -= sizes[key]

    def _folder(self, key: str) -> Folder:
        if not _KEY.fullmatch(key):
            raise NotFound(f"Expected a map's key of 32 hexadecimal digits. Received: {key[:80]!r}", "key")
        return self._root / key[:2]
