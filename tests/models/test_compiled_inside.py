"""Models with compiled ones inside are opened, and nothing of how those were compiled is loaded."""

import json
import pathlib
import zipfile
from collections.abc import Callable

import keras
import numpy as np
import pytest
from keras import layers

from picasso_tb.models.doors import open_model
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.loading import load
from picasso_tb.models.protocol import probabilities
from tests.models.networks import dense
from tests.models.shapes import DOORS, SHAPES, SIZE, functional

IMAGES = SHAPES["functional"].images()


def tutorial() -> keras.Model:
    """As TensorFlow's tutorial for beginners ends: a trained network of logits, and a softmax."""
    inner = functional(dense(5))
    inner.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    inner.fit(IMAGES, np.array([0, 3]), verbose=0)
    return keras.Sequential([inner, layers.Softmax()])


def transferred() -> keras.Model:
    base = functional(dense(5, "softmax"))
    base.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    inputs = layers.Input(SIZE)
    return keras.Model(inputs, keras.Sequential([base])(inputs))


@pytest.mark.parametrize("door", [".keras", "json"])
@pytest.mark.parametrize("make", [tutorial, transferred])
def test_compiled_models_inside_are_opened(
    door: str, make: Callable[[], keras.Model], tmp_path: pathlib.Path
) -> None:
    model = make()
    snapshot = DOORS[door](model, tmp_path)
    loaded = load(snapshot.architecture.config, snapshot.weights, InputSpec(scale=1 / 255))
    shown = probabilities(loaded.scores(IMAGES), loaded.head)
    np.testing.assert_allclose(shown, model(IMAGES, training=False), atol=1e-5)


def test_how_they_were_compiled_is_never_loaded(tmp_path: pathlib.Path) -> None:
    transferred().save(tmp_path / "plain.keras")
    with (
        zipfile.ZipFile(tmp_path / "plain.keras") as plain,
        zipfile.ZipFile(tmp_path / "own.keras", "w") as own,
    ):
        for name in plain.namelist():
            content = plain.read(name).replace(b'"Adam"', b'"system"').replace(b'"keras.optimizers"', b'"os"')
            own.writestr(name, content)
            assert name != "config.json" or (json.loads(content)["config"] and b'"os"' in content)
    assert open_model(tmp_path / "own.keras").architecture.classes == 5
