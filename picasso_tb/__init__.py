"""Picasso: see where an image classifier looks, on every checkpoint, in a TensorBoard tab.

TensorBoard imports this package before it asks for our plugin, so nothing is imported here until it is used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from picasso_tb.explainer import explain
    from picasso_tb.explanation import Explanation
    from picasso_tb.logged import LoggedCheckpoint, LoggedProbe, LoggedRun, open_run
    from picasso_tb.logging.callback import PicassoCallback
    from picasso_tb.logging.writer import Writer
    from picasso_tb.models.doors import open_model
    from picasso_tb.models.input_spec import InputSpec

__version__ = "0.1.0"

_HOMES = {
    "Explanation": "picasso_tb.explanation",
    "InputSpec": "picasso_tb.models.input_spec",
    "LoggedCheckpoint": "picasso_tb.logged",
    "LoggedProbe": "picasso_tb.logged",
    "LoggedRun": "picasso_tb.logged",
    "PicassoCallback": "picasso_tb.logging.callback",
    "Writer": "picasso_tb.logging.writer",
    "explain": "picasso_tb.explainer",
    "open_model": "picasso_tb.models.doors",
    "open_run": "picasso_tb.logged",
}
__all__ = [
    "Explanation",
    "InputSpec",
    "LoggedCheckpoint",
    "LoggedProbe",
    "LoggedRun",
    "PicassoCallback",
    "Writer",
    "__version__",
    "explain",
    "open_model",
    "open_run",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
