"""The command line, as a person types it."""

import os
import subprocess
import sys

import pytest

from picasso_tb import cli
from picasso_tb.commands import doctor

PICASSO = [sys.executable, "-m", "picasso_tb.cli"]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*PICASSO, *arguments], capture_output=True, text=True)


def test_a_trained_demo_is_not_trained_again(demo_logdir):
    before = sorted(file.stat().st_mtime for file in demo_logdir.rglob("*"))
    done = run("demo", "--logdir", str(demo_logdir), "--no-serve")
    assert done.returncode == 0
    assert "Using the runs in" in done.stdout
    assert sorted(file.stat().st_mtime for file in demo_logdir.rglob("*")) == before


def test_a_port_in_use_is_said_in_one_line(demo_logdir, small_tensorboard):
    port = small_tensorboard.url.rstrip("/").rpartition(":")[2]
    done = run("demo", "--logdir", str(demo_logdir), "--port", port)
    assert done.returncode == 1
    assert "could not start" in done.stderr
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_without_tensorflow_the_demo_says_what_to_install(tmp_path):
    code = "import sys; sys.modules['keras'] = None; from picasso_tb.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "demo", "--logdir", str(tmp_path / "logs"), "--no-serve"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install" in done.stderr
    assert not (tmp_path / "logs").exists()


def test_an_unknown_command_is_refused_with_the_usage():
    done = run("paint")
    assert done.returncode == 2
    assert "usage: picasso-tb" in done.stderr


@pytest.mark.parametrize(
    ("flags", "finds"),
    [
        ([], False),
        (["--preprocessing", "caffe"], False),
        (["--preprocessing", "own.prepare"], True),
        (["--decode", "own.decode"], True),
        (["--custom-objects", "own.Layer"], True),
        (["--trust", "own"], True),
    ],
    ids=str,
)
def test_modules_of_the_working_folder_are_found_where_code_is_named(flags, finds, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before, seen = list(sys.path), []
    monkeypatch.setattr(doctor, "run", lambda options: seen.extend(sys.path))
    assert cli.main(["doctor", "model.keras", *flags]) == 0
    assert seen == [*before, os.getcwd()] if finds else seen == before
    assert sys.path == before
