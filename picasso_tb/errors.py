"""One family of errors whose texts are safe to show a user; the API turns them into JSON in one place."""


class PicassoError(Exception):
    """Something the caller can act on. `field` names the argument or setting at fault, where there is one."""

    code = "error"
    status = 400

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidArgument(PicassoError, ValueError):
    """An argument has the wrong type, shape or value: "Expected ... Received: ..."."""

    code = "invalid_argument"


class Forbidden(PicassoError):
    """The request may come from another site, or points outside the log directory."""

    code = "forbidden"
    status = 403


class NotFound(PicassoError):
    """No such run, checkpoint, probe, visualization, map or job (any more)."""

    code = "not_found"
    status = 404


class MethodNotAllowed(PicassoError):
    """The route exists, the HTTP method does not."""

    code = "method_not_allowed"
    status = 405


class CannotCompute(PicassoError):
    """Nothing can be computed here, for instance without TensorFlow; known maps stay visible."""

    code = "cannot_compute"
    status = 409


class TooLarge(PicassoError):
    """A request body or picture is larger than this server takes."""

    code = "too_large"
    status = 413


class TooCostly(PicassoError):
    """A request would need more passes through the network than one request may ask for."""

    code = "too_costly"
    status = 422


class ModelRefused(PicassoError):
    """The model cannot be loaded or explained; the text says why and what to do."""

    code = "model_refused"
    status = 422


class NeedsCode(ModelRefused):
    """The model is made of code that is at hand in this process only.

    `way` says what to do where it was read from a file.
    """

    def __init__(self, message: str, way: str = "") -> None:
        super().__init__(message)
        self.way = way


class BrokenVisualization(PicassoError):
    """A visualization that a user added cannot be imported, fails or gives no proper answer."""

    code = "broken_visualization"
    status = 422


class DamagedFile(PicassoError):
    """A stored file cannot be read: truncated, corrupt, or of a newer format."""

    code = "damaged_file"
    status = 422


class StorageFailed(PicassoError):
    """The log directory or the cache cannot be read or written just now."""

    code = "storage_failed"
    status = 409


class Busy(PicassoError):
    """The queue is full; ask again later."""

    code = "busy"
    status = 429


class WorkerFailed(PicassoError):
    """The worker process died, or the computation failed in a way nobody foresaw."""

    code = "worker_failed"
    status = 422


class Cancelled(PicassoError):
    """Nobody waits for this result any more."""

    code = "cancelled"
    status = 409
