"""Log probes, models and checkpoints of a training."""

import dataclasses
import functools
import os
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Literal, SupportsFloat, SupportsIndex

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.logging.arguments import (
    Mistakes,
    check_input_spec,
    check_metrics,
    check_step,
)
from picasso_tb.logging.background import Background
from picasso_tb.logging.class_names import ClassNames, class_names_for, read_class_names
from picasso_tb.logging.events import EventLog
from picasso_tb.logging.failures import Failures
from picasso_tb.logging.probes import Images, Labels, Masks, Probe, check_inputs, check_labels, read_probes
from picasso_tb.logging.proof import Proofs, start_proof
from picasso_tb.logging.removal import remove_later, remove_unfinished, thin
from picasso_tb.logging.saving import GivenModel, save_model, save_probes
from picasso_tb.models.architecture import Architecture
from picasso_tb.models.input_spec import PIXELS_AS_THEY_ARE, InputSpec
from picasso_tb.models.snapshot import Snapshot, architecture_of, copied_weights
from picasso_tb.store.digest import digest_of_text
from picasso_tb.store.folder import Folder, plain_name
from picasso_tb.store.records import LinkRecord, ModelRecord
from picasso_tb.store.run import RunStore


class Writer:
    """Writes one run's probes, models and checkpoints, off the calling thread.

    Mistakes in arguments raise at once. Whatever goes wrong while writing (a full disk, a model that cannot
    be described) is one warning in the log: no training stops because of it. What is pending when the
    interpreter exits is still written.

    Args:
        logdir: the run's directory, a path or an fsspec URL.
        strict: where nothing is being trained: raise what goes wrong while writing, at the latest on closing,
            and log nothing of a model of which an argument is wrong.
        prove: load the first checkpoint of a live model back, in a process of its own, and warn if it
            predicts otherwise.

    Raises:
        InvalidArgument: there is no file system for `logdir`.
    """

    def __init__(self, logdir: str | os.PathLike[str], *, strict: bool = False, prove: bool = True) -> None:
        run = Folder(logdir)
        self._store = RunStore(logdir)
        self._events = EventLog(run)
        self._strict = strict
        self._failures = Failures(str(run), strict)
        self._background = Background(self._failures)
        self._proofs = Proofs(prove)
        self._probes: list[Probe] = []
        self._inferred: InputSpec | None = None  # from the first probes
        self._models: dict[str, GivenModel] = {}
        self._records: dict[str, ModelRecord] = {}  # of the models written

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def flush(self) -> None:
        """Wait until all is written."""
        self._background.wait()

    def close(self) -> None:
        """Write what is pending and end; a closed writer takes nothing more."""
        self._background.close()

    def add_model(
        self,
        model: object,
        *,
        name: str = "model",
        class_names: ClassNames | None = None,
        input_spec: InputSpec | None = None,
        output: str | int | None = None,
    ) -> None:
        """Log a model, without its weights.

        What is not given stays as an earlier log of the same model left it; an input specification that
        nobody gave is inferred from the first probes. Where one argument does not fit the model, the others
        are logged before the error is raised, if a training depends on it (not `strict`).

        Args:
            model: a built Keras 3 model, or a `Snapshot`.
            name: tells models of one run apart.
            class_names: one for each class, in order; or a file of them, text or JSON; or a function that
                decodes probabilities (n, classes), such as Keras' `decode_predictions`, to ask for them.
            input_spec: how a picture becomes what the model receives.
            output: name or index of the row of class values, for a live model of several outputs; its
                checkpoints are of that one.
        """
        self._background.check_open()
        plain_name(name, "name")
        check_input_spec(input_spec)
        given_names = read_class_names(class_names)
        output = self._output_of(name, model) if output is None else output
        names = given_names if isinstance(given_names, list) else None
        described = self._describe(model, name, output, names)
        if described is None:
            return
        model, mistakes = GivenModel(described, output=output), Mistakes()
        with mistakes.noted():
            model = dataclasses.replace(model, class_names=class_names_for(given_names, described.classes))
        with mistakes.noted():
            check_labels(self._probes, described.classes)
        with mistakes.noted():
            if input_spec is not None:
                input_spec.complete(described.height, described.width, described.channels)
                model = dataclasses.replace(model, input_spec=input_spec)
        if self._strict:
            mistakes.raise_first()
        self._models[name] = model
        self._background.do(f"model {name!r}", functools.partial(self._save_model, name, model))
        with mistakes.noted():
            check_inputs(self._probes, model.input_spec, described)
            float_probes = [probe for probe in self._probes if not probe.is_picture]
            if model.input_spec and float_probes:
                self._write_probes(float_probes)  # drawn again with the true value range
        mistakes.raise_first()

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
                floats (n, h, w, c), which are exactly what each model of the run receives.
            labels: true classes: indices (None where unknown) or one-hot rows.
            names: what to call the probes; by default the file's name or a number.
            masks: regions of the images by name, each bool (n, h, w).
            ids: identities, in place of the digest of the image.
        """
        self.add_read_probes(read_probes(images, labels=labels, names=names, masks=masks, ids=ids))

    def add_read_probes(self, probes: Sequence[Probe]) -> None:
        """Log what `read_probes` made of the arguments of `add_probes`."""
        self._background.check_open()
        for model in self._models.values():
            check_labels(probes, model.architecture.classes)
            check_inputs(probes, model.input_spec, model.architecture)
        first = self._inferred is None
        if first:
            self._inferred = InputSpec.infer([probe.content for probe in probes])
        self._write_probes(probes)
        self._probes += probes
        for name, model in self._models.items():
            if first and model.input_spec is None:
                self._background.do(f"model {name!r}", functools.partial(self._save_model, name, model))

    def add_checkpoint(
        self,
        model: object,
        step: SupportsIndex,
        metrics: Mapping[str, SupportsFloat] | None = None,
        *,
        name: str = "model",
        monitor: str | None = None,
        monitor_mode: Literal["min", "max"] = "min",
        begins_training: bool = False,
        link: LinkRecord | None = None,
    ) -> None:
        """Log the model's weights as they are now; the same step again replaces the earlier.

        They are copied before this returns, once the checkpoint before is written: memory stays flat.

        Args:
            model: as for `add_model`, which is implied; one of several outputs needs it, with `output`.
            step: completed epochs, or optimizer iterations; the untrained network is step 0.
            metrics: loss, accuracy and the like. Those that are not finite are left out, as in any JSON.
            monitor: the metric by which the best checkpoint is chosen.
            monitor_mode: which end of it is best.
            begins_training: the checkpoints of this model at later steps are of an earlier training; they
                are removed, and a warning says so.
            link: where these weights lie already; they are not kept again.
        """
        self._background.check_open()
        plain_name(name, "name")
        number = check_step(step)
        values = check_metrics(metrics)
        if monitor_mode not in ("min", "max"):
            raise InvalidArgument(f'Expected "min" or "max". Received: {monitor_mode!r}', "monitor_mode")
        output = self._output_of(name, model)
        described = self._describe(model, name, output)
        if described is None:
            return
        known = self._models.get(name)
        if known is None or known.architecture.classes != described.classes:
            check_labels(self._probes, described.classes)
            check_inputs(self._probes, None, described)
            known = GivenModel(described, output=output)
        logged = self._models[name] = dataclasses.replace(known, architecture=described)
        self._background.wait()
        with self._failures.caught(f"checkpoint {number}"):
            weights = copied_weights(model, described, output)
            spec = known.input_spec or self._inferred or PIXELS_AS_THEY_ARE
            prediction = self._proofs.predict(name, model, described, self._probes, spec, output)

            def save() -> None:
                record = self._store.save_checkpoint(
                    self._save_model_once(name, logged),
                    number,
                    [weight.path for weight in described.weights],
                    weights,
                    metrics=values,
                    monitor=monitor,
                    monitor_mode=monitor_mode,
                    link=link,
                )
                self._events.add(f"checkpoints/{record.id}.json", number)
                if begins_training:
                    remove_later(self._store, record)
                if prediction:
                    start_proof(self._store.location, record, prediction)

            self._background.do(f"checkpoint {number}", save)

    def thin_checkpoints(self, keep: int, *, name: str = "model") -> None:
        """Remove checkpoints, evenly, until `keep` are left besides the first, the last and the best."""
        self._background.check_open()
        job = functools.partial(thin, self._store, name, keep)
        self._background.do_next("the removal of checkpoints", job)

    def _output_of(self, name: str, model: object) -> str | int | None:
        """What `add_model` was told; a Snapshot was made of one output already."""
        known = self._models.get(name)
        return known.output if known and not isinstance(model, Snapshot) else None

    def _describe(
        self,
        model: object,
        name: str,
        output: str | int | None,
        class_names: Sequence[str] | None = None,
    ) -> Architecture | None:
        known = self._models.get(name)
        names = known.class_names if class_names is None and known else class_names
        with self._failures.caught(f"model {name!r}", but=(InvalidArgument,)):
            try:
                return architecture_of(model, names, output)
            except ModelRefused as refused:  # the training's output may be lost; the tab shows it too
                note = functools.partial(self._store.save_refusal, name, refused.message)
                self._background.do(f"model {name!r}", note)
                raise
        return None

    def _write_probes(self, probes: Sequence[Probe]) -> None:
        given = (model.input_spec for model in self._models.values() if model.input_spec)
        input_spec = next(given, self._inferred or PIXELS_AS_THEY_ARE)
        self._background.do(
            "probes", functools.partial(save_probes, self._store, self._events, list(probes), input_spec)
        )

    def _save_model_once(self, name: str, model: GivenModel) -> ModelRecord:
        known = self._records.get(name)
        wanted = digest_of_text(model.architecture.config)
        is_there = known and known.architecture == wanted and self._store.find_model(name)
        return known if known and is_there else self._save_model(name, model)

    def _save_model(self, name: str, model: GivenModel) -> ModelRecord:
        earlier = self._store.find_model(name)
        if not self._records:
            remove_unfinished(self._store)
        if earlier is None and name in self._records:
            self._log_anew(model.input_spec or self._inferred or PIXELS_AS_THEY_ARE)
        record = save_model(self._store, self._events, name, model, self._inferred, earlier)
        self._records[name] = record
        return record

    def _log_anew(self, input_spec: InputSpec) -> None:
        """Somebody removed the run while it was logged; what comes next would be worthless alone."""
        self._events.restart()
        self._records.clear()
        with self._failures.caught("probes"):
            save_probes(self._store, self._events, self._probes, input_spec)
