"""What is said to a door, and what it says: names, outputs, code of one's own, heads of graphs."""

import json
import pathlib
import re
import sys
import zipfile
from typing import Any

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from picasso_tb.errors import InvalidArgument, ModelRefused, NeedsCode, NotFound
from picasso_tb.models.doors import open_model, read_weights
from picasso_tb.models.keras_architecture import keras_functions
from picasso_tb.models.keras_config import refuse_foreign_code
from picasso_tb.models.live_graph import traced_snapshot
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.loading import load
from picasso_tb.models.protocol import probabilities
from picasso_tb.models.snapshot import Snapshot
from tests.models.networks import (
    HEADS,
    HEIGHT,
    WIDTH,
    central_differences,
    dense,
    drawn,
    float64,
    functional,
    noise,
    outputs,
)
from tests.models.test_keras_model import UNIT
from tests.models.test_live_keras import Doubling, Forgetful, wave

PATH = "tests.models.test_live_keras"
FILES = pathlib.Path(__file__).parent / "files"  # made by make_files.py there, which says what is predicted
THERE = {
    "jax": [[0.3308909237, 0.2557038665, 0.4134052694], [0.3384061754, 0.2511830628, 0.4104107320]],
    "torch": [[0.2134731263, 0.4372831881, 0.3492436409], [0.2041415274, 0.4523203373, 0.3435381055]],
}


def loaded(snapshot: Snapshot) -> Any:
    return load(snapshot.architecture.config, snapshot.weights, UNIT)


@pytest.mark.parametrize("name", HEADS)
def test_logits_are_found_in_a_graph(name: str) -> None:
    model, twin = (drawn(make) for make in HEADS[name])
    twin.set_weights(model.get_weights())
    images = noise(channels=model.input_shape[-1])
    network = loaded(traced_snapshot(model, "traced"))
    logits = outputs(twin, images)
    if name == "one sigmoid":
        logits = np.hstack([-logits, logits])
    assert network.score_name == "logit"
    np.testing.assert_allclose(network.scores(images), logits, rtol=1e-4, atol=1e-5)


def test_slopes_of_a_graph_are_those_of_central_differences() -> None:
    model = drawn(lambda: functional(dense(5, "softmax"), smooth=True))
    images, targets = noise(1), np.array([[0, 4]])
    found = loaded(traced_snapshot(model, "traced")).gradients(images, targets)
    places = np.random.default_rng(1).integers(0, (HEIGHT, WIDTH, 3), (30, 3))
    with float64():
        exact = functional(dense(5), smooth=True)
        exact.set_weights(model.get_weights())
        for k, label in enumerate(targets[0]):
            expected = central_differences(exact, images[0], label, places)
            np.testing.assert_allclose(found[0, k][tuple(places.T)], expected, rtol=1e-4, atol=1e-6)


@keras.saving.register_keras_serializable("doors")
class Shrinking(layers.Layer):
    """Calls an operation for which TensorFlow has no slope."""

    def call(self, inputs: Any) -> Any:
        return tf.compat.v1.image.resize_area(inputs, (4, 5))


def test_an_operation_without_a_slope_is_refused_in_our_words() -> None:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    model = drawn(lambda: keras.Model(inputs, dense(3, "softmax")(layers.Flatten()(Shrinking()(inputs)))))
    targets, expected = np.zeros((3, 1), np.int64), outputs(model, noise())
    for network in (loaded(traced_snapshot(model, "")), live_network(model, UNIT, (HEIGHT, WIDTH, 3))):
        found = probabilities(network.scores(noise()), network.head)
        np.testing.assert_allclose(found, expected, rtol=1e-4)
        with pytest.raises(ModelRefused, match="steps that have a slope"):
            network.gradients(noise(), targets)


@pytest.mark.parametrize("backend", THERE)
def test_a_file_of_another_backend_predicts_as_it_did_there(backend: str) -> None:
    found = loaded(open_model(FILES / f"{backend}.keras"))
    images = np.random.default_rng(0).uniform(0, 1, (2, 7, 9, 3)).astype(np.float32)
    np.testing.assert_allclose(probabilities(found.scores(images), found.head), THERE[backend], atol=1e-6)
    assert found.gradients(images, np.zeros((2, 1), np.int64)).any()


