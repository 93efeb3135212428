"""Model files in which a few bytes, parts or sizes are others than they were: named, never a crash."""

import contextlib
import json
import pathlib
import random
import time
from collections.abc import Callable
from typing import Any

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from picasso_tb.errors import DamagedFile, InvalidArgument, ModelRefused, PicassoError
from picasso_tb.models.doors import open_model
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import describe
from picasso_tb.models.loading import load
from tests.models.networks import dense
from tests.models.test_attacks import changed, changed_config, keras_file, memory_bounded, planted, small


def h5_file(folder: pathlib.Path) -> pathlib.Path:
    small().save(folder / "model.h5")
    return folder / "model.h5"


def exported(folder: pathlib.Path) -> pathlib.Path:
    small().export(folder / "saved", verbose=False)
    return folder / "saved" / "saved_model.pb"


def saved(folder: pathlib.Path) -> pathlib.Path:
    tf.saved_model.save(small(), str(folder / "saved"))
    return folder / "saved" / "saved_model.pb"


def meta_file(folder: pathlib.Path) -> pathlib.Path:
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        pictures = v1.placeholder(tf.float32, (None, 6, 8, 3), name="pictures")
        kernel = v1.get_variable("kernel", (3, 3))
        tf.nn.softmax(tf.reduce_mean(pictures, (1, 2)) @ kernel, name="classes")
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, str(folder / "model"))
    return folder / "model.meta"


def open_and_load(path: pathlib.Path) -> None:
    snapshot = open_model(path)
    load(snapshot.architecture.config, snapshot.weights, InputSpec())


