"""Computed maps, by a key made from everything that they depend on."""

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import DamagedFile, NotFound
from picasso_tb.store.digest import digest_of_json
from picasso_tb.store.folder import Folder
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord

_KEY = re.compile(r"[0-9a-f]{32}")


def map_key(
    checkpoint: CheckpointRecord,
    model: ModelRecord,
    probe: ProbeRecord,
    visualization: str,
    version: int,
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

    def save(self, key: str, info: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[np.float32]]) -> None:
        """Keep arrays by name (the map itself is `map`) and the JSON object that describes them."""
        folder = self._folder(key)
        for name, array in arrays.items():
            folder.write_array(f"{key}.{name}.npy", array)
        folder.write_json(f"{key}.json", {**info, "key": key, "arrays": list(arrays)})

    def info(self, key: str) -> dict[str, Any] | None:
        """What `save` was given as info, or None where the map is not known (any more)."""
        try:
            info = self._folder(key).read_json(f"{key}.json")
            self._folder(key).touch(f"{key}.json")
        except (NotFound, DamagedFile, OSError):
            return None
        return info

    def read(self, key: str, array: str = "map") -> bytes:
        """An array as the bytes of a `.npy` file.

        Raises:
            NotFound: there is no such map or array.
        """
        return self._folder(key).read(f"{key}.{array}.npy")

    def read_array(self, key: str, array: str = "map") -> npt.NDArray[np.float32]:
        return self._folder(key).read_array(f"{key}.{array}.npy")

    def shrink_to(self, limit_bytes: int) -> None:
        """Remove the maps asked for longest ago until the rest fits. Local directories only."""
        sizes: dict[Path, int] = {}
        last_used: dict[Path, float] = {}
        for file in Path(self.location).glob("??/*.*"):
            key = file.parent / file.name.partition(".")[0]
            with contextlib.suppress(FileNotFoundError):
                status = file.stat()
                sizes[key] = sizes.get(key, 0) + status.st_size
                last_used[key] = max(last_used.get(key, 0), status.st_mtime)
        excess = sum(sizes.values()) - limit_bytes
        for key in sorted(sizes, key=lambda key: last_used[key]):
            if excess <= 0:
                return
            for file in sorted(key.parent.glob(f"{key.name}.*"), key=lambda file: file.suffix != ".json"):
                file.unlink(missing_ok=True)
            excess -= sizes[key]

    def _folder(self, key: str) -> Folder:
        if not _KEY.fullmatch(key):
            raise NotFound(f"Expected a map's key of 32 hexadecimal digits. Received: {key[:80]!r}", "key")
        return self._root / key[:2]
