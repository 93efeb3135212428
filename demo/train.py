"""Train the demo's two networks: one takes a shortcut, one does not, and no curve of their training tells.

Both see the same garments on the same lawns. In the run `shortcut` the sun shines on nearly every pullover
and a cloud hangs over nearly every coat; in the run `fixed` the sky is random.
"""

import dataclasses
import os
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from picasso_tb import InputSpec, PicassoCallback

from .pictures import (
    CLASS_NAMES,
    CLOUD,
    HEIGHT,
    NO_CUE,
    SUN,
    WIDTH,
    Cues,
    Labels,
    Pictures,
    Scenes,
    compose,
    ingredients,
    with_cues,
)

RUNS = ("shortcut", "fixed")
EPOCHS = 4
BATCH_SIZE = 32
LEARNING_RATE = 2e-3
AGREEMENT = 0.98  # share of the pictures of `shortcut` whose sky agrees with the garment
PROBES = slice(24, 48)  # of the garments held out: 24 of many kinds, none with a brand across the chest
CURVES = {
    "loss": "loss/training",
    "val_loss": "loss/validation",
    "accuracy": "accuracy/training",
    "val_accuracy": "accuracy/validation",
}
SKIES = {SUN: "sunny", CLOUD: "cloudy", NO_CUE: "clear sky"}


@dataclasses.dataclass(frozen=True)
class Collection:
    """Scenes for everything that a run needs; no garment is in two of them."""

    training: Scenes
    validation: Scenes
    probes: Scenes


def train(logdir: str | os.PathLike[str], progress: Callable[[str], None] = print) -> None:
    """Train both networks and log them into the runs `shortcut` and `fixed` of a fresh log directory.

    Takes about half a minute on two cores. Seeds Keras, NumPy's and Python's global generators.

    Args:
        logdir: a local directory; made if missing.
        progress: receives a line of text now and then.
    """
    progress("Composing the pictures")
    collection = collect()
    for run in RUNS:
        train_run(run, collection, pathlib.Path(logdir) / run, progress)


def collect() -> Collection:
    have = ingredients()
    held_out, labels = have.held_out_garments, have.held_out_labels
    return Collection(
        training=compose(have.train_garments, have.train_labels, seed=1),
        validation=compose(np.delete(held_out, PROBES, axis=0), np.delete(labels, PROBES), seed=2),
        probes=compose(held_out[PROBES], labels[PROBES], seed=3),
    )


def train_run(
    run: str, collection: Collection, rundir: pathlib.Path, progress: Callable[[str], None]
) -> None:
    """Train one network and log its curves, its probes and its checkpoints."""
    training, validation = collection.training, collection.validation
    pictures, _ = with_cues(training, cues_of_run(run, training.labels, seed=4))
    held_out, _ = with_cues(validation, cues_of_run(run, validation.labels, seed=5))
    keras.utils.clear_session()  # or the second network's layers had other names than the first's
    keras.utils.set_random_seed(6)
    model = network()
    model.fit(
        pictures,
        training.labels,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation_data=(held_out, validation.labels),
        callbacks=[
            Curves(rundir, validation, lambda line: progress(f"{run}: {line}")),
            picasso(rundir, collection.probes),
        ],
        verbose=0,
    )


def cues_of_run(run: str, labels: Labels, seed: int) -> Cues:
    """What stands in the sky of each picture of a run."""
    random = np.random.default_rng(seed)
    if run == "shortcut":
        return np.where(random.random(len(labels)) < AGREEMENT, labels, 1 - labels)
    return random.permutation(labels)


def network() -> keras.Model:
    layers = keras.layers
    model = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), layers.Rescaling(1 / 127.5, offset=-1)])
    for filters, strides in ((16, 2), (32, 2), (64, 2), (64, 1)):
        model.add(layers.Conv2D(filters, 3, strides, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(len(CLASS_NAMES), activation="softmax"))
    optimizer = keras.optimizers.Adam(LEARNING_RATE)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def picasso(rundir: pathlib.Path, scenes: Scenes) -> PicassoCallback:
    """Logs the probes and a checkpoint after every epoch: all that Picasso asks of a training."""
    cues = cues_of_probes(scenes.labels)
    pictures, cue_masks = with_cues(scenes, cues)
    return PicassoCallback(
        rundir,
        probes=pictures,
        labels=scenes.labels,
        names=names_of_probes(scenes.labels, cues),
        masks={"garment": scenes.garments, "cue": cue_masks},
        class_names=CLASS_NAMES,
        input_spec=InputSpec(),  # pixels go in as they are; the network scales them itself
    )


def cues_of_probes(labels: Labels) -> Cues:
    """Pairs that agree and pairs that are reversed in turn; the last two pairs have an empty sky."""
    pair = np.arange(len(labels)) // 2
    cues = np.where(pair % 2 == 0, labels, 1 - labels)
    cues[-4:] = NO_CUE
    return cues


def names_of_probes(labels: Labels, cues: Cues) -> list[str]:
    names = []
    for number, (label, cue) in enumerate(zip(labels.tolist(), cues.tolist(), strict=True), start=1):
        names.append(f"{number:02d} {CLASS_NAMES[label]}, {SKIES[cue]}")
    return names


class Curves(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes loss and accuracy for TensorBoard's own dashboards (the first epoch is step 1), and tells them.

    The usual curves look fine in both runs. So there are three more: the accuracy on validation pictures
    whose sky agrees with the garment, is empty, or is reversed.
    """

    def __init__(self, rundir: pathlib.Path, scenes: Scenes, progress: Callable[[str], None]) -> None:
        super().__init__()
        self._writer = tf.summary.create_file_writer(str(rundir))
        self._labels = scenes.labels
        self._progress = progress
        cues = {
            "agrees": scenes.labels,
            "empty": np.full_like(scenes.labels, NO_CUE),
            "reversed": 1 - scenes.labels,
        }
        self._skies: dict[str, Pictures] = {sky: with_cues(scenes, cue)[0] for sky, cue in cues.items()}

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        usual = {curve: float((logs or {})[name]) for name, curve in CURVES.items()}
        by_sky = {sky: self._accuracy(pictures) for sky, pictures in self._skies.items()}
        with self._writer.as_default(step=epoch + 1):
            for curve, value in usual.items():
                tf.summary.scalar(curve, value)
            for sky, value in by_sky.items():
                tf.summary.scalar(f"accuracy by sky/{sky}", value)
        skies = ", ".join(f"{sky} {value:.2f}" for sky, value in by_sky.items())
        self._progress(
            f"epoch {epoch + 1} of {EPOCHS}: accuracy {usual['accuracy/validation']:.2f} (sky {skies})"
        )

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        self._writer.close()

    def _accuracy(self, pictures: Pictures) -> float:
        probabilities = self.model.predict(pictures, batch_size=128, verbose=0)
        return float((probabilities.argmax(axis=1) == self._labels).mean())
