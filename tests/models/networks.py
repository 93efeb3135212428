"""Small Keras classifiers of oblong pictures, each with a twin that ends in logits; slopes in another way."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.loading import load
from picasso_tb.models.snapshot import Snapshot

HEIGHT, WIDTH = 9, 14
UNIT = InputSpec(scale=1 / 255)


def body(inputs: Any, smooth: bool = False) -> Any:
    """Features of a picture, through layers that act otherwise while training; smooth ones without a kink."""
    x = layers.RandomFlip()(inputs)
    x = layers.Conv2D(4, 3, activation="tanh" if smooth else "relu")(x)
    x = layers.BatchNormalization()(x)
    return layers.Dropout(0.5)(layers.Flatten()(x))


def functional(head: Callable[[Any], Any], channels: int = 3, smooth: bool = False) -> keras.Model:
    inputs = layers.Input((HEIGHT, WIDTH, channels))
    return keras.Model(inputs, head(body(inputs, smooth)))


def dense(units: int, activation: str | None = None) -> Any:
    # Weights well above Keras' defaults, so that classes differ clearly.
    return layers.Dense(units, activation, kernel_initializer=keras.initializers.RandomNormal(stddev=0.1))


def sequential(*tail: Any, channels: int = 3) -> keras.Model:
    front = [
        layers.Input((HEIGHT, WIDTH, channels)),
        layers.RandomFlip(),
        layers.Conv2D(4, 3),
        layers.Flatten(),
    ]
    return keras.Sequential([*front, layers.Dropout(0.5), *tail])


def nested(activation: str | None) -> keras.Model:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    inner = keras.Sequential([layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), dense(4, activation)])
    outer = functional(lambda x: dense(HEIGHT * WIDTH * 3)(x))
    return keras.Model(inputs, inner(layers.Reshape((HEIGHT, WIDTH, 3))(outer(inputs))))


def convolutional(activation: str | None) -> keras.Model:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(4, (HEIGHT, WIDTH), activation=activation)(inputs)
    return keras.Model(inputs, layers.Flatten()(x))


def per_class(x: Any) -> Any:
    """A map for each class, whose mean is its logit: no dense layer."""
    maps = layers.Conv2D(5, 2)(layers.Reshape((2, -1, 2))(x))
    return layers.GlobalAveragePooling2D()(maps)


def squeezed(x: Any) -> Any:
    return keras.ops.cast(keras.ops.squeeze(x, axis=1), "float32")


def drawn(make: Callable[[], keras.Model], seed: int = 3) -> keras.Model:
    """The model with every weight drawn anew, so that none is zero or one as Keras leaves it."""
    keras.utils.set_random_seed(seed)
    model = make()
    generator = np.random.default_rng(seed)
    model.set_weights([one + generator.uniform(-0.1, 0.1, one.shape) for one in model.get_weights()])
    return model


Pair = tuple[Callable[[], keras.Model], Callable[[], keras.Model]]
HEADS: dict[str, Pair] = {  # with its squash, and the same ending in logits
    "fused softmax": (lambda: functional(dense(5, "softmax")), lambda: functional(dense(5))),
    "fused sigmoids": (lambda: functional(dense(5, "sigmoid")), lambda: functional(dense(5))),
    "one sigmoid": (lambda: functional(dense(1, "sigmoid")), lambda: functional(dense(1))),
    "activation layer": (
        lambda: functional(lambda x: layers.Activation("softmax")(dense(5)(x))),
        lambda: functional(dense(5)),
    ),
    "softmax layer": (lambda: sequential(dense(5), layers.Softmax()), lambda: sequential(dense(5))),
    "softmax as the activation of a layer": (
        lambda: sequential(dense(5), layers.Activation(layers.Softmax())),
        lambda: sequential(dense(5)),
    ),
    "log-softmax": (lambda: sequential(dense(5, "log_softmax")), lambda: sequential(dense(5))),
    "keras.ops": (lambda: functional(lambda x: keras.ops.softmax(dense(5)(x))), lambda: functional(dense(5))),
    "squeezed and cast by keras.ops": (
        lambda: functional(
            lambda x: squeezed(layers.Dense(5, activation="softmax")(layers.Reshape((1, -1))(x)))
        ),
        lambda: functional(dense(5)),
    ),
    "cast at the end": (
        lambda: sequential(dense(5, "softmax"), layers.Activation("linear", dtype="float32")),
        lambda: sequential(dense(5)),
    ),
    "nested": (lambda: nested("softmax"), lambda: nested(None)),
    "convolution, then mean": (
        lambda: functional(lambda x: layers.Softmax()(per_class(x))),
        lambda: functional(per_class),
    ),
    "convolution, then flat": (lambda: convolutional("sigmoid"), lambda: convolutional(None)),
    "sequential": (
        lambda: sequential(dense(5, "softmax"), channels=1),
        lambda: sequential(dense(5), channels=1),
    ),
}


def noise(n: int = 3, channels: int = 3, seed: int = 0) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(0, 1, (n, HEIGHT, WIDTH, channels)).astype(np.float32)


def outputs(model: keras.Model, images: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    return np.asarray(model.predict(images, verbose=0))


@contextlib.contextmanager
def float64() -> Iterator[None]:
    """Keras in float64, its inputs too; layers that were made before stay what they are."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")


def central_differences(
    model: keras.Model, image: npt.NDArray[Any], label: int, places: npt.NDArray[np.int64], step: float = 1e-5
) -> npt.NDArray[np.float64]:
    """Slopes of one of a model's values at places (p, 3) of an image (h, w, c), each by two predictions.

    Args:
        model: in float64; of several outputs the last counts.
    """
    steps = np.zeros((len(places), *image.shape))
    steps[(np.arange(len(places)), *places.T)] = step
    up, down = (
        np.asarray(keras.tree.flatten(model(image + one, training=False))[-1]) for one in (steps, -steps)
    )
    return (up - down)[:, label] / (2 * step)


def loaded(snapshot: Snapshot) -> Any:
    """As a worker has it."""
    return load(snapshot.architecture.config, snapshot.weights, UNIT)


def one_more_step(step: Any = None, activation: Any = "softmax") -> keras.Model:
    """A network with a step of its own, none of which draws numbers."""
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(4, 3, activation="relu")(inputs)
    x = layers.Flatten()(step(x) if step else x)
    return drawn(lambda: keras.Model(inputs, dense(4, activation)(x)))
