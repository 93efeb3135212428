"""What every visualization owes its users. Each test runs for each visualization at hand.

Whoever imports these tests gets them for the built-in catalogue; `pytest --picasso FILE` gives them a file's.
"""

import inspect
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from picasso_tb.conformance.asking import (
    BLOCK,
    INNER,
    OVERLAPPING,
    PARTIAL,
    answer,
    answers,
    block_model,
    check_fit,
    is_signed,
    page_of,
    settings_of,
    values_to_refuse,
    values_to_try,
)
from picasso_tb.conformance.planted import (
    REGIONS,
    PlantedModel,
    one_sigmoid,
    planted_images,
    planted_model,
    uniform_model,
)
from picasso_tb.errors import InvalidArgument
from picasso_tb.extensions.describe import check
from picasso_tb.jobs.exhibits import exhibits_document
from picasso_tb.models.protocol import Head, Images, Targets
from picasso_tb.visualizations.declare import Result, Visualization


@pytest.fixture
def model() -> PlantedModel:
    return planted_model()


@pytest.fixture
def images() -> Images:
    return planted_images()


@pytest.fixture
def targets() -> Targets:
    return np.array([[0, 1], [1, 0]])


def test_the_answer_fits_the_question(
    entry: Visualization, model: PlantedModel, images: Images, targets: Targets
) -> None:
    found = answer(entry, model, images, targets)
    check_fit(entry, found)
    assert found.maps is None or np.isfinite(found.maps).all()


def test_every_preview_fits_too(
    entry: Visualization, model: PlantedModel, images: Images, targets: Targets
) -> None:
    for found in answers(entry, model, images, targets):
        check_fit(entry, found)


@pytest.mark.parametrize("channels", [3, 1])
def test_maps_lie_where_the_evidence_is(drawing: Visualization, targets: Targets, channels: int) -> None:
    model, images = planted_model(channels), planted_images(channels=channels)
    model.head = Head.SIGMOID  # with a softmax, the other class's region is evidence too
    maps = answer(drawing, model, images, targets).maps
    assert maps is not None
    for size, label in zip(np.abs(maps).reshape(-1, *images.shape[1:3]), targets.ravel(), strict=True):
        inside = size[REGIONS[int(label)]].mean()
        assert inside > 3 * size[REGIONS[1 - int(label)]].mean()
        assert inside > 2 * size.mean()


@pytest.mark.parametrize("settings", [{}, PARTIAL], ids=["default", "windows that do not tile"])
def test_a_map_of_a_model_that_sees_one_block_has_its_peak_there(
    drawing: Visualization, images: Images, settings: dict[str, Any]
) -> None:
    """The block is off the centre, oblong, in one corner; the image is not square."""
    values = settings_of(drawing, settings)
    maps = answer(drawing, block_model(), images, np.array([[0], [0]]), **values).maps
    assert maps is not None
    for size in np.abs(maps[:, 0]):
        assert np.nanmax(size[BLOCK]) >= np.nanmax(size)
        outside = np.ones(size.shape, bool)
        outside[BLOCK] = False
        assert np.nanmean(size[BLOCK]) > 3 * np.nanmean(size[outside])


def test_a_model_that_looks_everywhere_gives_a_flat_map(drawing: Visualization, images: Images) -> None:
    """Random masks have noise, as large as between two seeds, and know less of what is near the edge."""

    def found(**values: Any) -> Any:
        return answer(drawing, uniform_model(), np.ones_like(images), np.array([[0], [0]]), **values).maps

    maps = found(**settings_of(drawing, OVERLAPPING))
    assert np.abs(maps).min() > 0
    flat, allowed = maps, 1e-4 * np.abs(maps).max()
    if drawing.sampled:
        flat = maps[INNER]
        allowed = 2 * np.abs(found(seed=0) - found(seed=1))[INNER].max()
    assert np.ptp(flat) < allowed


def test_each_image_and_target_is_explained_alone(
    entry: Visualization, model: PlantedModel, images: Images, targets: Targets
) -> None:
    """And so is what is kept and said beside the map."""
    together = answer(entry, model, images, targets)
    for i, k in np.ndindex(targets.shape):
        alone = answer(entry, model, images[i : i + 1], targets[i : i + 1, k : k + 1])
        seen, known = _beside(together, i, k), _beside(alone, 0, 0)
        assert seen.keys() == known.keys()
        for name, array in seen.items():
            np.testing.assert_allclose(array, known[name], rtol=1e-4, atol=1e-5)
        (shown, values), (shown_alone, values_alone) = (
            _exhibits(together, i, k),
            _exhibits(alone, 0, 0),
        )
        assert shown == shown_alone
        np.testing.assert_allclose(values, values_alone, rtol=1e-4, atol=1e-5)
        assert len(_at(together.target_notes, i, k)) == len(_at(alone.target_notes, 0, 0))


def _beside(found: Result, i: int, k: int) -> dict[str, Any]:
    """The numbers of one image and target, the map among them."""
    numbers = {name: array[i] for name, array in found.arrays.items()}
    numbers |= {name: array[i, k] for name, array in found.target_arrays.items()}
    return numbers if found.maps is None else {**numbers, "map": found.maps[i, k]}


