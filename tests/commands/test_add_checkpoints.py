"""`picasso-tb add-checkpoints`: saved checkpoints become steps of a run, linked or copied."""

import importlib
import json
import os
import pathlib

import keras
import numpy as np
import pytest
from keras import layers

from picasso_tb import InputSpec, explain, open_run
from picasso_tb.commands.add_checkpoints import steps_of
from picasso_tb.errors import DamagedFile, InvalidArgument, NotFound
from picasso_tb.store.index import RunIndex
from tests.commands.making import HEIGHT, PIXELS, WIDTH, network, run


def test_checkpoints_are_linked_and_what_becomes_of_them_is_said(
    models: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    folder = tmp_path / "ckpts"
    folder.mkdir()
    for file in models.glob("*.keras"):
        (folder / file.name).write_bytes(file.read_bytes())
    into = ("--logdir", tmp_path / "logs", "--run", "run")
    assert run("add-checkpoints", *into, folder / "*.keras", "--scale", "1/255") == 0
    assert not list((tmp_path / "logs/run").rglob("*.npz"))
    found = open_run(tmp_path / "logs/run")
    assert found.steps == (1, 2, 10)
    scores = [explain(found.checkpoint(step), PIXELS, "class_probabilities").scores for step in found.steps]
    spec = InputSpec(scale=1 / 255)
    files = [folder / f"epoch-{step}-0.{step}3.keras" for step in found.steps]
    there = [explain(file, PIXELS, "class_probabilities", input_spec=spec).scores for file in files]
    np.testing.assert_allclose(scores, there, rtol=1e-5)
    assert abs(scores[0] - scores[1]).max() > 1e-3

    index = RunIndex("run", str(tmp_path / "logs/run"))
    os.utime(files[0])  # written again, with the same content
    files[1].write_bytes(files[2].read_bytes())
    files[2].unlink()
    index.refresh()
    told = {problem.file: problem.message for problem in index.problems}
    assert sorted(told) == ["model-1.json", "model-10.json", "model-2.json"]
    assert "written again" in told["model-2.json"] and "is gone" in told["model-10.json"]
    assert len(index.checkpoints) == 3
    again = open_run(tmp_path / "logs/run")
    again.checkpoint(1).load()
    with pytest.raises(DamagedFile, match=r"Expected the weights that were linked as model-2\."):
        again.checkpoint(2).load()
    with pytest.raises(NotFound, match=r"epoch-10-0\.103\.keras is gone"):
        again.checkpoint(10).load()


def test_linked_checkpoints_of_ones_own_code_open_where_it_is_trusted(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The layer has parts that nobody named, and Keras names those by counting."""
    (tmp_path / "my_layers.py").write_text(
        "import keras\n\n\nclass Scaled(keras.layers.Layer):\n"
        "    def __init__(self, **how):\n        super().__init__(**how)\n"
        "        self.mixed = keras.layers.Conv2D(2, 1)\n\n"
        "    def build(self, shape):\n        self.mixed.build(shape)\n"
        "        self.factor = self.add_weight(shape=(2,), initializer='ones')\n\n"
        "    def call(self, pictures):\n        return self.mixed(pictures) * self.factor\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    layer = importlib.import_module("my_layers").Scaled
    steps = [layer(), layers.Flatten(), layers.Dense(3, "softmax")]
    model = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), *steps])
    expected = {}
    for step in (1, 2):
        model.set_weights([weight + 0.01 for weight in model.get_weights()])
        model.save(tmp_path / f"{step}.keras")
        expected[step] = np.asarray(model(PIXELS[None].astype(np.float32)))
    for run_name, how in (("linked", ()), ("copied", ("--copy",))):
        into = ("--logdir", "logs", "--run", run_name, *how)
        assert run("add-checkpoints", *into, "*.keras", "--custom-objects", "my_layers.Scaled") == 0
        trust = "" if how else " --picasso_trust=my_layers.Scaled"
        line = f"Look at them: {'' if how else 'PYTHONPATH=. '}tensorboard --logdir logs{trust}\n"
        assert line in capsys.readouterr().out
        logged = open_run(tmp_path / "logs" / run_name, trust=["my_layers"])
        assert logged.steps == (1, 2)
        for step in (2, 1, 2):
            found = explain(logged.checkpoint(step), PIXELS, "class_probabilities").probabilities
            np.testing.assert_allclose(found, expected[step], rtol=1e-4, atol=1e-6)


def test_checkpoints_of_a_single_value_with_two_names_are_those_of_a_logit(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), layers.Flatten(), layers.Dense(1)])
    (tmp_path / "names.txt").write_text("cat\ndog\n")
    for step in (1, 2):
        model.set_weights([weight + 0.01 for weight in model.get_weights()])
        model.save(tmp_path / f"{step}.keras")
    arguments = ("--class-names", tmp_path / "names.txt", "--scale", "1/255")
    assert run("add-checkpoints", "--logdir", tmp_path / "logs", tmp_path / "*.keras", *arguments) == 0
    logged = open_run(tmp_path / "logs/model")
    for step in (1, 2):
        value = float(keras.saving.load_model(tmp_path / f"{step}.keras")(PIXELS[None] / 255.0)[0, 0])
        found = explain(logged.checkpoint(step), PIXELS, "class_probabilities", targets=1)
        assert found.scores[0, 0] == pytest.approx(value, rel=1e-4)
        assert found.probabilities.shape == (1, 2)


@pytest.mark.parametrize("ending", [".json", ".keras", ".h5"])
def test_files_of_weights_are_checkpoints_of_the_model_beside_them(
    tmp_path: pathlib.Path, ending: str
) -> None:
    keras.utils.set_random_seed(2)
    model = network()
    if ending == ".json":
        (tmp_path / "model.json").write_text(model.to_json())
    else:
        model.save(tmp_path / f"model{ending}")
    expected = {}
    for step in (1, 2):
        model.set_weights([weight + 0.1 * step for weight in model.get_weights()])
        model.save_weights(tmp_path / f"epoch-{step}.weights.h5")
        expected[step] = np.asarray(model(PIXELS[None].astype(np.float32)))
    into = ("--logdir", tmp_path / "logs", tmp_path / "*.weights.h5", "--model", tmp_path / f"model{ending}")
    assert run("add-checkpoints", *into) == 0
    logged = open_run(tmp_path / "logs/model")
    assert logged.steps == (1, 2)
    for step, chances in expected.items():
        found = explain(logged.checkpoint(step), PIXELS, "class_probabilities")
        np.testing.assert_allclose(found.probabilities, chances, rtol=1e-4, atol=1e-6)


def test_links_lead_to_files_of_this_machine_only(
    models: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(models.glob("*.keras"))
    assert run("add-checkpoints", "--logdir", "memory://links", *files) == 1
    assert "Add --copy" in capsys.readouterr().err
    assert run("add-checkpoints", "--logdir", "memory://links", *files, "--copy") == 0
    assert open_run("memory://links/model").checkpoint(10).load().classes == 3
    assert run("add-checkpoints", "--logdir", tmp_path, models / "epoch-1-0.13.keras") == 0
    record = tmp_path / "model/plugins/picasso/checkpoints/model-1.json"
    content = json.loads(record.read_text())
    os.mkfifo(tmp_path / "pipe")
    content["link"]["path"] = str(tmp_path / "pipe")
    record.write_text(json.dumps(content))
    with pytest.raises(NotFound, match="pipe is gone"):
        open_run(tmp_path / "model").checkpoint().load()


@pytest.mark.parametrize(
    ("names", "steps"),
    [
        (["epoch-07.keras", "epoch-12.keras"], [7, 12]),
        (["v2-epoch3-0.31.keras", "v2-epoch4-0.29.keras"], [3, 4]),
        (["weights.01.h5", "weights.02.h5"], [1, 2]),
        (["model.ckpt-100.meta", "model.ckpt-0.meta"], [100, 0]),
        (["7.keras"], [7]),
    ],
)
def test_the_step_is_told_by_the_name(names: list[str], steps: list[int]) -> None:
    files = [pathlib.Path(name) for name in names]
    assert [steps_of(files)[file] for file in files] == steps


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["last.keras", "epoch-3.keras"], "names that tell the step in the same way.*'last.keras'"),
        (["epoch-3.keras", "run1-epoch-3.keras"], "in the same way"),
        (["run1-epoch3.keras", "run2-epoch4.keras"], "one number that tells the step.*2 that could: 1, 3"),
        (["v2-7.keras"], "2 that could: 2, 7"),
        (["a/7.keras", "b/7.keras"], "a step of its own.*7.keras, 7.keras"),
        (["a-07.keras", "a-7.keras"], "a step of its own"),
        (["best.keras"], "in the same way"),
    ],
)
def test_a_step_that_is_not_told_is_refused_in_words(names: list[str], says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        steps_of([pathlib.Path(name) for name in names])
