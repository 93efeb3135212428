"""A log directory as large as one gets: many runs, each with many checkpoints and probes."""

import os
import pathlib
import shutil

import keras
import numpy as np

from picasso_tb import InputSpec, Writer

HEIGHT, WIDTH = 48, 64


def write_large_logdir(logdir: pathlib.Path, runs: int, checkpoints: int, probes: int) -> None:
    """Write one run and link it the other times: runs of a sweep share their probes, and links are quick."""
    first = logdir / "run-000"
    _write_run(first, checkpoints, probes)
    for number in range(1, runs):
        shutil.copytree(first, logdir / f"run-{number:03d}", copy_function=os.link)


def _write_run(rundir: pathlib.Path, checkpoints: int, probes: int) -> None:
    random = np.random.default_rng(0)
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((HEIGHT, WIDTH, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(4, 5, strides=3, activation="relu"),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    pictures = random.integers(0, 256, (probes, HEIGHT, WIDTH, 3), np.uint8)
    with Writer(rundir) as writer:
        writer.add_model(model, class_names=[f"class {index}" for index in range(10)], input_spec=InputSpec())
        writer.add_probes(
            pictures, labels=np.arange(probes) % 10, names=[f"probe {number:03d}" for number in range(probes)]
        )
        for step in range(checkpoints):
            model.set_weights(
                [weight + random.normal(0, 0.02, weight.shape) for weight in model.get_weights()]
            )
            writer.add_checkpoint(model, step)
