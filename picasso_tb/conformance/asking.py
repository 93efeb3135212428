"""How the suite asks a visualization, and what it tries."""

import contextlib
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from picasso_tb.conformance.planted import HEIGHT, WIDTH, PlantedModel, planted_images, planted_model
from picasso_tb.errors import InvalidArgument
from picasso_tb.extensions.page import render_page
from picasso_tb.jobs.pages import page_data
from picasso_tb.models.protocol import Images, Model, Targets, probabilities
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
    images, targets = planted_images(1), np.array([[0]])
    found = answer(entry, model, images, targets)
    info, arrays = _kept(entry, found, model.scores(images)[0], model)
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
    picture = (255 * images[0].clip(0, 1)).astype(np.uint8)
    probe = ProbeRecord(
        id="a", name="a", label=0, height=1, width=1, digest="", image="", array=None, wall_time=0
    )
    exhibits = found.exhibits[0][0] if found.exhibits else ()
    return render_page(
        str(entry.template), "the template", page_data(info, arrays, exhibits, picture, probe, record)
    )


def _kept(
    entry: Visualization, found: Result, scores: Any, model: PlantedModel
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is kept of the first map: the JSON and the arrays."""
    chances = probabilities(scores, model.head)
    map = None if found.maps is None else found.maps[0, 0]
    info = {
        "target": 0,
        "probability": float(chances[0]),
        "score": float(scores[0]),
        "score_name": model.score_name,
        "predictions": [
            {"class_index": index, "probability": float(chances[index])} for index in range(model.classes)
        ],
        "height": None if map is None else map.shape[0],
        "width": None if map is None else map.shape[1],
        "lowest": None if map is None else float(np.nanmin(map)),
        "highest": None if map is None else float(np.nanmax(map)),
        "quantity": entry.quantity(entry.settings()),
        "sign": "signed" if is_signed(entry) else "magnitude",
        "notes": [*found.notes, *(found.target_notes[0][0] if found.target_notes else ())],
        "settings": entry.settings().model_dump(mode="json"),
    }
    arrays = {name: array[0] for name, array in found.arrays.items()}
    arrays |= {name: array[0, 0] for name, array in found.target_arrays.items()}
    return info, arrays if map is None else {**arrays, "map": map}
