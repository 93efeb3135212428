"""Measure, print what is found as it is found, and keep it: `python -m bench`.

    python -m bench                    everything but `tab`, into bench/results.json
    python -m bench peers occlusion    these; what was kept of the others stays
    python -m bench tab                how the tab feels on 40,000 maps, which are computed before
    python -m bench --quick            once and on less, into build/: whether it runs, not how fast
    make docs-speed                    puts what is kept into docs/speed.md

Nothing else should run meanwhile. Other libraries are installed below build/ the first time.
"""

import argparse
import importlib
import time
from typing import Any

from bench import timing
from bench.report import QUICK_RESULTS, RESULTS, as_table, keep

MEASUREMENTS = (
    "peers",
    "occlusion",
    "conformance",
    "gradients",
    "preview",
    "checkpoints",
    "cached_map",
    "memory",
    "tab",
)
QUICK: dict[str, dict[str, Any]] = {  # constants of the modules
    "peers": {"SERIES": {}},
    "occlusion": {"POSITIONS": {"MobileNetV2": 10}},
    "preview": {"POSITIONS": 10},
    "memory": {"POSITIONS": (4, 10)},
    "tab": {"CHECKPOINTS": 70, "PROBES": 20},
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure us and other libraries.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASUREMENTS)}")
    parser.add_argument("--quick", action="store_true", help="once and on less, to see whether it runs")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"(default: {timing.ROUNDS})")
    options = parser.parse_args()
    if unknown := set(options.names) - set(MEASUREMENTS):
        parser.error(f"Expected some of {', '.join(MEASUREMENTS)}. Received: {', '.join(sorted(unknown))}")
    timing.ROUNDS = options.rounds or (1 if options.quick else timing.ROUNDS)
    for name in options.names or [name for name in MEASUREMENTS if name != "tab"]:
        measurement = importlib.import_module(f"bench.{name}")
        if options.quick:
            vars(measurement).update(QUICK.get(name, {}))
        began = time.monotonic()
        found = measurement.measure()
        print(f"\n{as_table(name, found)}\n({time.monotonic() - began:.0f} s)\n", flush=True)
        keep(QUICK_RESULTS if options.quick else RESULTS, name, found)


if __name__ == "__main__":
    main()
