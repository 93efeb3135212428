"""The process that proves a checkpoint: it loads it back and compares, and keeps what it found in the run."""

import contextlib
import json
import os
import sys

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import NotFound, PicassoError
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord, read_record
from picasso_tb.store.run import RunStore

_TOLERANCE = 1e-3  # of the largest output
_PRECISIONS = {"float16": 1e-2, "bfloat16": 5e-2}  # of networks that compute with fewer digits


def main() -> None:
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)  # the training goes first
    question = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    with contextlib.suppress(NotFound):  # logged again meanwhile: there is nothing to prove any more
        print(json.dumps({"trouble": prove(**question)}), file=out)


def prove(run: str, checkpoint: str, probes: list[str], outputs: list[list[float]]) -> str | None:
    """What is wrong, kept as the run's proof; None if the checkpoint predicts as the live model did.

    Raises:
        NotFound: the checkpoint or a probe is gone.
    """
    store = RunStore(run)
    record = read_record(store.checkpoints, f"{checkpoint}.json", CheckpointRecord)
    model = read_record(store.models, f"{record.model}.json", ModelRecord)
    shown = [read_record(store.probes, f"{probe}.json", ProbeRecord) for probe in probes]
    try:
        trouble = _compared(store, record, model, shown, np.array(outputs, np.float32))
    except NotFound:
        raise
    except PicassoError as error:
        trouble = f"Its checkpoints can't be loaded back: {error.message}"
    store.save_proof(record, trouble)
    return trouble


def _compared(
    store: RunStore,
    checkpoint: CheckpointRecord,
    model: ModelRecord,
    probes: list[ProbeRecord],
    live: npt.NDArray[np.float32],
) -> str | None:
    from picasso_tb.models.input_spec import InputSpec
    from picasso_tb.models.loading import load
    from picasso_tb.models.protocol import probabilities

    architecture = store.read_architecture(checkpoint.architecture)
    spec = InputSpec.model_validate(model.input_spec).complete(model.height, model.width, model.channels)
    loaded = load(architecture, store.read_weights(checkpoint), spec)
    inputs = [
        store.probes.read_array(one.array) if one.array else spec.prepare(store.read_picture(one))
        for one in probes
    ]
    scores = np.concatenate([loaded.scores(image[None]) for image in inputs])
    evident = live.shape[1] > 1 and bool((live >= 0).all() and np.allclose(live.sum(-1), 1, atol=_TOLERANCE))
    claims = loaded.ends_in_probabilities or evident  # a model that gives probabilities ends in no logits
    claimed = probabilities(scores, loaded.head) if claims else scores
    if loaded.ends_in_probabilities and (live < 0).any():  # a log-softmax
        live = np.exp(live)
    if live.shape[1] == 1:
        claimed = claimed[:, -1:]
    apart = float(abs(claimed - live).max()) / (float(abs(live).max()) or 1.0)
    limit = max([_TOLERANCE, *(limit for name, limit in _PRECISIONS.items() if name in architecture)])
    if apart <= limit:
        return None
    return (
        f"Step {checkpoint.step}, loaded back, predicts otherwise than the model did in the training: by "
        f"{apart:.2g} of the largest output, where {limit:g} was expected. Its maps are not your model's."
    )
