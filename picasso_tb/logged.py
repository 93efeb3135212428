"""`picasso_tb.open_run`: what a run logged, for `explain` to show again in Python what the tab shows."""

import dataclasses
import os
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy.typing as npt

from picasso_tb.errors import InvalidArgument, NotFound
from picasso_tb.explanation import ProbeImage
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.protocol import Model
from picasso_tb.store.index import RunIndex, runs_below
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord
from picasso_tb.store.run import RunStore

_MODEL_BYTES = 2**30  # of weights kept for the next checkpoint
_LISTED = 10


@dataclasses.dataclass(frozen=True)
class LoggedProbe:
    """A probe as it was logged: `explain` takes it as an image.

    Attributes:
        label: the true class, None where it was not given.
        masks: region names.
        picture: what a person sees, uint8 (h, w) or (h, w, 3).
        array: what the model receives, float32 (h, w, c), where that is not the picture.
    """

    id: str
    name: str
    label: int | None
    masks: tuple[str, ...]
    picture: npt.NDArray[Any]
    array: npt.NDArray[Any] | None

    @property
    def image(self) -> ProbeImage:
        return ProbeImage(picture=self.picture) if self.array is None else ProbeImage(array=self.array)


@dataclasses.dataclass(frozen=True)
class LoggedCheckpoint:
    """A model's weights at a step: `explain` takes it as a model.

    Attributes:
        model: the model's name.
        class_names: may be empty.
        input_spec: how pictures become input, complete.
        metrics: those logged with it, such as `val_loss`.
    """

    step: int
    model: str
    class_names: tuple[str, ...]
    input_spec: InputSpec
    metrics: dict[str, float]
    _run: "LoggedRun" = dataclasses.field(repr=False)
    _record: CheckpointRecord = dataclasses.field(repr=False)

    def load(self) -> Model:
        """The network, which holds these weights until another checkpoint of the same opened run is loaded.

        Raises:
            PicassoError: it cannot be read or loaded; says why.
        """
        return self._run._load(self._record)