@pytest.mark.parametrize("own", [Doubling, Forgetful])
def test_code_of_ones_own_is_loaded_where_it_is_named(own: type, tmp_path: pathlib.Path) -> None:
    model = drawn(lambda: functional(lambda x: dense(4, "softmax")(own()(x))))
    model.save(tmp_path / "own.keras")
    with pytest.raises(ModelRefused, match=rf"custom_objects=\['{PATH}\.{own.__name__}'\]"):
        open_model(tmp_path / "own.keras")
    network = loaded(open_model(tmp_path / "own.keras", custom_objects=[f"{PATH}.{own.__name__}"]))
    found = probabilities(network.scores(noise()), network.head)
    np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)
    (note,) = network.notes
    assert note.endswith(f"Keras' own layers. Received: {own.__name__}, which is code of its own.")
    assert "turned into a TensorFlow graph" in note
    with pytest.raises(InvalidArgument, match=r"custom_objects: Expected an importable.*nothing\.Here"):
        open_model(tmp_path / "own.keras", custom_objects=["nothing.Here"])


@pytest.mark.parametrize(("kept", "named"), [(".keras", ".h5"), (".h5", ".keras")])
def test_a_file_of_another_kind_than_its_name_is_told_to_be_renamed(
    kept: str, named: str, tmp_path: pathlib.Path
) -> None:
    keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), layers.Flatten(), dense(4)]).save(
        tmp_path / f"a{kept}"
    )
    (tmp_path / f"a{kept}").rename(tmp_path / f"b{named}")
    with pytest.raises(ModelRefused, match=rf"Received: a {kept} file.*Rename it to end in {kept}\.$"):
        open_model(tmp_path / f"b{named}")
    (tmp_path / f"b{named}").rename(tmp_path / f"c{kept}")
    assert open_model(tmp_path / f"c{kept}").architecture.classes == 4


@pytest.mark.parametrize("ending", [".keras", ".h5", ".json"])
def test_weights_of_another_model_are_told_as_such(ending: str, tmp_path: pathlib.Path) -> None:
    one, other = (one_more_step(layers.Conv2D(filters, 3)) for filters in (2, 5))
    other.save_weights(tmp_path / "other.weights.h5")
    if ending == ".json":
        (tmp_path / "one.json").write_text(one.to_json())
    else:
        one.save(tmp_path / f"one{ending}")
    with pytest.raises(ModelRefused, match=r"^weights: Expected those of the arch.*other\.weights\.h5"):
        open_model(tmp_path / f"one{ending}", weights=tmp_path / "other.weights.h5")


def test_values_that_are_none_are_told(tmp_path: pathlib.Path) -> None:
    """As exp(x) / sum(exp(x)) gives where x is large."""
    model = one_more_step(
        activation=lambda rows: keras.ops.exp(rows) / keras.ops.sum(keras.ops.exp(rows), -1, True)
    )
    model.set_weights([1000 * weight for weight in model.get_weights()])
    model.export(tmp_path / "model", verbose=False)
    with pytest.raises(ModelRefused, match=r"Received: NaN\. Has the training diverged"):
        loaded(open_model(tmp_path / "model")).scores(noise())


def one_more_step(step: Any = None, activation: Any = "softmax") -> keras.Model:
    """A network with a step of its own, none of which draws numbers."""
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(4, 3, activation="relu")(inputs)
    x = layers.Flatten()(step(x) if step else x)
    return drawn(lambda: keras.Model(inputs, dense(4, activation)(x)))


class Pooled(keras.Model):
    """A model of a class of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pool, self.head = layers.GlobalAveragePooling2D(), dense(4, "softmax")

    def call(self, pictures: Any) -> Any:
        return self.head(self.pool(pictures))


def cooled(rows: Any) -> Any:
    """An activation of the user's own."""
    return keras.ops.softmax(rows / 2)


