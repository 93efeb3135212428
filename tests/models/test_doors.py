"""What is said to a door, and what it says: names, outputs, code of one's own, heads of graphs."""

import pathlib
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from picasso_tb.errors import InvalidArgument, ModelRefused, NotFound
from picasso_tb.models.doors import open_model
from picasso_tb.models.live_graph import traced_snapshot
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.protocol import probabilities
from tests.models.networks import (
    HEADS,
    HEIGHT,
    UNIT,
    WIDTH,
    central_differences,
    dense,
    drawn,
    float64,
    functional,
    loaded,
    noise,
    one_more_step,
    outputs,
)

FILES = pathlib.Path(__file__).parent / "files"  # made by make_files.py there, which says what is predicted
THERE = {
    "jax": [[0.3308909237, 0.2557038665, 0.4134052694], [0.3384061754, 0.2511830628, 0.4104107320]],
    "torch": [[0.2134731263, 0.4372831881, 0.3492436409], [0.2041415274, 0.4523203373, 0.3435381055]],
}


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
