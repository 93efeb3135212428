"""Plant faults seen in the field, one at a time; the suite must catch every one.

Run it as a script, perhaps with words of the faults to plant, such as their family; it works on copies and
exits with 1 if a fault survives. Each family of methods lists its own in `faults/`.
"""

import collections
import importlib
import pathlib
import pkgutil
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable

sys.path.insert(0, str(pathlib.Path(__file__).parents[2]))

from tests.visualizations import faults

ROOT = pathlib.Path(__file__).parents[2]
CONFORMANCE = "tests/visualizations/test_conformance.py"  # what every visualization is held to, users' too
SUITE = ("tests/visualizations", "tests/test_explanation.py")


def all_faults() -> list[tuple[str, str, str, str, str]]:
    """Family, what goes wrong, file, text to replace and replacement."""
    families = {one.name: importlib.import_module(f"{faults.__name__}.{one.name}") for one in _families()}
    return [(name, *fault) for name, family in families.items() for fault in family.FAULTS]


def _families() -> Iterable[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(faults.__path__)


def first_red(*fault: str) -> str | None:
    """Which part of the suite is red on a copy of the package, with a fault planted in it if one is given."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for part in ("picasso_tb", "tests/visualizations"):
            shutil.copytree(
                ROOT / part,
                copy / part,
                ignore=shutil.ignore_patterns("__pycache__", "frontend"),
            )
        for file in ("tests/__init__.py", "tests/test_explanation.py"):
            shutil.copy(ROOT / file, copy / file)
        if fault:
            plant(copy / fault[0], *fault[1:])
        parts = {"conformance": [CONFORMANCE], "tests": [*_nearest(copy, fault), *SUITE]}
        return next((name for name, tests in parts.items() if not _passes(copy, tests)), None)


def _passes(copy: pathlib.Path, tests: Iterable[str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-qx", "--tb=no", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=copy, capture_output=True, check=False).returncode == 0


def _nearest(copy: pathlib.Path, fault: tuple[str, ...]) -> Iterable[str]:
    """The tests of the file that the fault is in, to run first: they are the likeliest to catch it."""
    name = f"tests/visualizations/test_{pathlib.Path(fault[0]).name}" if fault else ""
    return [name] if name and (copy / name).exists() else []


def plant(file: pathlib.Path, old: str, new: str) -> None:
    file.write_text(planted(file, old, new))


def planted(file: pathlib.Path, old: str, new: str) -> str:
    """The file's text with the fault in it."""
    text = file.read_text()
    if text.count(old) != 1:
        raise SystemExit(f"Expected {old!r} once in {file.name}. Received: {text.count(old)} times")
    return text.replace(old, new)


def main() -> int:
    if first_red():
        raise SystemExit("Expected a suite that passes while no fault is planted.")
    chosen = [fault for fault in all_faults() if all(word in str(fault) for word in sys.argv[1:])]
    caught = collections.Counter[str | None]()
    survivors = []
    for number, (_, what, *fault) in enumerate(chosen, 1):
        red = first_red(*fault)
        print(f"{number} of {len(chosen)}: {f'caught by {red}' if red else 'survived'}: {what}", flush=True)
        caught[red] += 1
        if not red:
            survivors.append(what)
    found = f"{len(chosen) - len(survivors)} of {len(chosen)} planted faults caught"
    print(f"{found}, {caught['conformance']} by conformance alone", *survivors, sep="\n  survived: ")
    return bool(survivors)


if __name__ == "__main__":
    sys.exit(main())
