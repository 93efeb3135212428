"""Files and architectures that mean harm or make no sense: a clear error, no code run, memory bounded."""

import base64
import contextlib
import json
import pathlib
import random
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import h5py
import keras
import numpy as np
import pydantic
import pytest
import tensorflow as tf
from keras import layers

from picasso_tb.errors import DamagedFile, InvalidArgument, ModelRefused, PicassoError
from picasso_tb.models.architecture import as_text
from picasso_tb.models.doors import open_model
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import describe
from picasso_tb.models.loading import load
from picasso_tb.models.snapshot import architecture_of
from tests.models.networks import dense

MOST_MEMORY = 300 * 2**20  # bytes that an attack may take at its peak; the vast ones claim far more
HARM = "harm.txt"


@contextlib.contextmanager
def memory_bounded() -> Iterator[None]:
    """Fails if the block takes much more memory at its peak than there was before it."""
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _peak()
    yield
    assert _peak() - before < MOST_MEMORY


def _peak() -> int:
    status = pathlib.Path("/proc/self/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])  # type: ignore[index]


def small() -> keras.Model:
    return keras.Sequential([layers.Input((6, 8, 3)), layers.Flatten(), dense(3, "softmax")])


def with_code() -> keras.Model:
    steps = [layers.Lambda(lambda x: x * 2), layers.Flatten(), dense(3)]
    return keras.Sequential([layers.Input((6, 8, 3)), *steps])


def keras_file(folder: pathlib.Path) -> pathlib.Path:
    small().save(folder / "model.keras")
    return folder / "model.keras"


def changed(path: pathlib.Path, member: str, content: bytes, compression: int = zipfile.ZIP_STORED) -> None:
    """Replace a part of an archive."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()} | {member: content}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def changed_config(path: pathlib.Path, change: Callable[[Any], None]) -> None:
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    change(config)
    changed(path, "config.json", json.dumps(config).encode())


# Model files: each makes its file and says what to open.


def zip_bomb(folder: pathlib.Path) -> pathlib.Path:
    path = keras_file(folder)
    changed(path, "model.weights.h5", bytes(2**29), zipfile.ZIP_DEFLATED)
    return path


def truncated(folder: pathlib.Path) -> pathlib.Path:
    path = keras_file(folder)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def deep_json(folder: pathlib.Path) -> pathlib.Path:
    path = keras_file(folder)
    changed(path, "config.json", b'{"a":' * 200_000 + b"1" + b"}" * 200_000)
    return path


def vast_h5(folder: pathlib.Path) -> pathlib.Path:
    small().save(folder / "model.h5")
    with h5py.File(folder / "model.h5", "a") as file:
        file.create_dataset("model_weights/vast", shape=(2**40,), dtype="f4", chunks=(2**20,))
    return folder / "model.h5"


def h5_of_elsewhere(folder: pathlib.Path) -> pathlib.Path:
    small().save(folder / "model.h5")
    with h5py.File(folder / "model.h5", "a") as file:
        file["model_weights/elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")
    return folder / "model.h5"


def code_in_lambda(folder: pathlib.Path) -> pathlib.Path:
    model = keras.Sequential(
        [layers.Input((6, 8, 3)), layers.Lambda(lambda x: x * 2), layers.Flatten(), dense(3)]
    )
    model.save(folder / "code.keras")
    return folder / "code.keras"


def function_of_os(folder: pathlib.Path) -> pathlib.Path:
    path, harm = keras_file(folder), str(folder / HARM)

    def plant(config: Any) -> None:
        function = {"module": "os", "class_name": "function", "config": "mkdir", "registered_name": "mkdir"}
        config["config"]["layers"][2]["config"].update(activation=function, name=harm)

    changed_config(path, plant)
    return path


def class_of_anywhere(folder: pathlib.Path) -> pathlib.Path:
    path = keras_file(folder)
    popen = {"module": "subprocess", "class_name": "Popen", "registered_name": None}
    command = {"args": [sys.executable, "-c", f"open({str(folder / HARM)!r}, 'w')"]}
    changed_config(path, lambda config: config["config"]["layers"].append({**popen, "config": command}))
    return path


def file_of_vocabulary(folder: pathlib.Path) -> pathlib.Path:
    path = keras_file(folder)
    lookup = {"module": "keras.layers", "class_name": "StringLookup", "registered_name": None}
    settings = {"vocabulary": "/etc/passwd"}
    changed_config(path, lambda config: config["config"]["layers"].append({**lookup, "config": settings}))
    return path


def saved(folder: pathlib.Path, body: Callable[[Any], Any]) -> pathlib.Path:
    module = tf.Module()
    spec = tf.TensorSpec((None, 6, 8, 3), tf.float32)
    module.serve = tf.function(lambda images: tf.nn.softmax(body(tf.reduce_mean(images, (1, 2)))), [spec])
    tf.saved_model.save(module, str(folder / "saved"), signatures=module.serve)
    return folder / "saved"


def python_in_saved_model(folder: pathlib.Path) -> pathlib.Path:
    def harm(rows: Any) -> Any:
        (folder / HARM).write_text("run")
        return rows

    return saved(folder, lambda rows: tf.ensure_shape(tf.py_function(harm, [rows], tf.float32), (None, 3)))


def file_in_saved_model(folder: pathlib.Path) -> pathlib.Path:
    def read(rows: Any) -> Any:
        return rows + tf.cast(tf.strings.length(tf.io.read_file("/etc/passwd")), tf.float32)

    return saved(folder, lambda rows: tf.function(tf.function(read))(rows))


def loop_in_saved_model(folder: pathlib.Path) -> pathlib.Path:
    return saved(folder, lambda rows: tf.while_loop(lambda x: True, lambda x: [x + 1], [rows])[0])


def random_saved_model(folder: pathlib.Path) -> pathlib.Path:
    return saved(folder, lambda rows: rows * tf.random.uniform((3,)))


def broken_saved_model(folder: pathlib.Path) -> pathlib.Path:
    path = saved(folder, lambda rows: rows)
    content = (path / "saved_model.pb").read_bytes()
    (path / "saved_model.pb").write_bytes(content[: len(content) // 2])
    return path


def saved_model_that_calls_itself(folder: pathlib.Path) -> pathlib.Path:
    return planted(saved(folder, lambda rows: tf.function(lambda x: x + 1)(rows)), _call_itself)


def saved_model_of_a_vast_constant(folder: pathlib.Path) -> pathlib.Path:
    return planted(saved(folder, lambda rows: rows + tf.constant([1.0, 2.0, 4.0])), _vast_constant)


def planted(path: pathlib.Path, change: Callable[[Any], None]) -> pathlib.Path:
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    saved_model = SavedModel.FromString((path / "saved_model.pb").read_bytes())
    change(saved_model.meta_graphs[0].graph_def)
    (path / "saved_model.pb").write_bytes(saved_model.SerializeToString())
    return path


def _call_itself(graph: Any) -> None:
    for function in graph.library.function:
        for node in function.node_def:
            if "PartitionedCall" in node.op:
                node.attr["f"].func.name = function.signature.name


def functions_that_call_the_next_one_twice(folder: pathlib.Path) -> pathlib.Path:
    return planted(saved(folder, lambda rows: rows), _call_each_next_one_twice)


def _call_each_next_one_twice(graph: Any) -> None:
    """Empty functions, of which the first would be 2 ** 40 calls."""
    for level in range(40):
        function = graph.library.function.add()
        function.signature.name = f"level{level}"
        function.signature.input_arg.add(name="x").type = function.signature.output_arg.add(name="y").type = 1
        for name, source in (("first", "x"), ("second", "first:y:0")):
            function.node_def.add(name=name, op=f"level{min(level + 1, 39)}", input=[source])
        function.ret["y"] = "second:y:0"
    del function.node_def[:]
    function.ret["y"] = "x"
    body = next(one for one in graph.library.function if any(node.op == "Softmax" for node in one.node_def))
    softmax = next(node for node in body.node_def if node.op == "Softmax")
    body.node_def.add(name="bomb", op="level0", input=softmax.input)
    softmax.input[0] = "bomb:y:0"


def _vast_constant(graph: Any) -> None:
    for function in graph.library.function:
        for node in function.node_def:
            tensor = node.attr["value"].tensor
            if node.op == "Const" and tensor.dtype == tf.float32.as_datatype_enum:
                tensor.ClearField("tensor_content")
                tensor.float_val[:] = [1.0]
                tensor.tensor_shape.dim[0].size = 2**40


def truncated_checkpoint(folder: pathlib.Path) -> pathlib.Path:
    small().export(folder / "saved", verbose=False)
    data = next((folder / "saved" / "variables").glob("*.data*"))
    data.write_bytes(data.read_bytes()[:50])
    return folder / "saved"


FILES: dict[str, tuple[Callable[[pathlib.Path], pathlib.Path], type[PicassoError], str]] = {
    "zip bomb": (zip_bomb, DamagedFile, "bytes declared"),
    "truncated": (truncated, DamagedFile, "whole .keras file"),
    "deep JSON": (deep_json, DamagedFile, "JSON text"),
    "vast H5": (vast_h5, DamagedFile, "bytes declared"),
    "H5 of elsewhere": (h5_of_elsewhere, DamagedFile, "in another"),
    "code in a Lambda": (code_in_lambda, ModelRefused, "carries code.*live model"),
    "function of os": (function_of_os, ModelRefused, "custom_objects=\\['os.mkdir'\\]"),
    "class of anywhere": (class_of_anywhere, ModelRefused, "custom_objects=\\['subprocess.Popen'\\]"),
    "file of a vocabulary": (file_of_vocabulary, ModelRefused, "may read files"),
    "Python in a SavedModel": (
        python_in_saved_model,
        ModelRefused,
        "EagerPyFunc.*list of operations",
    ),
    "file in a SavedModel": (file_in_saved_model, ModelRefused, "ReadFile|StringLength"),
    "loop": (loop_in_saved_model, ModelRefused, "repeats or branches"),
    "random numbers": (random_saved_model, ModelRefused, "draws numbers anew"),
    "half a SavedModel": (broken_saved_model, DamagedFile, "whole TensorFlow SavedModel"),
    "function that calls itself": (saved_model_that_calls_itself, ModelRefused, "calls itself"),
    "calls without number": (functions_that_call_the_next_one_twice, ModelRefused, "at most .* operations"),
    "vast constant": (saved_model_of_a_vast_constant, ModelRefused, "constant values"),
    "half a checkpoint": (truncated_checkpoint, DamagedFile, "whole checkpoint"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_means_harm_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    make, error, message = FILES[name]
    path = make(tmp_path)
    with memory_bounded(), pytest.raises(error, match=message) as refused:
        open_model(path)
    assert not (tmp_path / HARM).exists()
    assert "Expected" in refused.value.message


# Files in which a few bytes or parts are others than they were.


def h5_file(folder: pathlib.Path) -> pathlib.Path:
    small().save(folder / "model.h5")
    return folder / "model.h5"


def exported(folder: pathlib.Path) -> pathlib.Path:
    small().export(folder / "saved", verbose=False)
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


@pytest.mark.parametrize("make", [h5_file, keras_file, exported, meta_file])
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
    with pytest.raises(pydantic.ValidationError, match="4096"):
        InputSpec(height=16_000)
    with memory_bounded(), pytest.raises(InvalidArgument, match=r"at most 4096 x 4096 .*12000, 12000, 3"):
        InputSpec(layer=layers.Resizing(12_000, 12_000)).value_range(3)


# Texts of architectures, as a log directory of somebody else's may hold them.


def keras_text(change: Callable[[Any], None]) -> str:
    content = json.loads(describe(small()).config)
    change(content)
    return as_text(content)


def graph_text(change: Callable[[Any], None]) -> str:
    """A traced model's graph, changed."""
    from tensorflow.core.framework import graph_pb2

    model = keras.Sequential(
        [layers.Input((6, 8, 3)), layers.Lambda(lambda x: x * 2), layers.Flatten(), dense(3)]
    )
    content = json.loads(architecture_of(model).config)
    graph = graph_pb2.GraphDef.FromString(base64.b64decode(content["graph"]))
    change(graph)
    content["graph"] = base64.b64encode(graph.SerializeToString()).decode()
    return as_text(content)


def replaced(operation: str, **attributes: Any) -> Callable[[Any], None]:
    """Put an operation in place of the multiplication, with the same inputs."""

    def change(graph: Any) -> None:
        node = next(one for one in graph.node if one.op == "Mul")
        node.op = operation
        del node.input[1:]
        node.attr.clear()

    return change


def fill_of(size: int) -> Callable[[Any], None]:
    def change(graph: Any) -> None:
        node = next(one for one in graph.node if one.op == "Mul")
        source = node.input[0]
        dims = graph.node.add(name="dims", op="Const")
        dims.attr["dtype"].type = tf.int64.as_datatype_enum
        dims.attr["value"].tensor.CopyFrom(tf.make_tensor_proto([size, 6, 8, 3], tf.int64))
        value = graph.node.add(name="value", op="Const")
        value.attr["dtype"].type = tf.float32.as_datatype_enum
        value.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(1.0, tf.float32))
        fill = graph.node.add(name="fill", op="Fill", input=["dims", "value"])
        fill.attr["T"].type, fill.attr["index_type"].type = (
            tf.float32.as_datatype_enum,
            tf.int64.as_datatype_enum,
        )
        node.input[:] = [source, "fill"]

    return change


