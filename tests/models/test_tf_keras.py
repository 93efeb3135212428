"""Models of Keras 2, made and saved by tf-keras itself: its numbers, and what means harm refused."""

import functools
import json
import pathlib
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow as tf
import tf_keras
from PIL import Image
from tf_keras import layers

from picasso_tb import explain
from picasso_tb.errors import DamagedFile, InvalidArgument, ModelRefused, PicassoError
from picasso_tb.models.doors import open_model
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.loading import load
from picasso_tb.models.protocol import probabilities
from picasso_tb.models.snapshot import Snapshot
from tests.models.networks import HEIGHT, WIDTH, noise
from tests.models.shapes import as_h5, as_json, as_keras_file
from tests.models.test_attacks import changed, changed_config, memory_bounded
from tests.models.test_conformance import chained

UNIT = InputSpec(scale=1 / 255)
SIZE = (HEIGHT, WIDTH, 3)


def functional(head: Any, front: Any = lambda x: x, size: Any = SIZE, reach: int = 3) -> tf_keras.Model:
    """With what Keras 3 has no layers for: operators and functions of TensorFlow."""
    inputs = layers.Input(size)
    x = layers.Conv2D(4, reach, activation="tanh", name="stem")(front(inputs))
    x = layers.BatchNormalization()(x)
    x = tf.nn.relu(x * 2.0 + 0.5)
    return tf_keras.Model(inputs, head(layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(x))))


def sequential(*tail: Any) -> tf_keras.Model:
    front = [layers.Input(SIZE), layers.Conv2D(4, 3), layers.ReLU(), layers.Flatten()]
    return tf_keras.Sequential([*front, *tail])


def augmented() -> tf_keras.Model:
    return tf_keras.Sequential(
        [layers.Input(SIZE), layers.RandomFlip(), sequential(layers.Dense(5, "softmax"))]
    )


def attentive() -> tf_keras.Model:
    """Adds what was learned of each place, rows of a variable, as vision transformers do."""
    inputs = layers.Input(SIZE)
    tokens = layers.Reshape((-1, 8))(layers.Conv2D(8, 3, 3)(inputs))
    places = layers.Embedding(tokens.shape[1], 8)(tf.cast(tf.zeros_like(tokens[:, :, 0]), "int32"))
    x = layers.LayerNormalization()(layers.MultiHeadAttention(2, 4)(tokens + places, tokens))
    return tf_keras.Model(inputs, layers.Dense(5, "softmax")(layers.GlobalAveragePooling1D()(x)))


def nested() -> tf_keras.Model:
    """Backbones two deep."""
    inner = sequential(layers.Dense(HEIGHT * WIDTH * 3), layers.Reshape(SIZE))
    middle_inputs = layers.Input(SIZE)
    middle = tf_keras.Model(middle_inputs, inner(layers.Conv2D(3, 1)(middle_inputs)))
    return functional(layers.Dense(5, "softmax"), middle)


def shared() -> tf_keras.Model:
    """A layer, a functional and a sequential network, each called twice."""
    again, inputs = layers.Conv2D(3, 1, activation="tanh"), layers.Input(SIZE)
    inner = tf_keras.Model(inputs, layers.Conv2D(3, 1)(inputs))
    row = tf_keras.Sequential([layers.Conv2D(3, 1, input_shape=SIZE)])

    def front(images: Any) -> Any:
        return layers.Add()([row(row(again(images))), inner(inner(again(images)))])

    return functional(layers.Dense(5, "softmax"), front)


def moved() -> tf_keras.Model:
    """By functions of TensorFlow that Keras 2 names otherwise than TensorFlow does."""

    def front(images: Any) -> Any:
        x = tf.image.resize(tf.transpose(images, (0, 2, 1, 3)), (HEIGHT, WIDTH))
        return tf.where(
            x > 0.4, tf.clip_by_value(tf.pad(x, [[0, 0], [1, 0], [0, 1], [0, 0]])[:, 1:, 1:], 0, 1), x
        )

    return functional(layers.Dense(5, "softmax"), front)


def half_precision(policy: str) -> tf_keras.Model:
    tf_keras.mixed_precision.set_global_policy(policy)
    try:
        return functional(layers.Dense(5, "softmax", dtype="float32"))
    finally:
        tf_keras.mixed_precision.set_global_policy("float32")


