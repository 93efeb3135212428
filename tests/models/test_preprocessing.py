"""Preprocessing by Keras layers and by functions, against what they do by themselves."""

import sys
import types
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest
from keras import layers

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.imported import refuse_unnamed
from picasso_tb.models.input_spec import InputSpec

PICTURE = np.random.default_rng(3).integers(0, 256, (11, 18, 3), np.uint8)
IN_FULL = PICTURE.astype(np.float32)[None]


def same(found: npt.NDArray[Any], expected: Any) -> None:
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.asarray(expected)[0], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Rescaling(1 / 127.5, offset=-1),
        layers.Normalization(mean=[120, 110, 100], variance=[60**2, 61**2, 62**2]),
        keras.Sequential([layers.Rescaling(1 / 255), layers.Normalization(mean=0.4, variance=0.09)]),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_prepares_as_it_does_in_keras(layer: Any) -> None:
    spec = InputSpec(layer=layer)
    stored = InputSpec.model_validate_json(spec.model_dump_json())
    assert stored == spec and hash(stored) == hash(spec)
    same(stored.prepare(PICTURE), layer(IN_FULL))
    values = stored.value_range(3)
    plain = [np.asarray(layer(np.full((1, 2, 3, 3), pixel, np.float32)))[0, 0, 0] for pixel in (0, 255)]
    np.testing.assert_allclose([values.low, values.high], plain, rtol=1e-6)
    drawn = stored.drawn(stored.prepare(PICTURE)).astype(int)
    assert abs(drawn - PICTURE).max() <= 1


def test_a_layer_may_resize_by_itself() -> None:
    layer = keras.Sequential([layers.Resizing(6, 9), layers.Rescaling(1 / 255)])
    spec = InputSpec(layer=layer, resample=None).complete(6, 9, 3)
    same(spec.prepare(PICTURE), layer(IN_FULL))
    resized = InputSpec(layer=layers.Rescaling(1 / 255), resample="box", height=6, width=9).prepare(PICTURE)
    image = PIL.Image.fromarray(PICTURE).resize((9, 6), PIL.Image.Resampling.BOX)
    np.testing.assert_allclose(resized, np.asarray(image, np.float32) / 255, rtol=1e-6)


def test_augmentation_stays_out() -> None:
    layer = keras.Sequential([layers.RandomFlip(), layers.RandomContrast(0.9), layers.Rescaling(1 / 255)])
    same(InputSpec(layer=layer).prepare(PICTURE), IN_FULL / 255)


def test_a_layer_that_inverts_keeps_the_lowest_value_low() -> None:
    values = InputSpec(layer=layers.Rescaling(-1 / 255, offset=1)).value_range(1)
    assert (values.low.tolist(), values.high.tolist()) == ([0], [1])


def adapted() -> Any:
    layer = layers.Normalization()
    layer.adapt(IN_FULL)
    return layer


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (adapted(), "which has some. Give mean= and variance="),
        (layers.Dense(3), None),
        (7, "Expected a Keras layer. Received: 7"),
        ("no JSON", "Expected the JSON of a Keras layer. Received: 'no JSON'"),
    ],
    ids=["adapted", "dense", "number", "text"],
)
def test_what_is_no_layer_without_weights_is_refused(layer: Any, says: str | None) -> None:
    if says is None:
        layer.build((None, 3))
        says = "Expected a layer without weights"
    with pytest.raises(InvalidArgument, match=says):
        InputSpec(layer=layer)


def test_a_layer_with_code_is_refused_where_it_would_run() -> None:
    ran: list[int] = []
    layer = layers.Lambda(lambda values: ran.append(1) or values)
    spec = InputSpec(layer=layer)
    with pytest.raises(ModelRefused, match=r"Lambda layer, which carries code.*importable function instead"):
        spec.prepare(PICTURE)
    assert not ran


# Functions


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    module = types.ModuleType("own_preprocessing")
    monkeypatch.setitem(sys.modules, "own_preprocessing", module)
    return module


def test_a_function_gets_the_pixels_and_its_answer_is_the_input(functions: Any) -> None:
    functions.halves = lambda pixels: pixels[::2, ::2, ::-1] / 255.0
    spec = InputSpec(function="own_preprocessing.halves")
    np.testing.assert_allclose(spec.prepare(PICTURE), PICTURE[::2, ::2, ::-1] / np.float32(255), rtol=1e-6)
    functions.batched = lambda pixels: (pixels / 255.0)[None]
    np.testing.assert_allclose(
        InputSpec(function="own_preprocessing.batched").prepare(PICTURE), PICTURE / np.float32(255), rtol=1e-6
    )


def test_keras_own_function_is_one_too() -> None:
    spec = InputSpec(function="keras.applications.vgg16.preprocess_input")
    np.testing.assert_allclose(
        spec.prepare(PICTURE), InputSpec(preprocessing="caffe").prepare(PICTURE), atol=1e-4
    )


def test_what_goes_wrong_in_a_function_is_said(functions: Any) -> None:
    functions.fails = lambda pixels: 1 / 0
    functions.flat = lambda pixels: pixels.ravel()
    functions.infinite = lambda pixels: pixels / 0 if pixels.any() else pixels
    functions.words = lambda pixels: "no array"
    functions.constant = np.zeros_like
    functions.number = 3
    for name, says in {
        "own_preprocessing.fails": "fails failed: ZeroDivisionError",
        "own_preprocessing.flat": r"Expected finite numbers \(height, width, channels\).*\(594,\)",
        "own_preprocessing.words": r"Expected finite numbers .* Received: <U8",
        "own_preprocessing.infinite": "Expected finite numbers",
        "own_preprocessing.number": "Expected a function or class. .*int",
        "own_preprocessing.absent": "Expected an importable function",
        "no_package_of_this_name.prepare": "Expected an importable function",
        "prepare": "Expected an importable function",
    }.items():
        with np.errstate(all="ignore"), pytest.raises(InvalidArgument, match=says):
            InputSpec(function=name).prepare(PICTURE)
    with pytest.raises(InvalidArgument, match="black and white differ"):
        InputSpec(function="own_preprocessing.constant").value_range(3)


def test_a_function_that_only_a_file_names_is_refused() -> None:
    for trust in (["own.prepare"], ["own"], ["other", "own.prepare.rgb"]):
        refuse_unnamed("own.prepare.rgb", trust)
    for trust in ([], ["ow"], ["own.prep"], ["own.prepare.rgb.more"], ["prepare"], [""]):
        with pytest.raises(ModelRefused, match=r"no file can make code run.*--picasso_trust=own"):
            refuse_unnamed("own.prepare.rgb", trust)
