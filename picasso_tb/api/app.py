"""The WSGI application below `data/plugin/picasso/`: routes, and what may pass them."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pydantic
from werkzeug import exceptions as http
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from picasso_tb.api import exports, openapi
from picasso_tb.api.schemas import Deleted, ErrorBody, ErrorInfo, MapsRequest, Schema, WarmRequest
from picasso_tb.api.service import Service
from picasso_tb.errors import (
    Forbidden,
    InvalidArgument,
    MethodNotAllowed,
    NotFound,
    PicassoError,
    StorageFailed,
    TooLarge,
)
from picasso_tb.faults import first_fault
from picasso_tb.store.digest import digest_of_text

_JSON_BYTES = 4 * 2**20
_IMMUTABLE = "private, max-age=31536000, immutable"
_MEDIA_TYPES = {
    "npy": "application/octet-stream",
    "npz": "application/octet-stream",
    "png": "image/png",
    "json": "application/json",
    "exhibits": "application/json",
    "page": "application/json",
    "received": "application/json",
}
S = TypeVar("S", bound=Schema)

_ROUTES = Map(
    [
        Rule("/api/openapi.json", methods=["GET"], endpoint="openapi"),
        Rule("/api/catalogue", methods=["GET"], endpoint="catalogue"),
        Rule("/api/runs", methods=["GET"], endpoint="runs"),
        Rule("/api/checkpoints", methods=["GET"], endpoint="checkpoints"),
        Rule("/api/probes", methods=["GET"], endpoint="probes"),
        Rule("/api/probes", methods=["POST"], endpoint="upload"),
        Rule("/api/probes/<id>", methods=["DELETE"], endpoint="delete_upload"),
        Rule("/api/probes/<id>/image", methods=["GET"], endpoint="image"),
        Rule("/api/estimate", methods=["POST"], endpoint="estimate"),
        Rule("/api/warm", methods=["POST"], endpoint="warm"),
        Rule("/api/maps", methods=["POST"], endpoint="maps"),
        Rule("/api/maps/<key>", methods=["GET"], endpoint="map"),
        Rule("/api/jobs/<id>", methods=["GET"], endpoint="job"),
        Rule("/api/jobs/<id>", methods=["DELETE"], endpoint="cancel"),
    ]
)


class Api:
    """Turns requests into calls of the service, and its answers and errors into JSON."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        # TensorBoard hands over the whole path, /data/plugin/picasso/api/...
        path = "/" + request.path.partition("/plugin/picasso/")[2]
        try:
            response = self._respond(request, path)
        except PicassoError as error:
            response = _error(error)
        except OSError as error:
            response = _error(
                StorageFailed(f"The files could not be read or written: {error.strerror or error}")
            )
        except http.RequestEntityTooLarge:
            response = _error(TooLarge("Expected a smaller request."))
        except http.HTTPException as error:
            response = _error(InvalidArgument(f"Expected a well-formed request. {error.description}"))
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response(environ, start_response)

    def _respond(self, request: Request, path: str) -> Response:
        routes = _ROUTES.bind(request.host or "localhost")
        try:
            endpoint, arguments = routes.match(path, request.method)
        except http.MethodNotAllowed as error:
            allowed = ", ".join(sorted(error.valid_methods or []))
            raise MethodNotAllowed(f"Expected one of {allowed}. Received: {request.method}") from None
        except http.HTTPException:
            raise NotFound(f"No such address: {path!r}") from None
        if request.method in ("POST", "DELETE"):
            _refuse_foreign(request)
        return getattr(self, f"_{endpoint}")(request, **arguments)  # type: ignore[no-any-return]

    def _openapi(self, request: Request) -> Response:
        return Response(json.dumps(openapi.document()), content_type="application/json")

    def _catalogue(self, request: Request) -> Response:
        return _json(self._service.catalogue())

    def _runs(self, request: Request) -> Response:
        return _json(self._service.runs())

    def _checkpoints(self, request: Request) -> Response:
        return _json(self._service.checkpoints(_query(request, "run")))

    def _probes(self, request: Request) -> Response:
        return _json(self._service.probes(_query(request, "run")))

    def _image(self, request: Request, id: str) -> Response:
        side = _side(request)
        version, content = self._service.image(request.args.get("run"), id, request.args.get("mask"), side)
        tag = f"{version}-{side}" if side else version
        return _cached(request, content, "image/png", tag, forever=request.args.get("v") == version)

    def _upload(self, request: Request) -> Response:
        if request.mimetype != "multipart/form-data":
            raise InvalidArgument(f"Expected multipart/form-data. Received: {request.mimetype!r}")
        request.max_content_length = self._service.limits.upload_bytes + 2**16
        file = request.files.get("file")
        if file is None:
            raise InvalidArgument("Expected a picture in the form field 'file'.", "file")
        name, region = request.form.get("name") or file.filename or "", request.form.get("region")
        return _json(self._service.upload(file.read(), name, region))

    def _delete_upload(self, request: Request, id: str) -> Response:
        self._service.delete_upload(id)
        return _json(Deleted(deleted=id))

    def _estimate(self, request: Request) -> Response:
        return _json(self._service.estimate(_body(request, MapsRequest)))

    def _warm(self, request: Request) -> Response:
        return _json(self._service.warm(_body(request, WarmRequest)), 202)

    def _maps(self, request: Request) -> Response:
        return _json(self._service.maps(_body(request, MapsRequest)))

    def _map(self, request: Request, key: str) -> Response:
        form, array = request.args.get("format", "npy"), request.args.get("array", "map")
        if form not in _MEDIA_TYPES:
            raise InvalidArgument(f"Expected one of {', '.join(_MEDIA_TYPES)}. Received: {form!r}", "format")
        content = self._service.map(key, form, array)
        return _cached(request, content, _MEDIA_TYPES[form], f"{key}-{form}-{array}")

    def _job(self, request: Request, id: str) -> Response:
        seen = request.args.get("seen", "0")
        if not seen.isdecimal() or len(seen) > 9:
            raise InvalidArgument(f"Expected a number of maps. Received: {seen!r}", "seen")
        return _json(self._service.job(id, int(seen)))

    def _cancel(self, request: Request, id: str) -> Response:
        return _json(self._service.cancel(id))


