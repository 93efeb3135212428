"""From pictures to input, against Keras' own preprocessing and plain arithmetic."""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import PIL.Image
import pydantic
import pytest

from picasso_tb.errors import InvalidArgument
from picasso_tb.models.input_spec import PIXELS_AS_THEY_ARE, InputSpec


def picture(height: int = 7, width: int = 12, channels: int = 3) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(2).integers(0, 256, (height, width, channels), np.uint8)


@pytest.mark.parametrize("preset", ["caffe", "tf", "torch"])
def test_presets_are_those_of_keras(preset: str) -> None:
    expected = keras.applications.imagenet_utils.preprocess_input(
        picture().astype(np.float32), data_format="channels_last", mode=preset
    )
    spec = InputSpec(preprocessing=preset)  # type: ignore[arg-type]
    found = spec.prepare(picture())
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-5)
    black, white = (
        keras.applications.imagenet_utils.preprocess_input(
            np.full((1, 1, 3), pixel, np.float32), data_format="channels_last", mode=preset
        )[0, 0]
        for pixel in (0, 255)
    )
    values = spec.value_range(3)
    np.testing.assert_allclose(values.low, black, rtol=1e-6)
    np.testing.assert_allclose(values.high, white, rtol=1e-6)


def test_a_value_is_the_pixel_scaled_less_the_mean_over_the_deviation() -> None:
    spec = InputSpec(scale=0.5, mean=(1, 2, 3), std=(4, 5, 6))
    found = spec.prepare(np.full((2, 3, 3), 100, np.uint8))
    np.testing.assert_allclose(found[1, 2], [49 / 4, 48 / 5, 47 / 6], rtol=1e-6)
    np.testing.assert_allclose(spec.value_range(3).low, [-1 / 4, -2 / 5, -3 / 6], rtol=1e-6)


@pytest.mark.parametrize("resample", ["nearest", "box", "bilinear", "bicubic", "lanczos"])
def test_pictures_are_resized_as_pillow_does(resample: str) -> None:
    spec = InputSpec(height=5, width=9, mode="RGB", resample=resample)  # type: ignore[arg-type]
    image = PIL.Image.fromarray(picture(16, 21))
    expected = image.resize((9, 5), getattr(PIL.Image.Resampling, resample.upper()))
    for given in (image, np.asarray(image)):
        np.testing.assert_array_equal(spec.prepare(given), np.asarray(expected, np.float32))


def test_a_grey_spec_of_a_digit_network() -> None:
    spec = InputSpec(height=28, width=28, mode="L", resample="lanczos", scale=1 / 255)
    found = spec.prepare(PIL.Image.new("RGB", (40, 50), "white"))
    assert found.shape == (28, 28, 1)
    np.testing.assert_allclose(found, 1)


def test_a_transparent_image_is_on_white_as_in_the_tab() -> None:
    image = PIL.Image.new("RGBA", (5, 3), (10, 20, 30, 0))
    np.testing.assert_array_equal(InputSpec().prepare(image), np.full((3, 5, 3), 255, np.float32))


@pytest.mark.parametrize("shape", [(6, 4), (6, 4, 1)], ids=str)
def test_grey_arrays_with_and_without_their_channel(shape: tuple[int, ...]) -> None:
    pixels = np.arange(24, dtype=np.uint8).reshape(shape)
    np.testing.assert_array_equal(InputSpec().prepare(pixels), pixels.reshape(6, 4, 1))
    np.testing.assert_array_equal(InputSpec(mode="RGB").prepare(pixels)[..., 2], pixels.reshape(6, 4))


def test_arrays_that_are_no_pictures_are_refused() -> None:
    for array in (np.zeros((4, 5, 2), np.uint8), np.zeros((4, 5, 3), np.float32), np.zeros(4, np.uint8)):
        with pytest.raises(InvalidArgument, match=r"Expected uint8 .* Received: "):
            InputSpec().prepare(array)  # type: ignore[arg-type]


def test_json_both_ways() -> None:
    spec = InputSpec(height=4, mode="RGB", mean=(1, 2, 3), notes=("guessed",))
    assert InputSpec.model_validate_json(spec.model_dump_json()) == spec
    assert InputSpec.model_validate(spec.model_dump(mode="json")) == spec


def test_what_is_open_comes_from_the_model_and_nothing_else_changes() -> None:
    spec = InputSpec(width=12, scale=1 / 255, notes=("guessed",))
    done = spec.complete(7, 12, 1)
    assert (done.height, done.width, done.mode, done.scale, done.notes) == (7, 12, "L", 1 / 255, ("guessed",))
    assert spec.complete(None, None, None) == spec
    assert spec.complete(7, None, 3).complete(7, 12, 3).mode == "RGB"


