"""Log probes, models and checkpoints of a training."""

import concurrent.futures
import dataclasses
import functools
import math
import operator
import os
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, SupportsFloat, SupportsIndex

from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.events import EventLog
from picasso_tb.logging.failures import Failures
from picasso_tb.logging.probes import Images, Labels, Masks, Probe, read_probes
from picasso_tb.logging.snapshot import architecture_of, copied_weights
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.store.digest import digest_of_text
from picasso_tb.store.folder import Folder, plain_name
from picasso_tb.store.keep import dispensable
from picasso_tb.store.records import ModelRecord
from picasso_tb.store.run import RunStore

_NO_PROBES = InputSpec(
    inferred=True, notes=("Nobody said how pictures go into the model: as they are, 0..255.",)
)


@dataclasses.dataclass(frozen=True)
class _Model:
    """What the caller said about a model; None where he said nothing."""

    architecture: Architecture
    class_names: list[str] | None = None
    input_spec: InputSpec | None = None


class Writer:
    """Writes one run's probes, models and checkpoints, off the calling thread.

    Mistakes in arguments raise at once. Whatever goes wrong while writing (a full disk, a model that cannot
    be described) is one warning in the log: no training stops because of it. What is pending when the
    interpreter exits is still written.

    Args:
        logdir: the run's directory, a path or an fsspec URL.

    Raises:
        InvalidArgument: there is no file system for `logdir`.
    """

    def __init__(self, logdir: str | os.PathLike[str]) -> None:
        run = Folder(logdir)
        self._store = RunStore(logdir)
        self._events = EventLog(run)
        self._failures = Failures(str(run))
        self._models: dict[str, _Model] = {}
        self._records: dict[str, ModelRecord] = {}  # of the models written
        self._float_probes: list[Probe] = []
        self._inferred: InputSpec | None = None
        self._executor = concurrent.futures.ThreadPoolExecutor(1, "picasso-writer")
        self._pending: concurrent.futures.Future[None] | None = None
        self._closed = False

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def flush(self) -> None:
        """Wait until all is written."""
        self._wait()
        self._failures.report()

    def close(self) -> None:
        """Write what is pending and end; a closed writer takes nothing more."""
        self.flush()
        self._closed = True
        self._executor.shutdown()

    # What is logged

    def add_model(
        self,
        model: object,
        *,
        name: str = "model",
        class_names: Sequence[str] | None = None,
        input_spec: InputSpec | None = None,
    ) -> None:
        """Log a model, without its weights.

        What is not given stays as an earlier log of the same model left it; an input specification that
        nobody gave is inferred from the first probes.

        Args:
            model: a built Keras 3 model, or a `Snapshot`.
            name: tells models of one run apart.
            class_names: one for each class, in order.
            input_spec: how a picture becomes what the model receives.
        """
        self._check_open()
        plain_name(name, "name")
        check_input_spec(input_spec)
        described = self._described(model, name)
        if described is None:
            return
        names = None if class_names is None else check_class_names(class_names, described.classes)
        if input_spec is not None:
            input_spec.complete(described.height, described.width, described.channels)
        self._models[name] = _Model(described, names, input_spec)
        self._write(f"model {name!r}", functools.partial(self._save_model, name))
        if input_spec is not None and self._float_probes:
            self._write_probes(self._float_probes)  # drawn again with the true value range

    def add_probes(
        self,
        images: Images,
        *,
        labels: Labels | None = None,
        names: Sequence[str] | None = None,
        masks: Masks | None = None,
        ids: Sequence[str] | None = None,
    ) -> None:
        """Log images to look at; the same image again is the same probe.

        Args:
            images: uint8 pictures (n, h, w) or (n, h, w, 1 or 3), PIL images, paths of picture files, or
                floats (n, h, w, c), which are exactly what the model receives.
            labels: true classes: indices (None where unknown) or one-hot rows.
            names: what to call the probes; by default the file's name or a number.
            masks: regions of the images by name, each bool (n, h, w).
            ids: identities, in place of the digest of the image.
        """
        self._check_open()
        self.add_read_probes(read_probes(images, labels=labels, names=names, masks=masks, ids=ids))

    def add_read_probes(self, probes: Sequence[Probe]) -> None:
        """Log probes that `read_probes` has checked already."""
        self._check_open()
        first = self._inferred is None
        if first:
            self._inferred = InputSpec.infer([probe.content for probe in probes])
        self._write_probes(probes)
        self._float_probes += [probe for probe in probes if not probe.is_picture]
        for name, model in self._models.items():
            if first and model.input_spec is None:
                self._write(f"model {name!r}", functools.partial(self._save_model, name))

    def add_checkpoint(
        self,
        model: object,
        step: SupportsIndex,
        metrics: Mapping[str, SupportsFloat] | None = None,
        *,
        name: str = "model",
        monitor: str | None = None,
        monitor_mode: Literal["min", "max"] = "min",
    ) -> None:
        """Log the model's weights as they are now; the same step again replaces the earlier.

        They are copied before this returns, once the checkpoint before is written: memory stays flat.

        Args:
            model: as for `add_model`, which is implied.
            step: completed epochs, or optimizer iterations; the untrained network is step 0.
            metrics: loss, accuracy and the like. Those that are not finite are left out, as in any JSON.
            monitor: the metric by which the best checkpoint is chosen.
            monitor_mode: which end of it is best.
        """
        self._check_open()
        plain_name(name, "name")
        step_number = _check_step(step)
        numbers = _check_metrics(metrics)
        described = self._described(model, name)
        if described is None:
            return
        known = self._models.get(name)
        if known is None or known.architecture.classes != described.classes:
            known = _Model(described)
        self._models[name] = dataclasses.replace(known, architecture=described)
        self._wait()
        what = f"checkpoint {step_number}"
        with self._failures.caught(what):
            weights = copied_weights(model)

            def save() -> None:
                record = self._store.save_checkpoint(
                    self._save_model_once(name),
                    step_number,
                    [weight.path for weight in described.weights],
                    weights,
                    metrics=numbers,
                    monitor=monitor,
                    monitor_mode=monitor_mode,
                )
                self._events.add(f"checkpoints/{record.id}.json", step_number)

            self._write(what, save)

    def thin_checkpoints(self, keep: int, *, name: str = "model") -> None:
        """Remove checkpoints, evenly, until `keep` are left besides the first, the last and the best."""
        self._check_open()

        def thin() -> None:
            records = [record for record in self._store.list_checkpoints() if record.model == name]
            for record in dispensable(records, keep):
                self._store.remove_checkpoint(record)

        self._write("the removal of checkpoints", thin)

    # How it is written

    def _described(self, model: object, name: str) -> Architecture | None:
        with self._failures.caught(f"model {name!r}", but=(InvalidArgument,)):
            return architecture_of(model)
        return None

    def _write(self, what: str, job: Callable[[], object]) -> None:
        """Do the job on the writer's thread, when the job before it is done."""

        def guarded() -> None:
            with self._failures.caught(what):
                job()

        self._wait()
        self._pending = self._executor.submit(guarded)

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def _check_open(self) -> None:
        if self._closed:
            raise InvalidArgument("Expected an open Writer. Received: a closed one")

    def _save_model_once(self, name: str) -> ModelRecord:
        known = self._records.get(name)
        wanted = digest_of_text(self._models[name].architecture.config)
        return known if known and known.architecture == wanted else self._save_model(name)

    def _save_model(self, name: str) -> ModelRecord:
        model = self._models[name]
        architecture = model.architecture
        earlier = self._store.find_model(name)
        if earlier and earlier.architecture != digest_of_text(architecture.config):
            earlier = None
        spec = model.input_spec or self._inferred
        input_spec = spec.model_dump(mode="json") if spec else earlier and earlier.input_spec
        class_names = model.class_names
        if class_names is None:
            class_names = earlier.class_names if earlier else []
        grey = (spec or _NO_PROBES).mode == "L"
        self._records[name] = self._store.save_model(
            architecture.config,
            name=name,
            class_names=class_names,
            classes=architecture.classes,
            height=architecture.height,
            width=architecture.width,
            channels=architecture.channels or (1 if grey else 3),
            input_spec=input_spec or _NO_PROBES.model_dump(mode="json"),
        )
        self._events.add(f"models/{name}.json", 0)
        return self._records[name]

    def _write_probes(self, probes: Sequence[Probe]) -> None:
        given = next((model.input_spec for model in self._models.values() if model.input_spec), None)
        spec = given or self._inferred or _NO_PROBES
        pictures = [probe.picture(spec) for probe in probes]

        def save() -> None:
            orders = {record.id: record.order for record in self._store.list_probes()}
            for probe, picture in zip(probes, pictures, strict=True):
                order = orders.setdefault(probe.identity, max(orders.values(), default=-1) + 1)
                record = self._store.save_probe(
                    picture,
                    None if probe.is_picture else probe.content,
                    id=probe.id,
                    name=probe.name,
                    label=probe.label,
                    masks=probe.masks,
                    order=order,
                )
                self._events.add(f"probes/{record.id}.json", 0)

        self._write("probes", save)