MODELS: dict[str, Callable[[], tf_keras.Model]] = {
    "functional": lambda: functional(layers.Dense(5, "softmax")),
    "sequential": lambda: sequential(layers.Dense(5), layers.Softmax()),
    "nested": nested,
    "one sigmoid": lambda: functional(layers.Dense(1, "sigmoid")),
    "sigmoids": lambda: sequential(layers.Dense(5, "sigmoid")),
    "activation layer": lambda: sequential(layers.Dense(5), layers.Activation("softmax")),
    "augmented": augmented,
    "attention": attentive,
    "shared": shared,
    "moved": moved,
    "logits": lambda: functional(layers.Dense(5)),
    "number": lambda: functional(layers.Dense(1)),
    "bfloat16": lambda: half_precision("mixed_bfloat16"),
    "float16": lambda: half_precision("mixed_float16"),
    "grey": lambda: functional(layers.Dense(5, "softmax"), size=(HEIGHT, WIDTH, 1)),
    "one pixel": lambda: functional(layers.Dense(5, "softmax"), size=(1, 1, 3), reach=1),
    "large": lambda: functional(layers.Dense(5, "softmax"), size=(1024, 37, 3)),
    "any size": lambda: functional(layers.Dense(5, "softmax"), size=(None, None, 3)),
}


def as_export(model: tf_keras.Model, folder: pathlib.Path) -> Snapshot:
    model.export(folder / "model")
    return open_model(folder / "model")


DOORS = {".keras": as_keras_file, ".h5": as_h5, "json": as_json, "export": as_export}


def drawn(name: str) -> tf_keras.Model:
    """The model with every weight drawn anew, so that none is zero or one as Keras leaves it."""
    tf_keras.utils.set_random_seed(3)
    model, generator = MODELS[name](), np.random.default_rng(3)
    model.set_weights([one + generator.uniform(0, 0.2, one.shape) for one in model.get_weights()])
    return model


DRAWS_ANEW = ("export", "augmented")  # refused, see "export that draws anew"
EACH = [(door, name) for door in DOORS for name in MODELS if (door, name) != DRAWS_ANEW]


@pytest.mark.parametrize(("door", "name"), EACH)
def test_numbers_are_those_of_tf_keras(door: str, name: str, tmp_path: pathlib.Path) -> None:
    model = drawn(name)
    _, height, width, channels = model.input_shape
    size = (height or HEIGHT, width or WIDTH, channels)
    images = np.random.default_rng(1).uniform(0, 1, (2, *size)).astype(np.float32)
    with tf.GradientTape() as tape:
        pictures = tf.constant(images)
        tape.watch(pictures)
        outputs = model(pictures, training=False)
        likely = tf.nn.softmax(outputs) if name == "logits" else outputs
        first = likely[:, 0]
    slopes, expected = tape.gradient(first, pictures).numpy(), likely.numpy()
    if model.output_shape[-1] == 1 and name != "number":
        expected = np.hstack([1 - expected, expected])
    snapshot = DOORS[door](model, tmp_path)
    loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
    tolerance = {"bfloat16": 1e-2, "float16": 1e-3}.get(name, 1e-5)
    chances = probabilities(loaded.scores(images), loaded.head)
    np.testing.assert_allclose(chances, expected, rtol=tolerance, atol=tolerance)
    assert loaded.score_name == ("value" if name == "number" else "logit"), loaded.notes
    found = loaded.gradients(images, np.tile(np.arange(loaded.classes), (len(images), 1)))
    slack = 10 * tolerance * abs(slopes).max()
    np.testing.assert_allclose(chained(found, chances, loaded.head), slopes, rtol=1e-3, atol=slack)


@pytest.mark.parametrize("door", [".keras", ".h5", "json"])
def test_a_model_of_keras_2_is_explained(door: str, tmp_path: pathlib.Path) -> None:
    model = drawn("functional")
    snapshot = DOORS[door](model, tmp_path)
    assert snapshot.format == "Keras 2 file"
    picture = Image.fromarray((noise(1)[0] * 255).round().astype(np.uint8))
    expected = model.predict(np.asarray(picture, np.float32)[None] / 255, verbose=0)[0]
    for visualization in ("occlusion", "saliency"):
        explanation = explain(snapshot, [picture], visualization, input_spec=UNIT)
        assert explanation.maps.any() and np.isfinite(explanation.maps).all()
        np.testing.assert_allclose(explanation.probabilities[0], expected, atol=1e-5)


@pytest.mark.parametrize("door", DOORS)
def test_heads_of_keras_2_go_by_their_names(door: str, tmp_path: pathlib.Path) -> None:
    tf_keras.utils.set_random_seed(3)
    inputs = layers.Input(SIZE)
    rows = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3)(inputs))
    heads = {name: layers.Dense(units, "softmax", name=name)(rows) for name, units in (("a", 2), ("b", 4))}
    model = tf_keras.Model(inputs, list(heads.values()))
    first, second = ("output_0", "output_1") if door == "export" else ("a", "b")  # which keeps no names
    several = functools.partial(DOORS[door], model, tmp_path)
    with pytest.raises(ModelRefused, match=rf"2 outputs \(0: {first}, 1: {second}\)"):
        several()
    path = next(one for one in tmp_path.iterdir() if one.suffix in ("", ".keras", ".json") or door == ".h5")
    how = {"weights": tmp_path / "model.weights.h5"} if door == "json" else {}
    for number, name in enumerate((first, second)):
        for output in (name, number):
            snapshot = open_model(path, output=output, **how)
            loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
            found = probabilities(loaded.scores(noise(2)), loaded.head)
            np.testing.assert_allclose(found, model(noise(2))[number], rtol=1e-5, atol=1e-6)
            assert f"{name!r} is explained" in " ".join(loaded.notes)