def doubled(times: int) -> Callable[[Any], None]:
    """Put the image beside itself again and again."""

    def change(graph: Any) -> None:
        node = next(one for one in graph.node if one.op == "Mul")
        source = node.input[0]
        axis = graph.node.add(name="axis", op="Const")
        axis.attr["dtype"].type = tf.int32.as_datatype_enum
        axis.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(1, tf.int32))
        for number in range(times):
            twice = graph.node.add(name=f"twice{number}", op="ConcatV2", input=[source, source, "axis"])
            twice.attr["N"].i, twice.attr["T"].type = 2, tf.float32.as_datatype_enum
            twice.attr["Tidx"].type = tf.int32.as_datatype_enum
            source = twice.name
        node.input[0] = source

    return change


def many_nodes(graph: Any) -> None:
    node = next(one for one in graph.node if one.op == "Mul")
    source = node.input[0]
    for number in range(150_000):
        graph.node.add(name=f"same{number}", op="Identity", input=[source]).attr["T"].type = 1
        source = f"same{number}"
    node.input[0] = source


def circle(graph: Any) -> None:
    node = next(one for one in graph.node if one.op == "Mul")
    node.input[1] = node.name


def layer_of_os(content: Any) -> None:
    content["config"]["layers"][1]["module"] = "os"


