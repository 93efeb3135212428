"""Run a measurement and print what was found: `python -m bench occlusion`."""

import json
import sys

from bench import checkpoints, gradients, memory, occlusion, preview, tab

MEASUREMENTS = {
    "checkpoints": checkpoints.measure,
    "gradients": gradients.measure,
    "memory": memory.measure,
    "occlusion": occlusion.measure,
    "preview": preview.measure,
    "tab": tab.measure,
}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in MEASUREMENTS:
        print(f"Expected one of {', '.join(MEASUREMENTS)}. Received: {sys.argv[1:]}", file=sys.stderr)
        return 1
    print(json.dumps(MEASUREMENTS[sys.argv[1]](), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