def _exhibits(found: Result, i: int, k: int) -> tuple[Any, list[float]]:
    """What is shown beside one map: all but its numbers, and these."""
    text, values = json.dumps(exhibits_document(_at(found.exhibits, i, k)), allow_nan=False), list[float]()
    return json.loads(text, parse_float=lambda number: values.append(float(number))), values


def _at(nested: Any, i: int, k: int) -> Any:
    return nested[i][k] if nested else ()


def test_same_question_same_answer_and_nothing_touched(
    entry: Visualization, model: PlantedModel, images: Images, targets: Targets
) -> None:
    before, asked, luck = images.copy(), targets.copy(), _luck()
    first, second = (answer(entry, model, images, targets) for _ in range(2))
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(targets, asked)
    np.testing.assert_array_equal(_luck(), luck)
    np.testing.assert_array_equal(first.maps, second.maps)
    for place in np.ndindex(targets.shape):
        for name, array in _beside(first, *place).items():
            np.testing.assert_array_equal(array, _beside(second, *place)[name])


def _luck() -> Any:
    """The global random state's numbers."""
    state: Any = np.random.get_state()
    return state[1].copy()


def test_one_channel_is_an_ordinary_image(entry: Visualization, targets: Targets) -> None:
    images = planted_images(channels=1)
    check_fit(entry, answer(entry, planted_model(channels=1), images, targets))


def test_a_single_image_and_class_0_are_ordinary(entry: Visualization, model: PlantedModel) -> None:
    images, targets = planted_images(1), np.array([[0]])
    check_fit(entry, answer(entry, model, images, targets))


def test_two_classes_of_one_sigmoid_are_ordinary(entry: Visualization, targets: Targets) -> None:
    model, images = one_sigmoid(), planted_images()
    found = answer(entry, model, images, targets)
    check_fit(entry, found)
    if found.maps is not None and is_signed(entry):  # what speaks for one speaks against the other
        np.testing.assert_allclose(found.maps[:, 0], -found.maps[:, 1], atol=1e-5)


@pytest.mark.parametrize("offset", [1000, 60, -60], ids=["certain", "saturated", "ruled out"])
def test_a_sure_model_is_ordinary(
    entry: Visualization, images: Images, targets: Targets, offset: float
) -> None:
    sure = planted_model()
    sure.offsets[0] = offset
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        found = answer(entry, sure, images, targets)
    check_fit(entry, found)
    if found.maps is not None and not found.maps.any():
        assert found.notes or any(map(any, found.target_notes))  # nothing to see must not pass for no effect


@pytest.mark.parametrize("k", [1, 3])
def test_it_costs_what_it_says(entry: Visualization, model: PlantedModel, images: Images, k: int) -> None:
    """The estimate, the progress and the cap on a request come from it."""
    answer(entry, model, images[:1], np.arange(k)[None])
    assert model.passes <= entry.passes(entry.settings(), k) <= 1.5 * model.passes + 1


def test_every_end_of_every_setting_computes(entry: Visualization, targets: Targets) -> None:
    model, images = planted_model(), planted_images()
    for name, value in values_to_try(entry, model):
        settings = entry.parse({name: value})
        check_fit(entry, answer(entry, model, images, targets, **{name: value}), settings)
        assert entry.quantity(settings)


def test_a_setting_out_of_bounds_is_refused_by_name(entry: Visualization) -> None:
    for name, value in values_to_refuse(entry):
        with pytest.raises(InvalidArgument, match="Received") as refused:
            entry.parse({name: value})
        assert refused.value.field == name
    with pytest.raises(InvalidArgument, match="no_such_setting"):
        entry.parse({"no_such_setting": 1})


def test_the_form_survives_json_and_says_what_it_asks(entry: Visualization) -> None:
    form = json.loads(json.dumps(entry.form()))["properties"]
    assert all(field["description"].endswith(".") and field["title"] for field in form.values())
    assert entry.parse({name: field["default"] for name, field in form.items()}) == entry.settings()


def test_the_catalogue_can_show_it(entry: Visualization) -> None:
    check(entry)
    assert entry.summary.endswith(".")


def test_its_template_can_be_filled(entry: Visualization, model: PlantedModel) -> None:
    if entry.template is not None:
        assert page_of(entry, model)


def test_importing_it_pulls_in_no_framework(entry: Visualization) -> None:
    """The catalogue imports it where no framework is installed; import one where it is used."""
    file = inspect.getsourcefile(entry.compute)
    load = f"from picasso_tb.extensions.load import load_file; load_file({file!r})"
    if entry.compute.__module__.startswith("picasso_tb."):
        load = f"import {entry.compute.__module__}"
    frameworks = "{'tensorflow', 'keras', 'torch', 'jax'}"
    code = f"import sys; {load}; print(sorted({frameworks} & set(sys.modules)))"
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert printed.splitlines()[-1] == "[]"
