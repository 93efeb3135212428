"""Long trainings and sudden ends."""

import pathlib
import random
import subprocess
import sys
import time

import pytest

from picasso_tb.store.run import RunStore
from tests.logging.verify import items_of_events, verify


def test_nineteen_kills_leave_every_listed_item_readable(tmp_path: pathlib.Path) -> None:
    program = [sys.executable, "-m", "tests.logging.killing", str(tmp_path), "19"]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    listed = [int(line) for line in done.stdout.split()]
    assert len(listed) == 19
    assert listed[-1] == 5 + 1 + 1  # all steps, the model and the probe, after so many rounds
    unfinished = list((tmp_path / "plugins" / "picasso").glob("*/.*.tmp"))
    assert unfinished, "no kill came while a file was written: the test tells nothing"
    items = items_of_events(str(tmp_path))
    assert len(items) > 19
    assert all((tmp_path / "plugins" / "picasso" / item).exists() for item in items)


@pytest.fixture(scope="module")
def killed_training(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, int, int]:
    """The run of a training killed in the middle, and its size in bytes before and after 100 checkpoints."""
    run = tmp_path_factory.mktemp("training")
    program = [sys.executable, "-m", "tests.logging.training", str(run)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as training:
        assert training.stdout
        try:
            before, after = (int(training.stdout.readline()) for _ in range(2))
            time.sleep(random.uniform(0, 0.2))
        finally:
            training.kill()
    print(before / 1e6, after / 1e6)
    return run, before, after


def test_a_killed_training_leaves_every_listed_item_readable(
    killed_training: tuple[pathlib.Path, int, int],
) -> None:
    run, _, _ = killed_training
    assert verify(str(run)) >= 1 + 1 + 5  # the model, the probe, and the checkpoints kept
    assert max(record.step for record in RunStore(run).list_checkpoints()) >= 120


def test_a_training_does_not_grow(killed_training: tuple[pathlib.Path, int, int]) -> None:
    _, before, after = killed_training
    assert after < before * 1.05
