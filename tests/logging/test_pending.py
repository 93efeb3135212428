"""What is written beside the training, one write at a time."""

import pathlib
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from picasso_tb.logging.writer import Writer
from picasso_tb.models.snapshot import Snapshot
from picasso_tb.store.records import CheckpointRecord, ModelRecord
from picasso_tb.store.run import RunStore
from tests.logging.snapshots import snapshot
from tests.logging.test_writer import PICTURES, checkpoint, steps


class Blocked:
    """Makes every write of a checkpoint wait until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        self.began = threading.Event()
        save = RunStore.save_checkpoint

        def slow(store: RunStore, *args: Any, **kwargs: Any) -> CheckpointRecord:
            self.began.set()
            assert self.go_on.wait(20)
            return save(store, *args, **kwargs)

        monkeypatch.setattr(RunStore, "save_checkpoint", slow)


class Weight:
    """An array that notes when it is copied."""

    def __init__(self, value: np.ndarray) -> None:
        self.value, self.shape = value, value.shape
        self.copied = threading.Event()

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        self.copied.set()
        return self.value


@pytest.mark.parametrize(
    "log_next",
    [lambda writer: writer.add_checkpoint(snapshot(), 1), lambda writer: writer.add_probes(PICTURES[:1])],
)
def test_one_write_is_pending_and_nothing_is_dropped(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, log_next: Callable[[Writer], None]
) -> None:
    writing = Blocked(monkeypatch)
    writer = Writer(tmp_path)
    writer.add_checkpoint(snapshot(), 0)
    assert writing.began.wait(20)  # on another thread, since this one is here
    following = threading.Thread(target=lambda: log_next(writer))
    following.start()
    following.join(0.2)
    assert following.is_alive()
    writing.go_on.set()
    following.join(20)
    writer.close()
    assert steps(RunStore(tmp_path))[0] == 0
    assert len(RunStore(tmp_path).list_probes()) + len(RunStore(tmp_path).list_checkpoints()) == 2


def test_checkpoints_are_thinned_off_the_thread(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Writer(tmp_path) as writer:
        for step in range(4):
            writer.add_checkpoint(snapshot(), step)
        writer.flush()
        writing = Blocked(monkeypatch)
        writer.add_checkpoint(snapshot(), 4)
        assert writing.began.wait(20)
        thinning = threading.Thread(target=lambda: writer.thin_checkpoints(0))
        thinning.start()
        thinning.join(20)
        assert not thinning.is_alive()  # though the checkpoint is not written yet
        assert steps(RunStore(tmp_path)) == [0, 1, 2, 3]
        writing.go_on.set()
    assert steps(RunStore(tmp_path)) == [0, 4]


def test_one_copy_of_the_weights_is_held(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writing = Blocked(monkeypatch)
    weights = [Weight(array) for array in snapshot(7).weights]
    with Writer(tmp_path) as writer:
        writer.add_checkpoint(snapshot(), 0)
        following = threading.Thread(
            target=lambda: writer.add_checkpoint(Snapshot(snapshot().architecture, weights), 1)
        )
        following.start()
        assert not weights[0].copied.wait(0.2)
        writing.go_on.set()
        following.join(20)
    assert RunStore(tmp_path).read_weights(checkpoint(RunStore(tmp_path), 1))[0].tolist() == [7] * 4


def test_what_is_pending_keeps_its_architecture(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though another model of the same name is on its way."""
    go_on, began, write = threading.Event(), threading.Event(), Writer._save_model_once

    def slow(writer: Writer, *args: Any) -> ModelRecord:
        began.set()
        assert go_on.wait(20)
        return write(writer, *args)

    monkeypatch.setattr(Writer, "_save_model_once", slow)
    configs = ['{"one": 1}', '{"two": 2}']
    with Writer(tmp_path) as writer:
        writer.add_checkpoint(snapshot(config=configs[0]), 0)
        assert began.wait(20)
        following = threading.Thread(target=lambda: writer.add_checkpoint(snapshot(config=configs[1]), 1))
        following.start()
        following.join(0.2)  # it now waits for the first
        go_on.set()
        following.join(20)
    store = RunStore(tmp_path)
    assert [store.read_architecture(checkpoint(store, step).architecture) for step in (0, 1)] == configs


def test_what_is_pending_at_exit_is_written(tmp_path: pathlib.Path) -> None:
    program = f"""
import time
from picasso_tb import Writer
from picasso_tb.store.run import RunStore
from tests.logging.snapshots import snapshot
save = RunStore.save_checkpoint
RunStore.save_checkpoint = lambda *args, **kwargs: time.sleep(0.3) or save(*args, **kwargs)
writer = Writer({str(tmp_path)!r})
writer.add_checkpoint(snapshot(7), 0)
raise SystemExit("stopped")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr == "stopped\n"
    store = RunStore(tmp_path)
    assert store.read_weights(checkpoint(store, 0))[0].tolist() == [7] * 4
