"""pytest's option `--picasso FILE`. Every pytest where the package is installed loads it: keep it light."""

import pathlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from picasso_tb.visualizations.declare import Visualization

_SUITE = "picasso_tb.conformance.suite"

pytest.register_assert_rewrite(_SUITE)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("picasso", "Picasso for TensorBoard")
    group.addoption(
        "--picasso",
        metavar="FILE",
        action="append",
        default=[],
        help="Run the conformance suite on the visualizations of a Python file. May be given several times.",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--picasso"):
        suite = str(pathlib.Path(__file__).with_name("suite.py"))
        named = config.args if config.args_source is pytest.Config.ArgsSource.ARGS else []
        config.args = [*named, suite]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test of the suite for each visualization at hand."""
    if metafunc.function.__module__ != _SUITE:
        return
    for fixture in {"entry", "drawing"} & set(metafunc.fixturenames):
        entries = [one for one in _entries(metafunc.config) if fixture == "entry" or one.draws_map]
        metafunc.parametrize(fixture, entries, ids=[one.name for one in entries])


def _entries(config: pytest.Config) -> "list[Visualization]":
    """Of the files given, or the built-in ones."""
    from picasso_tb.errors import PicassoError
    from picasso_tb.extensions.load import load_file
    from picasso_tb.visualizations.declare import CATALOGUE

    files = config.getoption("--picasso")
    try:
        found = [entry for file in files for entry in load_file(file).values()]
    except PicassoError as error:
        raise pytest.UsageError(f"--picasso: {error.message}") from None
    return found if files else [CATALOGUE[name] for name in sorted(CATALOGUE)]
