"""Log a Keras training as it runs."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import keras

from picasso_tb.errors import InvalidArgument
from picasso_tb.logging.arguments import check_input_spec
from picasso_tb.logging.class_names import ClassNames, read_class_names
from picasso_tb.logging.failures import Failures
from picasso_tb.logging.probes import Images, Labels, Masks, check_inputs, check_labels, read_probes
from picasso_tb.logging.writer import Writer
from picasso_tb.models.input_spec import InputSpec

_BETTER_WHEN_HIGHER = ("acc", "auc", "precision", "recall", "f1")


class PicassoCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Logs probes, the model and its checkpoints while `fit` runs.

    A checkpoint's step is the number of completed epochs, or of optimizer iterations with `every=n`. The
    untrained network is logged when the training begins, as step 0 or `initial_epoch`. A second `fit` of the
    model that begins at 0 again, with the same callback, goes on counting where the first ended. Any other
    training that begins in the run, at 0 or `initial_epoch`, takes its place from that step on: the
    checkpoints of later steps are removed, and a warning says so.

    Args:
        logdir: the run's directory, a path or an fsspec URL.
        probes: images to look at, as for `Writer.add_probes`; so are `labels`, `names` and `masks`.
        class_names: one for each class, in order; a file of them; or a function, as for `Writer.add_model`.
        input_spec: how a picture becomes what the model receives; inferred from the probes by default.
        output: name or index of the row of class values, for a model of several outputs.
        every: "epoch", or a number of optimizer iterations; the last is always logged.
        keep: None keeps every checkpoint; n keeps n, evenly spread, and the first, the last and the best.
        monitor: the metric by which the best checkpoint is chosen; the metric knows which end is good.
        prove: as for `Writer`.

    Raises:
        InvalidArgument: an argument is wrong. Nothing raises later: what fails while training is one warning.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        probes: Images,
        *,
        labels: Labels | None = None,
        names: Sequence[str] | None = None,
        masks: Masks | None = None,
        class_names: ClassNames | None = None,
        input_spec: InputSpec | None = None,
        output: str | int | None = None,
        every: Literal["epoch"] | int = "epoch",
        keep: int | None = None,
        monitor: str = "val_loss",
        prove: bool = True,
    ) -> None:
        super().__init__()
        self._writer = Writer(logdir, prove=prove)
        self._failures = Failures(os.fspath(logdir))
        self._probes = read_probes(probes, labels=labels, names=names, masks=masks)
        self._class_names = read_class_names(class_names)
        self._input_spec = check_input_spec(input_spec)
        self._output = output
        check_labels(self._probes, len(self._class_names) if isinstance(self._class_names, list) else 0)
        check_inputs(self._probes, self._input_spec)
        if every != "epoch" and not _is_count(every, lowest=1):
            raise InvalidArgument(f'every: Expected "epoch" or 1, 2, 3, ... Received: {every!r}', "every")
        if keep is not None and not _is_count(keep, lowest=0):
            raise InvalidArgument(f"keep: Expected None or 0, 1, 2, ... Received: {keep!r}", "keep")
        if not isinstance(monitor, str):
            raise InvalidArgument(f"monitor: Expected a metric's name. Received: {monitor!r}", "monitor")
        self._every = every
        self._keep = keep
        self._monitor = monitor
        self._logged_model: Any = None
        self._began = False  # whether this fit has come to its first epoch
        self._first = True  # whether the next checkpoint is the first of this fit
        self._step = 0  # the last one logged
        self._iterations = 0  # the optimizer's: read when an epoch begins, then counted
        self._iterations_per_call = 1
        self._offset = 0  # steps of earlier fits, where this one counts from 0 again

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self._began = False
        self._first = True

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        with self._failures.caught("the beginning of the training"):
            if self._every != "epoch":
                self._read_iterations()
            if not self._began:  # only here is initial_epoch known
                self._began = True
                self._begin(epoch if self._every == "epoch" else self._iterations)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        if self._every != "epoch":
            self._iterations += self._iterations_per_call
            if self._is_due(self._every):
                with self._failures.caught("a checkpoint"):
                    self._read_iterations()
                    if self._is_due(self._every):  # some batches are no iteration, as when gradients add up
                        self._log(self._offset + self._iterations, logs)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        if self._every == "epoch":
            with self._failures.caught("a checkpoint"):
                self._log(self._offset + epoch + 1, logs)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        with self._failures.caught("the last checkpoint"):
            if self._every != "epoch" and self._began:
                self._read_iterations()
                step = self._offset + self._iterations
                if step != self._step:
                    self._log(step, logs)
            self._writer.flush()

    def _begin(self, start: int) -> None:
        if self._logged_model is None:
            self._writer.add_read_probes(self._probes)
        if self.model is not self._logged_model:
            self._step = 0
        self._offset = self._step if start == 0 else 0
        if not self.model.built:
            raise InvalidArgument(
                "Expected a model that has its weights when the training begins. Received: one that is built "
                "by its first batch. Begin it with a keras.Input"
            )
        self._log(self._offset + start, None)

    def _log(self, step: int, logs: Mapping[str, Any] | None) -> None:
        self._step = step
        if self.model is not self._logged_model:
            self._logged_model = self.model
            with self._failures.caught("all that was said of the model"):
                self._writer.add_model(
                    self.model,
                    class_names=self._class_names,
                    input_spec=self._input_spec,
                    output=self._output,
                )
        self._writer.add_checkpoint(
            self.model,
            step,
            None if logs is None else _numbers(logs),
            monitor=self._monitor,
            monitor_mode=_mode(self.model, self._monitor),
            begins_training=self._first,
        )
        self._first = False
        if self._keep is not None:
            self._writer.thin_checkpoints(self._keep)

    def _is_due(self, every: int) -> bool:
        return (self._offset + self._iterations) // every > self._step // every

    def _read_iterations(self) -> None:
        """Seldom: this makes the training wait for the device."""
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is None:
            raise InvalidArgument('every: Expected "epoch" for a model without an optimizer', "every")
        self._iterations = int(optimizer.iterations)
        self._iterations_per_call = self.model.steps_per_execution


def _numbers(logs: Mapping[str, Any]) -> dict[str, float]:
    numbers = {}
    for name, value in logs.items():
        with contextlib.suppress(TypeError, ValueError):  # a metric may be a table
            numbers[name] = float(value)
    return numbers


def _mode(model: Any, monitor: str) -> Literal["min", "max"]:
    """The good end of a metric: what Keras' own says of itself, else by the name, as Keras long did."""
    name = monitor.removeprefix("val_")
    groups = [getattr(metric, "metrics", [metric]) for metric in model.metrics]
    for metric in (metric for group in groups for metric in group):
        direction = getattr(metric, "_direction", None)
        if direction and metric.name == name:
            return "max" if direction == "up" else "min"
    return "max" if any(word in name for word in _BETTER_WHEN_HIGHER) else "min"


def _is_count(value: object, lowest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= lowest
