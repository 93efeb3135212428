"""What a model received is kept once for all maps of a probe, as a picture and in words."""

import base64
import io
import pathlib
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest

from picasso_tb.api.schemas import Received
from picasso_tb.jobs.received import keep_received, received
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.store.records import ModelRecord, ProbeRecord
from picasso_tb.store.results import Results

PICTURE = np.random.default_rng(0).integers(0, 256, (3, 5, 3), dtype=np.uint8)
PICTURE[0, 0], PICTURE[0, 1] = 0, 255


def negative(pixels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return 7 - pixels / 10


def drawn(document: dict[str, Any]) -> npt.NDArray[np.uint8]:
    content = base64.b64decode(document["url"].removeprefix("data:image/png;base64,"))
    return np.asarray(PIL.Image.open(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("spec", "words", "ends"),
    [
        (InputSpec(), "in its own size, pixels as they are", (0, 255)),
        (InputSpec(height=3, width=5, scale=1 / 255), "resized to 3 x 5 (bilinear), pixel / 255", (0, 1)),
        (InputSpec(scale=1 / 127.5, mean=1), "in its own size, pixel / 127.5 - 1", (-1, 1)),
        (InputSpec(scale=0.3, mean=-2, std=0.5), "in its own size, (pixel x 0.3 + 2) / 0.5", (4, 157)),
        (
            InputSpec(scale=1 / 255, mean=(0, 0, 0), std=(1, 1, 1), inferred=True),
            "in its own size, (pixel / 255) / (1, 1, 1) (guessed)",
            (0, 1),
        ),
        (InputSpec(preprocessing="tf"), "in its own size, as preprocess_input, mode tf", (-1, 1)),
    ],
)
def test_formulas_are_said_and_undone(spec: InputSpec, words: str, ends: tuple[float, float]) -> None:
    document = received(spec, spec.prepare(PICTURE), is_exact=False)
    told = Received.model_validate(document)
    assert (told.height, told.width, told.channels, told.preprocessing) == (3, 5, 3, words)
    assert (told.lowest, told.highest) == pytest.approx(ends, abs=1e-5)
    assert (told.black, told.white) == (pytest.approx([ends[0]] * 3), pytest.approx([ends[1]] * 3))
    np.testing.assert_array_equal(drawn(document), PICTURE)


def test_what_a_function_makes_is_shown_as_it_is() -> None:
    name = f"{negative.__module__}.{negative.__name__}"
    spec = InputSpec(function=name)
    document = received(spec, spec.prepare(PICTURE), is_exact=False)
    assert document["preprocessing"] == f"in its own size, function {name}"
    assert (document["lowest"], document["highest"]) == pytest.approx((-18.5, 7))
    np.testing.assert_array_equal(drawn(document), 255 - PICTURE)


def test_the_channels_of_caffe_come_back_in_their_order() -> None:
    spec = InputSpec(preprocessing="caffe")
    document = received(spec, spec.prepare(PICTURE), is_exact=False)
    np.testing.assert_array_equal(drawn(document), PICTURE)
    assert document["black"] == pytest.approx([-103.939, -116.779, -123.68])


def test_grey_and_many_channels_are_drawn_grey_and_large_pictures_small() -> None:
    values = np.zeros((512, 300, 2), np.float32)
    values[:, 150:] = 1
    document = received(InputSpec.infer(values[None]), values, is_exact=True)
    assert document["preprocessing"] == "none: logged as this array"
    assert drawn(document).shape == (256, 150)
    assert set(np.unique(drawn(document))) == {0, 255}


def test_it_is_kept_once_for_each_probe_and_input(tmp_path: pathlib.Path) -> None:
    results = Results(str(tmp_path))
    probe = ProbeRecord.model_construct(digest="a" * 32, array=None)
    keys = set()
    for spec in (InputSpec(scale=1 / 255), InputSpec(scale=1 / 255), InputSpec()):
        model = ModelRecord.model_construct(input_spec=spec.model_dump(mode="json"))
        keys.add(keep_received(results, probe, model, spec, spec.prepare(PICTURE)))
    assert len(keys) == 2
    assert all(b'"url"' in results.read_document(key, "received") for key in keys)
