"""Peak memory of an occlusion map, one process a measurement: `python -m bench memory`."""

import subprocess
import sys
from typing import Any

NETWORK = "MobileNetV2"
POSITIONS = (10, 50)  # along each side

_PROGRAM = """
import resource, sys
from bench.networks import calibrated, model_of, pictures
from picasso_tb.explanation import ProbeImage, explain_batch
from picasso_tb.visualizations.declare import find
model, probe, method = model_of(calibrated(sys.argv[1])), ProbeImage(array=pictures(1)[0]), find("occlusion")
for positions in (8, 8, 8, int(sys.argv[2])):
    settings = method.parse({"positions": positions})
    explain_batch(model, model.input_spec, [probe], method, settings, None, 1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def measure() -> dict[str, Any]:
    """Megabytes at the peak, with few and with many positions, after the same ways were compiled."""
    peaks = {positions**2: _peak(positions) for positions in POSITIONS}
    few, many = peaks.values()
    return {
        **{f"{count} positions, MB": peak for count, peak in peaks.items()},
        "growth": round(many / few - 1, 3),
    }


def _peak(positions: int) -> int:
    command = [sys.executable, "-c", _PROGRAM, NETWORK, str(positions)]
    return int(subprocess.check_output(command, text=True).split()[-1])
