"""What the index shows of a log directory that grows, is linked, damaged or hard to read."""

import errno
import json
import os
import pathlib
import shutil
import threading
import tracemalloc
import uuid
from typing import Any

import numpy as np
import pytest
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from picasso_tb.errors import NotFound
from picasso_tb.store import index as module
from picasso_tb.store.folder import Folder
from picasso_tb.store.index import Index, RunIndex
from picasso_tb.store.run import RunStore
from tests.running import wait_for

PICTURE = np.zeros((7, 5), np.uint8)


def log_run(
    run: pathlib.Path | str, text: str = "{}", steps: tuple[int, ...] = (0,), arrays: int = 1
) -> RunStore:
    """A run with a probe and some checkpoints of the architecture `text`."""
    store = RunStore(run)
    model = store.save_model(
        text, name="model", class_names=["a", "b"], classes=2, height=7, width=5, channels=1, input_spec={}
    )
    store.save_probe(PICTURE, name="probe")
    for step in steps:
        weights = [np.full(3, step, np.float32)] * arrays
        store.save_checkpoint(model, step, [f"a_layer_of_some_name/{i}" for i in range(arrays)], weights)
    return store


def picasso(run: pathlib.Path) -> pathlib.Path:
    return run / "plugins/picasso"


def scanned(*roots: tuple[str, str | pathlib.Path], uploads: tuple[str, ...] = ()) -> Index:
    index = Index([(name, str(path)) for name, path in roots], uploads)
    index._scan()
    return index


def names(index: Index) -> list[str]:
    return [run.name for run in index.runs()]


