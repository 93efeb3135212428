"""Visualizations that an installed package brings, and those that are tried out in a notebook."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

from picasso_tb.extensions.load import find
from picasso_tb.visualizations.declare import CATALOGUE, Visualization, visualization
from tests.extensions.samples import METHOD


@pytest.fixture
def site(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder as pip leaves it, with a package that brings a visualization."""
    package, metadata = tmp_path / "my_package", tmp_path / "my_package-1.dist-info"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "brightness.py").write_text(METHOD)
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(
        "[picasso_tb.visualizations]\nbrightness = my_package.brightness\n"
    )
    return tmp_path


def run(site: pathlib.Path, code: str) -> str:
    """What the code prints in a Python that has the package."""
    code = f"import sys; sys.path.insert(0, {str(site)!r})\n{code}"
    return subprocess.check_output([sys.executable, "-c", code], text=True).strip()


def test_the_catalogue_has_it_without_importing_it(site):
    code = """
from picasso_tb.jobs.catalogue import Catalogue
catalogue = Catalogue()
[entry] = [one for one in catalogue.entries(wait=60) if one.source]
resolved = catalogue.resolve("brightness", {"factor": 3}, 1, wait=60)
print(entry.name, entry.error, resolved.passes, "my_package" in sys.modules, resolved.source.file)
"""
    file = str(site / "my_package" / "brightness.py")
    assert run(site, code).split() == ["brightness", "None", "3", "False", file]


def test_a_changed_module_is_described_again(site):
    code = f"""
import pathlib
from picasso_tb.jobs.catalogue import Catalogue
file = pathlib.Path({str(site / "my_package" / "brightness.py")!r})
catalogue = Catalogue()
before = catalogue.resolve("brightness", {{}}, 1, wait=60)
file.write_text(file.read_text().replace("targets: settings.factor", "targets: 5 * settings.factor"))
import time; time.sleep(1.1)
after = catalogue.resolve("brightness", {{}}, 1, wait=60)
print(before.passes, after.passes, before.version != after.version)
"""
    assert run(site, code).split() == ["1", "5", "True"]


def test_a_script_finds_it_by_name(site):
    code = "from picasso_tb.extensions.load import find; print(find('brightness').title)"
    assert run(site, code) == "Brightness"


def test_a_broken_package_harms_only_itself(site):
    (site / "my_package" / "brightness.py").write_text("import no_such_package\n")
    code = """
from picasso_tb.extensions.load import find
from picasso_tb.jobs.catalogue import Catalogue
print([one.error for one in Catalogue().entries(wait=60) if one.error])
print(find("saliency").title)
"""
    told, title = run(site, code).splitlines()
    assert "no_such_package" in told and title == "Saliency"


def test_a_notebooks_cell_may_run_again():
    built_in = CATALOGUE["saliency"]

    def declare(compute) -> Visualization:
        return visualization(
            title="Tried",
            summary="Tried.",
            needs=built_in.needs,
            sign=built_in.sign,
            settings=built_in.settings,
            quantity=built_in.quantity,
            passes=built_in.passes,
        )(compute)

    def tried(model, images, targets, settings):
        return np.zeros(())

    try:
        declare(tried)
        again = declare(tried)
        assert find("tried") is again
    finally:
        CATALOGUE.pop("tried", None)
    with pytest.raises(ValueError, match="Two visualizations are named 'saliency'"):
        declare(built_in.compute)
