"""A map that is in the cache, over HTTP on this machine: `python -m bench cached_map`."""

import pathlib
import statistics
import tempfile
import time
from typing import Any

import numpy as np

from picasso_tb.store.results import Results
from tests.running import running

_REQUESTS = 300
_SIDE = 224


def measure() -> dict[str, Any]:
    """Milliseconds from a request to the map's last byte: median and 95th percentile."""
    with tempfile.TemporaryDirectory() as place:
        logdir, cache = pathlib.Path(place) / "logs", pathlib.Path(place) / "cache"
        logdir.mkdir()
        keys = [f"{number:032x}" for number in range(50)]
        for key in keys:
            _save(Results(str(cache / "maps")), key)
        with running(logdir, cache) as tensorboard:
            taken = []
            for number in range(_REQUESTS + 20):
                began = time.monotonic()
                answer = tensorboard.ask(f"api/maps/{keys[number % len(keys)]}")
                taken.append(1000 * (time.monotonic() - began))
                assert answer.status == 200 and len(answer.content) > 4 * _SIDE**2
        counted = taken[20:]
        return {
            "median, milliseconds": round(statistics.median(counted), 1),
            "95th percentile, milliseconds": round(statistics.quantiles(counted, n=20)[-1], 1),
        }


def _save(results: Results, key: str) -> None:
    map = np.random.default_rng(0).normal(size=(_SIDE, _SIDE)).astype(np.float32)
    info = {
        "target": 0,
        "probability": 0.5,
        "score": 0.0,
        "score_name": "logit",
        "predictions": [{"class_index": 0, "probability": 0.5}],
        "height": _SIDE,
        "width": _SIDE,
        "lowest": float(map.min()),
        "highest": float(map.max()),
        "quantity": "drop",
        "sign": "signed",
        "notes": [],
        "settings": {},
    }
    results.save(key, {**info, "exhibits": 0, "page": False}, {"map": map})
