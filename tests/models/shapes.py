"""The same tiny networks in all shapes that users have, and every way to write them to files."""

import dataclasses
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from keras import layers

from picasso_tb.models.doors import open_model
from picasso_tb.models.snapshot import Snapshot, architecture_of, copied_weights
from tests.models.networks import HEIGHT, WIDTH, dense

Images = npt.NDArray[np.float32]
SIZE = (HEIGHT, WIDTH, 3)


def body(x: Any) -> Any:
    x = layers.Conv2D(4, 3, activation="tanh", name="stem")(x)
    return layers.Dropout(0.5)(layers.BatchNormalization()(x))


def pooled(x: Any) -> Any:
    return layers.GlobalAveragePooling2D()(body(x))


def functional(head: Any, size: tuple[int | None, ...] = SIZE, front: Any = pooled) -> keras.Model:
    inputs = layers.Input(size)
    return keras.Model(inputs, head(front(inputs)))


def sequential() -> keras.Model:
    return keras.Sequential(
        [layers.Input(SIZE), layers.Conv2D(4, 3), layers.ReLU(), layers.Flatten(), dense(5, "softmax")]
    )


def nested() -> keras.Model:
    """Backbones two deep."""
    inner = functional(lambda x: x, (HEIGHT, WIDTH, 4), body)
    middle_inputs = layers.Input(SIZE)
    middle = keras.Model(middle_inputs, inner(layers.Conv2D(4, 1)(middle_inputs)))
    inputs = layers.Input(SIZE)
    return keras.Model(inputs, dense(5, "softmax")(layers.GlobalAveragePooling2D()(middle(inputs))))


@keras.saving.register_keras_serializable("conformance")
class Subclassed(keras.Model):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.steps = [layers.Conv2D(4, 3, activation="tanh"), layers.BatchNormalization()]
        self.pool, self.head = layers.GlobalAveragePooling2D(), dense(5, "softmax")
        self.noise = layers.GaussianNoise(1.0)

    def call(self, inputs: Any, training: bool = False) -> Any:
        x = self.noise(inputs, training=training)
        for step in self.steps:
            x = step(x, training=training) if isinstance(step, layers.BatchNormalization) else step(x)
        return self.head(self.pool(x))


def subclassed() -> keras.Model:
    model = Subclassed()
    model(np.zeros((1, *SIZE), np.float32))
    return model


def shared() -> keras.Model:
    inputs, again = layers.Input(SIZE), layers.Conv2D(3, 1, activation="tanh")
    return keras.Model(inputs, dense(5, "softmax")(pooled(again(again(inputs)))))


def two_outputs() -> keras.Model:
    inputs = layers.Input(SIZE)
    x = body(inputs)
    rows = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, [layers.Conv2D(2, 1, name="mask")(x), dense(5, "softmax")(rows)])


def two_heads() -> keras.Model:
    inputs = layers.Input(SIZE)
    rows = pooled(inputs)
    return keras.Model(inputs, [dense(2, "softmax")(rows), dense(5, "softmax")(rows)])


def channels_first() -> keras.Model:
    inputs = layers.Input((3, HEIGHT, WIDTH))
    x = layers.Conv2D(4, 3, data_format="channels_first", activation="tanh")(inputs)
    x = layers.BatchNormalization(axis=1)(x)
    return keras.Model(
        inputs, dense(5, "softmax")(layers.GlobalAveragePooling2D(data_format="channels_first")(x))
    )


def mixed(policy: str) -> Callable[[], keras.Model]:
    def make() -> keras.Model:
        keras.config.set_dtype_policy(policy)
        try:
            return functional(lambda x: layers.Dense(5, "softmax", dtype="float32")(x))
        finally:
            keras.config.set_dtype_policy("float32")

    return make


def two_inputs() -> keras.Model:
    inputs = [layers.Input(SIZE), layers.Input(SIZE)]
    return keras.Model(inputs, dense(5, "softmax")(pooled(layers.Add()(inputs))))


def segmentation() -> keras.Model:
    return functional(layers.Conv2D(5, 1, activation="softmax"), front=body)


def one_pixel() -> keras.Model:
    inputs = layers.Input((1, 1, 3))
    return keras.Model(inputs, dense(5, "softmax")(layers.Flatten()(layers.Conv2D(4, 1)(inputs))))


@dataclasses.dataclass(frozen=True)
class Shape:
    """
    Attributes:
        size: of a picture as the model is shown it, (h, w, c).
        classes: of the loaded model.
    """

    make: Callable[[], keras.Model]
    size: tuple[int, int, int] = SIZE
    classes: int = 5
    tolerance: float = 1e-5

    def images(self) -> Images:
        return np.random.default_rng(1).uniform(0, 1, (2, *self.size)).astype(np.float32)