LIVE_OR_EXPORTED = (
    r"log it live \(Writer, PicassoCallback\), or make it a SavedModel, model\.export\(folder\)"
)
NEEDING_CODE = {  # what is told, and the custom objects that follow it
    "own function": (
        lambda: one_more_step(activation=cooled),
        r"\(--custom-objects MODULE\.cooled\), where MODULE is the module that defines it",
        f"{__name__}.cooled",
    ),
    "function of TensorFlow": (
        lambda: one_more_step(activation=tf.nn.softmax),
        r"\(--custom-objects tensorflow\.nn\.softmax\)\.",
        "tensorflow.nn.softmax",
    ),
    "function in a Lambda": (
        lambda: one_more_step(layers.Lambda(wave)),
        r"Lambda layer.*custom_objects=\['MODULE\.wave'\].*MODULE is the module that defines it",
        f"{PATH}.wave",
    ),
    "code in a Lambda": (
        lambda: one_more_step(layers.Lambda(lambda x: x * 2)),
        f"Lambda layer, which carries code(?!.*custom_objects).*{LIVE_OR_EXPORTED}",
        None,
    ),
}


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("name", NEEDING_CODE)
def test_the_ways_out_of_a_file_that_needs_code_work(name: str, ending: str, tmp_path: pathlib.Path) -> None:
    make, says, named = NEEDING_CODE[name]
    model = make()
    model.save(tmp_path / f"model{ending}")
    with pytest.raises(ModelRefused, match=says):
        open_model(tmp_path / f"model{ending}")
    model.export(tmp_path / "exported", verbose=False)
    ways = [loaded(open_model(tmp_path / "exported")), live_network(model, UNIT, (HEIGHT, WIDTH, 3))]
    if named:
        ways.append(loaded(open_model(tmp_path / f"model{ending}", custom_objects=[named])))
        assert "custom_objects" not in " ".join(ways[-1].notes)
    for network in ways:
        found = probabilities(network.scores(noise()), network.head)
        np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


def test_a_model_of_a_class_of_its_own_is_told_to_be_exported(tmp_path: pathlib.Path) -> None:
    model = Pooled()
    model(noise())
    model.save(tmp_path / "own.keras")
    with pytest.raises(ModelRefused, match=f"Received: Pooled.*{LIVE_OR_EXPORTED}"):
        open_model(tmp_path / "own.keras")
    model.export(tmp_path / "exported", verbose=False)
    for network in (loaded(open_model(tmp_path / "exported")), live_network(model, UNIT, (HEIGHT, WIDTH, 3))):
        found = probabilities(network.scores(noise()), network.head)
        np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("part", "way"),
    [
        ({"class_name": "mine>Scale"}, r"custom_objects=\['MODULE\.Scale'\]"),
        ({"class_name": "Net", "module": "__main__"}, r"custom_objects=\['MODULE\.Net'\]"),
        ({"class_name": "Net", "module": "my_package.nets"}, r"custom_objects=\['my_package\.nets\.Net'\]"),
        ({"class_name": "function", "config": "eval", "module": "builtins"}, "^No flag allows"),
        ({"class_name": "function", "config": "system", "module": "os"}, "^No flag allows"),
        ({"class_name": "environ", "module": "os.path"}, "^No flag allows"),
        ({"class_name": "exit", "module": "sys"}, "^No flag allows"),
        (
            {"class_name": "function", "config": "enable_unsafe_deserialization", "module": "keras.config"},
            "^No flag allows",
        ),
        ({"class_name": "function", "config": "read_file", "module": "tensorflow.io"}, "^No flag allows"),
        ({"class_name": "x'; rm", "module": "mine"}, "^No flag allows"),
        ({"class_name": "StringLookup", "module": "keras.layers"}, "without it"),
        ({"class_name": "TFSMLayer", "module": "keras.layers"}, "Open the SavedModel that it wraps"),
        ({"class_name": "JaxLayer", "module": "keras.layers"}, "Write it with Keras' own layers"),
    ],
    ids=lambda value: value["class_name"] if isinstance(value, dict) else "",
)
def test_only_names_that_can_be_meant_are_offered(part: dict[str, Any], way: str) -> None:
    with pytest.raises(NeedsCode) as refused:
        refuse_foreign_code({"config": {}, **part}, keras_functions())
    assert re.search(way, refused.value.way)
    assert "custom_objects" not in refused.value.message + refused.value.way * way.startswith("^")


