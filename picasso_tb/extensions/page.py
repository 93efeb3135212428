"""Fill a user's template, in a process of its own with little memory and little time.

The sandbox keeps a template from Python, the page's policy from everything but its own text and pictures.
"""

import contextlib
import traceback
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from picasso_tb.errors import BrokenVisualization, TooLarge
from picasso_tb.extensions.child import Child, serve

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
# What comes first in a page holds for all that follows it.
_HEAD = (
    '<!doctype html><meta charset="utf-8">'
    f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    '<meta http-equiv="x-dns-prefetch-control" content="off">\n'
)
_OTHER_FILES = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_SECONDS = 10.0
_MEMORY_BYTES = 2**30
_MOST_CHARACTERS = 8 * 2**20

_environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
_child = Child("picasso_tb.extensions.page", _SECONDS)


def render_page(template: str, name: str, result: dict[str, Any]) -> str:
    """The page: HTML for a frame that allows no scripts.

    Args:
        template: its text.
        name: of its file, for messages.
        result: what the template may use, as plain JSON.

    Raises:
        BrokenVisualization: the template is wrong, takes too long or too much memory; names the line.
        TooLarge: the page is.
    """
    html: str = _child.ask({"template": template, "name": name, "result": result}, f"Filling {name}")
    return html


def check_template(template: str, name: str) -> None:
    """
    Raises:
        BrokenVisualization: its language is wrong; names the line.
    """
    try:
        _environment.from_string(template)  # compiled, so that filters and tests are looked up
    except jinja2.TemplateSyntaxError as error:
        raise _wrong_syntax(error, name) from None
    for node in _environment.parse(template).find_all(_OTHER_FILES):
        what = type(node).__name__.lower()
        raise BrokenVisualization(
            f"{name}, line {node.lineno}: Expected a template in one file. Received: {what}"
        )


def _wrong_syntax(error: jinja2.TemplateSyntaxError, name: str) -> BrokenVisualization:
    return BrokenVisualization(f"{name}, line {error.lineno}: {error.message}")


def main() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    serve(_render)


def _render(question: dict[str, Any]) -> str:
    name = question["name"]
    try:
        template = _environment.from_string(question["template"])
        template.filename = name
        return _HEAD + _joined(template.generate(result=question["result"]), name)
    except jinja2.TemplateSyntaxError as error:
        raise _wrong_syntax(error, name) from None
    except (MemoryError, TooLarge):
        raise
    except Exception as error:  # what a template may raise is as open as what Python may
        raise BrokenVisualization(f"{name}{_line_of(error, name)}: {_words(error)}") from None


def _joined(pieces: Any, name: str) -> str:
    page, length = [], 0
    for piece in pieces:
        page.append(piece)
        length += len(piece)
        if length > _MOST_CHARACTERS:
            raise TooLarge(
                f"{name}: Expected a page of at most {_MOST_CHARACTERS} characters. Received: more"
            )
    return "".join(page)


def _line_of(error: Exception, name: str) -> str:
    """Jinja puts the template's own lines into the traceback, as frames of its file."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    return f", line {lines[-1]}" if lines else ""


def _words(error: Exception) -> str:
    text = str(error).strip()[:300]
    return text if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {text}"
