"""What the saliency of many probes and classes costs, in forward passes: `python -m bench gradients`."""

import statistics
from typing import Any

import numpy as np
import tensorflow as tf

from bench.networks import calibrated, model_of, pictures
from bench.timing import interleaved
from picasso_tb.explanation import ProbeImage, explain_batch
from picasso_tb.visualizations.declare import find

PROBES, CLASSES = 16, 5
NETWORK = "MobileNetV2"
_CALLS_BEFORE = 7  # until the size of batches is found


def measure() -> dict[str, Any]:
    """Saliency of the best classes of 1 and of 16 probes, as the tab computes it, and its slopes alone."""
    return {f"{count} probes": _measure(count) for count in (1, PROBES)}


def _measure(count: int) -> dict[str, Any]:
    network, images, method = calibrated(NETWORK), pictures(count, seed=1), find("saliency")
    model, probes = model_of(network), [ProbeImage(array=image) for image in images]
    run, batch = tf.function(lambda some: network(some, training=False)), tf.constant(images)
    targets = np.argsort(-run(batch).numpy(), axis=1)[:, :CLASSES]

    def explain() -> Any:
        return explain_batch(model, model.input_spec, probes, method, method.settings(), None, CLASSES)

    methods = {
        "forward": lambda: run(batch).numpy(),
        "slopes": lambda: model.gradients(images, targets),
        "saliency": explain,
    }
    for one in methods.values():
        for _ in range(_CALLS_BEFORE):
            one()
    seconds = interleaved(methods)
    return {
        f"{name}, in forward passes": round(
            statistics.median(a / b for a, b in zip(seconds[name], seconds["forward"], strict=True)), 2
        )
        for name in ("slopes", "saliency")
    }
