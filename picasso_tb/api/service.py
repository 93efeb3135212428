"""What the routes do, in terms of the index, the queue and the result store."""

import picasso_tb
from picasso_tb.api import exports, schemas, views
from picasso_tb.api.asking import Asked, ask
from picasso_tb.api.uploads import keep_upload
from picasso_tb.errors import CannotCompute, NotFound, TooCostly
from picasso_tb.jobs.catalogue import Catalogue
from picasso_tb.jobs.job import Job, Progress
from picasso_tb.jobs.queue import Queue
from picasso_tb.store.index import Index, RunIndex
from picasso_tb.store.known_maps import KnownMaps
from picasso_tb.store.results import Results

_SECONDS_FOR_FIRST_SCAN = 1.5
_SECONDS_TO_DESCRIBE = 3.0  # that the tab waits for users' own visualizations at most


class Service:
    """One method a route. Everything it raises is a PicassoError."""

    def __init__(
        self,
        index: Index,
        queue: Queue,
        results: Results,
        known: KnownMaps,
        catalogue: Catalogue,
        limits: schemas.Limits,
        obstacle: str | None,
    ) -> None:
        self.limits = limits
        self._index = index
        self._queue = queue
        self._results = results  # what this server computes
        self._known = known
        self._catalogue = catalogue
        self._obstacle = obstacle  # why nothing can be computed here, if so

    def catalogue(self) -> schemas.Catalogue:
        entries = self._catalogue.entries(_SECONDS_TO_DESCRIBE)
        return schemas.Catalogue(
            version=picasso_tb.__version__,
            compute=schemas.Compute(available=self._obstacle is None, reason=self._obstacle),
            visualizations=[views.visualization_info(entry) for entry in entries],
            scanned=not any(entry.is_being_read for entry in entries),
            limits=self.limits,
        )

    def runs(self) -> schemas.Runs:
        self._index.refresh_soon(wait_for_first=_SECONDS_FOR_FIRST_SCAN)
        return schemas.Runs(
            runs=[views.run_info(run) for run in self._index.runs()], scanned=self._index.scanned
        )

    def checkpoints(self, run_name: str) -> schemas.Checkpoints:
        return views.checkpoints(self._run(run_name))

    def probes(self, run_name: str) -> schemas.Probes:
        run = self._run(run_name)
        own = run.probes
        logged = {probe.id for probe in own}
        uploads = [
            views.probe_info(probe, store.location)
            for store, probe in self._index.uploads()
            if probe.id not in logged
        ]
        return schemas.Probes(probes=[*map(views.probe_info, own), *uploads], problems=views.problems(run))

    def image(self, run_name: str | None, id: str, mask: str | None, side: int | None) -> tuple[str, bytes]:
        """Version and PNG of a probe's picture, smaller where a `side` is given, or of one of its masks."""
        store, probe = self._index.find_probe(self._run(run_name) if run_name is not None else None, id)
        if mask is not None and mask not in probe.masks:
            raise NotFound(f"Expected one of the masks {sorted(probe.masks)}. Received: {mask!r}", "mask")
        if mask is None and side is not None:
            return views.file_version(probe.image), exports.thumbnail(store.read_picture(probe), side)
        file = probe.image if mask is None else probe.masks[mask]
        return views.file_version(file), exports.checked_png(store.probes.read(file), file)

    def upload(self, content: bytes, name: str, region: str | None) -> schemas.ProbeInfo:
        probe = keep_upload(self._index.upload_stores(), content, name, self.limits, region)
        self._index.refresh_uploads()
        return views.probe_info(probe)

    def delete_upload(self, id: str) -> None:
        store, probe = self._index.find_probe(None, id)
        store.remove_probe(probe)
        self._index.refresh_uploads()

    def estimate(self, request: schemas.MapsRequest) -> schemas.Estimate:
        asked = self._ask(request)
        return schemas.Estimate(
            maps=len(asked.entries),
            known=sum(entry.state == "done" for entry in asked.entries),
            passes=asked.passes,
            passes_per_probe=asked.visualization.passes,
            sign=asked.sign,
            quantity=asked.quantity,
            seconds=self._queue.seconds(question for question, _ in asked.wanted),
        )

    def maps(self, request: schemas.MapsRequest) -> schemas.MapsResponse:
        asked = self._ask(request)
        if not asked.wanted or not request.compute:
            return schemas.MapsResponse(maps=asked.entries, job=None)
        if self._obstacle is not None:
            return schemas.MapsResponse(maps=asked.refused(CannotCompute(self._obstacle)), job=None)
        if asked.passes > self.limits.passes:
            raise TooCostly(
                f"Expected at most {self.limits.passes} passes in one request. Received: {asked.passes} "
                f"({len(asked.wanted)} probes x {asked.visualization.passes} passes)."
            )
        job = self._queue.submit(asked.wanted)
        previews = self._previews(self._queue.progress(self._queue.job(job)))
        return schemas.MapsResponse(maps=asked.with_previews(previews), job=job)

    def job(self, id: str, seen: int) -> schemas.JobStatus:
        return self._status(self._queue.job(id), seen)

    def warm(self, request: schemas.WarmRequest) -> schemas.Warm:
        """Have a worker ready for a checkpoint that somebody looks at, if nothing is to do anyway."""
        run = self._run(request.run)
        checkpoint = run.checkpoint(request.checkpoint)
        ready = self._obstacle is None and self._queue.warm_up(
            run.store.location, checkpoint, run.model(checkpoint.model)
        )
        return schemas.Warm(warming=ready)

    def cancel(self, id: str) -> schemas.JobStatus:
        return self._status(self._queue.cancel(id), 0)

    def map(self, key: str, form: str, array: str) -> bytes:
        """A map as `.npy` (also any array beside it), what is shown with it, for people PNG, JSON, `.npz`."""
        found = self._known.find(key)
        if found is None:
            raise NotFound("This map is not known (any more); ask for it again.", "key")
        results, stored = found
        info = views.map_info(stored)
        if form == "json":
            return info.model_dump_json().encode()
        if form in ("exhibits", "page"):
            if not getattr(info, form):
                raise NotFound(f"Expected a map with {form}. Received: one without", "format")
            return results.read_document(key, form)
        if form == "received":
            return _received(results, info)
        if form == "npz":
            return exports.npz(info, {name: results.read_array(key, name) for name in info.arrays})
        if array not in info.arrays:
            raise NotFound(
                f"Expected one of {', '.join(info.arrays) or 'no array'}. Received: {array!r}", "array"
            )
        if form == "png":
            return exports.map_png(info, results.read_array(key))
        return results.read(key, array)

    def _run(self, name: str) -> RunIndex:
        self._index.refresh_soon(wait_for_first=_SECONDS_FOR_FIRST_SCAN)
        return self._index.run(name)

    def _ask(self, request: schemas.MapsRequest) -> Asked:
        if len(request.probes) > self.limits.probes:
            raise TooCostly(
                f"Expected at most {self.limits.probes} probes. Received: {len(request.probes)}", "probes"
            )
        return ask(request, self._run(request.run), self._index, self._known, self._catalogue)

    def _status(self, job: Job, seen: int) -> schemas.JobStatus:
        progress = self._queue.progress(job)
        return schemas.JobStatus(
            id=job.id,
            state=progress.state,
            phase=progress.phase,
            phase_seconds=progress.phase_seconds,
            passes_done=progress.passes_done,
            passes=progress.passes,
            seconds_left=progress.seconds_left,
            maps_done=len(job.finished),
            maps=len(job.keys),
            finished=[views.outcome(key, error, self._results) for key, error in job.finished[seen:]],
            previews=self._previews(progress),
        )

    def _previews(self, progress: Progress) -> list[schemas.Outcome]:
        found = (views.preview(key, kept, self._results) for key, kept in progress.previews.items())
        return [outcome for outcome in found if outcome]


def _received(results: Results, info: schemas.MapInfo) -> bytes:
    """It lies beside the map, but leaves on its own."""
    if info.received is None or results.info(info.received) is None:
        raise NotFound("What the model received is not kept any more.", "key")
    return results.read_document(info.received, "received")
