"""Models that people rarely have in a real TensorBoard: their maps, errors of harmful ones, no worker lost.

The usual kinds are drawn in the tab: tests/e2e/test_models.py.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from picasso_tb import InputSpec, Writer
from picasso_tb.models.snapshot import Snapshot, architecture_of
from tests.models.networks import drawn
from tests.models.shapes import SHAPES
from tests.models.test_attacks import small, with_code
from tests.models.test_harmful_texts import doubled, graph_text, keras_text, replaced, vast_layer
from tests.running import TensorBoard, running

HARM = {
    "vast": (lambda: keras_text(vast_layer), "weights"),
    "reads": (lambda: graph_text(replaced("ReadFile")), "ReadFile"),
    "doubles": (lambda: graph_text(doubled(45)), "values for a picture"),
    "deep": (lambda: '{"a":' * 100_000, "JSON text"),
}
CHANNELS_FIRST = SHAPES["channels first"]
PICTURES = np.random.default_rng(0).integers(0, 256, (1, *CHANNELS_FIRST.size), dtype=np.uint8)


@pytest.fixture(scope="module")
def tensorboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TensorBoard]:
    logdir = tmp_path_factory.mktemp("models")
    with Writer(logdir / "run") as writer:
        writer.add_probes(PICTURES, names=["picture"])
        model = drawn(CHANNELS_FIRST.make)
        writer.add_model(model, input_spec=InputSpec(scale=1 / 255))
        writer.add_checkpoint(model, 1)
    with Writer(logdir / "harm") as writer:
        writer.add_probes(np.zeros((1, 6, 8, 3), np.uint8), names=["picture"])
        for name, (make, _) in HARM.items():
            plain = architecture_of(with_code() if "graph" in make() else small())
            planted = Snapshot(plain, small().get_weights())
            object.__setattr__(planted.architecture, "config", make())  # as somebody else's writer might
            writer.add_checkpoint(planted, 1, name=name)
    with running(logdir, tmp_path_factory.mktemp("cache")) as tensorboard:
        yield tensorboard


def maps_of(tensorboard: TensorBoard, run: str, checkpoint: str, visualization: str) -> dict[str, Any]:
    """The status of the job that computes the picture's map, and its entry when it has ended."""
    probe = tensorboard.run_index(run)[1][0]["id"]
    asked = {"run": run, "checkpoint": checkpoint, "probes": [probe], "visualization": visualization}
    asked |= {"settings": {}, "targets": {"kind": "top", "count": 1}}
    job = tensorboard.ask("api/maps", asked).json["job"]
    status = tensorboard.wait_for_job(job, 180) if job else {"finished": []}  # known already
    return {**status, "entry": tensorboard.ask("api/maps", asked).json["maps"][0]}


def test_channels_first_is_shown_on_any_computer(tensorboard: TensorBoard) -> None:
    for visualization in ("occlusion", "saliency"):
        found = maps_of(tensorboard, "run", "model-1", visualization)
        assert not [one["error"] for one in found["finished"] if one["error"]]
        values = np.load(io.BytesIO(tensorboard.ask(f"api/maps/{found['entry']['key']}").content))
        assert values.shape == CHANNELS_FIRST.size[:2]
        assert np.nanmax(abs(values)) > 0


def test_what_means_harm_is_an_error_and_no_worker_is_lost(tensorboard: TensorBoard) -> None:
    maps_of(tensorboard, "run", "model-1", "occlusion")
    before = {one.pid for one in tensorboard.workers()}
    for name, (_, message) in HARM.items():
        found = maps_of(tensorboard, "harm", f"{name}-1", "saliency")
        errors = [one["error"]["message"] for one in found["finished"] if one["error"]]
        assert errors and re.search(message, errors[0]), (name, errors)
    after = {one.pid: one.memory_info().rss for one in tensorboard.workers()}
    assert before <= set(after)
    assert max(after.values()) < 2 * 2**30
