"""The page on models: each of its commands and lines of Python is run on real files."""

import json
import pathlib
import re
import shlex

import keras
import numpy as np
import PIL.Image
import pytest
import tf_keras
from picasso_tb.demo.digits import network, save_as_tensorflow_1

from picasso_tb import open_run
from picasso_tb.cli import main
from picasso_tb.commands.settings_file import read_settings
from tests.commands.making import HEIGHT, PIXELS, WIDTH
from tests.commands.making import network as colour_network
from tests.models.test_tf_keras import functional as tf_keras_functional

PAGE = pathlib.Path(__file__).parent.parent / "docs/models.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(), re.DOTALL)
RUNS = [
    "exported",
    "graph",
    "h5",
    "json",
    "keras",
    "keras2",
    "keras2-h5",
    "live",
    "predicts",
    "training",
    "vgg16",
]


@pytest.fixture
def model(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> keras.Model:
    """A model, in a folder with all the files that the page names."""
    monkeypatch.chdir(tmp_path)
    made = colour_network()
    made.save("model.keras")
    made.save("model.h5")
    pictures = keras.Input((HEIGHT, WIDTH, 3))
    flat = keras.layers.Flatten()(pictures)
    rows = [keras.layers.Dense(3, "softmax", name=name)(flat) for name in ("classes", "others")]
    keras.Model(pictures, rows).save("two.keras")
    pathlib.Path("model.json").write_text(made.to_json())
    made.save_weights("model.weights.h5")
    made.export("exported", verbose=False)
    of_keras_2 = tf_keras_functional(tf_keras.layers.Dense(3, "softmax"))
    of_keras_2.save("keras2.keras")
    of_keras_2.save("keras2.h5")
    pathlib.Path("ckpts").mkdir()
    for step in (1, 2):
        made.save(f"ckpts/epoch-{step}.keras")
    save_as_tensorflow_1(network().get_weights(), tmp_path / "digits")
    pathlib.Path("names.txt").write_text("bird\ncat\ndog\n")
    index = {str(number): [f"n{number}", f"class {number}"] for number in range(1000)}
    pathlib.Path("imagenet_class_index.json").write_text(json.dumps(index))
    PIL.Image.fromarray(PIXELS).save("picture.png")
    pathlib.Path("regions").mkdir()
    PIL.Image.fromarray(np.full((HEIGHT, WIDTH), 255, np.uint8)).save("regions/picture.png")
    return made


def test_every_line_of_the_page_does_what_it_says(model: keras.Model) -> None:
    names = {"model": model}
    for language, block in BLOCKS:
        if language == "python":
            exec(block.replace('weights="imagenet"', "weights=None, input_shape=(32, 32, 3)"), names)
        elif language == "sh":
            for line in block.splitlines():
                program, *arguments = shlex.split(line)
                assert program == "tensorboard" or main(arguments) == 0, line
    runs = {run: open_run(f"logs/{run}") for run in RUNS}
    assert {run: len(found.steps) for run, found in runs.items()} == {
        run: 2 if run == "training" else 1 for run in RUNS
    }
    for run in ("keras2", "keras2-h5"):
        assert "read with tf-keras" in " ".join(runs[run].checkpoint().load().notes)
    assert runs["keras"].probes()[0].masks == ("regions",)
    assert runs["vgg16"].checkpoint().class_names[7] == "class 7"
    assert runs["vgg16"].checkpoint().input_spec.preprocessing == "caffe"
    picture = PIXELS.astype(np.float32)
    by_function, by_layer = (names[name].prepare(PIXELS) for name in ("by_function", "by_layer"))  # type: ignore[attr-defined]
    np.testing.assert_allclose(by_layer, (picture - [120, 110, 100]) / 60, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(by_function, picture[..., ::-1] - [103.939, 116.779, 123.68], atol=1e-4)


def test_the_file_of_settings_is_one(tmp_path: pathlib.Path) -> None:
    (toml,) = [block for language, block in BLOCKS if language == "toml"]
    (tmp_path / "picasso.toml").write_text(toml)
    found = read_settings(tmp_path / "model.json")
    assert found.class_names == str(tmp_path / "names.txt") and found.weights
    assert found.input is not None and found.input.resample == "lanczos" and found.tensors.output == 0