def pooled_by(channels: str) -> tf_keras.Model:
    first = channels == "channels_first"
    inputs = layers.Input((3, HEIGHT, WIDTH) if first else SIZE)
    x = layers.Conv2D(4, 3, activation="relu", data_format=channels)(inputs)
    x = layers.MaxPooling2D(2, data_format=channels)(x)
    rows = layers.GlobalAveragePooling2D(data_format=channels)(x)
    return tf_keras.Model(inputs, layers.Dense(5, "softmax")(rows))


@pytest.mark.parametrize("door", [*DOORS, "SavedModel"])
def test_channels_first_give_what_channels_last_give(door: str, tmp_path: pathlib.Path) -> None:
    """No CPU runs poolings of channels first; a SavedModel leaves out what is usual of them."""
    tf_keras.utils.set_random_seed(3)
    first, last = pooled_by("channels_first"), pooled_by("channels_last")
    last.set_weights(first.get_weights())
    if door == "SavedModel":
        first.save(tmp_path / "model", save_format="tf")
    snapshot = open_model(tmp_path / "model") if door == "SavedModel" else DOORS[door](first, tmp_path)
    loaded = load(snapshot.architecture.config, snapshot.weights, UNIT)
    found = probabilities(loaded.scores(noise(2)), loaded.head)
    np.testing.assert_allclose(found, last(noise(2)), rtol=1e-5, atol=1e-6)


# What means harm: each makes its file and says what is told.


def with_code(folder: pathlib.Path, ending: str) -> pathlib.Path:
    model = sequential(layers.Lambda(lambda x: x * 2), layers.Dense(5, "softmax"))
    model.save(folder / f"code{ending}")
    return folder / f"code{ending}"


def keras_file(folder: pathlib.Path, change: Callable[[Any], None]) -> pathlib.Path:
    sequential(layers.Dense(5, "softmax")).save(folder / "model.keras")
    changed_config(folder / "model.keras", change)
    return folder / "model.keras"


def last_layer(**settings: Any) -> Callable[[Any], None]:
    return lambda config: config["config"]["layers"][-1]["config"].update(settings)


def one_more(module: str, name: str, **settings: Any) -> Callable[[Any], None]:
    layer = {"module": module, "class_name": name, "registered_name": None, "config": settings}
    return lambda config: config["config"]["layers"].append(layer)


def vast_h5(folder: pathlib.Path) -> pathlib.Path:
    functional(layers.Dense(5, "softmax")).save(folder / "vast.h5")
    with h5py.File(folder / "vast.h5", "r+") as file:
        config = json.loads(file.attrs["model_config"])
        last_layer(units=10**11)(config)
        file.attrs["model_config"] = json.dumps(config)
    return folder / "vast.h5"


def inside(network: Any, name: str) -> Any:
    return next(one for one in network["config"]["layers"] if one["class_name"] == name)


def vast_nested(folder: pathlib.Path) -> pathlib.Path:
    drawn("nested").save(folder / "model.keras")

    def change(config: Any) -> None:
        middle = inside(config, "Functional")
        inside(inside(middle, "Sequential"), "Conv2D")["config"]["filters"] = 10**10

    changed_config(folder / "model.keras", change)
    return folder / "model.keras"


def operation_on_constants(folder: pathlib.Path) -> pathlib.Path:
    """Two gigabytes, were it computed."""
    drawn("functional").save(folder / "model.keras")
    constant = ["_CONSTANT_VALUE", -1, [[1.0, 2.0, 4.0]], {"multiples": [10**8, 1]}]
    layer = {"module": "tf_keras.src.layers.core.tf_op_layer", "class_name": "TFOpLambda"}
    settings = {"config": {"name": "vast", "function": "tile"}, "name": "vast", "registered_name": None}

    def change(config: Any) -> None:
        config["config"]["layers"].append({**layer, **settings, "inbound_nodes": [constant]})

    changed_config(folder / "model.keras", change)
    return folder / "model.keras"


def circle(folder: pathlib.Path) -> pathlib.Path:
    drawn("functional").save(folder / "model.keras")

    def change(config: Any) -> None:
        behind = inside(config, "BatchNormalization")["name"]
        inside(config, "Conv2D")["inbound_nodes"] = [[[behind, 0, 0, {}]]]

    changed_config(folder / "model.keras", change)
    return folder / "model.keras"