def test_operations_of_keras_are_not_asked_for_as_custom_objects(tmp_path: pathlib.Path) -> None:
    model = one_more_step(lambda x: keras.ops.sigmoid(x / 2.5)[:, :2])
    model.save(tmp_path / "model.h5")
    with pytest.raises(ModelRefused, match=r"Received: TrueDivide, one of Keras' operations.*name\.keras"):
        open_model(tmp_path / "model.h5")
    model.save(tmp_path / "model.keras")
    network = loaded(open_model(tmp_path / "model.keras"))
    found = probabilities(network.scores(noise()), network.head)
    np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"units": 5}, "Shape mismatch.*It may be damaged(?!.*custom_objects)"),
        ({"wobble": 1}, "wobble.*It may be damaged(?!.*custom_objects)"),
        ({"activation": "wave"}, r"identifier: wave\. If you trust it.*--custom-objects MODULE\.wave"),
    ],
    ids=str,
)
def test_custom_objects_are_asked_for_where_a_name_is_missing(
    change: dict[str, Any], says: str, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "model.h5"
    one_more_step().save(path)
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        config["config"]["layers"][-1]["config"].update(change)
        file.attrs["model_config"] = json.dumps(config)
    with pytest.raises(ModelRefused, match=f"refuses to load this model: .*{says}"):
        open_model(path)
    if "activation" in change:
        assert open_model(path, custom_objects=[f"{PATH}.wave"]).architecture.classes == 4


def several_rows(folder: pathlib.Path) -> pathlib.Path:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.GlobalAveragePooling2D()(inputs)
    rows = [layers.Dense(units, "softmax", name=f"head_{units}")(x) for units in (2, 4)]
    drawn(lambda: keras.Model(inputs, rows)).save(folder / "two.keras")
    return folder / "two.keras"


def test_one_of_several_outputs_is_chosen_by_name_or_index(tmp_path: pathlib.Path) -> None:
    path = several_rows(tmp_path)
    with pytest.raises(ModelRefused, match="0: head_2, 1: head_4"):
        open_model(path)
    with pytest.raises(InvalidArgument, match="Received: 'head_9'"):
        open_model(path, output="head_9")
    for output in ("head_4", 1, "1"):
        snapshot = open_model(path, output=output)
        assert (snapshot.architecture.classes, len(snapshot.weights)) == (4, 2)
        assert "'head_4' is explained" in loaded(snapshot).notes[0]


def tensorflow_1(folder: pathlib.Path, step: Any, checkpoint: str = "") -> tuple[str, Any]:
    """A graph with a step between picture and probabilities: its checkpoint, and what it predicts.

    Args:
        checkpoint: whose values it takes.
    """
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        images = tf.compat.v1.placeholder(tf.float32, (None, HEIGHT, WIDTH, 1), name="images")
        kernel = tf.compat.v1.get_variable("kernel", (HEIGHT * WIDTH, 3))
        predictions = tf.nn.softmax(step(tf.reshape(images, (-1, HEIGHT * WIDTH))) @ kernel)
        saver = tf.compat.v1.train.Saver()
        if checkpoint:
            saver.restore(session, checkpoint)
        else:
            session.run(tf.compat.v1.global_variables_initializer())
        placeholders = {one.name: one for one in tf.compat.v1.get_default_graph().get_operations()}
        fed = {images: noise(channels=1)}
        if "keep" in placeholders:
            fed[placeholders["keep"].outputs[0]] = 1.0
        if "training" in placeholders:
            fed[placeholders["training"].outputs[0]] = False
        return saver.save(session, str(folder / "model")), session.run(predictions, fed)


def test_a_graph_without_a_softmax_lists_what_it_ends_in(tmp_path: pathlib.Path) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        images = tf.compat.v1.placeholder(tf.float32, (None, HEIGHT, WIDTH, 1), name="images")
        kernel = tf.compat.v1.get_variable("kernel", (HEIGHT * WIDTH, 3))
        tf.identity(tf.reshape(images, (-1, HEIGHT * WIDTH)) @ kernel, name="logits")
        session.run(tf.compat.v1.global_variables_initializer())
        path = tf.compat.v1.train.Saver().save(session, str(tmp_path / "model"))
    with pytest.raises(ModelRefused, match=r"what follows from the input ends in logits\. Give output="):
        open_model(path)
    assert open_model(path, output="logits").architecture.classes == 3


def dropout_by_placeholder(x: Any) -> Any:
    return tf.compat.v1.nn.dropout(x, keep_prob=tf.compat.v1.placeholder(tf.float32, (), name="keep"))


def dropout_by_default(x: Any) -> Any:
    return tf.compat.v1.nn.dropout(x, keep_prob=tf.compat.v1.placeholder_with_default(1.0, (), name="keep"))


def branch_by_placeholder(x: Any) -> Any:
    tf.compat.v1.disable_control_flow_v2()
    training = tf.compat.v1.placeholder(tf.bool, (), name="training")
    return tf.cond(training, lambda: x * 2, lambda: x)


def branch_by_default(x: Any) -> Any:
    tf.compat.v1.enable_control_flow_v2()
    training = tf.compat.v1.placeholder_with_default(False, (), name="training")
    return tf.cond(training, lambda: x * 2, lambda: x)


def fed_besides(x: Any) -> Any:
    return x * tf.compat.v1.placeholder(tf.float32, (), name="keep")


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (dropout_by_placeholder, "draws numbers anew.*TensorFlow 1 is to be built again without dropout"),
        (dropout_by_default, "draws numbers anew.*TensorFlow 1 is to be built again without dropout"),
        (branch_by_placeholder, r"branches on 'training' \(Placeholder\).*constant in its place: False"),
        (branch_by_default, "repeats or branches.*built again without loops and branches"),
        (fed_besides, "has to be fed besides.*build the graph again with a constant there"),
    ],
)
def test_a_graph_that_was_made_to_train_is_built_again(step: Any, says: str, tmp_path: pathlib.Path) -> None:
    trained, expected = tensorflow_1(tmp_path, step)
    with pytest.raises(ModelRefused, match=says):
        open_model(trained)
    (tmp_path / "again").mkdir()
    again, _ = tensorflow_1(tmp_path / "again", lambda x: x, checkpoint=trained)
    network = loaded(open_model(again))
    found = probabilities(network.scores(noise(channels=1)), network.head)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def recurrent() -> keras.Model:
    pictures = layers.Input((HEIGHT, WIDTH, 3))
    rows = layers.LSTM(4)(layers.Reshape((HEIGHT, WIDTH * 3))(pictures))
    return keras.Model(pictures, dense(3, "softmax")(rows))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: functional(dense(3, "softmax")), r"draws numbers anew.*Open a Keras model's \.keras file"),
        (recurrent, r"'TensorList\w+' at .*repeats or branches\. Save a Keras model as \.keras"),
    ],
    ids=["augmentation", "recurrent"],
)
def test_what_no_export_holds_is_opened_as_keras_saves_it(
    make: Any, says: str, tmp_path: pathlib.Path
) -> None:
    model = drawn(make)
    model.export(tmp_path / "exported", verbose=False)
    with pytest.raises(ModelRefused, match=says):
        open_model(tmp_path / "exported")
    model.save(tmp_path / "model.keras")
    ways = [tmp_path / "model.keras"]
    if make is not recurrent:
        archive = keras.export.ExportArchive()
        archive.track(model)
        archive.add_endpoint("serve", lambda pictures: model(pictures, training=False), model.inputs)
        archive.write_out(str(tmp_path / "predicts"), verbose=False)
        ways.append(tmp_path / "predicts")
    for path in ways:
        network = loaded(open_model(path))
        found = probabilities(network.scores(noise()), network.head)
        np.testing.assert_allclose(found, outputs(model, noise()), rtol=1e-4, atol=1e-5)


