"""Checks of what is handed to the Writer and the callback. Each raises InvalidArgument."""

import contextlib
import math
import operator
from collections.abc import Iterator
from typing import Any

from picasso_tb.errors import InvalidArgument
from picasso_tb.models.input_spec import InputSpec


class Mistakes:
    """Holds back what is wrong with some arguments until what is right with others has been used."""

    def __init__(self) -> None:
        self._first: InvalidArgument | None = None

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        try:
            yield
        except InvalidArgument as mistake:
            self._first = self._first or mistake

    def raise_first(self) -> None:
        if self._first:
            raise self._first


def check_input_spec(input_spec: Any) -> InputSpec | None:
    if input_spec is None or isinstance(input_spec, InputSpec):
        return input_spec
    raise InvalidArgument(f"input_spec: Expected an InputSpec. Received: {input_spec!r:.80}", "input_spec")


def check_step(step: Any) -> int:
    try:
        number = operator.index(step)
    except TypeError:
        number = -1
    if number < 0 or isinstance(step, bool):
        raise InvalidArgument(f"step: Expected a whole number, 0 or more. Received: {step!r:.80}", "step")
    return number


def check_metrics(metrics: Any) -> dict[str, float] | None:
    """The finite ones as floats: JSON has no word for the others."""
    if metrics is None:
        return None
    try:
        numbers = {str(name): float(value) for name, value in dict(metrics).items()}
    except (TypeError, ValueError):
        raise InvalidArgument(
            f"metrics: Expected numbers by name. Received: {metrics!r:.200}", "metrics"
        ) from None
    return {name: value for name, value in numbers.items() if math.isfinite(value)}