SHAPES = {
    "sequential": Shape(sequential),
    "functional": Shape(lambda: functional(dense(5, "softmax"))),
    "nested": Shape(nested),
    "subclassed": Shape(subclassed),
    "shared layer": Shape(shared),
    "two outputs": Shape(two_outputs),
    "one sigmoid": Shape(lambda: functional(dense(1, "sigmoid")), classes=2),
    "sigmoids": Shape(lambda: functional(dense(5, "sigmoid"))),
    "regression": Shape(lambda: functional(dense(1)), classes=1),
    "float16": Shape(mixed("mixed_float16"), tolerance=1e-3),
    "bfloat16": Shape(mixed("mixed_bfloat16"), tolerance=1e-2),
    "channels first": Shape(channels_first),
    "grey": Shape(lambda: functional(dense(5, "softmax"), (HEIGHT, WIDTH, 1)), (HEIGHT, WIDTH, 1)),
    "one pixel": Shape(one_pixel, (1, 1, 3)),
    "large": Shape(lambda: functional(dense(5, "softmax"), (1024, 37, 3)), (1024, 37, 3)),
    "any size": Shape(lambda: functional(dense(5, "softmax"), (None, None, 3)), (11, 13, 3)),
}


COME_LATER = {
    "two inputs": (two_inputs, "several inputs come later"),
    "segmentation": (segmentation, "segment.*come later"),
}


def as_keras_file(model: keras.Model, folder: pathlib.Path, output: int | None = None) -> Snapshot:
    model.save(folder / "model.keras")
    return open_model(folder / "model.keras", output=output)


def as_h5(model: keras.Model, folder: pathlib.Path, output: int | None = None) -> Snapshot:
    model.save(folder / "model.h5")
    return open_model(folder / "model.h5", output=output)


def as_json(model: keras.Model, folder: pathlib.Path, output: int | None = None) -> Snapshot:
    (folder / "model.json").write_text(model.to_json())
    model.save_weights(folder / "model.weights.h5")
    return open_model(folder / "model.json", weights=folder / "model.weights.h5", output=output)


def as_export(model: keras.Model, folder: pathlib.Path, output: int | None = None) -> Snapshot:
    model.export(folder / "model", verbose=False)
    return open_model(folder / "model", output=output)


def as_saved_keras(model: keras.Model, folder: pathlib.Path, output: int | None = None) -> Snapshot:
    tf.saved_model.save(model, str(folder / "keras"))
    return open_model(folder / "keras", output=output)


def as_saved_model(model: keras.Model, folder: pathlib.Path, output: int | None = None) -> Snapshot:
    module = tf.Module()
    module.variables_kept = [one.value for one in model.weights]
    specs = [tf.TensorSpec(shape, tf.float32) for shape in _input_shapes(model)]
    module.serve = tf.function(lambda *images: _named(_outputs(model, images)), specs)
    tf.saved_model.save(module, str(folder / "saved"), signatures=module.serve)
    return open_model(folder / "saved", output=output)


def as_tf1(model: keras.Model, folder: pathlib.Path, output: int | None = None) -> Snapshot:
    """The network's function in a graph and session of TensorFlow 1, with variables of its own."""
    values = model.get_weights()
    index = {id(one): place for place, one in enumerate(model.weights)}
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        variables = [
            tf.compat.v1.get_variable(f"w{place}", initializer=value, use_resource=place % 2 == 0)
            for place, value in enumerate(values)
        ]
        images = [tf.compat.v1.placeholder(tf.float32, one, name="images") for one in _input_shapes(model)]
        mapping = [(one, tf.convert_to_tensor(variables[index[id(one)]])) for one in model.weights]
        with keras.StatelessScope(state_mapping=mapping):
            outputs = tf.nest.flatten(_outputs(model, images))
        for place, one in enumerate(outputs):
            tf.identity(one, name=f"predictions_{place}")
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver().save(session, str(folder / "moved" / "graph"), global_step=7)
    (folder / "moved" / "checkpoint").write_text('model_checkpoint_path: "/elsewhere/graph-7"\n')
    place = len(outputs) - 1 if output is None else output
    return open_model(folder / "moved", input="images:0", output=f"predictions_{place}:0")


def as_logged(model: keras.Model, folder: pathlib.Path, output: int | None = None) -> Snapshot:
    architecture = architecture_of(model, output=output)
    return Snapshot(architecture, copied_weights(model, architecture, output))


def _input_shapes(model: keras.Model) -> list[tuple[int | None, ...]]:
    return [tuple(one.shape) for one in getattr(model, "inputs", None) or []] or [(None, *SIZE)]


def _outputs(model: keras.Model, images: Sequence[Any]) -> Any:
    return model(list(images) if len(images) > 1 else images[0], training=False)


def _named(outputs: Any) -> Any:
    flat = tf.nest.flatten(outputs)
    return {f"output_{place}": one for place, one in enumerate(flat)}


DOORS: dict[str, Callable[..., Snapshot]] = {
    "live": as_logged,
    ".keras": as_keras_file,
    ".h5": as_h5,
    "json": as_json,
    "export": as_export,
    "SavedModel": as_saved_model,
    "SavedModel of Keras": as_saved_keras,
    "TensorFlow 1": as_tf1,
}
