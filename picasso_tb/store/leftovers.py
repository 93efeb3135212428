"""Files that a process left behind when it was killed."""

import contextlib
import os
import time

_SECONDS_TO_STAY = 24 * 60 * 60  # whoever writes them is done long before


def entries(folder: str) -> list[os.DirEntry[str]]:
    """What a local folder holds; nothing where it cannot be listed."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def remove_leftovers(folder: str, suffix: str = "") -> None:
    """Remove the files in a local folder that end in `suffix` and were not changed for a day."""
    for entry in entries(folder):
        with contextlib.suppress(OSError):
            if entry.name.endswith(suffix) and time.time() - entry.stat().st_mtime > _SECONDS_TO_STAY:
                os.remove(entry.path)
