"""`pytest --picasso FILE`, run as a user runs it, on good files and on broken ones."""

import pathlib
import subprocess
import sys

import pytest

from tests.extensions.samples import METHOD

SLOPES = "np.abs(model.gradients(images, targets)).max(axis=-1)"

COST = "targets: 1 + targets"


def with_slopes(body: str = f"return {SLOPES}") -> str:
    """A method that follows the model, or does with it what the body says."""
    method = METHOD.replace("Needs.SCORES", "Needs.GRADIENTS").replace("targets: settings.factor", COST)
    head, _, _ = method.partition("    maps = ")
    return f"{head}    {body}\n"


def run(folder: pathlib.Path, *files: str) -> "subprocess.CompletedProcess[str]":
    options = [part for file in files for part in ("--picasso", file)]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_good_files_pass_and_nothing_else_runs(tmp_path):
    (tmp_path / "mine.py").write_text(with_slopes())
    (tmp_path / "mine.html").write_text("{{ result.probe.name }}")
    (tmp_path / "more.py").write_text(with_slopes().replace("def brightness(", "def more("))
    (tmp_path / "test_other.py").write_text("def test_of_the_users_own():\n    assert False\n")
    done = run(tmp_path, "mine.py", "more.py")
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


FAULTY = {  # what is wrong: the function's body and the test that says so
    "turned upside down": (f"return {SLOPES}[..., ::-1, ::-1].copy()", "maps_lie_where_the_evidence_is"),
    "of another shape": ("return np.zeros((1, 1), np.float32)", "Expected maps float32"),
    "left to luck": (f"return {SLOPES} + np.float32(np.random.uniform())", "same_question_same_answer"),
    "changing its arguments": (f"images *= 2; return {SLOPES}", "nothing_touched"),
    "negative sizes": (f"return -{SLOPES}", "test_the_answer_fits_the_question"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_file_fails_where_it_is_wrong(tmp_path, fault):
    body, said = FAULTY[fault]
    (tmp_path / "mine.py").write_text(with_slopes(body))
    done = run(tmp_path, "mine.py")
    assert done.returncode == 1 and said in done.stdout


def test_a_cost_that_is_not_said_fails(tmp_path):
    (tmp_path / "mine.py").write_text(with_slopes().replace(COST, "targets: 1"))
    done = run(tmp_path, "mine.py")
    assert done.returncode == 1 and "test_it_costs_what_it_says" in done.stdout


def test_a_template_that_cannot_be_filled_fails(tmp_path):
    (tmp_path / "mine.py").write_text(with_slopes())
    (tmp_path / "mine.html").write_text("{{ result.nobody }}")
    done = run(tmp_path, "mine.py")
    assert done.returncode == 1 and "has no attribute 'nobody'" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"), [("def broken(:", "SyntaxError"), ("x = 1", "Received: none"), (None, "Python file")]
)
def test_a_file_that_cannot_be_imported_is_told_in_words(tmp_path, text, said):
    if text is not None:
        (tmp_path / "mine.py").write_text(text)
    done = run(tmp_path, "mine.py")
    assert done.returncode != 0 and said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_without_the_option_nothing_is_imported(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it():\n    assert not {'pydantic', 'numpy'} & set(sys.modules)\n"
    )
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout
