"""`picasso-tb compute`: maps ahead of time, on this machine or many, for TensorBoard to show at once."""

import argparse
import collections
import contextlib
import importlib.util
import json
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from tqdm import tqdm

from picasso_tb.commands.choosing import (
    CHECKPOINTS,
    choose_checkpoints,
    choose_runs,
    classes_chosen,
    pattern,
)
from picasso_tb.errors import CannotCompute, InvalidArgument, PicassoError
from picasso_tb.jobs.ahead import Batch, compute_ahead
from picasso_tb.jobs.catalogue import Catalogue, Resolved
from picasso_tb.jobs.cluster import Cluster
from picasso_tb.jobs.engine import Engine, EngineSettings
from picasso_tb.jobs.job import Question, narrow
from picasso_tb.jobs.questions import part_about, question_about
from picasso_tb.jobs.queue import Queue
from picasso_tb.jobs.tasks import ProbePart
from picasso_tb.store.folder import Folder
from picasso_tb.store.index import RunIndex
from picasso_tb.store.known_maps import results_ahead
from picasso_tb.store.records import CheckpointRecord, ProbeRecord
from picasso_tb.store.results import Results

_SECONDS_TO_DESCRIBE = 60.0
_SECONDS_TO_STOP = 3.0
_SECONDS_BETWEEN_LINES = 30  # of progress, where nobody watches
Failures = dict[tuple[str, int, str], list[str]]  # (run, step, what went wrong) -> names of probes


def add_to(commands: Any) -> None:
    """Offer the command among those of the command line."""
    parser = commands.add_parser(
        "compute", help="compute maps ahead of time, so that the tab shows them at once, to everybody"
    )
    parser.add_argument("--logdir", required=True, help="as TensorBoard is given")
    parser.add_argument("--runs", default="", metavar="REGEX", help="(default: all)")
    parser.add_argument("--checkpoints", default="all", help=f"{CHECKPOINTS} (default: all)")
    parser.add_argument("--probes", default="", metavar="REGEX", help="of their names (default: all)")
    parser.add_argument("--visualization", default="occlusion", metavar="NAME", help="(default: occlusion)")
    parser.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE", help="may be repeated")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--top", type=int, default=1, metavar="K", help="most probable classes (default: 1)")
    which.add_argument("--targets", help="instead: true, or classes by index or name, with commas")
    parser.add_argument("--visualizations", default="", metavar="DIR", help="directory with your own")
    parser.add_argument("--trust", default="", metavar="PACKAGE", help="as --picasso_trust of TensorBoard")
    parser.add_argument("--device", choices=("cpu", "gpu"), default="cpu", help="(default: cpu)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default: 1)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that shares the paths")
    parser.add_argument("--results", metavar="PATH", help="keep the maps here, not in the log directory")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """
    Raises:
        PicassoError: nothing could be chosen or computed, or some maps could not.
    """
    if options.top < 1:
        raise InvalidArgument(f"--top: Expected at least 1. Received: {options.top}")
    folders = [part for part in options.visualizations.split(",") if part]
    targets = options.targets.count(",") + 1 if options.targets else options.top
    visualization = Catalogue(folders).resolve(
        options.visualization, _settings(options.set), targets, _SECONDS_TO_DESCRIBE
    )
    results = Results(str(Folder(options.results or results_ahead(options.logdir).location)))
    failures: Failures = collections.defaultdict(list)
    batches, known = _batches(options, visualization, results, failures)
    total = sum(len(batch.keys) for batch in batches)
    if known:
        print(f"{known} maps are known already.")
    if total:
        _compute(options, batches, results, failures, total)
    _report(failures)
    print(f"Done: {total} maps in {results.location}")


