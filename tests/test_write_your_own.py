"""'Write your own in ten minutes': what the page tells the reader to type is typed here."""

import dataclasses
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

from picasso_tb.conformance.asking import page_of
from picasso_tb.conformance.planted import planted_model
from picasso_tb.extensions.load import find
from tests.api.test_http import live_model

PAGE = pathlib.Path(__file__).parent.parent / "docs" / "write-your-own.md"
FOLDER = "my-visualizations"


def block(marker: str) -> str:
    """The code block under a marker of the page."""
    [code] = re.findall(rf"<!-- {re.escape(marker)} -->\n\n```\w+\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(code)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Where the reader is, with the files of the page in their folder."""
    place = tmp_path_factory.mktemp("reader")
    (place / FOLDER).mkdir()
    for name in ("worth.py", "worth.html"):
        (place / FOLDER / name).write_text(block(f"file: {name}"))
    return place


def test_every_block_is_one_of_those_run_here() -> None:
    fences = re.findall(r"^```\w+", PAGE.read_text(), re.MULTILINE)
    markers = re.findall(r"^<!-- (.+) -->$", PAGE.read_text(), re.MULTILINE)
    assert len(fences) == len(markers)
    assert set(markers) == {
        "file: worth.py",
        "file: worth.html",
        "file: pyproject.toml",
        "run: pytest",
        "run: python",
        "not run: needs your logs",
    }


def test_it_passes_the_suite(place) -> None:
    command = block("run: pytest").split()
    done = subprocess.run([sys.executable, "-m", *command], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_it_explains_in_python(place, monkeypatch, capsys, small_logdir) -> None:
    monkeypatch.chdir(place)
    model, images = live_model(small_logdir)
    names = {"model": model, "images": images}
    exec(block("run: python"), names)
    assert capsys.readouterr().out.strip() == "(4, 1, 12, 20) logit gained over grey Worth of each row"
    arrays = names["explanation"].target_arrays["row_sums"]  # type: ignore[attr-defined]
    maps = names["explanation"].maps  # type: ignore[attr-defined]
    np.testing.assert_allclose(arrays, maps.sum(axis=3), rtol=1e-5, atol=1e-6)


def test_the_table_names_what_a_page_may_use(place) -> None:
    """Each name that the page lists is there, for a probe with a label."""
    table = PAGE.read_text().partition("| name | what it is |")[2].partition("\n\n")[0]
    named = re.findall(r"`([a-z_.]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:]))
    assert {"map_image", "probe.label_name", "class_names"} <= set(named)
    template = "".join(f"{{{{ result.{name} }}}}" for name in named)
    entry = dataclasses.replace(find(place / FOLDER / "worth.py"), template=template)
    assert page_of(entry, planted_model())
