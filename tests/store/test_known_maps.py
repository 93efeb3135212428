"""Maps are looked for in the cache, then in what was computed ahead."""

import os
import pathlib
import uuid

import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from picasso_tb.store import known_maps
from picasso_tb.store.known_maps import KnownMaps, results_ahead
from picasso_tb.store.results import Results

KEY, OTHER = "1" * 32, "2" * 32


@pytest.fixture
def cache(tmp_path: pathlib.Path) -> Results:
    return Results(str(tmp_path / "cache"))


def save(place: Results, key: str, value: float) -> None:
    place.save(key, {"lowest": value}, {"map": np.full((3, 5), value, np.float32)})


def test_the_cache_goes_first(cache: Results, tmp_path: pathlib.Path) -> None:
    ahead = results_ahead(str(tmp_path / "logs"))
    save(ahead, KEY, 1)
    known = KnownMaps(cache, [Results(str(tmp_path / "nowhere")), ahead])
    assert known.find(OTHER) is None
    found = known.find(KEY)
    assert found and found[0].read_array(KEY)[0, 0] == found[1]["lowest"] == 1
    save(cache, KEY, 2)
    found = known.find(KEY)
    assert found and found[0] is cache and found[1]["lowest"] == 2


def test_what_is_computed_ahead_meanwhile_is_found(
    cache: Results, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = results_ahead(str(tmp_path))
    known = KnownMaps(cache, [ahead])
    assert known.find(KEY) is None
    save(ahead, KEY, 1)
    monkeypatch.setattr(known_maps, "_SECONDS_BETWEEN_LOOKS", 0)
    assert known.find(KEY)


def test_only_the_cache_notes_what_is_used(cache: Results, tmp_path: pathlib.Path) -> None:
    ahead = results_ahead(str(tmp_path / "logs"))
    save(cache, KEY, 1)
    save(ahead, OTHER, 1)
    held = ((cache, KEY), (ahead, OTHER))
    files = [pathlib.Path(place.location) / key[:2] / f"{key}.json" for place, key in held]
    for file in files:
        os.utime(file, (1000, 1000))
    known = KnownMaps(cache, [ahead])
    assert known.find(KEY) and known.find(OTHER)
    assert [file.stat().st_mtime > 1000 for file in files] == [True, False]


def test_a_remote_place_is_asked_for_maps_when_it_answers(
    cache: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_maps, "_SECONDS_BETWEEN_LOOKS", 0)
    ahead = results_ahead(f"memory://{uuid.uuid4().hex}")
    save(ahead, KEY, 1)
    known = KnownMaps(cache, [ahead])
    assert known.find(KEY)

    def unreachable(fs: MemoryFileSystem, path: str) -> bool:
        raise RuntimeError("503")

    monkeypatch.setattr(MemoryFileSystem, "isdir", unreachable)
    assert known.find(KEY) is None
