"""The README: its lines of Python and those for a model that is saved already are run on real files."""

import pathlib
import re
import shlex
from glob import glob
from typing import Any

import keras
import numpy as np
import PIL.Image
import pytest
from keras import layers

from picasso_tb import open_run
from picasso_tb.cli import main

PAGE = pathlib.Path(__file__).parent.parent / "README.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
def names(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the lines take for granted, in a folder with the files that they name."""
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    images, labels = generator.integers(0, 256, (32, 18, 26, 3), np.uint8), np.arange(32) % 2
    steps = [layers.Rescaling(1 / 255), layers.Conv2D(4, 3, 2), layers.GlobalAveragePooling2D()]
    model = keras.Sequential([layers.Input((None, None, 3)), *steps, layers.Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.save("model.keras")
    for name, pixels in zip(("cat", "dog"), images, strict=False):
        PIL.Image.fromarray(pixels).save(f"{name}.jpg")
    pathlib.Path("names.txt").write_text("pullover\ncoat\n")
    return {
        "images": images,
        "labels": labels,
        "model": model,
        "train_one_step": lambda model: model.train_on_batch(images, labels),
    }


def test_every_line_does_what_it_says(names: dict[str, Any]) -> None:
    for language, block in BLOCKS:
        if language == "python":
            exec(block, names)
        if "model.fit" in block:
            assert open_run("logs/my-run").steps == tuple(range(11))
        for line in block.splitlines():
            if line.startswith("picasso-tb add-"):
                assert main([name for word in shlex.split(line)[1:] for name in glob(word) or [word]]) == 0
    assert open_run("logs/my-run").steps == tuple(range(100))
    mine = open_run("logs/mine")
    assert sorted(probe.name for probe in mine.probes()) == ["cat", "dog"]
    assert mine.checkpoint().class_names == ("pullover", "coat")
    spec = mine.checkpoint().input_spec
    assert (spec.height, spec.width, spec.preprocessing) == (224, 224, "torch")
    assert names["input_spec"].preprocessing == "torch"
    assert names["explanation"].maps.shape == (32, 1, 18, 26)
    assert names["explanation"].quantity == "drop in class probability when covered"