def _batches(
    options: argparse.Namespace, visualization: Resolved, results: Results, failures: Failures
) -> tuple[list[Batch], int]:
    """What is to be computed, and how many maps are known."""
    uploads = RunIndex("uploads", f"{Folder(options.logdir)}/.picasso_uploads")
    uploads.refresh()
    batches, known, asked = [], 0, set[str]()
    for run in choose_runs(options.logdir, options.runs):
        places = [(place.store.location, probe) for place in (run, uploads) for probe in place.probes]
        fits = pattern(options.probes, "--probes")
        probes = [(store, probe) for store, probe in places if fits.search(probe.name)]
        for checkpoint in choose_checkpoints(run.checkpoints, options.checkpoints):
            wanted = []
            for store, probe in probes:
                try:
                    question, part = _asked(options, visualization, run, checkpoint, store, probe)
                except InvalidArgument as error:
                    failures[run.name, checkpoint.step, error.message].append(probe.name)
                    continue
                keys = [key for key in part.keys if key not in asked]  # runs that began alike share maps
                missing = [key for key in keys if results.info(key) is None]
                asked.update(keys)
                known += len(keys) - len(missing)
                if missing:
                    wanted.append(narrow(question, part, missing))
            if wanted:
                batches.append(Batch(run.name, checkpoint.step, wanted))
    return batches, known


def _asked(
    options: argparse.Namespace,
    visualization: Resolved,
    run: RunIndex,
    checkpoint: CheckpointRecord,
    store: str,
    probe: ProbeRecord,
) -> tuple[Question, ProbePart]:
    model = run.model(checkpoint.model)
    classes = classes_chosen(options.targets, probe, model) if options.targets else ()
    ranks = () if classes else tuple(range(min(options.top, model.classes)))
    question = question_about(run.store.location, checkpoint, model, visualization, ranks, classes)
    return question, part_about(question, visualization, store, probe, question.targets)


def _compute(
    options: argparse.Namespace, batches: list[Batch], results: Results, failures: Failures, total: int
) -> None:
    names = {key: part.probe.name for batch in batches for _, part in batch.wanted for key in part.keys}
    pause = 0.2 if sys.stderr.isatty() else _SECONDS_BETWEEN_LINES
    with (
        _engine(options) as engine,
        _mail(options, results) as mail,
        tqdm(total=total, unit="map", mininterval=pause) as bar,
    ):

        def on_finished(batch: Batch, key: str, error: PicassoError | None) -> None:
            bar.update()
            if error is not None:
                failures[batch.run, batch.step, error.message].append(names[key])

        queue = Queue(engine, results.location, mail, most_pieces=sys.maxsize, previews=False)
        try:
            compute_ahead(queue, engine, batches, on_finished)
        except KeyboardInterrupt:
            queue.stop(_SECONDS_TO_STOP)
            bar.write("Stopped. What is computed is kept: the same command goes on from there.", sys.stderr)
            raise


@contextlib.contextmanager
def _engine(options: argparse.Namespace) -> Iterator[Engine | Cluster]:
    trust = tuple(part for part in options.trust.split(",") if part)
    if options.scheduler is None:
        if not 1 <= options.workers <= 64:
            raise InvalidArgument(f"--workers: Expected a number from 1 to 64. Received: {options.workers}")
        if importlib.util.find_spec("tensorflow") is None:
            raise CannotCompute('Computing needs TensorFlow: pip install "picasso-tb[tensorflow]"')
    settings = EngineSettings(workers=options.workers, device=options.device, trust=trust)
    engine = Engine(settings) if options.scheduler is None else Cluster(options.scheduler, settings)
    try:
        yield engine
    finally:
        engine.close()


@contextlib.contextmanager
def _mail(options: argparse.Namespace, results: Results) -> Iterator[str]:
    """Where tasks tell how far they are: on a cluster the one place that all share."""
    if options.scheduler is not None:
        yield f"{results.location}/mail"
    else:
        with tempfile.TemporaryDirectory(prefix="picasso-", ignore_cleanup_errors=True) as folder:
            yield folder


def _settings(given: list[str]) -> dict[str, Any]:
    settings = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise InvalidArgument(f"--set: Expected SETTING=VALUE. Received: {one!r}")
        try:
            settings[name] = json.loads(value)
        except ValueError:
            settings[name] = value
    return settings


def _report(failures: Failures) -> None:
    """Raises PicassoError with what went wrong, for which probes."""
    if failures:
        lines = [
            f"  {run}, step {step}, {', '.join(dict.fromkeys(probes))}: {message}"
            for (run, step, message), probes in failures.items()
        ]
        count = sum(map(len, failures.values()))
        raise PicassoError("\n".join([f"{count} maps could not be computed:", *lines]))
