"""Answers that need no new passes: views of what was measured for an earlier map."""

from typing import Any

import numpy as np

from picasso_tb.errors import DamagedFile, NotFound
from picasso_tb.explanation import Explanation, of_head, quantity_in_words, ranking, resized
from picasso_tb.jobs.kept import result_of
from picasso_tb.jobs.tasks import MapTask, ProbePart
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.protocol import Head, Model, Scores, probabilities
from picasso_tb.store.digest import digest_of_json
from picasso_tb.store.results import Results
from picasso_tb.visualizations.declare import PaintingSettings, Settings, Visualization


def remember(task: MapTask, part: ProbePart, method: Visualization, model: Model, scores: Scores) -> None:
    """Note beside which map the arrays lie, for other views of them.

    Args:
        scores: of every class, for the untouched probe (classes,).
    """
    if method.views is not None and task.source is None:
        notes = [*InputSpec.model_validate(task.model.input_spec).notes, *model.notes]
        about = {"map": part.keys[0], "notes": notes, "head": model.head.value}
        Results(task.results).save(_measured_key(task, part, method), about, {"scores": scores})


def answer_from_known(task: MapTask, method: Visualization) -> tuple[ProbePart, ...]:
    """Keep the maps that can be made from what was measured before; the probes for which they cannot."""
    if method.views is None or task.source is not None:
        return task.probes
    settings, places = method.parse(task.settings), [Results(one) for one in (task.results, *task.ahead)]
    return tuple(
        part
        for part in task.probes
        if not any(_answered(task, part, method, settings, place) for place in places)
    )


def _answered(
    task: MapTask, part: ProbePart, method: Visualization, settings: Settings, place: Results
) -> bool:
    """Whether all of the part's maps could be made from what `place` holds, and were kept."""
    try:
        found = _views(task, part, method, settings, place)
    except (NotFound, DamagedFile, KeyError, IndexError, ValueError):
        return False  # removed meanwhile, or kept by another version: it is measured again
    for key, (info, arrays) in zip(part.keys, found, strict=bool(found)):
        Results(task.results).save(key, info, arrays)
    return bool(found)


def _views(
    task: MapTask, part: ProbePart, method: Visualization, settings: Settings, results: Results
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What to keep of each target; nothing where it isn't known."""
    measured = results.info(_measured_key(task, part, method)) if method.views else None
    earlier = results.info(measured["map"]) if measured else None
    if method.views is None or measured is None or earlier is None:
        return []
    for used in (measured, earlier):
        results.note_use(used["key"])
    scores, head = results.read_array(measured["key"], "scores"), Head(measured["head"])
    classes = task.classes or ranking(scores)[list(task.ranks)].tolist()
    targets, size = np.array([classes], np.int64), (earlier["height"], earlier["width"])
    on_picture = isinstance(settings, PaintingSettings) and settings.space == "picture"
    shown = (settings.picture_size,) * 2 if on_picture else size  # type: ignore[attr-defined]
    kept = {
        name: results.read_array(earlier["key"], name)[None] for name in earlier["arrays"] if name != "map"
    }
    settings = of_head(settings, head)
    result = method.views.compute(kept, targets, settings, shown)
    if result is None or result.maps is None:
        return []
    of_targets = result.target_notes or (((),) * len(classes),)
    found = Explanation(
        maps=resized(result.maps, *size),
        targets=targets,
        probabilities=probabilities(scores[None], head),
        class_scores=scores[None],
        inputs=None,
        arrays=result.arrays,
        target_arrays=result.target_arrays,
        map_notes=(tuple((*measured["notes"], *result.notes, *notes) for notes in of_targets[0]),),
        score_name=earlier["score_name"],
        score_source=earlier["score_source"],
        quantity=quantity_in_words(method.quantity(settings), earlier["score_name"]),
        sign=method.sign(settings).value,
        exhibits=result.exhibits,
        computations=(earlier["computation"],),
    )
    kept_earlier = {name: value for name, value in earlier.items() if name not in ("format", "key", "arrays")}
    each = [result_of(found, 0, column, task.settings) for column in range(len(classes))]
    return [({**kept_earlier, **info}, arrays) for info, arrays in each]


def _measured_key(task: MapTask, part: ProbePart, method: Visualization) -> str:
    """Of what was measured, however it is seen."""
    views = method.views.settings if method.views else frozenset()
    settings = {name: value for name, value in task.settings.items() if name not in views}
    checkpoint, version = task.checkpoint, [method.name, method.version]
    about = [checkpoint.weights, checkpoint.architecture, part.probe.digest, task.model.input_spec]
    return digest_of_json(["measured", *about, version, settings])
