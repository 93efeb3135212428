"""Maps by what they depend on: keys, a cache of a certain size, and what is left lying about."""

import os
import pathlib
import threading
import time
from typing import Any

import numpy as np
import pytest

from picasso_tb.store.leftovers import remove_leftovers
from picasso_tb.store.results import Results, map_key
from picasso_tb.store.run import RunStore

MAP = np.ones((20, 30), np.float32)
HOUR = 3600


@pytest.fixture
def results(tmp_path: pathlib.Path) -> Results:
    return Results(str(tmp_path / "maps"))


def key(number: int) -> str:
    return f"{number:032x}"


def save(results: Results, number: int, hours_ago: float = 0) -> int:
    """Bytes of a map that was asked for last so long ago."""
    results.save(key(number), {"lowest": 1.0}, {"map": MAP, "grid": MAP})
    files = list(pathlib.Path(results.location).glob(f"*/{key(number)}.*"))
    for file in files:
        age(file, hours_ago)
    return sum(file.stat().st_size for file in files)


def age(file: pathlib.Path, hours: float) -> None:
    os.utime(file, (time.time() - hours * HOUR,) * 2)


def known(results: Results, *numbers: int) -> list[int]:
    return [number for number in numbers if results.info(key(number))]


# Keys


def question(run: pathlib.Path) -> dict[str, Any]:
    store = RunStore(run)
    model = store.save_model(
        "{}",
        name="model",
        class_names=["a", "b"],
        classes=2,
        height=7,
        width=5,
        channels=1,
        input_spec={"scale": 1.0, "mode": "L"},
    )
    return {
        "checkpoint": store.save_checkpoint(model, 3, ["a"], [MAP]),
        "model": model,
        "probe": store.save_probe(np.zeros((7, 5), np.uint8), name="cat"),
        "visualization": "occlusion",
        "version": 1,
        "settings": {"window": 0.2, "positions": 10},
        "target": "class:0",
    }


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("checkpoint", {"weights": "0" * 32}),
        ("checkpoint", {"architecture": "0" * 32}),
        ("probe", {"digest": "0" * 32}),
        ("model", {"input_spec": {"scale": 2.0, "mode": "L"}}),
        ("visualization", "saliency"),
        ("version", 2),
        ("settings", {"window": 0.3, "positions": 10}),
        ("settings", {"window": 0.2, "positions": 10, "fill": "grey"}),
        ("target", "class:1"),
        ("target", "top:0"),
    ],
)
def test_a_map_of_something_else_has_another_key(tmp_path: pathlib.Path, part: str, change: Any) -> None:
    asked = question(tmp_path)
    changed = asked[part].model_copy(update=change) if hasattr(asked[part], "model_copy") else change
    assert map_key(**asked) != map_key(**{**asked, part: changed})


def test_names_and_times_change_no_key(tmp_path: pathlib.Path) -> None:
    asked, elsewhere = question(tmp_path / "a"), question(tmp_path / "b")
    assert asked["checkpoint"].wall_time != elsewhere["checkpoint"].wall_time
    renamed = {
        "checkpoint": elsewhere["checkpoint"].model_copy(
            update={"id": "x", "step": 4, "metrics": {"a": 1.0}}
        ),
        "model": elsewhere["model"].model_copy(update={"name": "x", "class_names": ["c", "d"]}),
        "probe": elsewhere["probe"].model_copy(update={"id": "x", "name": "x", "label": 1, "order": 9}),
        "settings": {"positions": 10, "window": 0.2},
    }
    assert map_key(**asked) == map_key(**elsewhere | renamed)


# What is kept


def test_a_map_comes_back(results: Results) -> None:
    assert results.info(key(1)) is None
    save(results, 1)
    info = results.info(key(1))
    assert info and (info["lowest"], info["arrays"], info["key"]) == (1.0, ["map", "grid"], key(1))
    assert np.array_equal(results.read_array(key(1)), MAP)
    assert results.read(key(1), "grid").startswith(b"\x93NUMPY")


