"""Templates: filled with plain values, escaped, bounded, and unable to reach Python."""

import pytest

from picasso_tb.errors import BrokenVisualization, PicassoError, TooLarge
from picasso_tb.extensions import page
from picasso_tb.extensions.child import Child
from picasso_tb.extensions.page import render_page

RESULT = {"quantity": "drop & rise", "notes": ["<script>alert(1)</script>"], "map": [[0.5, None]]}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch):
    child = Child("picasso_tb.extensions.page", seconds=3)
    monkeypatch.setattr(page, "_child", child)
    yield
    child.stop()


def rendered(template: str) -> str:
    return render_page(template, "mine.html", RESULT)


def test_the_policy_stands_before_everything():
    html = rendered("<html><head><title>{{ result.quantity }}</title></head></html>")
    policy = html.index('http-equiv="Content-Security-Policy"')
    assert html.startswith("<!doctype html>") and policy < html.index("<html>")
    assert "default-src 'none'" in html and "script-src" not in html
    assert "<title>drop &amp; rise</title>" in html


def test_values_are_escaped():
    assert "&lt;script&gt;alert(1)" in rendered("{{ result.notes[0] }}")
    assert "<script" not in rendered("{{ result.notes[0] }} {{ result.notes }}")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("<p>\n{{ result.no_such }}\n</p>", "mine.html, line 2: .*no_such"),
        ("\n\n{{ other }}", "mine.html, line 3: 'other' is undefined"),
        ("<p>\n{% for one in %}", "mine.html, line 2: Expected an expression"),
        ("{% if result %}\n", "mine.html, line 1: .*endif|mine.html, line 2: .*endif"),
        ("\n{{ 1 / 0 }}", "mine.html, line 2: ZeroDivisionError"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "mine.html, line 1: .*unsafe"),
        ("{{ result.notes.append(1) }}", "mine.html, line 1: .*"),
        ("{% include '/etc/passwd' %}", "mine.html, line 1: .*"),
        ("{{ range(10**9)|length }}", "mine.html, line 1: OverflowError"),
    ],
)
def test_a_wrong_template_is_an_error_that_names_its_line(template, said):
    with pytest.raises(BrokenVisualization, match=said):
        rendered(template)
    assert "drop &amp; rise" in rendered("{{ result.quantity }}")


ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
HUGE = "{% for a in range(9999) %}{% for b in range(9999) %}0123456789{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    ("template", "kind", "said"),
    [
        (ENDLESS, BrokenVisualization, "Filling mine.html took longer than 3 s"),
        (HUGE, TooLarge, "mine.html: Expected a page of at most"),
        ("{{ 'x' * (9 * 2**20) }}", TooLarge, "mine.html: Expected a page of at most"),
        ("{{ ('x' * 2**31)|length }}", BrokenVisualization, "more memory"),
        ("{{ 9**(9**9) }}", BrokenVisualization, "took longer than 3 s|more memory"),
    ],
)
def test_a_template_without_end_is_ended(template, kind: type[PicassoError], said):
    with pytest.raises(kind, match=said):
        rendered(template)
    assert "drop &amp; rise" in rendered("{{ result.quantity }}")
