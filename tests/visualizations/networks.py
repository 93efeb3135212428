"""Real networks in float64, and what the methods ask of them, found slowly: one image and class at a time."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.protocol import Images, Model

Numbers = npt.NDArray[np.float64]

HEIGHT, WIDTH = 11, 17
TARGETS = np.array([[0, 2], [3, 0]])
SPEC = InputSpec(scale=1 / 127.5, mean=1)  # -1 to 1


def plain() -> tuple[Any, Any]:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(6, 3, activation="relu")(inputs)
    x = layers.Conv2D(8, 3, strides=2, activation="relu", name="looked_into")(x)
    return inputs, layers.Flatten()(x)


def residual() -> tuple[Any, Any]:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(6, 3, padding="same", activation="relu")(inputs)
    y = layers.BatchNormalization()(layers.Conv2D(6, 3, padding="same")(x))
    x = layers.Activation("relu", name="looked_into")(layers.Add()([x, y]))
    return inputs, layers.GlobalAveragePooling2D()(x)


def depthwise() -> tuple[Any, Any]:
    """One channel; layers without a kink."""
    inputs = layers.Input((HEIGHT, WIDTH, 1))
    x = layers.Conv2D(6, 1, activation="tanh")(inputs)
    x = layers.DepthwiseConv2D(3, padding="same", activation="tanh")(x)
    x = layers.Conv2D(5, 3, strides=2, activation="sigmoid", name="looked_into")(x)
    return inputs, layers.Flatten()(x)


NETWORKS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "plain": plain,
    "residual": residual,
    "depthwise": depthwise,
}


@contextlib.contextmanager
def _float64() -> Iterator[None]:
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


class Slow:
    """A network of four classes, behind the `Model` protocol, and its numbers without that."""

    def __init__(self, name: str) -> None:
        with _float64():
            keras.utils.set_random_seed(1)
            inputs, features = NETWORKS[name]()
            logits = layers.Dense(4, name="logits")(features)
            self.network = keras.Model(inputs, logits)
            generator = np.random.default_rng(2)
            weights = self.network.get_weights()
            self.network.set_weights([one + generator.uniform(-0.2, 0.2, one.shape) for one in weights])
            classifier = keras.Model(inputs, layers.Softmax()(logits))
            self.model: Model = live_network(classifier, SPEC, classifier.input_shape[1:])
            looked_into = self.network.get_layer("looked_into").output
            self._both = keras.Model(inputs, [looked_into, logits])
        self._slope = self._compiled()
        self.channels = self.network.input_shape[-1]

    def _compiled(self) -> Any:
        import tensorflow as tf

        @tf.function(reduce_retracing=True)
        def slope(values: Any, label: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(values)
                score = self.network(values, training=False)[0, label]
            return tape.gradient(score, values)

        return lambda values, label: slope(tf.constant(values), tf.constant(label))

    def images(self) -> Images:
        shape = (2, HEIGHT, WIDTH, self.channels)
        return np.random.default_rng(3).uniform(-1, 1, shape).astype(np.float32)

    def score(self, image: npt.NDArray[Any], label: int) -> float:
        return float(self.network(image[None].astype(np.float64))[0, label])

    def slope(self, image: npt.NDArray[Any], label: int) -> Numbers:
        """(h, w, c)"""
        slopes: Numbers = self._slope(image[None].astype(np.float64), label).numpy()[0]
        return slopes

    def layer(self, image: npt.NDArray[Any], label: int) -> tuple[Numbers, Numbers, float]:
        """What the layer `looked_into` gives (h', w', channels), the slopes there, and the score."""
        import tensorflow as tf

        with tf.GradientTape() as tape:
            activations, logits = self._both(tf.constant(image[None].astype(np.float64)))
            score = logits[0, label]
        slopes = tape.gradient(score, activations)
        return np.asarray(activations[0]), np.asarray(slopes[0]), float(score)