@pytest.mark.parametrize(
    ("spec", "field"),
    [(InputSpec(height=8), "height"), (InputSpec(width=8), "width"), (InputSpec(mode="L"), "mode")],
    ids=["height", "width", "mode"],
)
def test_a_contradiction_of_the_model_is_refused(spec: InputSpec, field: str) -> None:
    with pytest.raises(InvalidArgument, match=f"input_spec.{field}: Expected .* Received: "):
        spec.complete(7, 12, 3)


def test_numbers_for_another_count_of_channels_are_refused() -> None:
    for spec in (InputSpec(mean=(1, 2, 3)), InputSpec(preprocessing="torch")):
        with pytest.raises(InvalidArgument, match=r"each of the model's 1 channels\. Received: 3"):
            spec.complete(7, 12, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"scale": 0},
        {"std": (1, 0, 1)},
        {"scale": -1},
        {"height": 0},
        {"resample": "cubic"},
        {"mode": "RGBA"},
        {"mean": float("nan")},
        {"preprocessing": "tf", "scale": 2},
        {"preprocessing": "tf", "function": "own.prepare"},
        {"layer": {"class_name": "Rescaling"}, "mean": 2},
        {"mean": (1, 2), "std": (1, 2, 3)},
        {"mode": "L", "mean": (1, 2, 3)},
        {"size": 3},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(pydantic.ValidationError):
        InputSpec.model_validate(values)
    with pytest.raises(InvalidArgument, match=r"^input_spec(\.\w+)*: Expected .*Received") as refused:
        InputSpec(**values)
    assert refused.value.field == "input_spec" and "pydantic" not in refused.value.message


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (
            {"preprocessing": "imagenet"},
            r"preprocessing: Expected 'caffe', 'tf' or 'torch'\. Received: 'imagenet'",
        ),
        (
            {"function": print},
            r"function: Expected the name of an importable function.*Received: 'print' itself",
        ),
        ({"size": 3}, r"size: Expected one of height, width, mode.*Received: 'size'"),
    ],
    ids=str,
)
def test_what_is_wrong_names_what_is_known(values: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidArgument, match=rf"^input_spec\.{says}$"):
        InputSpec(**values)


@pytest.mark.parametrize(
    ("lowest", "highest", "low", "high"),
    [
        (0.1, 0.8, 0, 1),
        (-0.02, 1.03, 0, 1),  # a bicubic overshoot
        (-0.7, 0.9, -1, 1),
        (3, 240, 0, 255),
        (0, 255, 0, 255),
        (0, 2, 0, 2),
        (0, 16, 0, 16),  # sklearn's digits
        (-2.1, 2.6, -2.1, 2.6),
        (-123.0, 151.0, -123, 151),
    ],
)
def test_the_range_is_inferred_and_said(lowest: float, highest: float, low: float, high: float) -> None:
    images = np.linspace(lowest, highest, 24, dtype=np.float32).reshape(2, 3, 4, 1)
    spec = InputSpec.infer(images)
    values = spec.value_range(1)
    np.testing.assert_allclose([values.low[0], values.high[0]], [low, high], rtol=1e-6, atol=1e-6)
    middle = spec.prepare(np.array([[0, 51, 255]], np.uint8))[0, :, 0]  # pixels are spread over the range
    np.testing.assert_allclose(middle, [low, low + (high - low) / 5, high], rtol=1e-5, atol=1e-6)
    assert spec.inferred
    assert len(spec.notes) == 1
    assert "input_spec" in spec.notes[0]


def test_pixels_alone_go_in_as_they_are_and_floats_decide_where_there_are_some() -> None:
    assert InputSpec.infer([picture()]) == PIXELS_AS_THEY_ARE
    assert InputSpec.infer([picture()]).value_range(3).high.tolist() == [255] * 3
    assert InputSpec.infer([picture()]).inferred
    mixed = InputSpec.infer([picture(), np.array([[[0.1], [0.9]]], np.float32)])
    assert mixed.value_range(3).high.tolist() == [1] * 3


def test_images_that_say_nothing_are_refused() -> None:
    nothing = np.zeros((0, 3, 4, 1), np.float32)
    infinite = np.array([[[[np.inf], [0]]]], np.float32)
    constant = np.full((1, 2, 3, 1), 300, np.float32)
    for images in (nothing, infinite, constant):
        with pytest.raises(InvalidArgument, match=r"Expected .* Received: "):
            InputSpec.infer(images)
