"""axe finds no serious violation in any view, light and dark, wide and narrow."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import serious
from tests.e2e.tab import Tab

VIEWS = {
    "gallery": "",
    "time": "&p.picasso.columns=checkpoints",
    "runs": "&p.picasso.columns=runs",
    "classes": "&p.picasso.columns=classes",
    "methods": "&p.picasso.columns=methods",
    "inspect": "&p.picasso.view=inspect",
}


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


def test_axe_finds_none_in_a_comparison_and_the_menu_either(demo_tensorboard, page):
    compared = "&p.picasso.columns=checkpoints&p.picasso.comparison=4,0&p.picasso.swipe=0.5"
    tab = Tab(page, demo_tensorboard, f"&p.picasso.run=shortcut&p.picasso.visualization=saliency{compared}")
    tab.wait_for_progress_to_end()
    expect(tab.inside.locator("picasso-swipe canvas[data-key]").first).to_be_visible()
    for opened in (False, True):
        if opened:
            tab.inside.get_by_role("button", name="Take away").click()
            expect(tab.inside.get_by_role("button", name="NPZ")).to_be_visible()
        for dark in (False, True):
            tab.darken(page, dark)
            assert serious(page) == [], (opened, dark)


def test_axe_would_notice(demo_tensorboard, page):
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=shortcut&p.picasso.visualization=saliency")
    tab.wait_for_progress_to_end()
    page.frames[-1].evaluate("document.body.append(document.createElement('button'))")
    assert [violation[0] for violation in serious(page)] == ["button-name"]
