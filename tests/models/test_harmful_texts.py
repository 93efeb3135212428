"""Texts of architectures, as somebody else's log directory may hold them: refused, whatever they claim."""

import base64
import json
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from picasso_tb.errors import PicassoError
from picasso_tb.models.architecture import as_text
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import describe
from picasso_tb.models.loading import load
from picasso_tb.models.snapshot import architecture_of
from tests.models.test_attacks import memory_bounded, small, with_code


def keras_text(change: Callable[[Any], None], functional: bool = False) -> str:
    model = small()
    model = keras.Model(model.inputs[0], model.outputs[0]) if functional else model
    content = json.loads(describe(model).config)
    change(content)
    return as_text(content)


def graph_text(change: Callable[[Any], None]) -> str:
    """A traced model's graph, changed."""
    from tensorflow.core.framework import graph_pb2

    content = json.loads(architecture_of(with_code()).config)
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


def add_constant(graph: Any, name: str, value: Any, dtype: tf.DType) -> None:
    constant = graph.node.add(name=name, op="Const")
    constant.attr["dtype"].type = dtype.as_datatype_enum
    constant.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value, dtype))


def fill_of(size: int) -> Callable[[Any], None]:
    def change(graph: Any) -> None:
        node = next(one for one in graph.node if one.op == "Mul")
        source = node.input[0]
        add_constant(graph, "dims", [size, 6, 8, 3], tf.int64)
        add_constant(graph, "value", 1.0, tf.float32)
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
        add_constant(graph, "axis", 1, tf.int32)
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


def layer_on_constants(content: Any) -> None:
    """A gigabyte, were it computed."""
    constant = {"class_name": "__numpy__", "config": {"value": [[[[1.0]]]], "dtype": "float32"}}
    own = {"module": "keras.layers", "class_name": "UpSampling2D", "registered_name": None}
    call = {"args": [constant], "kwargs": {}, "class_name": "__keras_tensor__", "names": ["flatten", 0, 0]}
    settings = {"config": {"size": [10_000, 25_000], "name": "vast"}, "name": "vast"}
    content["config"]["layers"].append({**own, **settings, "inbound_nodes": [call]})


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
    "layer on constants": (
        lambda: keras_text(layer_on_constants, functional=True),
        "UpSampling2D, called on constants alone",
    ),
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
    after = load(describe(small()).config, small().get_weights(), InputSpec())
    assert after.scores(np.zeros((1, 6, 8, 3), np.float32)).shape == (1, 3)
