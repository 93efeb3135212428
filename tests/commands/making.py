"""Models that tests of the commands log, and how they call a command."""

from typing import Any

import keras
import numpy as np
from keras import layers

from picasso_tb.cli import main

HEIGHT, WIDTH = 10, 14


PIXELS = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def network(classes: int = 3) -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((HEIGHT, WIDTH, 3)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


def run(*arguments: Any) -> int:
    return main([str(argument) for argument in arguments])
