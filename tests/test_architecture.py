"""Which part may import which: the arrows of the design, held by the imports really written."""

import ast
import pathlib
import subprocess
import sys

import pytest

PACKAGE = pathlib.Path(__file__).parent.parent / "picasso_tb"
FRAMEWORKS = {"tensorflow", "keras", "torch", "jax"}
MAY_IMPORT = {  # part: the other parts that it may import
    "errors": set(),
    "faults": {"errors"},
    "store": {"errors", "faults"},
    "models": {"errors", "faults", "store"},
    "visualizations": {"errors", "faults", "models.protocol"},
    "explanation": {"errors", "models", "visualizations"},
    "logged": {"errors", "models", "store", "explanation", "jobs.loaded"},
    "explainer": {
        "errors",
        "models",
        "visualizations",
        "explanation",
        "logged",
        "logging.probes",
        "extensions.load",
    },
    "logging": {"errors", "models", "store"},
    "jobs": {"errors", "models", "store", "visualizations", "explanation", "extensions"},
    "api": {"errors", "faults", "jobs", "store"},
    "plugin": {"errors", "api", "jobs.catalogue", "jobs.engine", "jobs.queue", "store"},
    "extensions": {"errors", "visualizations.declare"},
    "conformance": {"errors", "models", "visualizations", "explanation", "extensions", "jobs", "store"},
    "loader": {"plugin"},
    "commands": {
        "errors",
        "faults",
        "models",
        "visualizations",
        "store",
        "jobs",
        "logging",
        "extensions",
        "demo",
    },
    "cli": {"errors", "commands"},
}


def imports_of(file: pathlib.Path) -> set[str]:
    """Modules imported anywhere in a file."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files_of(part: str) -> list[pathlib.Path]:
    return sorted((PACKAGE / part).rglob("*.py")) or [PACKAGE / f"{part}.py"]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_point_one_way(part):
    allowed = {f"picasso_tb.{other}" for other in MAY_IMPORT[part] | {part}}
    for file in files_of(part):
        for module in imports_of(file):
            inside = module.startswith("picasso_tb.") and not module.endswith(".__version__")
            assert not inside or any(f"{module}.".startswith(f"{one}.") for one in allowed), (file, module)


def test_every_part_is_listed():
    parts = {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert parts - {"__init__"} == set(MAY_IMPORT)


@pytest.mark.parametrize("file", files_of("visualizations"), ids=lambda file: file.stem)
def test_a_method_imports_numpy_pydantic_and_the_contract_only(file):
    outside = {module.partition(".")[0] for module in imports_of(file)} - {"picasso_tb"}
    assert outside <= set(sys.stdlib_module_names) | {"numpy", "pydantic"}


def test_importing_the_package_loads_nothing():
    code = (
        "import sys; before = set(sys.modules); import picasso_tb; print(sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert "numpy" not in loaded
    assert not FRAMEWORKS & set(ast.literal_eval(loaded))


def test_the_loader_loads_tensorboards_base_plugin_only():
    code = """
import sys
import picasso_tb.loader
heavy = ("picasso_tb.", "pydantic", "loky", "tensorflow")
print(sorted(name for name in sys.modules if name.startswith(heavy)))
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "['picasso_tb.loader']"


def test_every_name_of_the_package_is_there():
    import picasso_tb

    for name in picasso_tb.__all__:
        assert getattr(picasso_tb, name) is not None
        assert name in dir(picasso_tb)
    assert callable(picasso_tb.explain)
    with pytest.raises(AttributeError, match="nothing"):
        _ = picasso_tb.nothing
