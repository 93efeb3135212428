"""The plugin: puts index, queue and API together and gives TensorBoard the page."""

import hashlib
import importlib.util
import os
import pathlib
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import platformdirs
from tensorboard.plugins import base_plugin
from werkzeug.wrappers import Request, Response

from picasso_tb.api.app import Api
from picasso_tb.api.schemas import Limits
from picasso_tb.api.service import Service
from picasso_tb.errors import InvalidArgument
from picasso_tb.jobs.catalogue import Catalogue
from picasso_tb.jobs.engine import Engine, EngineSettings
from picasso_tb.jobs.queue import Queue
from picasso_tb.store.index import Index
from picasso_tb.store.known_maps import KnownMaps, results_ahead
from picasso_tb.store.leftovers import remove_leftovers
from picasso_tb.store.results import Results

_BUNDLE = pathlib.Path(__file__).parent / "frontend" / "dist" / "index.js"
_MOST_PROBES = 1000
_MOST_WAITING_PROBES = 5000
_UPLOAD_BYTES = 20 * 2**20
_UPLOAD_PIXELS = 16 * 2**20
_URL = re.compile(r"[a-zA-Z][0-9a-zA-Z.]*://")
N = TypeVar("N", int, float)


class PicassoPlugin(base_plugin.TBPlugin):  # type: ignore[misc]
    """See https://www.tensorflow.org/tensorboard for what TensorBoard expects of a plugin.

    Args:
        logdir: empty where the flag `logdir_spec` is given.
        flags: TensorBoard's and ours, by name.
    """

    plugin_name = "picasso"

    def __init__(self, logdir: str | None, flags: Mapping[str, Any]) -> None:
        engine = EngineSettings(
            workers=_number(flags, "workers", int, 1, 64), device=_device(flags), trust=_trust(flags)
        )
        cache_bytes = int(_number(flags, "cache_gb", float, 0.01, 1e6) * 2**30)
        limits = Limits(
            passes=_number(flags, "max_passes", int, 1, 10**12),
            probes=_MOST_PROBES,
            upload_bytes=_UPLOAD_BYTES,
            upload_pixels=_UPLOAD_PIXELS,
        )
        cache = _cache(flags)
        roots = _roots(logdir, flags.get("logdir_spec"))
        results, mail = Results(str(cache / "maps")), str(cache / "mail")
        self._index = Index(roots, _upload_places(roots, cache))
        self._index.refresh_soon()

        def tidy_up() -> None:
            results.shrink_to(cache_bytes)
            remove_leftovers(mail)

        ahead = [*map(Results, _list(flags, "results")), *(results_ahead(root) for _, root in roots)]
        catalogue = Catalogue(_folders(flags))
        queue = Queue(
            Engine(engine),
            results.location,
            mail,
            _MOST_WAITING_PROBES,
            ahead=[place.location for place in ahead],
            on_idle=tidy_up,
            on_end=catalogue.note_end,
        )
        known = KnownMaps(results, ahead)
        self._api = Api(Service(self._index, queue, results, known, catalogue, limits, _obstacle(cache)))

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


def _obstacle(cache: pathlib.Path) -> str | None:
    """Why nothing can be computed here, while known maps are shown; found without importing TensorFlow."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=cache).close()
    except OSError as error:
        return (
            f"Computed maps cannot be kept in {str(cache)!r} ({error.strerror}): "
            "choose another directory with --picasso_cache_dir"
        )
    if importlib.util.find_spec("tensorflow") is None or importlib.util.find_spec("keras") is None:
        return 'TensorFlow is not installed where TensorBoard runs: pip install "picasso-tb[tensorflow]"'
    return None


def _roots(logdir: str | None, logdir_spec: str | None) -> list[tuple[str, str]]:
    """Name to put before the runs, and log directory, read as TensorBoard reads its own flags."""
    if logdir:
        return [("", logdir if _URL.match(logdir) else os.path.abspath(os.path.expanduser(logdir)))]
    names = {}
    for part in logdir_spec.split(",") if logdir_spec else []:
        bare = _URL.match(part) or part.startswith("/") or os.path.splitdrive(part)[0] or ":" not in part
        name, path = ("", part) if bare else part.split(":", 1)
        names[path if _URL.match(path) else os.path.realpath(os.path.expanduser(path))] = name
    return [(name, path) for path, name in names.items()]


def _upload_places(roots: Sequence[tuple[str, str]], cache: pathlib.Path) -> list[str]:
    """Beside the runs, for colleagues to see; else in the cache, apart for each log directory."""
    paths = [path for _, path in roots]
    digest = hashlib.sha256(os.fsencode("\n".join(paths))).hexdigest()[:16]
    return [*(f"{path}/.picasso_uploads" for path in paths[:1]), str(cache / "uploads" / digest)]


def _cache(flags: Mapping[str, Any]) -> pathlib.Path:
    """The directory of the cache, which is there or could be, though perhaps not for us to write."""
    given = flags["picasso_cache_dir"] or platformdirs.user_cache_path("picasso-tb")
    cache = pathlib.Path(given).expanduser().absolute()
    existing = next(path for path in (cache, *cache.parents) if os.path.exists(path))
    if not existing.is_dir():
        raise InvalidArgument(
            f"--picasso_cache_dir: Expected a directory that can be written. Received: {str(cache)!r}"
        )
    return cache


def _list(flags: Mapping[str, Any], name: str) -> list[str]:
    """What a flag names with commas."""
    return [part.strip() for part in str(flags[f"picasso_{name}"]).split(",") if part.strip()]


def _folders(flags: Mapping[str, Any]) -> list[str]:
    """Directories with users' own visualizations."""
    given = _list(flags, "visualizations")
    folders = [str(pathlib.Path(part).expanduser().absolute()) for part in given]
    for folder in folders:
        if not os.path.isdir(folder):
            raise InvalidArgument(f"--picasso_visualizations: Expected a directory. Received: {folder!r}")
    return list(dict.fromkeys(folders))


def _number(flags: Mapping[str, Any], name: str, kind: type[N], low: N, high: N) -> N:
    received = str(flags[f"picasso_{name}"])
    try:
        value = kind(received)
    except ValueError:
        value = None
    if value is None or not low <= value <= high:
        whole = " without decimals" if kind is int else ""
        raise InvalidArgument(
            f"--picasso_{name}: Expected a number from {low:g} to {high:g}{whole}. Received: {received!r}"
        )
    return value


def _trust(flags: Mapping[str, Any]) -> tuple[str, ...]:
    """Importable names."""
    given = _list(flags, "trust")
    for name in given:
        if not all(part.isidentifier() for part in name.split(".")):
            raise InvalidArgument(
                f"--picasso_trust: Expected an importable name such as my_package. Received: {name!r}"
            )
    return tuple(given)


def _device(flags: Mapping[str, Any]) -> str:
    device = str(flags["picasso_device"])
    if device not in ("cpu", "gpu"):
        raise InvalidArgument(f"--picasso_device: Expected cpu or gpu. Received: {device!r}")
    return device
