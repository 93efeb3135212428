"""How the suite asks a visualization, and what it tries."""

import contextlib
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from picasso_tb.conformance.planted import HEIGHT, WIDTH, PlantedModel, planted_images, planted_model
from picasso_tb.errors import InvalidArgument
from picasso_tb.explanation import ProbeImage, explain_batch
from picasso_tb.extensions.page import render_page
from picasso_tb.jobs.kept import result_of
from picasso_tb.jobs.pages import page_data
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.protocol import Images, Model, Targets
from picasso_tb.store.records import ModelRecord, ProbeRecord
from picasso_tb.visualizations.answers import checked_result
from picasso_tb.visualizations.declare import Result, Settings, Sign, Visualization

# Of methods that have such settings: patches that overlap here and there only, ...
OVERLAPPING: Mapping[str, Any] = {"window": 0.3, "positions": 4}
# ... and patches that do not tile the image either, but leave gaps.
PARTIAL: Mapping[str, Any] = {"window": 0.17, "positions": 5}
BLOCK = np.s_[11:18, 27:36]
INNER = np.s_[..., HEIGHT // 4 : -HEIGHT // 4, WIDTH // 4 : -WIDTH // 4]


def block_model() -> PlantedModel:
    """Class 0 looks at one block, and nothing else at anything."""
    model = planted_model()
    model.weights[:] = 0
    model.weights[0][BLOCK] = 0.02
    return model


def settings_of(entry: Visualization, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the visualization takes: a setting of that name may mean something else."""
    known = {name: value for name, value in values.items() if name in entry.form()["properties"]}
    return {name: value for name, value in known.items() if _is_taken(entry, name, value)}


def _is_taken(entry: Visualization, name: str, value: Any) -> bool:
    with contextlib.suppress(InvalidArgument):
        return bool(entry.parse({name: value}))
    return False


def answers(
    entry: Visualization, model: Model, images: Images, targets: Targets, **values: Any
) -> Iterator[Result]:
    """Every answer that the method gives, the last being the one that counts."""
    found = entry.compute(model, images, targets, entry.parse(values))
    shape = (*targets.shape, *images.shape[1:3])
    for one in found if inspect.isgenerator(found) else [found]:
        yield checked_result(one, entry, shape)


def answer(entry: Visualization, model: Model, images: Images, targets: Targets, **values: Any) -> Result:
    *_, found = answers(entry, model, images, targets, **values)
    return found


def is_signed(entry: Visualization, settings: Settings | None = None) -> bool:
    return entry.sign(settings or entry.settings()) is Sign.SIGNED


def check_fit(entry: Visualization, found: Result, settings: Settings | None = None) -> None:
    """The values that a result may have; its shapes and types were looked at when it was given."""
    if found.maps is not None:
        assert not np.isnan(found.maps).all()
        assert is_signed(entry, settings) or not (found.maps < 0).any()
    for array in (*found.arrays.values(), *found.target_arrays.values()):
        assert not np.isinf(array).any()
        assert not np.isnan(array).all()


def values_to_try(entry: Visualization, model: Model) -> Iterator[tuple[str, Any]]:
    """Every choice and both ends of every setting, by name."""
    for name, field in entry.form()["properties"].items():
        for value in _ends(name, field, model):
            yield name, value


def _ends(name: str, field: Mapping[str, Any], model: Model) -> list[Any]:
    if field.get("choices") == "layers":
        return [None, *(layer.name for layer in model.layers)]
    if "enum" in field:
        return list(field["enum"])
    if field.get("type") == "boolean":
        return [False, True]
    assert "minimum" in field and "maximum" in field, f"{name}: Expected bounds (ge=, le=) or choices"
    return [field["minimum"], field["maximum"]]


def values_to_refuse(entry: Visualization) -> Iterator[tuple[str, Any]]:
    """A value for each setting that it can't take."""
    for name, field in entry.form()["properties"].items():
        if "maximum" in field:
            yield name, field["maximum"] + 1
            yield name, field["minimum"] - 1
        else:
            yield name, "no such choice" if field.get("choices") != "layers" else 3


def page_of(entry: Visualization, model: PlantedModel) -> str:
    """The page of a planted image, as the tab would show it."""
    image, spec = planted_images(1)[0], InputSpec(height=HEIGHT, width=WIDTH)
    settings = entry.settings()
    found = explain_batch(model, spec, [ProbeImage(array=image)], entry, settings, np.array([[0]]), 1)
    info, arrays = result_of(found, 0, 0, settings.model_dump(mode="json"))
    names = [f"class {index}" for index in range(model.classes)]
    record = ModelRecord.model_validate(
        {
            "name": "model",
            "architecture": "",
            "class_names": names,
            "classes": model.classes,
            "height": None,
            "width": None,
            "channels": 3,
            "input_spec": {},
            "wall_time": 0,
        }
    )
    picture = (255 * image.clip(0, 1)).astype(np.uint8)
    probe = ProbeRecord(
        id="a", name="a", label=0, height=1, width=1, digest="", image="", array=None, wall_time=0
    )
    data = page_data(info, arrays, found.exhibits[0][0], picture, probe, record)
    return render_page(str(entry.template), "the template", data)
