"""Images and what comes with them, in every form that people have."""

import pathlib
from typing import Any

import ml_dtypes
import numpy as np
import PIL.Image
import pytest

from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.probes import check_inputs, check_labels, read_probes
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.input_spec import InputSpec

HEIGHT, WIDTH = 7, 5
COLOUR = np.random.default_rng(0).integers(0, 256, (3, HEIGHT, WIDTH, 3), dtype=np.uint8)
GREY = COLOUR[..., 0]
FLOATS = np.random.default_rng(0).uniform(-1, 1, (3, HEIGHT, WIDTH, 3)).astype(np.float32)


class Tensor:
    """What every framework's tensor can do."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return self.array


# Images


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (COLOUR, COLOUR),
        (GREY, GREY),
        (GREY[..., np.newaxis], GREY),
        (list(COLOUR), COLOUR),
        (tuple(GREY), GREY),
        (Tensor(COLOUR), COLOUR),
        ([Tensor(image) for image in GREY], GREY),
        ([PIL.Image.fromarray(image) for image in COLOUR], COLOUR),
        ([PIL.Image.fromarray(image) for image in GREY], GREY),
        ([PIL.Image.fromarray(image).convert("RGBA") for image in COLOUR], COLOUR),
        (FLOATS, FLOATS),
        (list(FLOATS), FLOATS),
        (FLOATS.astype(np.float64), FLOATS),
        (FLOATS[..., 0], FLOATS[..., :1]),
        (FLOATS.astype(np.float16), FLOATS.astype(np.float16)),
        (FLOATS.astype(ml_dtypes.bfloat16), FLOATS.astype(ml_dtypes.bfloat16)),
        (np.concatenate([FLOATS, FLOATS], axis=-1), np.concatenate([FLOATS, FLOATS], axis=-1)),
    ],
)
def test_every_form_of_images(images: Any, expected: np.ndarray) -> None:
    probes = read_probes(images)
    assert len(probes) == 3
    for probe, image in zip(probes, expected, strict=True):
        assert probe.content.dtype == (np.uint8 if image.dtype == np.uint8 else np.float32)
        assert np.array_equal(probe.content, image)


def test_files_are_named_by_their_names(tmp_path: pathlib.Path) -> None:
    for name, image in zip("abc", COLOUR, strict=True):
        PIL.Image.fromarray(image).save(tmp_path / f"{name}.png")
    probes = read_probes([str(tmp_path / "a.png"), tmp_path / "b.png", COLOUR[2]])
    assert [probe.name for probe in probes] == ["a", "b", None]
    assert all(np.array_equal(probe.content, image) for probe, image in zip(probes, COLOUR, strict=True))


def test_pictures_may_differ_in_size() -> None:
    assert [probe.content.shape for probe in read_probes([COLOUR[0], GREY[0][:4]])] == [(7, 5, 3), (4, 5)]


def test_the_callers_array_is_copied() -> None:
    for images in (COLOUR.copy(), FLOATS.copy(), GREY.copy()):
        (probe, *_) = read_probes(images)
        before = probe.content.copy()
        images[:] = 0
        assert np.array_equal(probe.content, before)


@pytest.mark.parametrize(
    ("images", "received"),
    [
        (COLOUR[0], r"uint8 \(7, 5, 3\), a single image\? Put it in a list"),
        (FLOATS[0], "a single image"),
        (COLOUR[:0], r"uint8 \(0, 7, 5, 3\)"),
        (np.zeros((2, 0, 5), np.uint8), r"uint8 \(2, 0, 5\)"),
        (COLOUR.astype(np.int64), r"int64 \(7, 5, 3\)"),
        (COLOUR > 9, "bool"),
        (np.zeros((3, 7, 5, 4), np.uint8), "channels"),
        (np.zeros((3, 2, 7, 5, 3), np.uint8), r"uint8 \(3, 2, 7, 5, 3\)"),
        ([], "none"),
        ("cat.png", "str"),
        (5, "int"),
        (iter(COLOUR), "iterator"),
        ([5], "int in the list"),
        (["no/such/file.png"], r"no/such/file\.png"),
        ([pathlib.Path(__file__)], r"test_probes\.py"),
        ([PIL.Image.new("F", (5, 7))], "mode 'F'"),
        (np.where(FLOATS > 0.9, np.nan, FLOATS), "NaN or infinity"),
        (np.full((1, 7, 5, 1), 1e300), "NaN or infinity"),
    ],
)
def test_other_images_are_refused(images: Any, received: str) -> None:
    with pytest.raises(InvalidArgument, match=f"Expected .*Received.*{received}|{received}") as refused:
        read_probes(images)
    assert refused.value.field == "images"


# Labels


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([0, 2, 1], [0, 2, 1]),
        (np.array([0, 2, 1], np.uint8), [0, 2, 1]),
        ([np.int64(0), 2, None], [0, 2, None]),
        (np.array([[0], [2], [1]]), [0, 2, 1]),
        (np.array([0.0, 2.0, 1.0]), [0, 2, 1]),
        (np.eye(4)[[0, 3, 1]], [0, 3, 1]),
        (np.eye(2, dtype=bool)[[0, 1, 0]], [0, 1, 0]),
        ([[0, 1], [1, 0], [1, 0]], [1, 0, 0]),
        (Tensor(np.array([0, 2, 1])), [0, 2, 1]),
        (None, [None, None, None]),
    ],
)
def test_every_form_of_labels(labels: Any, expected: list[int | None]) -> None:
    assert [probe.label for probe in read_probes(COLOUR, labels=labels)] == expected


@pytest.mark.parametrize(
    ("labels", "received"),
    [
        ([0, 1], "Expected 3.*Received: 2"),
        ([0, -1, 1], "-1"),
        ([0, 0.5, 1], "0.5"),
        (["cat", "dog", "cat"], "cat"),
        ("abc", "abc"),
        (7, "7"),
        ([[1], [1, 0], [1, 0]], "one for each"),
        ([True, False, True], "True"),
        ([[0.5, 0.5], [1, 0], [1, 0]], r"rows with a single 1.*\(3, 2\)"),
        ([[1, 1], [1, 0], [1, 0]], "rows with a single 1"),
        ([[0, 0], [1, 0], [1, 0]], "rows with a single 1"),
        ([[0, 2], [1, 0], [1, 0]], "rows with a single 1"),
        ([float("nan"), 1, 2], "nan"),
        (np.zeros((3, 2, 2)), "labels"),
        (np.zeros((3, 0)), "labels"),
    ],
)
def test_other_labels_are_refused(labels: Any, received: str) -> None:
    with pytest.raises(InvalidArgument, match=received) as refused:
        read_probes(COLOUR, labels=labels)
    assert refused.value.field == "labels"


# Names, ids and masks


def test_names_ids_and_masks_go_to_their_probes() -> None:
    masks = np.random.default_rng(1).random((3, HEIGHT, WIDTH)) > 0.5
    probes = read_probes(
        COLOUR,
        names=["a", "b", "c"],
        ids=["x", "y", "z"],
        masks={"sun": masks, "cat": list(~masks), "sky": Tensor(masks)},
    )
    assert [(probe.name, probe.id, probe.identity) for probe in probes] == [
        ("a", "x", "x"),
        ("b", "y", "y"),
        ("c", "z", "z"),
    ]
    for probe, mask in zip(probes, masks, strict=True):
        assert probe.masks.keys() == {"sun", "cat", "sky"}
        assert np.array_equal(probe.masks["sun"], mask)
        assert np.array_equal(probe.masks["cat"], ~mask)


@pytest.mark.parametrize(
    ("arguments", "received"),
    [
        ({"names": ["a", "b"]}, "names: Expected 3, one for each probe. Received: 2"),
        ({"names": "abc"}, "names: Expected a list"),
        ({"names": ["a", "", "c"]}, "Received: ''"),
        ({"names": [1, 2, 3]}, "Received: 1"),
        ({"ids": ["a", "b", "a"]}, "a different id for each"),
        ({"ids": ["a", "b", "../c"]}, r"\.\./c"),
        (
            {"masks": {"sun": np.ones((2, HEIGHT, WIDTH), bool)}},
            "masks: Expected 3, one for each probe. Received: 2",
        ),
        (
            {"masks": {"sun": np.ones((3, WIDTH, HEIGHT), bool)}},
            r"Expected bool \(7, 5\).*Received: bool \(5, 7\)",
        ),
        ({"masks": {"sun": np.ones((3, HEIGHT, WIDTH))}}, "Received: float64"),
        ({"masks": {"a/b": np.ones((3, HEIGHT, WIDTH), bool)}}, "a/b"),
        ({"masks": np.ones((3, HEIGHT, WIDTH), bool)}, "masks: Expected masks by name"),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], received: str) -> None:
    with pytest.raises(InvalidArgument, match=received) as refused:
        read_probes(COLOUR, **arguments)
    assert refused.value.field == next(iter(arguments))


def test_probes_are_checked_against_the_model() -> None:
    probes = read_probes(FLOATS, labels=[0, 1, 2])
    check_inputs(probes, InputSpec(mode="RGB"))
    check_labels(probes, 3)
    check_inputs(probes, None)
    check_labels(probes, 0)
    with pytest.raises(InvalidArgument, match=r"Expected 0 to 1\. Received: 2"):
        check_labels(probes, 2)
    with pytest.raises(InvalidArgument, match="channels"):
        check_inputs(read_probes(FLOATS[..., :1]), InputSpec(mean=(0.0, 0.0, 0.0)))


@pytest.mark.parametrize("shape", [(9, 5, 3), (7, 9, 3), (7, 5, 1)])
def test_floats_have_the_shape_of_the_input(shape: tuple[int, ...]) -> None:
    def architecture(height: int | None, width: int | None, channels: int | None) -> Architecture:
        return Architecture("{}", 3, height, width, channels, ())

    floats = read_probes(np.zeros((2, *shape), np.float32))
    check_inputs(floats, None, architecture(*shape))
    check_inputs(floats, None, architecture(None, None, None))
    with pytest.raises(InvalidArgument, match=r"Expected floats \(7, 5, 3\).*Received: \("):
        check_inputs(floats, None, architecture(7, 5, 3))
    pictures = read_probes(np.zeros((2, *shape), np.uint8))  # these are resized
    check_inputs(pictures, None, architecture(7, 5, 3))


def test_what_the_model_leaves_open_fits() -> None:
    with pytest.raises(InvalidArgument, match=r"Expected floats \(any, 4, 3\).*Received: \(7, 5, 3\)"):
        check_inputs(read_probes(FLOATS), None, Architecture("{}", 3, None, 4, 3, ()))


# The picture of a float array


def test_the_lowest_value_is_black_and_the_highest_white() -> None:
    values = np.array([-1, -0.5, 0, 0.5, 1, 1.2], np.float32)
    (probe,) = read_probes(values.reshape(1, 2, 3, 1))
    drawn = probe.picture(InputSpec(preprocessing="tf"))
    # pixel = (value + 1) * 127.5, as keras.applications' "tf" mode undone; 1.2 is out of range
    assert drawn.dtype == np.uint8
    assert drawn.tolist() == [[0, 64, 128], [191, 255, 255]]


@pytest.mark.parametrize(
    "input_spec",
    [
        InputSpec(scale=1 / 255),
        InputSpec(preprocessing="caffe"),
        InputSpec(preprocessing="tf"),
        InputSpec(preprocessing="torch"),
        InputSpec(scale=2.0, mean=(1.0, 2.0, 3.0), std=(4.0, 5.0, 6.0)),
    ],
)
def test_a_prepared_picture_is_drawn_as_it_was(input_spec: InputSpec) -> None:
    (probe,) = read_probes([input_spec.prepare(COLOUR[0])])
    assert np.array_equal(probe.picture(input_spec), COLOUR[0])


def test_other_numbers_of_channels_are_averaged() -> None:
    array = np.zeros((1, HEIGHT, WIDTH, 5), np.float32)
    array[..., :2] = 1.0
    (probe,) = read_probes(array)
    assert np.array_equal(
        probe.picture(InputSpec(scale=1 / 255)), np.full((HEIGHT, WIDTH), 102)
    )  # 2/5 of 255


def test_a_picture_is_its_own_picture() -> None:
    (probe, *_) = read_probes(COLOUR)
    assert probe.picture(InputSpec(preprocessing="caffe")) is probe.content
