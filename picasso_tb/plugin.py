"""The plugin: puts index, queue and API together and gives TensorBoard the page."""

import hashlib
import importlib.util
import math
import pathlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import platformdirs
from tensorboard.plugins import base_plugin
from werkzeug.wrappers import Request, Response

from picasso_tb.api.app import Api
from picasso_tb.api.schemas import Limits
from picasso_tb.api.service import Service
from picasso_tb.errors import InvalidArgument
from picasso_tb.jobs.engine import Engine, EngineSettings
from picasso_tb.jobs.queue import Queue
from picasso_tb.store.index import Index
from picasso_tb.store.results import Results

_BUNDLE = pathlib.Path(__file__).parent / "frontend" / "dist" / "index.js"
_MOST_PROBES = 1000
_MOST_WAITING_PROBES = 5000
_UPLOAD_BYTES = 20 * 2**20
_UPLOAD_PIXELS = 16 * 2**20


class PicassoPlugin(base_plugin.TBPlugin):  # type: ignore[misc]
    """See https://www.tensorflow.org/tensorboard for what TensorBoard expects of a plugin."""

    plugin_name = "picasso"

    def __init__(self, context: base_plugin.TBContext) -> None:
        flags = vars(context.flags) if context.flags is not None else {}
        engine = EngineSettings(workers=_whole(flags, "workers", 1, 64), device=_device(flags))
        cache_bytes = int(_number(flags, "cache_gb", 0.01, 1e6) * 2**30)
        limits = Limits(
            passes=_whole(flags, "max_passes", 1, 10**12),
            probes=_MOST_PROBES,
            upload_bytes=_UPLOAD_BYTES,
            upload_pixels=_UPLOAD_PIXELS,
        )
        cache = pathlib.Path(_flag(flags, "cache_dir") or platformdirs.user_cache_path("picasso-tb"))
        roots = _roots(context.logdir, flags.get("logdir_spec") or "")
        results = Results(str(cache / "maps"))
        self._index = Index(roots, _upload_places(roots, cache))
        self._index.refresh_soon()
        queue = Queue(
            Engine(engine),
            results.location,
            str(cache / "mail"),
            _MOST_WAITING_PROBES,
            on_idle=lambda: results.shrink_to(cache_bytes),
        )
        self._api = Api(Service(self._index, queue, results, limits, _obstacle()))

    def get_plugin_apps(self) -> Mapping[str, Any]:
        return {"/index.js": _serve_bundle, "/api/*": self._api}

    def is_active(self) -> bool:
        """Answers from memory; TensorBoard asks often, and a scan here would leave the user a blank page."""
        self._index.refresh_soon()
        return self._index.has_data()

    def frontend_metadata(self) -> base_plugin.FrontendMetadata:
        return base_plugin.FrontendMetadata(es_module_path="/index.js", tab_name="Picasso")


def _serve_bundle(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if not _BUNDLE.exists():
        script = (
            "export function render() { document.body.textContent = "
            "'The front end of Picasso was not built. Install the package again: pip install picasso-tb'; }"
        )
        return Response(script, content_type="text/javascript")(environ, start_response)
    content = _BUNDLE.read_bytes()
    response = Response(content, content_type="text/javascript; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(hashlib.sha256(content).hexdigest()[:16])
    response.make_conditional(Request(environ))
    return response(environ, start_response)


def _obstacle() -> str | None:
    """Why nothing can be computed in this environment; found without importing TensorFlow."""
    if importlib.util.find_spec("tensorflow") is None or importlib.util.find_spec("keras") is None:
        return 'TensorFlow is not installed where TensorBoard runs: pip install "picasso-tb[tensorflow]"'
    return None


def _roots(logdir: str | None, logdir_spec: str) -> dict[str, str]:
    """Name to put before the runs -> log directory, read as TensorBoard reads its own flags."""
    if logdir:
        return {"": str(pathlib.Path(logdir).expanduser()) if "://" not in logdir else logdir}
    roots = {}
    for part in filter(None, logdir_spec.split(",")):
        name, colon, path = part.partition(":")
        named = colon and not re.match(r"[a-zA-Z][0-9a-zA-Z.]*://", part) and not part.startswith("/")
        roots[name if named else ""] = path if named else part
    return roots


def _upload_places(roots: Mapping[str, str], cache: pathlib.Path) -> list[str]:
    """Beside the runs, for colleagues to see; else in the cache, apart for each log directory."""
    digest = hashlib.sha256("\n".join(roots.values()).encode()).hexdigest()[:16]
    return [
        *(f"{root}/.picasso_uploads" for root in list(roots.values())[:1]),
        str(cache / "uploads" / digest),
    ]


def _flag(flags: Mapping[str, Any], name: str) -> str:
    defaults = {"device": "cpu", "workers": "1", "cache_dir": "", "cache_gb": "2", "max_passes": "250000"}
    return str(flags.get(f"picasso_{name}", defaults[name]))


def _number(flags: Mapping[str, Any], name: str, low: float, high: float) -> float:
    try:
        value = float(_flag(flags, name))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise InvalidArgument(
            f"--picasso_{name}: Expected a number from {low:g} to {high:g}. Received: {_flag(flags, name)!r}"
        )
    return value


def _whole(flags: Mapping[str, Any], name: str, low: int, high: int) -> int:
    return int(_number(flags, name, low, high))


def _device(flags: Mapping[str, Any]) -> str:
    device = _flag(flags, "device")
    if device not in ("cpu", "gpu"):
        raise InvalidArgument(f"--picasso_device: Expected cpu or gpu. Received: {device!r}")
    return device
