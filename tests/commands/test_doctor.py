"""`picasso-tb doctor`: what can be done with a model file, and what not and why."""

import pathlib
import re

import keras
import numpy as np
import pytest
from keras import layers

from picasso_tb import InputSpec, explain
from tests.commands.making import HEIGHT, WIDTH, network, run


def test_the_doctor_says_what_can_be_done(
    models: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.keras"
    broken.write_bytes(b"nothing")
    file = models / "epoch-1-0.13.keras"
    said = ("--class-names", models / "names.txt", "--scale", "1/255")
    assert run("doctor", file, broken, *said, "--image", models / "picture [1].png") == 1
    out, err = capsys.readouterr()
    lines = {
        line.split()[0]: " ".join(line.split()[1:]) for line in out.splitlines() if line.startswith("  ")
    }
    assert lines["format"] == "Keras 3 file"
    assert lines["input"] == f"height {HEIGHT}, width {WIDTH}, channels 3"
    assert lines["head"] == "3 classes, softmax: logit taken before the softmax"
    assert lines["values"] == "0 to 1"
    assert lines["weights"] == "127 numbers in 4 arrays"  # 3 x 3 x 3 x 4 + 4 + 4 x 3 + 3
    expected = explain(
        file, models / "picture [1].png", "class_probabilities", input_spec=InputSpec(scale=1 / 255)
    )
    best = ["bird", "cat", "dog"][int(expected.probabilities[0].argmax())]
    assert f"{best} {expected.probabilities[0].max():.2g}" in lines["prediction"]
    assert lines["forward"].endswith("ms a picture") and lines["gradient"].endswith("ms a picture")
    assert lines["occlusion"] == lines["grad_cam"] == lines["saliency"] == "yes"
    assert "Expected a whole .keras file" in lines["refused"]
    assert "1 of 2 models can't be used" in err


def test_the_doctor_tells_small_probabilities(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = network(classes=200)
    model.layers[-1].set_weights([weight * 0 for weight in model.layers[-1].get_weights()])
    model.save(tmp_path / "many.keras")
    assert run("doctor", tmp_path / "many.keras") == 0
    assert capsys.readouterr().out.count(" 0.005") == 3  # 1 / 200 each


def test_the_doctor_tells_a_diverged_model_and_what_it_read(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = network()
    (tmp_path / "picasso.toml").write_text("class_names = ['a', 'b', 'c']")
    model.save(tmp_path / "trained.keras")
    model.layers[-1].set_weights([weight * np.nan for weight in model.layers[-1].get_weights()])
    model.save(tmp_path / "diverged.keras")
    assert run("doctor", tmp_path / "trained.keras", tmp_path / "diverged.keras") == 1
    trained, diverged = capsys.readouterr().out.split(f"{tmp_path / 'diverged.keras'}\n")
    assert re.search(r"settings +\S+/picasso\.toml and the flags\n", trained)
    assert "diverged" not in trained
    assert re.search(r"refused +Expected finite scores.*Has the training diverged", diverged)


def test_the_doctor_tells_values_and_missing_slopes(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    rounded = keras.ops.round(layers.Flatten()(inputs))
    keras.Model(inputs, layers.Dense(1)(rounded)).save(tmp_path / "rounds.keras")
    assert run("doctor", tmp_path / "rounds.keras") == 0
    out = capsys.readouterr().out
    assert "one value, no classes: value taken from the outputs as they are" in out
    assert "noise: value " in out
    assert (
        "refused: Expected a model whose class values follow from its input by steps that have a slope" in out
    )
    assert "saliency       no: it needs gradients, which are refused" in out
    assert "occlusion      yes" in out
