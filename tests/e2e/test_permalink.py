"""A link shows the same view and the same numbers to somebody else."""

import re
import urllib.parse

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SCREEN, complaints_of
from tests.e2e.tab import Tab

CURRENT_TAB = "[role=tab][aria-selected=true]"
VIEWS = {
    "Gallery": "&p.picasso.targets=class-0&p.picasso.order=peak&p.picasso.layer=map",
    "Time": "&p.picasso.columns=checkpoints&p.picasso.picks=even-3&p.picasso.step=2&p.picasso.spacing=step",
    "Runs": "&p.picasso.columns=runs&p.picasso.runs=fixed%2Cshortcut&p.picasso.runs-at=last",
    "Classes": "&p.picasso.columns=classes&p.picasso.classes=class-0%2Crank-1",
    "Methods": "&p.picasso.columns=methods&p.picasso.methods=saliency%2Cgradient_x_input"
    "&p.picasso.settings.gradient_x_input=%7B%7D",
    "Inspect": "&p.picasso.view=inspect&p.picasso.scale=manual&p.picasso.end=0.003",
}


def seen(tab: Tab) -> dict[str, object]:
    """What a person could compare: the tab, the panel's choices, the legend, and which maps are drawn."""
    inside = tab.inside
    return {
        "view": inside.locator(CURRENT_TAB).inner_text(),
        "runs": [
            box.get_attribute("aria-label") for box in inside.locator("picasso-run-list input:checked").all()
        ],
        "legend": inside.locator("picasso-legend [role=img]").get_attribute("aria-label"),
        "class": [one.input_value() for one in inside.get_by_label("Class", exact=True).all()],
        "maps": sorted(
            (one.get_attribute("data-key"), one.get_attribute("aria-label"))
            for one in inside.locator("picasso-map-canvas canvas[data-key]").all()
        ),
    }


def settled(tab: Tab, page: Page) -> dict[str, object]:
    """`seen`, once nothing is computed and nothing changes any more."""
    tab.wait_for_progress_to_end()
    last, same = seen(tab), 0
    for _ in range(120):
        page.wait_for_timeout(250)
        now = seen(tab)
        same = same + 1 if now == last and now["maps"] else 0
        if same == 3:
            return now
        last = now
    raise AssertionError(f"Expected a view that settles. Received: {last}")


def expect_to_see(tab: Tab, page: Page, expected: dict[str, object]) -> None:
    """Until the view is as expected, however slowly it comes."""
    tab.wait_for_progress_to_end()
    for _ in range(120):
        if seen(tab) == expected:
            return
        page.wait_for_timeout(250)
    assert seen(tab) == expected


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_shows_the_same_view_and_numbers_in_a_fresh_profile(demo_tensorboard, browser, page, view):
    tab = Tab(page, demo_tensorboard, f"&p.picasso.run=fixed&p.picasso.visualization=saliency{VIEWS[view]}")
    before = settled(tab, page)
    assert before["view"] == view
    # The address follows when changes pause.
    page.wait_for_function("location.hash.includes('p.picasso.step=')")
    link = page.url
    context = browser.new_context(viewport=SCREEN)
    fresh = context.new_page()
    complaints = complaints_of(fresh)
    fresh.goto(link)
    expect_to_see(Tab.of(fresh), fresh, before)
    assert fresh.url == link
    context.close()
    assert not complaints


def test_a_link_brings_settings_that_its_maps_were_computed_with(demo_tensorboard, browser, page):
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=shortcut&p.picasso.visualization=occlusion")
    before = settled(tab, page)["maps"]
    tab.inside.get_by_role("spinbutton", name="Positions").fill("5")
    tab.inside.get_by_role("spinbutton", name="Positions").press("Enter")
    former = tab.inside.locator(", ".join(f"canvas[data-key='{key}']" for key, _ in before))
    expect(former).to_have_count(0, timeout=90_000)
    page.wait_for_function("decodeURIComponent(location.hash).includes('\"positions\":5')")
    first = settled(tab, page)
    context = browser.new_context(viewport=SCREEN)
    fresh = context.new_page()
    fresh.goto(page.url)
    expect_to_see(Tab.of(fresh), fresh, first)
    key = first["maps"][0][0]
    told = demo_tensorboard.ask(f"api/maps/{key}?format=json").json
    assert told["settings"]["positions"] == 5
    answer = demo_tensorboard.ask(f"api/maps/{key}")
    assert np.frombuffer(answer.content[:6], np.uint8)[0] == 0x93
    context.close()
    assert re.search(r"run=shortcut", urllib.parse.unquote(page.url))


def test_a_tab_that_is_taken_away_no_longer_listens_to_the_page_around_it(long_tensorboard, page):
    tab = Tab(page, long_tensorboard)
    expect(tab.inside.get_by_role("listbox", name="Probes")).to_be_visible()
    listening = (
        "window.eventListeners('hashchange').length"  # of Zone.js, which TensorBoard's listeners go through
    )
    before = page.evaluate(listening)
    page.locator("iframe").evaluate("frame => frame.remove()")
    assert page.evaluate(listening) == before - 1
