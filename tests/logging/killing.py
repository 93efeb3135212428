"""Run as a program: log in a child process and kill it at a random moment, again and again.

Forking a process that has imported no framework makes a kill cheap.
"""

import itertools
import os
import random
import signal
import sys
import time

import numpy as np

from picasso_tb.logging.writer import Writer
from tests.logging.snapshots import snapshot
from tests.logging.verify import verify

STEPS = 5  # the same ones for ever, so that most kills hit items that are there already


def log_for_ever(run: str, round_: int) -> None:
    writer = Writer(run)
    for number in itertools.count():
        writer.add_checkpoint(snapshot(number + round_ / 100, size=300_000), number % STEPS, {"loss": number})
        picture = np.full((40, 30), number % 256, np.uint8)
        writer.add_probes([picture], ids=["probe"], masks={"bright": [picture > round_]})


if __name__ == "__main__":
    run, kills = sys.argv[1], int(sys.argv[2])
    for round_ in range(kills):
        child = os.fork()
        if not child:
            log_for_ever(run, round_)
        time.sleep(random.uniform(0.02, 0.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(verify(run))
