"""What was measured, as tables: in the terminal, and in docs/speed.md by `make docs-speed`."""

import json
import pathlib
import platform
import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Any

import psutil

ROOT = pathlib.Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results.json"
QUICK_RESULTS = ROOT / "build" / "bench-quick.json"
PAGE = ROOT / "docs" / "speed.md"


def read(file: pathlib.Path) -> dict[str, Any]:
    """What was found, by measurement, and the machine."""
    return dict(json.loads(file.read_text())) if file.exists() else {}


def keep(file: pathlib.Path, name: str, found: Mapping[str, Any]) -> None:
    """Put a measurement in place of the former of that name."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({**read(file), "machine": machine(), name: found}, indent=2) + "\n")


def machine() -> dict[str, str]:
    """What the figures depend on."""
    processors = pathlib.Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.+)", processors.read_text()) if processors.exists() else []
    return {
        "Processor": f"{names[0] if names else platform.processor()}, {psutil.cpu_count()} cores",
        "Memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "Python": platform.python_version(),
        "TensorFlow": metadata.version(metadata.packages_distributions()["tensorflow"][0]),
        "Keras": metadata.version("keras"),
    }


def page(results: Mapping[str, Any]) -> str:
    """The page on speed, with every block `<!-- made: NAME -->` to `<!-- end -->` filled anew."""

    def made(block: re.Match[str]) -> str:
        name = block[2]
        text = as_table(name, results[name]) if name in results else "Not measured yet."
        return f"{block[1]}\n{text}\n\n{block[3]}"

    blocks = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return blocks.sub(made, PAGE.read_text())


def as_table(name: str, found: Mapping[str, Any]) -> str:
    """A measurement as a table in Markdown."""
    return _libraries(found) if name == "peers" else _table(("", name), [*_rows(found)])


def _libraries(found: Mapping[str, Any]) -> str:
    """A row a case, a column a library."""
    names = list(found["versions"])
    heads = [" ".join([name, found["versions"][name].get(name, "")]).strip() for name in names]
    tensorflows = [found["versions"][name].get("tensorflow", "") for name in names]
    rows = [(case, *(_taken(answers[name]) for name in names)) for case, answers in found["cases"].items()]
    return _table(("seconds (times ours)", *heads), [*rows, ("TensorFlow", *tensorflows)])


def _taken(answer: Mapping[str, Any]) -> str:
    if "error" in answer:
        return str(answer["error"])
    times_ours = f" ({answer['times ours']})" if "times ours" in answer else ""
    return f"{answer['seconds']}{times_ours}"


def _rows(found: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every figure with the names that lead to it."""
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from _rows(value, (*before, name))
        else:
            yield ", ".join((*before, name)), _figure(value)


def _figure(value: object) -> str:
    """What is tiny with the digits that count."""
    return f"{value:.1e}" if isinstance(value, float) and 0 < abs(value) < 1e-3 else str(value)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(read(RESULTS)))
