"""How far a command has come, on a line of its own that is written over; one line an item in a log file."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def counted(items: Sequence[T], what: str) -> Iterator[T]:
    """The items, one after the other, with a counter on stderr."""
    for number, item in enumerate(items, 1):
        _show(f"{what} {number} of {len(items)}: {item}")
        yield item
    _clear()


@contextlib.contextmanager
def telling(what: str) -> Iterator[None]:
    """Say on stderr what is being done, which takes long, before it is begun."""
    _show(what)
    try:
        yield
    finally:
        _clear()


def _show(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{line[:100]:100}", end="", file=sys.stderr, flush=True)
    else:
        print(line, file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print(f"\r{'':100}\r", end="", file=sys.stderr, flush=True)
