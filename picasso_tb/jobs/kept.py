"""What is kept of one probe and target: JSON, arrays and documents."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from picasso_tb.errors import BrokenVisualization, TooLarge
from picasso_tb.explanation import Explanation, ranking
from picasso_tb.jobs.exhibits import exhibits_document
from picasso_tb.jobs.pages import page_data, page_document
from picasso_tb.jobs.tasks import MapTask, ProbePart
from picasso_tb.store.run import RunStore
from picasso_tb.visualizations.declare import Exhibit, Visualization


def result_of(
    explanation: Explanation, row: int, column: int, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What to keep of one probe and target: the JSON object and the arrays."""
    map = None if explanation.maps is None else explanation.maps[row, column]
    measured = np.zeros(0) if map is None else map[np.isfinite(map)]
    probabilities = explanation.probabilities[row]
    info = {
        "target": int(explanation.targets[row, column]),
        "probability": float(probabilities[explanation.targets[row, column]]),
        "score": float(explanation.scores[row, column]),
        "score_name": explanation.score_name,
        "score_source": explanation.score_source,
        "predictions": [
            {"class_index": int(index), "probability": float(probabilities[index])}
            for index in ranking(explanation.class_scores[row])[:20]
        ],
        "height": None if map is None else map.shape[0],
        "width": None if map is None else map.shape[1],
        "lowest": float(measured.min()) if measured.size else None,
        "highest": float(measured.max()) if measured.size else None,
        "quantity": explanation.quantity,
        "sign": explanation.sign,
        "notes": list(explanation.map_notes[row][column]),
        "computation": explanation.computations[row],
        "settings": dict(settings),
    }
    arrays = {name: array[row] for name, array in explanation.arrays.items()}
    arrays |= {name: array[row, column] for name, array in explanation.target_arrays.items()}
    return info, arrays if map is None else {**arrays, "map": map}


def documents_of(
    task: MapTask,
    part: ProbePart,
    visualization: Visualization,
    exhibits: Sequence[Exhibit],
    info: dict[str, Any],
    arrays: dict[str, Any],
) -> dict[str, dict[str, Any]]:
    """What is shown with a map, by name; a note where there should be a page and is none."""
    documents = {"exhibits": exhibits_document(exhibits)} if exhibits else {}
    if visualization.template is not None and task.source is not None:
        picture = RunStore(part.store).read_picture(part.probe)
        data = page_data(info, arrays, exhibits, picture, part.probe, task.model)
        try:
            documents["page"] = page_document(visualization.template, task.source, data)
        except (BrokenVisualization, TooLarge) as error:  # the map is right for all that
            info["notes"].append(f"Its page could not be made. {error.message}")
    return documents
