"""A process that may hang, crash or babble leaves whoever asks it with an answer or an error."""

import os
import pathlib
import sys
import textwrap

import psutil
import pytest

from picasso_tb.errors import BrokenVisualization, InvalidArgument
from picasso_tb.extensions.child import Child

ANSWERER = """
import os, sys, time
from picasso_tb.errors import InvalidArgument
from picasso_tb.extensions.child import serve

def answer(question):
    what = question["do"]
    if what == "hang":
        time.sleep(600)
    if what == "exit":
        os._exit(7)
    if what == "crash":
        os.abort()
    if what == "refuse":
        raise InvalidArgument("factor: Expected less. Received: more", "factor")
    if what == "raise":
        raise KeyError("lost")
    if what == "memory":
        raise MemoryError
    if what == "print":
        print("not an answer")
        os.system("echo nor this")
    return os.getpid()

def main():
    serve(answer)
"""


@pytest.fixture
def child(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "picasso_answerer.py").write_text(textwrap.dedent(ANSWERER))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    child = Child("picasso_answerer", seconds=2)
    yield child
    child.stop()


def test_it_answers_from_one_other_process(child):
    first = child.ask({"do": "nothing"}, "Asking")
    assert first == child.ask({"do": "nothing"}, "Asking") != os.getpid()


def test_what_user_code_prints_is_no_answer(child):
    assert child.ask({"do": "print"}, "Asking") == child.ask({"do": "nothing"}, "Asking")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("hang", r"Asking took longer than 2 s"),
        ("exit", r"Asking ended its Python process \(exit code 7\)"),
        ("crash", r"Asking ended its Python process \(exit code -6\)"),
    ],
)
def test_when_it_is_lost_that_is_an_error_and_another_answers(child, what, said):
    lost = child.ask({"do": "nothing"}, "Asking")
    with pytest.raises(BrokenVisualization, match=said):
        child.ask({"do": what}, "Asking")
    assert not psutil.pid_exists(lost)
    assert child.ask({"do": "nothing"}, "Asking") != lost


def test_errors_come_over_as_they_are_and_all_others_as_a_broken_visualization(child):
    with pytest.raises(InvalidArgument, match="Expected less") as caught:
        child.ask({"do": "refuse"}, "Asking")
    assert caught.value.field == "factor"
    with pytest.raises(BrokenVisualization, match="KeyError: 'lost'"):
        child.ask({"do": "raise"}, "Asking")
    with pytest.raises(BrokenVisualization, match="more memory"):
        child.ask({"do": "memory"}, "Asking")
    assert child.ask({"do": "nothing"}, "Asking") > 0
