"""`picasso-tb compute`: what it keeps is what the tab asks for, whatever is killed on the way."""

import io
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import numpy as np
import psutil
import pytest

from picasso_tb.cli import main
from picasso_tb.store.known_maps import results_ahead
from tests.conftest import log_small_run
from tests.extensions.samples import METHOD
from tests.running import heed_ctrl_c, running, wait_for

PICASSO = [sys.executable, "-m", "picasso_tb.cli"]
NO_TENSORFLOW = "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None"
SLOW = ("--set", "positions=40")  # long enough to be interrupted


@pytest.fixture(scope="module")
def logdir(tmp_path_factory) -> pathlib.Path:
    logdir = tmp_path_factory.mktemp("ahead")
    log_small_run(logdir / "run", size=(48, 64), filters=32)
    return logdir


@pytest.fixture(autouse=True)
def _nothing_known(logdir):
    yield
    shutil.rmtree(results_ahead(str(logdir)).location, ignore_errors=True)


def compute(logdir, *arguments):
    command = [*PICASSO, "compute", "--logdir", str(logdir), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def start(logdir, *arguments):
    command = [*PICASSO, "compute", "--logdir", str(logdir), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_ctrl_c
    )


def maps(place) -> dict[str, int]:
    """When each map in a result store was written, by its file's name."""
    return {file.name: file.stat().st_mtime_ns for file in pathlib.Path(place).rglob("*.map.npy")}


def kept(logdir) -> dict[str, int]:
    return maps(results_ahead(str(logdir)).location)


def test_killed_and_started_again_it_computes_what_is_left_for_a_viewer_without_tensorflow(logdir, tmp_path):
    wanted = ("--checkpoints", "0,2", "--top", "2", *SLOW)
    killed = start(logdir, *wanted)
    wait_for(lambda: kept(logdir), 300)
    workers = psutil.Process(killed.pid).children(recursive=True)
    killed.kill()
    killed.communicate()
    wait_for(lambda: not any(worker.is_running() for worker in workers), 20)
    before = kept(logdir)
    assert 0 < len(before) < 16
    done = compute(logdir, *wanted)
    assert done.returncode == 0, done.stderr
    left = 16 - len(before)
    assert f"{len(before)} maps are known already" in done.stdout and f"Done: {left} maps" in done.stdout
    assert f"{left}/{left}" in done.stderr  # the bar
    after = kept(logdir)
    assert len(after) == 16 and before.items() <= after.items()
    again = compute(logdir, *wanted)
    assert again.returncode == 0
    assert "16 maps are known already" in again.stdout and "Done: 0 maps" in again.stdout
    with running(logdir, tmp_path / "cache", code=NO_TENSORFLOW) as viewer:
        assert not viewer.ask("api/catalogue").json["compute"]["available"]
        checkpoints, probes = viewer.run_index("run")
        question = {
            "run": "run",
            "checkpoint": checkpoints[-1]["id"],
            "probes": [probe["id"] for probe in probes],
            "visualization": "occlusion",
            "settings": {"positions": 40},
            "targets": {"kind": "top", "count": 2},
        }
        answer = viewer.ask("api/maps", question).json
        assert answer["job"] is None and [one["state"] for one in answer["maps"]] == ["done"] * 8
        map = viewer.ask(f"api/maps/{answer['maps'][0]['key']}")
        assert np.load(io.BytesIO(map.content), allow_pickle=False).shape == (48, 64)
        other = viewer.ask("api/maps", {**question, "checkpoint": checkpoints[1]["id"]}).json
        assert {one["state"] for one in other["maps"]} == {"failed"}


def test_ctrl_c_ends_it_in_one_line(logdir):
    stopped = start(logdir, *SLOW)
    wait_for(lambda: psutil.Process(stopped.pid).children(recursive=True), 60)
    workers = psutil.Process(stopped.pid).children(recursive=True)
    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=60)
    assert stopped.returncode == 130
    assert "goes on from there" in said and "Traceback" not in said
    wait_for(lambda: not any(worker.is_running() for worker in workers), 10)


def test_a_killed_dask_worker_loses_nothing(logdir, tmp_path):
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        place = tmp_path / "shared"
        computing = start(logdir, *SLOW, "--scheduler", cluster.scheduler_address, "--results", str(place))
        wait_for(lambda: maps(place), 300)
        pids = list(client.run(os.getpid).values())
        before = maps(place)
        os.kill(pids[0], signal.SIGKILL)
        _, said = computing.communicate(timeout=300)
        assert computing.returncode == 0, said
        assert len(set(pids)) == 2 and len(before) < 12
        after = maps(place)
        assert len(after) == 12 and before.keys() <= after.keys()
        # Written, but not yet told of by the one that was killed: that map may be written again.
        assert len(before.items() - after.items()) <= 1
    assert not kept(logdir)


def test_what_fails_is_listed_and_the_rest_is_kept(logdir, tmp_path):
    broken = tmp_path / "logs"
    shutil.copytree(logdir, broken)
    [weights] = (broken / "run/plugins/picasso/checkpoints").glob("model-1-*.npz")
    weights.write_bytes(weights.read_bytes()[:-1000])
    done = compute(broken, "--visualization", "saliency", "--probes", "picture [01]")
    assert done.returncode == 1
    assert "2 maps could not be computed" in done.stderr
    assert "run, step 1, picture 0, picture 1: " in done.stderr and weights.name in done.stderr
    assert "Traceback" not in done.stderr
    assert len(kept(broken)) == 4


def test_ones_own_visualization_and_what_equal_runs_share(logdir, tmp_path, computed):
    (tmp_path / "brightness.py").write_text(METHOD)
    shutil.copytree(logdir / "run", tmp_path / "logs/first")
    shutil.copytree(logdir / "run", tmp_path / "logs/second")
    chosen = ("--visualization", "brightness", "--checkpoints", "last", "--targets", "cat,0")
    own = ("--visualizations", str(tmp_path))
    assert main(["compute", "--logdir", str(tmp_path / "logs"), *own, *chosen]) == 0
    [batch] = computed
    assert (batch.run, batch.step, len(batch.keys)) == ("first", 2, 8)
    question, _ = batch.wanted[0]
    assert question.source.name == "brightness.py" and question.classes == (1, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "window=2"), "window"),
        (("--set", "window"), "--set: Expected SETTING=VALUE. Received: 'window'"),
        (("--visualization", "magic"), "Expected one of class_probabilities"),
        (("--checkpoints", "most"), "--checkpoints: Expected all"),
        (("--top", "0"), "--top: Expected at least 1. Received: 0"),
        (("--workers", "0"), "--workers: Expected a number from 1 to 64. Received: 0"),
        (("--scheduler", "tcp://127.0.0.1:1"), "--scheduler: Expected the address of a Dask scheduler"),
    ],
)
def test_mistakes_are_said_in_one_line(logdir, arguments, said, capsys, monkeypatch):
    monkeypatch.setattr("picasso_tb.jobs.cluster._SECONDS_TO_CONNECT", 1)
    assert main(["compute", "--logdir", str(logdir), *arguments]) == 1
    assert said in capsys.readouterr().err
