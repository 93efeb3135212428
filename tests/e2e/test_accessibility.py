"""axe finds no serious violation in any view, light and dark, wide and narrow."""

import pathlib

import pytest
from playwright.sync_api import expect

from tests.e2e.tab import Tab

AXE = pathlib.Path(__file__).parents[2] / "picasso_tb/frontend/node_modules/axe-core/axe.min.js"
VIEWS = {
    "gallery": "",
    "time": "&p.picasso.columns=checkpoints",
    "runs": "&p.picasso.columns=runs",
    "classes": "&p.picasso.columns=classes",
    "methods": "&p.picasso.columns=methods",
    "inspect": "&p.picasso.view=inspect",
}
RUN = """async () => {
    const {violations} = await axe.run(document, {resultTypes: ['violations']});
    return violations
        .filter(one => one.impact === 'serious' || one.impact === 'critical')
        .map(one => [one.id, one.help, ...one.nodes.slice(0, 4).map(node => node.html)]);
}"""


def serious(page) -> list[list[str]]:
    frame = page.frames[-1]
    frame.evaluate(AXE.read_text())
    violations: list[list[str]] = frame.evaluate(RUN)
    return violations


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_serious_violation(demo_tensorboard, page, view):
    tab = Tab(
        page, demo_tensorboard, f"&p.picasso.run=shortcut&p.picasso.visualization=saliency{VIEWS[view]}"
    )
    expect(tab.inside.locator("canvas[data-key]").first).to_be_visible(timeout=90_000)
    for dark in (False, True):
        tab.darken(page, dark)
        for width in (600, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            tab.wait_for_progress_to_end()
            assert serious(page) == [], (dark, width)


def test_axe_finds_none_in_the_dialogs_and_the_selection_either(demo_tensorboard, page):
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=shortcut&p.picasso.visualization=saliency")
    tab.wait_for_progress_to_end()
    page.keyboard.press("a")
    expect(tab.inside.get_by_role("toolbar", name="Selected probes")).to_be_visible()
    for dark in (False, True):
        tab.darken(page, dark)
        assert serious(page) == [], dark
    page.keyboard.press("?")
    expect(tab.inside.get_by_role("dialog", name="Keyboard")).to_be_visible()
    for dark in (True, False):
        tab.darken(page, dark)
        assert serious(page) == [], dark


def test_axe_would_notice(demo_tensorboard, page):
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=shortcut&p.picasso.visualization=saliency")
    tab.wait_for_progress_to_end()
    page.frames[-1].evaluate("document.body.append(document.createElement('button'))")
    assert [violation[0] for violation in serious(page)] == ["button-name"]
