"""The catalogue over folders: what is there, what changed, what is broken; nothing is imported here."""

import pathlib
import sys
from collections.abc import Iterator

import pytest

from picasso_tb.errors import BrokenVisualization, InvalidArgument, NotFound
from picasso_tb.jobs import catalogue as module
from picasso_tb.jobs.catalogue import Catalogue, Entry
from picasso_tb.visualizations.declare import CATALOGUE
from tests.extensions.samples import BROKEN, METHOD, renamed

LONG = 60.0  # to wait for a description; it comes within a second


@pytest.fixture(autouse=True)
def without_pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each look scans; and nothing of what the catalogue holds is imported into this process."""
    monkeypatch.setattr(module, "_SECONDS_BETWEEN_SCANS", 0.0)
    before = set(sys.modules)
    yield
    assert not [name for name in set(sys.modules) - before if name.startswith("picasso_own_")]


def own(catalogue: Catalogue, wait: float = LONG) -> list[Entry]:
    return [entry for entry in catalogue.entries(wait) if entry.source is not None]


def test_the_built_in_come_first(tmp_path: pathlib.Path) -> None:
    (tmp_path / "mine.py").write_text(METHOD)
    names = [entry.name for entry in Catalogue([str(tmp_path)]).entries(LONG)]
    assert names == [*CATALOGUE, "brightness"]


def test_settings_and_cost_come_from_the_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "mine.py").write_text(METHOD)
    catalogue = Catalogue([str(tmp_path)])
    found = catalogue.resolve("brightness", {"factor": 3}, 1, LONG)
    assert (found.settings, found.passes, found.needs, found.has_page) == ({"factor": 3}, 3, "scores", False)
    with pytest.raises(InvalidArgument, match="factor"):
        catalogue.resolve("brightness", {"factor": 10}, 1, LONG)
    with pytest.raises(NotFound, match=r"brightness.*Received: 'darkness'"):
        catalogue.resolve("darkness", {}, 1, LONG)


def test_an_edited_file_is_another_version(tmp_path: pathlib.Path) -> None:
    (tmp_path / "mine.py").write_text(METHOD)
    catalogue = Catalogue([str(tmp_path)])
    before = catalogue.resolve("brightness", {}, 1, LONG)
    (tmp_path / "mine.py").write_text(
        METHOD.replace("targets: settings.factor", "targets: 5 * settings.factor")
    )
    after = catalogue.resolve("brightness", {}, 1, LONG)
    (tmp_path / "mine.html").write_text("<p></p>")
    with_page = catalogue.resolve("brightness", {}, 1, LONG)
    assert len({before.version, after.version, with_page.version}) == 3
    assert (before.passes, after.passes, with_page.has_page) == (1, 5, True)
    (tmp_path / "mine.py").unlink()
    assert own(catalogue) == []


def test_broken_files_are_lines_that_say_why(tmp_path: pathlib.Path) -> None:
    for name, (text, _) in BROKEN.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "mine.py").write_text(METHOD)
    catalogue = Catalogue([str(tmp_path)])
    found = {entry.description["title"]: entry for entry in own(catalogue)}
    assert found.keys() == {*BROKEN, "Brightness"}
    for name, (_, said) in BROKEN.items():
        assert said in str(found[name].error)
        with pytest.raises(BrokenVisualization):
            catalogue.resolve(found[name].name, {}, 1, LONG)
    assert found["Brightness"].error is None


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (b"<p>\n{% if %}</p>", "mine.html, line 2: "),
        (b"<p>\n{{ 1 | no_such }}</p>", "mine.html, line 2: No filter named 'no_such'"),
        (b"<p>\n{% include 'other.html' %}</p>", "mine.html, line 2: Expected a template in one file"),
        (b"<p>\xff</p>", "mine.html: Expected text in UTF-8"),
    ],
)
def test_a_wrong_template_is_told_with_its_line(tmp_path: pathlib.Path, template: bytes, said: str) -> None:
    (tmp_path / "mine.py").write_text(METHOD)
    (tmp_path / "mine.html").write_bytes(template)
    catalogue = Catalogue([str(tmp_path)])
    [broken] = own(catalogue)
    assert str(broken.error).startswith(said)
    (tmp_path / "mine.html").write_text("<p>\n</p>")
    assert catalogue.resolve("brightness", {}, 1, LONG).has_page


def test_a_name_that_is_taken_is_an_error_and_overrides_nothing(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.py").write_text(METHOD)
    (tmp_path / "mine.py").write_text(METHOD)
    (tmp_path / "own_occlusion.py").write_text(renamed("occlusion"))
    catalogue = Catalogue([str(tmp_path)])
    first, second, occlusion = own(catalogue)
    assert (first.name, first.error) == ("brightness", None)
    assert f"'brightness', the name of one in {tmp_path / 'a.py'}" in str(second.error)
    assert "'occlusion', the name of a built-in visualization" in str(occlusion.error)
    assert catalogue.resolve("occlusion", {}, 1, LONG).source is None


def test_a_file_that_hangs_is_ended_and_the_others_are_read(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS_TO_IMPORT", 2)
    (tmp_path / "hanging.py").write_text("import time\ntime.sleep(600)\n")
    (tmp_path / "mine.py").write_text(METHOD)
    catalogue = Catalogue([str(tmp_path)])
    waiting = own(catalogue, wait=0)
    assert all(entry.is_being_read and "being read" in str(entry.error) for entry in waiting)
    hanging, mine = own(catalogue)
    assert "Importing hanging.py took longer than 2 s" in str(hanging.error)
    assert (mine.name, mine.error) == ("brightness", None)


def test_a_folder_that_went_away_says_so_and_comes_back(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "methods"
    catalogue = Catalogue([str(folder)])
    [gone] = own(catalogue)
    assert "No such file or directory" in str(gone.error)
    folder.mkdir()
    (folder / "mine.py").write_text(METHOD)
    assert [entry.name for entry in own(catalogue)] == ["brightness"]
