"""Proof that a checkpoint, loaded back as a worker will, predicts what the live model did.

It runs in a process of its own, which shares nothing with the training but the log directory, and outlives
a training that ends first.
"""

import dataclasses
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.logging.probes import Probe
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.snapshot import Snapshot
from picasso_tb.store.records import StoredCheckpoint

_log = logging.getLogger("picasso_tb")

_MOST_PROBES = 4  # to predict costs the training a moment, once
_SECONDS = 300
_START = "import sys; sys.path[:] = {path!r}; from picasso_tb.logging.prover import main; main()"

Outputs = npt.NDArray[np.float32]  # (n, units), as the live model gives them


@dataclasses.dataclass(frozen=True)
class Prediction:
    """What a live model says of some probes, by their ids."""

    probes: list[str]
    outputs: Outputs


class Proofs:
    """Proves the first checkpoint of each model of a run.

    Args:
        wanted: whether anything is to be proven at all.
    """

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted
        self._begun: set[str] = set()

    def predict(
        self,
        name: str,
        model: Any,
        architecture: Architecture,
        probes: Sequence[Probe],
        input_spec: InputSpec,
        output: str | int | None = None,
    ) -> Prediction | None:
        """What to compare with, from the weights as they are now; None where nothing is to be proven."""
        if not self._wanted or name in self._begun or isinstance(model, Snapshot) or not probes:
            return None
        self._begun.add(name)
        try:
            return _prediction(model, architecture, probes[:_MOST_PROBES], input_spec, output)
        except Exception as error:  # of the user's own layers; the training goes on without a proof
            _log.info("Picasso could not prove model %r: %s", name, error)
            return None


def _prediction(
    model: Any,
    architecture: Architecture,
    probes: Sequence[Probe],
    input_spec: InputSpec,
    output: str | int | None,
) -> Prediction:
    import keras

    from picasso_tb.models.live_graph import row_of

    spec = input_spec.complete(architecture.height, architecture.width, architecture.channels)
    inputs = [spec.prepare(one.content) if one.is_picture else one.content for one in probes]
    if getattr(model, "inputs", None) and len(model.inputs[0].shape) == 3:  # it takes no channels
        inputs = [one[..., 0] for one in inputs]
    rows = [row_of(model, model(one[None], training=False), output)[0] for one in inputs]
    answers = [keras.ops.convert_to_numpy(keras.ops.cast(row, "float32")).reshape(1, -1) for row in rows]
    return Prediction([one.identity for one in probes], np.concatenate(answers))


def start_proof(run: str, checkpoint: StoredCheckpoint, prediction: Prediction) -> None:
    """Begin to prove a checkpoint, and say in the log what is wrong when that is known."""
    question = {
        "run": run,
        "checkpoint": checkpoint.id,
        "probes": prediction.probes,
        "outputs": prediction.outputs.tolist(),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _START.format(path=sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # Ctrl+C is for the training
        env={
            **os.environ,
            "CUDA_VISIBLE_DEVICES": "-1",
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
    )
    threading.Thread(target=_await, args=(process, question, run), name="picasso-proof", daemon=True).start()


def _await(process: "subprocess.Popen[str]", question: dict[str, Any], run: str) -> None:
    try:
        answer, _ = process.communicate(json.dumps(question), timeout=_SECONDS)
        trouble = json.loads(answer)["trouble"]
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        _log.info("Picasso gave up proving run %s after %d s.", run, _SECONDS)
        return
    except (
        ValueError,
        KeyError,
        OSError,
    ):  # it died, as for want of memory: nothing is known, nothing is wrong
        _log.info("Picasso could not prove run %s: the process ended early.", run)
        return
    if trouble:
        _log.warning("Picasso: run %s will show wrong or no maps. %s The training goes on.", run, trouble)