def test_a_cache_of_somebody_else_serves_what_it_holds(
    results: Results, request: pytest.FixtureRequest
) -> None:
    save(results, 1)
    request.getfixturevalue("somebody")
    assert known(results, 1) == [1]
    results.note_use(key(1))
    assert np.array_equal(results.read_array(key(1)), MAP)
    results.shrink_to(0)
    assert known(results, 1) == [1] or os.geteuid() == os.stat(results.location).st_uid


def test_what_was_asked_for_longest_ago_goes_first(results: Results) -> None:
    size = save(results, 1, hours_ago=3)
    for number, hours in ((2, 5), (3, 1), (4, 4)):
        assert save(results, number, hours) == size
    results.note_use(key(2))
    assert known(results, 4) == [4]  # looking whether it is there is no use
    results.shrink_to(2 * size)
    assert known(results, 1, 2, 3, 4) == [2, 3]
    left = [file for file in pathlib.Path(results.location).rglob("*.*") if file.is_file()]
    assert sum(file.stat().st_size for file in left) == 2 * size


def test_a_use_is_noted_on_disk_once_a_minute(results: Results) -> None:
    save(results, 1, hours_ago=30 / HOUR)
    [file] = pathlib.Path(results.location).glob(f"*/{key(1)}.json")
    written = file.stat().st_mtime
    results.note_use(key(1))
    assert file.stat().st_mtime == written
    age(file, 61 / HOUR)
    results.note_use(key(1))
    assert file.stat().st_mtime >= written


def test_what_fits_stays(results: Results) -> None:
    size = sum(save(results, number) for number in range(5))
    results.shrink_to(size)
    assert known(results, *range(5)) == list(range(5))


def test_unfinished_files_are_not_counted_and_go_after_a_day(results: Results) -> None:
    size = save(results, 1)
    folder = pathlib.Path(results.location) / key(1)[:2]
    old, fresh = folder / f".{key(2)}.map.npy.0a.tmp", folder / f".{key(3)}.map.npy.0b.tmp"
    for file, hours in ((old, 25), (fresh, 23)):
        file.write_bytes(bytes(10**6))
        age(file, hours)
    results.shrink_to(size)
    assert known(results, 1) == [1]
    assert fresh.exists() and not old.exists()


def test_files_of_others_are_left_alone(results: Results) -> None:
    save(results, 1)
    foreign = [pathlib.Path(results.location) / name for name in ("notes.txt", f"{key(1)[:2]}/notes.txt")]
    for file in foreign:
        file.write_text("mine")
    results.shrink_to(0)
    assert known(results, 1) == []
    assert all(file.exists() for file in foreign)


def test_shrinking_rests_for_a_while(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    results.shrink_to(0)
    save(results, 1)
    results.shrink_to(0)
    assert known(results, 1) == [1]
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 301)
    results.shrink_to(0)
    assert known(results, 1) == []


def test_shrinking_is_never_done_twice_at_once(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    began, go_on, calls = threading.Event(), threading.Event(), []

    def slow(limit: int) -> None:
        calls.append(limit)
        began.set()
        go_on.wait(10)

    monkeypatch.setattr(results, "_shrink_to", slow)
    first = threading.Thread(target=results.shrink_to, args=(1,))
    first.start()
    began.wait(10)
    results.shrink_to(2)  # returns at once
    go_on.set()
    first.join()
    assert calls == [1]


def test_a_cache_that_is_gone_or_a_file_is_no_error(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place in ("nowhere", "file"):
        Results(str(tmp_path / place)).shrink_to(0)


# Leftovers


def test_leftovers_go_after_a_day(tmp_path: pathlib.Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, hours in (("a.progress.json", 25), (".a.tmp", 25), ("b.cancel", 23), ("folder", 25)):
        if not (tmp_path / name).exists():
            (tmp_path / name).write_bytes(b"")
        age(tmp_path / name, hours)
    remove_leftovers(str(tmp_path), ".tmp")
    assert sorted(os.listdir(tmp_path)) == ["a.progress.json", "b.cancel", "folder"]
    remove_leftovers(str(tmp_path))
    assert sorted(os.listdir(tmp_path)) == ["b.cancel", "folder"]
    remove_leftovers(str(tmp_path / "nowhere"))