def check_class_names(names: Any, classes: int | None = None) -> list[str]:
    """The names as a list.

    Raises:
        InvalidArgument: they are no texts, or not one for each class.
    """
    if (
        isinstance(names, str)
        or not isinstance(names, Sequence)
        or not all(isinstance(n, str) for n in names)
    ):
        raise InvalidArgument(
            f"class_names: Expected a list of texts. Received: {names!r:.80}", "class_names"
        )
    if classes is not None and len(names) != classes:
        raise InvalidArgument(
            f"class_names: Expected {classes}, one for each class of the model. Received: {len(names)}",
            "class_names",
        )
    return list(names)


def check_input_spec(input_spec: object) -> InputSpec | None:
    """The input specification, if it is one.

    Raises:
        InvalidArgument: it is something else.
    """
    if input_spec is None or isinstance(input_spec, InputSpec):
        return input_spec
    raise InvalidArgument(f"input_spec: Expected an InputSpec. Received: {input_spec!r:.80}", "input_spec")


def _check_step(step: Any) -> int:
    try:
        number = operator.index(step)
    except TypeError:
        number = -1
    if number < 0 or isinstance(step, bool):
        raise InvalidArgument(f"step: Expected a whole number, 0 or more. Received: {step!r:.80}", "step")
    return number


def _check_metrics(metrics: Any) -> dict[str, float]:
    try:
        numbers = {str(name): float(value) for name, value in dict(metrics or {}).items()}
    except (TypeError, ValueError):
        raise InvalidArgument(
            f"metrics: Expected numbers by name. Received: {metrics!r:.200}", "metrics"
        ) from None
    return {name: value for name, value in numbers.items() if math.isfinite(value)}
