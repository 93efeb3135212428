"""`picasso-tb add-model`, `add-images`, `add-checkpoints` and `doctor` on files of real models."""

import importlib
import json
import os
import pathlib
import re
from typing import Any

import keras
import numpy as np
import PIL.Image
import pytest
from keras import layers

from picasso_tb import InputSpec, explain, open_run
from picasso_tb.cli import main
from picasso_tb.commands.add_checkpoints import steps_of
from picasso_tb.commands.settings_file import read_settings
from picasso_tb.errors import DamagedFile, InvalidArgument, NotFound
from picasso_tb.models.doors import open_model
from picasso_tb.store.index import RunIndex

HEIGHT, WIDTH = 10, 14
PIXELS = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def network(classes: int = 3) -> keras.Model:
    return keras.Sequential(
        [
            layers.Input((HEIGHT, WIDTH, 3)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(classes, activation="softmax"),
        ]
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Three checkpoints of one network, and names of its classes."""
    folder = tmp_path_factory.mktemp("models")
    keras.utils.set_random_seed(2)
    model = network()
    for epoch in (1, 2, 10):
        model.set_weights([weight + 0.1 for weight in model.get_weights()])
        model.save(folder / f"epoch-{epoch}-0.{epoch}3.keras")
    (folder / "names.txt").write_text("bird\ncat\ndog\n")
    PIL.Image.fromarray(PIXELS).resize((28, 20)).save(folder / "picture [1].png")
    return folder


def run(*arguments: Any) -> int:
    return main([str(argument) for argument in arguments])


def test_a_model_and_its_pictures_are_a_run(models: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = models / "epoch-2-0.23.keras"
    into = ("--logdir", tmp_path, "--run", "deep/run")
    said = ("--class-names", models / "names.txt", "--input-size", f"{HEIGHT}x{WIDTH}", "--scale", "1/255")
    assert run("add-model", *into, file, *said, "--step", 7) == 0
    masks = tmp_path / "masks"
    masks.mkdir()
    bright = np.zeros((20, 28), np.uint8)
    bright[3:9, :5] = 255
    PIL.Image.fromarray(bright).save(masks / "picture [1].bmp")
    assert run("add-images", *into, models / "*.png", "--masks", masks, "--label", 2) == 0
    found = open_run(tmp_path / "deep/run")
    checkpoint = found.checkpoint()
    assert (checkpoint.step, checkpoint.class_names) == (7, ("bird", "cat", "dog"))
    (probe,) = found.probes()
    assert (probe.name, probe.label, probe.masks) == ("picture [1]", 2, ("masks",))
    spec = InputSpec(height=HEIGHT, width=WIDTH, scale=1 / 255)
    there = explain(checkpoint, probe, "saliency")
    here = explain(file, models / "picture [1].png", "saliency", input_spec=spec)
    np.testing.assert_allclose(there.maps, here.maps, rtol=1e-5, atol=1e-8)


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


def test_pictures_are_no_input_of_five_channels(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keras.Sequential([layers.Input((HEIGHT, WIDTH, 5)), layers.Flatten(), layers.Dense(3)]).save(
        tmp_path / "five.keras"
    )
    PIL.Image.fromarray(PIXELS).save(tmp_path / "one.png")
    assert run("add-model", "--logdir", tmp_path / "logs", tmp_path / "five.keras") == 0
    for command in (
        ("add-images", "--logdir", tmp_path / "logs", tmp_path / "one.png"),
        ("doctor", tmp_path / "five.keras", "--image", tmp_path / "one.png"),
    ):
        assert run(*command) == 1
        said = "".join(capsys.readouterr())
        assert "Expected float arrays of 5 channels" in said
    assert not open_run(tmp_path / "logs/model").probes()


def test_two_names_make_two_classes_of_a_number(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keras.Sequential([layers.Input((HEIGHT, WIDTH, 3)), layers.Flatten(), layers.Dense(1)]).save(
        tmp_path / "one.keras"
    )
    (tmp_path / "names.txt").write_text("cat\ndog\n")
    add = ("add-model", "--logdir", tmp_path / "logs", tmp_path / "one.keras")
    assert run(*add, "--run", "number") == 0
    assert "one value" in capsys.readouterr().out
    assert run(*add, "--run", "classes", "--class-names", tmp_path / "names.txt") == 0
    assert "2 classes" in capsys.readouterr().out


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


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("--input-size", "64"), "Expected 10.*Received: 64"),
        (("--class-names", "two.txt"), "Expected 3.*Received: 2"),
        (("--preprocessing", "nothing.here"), "nothing"),
        (("--decode", "nothing.here"), "nothing"),
        (("--step", "-1"), "step: Expected a whole number"),
        (("--name", "a/b"), "name"),
    ],
)
def test_a_model_that_is_refused_leaves_nothing_behind(
    models: pathlib.Path,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    wrong: tuple[str, str],
    says: str,
) -> None:
    (tmp_path / "two.txt").write_text("cat\ndog\n")
    logs, file = tmp_path / "logs", models / "epoch-1-0.13.keras"
    flag, value = wrong
    refused = (
        "add-model",
        "--logdir",
        logs,
        file,
        flag,
        tmp_path / value if flag == "--class-names" else value,
    )
    assert run(*refused) == 1
    assert re.search(says, capsys.readouterr().err)
    assert not logs.exists()
    names = ("--class-names", models / "names.txt", "--scale", "1/255")
    assert run("add-model", "--logdir", logs, file, *names) == 0
    before = {path: path.read_bytes() for path in logs.rglob("*") if path.is_file()}
    assert run(*refused) == 1
    assert run(*refused[:4], "--name", "other", *refused[4:]) == 1
    assert {path: path.read_bytes() for path in logs.rglob("*") if path.is_file()} == before


def test_bad_pictures_are_left_out_and_named(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    for number, name in enumerate("adef"):
        PIL.Image.fromarray(PIXELS // (1 + number)).save(tmp_path / f"{name}.png")
        PIL.Image.fromarray(PIXELS[: HEIGHT - (name == "d")]).save(masks / f"{name}.png")
    PIL.Image.fromarray(np.zeros((3, 4), np.float32)).save(tmp_path / "b.tif")
    (tmp_path / "c.ppm").write_text("P6 1X 4 255")
    (masks / "e.png").write_text("no picture")
    (masks / "f.png").unlink()
    files = [tmp_path / name for name in ("a.png", "b.tif", "c.ppm", "d.png", "e.png", "f.png")]
    into = ("add-images", "--logdir", tmp_path / "logs")
    assert run(*into, *files, "--masks", masks) == 1
    out, err = capsys.readouterr()
    assert [probe.name for probe in open_run(tmp_path / "logs/model").probes()] == ["a", "f"]
    assert out.splitlines() == [
        f"2 pictures are in {tmp_path}/logs/model",
        f"  1 of them without a mask in {masks}",
        "  The run holds no model yet: picasso-tb add-model",
    ]
    told = err.splitlines()
    assert told[6] == "picasso-tb: 4 of 6 pictures were left out:"  # behind a line for each
    for line, file, why in zip(
        told[7:],
        files[1:5],
        ("mode 'F'", "picture file.*1X", r"bool \(10, 14\)", "masks: .*e.png"),
        strict=True,
    ):
        assert re.search(f"^  {re.escape(str(file))}: .*{why}", line)
    assert run(*into, files[0], "--label", "-1") == 1
    assert "--label: Expected 0 or more" in capsys.readouterr().err
    assert run("add-images", "--logdir", tmp_path / "none", files[1]) == 1
    assert not (tmp_path / "none").exists() and not capsys.readouterr().out


def test_what_takes_long_is_told_before_it_begins(
    models: pathlib.Path,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = models / "epoch-1-0.13.keras"
    told = []

    def reading(*given: Any, **how: Any) -> Any:
        told.append(capsys.readouterr().err)
        return open_model(*given, **how)

    monkeypatch.setattr("picasso_tb.commands.model_options.open_model", reading)
    assert run("add-model", "--logdir", tmp_path, file) == 0
    assert capsys.readouterr().err == f"writing to {tmp_path}/model\n"
    assert run("add-checkpoints", "--logdir", tmp_path, "--run", "more", file) == 0
    assert told == [f"reading {file}\n", f"checkpoint 1 of 1: {file}\n"]


# picasso.toml


def test_the_file_beside_a_model_holds_what_the_flags_hold(
    models: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes((models / "epoch-1-0.13.keras").read_bytes())
    (tmp_path / "names.json").write_text('{"0": "bird", "1": "cat", "2": "dog"}')
    (tmp_path / "picasso.toml").write_text(
        'class_names = "names.json"\n[input]\nscale = 0.5\nresample = "box"\n[tensors]\noutput = 0\n'
    )
    assert run("add-model", "--logdir", tmp_path, "--run", "file", file) == 0
    checkpoint = open_run(tmp_path / "file").checkpoint()
    assert checkpoint.class_names == ("bird", "cat", "dog")
    assert (checkpoint.input_spec.scale, checkpoint.input_spec.resample) == (0.5, "box")
    assert run("add-model", "--logdir", tmp_path, "--run", "flags", file, "--preprocessing", "torch") == 0
    spec = open_run(tmp_path / "flags").checkpoint().input_spec  # a flag comes before the file
    assert (spec.preprocessing, spec.scale, spec.resample) == ("torch", 1, "box")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("class_names = 3", r"class_names: Expected a valid list or a valid string. Received: 3"),
        ("class_names = ['a', 1]", r"class_names.1: Expected a valid string. Received: 1"),
        ("custom_objects = 'a.B'", r"custom_objects: Expected a valid list. Received: 'a.B'"),
        ("[input]\nscale = '1/x'", r"input: Expected numbers such as 1/255 or 1,2,3. Received: '1/x'"),
        ("[input]\nlayer = 'x'", r"input.layer: Expected the JSON of a Keras layer. Received: 'x'"),
        ("colour = 1", "colour: Expected one of class_names, decode, .*tensors. Received: 'colour'"),
        ("[tensors]\ncolour = 1", "tensors.colour: Expected one of input, output. Received: 'colour'"),
        ("[input]\ncolour = 1", "input.colour: Expected one of height, .*notes. Received: 'colour'"),
        ("[input]\nscale = -1", r"input.scale: Expected numbers above 0.*Received: -1"),
        ("[input]\nmode = 'X'", r"input.mode: Expected 'L' or 'RGB'. Received: 'X'"),
        (
            "[input]\nscale = 2\npreprocessing = 'tf'",
            "input: Expected one of pre.*Received several$",
        ),
        ("= 1", "Expected TOML"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: pathlib.Path, content: str, says: str) -> None:
    (tmp_path / "picasso.toml").write_text(content)
    with pytest.raises(InvalidArgument, match=rf"picasso\.toml: {says}"):
        read_settings(tmp_path / "model.keras")


@pytest.mark.parametrize(
    "content", ["decode = 'os.system'", "custom_objects = ['os.system']", "[input]\nfunction = 'os.system'"]
)
def test_a_file_makes_no_code_run(
    models: pathlib.Path, tmp_path: pathlib.Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "picasso.toml").write_text(content)
    (tmp_path / "model.keras").write_bytes((models / "epoch-1-0.13.keras").read_bytes())
    assert run("add-model", "--logdir", tmp_path, tmp_path / "model.keras") == 1
    assert re.search(r"A file names os\.system.*no file can make code run", capsys.readouterr().err)


def test_without_files_and_with_wrong_names_it_ends_in_words(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("add-images", "--logdir", tmp_path, tmp_path / "*.jpg") == 1
    assert "Expected a file or a pattern that fits some" in capsys.readouterr().err
    assert run("add-model", "--logdir", tmp_path, "--run", "../elsewhere", tmp_path / "a.keras") == 1
    with pytest.raises(SystemExit):
        run("add-model", "--logdir", tmp_path, "a.keras", "--input-size", "0x3")
    assert "height x width" in capsys.readouterr().err


def test_a_head_that_is_not_there_is_told_with_those_that_are(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Heads that nobody named go by the names of their layers, or by number."""
    inputs = layers.Input((HEIGHT, WIDTH, 3))
    x = layers.Conv2D(4, 3, name="mask")(inputs)
    rows = [layers.Dense(units, "softmax")(layers.GlobalAveragePooling2D()(x)) for units in (2, 4)]
    keras.Model(inputs, [x, *rows]).save(tmp_path / "heads.keras")
    first, second = (one._keras_history.operation.name for one in rows)

    def said(*output: str) -> str:
        files = ("--logdir", tmp_path / "logs", "--run", "heads", tmp_path / "heads.keras")
        assert run("add-model", *files, *output) == 1
        return capsys.readouterr().err.replace("'", "")

    listed = f"0: mask, 1: {first}, 2: {second}"
    assert f"3 outputs ({listed}). Give its name or number: output= of open_model" in said()
    for output in ("head", "3", "-1", "²"):
        assert f"(--output): Expected one of {listed}. Received: {output}" in said(f"--output={output}")
    assert "Models that segment or detect come later" in said("--output", "mask")
    for output in (second, "2"):
        assert run("doctor", tmp_path / "heads.keras", "--output", output) == 0
        out = capsys.readouterr().out
        assert "4 classes, softmax" in out
        assert f"{second!r} is explained" in out


def test_what_would_be_of_no_effect_is_refused(
    models: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, picture = models / "epoch-1-0.13.keras", tmp_path / "one.png"
    PIL.Image.fromarray(PIXELS).save(picture)
    (tmp_path / "masks").mkdir()
    images = ("add-images", "--logdir", tmp_path / "logs", picture)

    def said(*arguments: Any) -> str:
        assert run(*arguments) == 1
        return capsys.readouterr().err

    add = ("add-model", "--logdir", tmp_path / "logs", model)
    assert run(*add) == 0
    assert "input (--input-tensor): Expected none" in said(*add, "--input-tensor", "foo")
    assert "caffe, tf, torch or an importable function" in said(*add, "--preprocessing", "imagenet")
    assert "--masks: Expected a folder" in said(*images, "--masks", tmp_path / "nowhere")
    assert "same file names" in said(*images, "--masks", tmp_path / "masks")
    assert "--label: Expected 0 to 2" in said(*images, "--label", "7")
    index = RunIndex("model", str(tmp_path / "logs" / "model"))
    index.refresh()
    assert index.models and not index.probes
    network().export(tmp_path / "saved", verbose=False)
    with pytest.raises(InvalidArgument, match=r"--input-tensor.: Expected one of .*Received: 'foo'"):
        open_model(tmp_path / "saved", input="foo")


def test_a_model_that_was_trained_is_opened_without_its_training(tmp_path: pathlib.Path) -> None:
    model = network()
    model.compile(keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    model.fit(PIXELS[None].astype(np.float32), np.zeros(1), verbose=0)
    model.save(tmp_path / "model.keras")
    model.save(tmp_path / "model.h5")
    (tmp_path / "model.json").write_text(model.to_json())
    model.save_weights(tmp_path / "model.weights.h5")
    weights = {"model.json": tmp_path / "model.weights.h5"}
    for name in ("model.keras", "model.h5", "model.json"):
        found = open_model(tmp_path / name, weights=weights.get(name))
        for ours, theirs in zip(found.weights, model.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)