def _refuse_foreign(request: Request) -> None:
    """TensorBoard has no protection of its own against requests that another site makes the browser send."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("Requests from other sites change nothing here.")
    if request.headers.get("X-XSRF-Protected") != "1":
        raise Forbidden("Expected the header 'X-XSRF-Protected: 1'.")


def _body(request: Request, schema: type[S]) -> S:
    if request.mimetype != "application/json":
        raise InvalidArgument(f"Expected application/json. Received: {request.mimetype!r}")
    request.max_content_length = _JSON_BYTES
    try:
        return schema.model_validate_json(request.get_data())
    except pydantic.ValidationError as refused:
        fault = first_fault(refused, schema)
        raise InvalidArgument(fault.at("body"), fault.key or None) from None


def _query(request: Request, name: str) -> str:
    if name not in request.args:
        raise InvalidArgument(f"Expected the query parameter {name!r}.", name)
    return request.args[name]


def _side(request: Request) -> int | None:
    """Of the thumbnail that is asked for; regions are sent whole."""
    side = request.args.get("side")
    if side is None:
        return None
    if side not in map(str, exports.SIDES):
        raise InvalidArgument(
            f"Expected one of {', '.join(map(str, exports.SIDES))}. Received: {side!r}", "side"
        )
    if "mask" in request.args:
        raise InvalidArgument("Expected 'side' or 'mask'. Received: both", "side")
    return int(side)


def _json(body: Schema, status: int = 200) -> Response:
    return Response(body.model_dump_json(), status, content_type="application/json")


def _error(error: PicassoError) -> Response:
    info = ErrorInfo(code=error.code, message=error.message, field=error.field)
    return _json(ErrorBody(error=info), error.status)


def _cached(request: Request, content: bytes, media_type: str, tag: str, forever: bool = True) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Cache-Control"] = _IMMUTABLE if forever else "no-cache"
    response.set_etag(digest_of_text(tag))  # a header takes Latin-1 only
    response.make_conditional(request)
    return response
