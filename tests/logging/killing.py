"""Run as a program: log in a child process and kill it, while it writes or a moment later, again and again.

Forking a process that has imported no framework makes a kill cheap.
"""

import glob
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


def wait_for_writes(run: str, count: int) -> None:
    """Until this many files have begun to be written, besides those that kills have left unfinished."""
    pattern = f"{glob.escape(run)}/plugins/picasso/*/.*.tmp"
    begun = left = set(glob.glob(pattern))
    while len(begun) < len(left) + count:
        begun = begun | set(glob.glob(pattern))


if __name__ == "__main__":
    run, kills = sys.argv[1], int(sys.argv[2])
    for round_ in range(kills):
        child = os.fork()
        if not child:
            log_for_ever(run, round_)
        wait_for_writes(run, random.randint(1, STEPS))
        time.sleep(round_ % 2 * random.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(verify(run))