@pytest.mark.parametrize("make", [h5_file, keras_file, exported, saved, meta_file])
def test_a_file_with_other_bytes_opens_or_says_why(
    make: Callable[[pathlib.Path], pathlib.Path], tmp_path: pathlib.Path
) -> None:
    path, chance = make(tmp_path), random.Random(0)
    whole = path.read_bytes()
    open_and_load(path)
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(chance.choice([1, 5, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content[: chance.choice([len(content)] * 4 + [chance.randrange(len(content))])])
        with contextlib.suppress(PicassoError):
            open_and_load(path)


WRONG_PARTS: dict[str, Callable[[Any], None]] = {
    "no inputs": lambda node: node.ClearField("input"),
    "an input twice": lambda node: node.input.extend(node.input[:1]),
    "a place that is none": lambda node: node.input.__setitem__(slice(1), [f"{node.input[0]}:9"]),
    "no attributes": lambda node: node.ClearField("attr"),
    "no name": lambda node: node.ClearField("name"),
    "another operation": lambda node: setattr(node, "op", "IdentityN"),
    "a branch": lambda node: setattr(node, "op", "Merge"),
    "a restored value": lambda node: setattr(node, "op", "RestoreV2"),
    "a variable": lambda node: setattr(node, "op", "ReadVariableOp"),
}


@pytest.mark.parametrize("what", WRONG_PARTS)
def test_a_saved_model_with_a_wrong_part_opens_or_says_why(what: str, tmp_path: pathlib.Path) -> None:
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    path = exported(tmp_path)
    whole = path.read_bytes()
    graph = SavedModel.FromString(whole).meta_graphs[0].graph_def
    for place in range(0, len(_with_inputs(graph)), 4):  # a part of each kind
        path.write_bytes(whole)
        planted(path.parent, lambda graph, place=place: WRONG_PARTS[what](_with_inputs(graph)[place]))
        with contextlib.suppress(PicassoError):
            open_model(path)


def _with_inputs(graph: Any) -> list[Any]:
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return [node for node in nodes if node.input]


def with_attribute(name: str, value: Any) -> Callable[[pathlib.Path], pathlib.Path]:
    def make(folder: pathlib.Path) -> pathlib.Path:
        path = h5_file(folder)
        with h5py.File(path, "a") as file:
            file.attrs[name] = value
        return path

    return make


def link_in_a_circle(folder: pathlib.Path) -> pathlib.Path:
    path = h5_file(folder)
    with h5py.File(path, "a") as file:
        file["circle"] = h5py.SoftLink("/circle")
    return path


def with_part(member: str, text: bytes) -> Callable[[pathlib.Path], pathlib.Path]:
    def make(folder: pathlib.Path) -> pathlib.Path:
        path = keras_file(folder)
        changed(path, member, text)
        return path

    return make


DAMAGED: dict[str, tuple[Callable[[pathlib.Path], pathlib.Path], str]] = {
    "H5: architecture a number": (with_attribute("model_config", 3), "JSON text"),
    "H5: architecture an array": (with_attribute("model_config", np.arange(3)), "JSON text"),
    "H5: training a number": (with_attribute("training_config", 7), "JSON text"),
    "H5: a circle of links": (link_in_a_circle, "whole H5 file"),
    "metadata a list": (with_part("metadata.json", b"[]"), "JSON object.*\\[\\]"),
    "metadata a text": (with_part("metadata.json", b'"x"'), 'JSON object.*"x"'),
    "architecture null": (with_part("config.json", b"null"), "JSON object.*null"),
    "class an object": (with_part("config.json", b'{"class_name":{"a":1},"config":{}}'), "whole model file"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_part_is_named(name: str, tmp_path: pathlib.Path) -> None:
    make, message = DAMAGED[name]
    with pytest.raises(DamagedFile, match=message):
        open_model(make(tmp_path))


def test_a_tensor_that_an_operation_does_not_give_is_named(tmp_path: pathlib.Path) -> None:
    path = meta_file(tmp_path)
    with pytest.raises(InvalidArgument, match=r"output: Expected a number below 1 .* Received: 4"):
        open_model(path, input="pictures", output="classes:4")
    with pytest.raises(InvalidArgument, match=r"input: Expected a number below 1 .* Received: 3"):
        open_model(path, input="pictures:3", output="classes")


def test_the_last_of_many_sigmoids_is_found_soon(tmp_path: pathlib.Path) -> None:
    """Each swish has a sigmoid: to walk the graph for each pair of them takes minutes."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        values = v1.placeholder(tf.float32, (None, 6, 8, 3), name="pictures")
        for _ in range(500):
            values *= tf.sigmoid(values)
        tf.nn.softmax(tf.reduce_mean(values, (1, 2)) @ v1.get_variable("kernel", (3, 3)), name="classes")
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, str(tmp_path / "model"))
    began = time.perf_counter()
    assert "'classes' was taken" in open_model(tmp_path).architecture.notes[1]
    assert time.perf_counter() - began < 20


def many_units(config: Any) -> None:
    config["config"]["layers"][2]["config"]["units"] = 10**7


def test_a_layer_without_the_weights_for_it_takes_no_memory(tmp_path: pathlib.Path) -> None:
    model, path, text = small(), keras_file(tmp_path), tmp_path / "model.json"
    changed_config(path, many_units)
    config = json.loads(model.to_json())
    many_units(config)
    text.write_text(json.dumps(config))
    whole = h5_file(tmp_path)
    with h5py.File(whole, "a") as file:
        config = json.loads(file.attrs["model_config"])
        many_units(config)
        file.attrs["model_config"] = json.dumps(config)
    model.save_weights(tmp_path / "model.weights.h5")
    for file, weights in ((path, None), (text, tmp_path / "model.weights.h5"), (whole, None)):
        with memory_bounded(), pytest.raises(ModelRefused):
            open_model(file, weights=weights)


def test_a_model_of_any_size_is_looked_at_with_pictures_of_the_usual_one() -> None:
    steps = [layers.UpSampling2D(100), layers.GlobalAveragePooling2D(), dense(3)]
    model = keras.Sequential([layers.Input((None, None, 3)), *steps])
    with memory_bounded(), pytest.raises(ModelRefused, match=r"values for a picture.*22400, 224, 100, 3"):
        load(describe(model).config, model.get_weights(), InputSpec())


def test_an_input_has_sides_that_can_be_meant() -> None:
    with pytest.raises(InvalidArgument, match=r"input_spec\.height: Expected less .* 4096"):
        InputSpec(height=16_000)
    with memory_bounded(), pytest.raises(InvalidArgument, match=r"at most 4096 x 4096 .*12000, 12000, 3"):
        InputSpec(layer=layers.Resizing(12_000, 12_000)).value_range(3)
