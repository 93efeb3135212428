"""The OpenAPI document of the routes: what the server publishes and the TypeScript types are made from."""

import json
from typing import Any, Literal

from pydantic.json_schema import models_json_schema

from picasso_tb import __version__
from picasso_tb.api import exports, schemas
from picasso_tb.api.schemas import Schema

Operation = dict[str, Any]

JSON = "application/json"
BODIES: tuple[type[Schema], ...] = (
    schemas.ErrorBody,
    schemas.Catalogue,
    schemas.Runs,
    schemas.Checkpoints,
    schemas.Probes,
    schemas.Estimate,
    schemas.MapsResponse,
    schemas.Warm,
    schemas.Exhibits,
    schemas.Page,
    schemas.Received,
    schemas.JobStatus,
    schemas.ProbeInfo,
    schemas.Deleted,
)


def document() -> dict[str, Any]:
    """OpenAPI 3.1 description of everything under `data/plugin/picasso/api/`."""
    bodies: list[tuple[type[Schema], Literal["validation", "serialization"]]]
    bodies = [
        *((body, "serialization") for body in BODIES),
        *((body, "validation") for body in (schemas.MapsRequest, schemas.WarmRequest)),
    ]
    _, definitions = models_json_schema(bodies, ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Picasso for TensorBoard", "version": __version__},
        "servers": [{"url": "data/plugin/picasso/api"}],
        "paths": paths(),
        "components": {"schemas": definitions["$defs"]},
    }


def paths() -> dict[str, dict[str, Operation]]:
    run = query("run", required=True)
    return {
        "/openapi.json": {"get": operation("This document", content(JSON, {"type": "object"}))},
        "/catalogue": {"get": operation("What can be computed, and its limits", answer(schemas.Catalogue))},
        "/runs": {"get": operation("Every run that holds something of ours", answer(schemas.Runs))},
        "/checkpoints": {"get": operation("Checkpoints of a run", answer(schemas.Checkpoints), run)},
        "/probes": {
            "get": operation("Probes of a run", answer(schemas.Probes), run),
            "post": operation("Upload a picture", answer(schemas.ProbeInfo), body=upload(), changes=True),
        },
        "/probes/{id}": {
            "delete": operation("Forget an upload", answer(schemas.Deleted), path("id"), changes=True)
        },
        "/probes/{id}/image": {
            "get": operation(
                "Picture of a probe, or one of its masks",
                content("image/png", binary()),
                path("id"),
                query("run", "not needed for an upload"),
                query("v", "`image_version` of the probe, so that the answer may be cached"),
                query("mask", "name of a region mask"),
                query(
                    "side",
                    "of the picture made smaller: pixels that its longer side has at most",
                    {"enum": list(exports.SIDES)},
                ),
            )
        },
        "/estimate": {
            "post": operation(
                "What maps would cost",
                answer(schemas.Estimate),
                body=answer(schemas.MapsRequest),
                changes=True,
            )
        },
        "/warm": {
            "post": operation(
                "Have a worker ready before maps are asked for",
                answer(schemas.Warm),
                body=answer(schemas.WarmRequest),
                changes=True,
                status=202,
            )
        },
        "/maps": {
            "post": operation(
                "Ask for maps",
                answer(schemas.MapsResponse),
                body=answer(schemas.MapsRequest),
                changes=True,
            )
        },
        "/maps/{key}": {
            "get": operation(
                "Numbers of a map: .npy, float32, (height, width), NaN where nothing was measured",
                content("application/octet-stream", binary()),
                path("key"),
                query("array", "name of an array kept beside the map"),
                query(
                    "format",
                    "another than .npy",
                    {"enum": ["png", "json", "npz", "exhibits", "page", "received"]},
                ),
            )
        },
        "/jobs/{id}": {
            "get": operation(
                "Progress of a job",
                answer(schemas.JobStatus),
                path("id"),
                query("seen", "number of finished maps already received", {"type": "integer", "minimum": 0}),
            ),
            "delete": operation("Cancel a job", answer(schemas.JobStatus), path("id"), changes=True),
        },
    }


def operation(
    summary: str,
    ok: Operation,
    *parameters: Operation,
    body: Operation | None = None,
    changes: bool = False,
    status: int = 200,
) -> Operation:
    """One method of a path; one that `changes` something needs the header against forged requests."""
    guard = [
        {"name": "X-XSRF-Protected", "in": "header", "required": True, "schema": {"const": "1"}},
    ]
    return {
        "summary": summary,
        "parameters": [*parameters, *(guard if changes else [])],
        **({"requestBody": {"required": True, **body}} if body else {}),
        "responses": {
            str(status): {"description": "OK", **ok},
            "4XX": {"description": "The caller's fault", **answer(schemas.ErrorBody)},
        },
    }


def answer(body: type[Schema]) -> Operation:
    return content(JSON, {"$ref": f"#/components/schemas/{body.__name__}"})


def content(media_type: str, schema: dict[str, Any]) -> Operation:
    return {"content": {media_type: {"schema": schema}}}


def upload() -> Operation:
    region = "top,left,bottom,right in pixels, a mask of that name; empty for none; absent: as before"
    text = {"type": "string"}
    fields = {"file": binary(), "name": text, "region": text | {"description": region}}
    return content("multipart/form-data", {"type": "object", "required": ["file"], "properties": fields})


def binary() -> dict[str, Any]:
    return {"type": "string", "format": "binary"}


def path(name: str) -> Operation:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def query(
    name: str, description: str = "", schema: dict[str, Any] | None = None, required: bool = False
) -> Operation:
    parameter = {"name": name, "in": "query", "required": required, "schema": schema or {"type": "string"}}
    return {**parameter, "description": description} if description else parameter


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))
