"""What many tests share: a small logged run, the demo's two runs, and a TensorBoard on each."""

import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Iterator

import filelock
import numpy as np
import pytest

from tests.running import TensorBoard, running

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


def log_small_run(
    run: pathlib.Path, steps: tuple[int, ...] = (0, 1, 2), size: tuple[int, int] = (12, 20), filters: int = 4
) -> None:
    """Three classes, a few checkpoints of a network that is trained a little in between."""
    import keras

    from picasso_tb import Writer

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Input((*size, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(filters, 3, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    generator = np.random.default_rng(0)
    images = generator.integers(0, 255, (4, *size, 3), dtype=np.uint8)
    labels = [0, 1, 2, 0]
    with Writer(str(run)) as writer:
        writer.add_model(model, class_names=["bird", "cat", "dog"])
        corner = np.zeros((4, *size), bool)
        corner[:, :2] = True
        writer.add_probes(
            images, labels=labels, names=[f"picture {i}" for i in range(4)], masks={"corner": corner}
        )
        for step in steps:
            writer.add_checkpoint(model, step, metrics={"val_loss": float(10 - step)})
            model.train_on_batch(images.astype(np.float32), np.array(labels))


@pytest.fixture(scope="session", autouse=True)
def no_proofs() -> Iterator[None]:
    """Each would start a process with a framework of its own; tests of proofs ask for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("picasso_tb.logging.writer.start_proof", lambda *_: None)
        yield


@pytest.fixture(scope="session")
def small_logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    logdir = tmp_path_factory.mktemp("small")
    log_small_run(logdir / "run")
    return logdir


@pytest.fixture(scope="session")
def small_tensorboard(
    small_logdir: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoard]:
    """One TensorBoard with a warm worker for all tests that leave its log directory as it is."""
    with running(small_logdir, tmp_path_factory.mktemp("cache")) as tensorboard:
        yield tensorboard


@pytest.fixture(scope="session")
def demo_logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The demo, trained as a newcomer would, once for all processes of pytest-xdist; each has a copy."""
    own = tmp_path_factory.getbasetemp()
    trained = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "trained"
    with filelock.FileLock(trained.with_suffix(".lock")):
        if not trained.exists():
            begun = trained.with_suffix(".begun")
            begun.mkdir()  # there, but empty
            command = [sys.executable, "-m", "picasso_tb.cli", "demo", "--logdir", str(begun), "--no-serve"]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            begun.rename(trained)
    return pathlib.Path(shutil.copytree(trained, own / "demo"))


@pytest.fixture(scope="session")
def demo_tensorboard(
    demo_logdir: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoard]:
    with running(demo_logdir, tmp_path_factory.mktemp("demo-cache")) as tensorboard:
        yield tensorboard
