"""What every visualization owes its users. A new file is tested here by existing."""

import ast
import inspect
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from picasso_tb.conformance.planted import (
    REGIONS,
    PlantedModel,
    planted_images,
    planted_model,
    uniform_model,
)
from picasso_tb.errors import InvalidArgument
from picasso_tb.models.protocol import Head, Images, Model, Targets
from picasso_tb.visualizations.declare import Result, Sign, Visualization

MAY_IMPORT = {
    "picasso_tb.visualizations.declare",
    "picasso_tb.visualizations.fills",
    "picasso_tb.visualizations.perturbation",
    "picasso_tb.models.protocol",
    "picasso_tb.errors",
    "numpy",
    "pydantic",
}


def answer(entry: Visualization, model: Model, images: Images, targets: Targets, **values: Any) -> Result:
    found = entry.compute(model, images, targets, entry.parse(values))
    if inspect.isgenerator(found):
        *_, found = found
    return found if isinstance(found, Result) else Result(found)


def check_fit(entry: Visualization, found: Result, images: Images, targets: Targets) -> None:
    """The shapes, types and values that a result may have."""
    assert (found.maps is not None) == entry.draws_map
    if found.maps is not None:
        assert found.maps.shape == targets.shape + images.shape[1:3]
        assert found.maps.dtype == np.float32
        assert not np.isinf(found.maps).any()
        assert not np.isnan(found.maps).all()
        assert entry.sign(entry.settings()) is Sign.SIGNED or not (found.maps < 0).any()
    for array in found.arrays.values():
        assert len(array) == len(images)
        assert array.dtype == np.float32
        assert not np.isinf(array).any()
        assert not np.isnan(array).all()


def test_the_answer_fits_the_question(
    entry: Visualization, model: PlantedModel, images: Images, targets: Targets
) -> None:
    found = answer(entry, model, images, targets)
    check_fit(entry, found, images, targets)
    assert found.maps is None or np.isfinite(found.maps).all()


def test_maps_lie_where_the_evidence_is(
    drawing: Visualization, model: PlantedModel, images: Images, targets: Targets
) -> None:
    model.head = Head.SIGMOID  # with a softmax, the other class's region is evidence too
    maps = answer(drawing, model, images, targets).maps
    assert maps is not None
    for size, label in zip(np.abs(maps).reshape(-1, *images.shape[1:3]), targets.ravel(), strict=True):
        inside = size[REGIONS[label]].mean()
        assert inside > 3 * size[REGIONS[1 - label]].mean()
        assert inside > 2 * size.mean()


def test_a_model_that_looks_everywhere_gives_a_flat_map(drawing: Visualization, images: Images) -> None:
    offered = drawing.form()["properties"]
    # Patches that overlap here and there only; of random samples the mean, beside which their noise is small.
    wanted = {"value": "value"} if "seed" in offered else {"window": 0.3, "positions": 4}
    settings = {name: value for name, value in wanted.items() if name in offered}
    maps = answer(drawing, uniform_model(), np.ones_like(images), np.array([[0], [0]]), **settings).maps
    assert maps is not None
    assert np.abs(maps).min() > 0
    assert np.ptp(maps) < (0.05 if "seed" in offered else 1e-4) * np.abs(maps).max()


def test_each_image_and_target_is_explained_alone(
    entry: Visualization, model: PlantedModel, images: Images, targets: Targets
) -> None:
    together = answer(entry, model, images, targets)
    for i, k in np.ndindex(targets.shape):
        alone = answer(entry, model, images[i : i + 1], targets[i : i + 1, k : k + 1])
        if together.maps is not None and alone.maps is not None:
            np.testing.assert_allclose(together.maps[i, k], alone.maps[0, 0], rtol=1e-4, atol=1e-5)
        assert together.arrays.keys() == alone.arrays.keys()


def test_same_question_same_answer_and_nothing_touched(
    entry: Visualization, model: PlantedModel, images: Images, targets: Targets
) -> None:
    before, asked, luck = images.copy(), targets.copy(), np.random.get_state()[1].copy()
    first, second = (answer(entry, model, images, targets) for _ in range(2))
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(targets, asked)
    np.testing.assert_array_equal(np.random.get_state()[1], luck)
    np.testing.assert_array_equal(first.maps, second.maps)
    for name in first.arrays:
        np.testing.assert_array_equal(first.arrays[name], second.arrays[name])


def test_one_channel_is_an_ordinary_image(entry: Visualization, targets: Targets) -> None:
    images = planted_images(channels=1)
    check_fit(entry, answer(entry, planted_model(channels=1), images, targets), images, targets)


def test_two_classes_of_one_sigmoid_are_ordinary(entry: Visualization, targets: Targets) -> None:
    model, images = planted_model(), planted_images()
    model.weights, model.offsets = model.weights[:2].copy(), model.offsets[:2].copy()
    model.weights[0], model.offsets[0] = -model.weights[1], -model.offsets[1]
    model.head = Head.SIGMOID
    found = answer(entry, model, images, targets)
    check_fit(entry, found, images, targets)
    if found.maps is not None and entry.sign(entry.settings()) is Sign.SIGNED:  # for one is against the other
        np.testing.assert_allclose(found.maps[:, 0], -found.maps[:, 1], atol=1e-5)


def test_a_certain_model_is_ordinary(entry: Visualization, images: Images, targets: Targets) -> None:
    certain = planted_model()
    certain.offsets[0] = 1000
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        found = answer(entry, certain, images, targets)
    check_fit(entry, found, images, targets)
    if found.maps is not None and not found.maps.any():
        assert found.notes  # nothing to see must not pass for no effect


def test_every_end_of_every_setting_computes(entry: Visualization, targets: Targets) -> None:
    model, images = planted_model(), planted_images()
    for name, field in entry.form()["properties"].items():
        for value in field.get("enum") or [field["minimum"], field["maximum"]]:
            check_fit(entry, answer(entry, model, images, targets, **{name: value}), images, targets)
            assert entry.quantity(entry.parse({name: value}))
            assert entry.passes(entry.parse({name: value})) >= 1


def test_a_setting_out_of_bounds_is_refused_by_name(entry: Visualization) -> None:
    for name, field in entry.form()["properties"].items():
        with pytest.raises(InvalidArgument, match="Received") as refused:
            entry.parse({name: "no such choice" if "enum" in field else field["maximum"] + 1})
        assert refused.value.field == name
    with pytest.raises(InvalidArgument, match="no_such_setting"):
        entry.parse({"no_such_setting": 1})


def test_the_form_survives_json_and_says_what_it_asks(entry: Visualization) -> None:
    form = json.loads(json.dumps(entry.form()))["properties"]
    assert all(field["description"].endswith(".") and field["title"] for field in form.values())
    assert entry.parse({name: field["default"] for name, field in form.items()}) == entry.settings()


def test_it_is_documented(entry: Visualization) -> None:
    assert entry.paper.startswith("https://")
    assert entry.summary.endswith(".")
    assert "Returns:" in (entry.compute.__doc__ or "")


def test_it_builds_on_the_contracts_alone(entry: Visualization) -> None:
    module = inspect.getmodule(entry.compute)
    assert module
    imported: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    own = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    assert own - {"numpy.typing"} <= MAY_IMPORT


def test_it_pulls_in_no_framework(entry: Visualization) -> None:
    frameworks = "{'tensorflow', 'keras', 'torch', 'jax'}"
    code = f"import sys, {entry.compute.__module__}; print(sorted({frameworks} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
