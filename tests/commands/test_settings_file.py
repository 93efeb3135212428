"""`picasso.toml` beside a model."""

import pathlib
import re

import pytest

from picasso_tb import open_run
from picasso_tb.commands.settings_file import read_settings
from picasso_tb.errors import InvalidArgument
from tests.commands.making import run


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
