"""How long the next checkpoint of a known network takes: `python -m bench checkpoints`."""

import pathlib
import tempfile
import time
from typing import Any

import numpy as np

from bench.networks import calibrated, model_of, pictures
from bench.occlusion import patches, warm
from bench.timing import compared, interleaved
from picasso_tb import InputSpec, Writer
from picasso_tb.store.run import RunStore

NETWORK = "MobileNetV2"


def measure() -> dict[str, Any]:
    """Reading the weights alone; reading and taking them, folded anew; and a fresh model's first answer."""
    network, image, places = calibrated(NETWORK), pictures(1), patches(8)
    with tempfile.TemporaryDirectory() as place:
        rundir = pathlib.Path(place) / "run"
        with Writer(rundir) as writer:
            writer.add_model(network, input_spec=InputSpec())
            for step in (0, 1):
                writer.add_checkpoint(network, step)
        run = RunStore(str(rundir))
        record = run.list_checkpoints()[-1]
        model = warm(model_of(network), image[0], np.zeros_like(image[0]), places)

        def next_checkpoint() -> None:
            model.assign(run.read_weights(record))

        seconds = interleaved({"read": lambda: run.read_weights(record), "read and take": next_checkpoint})
        began = time.perf_counter()
        model.scores(image)
        known = time.perf_counter() - began
        began = time.perf_counter()
        model_of(network).scores(image)
        return {
            **compared(seconds, "read"),
            "first answer afterwards, seconds": round(known, 3),
            "a fresh model's first answer, seconds": round(time.perf_counter() - began, 3),
        }