def exported_with_noise(folder: pathlib.Path) -> pathlib.Path:
    """tf-keras exports augmentation as in a training."""
    drawn("augmented").export(folder / "model")
    return folder / "model"


def exported_in_training(folder: pathlib.Path, axis: int) -> pathlib.Path:
    """With a batch normalization, of channels last or first, that goes on training."""
    inputs = layers.Input(SIZE)
    x = layers.BatchNormalization(axis)(layers.Conv2D(4, 3)(inputs), training=True)
    model = tf_keras.Model(inputs, layers.Dense(5, "softmax")(layers.GlobalAveragePooling2D()(x)))
    model.export(folder / "model")
    return folder / "model"


def truncated(folder: pathlib.Path) -> pathlib.Path:
    path = keras_file(folder, lambda config: None)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def half_the_weights(folder: pathlib.Path) -> pathlib.Path:
    path = keras_file(folder, lambda config: None)
    with zipfile.ZipFile(path) as archive:
        weights = archive.read("model.weights.h5")
    changed(path, "model.weights.h5", weights[: len(weights) // 2])
    return path


PADDING = {"module": "keras.layers", "class_name": "ZeroPadding2D", "registered_name": None}
VAST = {**PADDING, "config": {"padding": 10**6, "name": "vast"}}
FUNCTION_OF_THIS = {"module": "this", "class_name": "function", "config": "relu", "registered_name": "relu"}
ANY_METHOD = one_more("keras.src.layers.core", "ClassMethod", cls_symbol="io.gfile.GFile", fn_name="__call__")
LOOKUP = one_more("keras.src.layers.preprocessing.index_lookup", "IndexLookup", vocabulary="/etc/passwd")
CONFIGS: dict[str, tuple[Callable[[Any], None], str]] = {
    "unknown layer": (one_more("mine", "Own"), r"custom_objects=\['mine\.Own'\]"),
    "method of any class": (ANY_METHOD, "Received: ClassMethod"),
    "file of a vocabulary": (LOOKUP, "may read files"),
    "function of another module": (
        last_layer(activation=FUNCTION_OF_THIS),
        "No flag allows",
    ),
    "vast layer": (last_layer(units=10**11), "at most .* weights"),
    "vast picture": (
        lambda config: config["config"]["layers"].insert(1, VAST),
        "values for a picture|weights",
    ),
}
MIXES = r"mixes the pictures of a batch\. Export the model with training=False; a graph"
WHOLE = r"whole \.keras file"
FILES: dict[str, tuple[Callable[[pathlib.Path], pathlib.Path], type[PicassoError], str]] = {
    "code in a .keras file": (lambda to: with_code(to, ".keras"), ModelRefused, "carries code.*SavedModel"),
    "code in an .h5 file": (lambda to: with_code(to, ".h5"), ModelRefused, "carries code.*SavedModel"),
    "export that draws anew": (exported_with_noise, ModelRefused, "draws numbers anew"),
    "export in training": (lambda to: exported_in_training(to, -1), ModelRefused, MIXES),
    "export in training, rows first": (lambda to: exported_in_training(to, 1), ModelRefused, MIXES),
    "vast layer in an .h5 file": (vast_h5, ModelRefused, "at most .* weights"),
    "vast layer deep inside": (vast_nested, ModelRefused, "at most .* weights"),
    "operation on constants": (operation_on_constants, ModelRefused, "TFOpLambda, called on constants alone"),
    "circle": (circle, ModelRefused, "'stem', called on what never comes"),
    "truncated": (truncated, DamagedFile, WHOLE),
    "half the weights": (half_the_weights, DamagedFile, WHOLE),
}


def check_refused(path: pathlib.Path, error: type[PicassoError], message: str) -> None:
    with memory_bounded(), pytest.raises(error, match=message) as refused:
        open_model(path)
    assert "Expected" in refused.value.message
    assert "this" not in sys.modules


@pytest.mark.parametrize("name", CONFIGS)
def test_a_configuration_that_means_harm_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    change, message = CONFIGS[name]
    check_refused(keras_file(tmp_path, change), ModelRefused, message)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_means_harm_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    make, error, message = FILES[name]
    check_refused(make(tmp_path), error, message)


def test_a_live_model_is_told_the_way_through_a_file() -> None:
    with pytest.raises(InvalidArgument, match=r"Functional, of Keras 2: save it as a \.keras file"):
        explain(drawn("functional"), noise(1), "saliency", input_spec=UNIT)


def test_a_model_that_holds_its_weights_is_not_too_large(tmp_path: pathlib.Path) -> None:
    """The bound follows what the file holds, above what is harmless anyway."""
    model = sequential(layers.Dense(2**15), layers.Dense(5, "softmax"))
    assert model.count_params() > 2**22
    assert as_keras_file(model, tmp_path).architecture.classes == 5
