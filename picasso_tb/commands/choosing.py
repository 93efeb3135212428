"""What `--runs`, `--checkpoints`, `--probes` and `--targets` choose, as the tab chooses."""

import math
import re
from collections.abc import Sequence

from picasso_tb.errors import InvalidArgument, NotFound
from picasso_tb.jobs.questions import check_classes
from picasso_tb.store.index import RunIndex, runs_below
from picasso_tb.store.keep import best_checkpoint
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord

CHECKPOINTS = "all, last, first, best, even:N, log:N or steps with commas"


def choose_runs(logdir: str, expression: str) -> list[RunIndex]:
    """The runs whose name holds the regular expression.

    Raises:
        InvalidArgument: it is none.
        NotFound: no run fits.
    """
    fits = pattern(expression, "--runs")
    found = runs_below(logdir)
    runs = [RunIndex(name, location) for name, location in found if fits.search(name)]
    for run in runs:
        run.refresh()
    if not runs:
        names = ", ".join(name for name, _ in found[:10]) or f"nothing, as {logdir!r} holds no Picasso data"
        raise NotFound(f"--runs: Expected a regular expression for some of {names}. Received: {expression!r}")
    return runs


def choose_checkpoints(checkpoints: Sequence[CheckpointRecord], choice: str) -> list[CheckpointRecord]:
    """Some of the checkpoints, ordered by step; those of steps that are not there are left out.

    Raises:
        InvalidArgument: it is none of CHECKPOINTS.
    """
    available = list(checkpoints)
    best = best_checkpoint(available)
    named = {"all": available, "first": available[:1], "last": available[-1:], "best": [best] if best else []}
    if choice in named:
        return named[choice]
    if spaced := re.fullmatch(r"(even|log):([1-9]\d{0,5})", choice):
        steps = [one.step for one in available]
        return [available[index] for index in sorted(spread(steps, int(spaced[2]), spaced[1] == "log"))]
    if re.fullmatch(r"\d+(,\d+)*", choice):
        wanted = set(map(int, choice.split(",")))
        return [one for one in available if one.step in wanted]
    raise InvalidArgument(f"--checkpoints: Expected {CHECKPOINTS}. Received: {choice!r}")


def spread(steps: Sequence[int], count: int, logarithmic: bool) -> set[int]:
    """Indices of `count` of the steps, first and last among them: the same that the tab takes."""
    shares = [1.0] if count == 1 else [index / (count - 1) for index in range(count)]
    chosen = set()
    for share in shares if steps else []:
        if logarithmic:
            wanted = steps[0] + math.expm1(share * math.log1p(steps[-1] - steps[0]))
            chosen.add(min(range(len(steps)), key=lambda index: abs(steps[index] - wanted)))
        else:
            chosen.add(math.floor(share * (len(steps) - 1) + 0.5))
    # Steps that fall on the same checkpoint leave room for the next ones.
    for index in range(len(steps)):
        if len(chosen) < min(count, len(steps)):
            chosen.add(index)
    return chosen


def classes_chosen(choice: str, probe: ProbeRecord, model: ModelRecord) -> tuple[int, ...]:
    """Class indices for `true`, or for indices and names with commas.

    Raises:
        InvalidArgument: the model has no such class, or the probe no label.
    """
    if choice == "true":
        if probe.label is None:
            raise InvalidArgument(f"{probe.name} was logged without a label. Choose a class.", "targets")
        classes = [probe.label]
    else:
        given = [part.strip() for part in choice.split(",")]
        for part in given:
            if not part.isdecimal() and part not in model.class_names:
                names = ", ".join(model.class_names[:10])
                raise InvalidArgument(
                    f"--targets: Expected true, or classes by index or name ({names}). Received: {part!r}"
                )
        classes = [
            model.class_names.index(part) if part in model.class_names else int(part) for part in given
        ]
    check_classes(classes, model)
    return tuple(dict.fromkeys(classes))


def pattern(expression: str, option: str) -> re.Pattern[str]:
    """
    Raises:
        InvalidArgument: it is no regular expression.
    """
    try:
        return re.compile(expression)
    except re.error as error:
        raise InvalidArgument(
            f"{option}: Expected a regular expression. Received: {expression!r} ({error})"
        ) from None