def vast_layer(content: Any) -> None:
    content["config"]["layers"][2]["config"]["units"] = 10**11


def vast_picture(content: Any) -> None:
    own = {"module": "keras.layers", "class_name": "ZeroPadding2D", "registered_name": None}
    content["config"]["layers"].insert(1, {**own, "config": {"padding": 10**6, "name": "vast"}})


TEXTS: dict[str, tuple[Callable[[], str], str]] = {
    "no JSON": (lambda: "{", "JSON text"),
    "deep JSON": (lambda: '{"a":' * 100_000, "JSON text"),
    "no object": (lambda: "[1]", "Expected"),
    "no graph": (lambda: '{"format": "graph"}', "Expected a graph"),
    "no proto": (lambda: '{"format":"graph","graph":"AAAA"}', "Expected a graph"),
    "layer of os": (
        lambda: keras_text(layer_of_os),
        "Flatten",
    ),
    "vast layer": (lambda: keras_text(vast_layer), "at most .* weights"),
    "vast picture": (lambda: keras_text(vast_picture), "values for a picture|weights"),
    "ReadFile": (lambda: graph_text(replaced("ReadFile")), "ReadFile"),
    "PyFunc": (lambda: graph_text(replaced("PyFunc")), "PyFunc"),
    "unknown operation": (lambda: graph_text(replaced("Nonsense")), "Nonsense"),
    "operation without attributes": (lambda: graph_text(replaced("Relu")), "can build"),
    "vast fill": (lambda: graph_text(fill_of(2**40)), "values for a picture|can build"),
    "doubling": (lambda: graph_text(doubled(45)), "values for a picture|can build"),
    "many operations": (lambda: graph_text(many_nodes), "at most 100000 operations"),
    "circle": (lambda: graph_text(circle), "goes one way"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_an_architecture_that_means_harm_is_refused(name: str) -> None:
    make, message = TEXTS[name]
    text, weights = make(), [np.zeros((144, 3), np.float32), np.zeros(3, np.float32)]
    with memory_bounded(), pytest.raises(PicassoError, match=message) as refused:
        load(text, weights, InputSpec())
    assert "Expected" in refused.value.message
    # The process is none the worse for it.
    after = load(
        describe(small()).config, small().get_weights(), InputSpec()
    )  # the process is none the worse
    assert after.scores(np.zeros((1, 6, 8, 3), np.float32)).shape == (1, 3)
