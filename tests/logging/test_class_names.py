"""Class names from lists, files and functions."""

import json
import pathlib
from typing import Any

import numpy as np
import pytest

from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.class_names import class_names_for, read_class_names

NAMES = ["zero", "Ærø", "two words"]


def read(names: Any, classes: int = 3) -> list[str] | None:
    return class_names_for(read_class_names(names), classes)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("names.txt", "zero\r\n  Ærø\ntwo words\n\n"),
        ("names", "\ufeffzero\nÆrø\ntwo words"),
        ("list.json", json.dumps(NAMES)),
        ("pairs.json", json.dumps([["n01", name] for name in NAMES])),
        ("imagenet.json", json.dumps({"2": ["n03", NAMES[2]], "0": ["n01", "zero"], "1": ["n02", "Ærø"]})),
        ("by_index.json", json.dumps({str(index): name for index, name in enumerate(NAMES)})),
        ("class_indices.json", json.dumps({"two words": 2, "zero": 0, "Ærø": 1})),
    ],
)
def test_files(tmp_path: pathlib.Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    assert read(tmp_path / name) == read(str(tmp_path / name)) == NAMES


def picassos(probabilities: Any) -> Any:
    best = np.argsort(probabilities, axis=1)[:, ::-1][:, :2]
    rows = zip(best, probabilities, strict=True)
    return [[{"index": i, "name": NAMES[i], "prob": row[i]} for i in order] for order, row in rows]


def kerass(probabilities: Any, top: int = 2) -> Any:
    order = [np.argsort(row)[-top:][::-1] for row in probabilities]
    return [
        [(f"n0{i}", NAMES[i], row[i]) for i in some] for some, row in zip(order, probabilities, strict=True)
    ]


def in_the_order_of_the_classes(probabilities: Any) -> Any:
    return [list(zip(NAMES, row, strict=True)) for row in probabilities]


@pytest.mark.parametrize(
    "decode",
    [picassos, kerass, in_the_order_of_the_classes, lambda rows: [NAMES[row.argmax()] for row in rows]],
)
def test_functions_are_asked_what_they_call_each_class(decode: Any) -> None:
    assert read(decode) == NAMES


def test_keras_own_index_is_read_as_keras_does(tmp_path: pathlib.Path) -> None:
    """The shape of `imagenet_class_index.json`, which Keras downloads."""
    index = {str(number): [f"n{number:08}", f"class {number}"] for number in range(1000)}
    (tmp_path / "imagenet_class_index.json").write_text(json.dumps(index))
    assert read(tmp_path / "imagenet_class_index.json", 1000) == [f"class {number}" for number in range(1000)]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("n.txt", b"a\n\nb\n", "Expected a name on each line. Received: nothing on line 2"),
        ("n.txt", b"\xff\xfea", "Expected a list, or a text or JSON file in UTF-8"),
        ("n.json", b"[1, 2, 3]", "Expected a list of names"),
        ("n.json", b"3", "Expected a list of names"),
        ("n.json", b"{", "Expected JSON. Received"),
        ("n.json", b'{"0": "a", "2": "b"}', "Expected the indices 0 to 1. Received: no 1"),
        ("n.json", b'{"a": 0, "b": 0}', "Expected the indices 0 to 1. Received: no 1"),
    ],
)
def test_other_files_are_refused_by_name(
    tmp_path: pathlib.Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidArgument, match=f"{name}: {says}"):
        read(tmp_path / name)


def test_what_is_wrong_is_said(tmp_path: pathlib.Path) -> None:
    assert read(None) is None
    with pytest.raises(InvalidArgument, match=r"absent\.txt: Expected a list, .* Received: No such file"):
        read(tmp_path / "absent.txt")
    for names in ([1], {"a": 1}, 5):
        with pytest.raises(InvalidArgument, match="Expected a list of texts, a file"):
            read(names)
    with pytest.raises(InvalidArgument, match=r"Expected 4, one for each class of the model\. Received: 3"):
        read(NAMES, 4)
    for decode in (lambda rows: [[]] * 3, lambda rows: None, lambda rows: 1 / 0):
        with pytest.raises(InvalidArgument, match=r"Expected <lambda> to give, .* It failed: "):
            read(decode)
