"""What runs in a worker: plain functions on plain data, the same for every executor."""

import contextlib
import dataclasses
import os
import signal
import sys
import threading
import time
import traceback
from typing import Any

import numpy as np

from picasso_tb.errors import (
    BrokenVisualization,
    DamagedFile,
    InvalidArgument,
    NotFound,
    PicassoError,
    TooLarge,
    WorkerFailed,
)
from picasso_tb.extensions.describe import passes_of
from picasso_tb.extensions.source import Source
from picasso_tb.jobs.previews import Previews
from picasso_tb.jobs.progress import Mailbox, TrackedModel
from picasso_tb.store.records import CheckpointRecord, ModelRecord, ProbeRecord
from picasso_tb.store.results import Results
from picasso_tb.store.run import RunStore


@dataclasses.dataclass(frozen=True)
class ProbePart:
    """One probe of a task.

    Attributes:
        store: location of the run (or of the uploads) that holds the probe.
        keys: under which each target's map is to be kept.
    """

    store: str
    probe: ProbeRecord
    keys: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class MapTask:
    """Maps of some probes at one checkpoint: a few seconds of work.

    Attributes:
        source: of a visualization that is the user's own.
        ranks: explain each probe's most probable classes of these ranks; empty if `classes` is given.
        classes: explain these classes.
        results: location of the result store.
        ahead: locations of others, with what was computed ahead.
        previews: whether somebody looks at what is known before the answer.
        mail: location of the folder through which server and worker hear of each other.
    """

    id: str
    run: str
    checkpoint: CheckpointRecord
    model: ModelRecord
    probes: tuple[ProbePart, ...]
    visualization: str
    source: Source | None
    settings: dict[str, Any]
    ranks: tuple[int, ...]
    classes: tuple[int, ...]
    results: str
    mail: str
    ahead: tuple[str, ...] = ()
    previews: bool = True


@dataclasses.dataclass(frozen=True)
class TaskReport:
    """What became of a task.

    Attributes:
        errors: by probe id, for those that failed.
        compute_seconds: without starting the framework and loading the model.
        passes: put through the network in that time; 0 where its pace cannot be told.
    """

    errors: dict[str, PicassoError]
    compute_seconds: float
    passes: int


@dataclasses.dataclass(frozen=True)
class WorkerSettings:
    """How a worker process behaves."""

    device: str
    threads: int
    model_bytes: int
    trust: tuple[str, ...] = ()  # packages, modules and functions that log directories may name


_settings = WorkerSettings("cpu", 0, 2**30)


def worker_settings() -> WorkerSettings:
    """How this process is to behave."""
    return _settings


def configure(settings: WorkerSettings) -> None:
    """Say how this process is to behave; before its first task."""
    global _settings
    _settings = settings


