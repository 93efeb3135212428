"""When the first preview of an occlusion map is there: `python -m bench preview`."""

import statistics
import time
from typing import Any

from bench import timing
from bench.networks import calibrated, model_of, pictures
from picasso_tb.explanation import ProbeImage, explain_batch
from picasso_tb.visualizations.declare import find

NETWORK, POSITIONS = "MobileNetV2", 25


def measure() -> dict[str, Any]:
    """Share of the whole map's time after which the first preview is there, in a warm model."""
    model, probe = model_of(calibrated(NETWORK)), ProbeImage(array=pictures(1, seed=1)[0])
    rounds = range(1 + timing.ROUNDS)
    shares = {name: [_share(model, probe, name) for _ in rounds] for name in ("occlusion", "rise")}
    return {
        f"first preview of {name}, share of the whole": round(statistics.median(found[1:]), 3)
        for name, found in shares.items()
    }


def _share(model: Any, probe: ProbeImage, name: str) -> float:
    method, previews = find(name), list[float]()
    settings = method.parse({"positions": POSITIONS} if name == "occlusion" else {"masks": 500})
    began = time.perf_counter()

    def on_preview(row: int, explanation: Any) -> None:
        previews.append(time.perf_counter() - began)

    explain_batch(model, model.input_spec, [probe], method, settings, None, 1, on_preview)
    return previews[0] / (time.perf_counter() - began)
