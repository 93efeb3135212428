"""Writes what the code knows into the pages of the methods: `make docs-pages`; a test fails on stale ones.

Words are written by hand. Between `<!-- made: NAME -->` and `<!-- end -->` everything is made.
"""

import pathlib
import re
from typing import Any

import picasso_tb.visualizations  # noqa: F401  (fills the catalogue)
from picasso_tb.visualizations.declare import CATALOGUE, Needs, Sign, Visualization

PAGES = pathlib.Path(__file__).parent / "methods"
NEEDS = {
    Needs.SCORES: "class scores: any classifier",
    Needs.GRADIENTS: "slopes: a network with a way back to its input",
    Needs.ACTIVATIONS: "slopes at a layer with rows and columns, such as a convolution",
}
SIGNS = {Sign.SIGNED: "signed: for and against the class", Sign.MAGNITUDE: "sizes, never negative"}


def write_all() -> None:
    for name, entry in CATALOGUE.items():
        write(PAGES / f"{name}.md", {"facts": facts(entry), "settings": settings(entry)})
    write(PAGES / "README.md", {"methods": overview()})


def write(page: pathlib.Path, blocks: dict[str, str]) -> None:
    text = page.read_text()
    for name, made in blocks.items():
        text = replaced(text, name, made)
    page.write_text(text)


def replaced(text: str, name: str, made: str) -> str:
    """The text with that block in place of the former."""
    block = re.compile(rf"(<!-- made: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    assert len(block.findall(text)) == 1, f"Expected one block {name!r}"
    return block.sub(lambda found: f"{found[1]}\n{made}\n\n{found[2]}", text)


def facts(entry: Visualization) -> str:
    usual = entry.settings()
    passes = entry.passes(usual, 1)
    rows = [
        ("A value is the", entry.quantity(usual)),
        ("Values", SIGNS[entry.sign(usual)] if entry.draws_map else "0 to 1, no map"),
        ("Needs", NEEDS[entry.needs]),
        ("Cost", f"{passes:,} {'pass' if passes == 1 else 'passes'} through the network for a picture"),
        ("Paper", f"<{entry.paper}>"),
        ("In Python", f'`explain(model, images, "{entry.name}")`'),
    ]
    return table(("With the usual settings", ""), rows)


def settings(entry: Visualization) -> str:
    fields = entry.form()["properties"]
    if not fields:
        return "It has none."
    rows = [
        (f"`{name}`", field["title"], usual(field), allowed(field), field.get("description", ""))
        for name, field in fields.items()
    ]
    return table(("Setting", "In the tab", "Usual", "Allowed", "Meaning"), rows)


def usual(field: dict[str, Any]) -> str:
    value = field.get("default")
    return "the last layer" if value is None else shown(value, field)


def allowed(field: dict[str, Any]) -> str:
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if field.get("choices") == "layers":
        return "a layer of the model"
    return f"{shown(field['minimum'], field)} to {shown(field['maximum'], field)}"


def shown(value: Any, field: dict[str, Any]) -> str:
    if isinstance(value, str):
        return f"`{value}`"
    if field.get("percent"):
        return f"{value} ({value:.0%})"
    return f"{value}{' ' + field['unit'] if 'unit' in field else ''}"


def overview() -> str:
    rows = [
        (f"[{entry.title}]({name}.md)", entry.summary, f"{entry.passes(entry.settings(), 1):,}")
        for name, entry in sorted(CATALOGUE.items(), key=lambda one: (one[1].needs.value, one[0]))
    ]
    return table(("Method", "What it does", "Passes"), rows)


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    write_all()
