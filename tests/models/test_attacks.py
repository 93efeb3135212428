"""Files and architectures that mean harm or make no sense: a clear error, no code run, memory bounded."""

import contextlib
import json
import os
import pathlib
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import h5py
import keras
import pytest
import tensorflow as tf
from keras import layers

from picasso_tb.errors import DamagedFile, ModelRefused, PicassoError
from picasso_tb.models.doors import open_model
from tests.models.networks import dense

MOST_MEMORY = 300 * 2**20  # bytes that an attack may take at its peak; the vast ones claim far more
HARM = "harm.txt"


@contextlib.contextmanager
def memory_bounded(process: int | str = "self") -> Iterator[None]:
    """Fails if the block takes much more memory at its peak than there was before it.

    Args:
        process: a process' number, where it is another that works.
    """
    state = pathlib.Path("/proc", str(process))
    (state / "clear_refs").write_text("5")  # the peak begins anew
    before = _peak(state)
    yield
    assert _peak(state) - before < MOST_MEMORY


def _peak(state: pathlib.Path) -> int:
    status = (state / "status").read_text()
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
    with_code().save(folder / "code.keras")
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


PYTHONS_OWN = "^((?!custom_objects).)*No flag allows what is no class or function((?!custom_objects).)*$"


def graph_without_end(folder: pathlib.Path) -> pathlib.Path:
    return _endless(folder, "saved_model.pb")


def weights_without_end(folder: pathlib.Path) -> pathlib.Path:
    return _endless(folder, "variables/variables.data-00000-of-00001")


def _endless(folder: pathlib.Path, part: str) -> pathlib.Path:
    path = folder / "exported"
    small().export(path, verbose=False)
    (path / part).unlink()
    (path / part).symlink_to("/dev/zero")
    return path


FILES: dict[str, tuple[Callable[[pathlib.Path], pathlib.Path], type[PicassoError], str]] = {
    "zip bomb": (zip_bomb, DamagedFile, "bytes declared"),
    "truncated": (truncated, DamagedFile, "whole .keras file"),
    "deep JSON": (deep_json, DamagedFile, "JSON text"),
    "vast H5": (vast_h5, DamagedFile, "bytes declared"),
    "H5 of elsewhere": (h5_of_elsewhere, DamagedFile, "in another"),
    "code in a Lambda": (code_in_lambda, ModelRefused, "carries code.*log it live"),
    "function of os": (function_of_os, ModelRefused, PYTHONS_OWN),
    "class of anywhere": (class_of_anywhere, ModelRefused, PYTHONS_OWN),
    "file of a vocabulary": (file_of_vocabulary, ModelRefused, "may read files"),
    "Python in a SavedModel": (
        python_in_saved_model,
        ModelRefused,
        "EagerPyFunc.*list of operations",
    ),
    "file in a SavedModel": (file_in_saved_model, ModelRefused, "ReadFile|StringLength"),
    "loop": (loop_in_saved_model, ModelRefused, "repeats or branches.*built again without"),
    "random numbers": (random_saved_model, ModelRefused, "draws numbers anew.*training=False"),
    "half a SavedModel": (broken_saved_model, DamagedFile, "whole TensorFlow SavedModel"),
    "function that calls itself": (saved_model_that_calls_itself, ModelRefused, "calls itself"),
    "calls without number": (functions_that_call_the_next_one_twice, ModelRefused, "at most .* operations"),
    "vast constant": (saved_model_of_a_vast_constant, ModelRefused, "constant values"),
    "half a checkpoint": (truncated_checkpoint, DamagedFile, "whole checkpoint"),
    "graph without end": (graph_without_end, DamagedFile, "Received: a pipe, a socket or a device"),
    "weights without end": (weights_without_end, DamagedFile, "Received: a pipe, a socket or a device"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_means_harm_is_refused(name: str, tmp_path: pathlib.Path) -> None:
    make, error, message = FILES[name]
    path = make(tmp_path)
    with memory_bounded(), pytest.raises(error, match=message) as refused:
        open_model(path)
    assert not (tmp_path / HARM).exists()
    assert "Expected" in refused.value.message


@pytest.mark.parametrize("name", ["model.keras", "model.meta", "model.json"])
def test_a_pipe_is_not_waited_for(name: str, tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(DamagedFile, match="Received: a pipe, a socket or a device"):
        open_model(tmp_path / name)


def test_weights_without_end_are_not_read(tmp_path: pathlib.Path) -> None:
    (tmp_path / "zeros.h5").symlink_to("/dev/zero")
    with pytest.raises(DamagedFile, match="Received: a pipe, a socket or a device"):
        open_model(keras_file(tmp_path), weights=tmp_path / "zeros.h5")
