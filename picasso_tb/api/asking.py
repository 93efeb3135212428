"""From a request for maps to questions for the queue, and what of it is known already."""

import dataclasses
from collections.abc import Iterable

from picasso_tb.api import schemas, views
from picasso_tb.errors import InvalidArgument, PicassoError
from picasso_tb.jobs.catalogue import Catalogue, Resolved
from picasso_tb.jobs.job import Question, narrow
from picasso_tb.jobs.questions import check_classes, part_about, question_about, seen_by
from picasso_tb.jobs.tasks import ProbePart
from picasso_tb.store.index import Index, RunIndex
from picasso_tb.store.known_maps import KnownMaps
from picasso_tb.store.records import ModelRecord, ProbeRecord

_SECONDS_TO_DESCRIBE = 10.0


@dataclasses.dataclass(frozen=True)
class Asked:
    """A request for maps, checked and spelt out.

    Attributes:
        entries: every map asked for.
        wanted: what has to be computed.
        sign: of the maps.
        quantity: what their values are.
    """

    entries: list[schemas.MapEntry]
    wanted: list[tuple[Question, ProbePart]]
    visualization: Resolved
    sign: str
    quantity: str

    @property
    def passes(self) -> int:
        return self.visualization.passes * len(self.wanted)

    def with_previews(self, previews: Iterable[schemas.Outcome]) -> list[schemas.MapEntry]:
        """The entries, those under way with what is known of them so far."""
        known = {outcome.key: outcome.info for outcome in previews}
        return [entry.model_copy(update={"info": known.get(entry.key, entry.info)}) for entry in self.entries]

    def refused(self, error: PicassoError) -> list[schemas.MapEntry]:
        """The entries, where those not known have failed."""
        return [_failed(entry, error) if entry.state == "pending" else entry for entry in self.entries]


def ask(
    request: schemas.MapsRequest, run: RunIndex, index: Index, known: KnownMaps, catalogue: Catalogue
) -> Asked:
    """Check a request against what there is.

    Raises:
        PicassoError: something in it does not exist or is out of bounds.
    """
    checkpoint = run.checkpoint(request.checkpoint)
    model = run.model(checkpoint.model)
    targets = request.targets
    ranks = range(min(targets.count, model.classes)) if targets.kind == "top" else ()
    count = len(ranks) or len(set(targets.classes) if targets.kind == "classes" else "1")
    visualization = catalogue.resolve(request.visualization, request.settings, count, _SECONDS_TO_DESCRIBE)
    question = question_about(run.store.location, checkpoint, model, visualization, tuple(ranks))
    entries: list[schemas.MapEntry] = []
    wanted = []
    for id in dict.fromkeys(request.probes):
        store, probe = index.find_probe(run, id)
        try:
            own = dataclasses.replace(question, classes=_classes(targets, probe, model))
        except InvalidArgument as error:
            if targets.kind != "true":
                raise  # wrong for every probe alike
            key = part_about(question, visualization, store.location, probe, ["true"]).keys[0]
            entries.append(_failed(schemas.MapEntry(key=key, probe=id, rank=0, state="failed"), error))
            continue
        part = part_about(own, visualization, store.location, probe, own.targets)
        found = [_entry(key, id, rank, known) for rank, key in enumerate(part.keys)]
        missing = [entry.key for entry in found if entry.state == "pending"]
        if missing:
            wanted.append(narrow(own, part, missing))
        entries += found
    seen = seen_by(model, visualization, catalogue, _SECONDS_TO_DESCRIBE)
    return Asked(entries, wanted, visualization, seen.sign, seen.quantity)


def _classes(targets: schemas.Targets, probe: ProbeRecord, model: ModelRecord) -> tuple[int, ...]:
    if targets.kind == "top":
        return ()
    if targets.kind == "true" and probe.label is None:
        raise InvalidArgument(f"{probe.name} was logged without a label. Choose another class.", "targets")
    classes = tuple(dict.fromkeys(targets.classes)) if targets.kind == "classes" else (int(probe.label or 0),)
    check_classes(classes, model)
    return classes


def _entry(key: str, probe: str, rank: int, known: KnownMaps) -> schemas.MapEntry:
    found = known.find(key)
    try:
        info = views.map_info(found[1]) if found else None
    except PicassoError:
        info = None  # computed by another version: compute it again
    return schemas.MapEntry(key=key, probe=probe, rank=rank, state="done" if info else "pending", info=info)


def _failed(entry: schemas.MapEntry, error: PicassoError) -> schemas.MapEntry:
    return entry.model_copy(update={"state": "failed", "error": views.error_info(error)})
