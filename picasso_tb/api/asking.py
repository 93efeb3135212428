"""From a request for maps to questions for the queue, and what of it is known already."""

import dataclasses

from picasso_tb.api import schemas, views
from picasso_tb.errors import InvalidArgument, PicassoError
from picasso_tb.jobs.job import Question, narrow
from picasso_tb.jobs.tasks import ProbePart
from picasso_tb.store.index import Index, RunIndex
from picasso_tb.store.records import ModelRecord, ProbeRecord
from picasso_tb.store.results import Results, map_key
from picasso_tb.visualizations import declare


@dataclasses.dataclass(frozen=True)
class Asked:
    """A request for maps, checked and spelt out.

    Attributes:
        entries: every map asked for.
        wanted: what has to be computed.
        targets: classes a probe.
    """

    entries: list[schemas.MapEntry]
    wanted: list[tuple[Question, ProbePart]]
    passes_per_probe: int
    targets: int

    @property
    def passes(self) -> int:
        return self.passes_per_probe * len(self.wanted)

    @property
    def cost(self) -> int:
        """What is held against the cap on a request."""
        return self.passes * self.targets

    def refused(self, error: PicassoError) -> list[schemas.MapEntry]:
        """The entries, where those not known have failed."""
        return [_failed(entry, error) if entry.state == "pending" else entry for entry in self.entries]


def ask(request: schemas.MapsRequest, run: RunIndex, index: Index, results: Results) -> Asked:
    """Check a request against what there is.

    Raises:
        PicassoError: something in it does not exist or is out of bounds.
    """
    checkpoint = run.checkpoint(request.checkpoint)
    model = run.model(checkpoint.model)
    visualization = declare.find(request.visualization)
    settings = visualization.parse(request.settings)
    targets = request.targets
    question = Question(
        run=run.store.location,
        checkpoint=checkpoint,
        model=model,
        visualization=visualization.name,
        settings=settings.model_dump(mode="json"),
        ranks=tuple(range(min(request.targets.count, model.classes)))
        if request.targets.kind == "top"
        else (),
        classes=(),
        passes=visualization.passes(settings),
    )
    entries: list[schemas.MapEntry] = []
    wanted = []
    most_targets = 1
    for id in dict.fromkeys(request.probes):
        store, probe = index.find_probe(run, id)
        try:
            own = dataclasses.replace(question, classes=_classes(targets, probe, model))
        except InvalidArgument as error:
            if targets.kind != "true":
                raise  # wrong for every probe alike
            key = _key(question, visualization.version, probe, "true")
            entries.append(_failed(schemas.MapEntry(key=key, probe=id, rank=0, state="failed"), error))
            continue
        keys = [_key(own, visualization.version, probe, target) for target in own.targets]
        found = [_entry(key, id, rank, results) for rank, key in enumerate(keys)]
        missing = [entry.key for entry in found if entry.state == "pending"]
        if missing:
            wanted.append(narrow(own, ProbePart(store.location, probe, tuple(keys)), missing))
        entries += found
        most_targets = max(most_targets, len(keys))
    return Asked(entries, wanted, question.passes, most_targets)


def _classes(targets: schemas.Targets, probe: ProbeRecord, model: ModelRecord) -> tuple[int, ...]:
    if targets.kind == "top":
        return ()
    if targets.kind == "true" and probe.label is None:
        raise InvalidArgument(f"{probe.name} was logged without a label. Choose another class.", "targets")
    classes = tuple(dict.fromkeys(targets.classes)) if targets.kind == "classes" else (int(probe.label or 0),)
    for index in classes:
        if not 0 <= index < model.classes:
            raise InvalidArgument(
                f"Expected a class from 0 to {model.classes - 1}. Received: {index}", "targets"
            )
    return classes


def _key(question: Question, version: int, probe: ProbeRecord, target: str) -> str:
    return map_key(
        question.checkpoint,
        question.model,
        probe,
        question.visualization,
        version,
        question.settings,
        target,
    )


def _entry(key: str, probe: str, rank: int, results: Results) -> schemas.MapEntry:
    stored = results.info(key)
    try:
        info = views.map_info(stored) if stored else None
    except PicassoError:
        info = None  # computed by another version: compute it again
    return schemas.MapEntry(key=key, probe=probe, rank=rank, state="done" if info else "pending", info=info)


def _failed(entry: schemas.MapEntry, error: PicassoError) -> schemas.MapEntry:
    return entry.model_copy(update={"state": "failed", "error": views.error_info(error)})