def test_a_graph_of_tensorflow_1_finds_its_ends(tmp_path: pathlib.Path) -> None:
    """With a value that is True while training, and dropout that it switches."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        images = tf.compat.v1.placeholder(tf.float32, (None, HEIGHT, WIDTH, 1), name="images")
        training = tf.compat.v1.placeholder_with_default(False, (), name="training")
        flat = tf.reshape(images, (-1, HEIGHT * WIDTH))
        kernel = tf.compat.v1.get_variable("kernel", (HEIGHT * WIDTH, 3), use_resource=False)
        with tf.compat.v1.variable_scope("branch"):
            tf.compat.v1.disable_control_flow_v2()
            kept = tf.cond(training, lambda: tf.nn.dropout(flat, 0.5), lambda: flat)
        tf.nn.softmax(kept @ kernel, name="predictions")
        session.run(tf.compat.v1.global_variables_initializer())
        picture = noise(2, channels=1)
        expected = session.run("predictions:0", {images: picture})
        prefix = tf.compat.v1.train.Saver().save(session, str(tmp_path / "model"), global_step=3)
    for path in (tmp_path, f"{prefix}.meta", f"{prefix}.index", prefix):
        snapshot = open_model(path)
    network = loaded(snapshot)
    assert any("'predictions' was taken" in note for note in network.notes)
    np.testing.assert_allclose(probabilities(network.scores(picture), network.head), expected, atol=1e-6)
    with pytest.raises(InvalidArgument, match=r"output \(--output\): Expected a tensor"):
        open_model(prefix, input="images", output="elsewhere:0")
    np.testing.assert_array_equal(read_weights(prefix, snapshot.architecture)[0], snapshot.weights[0])


def test_a_graph_that_looks_on_at_its_values_opens(tmp_path: pathlib.Path) -> None:
    module = tf.Module()
    spec = tf.TensorSpec((None, HEIGHT, WIDTH, 3), tf.float32)

    def serve(images: Any) -> Any:
        rows = tf.ensure_shape(tf.reduce_mean(images, (1, 2)), (None, 3))
        return tf.ensure_shape(tf.nn.softmax(tf.debugging.check_numerics(rows * 2, "rows")), (None, 3))

    module.serve = tf.function(serve, [spec])
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=module.serve)
    model, pictures = loaded(open_model(tmp_path / "saved")), noise(2)
    np.testing.assert_allclose(probabilities(model.scores(pictures), model.head), serve(pictures), atol=1e-6)
    assert "before the softmax" in model.score_source


def of_keras_2(path: pathlib.Path, package: str, layer: dict[str, Any]) -> pathlib.Path:
    """A file with the places that Keras 2 names, and one more layer."""
    model = drawn(HEADS["fused softmax"][0])
    model.compile("adam", "mse")
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"].replace(b'"keras.', f'"{package}.'.encode()))
    config["module"] = f"{package}.src.engine.functional"
    config["config"]["layers"].append(layer)
    parts["config.json"] = json.dumps(config).encode()
    parts["metadata.json"] = json.dumps({"keras_version": "2.15.0"}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def operation(function: str, place: str = "keras.src.layers.core.tf_op_layer") -> dict[str, Any]:
    return {"module": place, "class_name": "TFOpLambda", "config": {"name": "one", "function": function}}


@pytest.mark.parametrize("package", ["keras", "tf_keras"])
@pytest.mark.parametrize("function", ["math.multiply", "nn.softmax", "__operators__.add", "cast"])
def test_a_file_of_keras_2_asks_for_tf_keras(
    tmp_path: pathlib.Path, package: str, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tf_keras", None)
    layer = operation(function, f"{package}.src.layers.core.tf_op_layer")
    with pytest.raises(ModelRefused, match=r"one of Keras 2\..*pip install tf-keras\.$"):
        open_model(of_keras_2(tmp_path / "old.keras", package, layer))


@pytest.mark.parametrize(
    "layer",
    [
        operation("io.write_file"),
        operation("py_function"),
        operation("math.multiply", "elsewhere"),
        {"module": "keras.src.engine.base_layer", "class_name": "TensorFlowOpLayer", "config": {}},
        {"module": "keras.src.layers.core.tf_op_layer", "class_name": "ClassMethod", "config": {}},
        {"module": "tf_keras.src.utils.data_utils", "class_name": "get_file", "config": {}},
    ],
    ids=lambda layer: layer["config"].get("function", layer["class_name"]),
)
def test_a_file_of_keras_2_with_code_is_refused(tmp_path: pathlib.Path, layer: dict[str, Any]) -> None:
    name = layer["class_name"]
    with pytest.raises(ModelRefused, match=f"Expected Keras' own layers. Received: {name}.*SavedModel"):
        open_model(of_keras_2(tmp_path / "old.keras", "keras", layer))


def test_an_h5_of_keras_2_that_keras_3_does_not_know_asks_for_tf_keras(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tf_keras", None)
    path = tmp_path / "old.h5"
    drawn(HEADS["fused softmax"][0]).save(path)
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        layer = {"class_name": "TFOpLambda", "config": {"name": "one", "function": "math.multiply"}}
        config["config"]["layers"].append({**layer, "name": "one", "inbound_nodes": []})
        file.attrs["model_config"], file.attrs["keras_version"] = json.dumps(config), "2.15.0"
    with pytest.raises(ModelRefused, match=r"pip install tf-keras\.$"):
        open_model(path)


def test_layers_of_kerass_applications_are_its_own(tmp_path: pathlib.Path) -> None:
    from keras.src.applications.convnext import LayerScale

    functional(lambda x: dense(3, "softmax")(LayerScale(0.5, x.shape[-1])(x))).save(tmp_path / "next.keras")
    assert open_model(tmp_path / "next.keras").architecture.classes == 3


class Many(keras.Model):
    """Twelve rows of 2 to 13 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.pool, self.heads = layers.GlobalAveragePooling2D(), [dense(k + 2, "softmax") for k in range(12)]

    def call(self, pictures: Any) -> Any:
        return [head(self.pool(pictures)) for head in self.heads]


