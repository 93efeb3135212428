"""`picasso-tb add-model` and `add-images` on files of real models."""

import pathlib
import re
from typing import Any

import keras
import numpy as np
import PIL.Image
import pytest
from keras import layers

from picasso_tb import InputSpec, explain, open_run
from picasso_tb.errors import InvalidArgument
from picasso_tb.models.doors import open_model
from picasso_tb.store.index import RunIndex
from tests.commands.making import HEIGHT, PIXELS, WIDTH, network, run


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