@pytest.fixture(params=["local", "memory"])
def logdir(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> str:
    return str(tmp_path / "logs") if request.param == "local" else f"memory://{uuid.uuid4().hex}/logs"


# Which runs there are


def test_runs_are_named_by_their_place(logdir: str) -> None:
    for run in (logdir, f"{logdir}/a", f"{logdir}/a/deep/er", f"{logdir}/b"):
        log_run(run)
    index = scanned(("", logdir))
    assert names(index) == [".", "a", "a/deep/er", "b"]
    assert [len(run.checkpoints) for run in index.runs()] == [1] * 4
    again = RunStore(index.run("a/deep/er").store.location)  # as a worker opens it
    assert again.list_probes() == index.run("a/deep/er").probes


def test_plugins_and_hidden_directories_hold_no_runs(logdir: str) -> None:
    for run in ("run", "run/plugins/other/run", "run/plugins/picasso/probes/run", ".hidden", "a/.git/run"):
        log_run(f"{logdir}/{run}")
    assert names(scanned(("", logdir))) == ["run"]


def test_a_directory_without_items_is_no_run(logdir: str) -> None:
    Folder(f"{logdir}/run/plugins/picasso/probes").write("a.png", b"")
    assert not scanned(("", logdir)).has_data()


def test_runs_appear_and_vanish(logdir: str) -> None:
    log_run(f"{logdir}/one")
    index = scanned(("", logdir))
    two = log_run(f"{logdir}/two")
    index._scan()
    assert names(index) == ["one", "two"]
    for folder in (two.probes, two.models, two.checkpoints):
        folder.remove(*folder.stamps(""))
    index._scan()
    assert names(index) == ["one"]
    with pytest.raises(NotFound, match="'two'"):
        index.run("two")


def test_a_run_that_is_deleted_is_gone(tmp_path: pathlib.Path) -> None:
    log_run(tmp_path / "one")
    index = scanned(("", tmp_path))
    shutil.rmtree(tmp_path / "one")
    index._scan()
    assert names(index) == []


def test_every_log_directory_is_read_under_its_name(tmp_path: pathlib.Path) -> None:
    for place in ("a/train", "b/train", "b", "c/other"):
        log_run(tmp_path / place)
    index = scanned(("x", tmp_path / "a"), ("x", tmp_path / "c"), ("", tmp_path / "b"))
    assert names(index) == [".", "train", "x/other", "x/train"]


def test_of_two_runs_of_one_name_the_last_is_shown(tmp_path: pathlib.Path) -> None:
    for place in ("a", "b"):
        log_run(tmp_path / place / "train")
    index = scanned(("", tmp_path / "a"), ("", tmp_path / "b"))
    for _ in range(2):
        assert index.run("train").store.location == str(tmp_path / "b/train")
        index._scan()


def test_names_are_those_of_the_files_whatever_they_are(tmp_path: pathlib.Path) -> None:
    for name in ("a::b", "50% [x]*?", "zoë"):
        log_run(tmp_path / name)
    os.rename(tmp_path / "zoë", os.fsencode(tmp_path) + b"/zo\xeb")
    index = scanned(("", tmp_path))
    assert names(index) == ["50% [x]*?", "a::b", "zo\\udceb"]
    for run in index.runs():
        json.dumps(run.name, ensure_ascii=False).encode()
        assert RunStore(run.store.location).list_probes() == run.probes


# Links


def test_linked_runs_are_runs_and_loops_end(tmp_path: pathlib.Path) -> None:
    logs = tmp_path / "logs"
    log_run(logs / "group/run")
    log_run(tmp_path / "elsewhere/deep/run")
    (logs / "elsewhere").symlink_to(tmp_path / "elsewhere")
    (logs / "a_latest").symlink_to(logs / "group/run")
    for loop, target in (("group/up", logs), ("group/run/self", logs / "group/run"), ("nowhere", "nowhere")):
        (logs / loop).symlink_to(target)
    index = scanned(("", logs))
    assert names(index) == ["a_latest", "elsewhere/deep/run", "group/run"]
    assert len(index.run("a_latest").checkpoints) == 1


def test_a_tree_linked_twice_is_entered_by_its_own_name(tmp_path: pathlib.Path) -> None:
    log_run(tmp_path / "z/run")
    (tmp_path / "a").symlink_to(tmp_path / "z")
    assert names(scanned(("", tmp_path))) == ["z/run"]


def test_the_log_directory_may_be_a_link(tmp_path: pathlib.Path) -> None:
    log_run(tmp_path / "real/run")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(scanned(("", tmp_path / "link"))) == ["run"]


# Damage


@pytest.mark.parametrize("folder", ["probes", "models", "checkpoints"])
def test_a_folder_that_cannot_be_listed_is_a_problem_of_its_run(tmp_path: pathlib.Path, folder: str) -> None:
    log_run(tmp_path / "whole")
    log_run(tmp_path / "broken")
    shutil.rmtree(picasso(tmp_path / "broken") / folder)
    (picasso(tmp_path / "broken") / folder).symlink_to(folder)
    index = scanned(("", tmp_path))
    assert names(index) == ["broken", "whole"]
    [problem] = index.run("broken").problems
    assert problem.file == folder and problem.message.endswith("symbolic links")
    assert index.run("whole").problems == []


@pytest.mark.parametrize(
    "error", [PermissionError(errno.EACCES, "No"), OSError(errno.ESTALE, "Old"), KeyError("x")]
)
def test_a_listing_that_fails_for_a_while_hides_nothing(
    logdir: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The errors are planted: root may list whatever there is, and no share goes stale at will."""
    log_run(f"{logdir}/a")
    log_run(f"{logdir}/b")
    index = scanned(("", logdir))
    kind = MemoryFileSystem if "memory" in logdir else LocalFileSystem
    ls = kind.ls

    def failing(fs: Any, path: str, *args: Any, **kwargs: Any) -> Any:
        if "/a/plugins/picasso/" in str(path):
            raise error
        return ls(fs, path, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "ls", failing)
        log_run(f"{logdir}/c")
        index._scan()
    assert [(run.name, len(run.checkpoints)) for run in index.runs()] == [("a", 1), ("b", 1), ("c", 1)]
    assert {problem.file for problem in index.run("a").problems} == {"probes", "models", "checkpoints"}
    index._scan()
    assert index.run("a").problems == []


def test_a_directory_that_is_locked_hides_no_other(tmp_path: pathlib.Path, somebody: None) -> None:
    for run in ("a", "b/run", "c"):
        log_run(tmp_path / run)
    locked = [tmp_path / "b", picasso(tmp_path / "c") / "models"]
    for folder in locked:
        folder.chmod(0)
    index = scanned(("", tmp_path))
    assert names(index) == ["a", "c"]
    assert [one.message for one in index.run("c").problems] == ["models cannot be read: Permission denied"]
    for folder in locked:
        folder.chmod(0o755)
    index._scan()
    assert names(index) == ["a", "b/run", "c"] and index.run("c").problems == []


def test_a_root_that_cannot_be_read_is_told_once_and_hides_no_other(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    log_run(tmp_path / "run")
    index = scanned(("", "nosuch://bucket"), ("", tmp_path))
    index._scan()
    assert names(index) == ["run"]
    [warning] = caplog.records
    assert "nosuch://bucket" in warning.getMessage() and warning.exc_info is None


def test_runs_stay_while_their_root_cannot_be_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    logdir = f"memory://{uuid.uuid4().hex}"
    log_run(f"{logdir}/run")
    index = scanned(("", logdir))

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("token expired")

    monkeypatch.setattr(MemoryFileSystem, "walk", failing)
    index._scan()
    assert names(index) == ["run"]


def test_a_scan_that_fails_ends_neither_the_next_nor_the_wait(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    log_run(tmp_path / "run")
    index = Index([("", str(tmp_path))], [])
    scan = index._scan
    scans = iter([ZeroDivisionError, ZeroDivisionError])
    monkeypatch.setattr(module, "_SECONDS_BETWEEN_SCANS", 0.01)

    def failing() -> None:
        for error in scans:
            raise error
        scan()

    monkeypatch.setattr(index, "_scan", failing)
    index.refresh_soon(wait_for_first=30)
    assert index.scanned and not index.has_data()
    wait_for(lambda: index.refresh_soon() or index.has_data(), 10)
    assert len(caplog.records) == 1


def test_damaged_files_are_problems_and_mended_ones_are_not(tmp_path: pathlib.Path) -> None:
    store = log_run(tmp_path, steps=(0, 1))
    file = picasso(tmp_path) / "checkpoints/model-1.json"
    whole, status = file.read_bytes(), file.stat()
    file.unlink()
    file.symlink_to("model-1.json")
    index = scanned(("", tmp_path))
    [problem] = index.run(".").problems
    assert problem.file == "model-1.json" and "cannot be read: Too many levels" in problem.message
    assert [one.step for one in index.run(".").checkpoints] == [0]
    file.unlink()
    file.write_bytes(whole)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    index._scan()
    assert index.run(".").problems == [] and len(index.run(".").checkpoints) == 2
    assert store.list_checkpoints()


def test_problems_can_be_told_in_json(tmp_path: pathlib.Path) -> None:
    log_run(tmp_path)
    probes = picasso(tmp_path) / "probes"
    pathlib.Path(os.fsdecode(os.fsencode(probes) + b"/caf\xe9.json")).write_text("{}")
    [probe] = [file for file in probes.glob("*.json") if file.name.isascii()]
    forged = json.loads(probe.read_text()) | {"masks": {"\ud800": 3}}
    (probes / "forged.json").write_text(json.dumps(forged))
    problems = scanned(("", tmp_path)).run(".").problems
    assert {problem.file for problem in problems} == {"caf\\udce9.json", "forged.json"}
    for problem in problems:
        json.dumps([problem.file, problem.message], ensure_ascii=False).encode()


def test_checkpoints_of_an_earlier_model_are_left_out(logdir: str) -> None:
    log_run(logdir, "first", steps=(0, 1, 2))
    log_run(logdir, "second", steps=(2, 3))
    run = scanned(("", logdir)).run(".")
    assert [one.step for one in run.checkpoints] == [2, 3]
    assert [(one.file, one.message[:46]) for one in run.problems] == [
        ("model.json", "2 checkpoints were logged with an earlier mode")
    ]
    with pytest.raises(NotFound, match="'model-0'"):
        run.checkpoint("model-0")


def test_a_lone_checkpoint_of_an_earlier_model_is_told_in_the_singular(tmp_path: pathlib.Path) -> None:
    log_run(tmp_path, "first", steps=(0,))
    log_run(tmp_path, "second", steps=(1,))
    [problem] = scanned(("", tmp_path)).run(".").problems
    assert problem.message.startswith("1 checkpoint was logged")


# What a scan costs


def test_an_unchanged_file_is_not_read_again(tmp_path: pathlib.Path) -> None:
    log_run(tmp_path)
    index = scanned(("", tmp_path))
    file = picasso(tmp_path) / "checkpoints/model-0.json"
    status = file.stat()
    file.write_bytes(b" " * status.st_size)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    index._scan()
    assert len(index.run(".").checkpoints) == 1 and index.run(".").problems == []
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))
    index._scan()
    assert len(index.run(".").checkpoints) == 0 and len(index.run(".").problems) == 1


def test_a_scan_keeps_no_list_of_arrays(tmp_path: pathlib.Path) -> None:
    log_run(tmp_path, steps=tuple(range(10)), arrays=300)
    run = RunIndex(".", str(tmp_path))
    tracemalloc.start()
    run.refresh()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(run.checkpoints) == 10
    assert kept < 300_000


# Probes


def test_a_probe_is_found_in_its_run_or_among_the_uploads(tmp_path: pathlib.Path) -> None:
    place = RunStore(tmp_path / ".picasso_uploads")
    for run in ("a", "b"):
        log_run(tmp_path / run)
    twice = place.save_probe(PICTURE, name="the same pixels, uploaded")
    only = place.save_probe(PICTURE + np.uint8(1), name="uploaded")
    index = scanned(("", tmp_path), uploads=(place.location,))
    run = index.run("a")
    assert index.find_probe(run, twice.id) == (run.store, run.probes[0])
    assert index.find_probe(run, only.id)[1] == only
    assert index.find_probe(None, twice.id)[1] == twice
    place.remove_probe(only)
    index.refresh_uploads()
    with pytest.raises(NotFound, match="of run 'a'"):
        index.find_probe(run, only.id)


def test_probes_are_listed_as_logged(tmp_path: pathlib.Path) -> None:
    store = RunStore(tmp_path)
    for order in (2, 0, 1):
        store.save_probe(PICTURE + np.uint8(order), order=order)
    assert [probe.order for probe in scanned(("", tmp_path)).run(".").probes] == [0, 1, 2]


def test_an_older_listing_never_replaces_a_newer(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scan has listed the uploads when one more arrives, and goes on when that one is known."""
    index = Index([], [str(tmp_path)])
    stamps = Folder.stamps
    listed, go_on = threading.Event(), threading.Event()

    def slow(folder: Folder, suffix: str) -> dict[str, Any]:
        found = stamps(folder, suffix)
        if threading.current_thread() is scan and not listed.is_set():
            listed.set()
            go_on.wait(10)
        return found

    monkeypatch.setattr(Folder, "stamps", slow)
    scan = threading.Thread(target=index._scan)
    upload = threading.Thread(target=index.refresh_uploads)
    scan.start()
    listed.wait(10)
    probe = RunStore(tmp_path).save_probe(PICTURE)
    upload.start()
    upload.join(0.3)
    go_on.set()
    scan.join()
    upload.join()
    assert index.find_probe(None, probe.id)[1] == probe