class LoggedRun:
    """The probes and checkpoints that a run had when it was opened."""

    def __init__(self, index: RunIndex, trust: Collection[str] = ()) -> None:
        from picasso_tb.jobs.loaded import LoadedModels

        self.location = index.store.location
        self._index = index
        self._trust = trust
        self._models = LoadedModels()

    def __repr__(self) -> str:
        probes = len(self._index.probes)
        return f"<LoggedRun {self.location!r}: {len(self.steps)} steps, {probes} probes>"

    @property
    def steps(self) -> tuple[int, ...]:
        """Steps of the checkpoints, ascending."""
        return tuple(sorted({one.step for one in self._index.checkpoints}))

    def checkpoint(self, step: int | None = None, model: str | None = None) -> LoggedCheckpoint:
        """The checkpoint of a step.

        Args:
            step: None for the last.
            model: its name, where the run holds several.

        Raises:
            NotFound: there is no such checkpoint; lists those there are.
            InvalidArgument: several models have one at that step.
        """
        fitting = [one for one in self._index.checkpoints if model in (None, one.model)]
        if step is None and fitting:
            step = fitting[-1].step
        found = [one for one in fitting if one.step == step]
        if not found:
            raise NotFound(self._no_checkpoint(step, model), "step")
        if len(found) > 1:
            names = ", ".join(one.model for one in found)
            raise InvalidArgument(f"model: Expected one of {names} at step {step}. Received: none", "model")
        record = found[0]
        of_model = self._index.model(record.model)
        return LoggedCheckpoint(
            step=record.step,
            model=record.model,
            class_names=tuple(of_model.class_names),
            input_spec=_input_spec(of_model, self._trust),
            metrics=dict(record.metrics),
            _run=self,
            _record=record,
        )

    def probes(self, ids_or_names: str | Iterable[str] | None = None) -> list[LoggedProbe]:
        """Probes by their ids or names, in the order asked for; all of them, as they were logged, by default.

        Raises:
            NotFound: there is no such probe; lists those there are.
            InvalidArgument: several probes have that name.
            DamagedFile: a probe cannot be read.
        """
        if isinstance(ids_or_names, str):
            ids_or_names = [ids_or_names]
        records = self._index.probes if ids_or_names is None else map(self._probe, ids_or_names)
        return [_read(self._index.store, record) for record in records]

    def _probe(self, wanted: str) -> ProbeRecord:
        by_id = self._index.find_probe(wanted)
        named = [by_id] if by_id else [one for one in self._index.probes if one.name == wanted]
        if not named:
            raise NotFound(
                f"Expected a probe of {self.location}, which holds {_listed(self._index.probes)}"
                f"{self._damaged()}. Received: {wanted!r}",
                "probes",
            )
        if len(named) > 1:
            ids = ", ".join(one.id for one in named)
            raise InvalidArgument(
                f"Expected one of the ids {ids}, which share a name. Received: {wanted!r}", "probes"
            )
        return named[0]

    def _no_checkpoint(self, step: int | None, model: str | None) -> str:
        models = {one.model for one in self._index.checkpoints}
        if model is not None and model not in models:
            expected = f"one of the models {', '.join(sorted(models))}" if models else "a checkpoint"
            return f"Expected {expected} in {self.location}{self._damaged()}. Received: {model!r}"
        steps = [str(one.step) for one in self._index.checkpoints if model in (None, one.model)]
        few = ", ".join(steps if len(steps) <= _LISTED else [*steps[:_LISTED], "...", steps[-1]])
        held = f"one of the steps {few}" if steps else "a checkpoint"
        return f"Expected {held} in {self.location}{self._damaged()}. Received: {step}"

    def _damaged(self) -> str:
        """What may be the one that is looked for, and why it is not used."""
        reasons = [
            f"{one.file}: {one.message.removeprefix(f'{one.file}: ').rstrip('.')}"
            for one in self._index.problems[:_LISTED]
        ]
        return f" (not used: {'; '.join(reasons)})" if reasons else ""

    def _load(self, checkpoint: CheckpointRecord) -> Model:
        model = self._index.model(checkpoint.model)
        return self._models.get(self._index.store, model, checkpoint, _MODEL_BYTES, self._trust)


def open_run(path: str | os.PathLike[str], trust: Collection[str] = ()) -> LoggedRun:
    """Open a run of a log directory: the folder that holds `plugins/picasso`.

    >>> run = open_run("logs/demo/shortcut")  # doctest: +SKIP
    >>> explain(run.checkpoint(step=8), run.probes("01 pullover, sunny"), "occlusion")  # doctest: +SKIP

    Pictures that were added in the tab lie in a folder of their own, which opens in the same way.

    Args:
        path: a directory, or an fsspec URL such as `gs://bucket/logs/run`.
        trust: packages, modules or functions of yours that the run may name for preprocessing.

    Raises:
        NotFound: nothing was logged there.
    """
    location = os.fspath(path)
    index = RunIndex(os.path.basename(location), location)
    index.refresh()
    if index.is_empty:
        raise NotFound(f"Expected a run with Picasso data. Received: {location!r}{_runs_inside(location)}")
    return LoggedRun(index, trust)


def _runs_inside(location: str) -> str:
    """Helps those who give the log directory."""
    try:
        names = [name for name, _ in runs_below(location)]
    except Exception:  # whatever a remote file system raises: the question was another
        return ""
    return f", which holds the runs {', '.join(names[:_LISTED])}: open one of them" if names else ""


def _read(store: RunStore, record: ProbeRecord) -> LoggedProbe:
    return LoggedProbe(
        id=record.id,
        name=record.name,
        label=record.label,
        masks=tuple(record.masks),
        picture=store.read_picture(record),
        array=store.probes.read_array(record.array) if record.array else None,
    )


def _input_spec(model: ModelRecord, trust: Collection[str]) -> InputSpec:
    from picasso_tb.jobs.loaded import input_spec_of

    return input_spec_of(model, trust)


def _listed(probes: Sequence[ProbeRecord]) -> str:
    names = [one.name for one in probes]
    return ", ".join(names if len(names) <= _LISTED else [*names[:_LISTED], "..."]) or "none"
