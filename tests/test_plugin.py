"""What the flags mean: log directories as TensorBoard reads them, the cache, and values out of bounds."""

import argparse
import os
import pathlib
import re
from typing import Any

import numpy as np
import platformdirs
import pytest
from tensorboard.backend.event_processing import data_ingester
from tensorboard.plugins import base_plugin

from picasso_tb.errors import InvalidArgument
from picasso_tb.loader import PicassoLoader
from picasso_tb.plugin import PicassoPlugin, _obstacle, _roots, _upload_places
from picasso_tb.store.run import RunStore


@pytest.fixture(autouse=True)
def no_cache_of_the_user(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / ".cache"))
    monkeypatch.chdir(tmp_path)


def load(logdir: str | pathlib.Path | None, *flags: str, **more: Any) -> PicassoPlugin:
    """The plugin as TensorBoard loads it."""
    loader, parser = PicassoLoader(), argparse.ArgumentParser()
    loader.define_flags(parser)
    given = argparse.Namespace(**vars(parser.parse_args(flags)) | more)
    plugin: PicassoPlugin = loader.load(base_plugin.TBContext(logdir=logdir and str(logdir), flags=given))
    return plugin


def runs(plugin: PicassoPlugin) -> list[str]:
    plugin._index.refresh_soon(wait_for_first=10)
    return [run.name for run in plugin._index.runs()]


def log_probe(run: pathlib.Path) -> None:
    RunStore(run).save_probe(np.zeros((7, 5), np.uint8))


# Log directories


@pytest.mark.parametrize(
    "spec",
    [
        "/a,/b",
        "x:/a,x:/b",
        "x:/a,/b,y:c",
        "/a:b",
        "x:/a:b",
        "~/logs,x:~/more",
        "relative,x:./here/../there",
        "gs://bucket/a,x:gs://bucket/b,s3://c:d",
        "x:/a,y:/a",
        "x:/a,",
        ":/a",
        "two words:/a",
    ],
)
def test_a_logdir_spec_means_what_it_means_to_tensorboard(spec: str) -> None:
    theirs = data_ingester._parse_event_files_spec(spec)
    assert _roots(None, spec) == [(name or "", path) for path, name in theirs.items()]


def test_a_logdir_is_one_path(tmp_path: pathlib.Path) -> None:
    home = str(tmp_path / "home")
    for logdir, path in {
        "/a,/b:c": "/a,/b:c",
        "~/logs": f"{home}/logs",
        "logs": str(tmp_path / "logs"),
        "gs://bucket/a": "gs://bucket/a",
    }.items():
        assert _roots(logdir, "x:/elsewhere") == [("", path)]
    assert _roots("", "") == _roots(None, None) == []


def test_every_log_directory_shows_its_runs(tmp_path: pathlib.Path) -> None:
    for run in ("a/one", "b/two", "home/three"):
        log_probe(tmp_path / run)
    spec = f"{tmp_path}/a,x:{tmp_path}/b,x:~"
    assert runs(load(None, logdir_spec=spec)) == ["one", "x/three", "x/two"]
    assert runs(load("~")) == ["three"]


def test_uploads_go_beside_the_runs_or_into_a_place_of_their_own() -> None:
    cache = pathlib.Path("/cache")
    first, second = _upload_places([("", "/a"), ("x", "/b")], cache)
    assert first == "/a/.picasso_uploads" and second.startswith("/cache/uploads/")
    others = [[("", "/a")], [("", "/b"), ("x", "/a")], [("", "gs://bucket/a")], []]
    assert len({second, *(_upload_places(roots, cache)[-1] for roots in others)}) == 5
    assert len(_upload_places([], cache)) == 1


def test_without_a_command_line_the_defaults_hold(tmp_path: pathlib.Path) -> None:
    log_probe(tmp_path / "run")
    plugin: PicassoPlugin = PicassoLoader().load(base_plugin.TBContext(logdir=str(tmp_path)))
    assert runs(plugin) == ["run"]


# The cache


def test_a_home_in_the_cache_directory_is_expanded(tmp_path: pathlib.Path) -> None:
    load("logs", "--picasso_cache_dir=~/deep/cache")
    load("logs", "--picasso_cache_dir=here")
    assert (tmp_path / "home/deep/cache").is_dir() and (tmp_path / "here").is_dir()
    assert not (tmp_path / "~").exists()


def test_the_default_cache_is_the_users(tmp_path: pathlib.Path) -> None:
    load("logs")
    assert platformdirs.user_cache_path("picasso-tb").is_dir()
    assert (tmp_path / "home/.cache/picasso-tb").is_dir()


@pytest.mark.parametrize("below", ["", "/cache", "/deep/cache"])
def test_a_cache_directory_that_is_a_file_is_refused(tmp_path: pathlib.Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")
    expected = (
        f"--picasso_cache_dir: Expected a directory that can be written. Received: '{tmp_path}/file{below}'"
    )
    with pytest.raises(InvalidArgument, match=re.escape(expected)):
        load("logs", f"--picasso_cache_dir={tmp_path}/file{below}")


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a directory that nobody can write")
@pytest.mark.parametrize("cache", ["/proc/self", "/proc/self/cache"])
def test_a_cache_that_cannot_be_written_only_keeps_from_computing(tmp_path: pathlib.Path, cache: str) -> None:
    log_probe(tmp_path / "run")
    assert runs(load(tmp_path, f"--picasso_cache_dir={cache}")) == ["run"]
    obstacle = _obstacle(pathlib.Path(cache))
    assert obstacle and f"cannot be kept in '{cache}'" in obstacle and "--picasso_cache_dir" in obstacle
    assert "kept" not in (_obstacle(tmp_path) or "")


def test_an_idle_moment_tidies_up(tmp_path: pathlib.Path) -> None:
    plugin = load("logs", f"--picasso_cache_dir={tmp_path}/cache", "--picasso_cache_gb=0.01")
    names = ["mail/a.progress.json", "mail/.b.tmp", "maps/00/.c.npy.tmp", f"maps/00/{'0' * 32}.map.npy"]
    files = [tmp_path / "cache" / name for name in names]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(11 * 2**20 if file.suffix == ".npy" else 1))
        os.utime(file, (0, 0))
    plugin._api._service._queue._on_idle()
    assert not [file for file in files if file.exists()]


# Values


@pytest.mark.parametrize(
    ("flag", "refused", "accepted"),
    [
        ("workers", ["0", "65", "1.9", "many", "", "-1", "nan", "1e1"], ["1", "64"]),
        ("cache_gb", ["0", "-1", "nan", "inf", "2 GB", ""], ["0.01", "2.5", "1e3"]),
        ("max_passes", ["0", "0.5", "2.5", "all", ""], ["1", "1000000000000"]),
        ("device", ["tpu", "", "CPU"], ["cpu", "gpu"]),
        ("trust", ["my-package", "/own", "own:prepare", "own."], ["", "own", "own.prepare.rgb"]),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_its_flag(
    flag: str, refused: list[str], accepted: list[str]
) -> None:
    for value in accepted:
        load("logs", f"--picasso_{flag}={value}")
    for value in refused:
        expected = f"--picasso_{flag}: Expected .* Received: {value!r}"
        with pytest.raises(InvalidArgument, match=expected):
            load("logs", f"--picasso_{flag}={value}")


def test_values_of_another_type_are_refused_as_well() -> None:
    with pytest.raises(InvalidArgument, match="workers: Expected a number from 1 to 64 without decimals"):
        load("logs", picasso_workers=1.9)
