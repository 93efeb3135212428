"""The numbers of the maps that the tab shows, asked from the server in another way than the tab does."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from tests.running import TensorBoard


def numbers(
    tensorboard: TensorBoard,
    run: str,
    step: int,
    names: list[str] | None = None,
    visualization: str = "occlusion",
) -> dict[str, tuple[dict[str, Any], npt.NDArray[np.float32]]]:
    """What is said of each named probe's map, and the map itself (height, width), for the predicted class."""
    checkpoints, probes = tensorboard.run_index(run)
    chosen = [probe for probe in probes if names is None or probe["name"] in names]
    body = {
        "run": run,
        "checkpoint": next(one["id"] for one in checkpoints if one["step"] == step),
        "probes": [probe["id"] for probe in chosen],
        "visualization": visualization,
    }
    asked = tensorboard.ask("api/maps", body).json
    if asked["job"] is not None:
        tensorboard.wait_for_job(asked["job"])
        asked = tensorboard.ask("api/maps", body).json
    by_id = {entry["probe"]: entry for entry in asked["maps"]}
    found = {}
    for probe in chosen:
        entry = by_id[probe["id"]]
        content = tensorboard.ask(f"api/maps/{entry['key']}").content
        found[probe["name"]] = (entry["info"], np.load(io.BytesIO(content)))
    return found


Numbers = tuple[dict[str, Any], npt.NDArray[np.float32]]


def how_different(one: Numbers, other: Numbers, end: float) -> float:
    """The largest change of any class probability, or that of the peak as a share of the scale's end."""
    shares = [
        {each["class_index"]: each["probability"] for each in info["predictions"]} for info, _ in (one, other)
    ]
    peaks = [float(values.flat[np.abs(values).argmax()]) for _, values in (one, other)]
    moved = [abs(shares[0][index] - shares[1][index]) for index in shares[0]]
    return max(abs(peaks[0] - peaks[1]) / end, *moved)


def region(tensorboard: TensorBoard, run: str, name: str, mask: str) -> npt.NDArray[np.bool_]:
    """Where that mask of the named probe is set."""
    _, probes = tensorboard.run_index(run)
    probe = next(one for one in probes if one["name"] == name)
    answer = tensorboard.ask(f"api/probes/{probe['id']}/image?run={run}&mask={mask}")
    return np.asarray(PIL.Image.open(io.BytesIO(answer.content))) > 0


def written(text: str) -> float:
    """A number as the tab writes it: with a real minus."""
    return float(text.replace("\N{MINUS SIGN}", "-").replace("+", ""))
