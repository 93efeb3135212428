"""Times that can be compared although the machine has other things to do: taken in turn, in one process."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

ROUNDS = 5  # unless the command line says otherwise


def interleaved(
    methods: Mapping[str, Callable[[], Any]], rounds: int | None = None
) -> dict[str, list[float]]:
    """Seconds that each method takes, round by round; another one begins each round. Warm them up before."""
    seconds: dict[str, list[float]] = {name: [] for name in methods}
    names = list(methods)
    for number in range(rounds or ROUNDS):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            began = time.perf_counter()
            methods[name]()
            seconds[name].append(time.perf_counter() - began)
    return seconds


def compared(seconds: Mapping[str, list[float]], limit: str) -> dict[str, Any]:
    """Median seconds of each, and how many times as long as `limit` it takes: the median of the rounds."""
    return {
        name: {
            "seconds": round(statistics.median(some), 5),
            f"times {limit}": round(
                statistics.median(a / b for a, b in zip(some, seconds[limit], strict=True)), 2
            ),
        }
        for name, some in seconds.items()
    }
