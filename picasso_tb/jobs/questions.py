"""From what is asked about a checkpoint to questions and keys: the same for the tab and ahead of time."""

import dataclasses
from collections.abc import Iterable, Sequence

from picasso_tb.errors import InvalidArgument
from picasso_tb.explanation import quantity_in_words
from picasso_tb.jobs.catalogue import Catalogue, Resolved
from picasso_tb.jobs.job import Question
from picasso_tb.jobs.tasks import ProbePart
from picasso_tb.store.digest import digest_of_json
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord
from picasso_tb.store.results import map_key


def question_about(
    run: str,
    checkpoint: CheckpointRecord,
    model: ModelRecord,
    visualization: Resolved,
    ranks: tuple[int, ...] = (),
    classes: tuple[int, ...] = (),
) -> Question:
    """The question that `ranks` or `classes` of every probe pose.

    Raises:
        InvalidArgument: the model does not offer what the visualization needs.
    """
    if visualization.needs not in model.offers:
        raise InvalidArgument(
            f"Expected a visualization that needs {' or '.join(model.offers)}, which is what {model.name} "
            f"offers. Received: {visualization.name!r}, which needs {visualization.needs}",
            "visualization",
        )
    return Question(
        run=run,
        checkpoint=checkpoint,
        model=model,
        visualization=visualization.name,
        version=visualization.version,
        source=visualization.source,
        settings=visualization.settings,
        ranks=ranks,
        classes=classes,
        passes=visualization.passes,
    )


def part_about(
    question: Question, visualization: Resolved, store: str, probe: ProbeRecord, targets: Sequence[str]
) -> ProbePart:
    """A probe with the keys of its maps.

    Args:
        store: location of the run (or of the uploads) that holds the probe.
        targets: as in a map's key.
    """
    page = [question.model.class_names, probe.name, probe.label] if visualization.has_page else []
    version = digest_of_json([visualization.version, *page]) if page else visualization.version
    asked = (question.checkpoint, question.model, probe, visualization.name, version, question.settings)
    return ProbePart(store, probe, tuple(map_key(*asked, target) for target in targets))


def seen_by(model: ModelRecord, visualization: Resolved, catalogue: Catalogue, wait: float) -> Resolved:
    """The visualization with the sign and quantity of this model's maps: a plain value has no probability."""
    if model.classes > 1:
        return visualization
    settings = dict(visualization.settings)
    if settings.get("score") in ("probability", "log-probability"):  # as `of_head` has it
        settings["score"] = "logit"
    seen = catalogue.resolve(visualization.name, settings, 1, wait)
    return dataclasses.replace(seen, quantity=quantity_in_words(seen.quantity, "value"))


def check_classes(classes: Iterable[int], model: ModelRecord) -> None:
    """
    Raises:
        InvalidArgument: the model has no such class.
    """
    for index in classes:
        if not 0 <= index < model.classes:
            raise InvalidArgument(
                f"Expected a class from 0 to {model.classes - 1}. Received: {index}", "targets"
            )
