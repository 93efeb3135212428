"""Where users' visualizations come from, told apart by content. Runs none of their code."""

import dataclasses
import hashlib
import importlib.metadata
import os
import pathlib
from collections.abc import Iterator, Sequence

ENTRY_POINTS = "picasso_tb.visualizations"


@dataclasses.dataclass(frozen=True)
class Source:
    """A Python file with one or more visualizations.

    Attributes:
        file: its path; empty for a module that has not been looked for yet.
        module: `package.module` or `package.module:name`, for one that an installed package brings.
        digest: of everything that decides about its maps and pages; empty where that does not matter.
    """

    file: str
    module: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """As people know it."""
        return self.module or os.path.basename(self.file)


def sources_in(folder: str) -> list[Source]:
    """One for each visualization file of the folder: those that begin with _ are their helpers.

    Raises:
        OSError: the folder cannot be read.
    """
    names = [name for name in sorted(os.listdir(folder)) if name.endswith(".py")]
    return [Source(os.path.join(folder, name)) for name in names if not _is_helper(name)]


def installed_sources() -> list[Source]:
    """One for each entry point of the group, without importing any."""
    found = importlib.metadata.entry_points(group=ENTRY_POINTS)
    return [Source("", module=one.value) for one in sorted(found, key=lambda one: (one.name, one.value))]


def template_of(file: str) -> str:
    """Path of the page's template, which may be there or not: `my_method.html` beside `my_method.py`."""
    return os.path.splitext(file)[0] + ".html"


def parts_of(file: str) -> list[str]:
    """Paths of the files that decide what a visualization does: itself, its template, its helpers."""
    folder = os.path.dirname(file)
    helpers = [name for name in sorted(os.listdir(folder)) if name.startswith("_") and name.endswith(".py")]
    template = template_of(file)
    own = [file, template] if os.path.exists(template) else [file]
    return own + [path for path in (os.path.join(folder, name) for name in helpers) if path != file]


def signature_of(file: str) -> tuple[tuple[str, int, int], ...]:
    """Changes when a part is written again; cheap, as nothing is read."""
    statuses = [(part, os.stat(part)) for part in parts_of(file)]
    return tuple((part, status.st_mtime_ns, status.st_size) for part, status in statuses)


def digest_of(file: str) -> str:
    """Changes when a part's content does."""
    digest = hashlib.sha256(os.path.dirname(file).encode(errors="surrogateescape"))
    for part in parts_of(file):
        content = pathlib.Path(part).read_bytes()
        digest.update(f"\0{os.path.basename(part)}\0{len(content)}\0".encode(errors="surrogateescape"))
        digest.update(content)
    return digest.hexdigest()[:32]


def all_sources(folders: Sequence[str]) -> Iterator[Source | OSError]:
    """Of the folders in turn, then of the installed packages; an error for a folder that cannot be read."""
    for folder in folders:
        try:
            yield from sources_in(folder)
        except OSError as error:
            yield error
    yield from installed_sources()


def _is_helper(name: str) -> bool:
    return name.startswith(("_", ".", "test_")) or name == "conftest.py"
