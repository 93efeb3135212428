"""A model that people rarely have, in a real TensorBoard. The usual kinds: tests/e2e/test_models.py."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from picasso_tb import InputSpec, Writer
from tests.models.networks import drawn
from tests.models.shapes import SHAPES
from tests.running import TensorBoard, running

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
    with running(logdir, tmp_path_factory.mktemp("cache")) as tensorboard:
        yield tensorboard


def map_of(tensorboard: TensorBoard, visualization: str) -> Any:
    """Of the picture, once it is computed."""
    probe = tensorboard.run_index("run")[1][0]["id"]
    asked = {"run": "run", "checkpoint": "model-1", "probes": [probe], "visualization": visualization}
    asked |= {"settings": {}, "targets": {"kind": "top", "count": 1}}
    status = tensorboard.wait_for_job(tensorboard.ask("api/maps", asked).json["job"], 180)
    assert not [one["error"] for one in status["finished"] if one["error"]]
    [entry] = tensorboard.ask("api/maps", asked).json["maps"]
    return np.load(io.BytesIO(tensorboard.ask(f"api/maps/{entry['key']}").content))


def test_channels_first_is_shown_on_any_computer(tensorboard: TensorBoard) -> None:
    for visualization in ("occlusion", "saliency"):
        values = map_of(tensorboard, visualization)
        assert values.shape == CHANNELS_FIRST.size[:2]
        assert np.nanmax(abs(values)) > 0
