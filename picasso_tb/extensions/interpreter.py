"""The process that imports users' files to describe them: no framework, no model, no picture."""

import os
import sys
from typing import Any

from picasso_tb.errors import BrokenVisualization
from picasso_tb.extensions.child import serve
from picasso_tb.extensions.describe import check, described, resolved
from picasso_tb.extensions.load import blamed, load
from picasso_tb.extensions.page import check_template
from picasso_tb.extensions.source import Source, digest_of, template_of


def main() -> None:
    serve(_answer)


def _answer(question: dict[str, Any]) -> Any:
    source = Source(**question["source"])
    return _resolve(source, question) if "settings" in question else _describe(source)


def _describe(source: Source) -> dict[str, Any]:
    """Where the source is, its digest and a description of each of its visualizations."""
    entries = load(source)
    file = source.file or str(sys.modules[source.module.partition(":")[0]].__file__)
    with blamed(source.name, os.path.dirname(file)):
        for entry in entries.values():
            check(entry)
            if entry.template is not None:
                check_template(entry.template, os.path.basename(template_of(file)))
        return {
            "file": file,
            "digest": source.digest or digest_of(file),
            "visualizations": [
                {**described(entry), "has_page": entry.template is not None} for entry in entries.values()
            ],
        }


def _resolve(source: Source, question: dict[str, Any]) -> dict[str, Any]:
    """Full settings and cost of the question's visualization."""
    entries = load(source)
    if question["name"] not in entries:
        raise BrokenVisualization(f"{source.name} holds no {question['name']!r} any more. Ask again.")
    with blamed(source.name, os.path.dirname(source.file)):
        return resolved(entries[question["name"]], question["settings"], question["targets"])
