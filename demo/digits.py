"""Train one small network on real digits and log it through two doors, as Picasso's examples were.

The run `keras` is its `.keras` file, the run `tensorflow-1` a graph with a checkpoint, as TensorFlow 1 saved
them: the same weights, so that both show the same maps.
"""

import os
import pathlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import PIL.Image
import tensorflow as tf

from picasso_tb import InputSpec, Writer
from picasso_tb.models.doors import open_model

SIDE = 28
INPUT = InputSpec(height=SIDE, width=SIDE, mode="L", resample="lanczos", scale=1 / 255)
CLASS_NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
HELD_OUT = 297
PROBES = 20
EPOCHS = 6

Pictures = npt.NDArray[np.uint8]  # (n, 28, 28)


def train(logdir: str | os.PathLike[str], progress: Callable[[str], None] = print) -> None:
    """Train, save as both kinds of file in `models`, and log each as a run. Seeds the global generators.

    Args:
        logdir: a local directory; made if missing.
        progress: receives a line of text now and then.
    """
    keras.utils.set_random_seed(1)
    pictures, labels = digits()
    inputs = np.stack([INPUT.prepare(picture) for picture in pictures])
    model = network()
    model.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    progress(f"Training on {len(pictures) - HELD_OUT} digits")
    model.fit(inputs[HELD_OUT:], labels[HELD_OUT:], epochs=EPOCHS, batch_size=32, verbose=0)
    _, accuracy = model.evaluate(inputs[:HELD_OUT], labels[:HELD_OUT], verbose=0)
    progress(f"Of {HELD_OUT} others, {accuracy:.1%} are read correctly")
    models = pathlib.Path(logdir) / "models"
    (models / "tensorflow-1").mkdir(parents=True, exist_ok=True)
    model.save(models / "digits.keras")
    save_as_tensorflow_1(model.get_weights(), models / "tensorflow-1" / "digits")
    for run, file in (
        ("keras", models / "digits.keras"),
        ("tensorflow-1", models / "tensorflow-1/digits.meta"),
    ):
        progress(f"Logging {file}")
        with Writer(pathlib.Path(logdir) / run, strict=True) as writer:
            snapshot = open_model(file)
            writer.add_model(snapshot, class_names=CLASS_NAMES, input_spec=INPUT)
            writer.add_probes(pictures[:PROBES], labels=labels[:PROBES])
            writer.add_checkpoint(snapshot, EPOCHS, {"val_accuracy": accuracy})


def digits() -> tuple[Pictures, npt.NDArray[np.int64]]:
    """Real digits, enlarged, white on black; with what each is."""
    with np.load(pathlib.Path(__file__).parent / "digits.npz") as content:
        small, labels = content["images"], content["labels"].astype(np.int64)
    brightness = (small * (255 / 16)).round().astype(np.uint8)
    large = [
        PIL.Image.fromarray(one).resize((SIDE, SIDE), PIL.Image.Resampling.BICUBIC) for one in brightness
    ]
    return np.stack([np.asarray(one) for one in large]), labels


def network() -> Any:
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            keras.layers.Conv2D(8, 5, strides=2, activation="relu"),
            keras.layers.Conv2D(16, 3, strides=2, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(len(CLASS_NAMES), activation="softmax"),
        ]
    )


def save_as_tensorflow_1(weights: list[npt.NDArray[np.float32]], prefix: pathlib.Path) -> None:
    """The same network as a graph with a checkpoint: `.meta`, `.index` and `.data`."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        variables = [v1.get_variable(f"weight_{i}", initializer=array) for i, array in enumerate(weights)]
        first, first_bias, second, second_bias, dense, dense_bias = variables
        x = v1.placeholder(tf.float32, (None, SIDE, SIDE, 1), name="pictures")
        x = tf.nn.relu(tf.nn.conv2d(x, first, 2, "VALID") + first_bias)
        x = tf.nn.relu(tf.nn.conv2d(x, second, 2, "VALID") + second_bias)
        logits = tf.matmul(tf.reshape(x, (-1, dense.shape[0])), dense) + dense_bias
        tf.nn.softmax(logits, name="predictions")
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, str(prefix))
