"""What built-in visualizations owe beyond what users' do: a paper, documentation, the contracts alone."""

import ast
import inspect
import sys

import pytest

from picasso_tb.visualizations.declare import CATALOGUE, Visualization

MAY_IMPORT = {
    "picasso_tb.models.protocol",
    "picasso_tb.errors",
    "numpy",
    "pydantic",
}


@pytest.fixture(params=sorted(CATALOGUE))
def built_in(request: pytest.FixtureRequest) -> Visualization:
    return CATALOGUE[request.param]


def test_it_is_documented(built_in: Visualization) -> None:
    assert built_in.paper.startswith("https://")
    assert "Returns:" in (built_in.compute.__doc__ or "")


def test_it_builds_on_the_contracts_alone(built_in: Visualization) -> None:
    module = inspect.getmodule(built_in.compute)
    assert module
    imported: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    own = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    own = {name for name in own if not name.startswith("picasso_tb.visualizations.")}
    assert own - {"numpy.typing"} <= MAY_IMPORT