def test_outputs_are_counted_and_not_spelled(tmp_path: pathlib.Path) -> None:
    model = Many()
    model(noise())
    for output in (2, "output 2"):
        assert traced_snapshot(model, "traced", output).architecture.classes == 4
    model.export(tmp_path / "many", verbose=False)
    for output in (2, "output_2"):
        found = open_model(tmp_path / "many", output=output)
        assert (found.architecture.classes, len(found.architecture.notes)) == (4, 1)


MADE_FROM = " Open the Keras or TensorFlow model that it was made from."
OTHERS = {
    **{f"model.{ending}": MADE_FROM for ending in ("onnx", "tflite", "pb")},
    **{f"model.{ending}": ".* save one as .keras." for ending in ("pt", "pth", "safetensors")},
    "model.bin": "",
}


def test_a_checkpoint_of_values_alone_is_to_be_loaded_into_its_model(tmp_path: pathlib.Path) -> None:
    def make() -> keras.Model:
        return keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), layers.Flatten(), dense(3, "softmax")])

    trained, model = drawn(make), make()
    prefix = tf.train.Checkpoint(model=trained).save(str(tmp_path / "ckpts" / "ckpt"))
    for path in (prefix, f"{prefix}.index", tmp_path / "ckpts"):
        with pytest.raises(ModelRefused, match=r"holds values alone.*restore\(.*ckpt-1'\).*model\.save"):
            open_model(path)
    tf.train.Checkpoint(model=model).restore(prefix)
    model.save(tmp_path / "model.keras")
    for ours, theirs in zip(open_model(tmp_path / "model.keras").weights, trained.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_graph_of_rows_is_to_be_built_again_with_pictures(tmp_path: pathlib.Path) -> None:
    def saved(pictures: Any, checkpoint: str = "") -> str:
        kernel = tf.compat.v1.get_variable("kernel", (HEIGHT * WIDTH, 3))
        tf.nn.softmax(tf.reshape(pictures, (-1, HEIGHT * WIDTH)) @ kernel, name="predictions")
        saver = tf.compat.v1.train.Saver()
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            if checkpoint:
                saver.restore(session, checkpoint)
            return saver.save(session, str(tmp_path / f"model-{len(checkpoint)}"))

    with tf.Graph().as_default():
        rows = saved(tf.compat.v1.placeholder(tf.float32, (None, HEIGHT * WIDTH), name="rows"))
    size = HEIGHT * WIDTH
    with pytest.raises(
        ModelRefused, match=rf"Received: rows, 'rows' \(None, {size}\)\. Build the graph again"
    ):
        open_model(rows)
    with pytest.raises(ModelRefused, match=rf"shape \(None, {size}\)\. Make one that takes pictures"):
        open_model(rows, input="rows")
    with tf.Graph().as_default():
        again = saved(tf.compat.v1.placeholder(tf.float32, (None, HEIGHT, WIDTH, 1)), rows)
    np.testing.assert_array_equal(
        open_model(again).weights[0], tf.train.load_variable(rows, "kernel").astype(np.float32)
    )


def test_what_no_door_takes_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(NotFound, match="does not exist"):
        open_model(tmp_path / "missing.keras")
    with pytest.raises(ModelRefused, match=r"a folder without saved_model\.pb"):
        open_model(tmp_path)
    for name, way in OTHERS.items():
        (tmp_path / name).write_bytes(b"")
        with pytest.raises(ModelRefused, match=rf"Expected a \.keras file.*{name}'\.{way}$"):
            open_model(tmp_path / name)
    (tmp_path / "model.json").write_text("{}")
    with pytest.raises(InvalidArgument, match="weights: Expected the file"):
        open_model(tmp_path / "model.json")