def start_worker(settings: WorkerSettings, parent: int) -> None:
    """Executed once in each new worker process, before anything else."""
    configure(settings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends its workers
    threading.Thread(target=_leave_with, args=(parent,), name="picasso-parent-watch", daemon=True).start()


def compute_maps(task: MapTask) -> TaskReport:
    """Compute the maps of a task and keep them in the result store.

    Raises:
        PicassoError: the model cannot be loaded, or the task was cancelled.
    """
    mailbox = Mailbox(task.mail, task.id)
    try:
        mailbox.check()
        return _compute_maps(task, mailbox)
    except PicassoError:
        raise
    except Exception as error:
        raise _unforeseen(error) from None


def _compute_maps(task: MapTask, mailbox: Mailbox) -> TaskReport:
    from picasso_tb.jobs.known import answer_from_known

    left = answer_from_known(task, _visualization(task))
    if not left:
        return TaskReport({}, 0, 0)
    if "tensorflow" not in sys.modules:
        mailbox.report("starting TensorFlow")
    from picasso_tb.jobs.loaded import LOADED_MODELS, set_up_tensorflow

    set_up_tensorflow(_settings.device, _settings.threads)
    mailbox.report("loading the checkpoint")
    run = RunStore(task.run)
    model = LOADED_MODELS.get(run, task.model, task.checkpoint, _settings.model_bytes, _settings.trust)
    mailbox.report("computing")
    began = time.monotonic()
    tracked = TrackedModel(model, mailbox)
    errors = _explain_together(task, left, tracked, mailbox)
    return TaskReport(errors, time.monotonic() - began, tracked.passes if left == task.probes else 0)


def _explain_together(
    task: MapTask, parts: tuple[ProbePart, ...], model: TrackedModel, mailbox: Mailbox
) -> dict[str, PicassoError]:
    """Explain the probes in one batch; if one of them is at fault, one by one, to find it."""
    try:
        _explain(task, parts, model, mailbox)
    except (InvalidArgument, DamagedFile, NotFound, BrokenVisualization, TooLarge) as error:
        if len(parts) == 1:
            return {parts[0].probe.id: error}
        each = [_explain_together(task, (part,), model, mailbox) for part in parts]
        return {probe: found for errors in each for probe, found in errors.items()}
    return {}


def _explain(task: MapTask, parts: tuple[ProbePart, ...], model: TrackedModel, mailbox: Mailbox) -> None:
    from picasso_tb.explanation import explain_batch
    from picasso_tb.jobs.kept import documents_of, result_of
    from picasso_tb.jobs.known import remember
    from picasso_tb.jobs.loaded import input_spec_of
    from picasso_tb.jobs.received import keep_received

    visualization = _visualization(task)
    settings = visualization.parse(task.settings)
    targets = np.array([task.classes] * len(parts), np.int64) if task.classes else None
    top = max(task.ranks) + 1 if task.ranks else len(task.classes)
    probes = [_probe_image(part) for part in parts]
    input_spec = input_spec_of(task.model, _settings.trust)
    results = Results(task.results)
    with _blamed(task):
        passes = passes_of(visualization, settings, len(task.classes) or len(task.ranks))
    previews = Previews(results, mailbox, model, passes, model.passes + len(parts))

    def on_preview(row: int, explanation: Any) -> None:
        if task.previews and previews.is_due:
            columns = zip(parts[row].keys, task.ranks or range(len(task.classes)), strict=True)
            found = {key: result_of(explanation, 0, column, task.settings) for key, column in columns}
            previews.keep(row, {key: (info, arrays.get("map")) for key, (info, arrays) in found.items()})

    with _blamed(task):
        explanation = explain_batch(
            model, input_spec, probes, visualization, settings, targets, top, on_preview
        )
    for row, part in enumerate(parts):
        assert explanation.inputs is not None
        received = keep_received(results, part.probe, task.model, input_spec, explanation.inputs[row])
        for key, column in zip(part.keys, task.ranks or range(len(task.classes)), strict=True):
            info, arrays = result_of(explanation, row, column, task.settings)
            exhibits = explanation.exhibits[row][column]
            documents = documents_of(task, part, visualization, exhibits, info, arrays)
            about = {"exhibits": len(exhibits), "page": "page" in documents, "received": received}
            results.save(key, {**info, **about}, arrays, documents)
        remember(task, part, visualization, model, explanation.class_scores[row])


def _visualization(task: MapTask) -> Any:
    from picasso_tb.extensions.load import find, load

    if task.source is None:
        return find(task.visualization)
    found = load(task.source)
    if task.visualization not in found:
        raise BrokenVisualization(f"{task.source.name} holds no {task.visualization!r} any more. Ask again.")
    return found[task.visualization]


def _blamed(task: MapTask) -> contextlib.AbstractContextManager[None]:
    """What a user's own code raises becomes an error that names his line."""
    from picasso_tb.extensions.load import blamed

    own = task.source
    return blamed(own.name, os.path.dirname(own.file)) if own else contextlib.nullcontext()


def _probe_image(part: ProbePart) -> Any:
    from picasso_tb.explanation import ProbeImage

    store = RunStore(part.store)
    array = store.probes.read_array(part.probe.array) if part.probe.array else None
    if array is not None and (array.dtype != np.float32 or array.ndim != 3):
        raise DamagedFile(
            f"{part.probe.array}: Expected float32 (height, width, channels). "
            f"Received: {array.dtype} {array.shape}"
        )
    return ProbeImage(picture=None if part.probe.array else store.read_picture(part.probe), array=array)


def _unforeseen(error: Exception) -> WorkerFailed:
    """In one line what nobody foresaw, and where, so that it can be reported."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":  # TensorFlow's
        return WorkerFailed("Out of memory. Close other programs, or try a smaller model or picture.")
    text = str(error).strip().splitlines()
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)}:{place.lineno}"
    return WorkerFailed(f"{type(error).__name__}: {text[0][:300] if text else 'no message'} ({where})")


def _leave_with(parent: int) -> None:
    """End this process when the server is gone: an orphan would keep its memory for nobody."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
