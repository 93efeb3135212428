"""Files appear whole or not at all, and no name leads out of the folder."""

import json
import os
import pathlib
import uuid
from typing import BinaryIO

import numpy as np
import pytest

from picasso_tb.errors import DamagedFile, Forbidden, InvalidArgument, NotFound
from picasso_tb.store.folder import Folder, plain_name


@pytest.fixture(params=["local", "memory"])
def location(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> str:
    return str(tmp_path / "a") if request.param == "local" else f"memory://{uuid.uuid4().hex}/a"


def test_what_is_written_is_read(location: str) -> None:
    folder = Folder(location) / "below/it"
    folder.write("a.bin", b"one")
    folder.write("a.bin", b"two")
    folder.write_json("b.json", {"value": [1, "é"]})
    array = np.arange(6, dtype=np.float32).reshape(3, 2, order="F")
    folder.write_array("c.npy", array)
    assert folder.read("a.bin") == b"two"
    with folder.open("a.bin") as file:
        file.seek(1)
        assert file.read() == b"wo"
    assert folder.read_json("b.json") == {"format": 1, "value": [1, "é"]}
    assert np.array_equal(folder.read_array("c.npy"), array)
    assert set(folder.stamps(".json")) == {"b.json"}
    folder.remove("b.json", "never-there.json")
    assert folder.stamps(".json") == {}


def test_appending_keeps_what_is_there(location: str) -> None:
    folder = Folder(location)
    folder.append("log", b"one ")
    folder.append("log", b"two")
    assert folder.read("log") == b"one two"


def test_a_stamp_changes_with_the_file(location: str) -> None:
    folder = Folder(location)
    folder.write_json("a.json", {"x": 1})
    before = folder.stamps(".json")
    folder.write_json("a.json", {"x": 10})
    assert folder.stamps(".json") != before


def test_what_is_missing_is_not_found(location: str) -> None:
    folder = Folder(location)
    assert folder.stamps(".json") == {}
    for read in (folder.read, folder.read_json, folder.read_array, folder.open):
        with pytest.raises(NotFound, match="gone"):
            read("a.json")


@pytest.mark.parametrize(
    "name", ["../a", "a/b", "/etc/passwd", "..", ".hidden", "", "a\n", "a..b", "a\\b", "n" * 250]
)
def test_no_name_leads_out(location: str, name: str) -> None:
    folder = Folder(location)
    for use in (folder.read, folder.open, folder.remove, lambda name: folder.write(name, b"")):
        with pytest.raises(Forbidden, match="plain file name"):
            use(name)


def test_a_link_out_is_forbidden(tmp_path: pathlib.Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "out").symlink_to(tmp_path / "secret")
    (tmp_path / "a" / "inside").write_text("mine")
    (tmp_path / "a" / "in").symlink_to(tmp_path / "a" / "inside")
    folder = Folder(tmp_path / "a")
    assert folder.read("in") == b"mine"
    with pytest.raises(Forbidden, match="link"):
        folder.read("out")


def test_a_failed_write_leaves_the_earlier_file_and_nothing_else(tmp_path: pathlib.Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a.bin", b"whole")

    def half(file: BinaryIO) -> None:
        file.write(b"ha")
        assert folder.read("a.bin") == b"whole"  # readers never see it unfinished
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="space"):
        folder.write_with("a.bin", half)
    assert folder.read("a.bin") == b"whole"
    assert os.listdir(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("colons", ["a::b", "memory::b", "~", "a:b"])
def test_a_path_is_no_chain_of_urls(tmp_path: pathlib.Path, colons: str) -> None:
    """Whatever the path is called, it is this path, from a text as well as from the folder above."""
    folder = Folder(tmp_path) / colons
    folder.write("a.bin", b"one")
    assert (tmp_path / colons / "a.bin").read_bytes() == b"one"
    assert (Folder(str(folder)) / ".").read("a.bin") == b"one"


def test_a_home_is_expanded(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert str(Folder("~/logs")) == str(tmp_path / "logs")


def test_what_the_file_system_refuses_is_damage(tmp_path: pathlib.Path, somebody: None) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "loop").symlink_to("loop")
    folder.write("locked.json", b"{}")
    (tmp_path / "locked.json").chmod(0)
    for name, reason in (("loop.json", "Too many levels"), ("locked.json", "Permission denied")):
        for read in (folder.read, folder.read_json, folder.read_array, folder.open):
            with pytest.raises(DamagedFile, match=f"^{name} cannot be read: {reason}"):
                read(name)
    with pytest.raises(DamagedFile, match=r"^loop cannot be read: Too many levels"):
        (folder / "loop").stamps(".json")


def test_a_pipe_is_not_waited_for(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    for read in (Folder(tmp_path).read, Folder(tmp_path).open):
        with pytest.raises(DamagedFile, match="Received: a pipe"):
            read("a.json")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_damage(tmp_path: pathlib.Path, number: str) -> None:
    (tmp_path / "a.json").write_text(f'{{"format": 1, "loss": [{number}]}}')
    with pytest.raises(DamagedFile, match="finite"):
        Folder(tmp_path).read_json("a.json")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"a": 1}', b"\xff\xfe", b"[" * 100_000])
def test_json_that_is_not_ours_is_damaged(tmp_path: pathlib.Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(DamagedFile, match="Expected"):
        Folder(tmp_path).read_json("a.json")


def test_a_newer_format_is_refused_politely(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"format": 2}))
    with pytest.raises(DamagedFile, match=r"Expected format 1\. Received: 2\. Update"):
        Folder(tmp_path).read_json("a.json")


def test_json_holds_no_nan(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        Folder(tmp_path).write_json("a.json", {"loss": float("nan")})
    assert os.listdir(tmp_path) == []


def test_an_unknown_file_system_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="nosuch"):
        Folder("nosuch://bucket/logs")


def test_plain_names() -> None:
    assert plain_name("Zoë's"[:3] + " 1.0-b_c@d", "name") == "Zoë 1.0-b_c@d"
    for wrong in ("", "a/b", "a..b", "é" * 51, " a"):
        with pytest.raises(InvalidArgument, match=r"^name: Expected"):
            plain_name(wrong, "name")
