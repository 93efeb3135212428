"""How far a command has come, on a line of its own that is written over; one line an item in a log file."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def counted(items: Sequence[T], what: str) -> Iterator[T]:
    """The items, one after the other, with a counter on stderr."""
    is_terminal = sys.stderr.isatty()
    for number, item in enumerate(items, 1):
        line = f"{what} {number} of {len(items)}: {item}"
        print(
            f"\r{line[:100]:100}" if is_terminal else line, end="" if is_terminal else "\n", file=sys.stderr
        )
        yield item
    if is_terminal:
        print(f"\r{'':100}\r", end="", file=sys.stderr)
