"""Everything that a person does most is done by keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.tab import Tab
from tests.running import TensorBoard

SALIENCY = "&p.picasso.run=shortcut&p.picasso.visualization=saliency"


def open_tab(page: Page, tensorboard: TensorBoard, state: str = SALIENCY) -> Tab:
    tab = Tab(page, tensorboard, state)
    tab.wait_for_progress_to_end()
    return tab


def steps(tensorboard: TensorBoard, run: str = "shortcut") -> list[int]:
    return [one["step"] for one in tensorboard.run_index(run)[0]]


def expect_step(tab: Tab, step: int) -> None:
    slider = tab.inside.get_by_role("slider", name="Checkpoint", exact=True)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(rf"^step {step}(,|$)"))


def options(tab: Tab) -> Locator:
    return tab.inside.get_by_role("listbox", name="Probes").get_by_role("option")


def probes_of(found: Locator) -> list[str]:
    return [option.get_attribute("data-probe") or "" for option in found.all()]


def test_checkpoints_are_walked_through(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    known = steps(demo_tensorboard)
    page.keyboard.press("ArrowLeft")
    expect_step(tab, known[-2])
    page.keyboard.press("Home")
    expect_step(tab, known[0])
    page.keyboard.press("ArrowLeft")  # nothing is before the first
    expect_step(tab, known[0])
    page.keyboard.press("ArrowRight")
    expect_step(tab, known[1])
    page.keyboard.press("End")
    expect_step(tab, known[-1])
    best = next(one["step"] for one in demo_tensorboard.run_index("shortcut")[0] if "best" in one["names"])
    page.keyboard.press("b")
    expect_step(tab, best)


def test_space_plays_through_to_the_last_and_any_key_stops_it(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    known = steps(demo_tensorboard)
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    expect_step(tab, known[-1])
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    page.keyboard.press("Home")
    page.wait_for_timeout(1500)
    expect_step(tab, known[0])


def test_with_reduced_motion_nothing_plays_by_itself(demo_tensorboard, browser: Browser):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    tab = open_tab(page, demo_tensorboard)
    known = steps(demo_tensorboard)
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    expect_step(tab, known[1])
    page.wait_for_timeout(1500)
    expect_step(tab, known[1])
    context.close()


def test_probes_are_walked_through_and_selected(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    listed = options(tab)
    names = probes_of(listed)
    keyboard = page.keyboard
    page.keyboard.press("ArrowDown")
    expect(listed.nth(0)).to_be_focused()
    keyboard.press("ArrowDown")
    expect(listed.nth(1)).to_be_focused()
    keyboard.press("x")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    keyboard.press("Shift+X")
    expect(tab.inside.get_by_text("3 selected")).to_be_visible()
    assert probes_of(tab.inside.locator("picasso-tile[aria-selected=true]")) == names[1:4]
    keyboard.press("ArrowUp")
    keyboard.press("x")
    expect(tab.inside.get_by_text("2 selected")).to_be_visible()
    keyboard.press("a")
    expect(tab.inside.get_by_text(f"{len(names)} selected")).to_be_visible()
    keyboard.press("Escape")
    expect(tab.inside.get_by_role("toolbar", name="Selected probes")).to_have_count(0)
    keyboard.press("PageDown")
    keyboard.press("PageUp")
    expect(listed.nth(2)).to_be_focused()


def test_the_display_changes_by_keys(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    body = page.keyboard
    layer = tab.inside.get_by_role("radiogroup", name="Layer")
    body.press("l")
    expect(layer.get_by_role("radio", name="Map")).to_be_checked()
    page.keyboard.down("v")
    expect(layer.get_by_role("radio", name="Picture")).to_be_checked()
    page.keyboard.up("v")
    expect(layer.get_by_role("radio", name="Map")).to_be_checked()
    opacity = tab.inside.get_by_role("slider", name="Opacity")
    before = float(opacity.input_value())
    body.press("[")
    expect(opacity).to_have_value(f"{before - 10:g}")
    body.press("]")
    expect(opacity).to_have_value(f"{before:g}")
    body.press("s")
    expect(tab.inside.get_by_role("switch", name="Smoothing")).to_be_checked()
    body.press("m")
    expect(tab.inside.get_by_role("switch", name="Masks")).to_be_checked()
    lock = tab.inside.get_by_role("button", name="Lock the scale")
    expect(lock).to_have_attribute("aria-pressed", "true")
    body.press("k")
    expect(lock).to_have_attribute("aria-pressed", "false")


def test_the_sheet_shows_and_closes(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    page.keyboard.press("?")
    sheet = tab.inside.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_be_visible()
    expect(sheet.get_by_text("Play through checkpoints")).to_be_visible()
    page.keyboard.press("ArrowLeft")  # the page behind stays as it is
    expect_step(tab, steps(demo_tensorboard)[-1])
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect_step(tab, steps(demo_tensorboard)[-2])


@pytest.mark.parametrize("role", ["searchbox", "spinbutton"])
def test_no_key_acts_while_a_field_has_the_focus(demo_tensorboard, page, role):
    tab = open_tab(page, demo_tensorboard)
    field = {
        "searchbox": tab.inside.get_by_role("searchbox", name="Search probes"),
        "spinbutton": tab.inside.get_by_role("spinbutton", name="Opacity"),
    }[role]
    field.focus()
    for key in ("Home", "2", "a", "ArrowLeft"):
        field.press(key)
    expect_step(tab, steps(demo_tensorboard)[-1])
    expect(tab.inside.locator("picasso-gallery-view")).to_have_count(1)
    expect(tab.inside.get_by_role("toolbar", name="Selected probes")).to_have_count(0)


def test_the_main_job_is_done_without_a_mouse(demo_tensorboard, page):
    """Find the run that looks at the sky: choose it, search, go through time, inspect, come back."""
    tab = open_tab(page, demo_tensorboard, "&p.picasso.run=fixed&p.picasso.visualization=saliency")
    keyboard = page.keyboard
    radio = tab.inside.get_by_role("radio", name="fixed,")
    for _ in range(30):
        keyboard.press("Tab")
        if radio.evaluate("one => one.matches(':focus')"):
            break
    expect(radio).to_be_focused()
    keyboard.press("ArrowDown")
    expect(tab.inside.get_by_role("radio", name="shortcut,")).to_be_checked()
    tab.wait_for_progress_to_end()
    keyboard.press("/")
    expect(tab.inside.get_by_role("searchbox", name="Search probes")).to_be_focused()
    keyboard.type("coat sunny")
    keyboard.press("Escape")
    names = {one["id"]: one["name"] for one in demo_tensorboard.run_index("shortcut")[1]}
    expect(options(tab)).not_to_have_count(len(names))
    found = probes_of(options(tab))
    assert found and all("sunny" in names[one] for one in found)
    assert {one for one, name in names.items() if "coat" in name and "sunny" in name} <= set(found)
    keyboard.press("ArrowDown")
    expect(options(tab).first).to_be_focused()
    keyboard.press("x")
    expect(tab.inside.get_by_text("1 selected")).to_be_visible()
    keyboard.press("2")
    expect(tab.inside.locator("picasso-strip-view")).to_be_visible()
    keyboard.press("/")
    expect(tab.inside.get_by_role("searchbox", name="Search probes")).to_be_focused()
    expect(tab.inside.get_by_role("searchbox", name="Search probes")).to_have_value("coat sunny")
    keyboard.press("Escape")
    keyboard.press("6")
    expect(tab.inside.locator("picasso-inspect-view")).to_be_visible()
    keyboard.press("Escape")
    expect(tab.inside.locator("picasso-strip-view")).to_be_visible()
    keyboard.press("1")
    expect(tab.inside.locator("picasso-gallery-view")).to_be_visible()
