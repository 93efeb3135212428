"""The documentation: each method has its page, what is made is fresh, links lead on, figures are right."""

import pathlib
import re
import sys

import numpy as np
import pytest

import picasso_tb.visualizations  # noqa: F401  (fills the catalogue)
from picasso_tb.visualizations.declare import CATALOGUE

ROOT = pathlib.Path(__file__).parent.parent
DOCS = ROOT / "docs"
sys.path.append(str(DOCS))

import make_pictures  # noqa: E402  (the documentation is no installed package)
import method_pages  # noqa: E402

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: pathlib.Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_every_method_has_a_page() -> None:
    assert {page.stem for page in method_pages.PAGES.glob("*.md")} == {"README", *CATALOGUE}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_page_of_a_method_says_all_there_is_to_say(name: str) -> None:
    page = (method_pages.PAGES / f"{name}.md").read_text()
    entry = CATALOGUE[name]
    assert page.startswith(f"# {entry.title}\n")
    sections = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert sections == ["Formula", "Settings", "Pitfalls", "On the demo"]
    for field in entry.settings.model_fields:
        assert f"| `{field}` |" in page
    assert f"](../pictures/methods/{name}.png)" in page
    assert entry.paper in page


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_what_the_code_knows_is_fresh(name: str) -> None:
    page = (method_pages.PAGES / f"{name}.md").read_text()
    entry = CATALOGUE[name]
    for block, made in (("facts", method_pages.facts(entry)), ("settings", method_pages.settings(entry))):
        assert method_pages.replaced(page, block, made) == page, "run `make docs-pages`"


def test_index_of_the_methods_is_fresh() -> None:
    index = (method_pages.PAGES / "README.md").read_text()
    assert method_pages.replaced(index, "methods", method_pages.overview()) == index, "run `make docs-pages`"
    figures = index.partition("<!-- made: figures -->")[2].partition("<!-- end -->")[0]
    for name, entry in CATALOGUE.items():
        row = f"| [{entry.title}]({name}.md) |"
        assert (row in figures) == entry.draws_map, "run `make docs-pictures`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: pathlib.Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for link in LINK.findall(text):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_pictures_are_small_and_of_a_method() -> None:
    pictures = list(make_pictures.PICTURES.glob("*.png"))
    assert {picture.stem for picture in pictures} == set(CATALOGUE)
    assert sum(picture.stat().st_size for picture in pictures) < 600_000


def test_figures_count_what_lies_where() -> None:
    """Two maps of 3 x 5: one on the cue but for a fifth, one empty but for what speaks against the class."""
    maps = np.zeros((2, 3, 5), np.float32)
    maps[0, 0, 3:] = 2
    maps[0, 2, 0] = 1
    maps[0, 1, 1] = np.nan
    maps[1, 1, 1] = -7
    cues, garments = np.zeros((2, 2, 3, 5), bool)
    cues[:, 0, 3:] = True
    garments[:, 2, :2] = True
    found = make_pictures.figures(maps, cues, garments)
    assert found == make_pictures.Figures(
        cue=pytest.approx(0.8 / 2),
        garment=pytest.approx(0.2 / 2),
        peak_in_cue=pytest.approx(0.5),
        peak_in_garment=0,
    )


def test_a_flat_peak_counts_in_its_middle() -> None:
    maps = np.zeros((1, 4, 9), np.float32)
    maps[0, :3, 1:8] = 5
    middle, corner = np.zeros((2, 1, 4, 9), bool)
    middle[0, 1, 4], corner[0, 0, 1] = True, True
    found = make_pictures.figures(maps, middle, corner)
    assert (found.peak_in_cue, found.peak_in_garment) == (1, 0)
