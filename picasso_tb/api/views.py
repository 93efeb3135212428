"""From what is stored to what is sent."""

from typing import Any

import pydantic

from picasso_tb.api import schemas
from picasso_tb.errors import NotFound, PicassoError
from picasso_tb.jobs.catalogue import Entry
from picasso_tb.store.folder import Folder, printable
from picasso_tb.store.index import RunIndex
from picasso_tb.store.keep import best_checkpoint
from picasso_tb.store.records import ProbeRecord
from picasso_tb.store.results import Results

_NOTHING_KNOWN: dict[str, Any] = {
    "title": "",
    "summary": "",
    "paper": "",
    "needs": "scores",
    "sign": "magnitude",
    "quantity": "",
    "draws_map": False,
    "settings_schema": {},
    "default_passes": 0,
}
_DESCRIBED = {"name", *_NOTHING_KNOWN}


def visualization_info(entry: Entry) -> schemas.VisualizationInfo:
    known = {name: value for name, value in entry.description.items() if name in _DESCRIBED}
    return schemas.VisualizationInfo(
        **{**_NOTHING_KNOWN, **known, "name": entry.name},
        version=entry.version,
        own=entry.source is not None,
        file=entry.source.file or None if entry.source else None,
        error=entry.error,
        failure=entry.failure,
    )


def run_info(run: RunIndex) -> schemas.RunInfo:
    checkpoints = run.checkpoints
    return schemas.RunInfo(
        name=run.name,
        path=printable(str(Folder(run.store.location))),
        checkpoints=len(checkpoints),
        probes=len(run.probes),
        last_step=checkpoints[-1].step if checkpoints else None,
        problems=problems(run),
    )


def problems(run: RunIndex) -> list[schemas.Problem]:
    return [schemas.Problem(file=problem.file, message=problem.message) for problem in run.problems]


def checkpoints(run: RunIndex) -> schemas.Checkpoints:
    records = run.checkpoints
    best = best_checkpoint(records)
    infos = []
    for number, record in enumerate(records):
        named = {"first": number == 0, "best": record is best, "last": number == len(records) - 1}
        infos.append(
            schemas.CheckpointInfo(
                id=record.id,
                step=record.step,
                model=record.model,
                names=[name for name, holds in named.items() if holds],
                metrics=record.metrics,
                wall_time=record.wall_time,
            )
        )
    models = [
        schemas.ModelInfo(
            name=model.name,
            class_names=model.class_names,
            classes=model.classes,
            height=model.height,
            width=model.width,
            channels=model.channels,
            layers=[schemas.LayerInfo(**layer.model_dump()) for layer in model.layers],
            offers=model.offers,
        )
        for model in run.models.values()
    ]
    return schemas.Checkpoints(checkpoints=infos, models=models, problems=problems(run))


def probe_info(probe: ProbeRecord, location: str | None = None) -> schemas.ProbeInfo:
    return schemas.ProbeInfo(
        id=probe.id,
        name=probe.name,
        label=probe.label,
        height=probe.height,
        width=probe.width,
        masks=list(probe.masks),
        mask_versions={name: file_version(file) for name, file in probe.masks.items()},
        uploaded=probe.uploaded,
        location=printable(str(Folder(location))) if location else None,
        image_version=file_version(probe.image),
    )


def file_version(file: str) -> str:
    """Payload names hold the digest of their content, so a name is a version."""
    return file.removesuffix(".png")


def map_info(stored: dict[str, object]) -> schemas.MapInfo:
    """Raises NotFound if what is stored was not written by this version."""
    try:
        return schemas.MapInfo.model_validate({k: v for k, v in stored.items() if k != "format"})
    except pydantic.ValidationError:
        raise NotFound("This map was computed by another version; ask for it again.", "key") from None


def error_info(error: PicassoError) -> schemas.ErrorInfo:
    return schemas.ErrorInfo(code=error.code, message=error.message, field=error.field)


def preview(key: str, kept: str, results: Results) -> schemas.Outcome | None:
    """None where a newer one has come meanwhile, or another version left it."""
    stored = results.info(kept)
    try:
        return schemas.Outcome(key=key, state="preview", info=map_info(stored)) if stored else None
    except NotFound:
        return None


def outcome(key: str, error: PicassoError | None, results: Results) -> schemas.Outcome:
    stored = results.info(key) if error is None else None
    if stored is None:
        error = error or NotFound("The map was computed but is no longer in the cache.", "key")
        return schemas.Outcome(key=key, state="failed", error=error_info(error))
    try:
        return schemas.Outcome(key=key, state="done", info=map_info(stored))
    except NotFound as error:
        return schemas.Outcome(key=key, state="failed", error=error_info(error))
