"""Models made of code of the user's: what is refused, and every way out that is told."""

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

from picasso_tb.errors import InvalidArgument, ModelRefused, NeedsCode
from picasso_tb.models.doors import open_model
from picasso_tb.models.keras_architecture import keras_functions
from picasso_tb.models.keras_config import refuse_foreign_code
from picasso_tb.models.live_keras import live_network
from picasso_tb.models.protocol import probabilities
from tests.models.networks import (
    HEADS,
    HEIGHT,
    UNIT,
    WIDTH,
    dense,
    drawn,
    functional,
    loaded,
    noise,
    one_more_step,
    outputs,
)
from tests.models.test_live_keras import Doubling, Forgetful, wave

PATH = "tests.models.test_live_keras"


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
