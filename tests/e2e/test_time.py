"""Checkpoints side by side: since when does the network look there?"""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.numbers import numbers, region, written
from tests.e2e.tab import Tab

SUNNY = "01 pullover, sunny"
STATE = "&p.picasso.run=shortcut&p.picasso.visualization=occlusion"
RESPONSE = 0.1  # share of the scale's end from which a median peak counts, as the tab's tooltip and docs say


@pytest.fixture
def tab(demo_tensorboard, page) -> Tab:
    tab = Tab(page, demo_tensorboard, STATE)
    tab.wait_for_progress_to_end()
    tab.inside.get_by_role("tab", name="Time").click()
    expect(tab.inside.get_by_role("grid", name="Maps")).to_be_visible()
    for step in range(5):  # a column that nobody has asked for yet shows no progress either
        drawn(cell(tab, SUNNY, step).get_by_role("img"))
    tab.wait_for_progress_to_end()
    return tab


def cell(tab: Tab, probe: str, step: int) -> Locator:
    return tab.inside.get_by_role("gridcell", name=re.compile(f"^{re.escape(probe)}, step {step}:"))


def drawn(canvas: Locator) -> Locator:
    expect(canvas).to_have_attribute("data-key", re.compile("."), timeout=30_000)
    return canvas


def test_the_first_checkpoint_at_which_shortcut_looks_at_the_sky_is_named(tab, demo_tensorboard):
    checkpoints, _ = demo_tensorboard.run_index("shortcut")
    steps = [one["step"] for one in checkpoints]
    of_steps = [numbers(demo_tensorboard, "shortcut", step) for step in steps]
    peaks = [[np.abs(values).max() for _, values in maps.values()] for maps in of_steps]
    medians = [float(np.median(each)) for each in peaks]
    end = max(0.5, max(max(each) for each in peaks))
    first = next(index for index, median in enumerate(medians) if median >= RESPONSE * end)
    assert first > 0  # the untrained network looks nowhere, so the story has a beginning

    sentence = tab.inside.get_by_text(re.compile("^Maps first respond at step"))
    expect(sentence).to_be_visible()
    said = re.fullmatch(
        r"Maps first respond at step (\d+): median peak ([\d.]+) to ([\d.]+)", sentence.inner_text()
    )
    assert said
    assert int(said[1]) == steps[first]
    assert float(said[2]) == pytest.approx(medians[first - 1], abs=6e-3)
    assert float(said[3]) == pytest.approx(medians[first], abs=6e-3)

    # From that step on, the strongest part lies in the sky, where the cue is; before, the maps are grey.
    cue = region(demo_tensorboard, "shortcut", SUNNY, "cue")
    canvas = drawn(cell(tab, SUNNY, steps[first]).get_by_role("img"))
    row, column = int(canvas.get_attribute("data-peak-row")), int(canvas.get_attribute("data-peak-column"))
    near = cue[
        max(0, row - 12) : row + 13, max(0, column - 12) : column + 13
    ]  # a patch covers more than the cue
    assert near.any()
    expect(canvas).to_have_accessible_name(re.compile("strongest in the upper right"))
    expect(cell(tab, SUNNY, steps[first - 1]).get_by_role("img")).to_have_accessible_name(
        re.compile("no effect")
    )


def test_the_lines_and_captions_say_what_the_network_predicts(tab, demo_tensorboard):
    info, _ = numbers(demo_tensorboard, "shortcut", 4, [SUNNY])[SUNNY]
    top = info["predictions"][0]
    text = cell(tab, SUNNY, 4).inner_text()
    assert "pullover" in text and f"{top['probability']:.2f}"[1:] in text
    chart = tab.inside.get_by_role("img", name=f"Class probabilities of {SUNNY}: pullover, coat")
    expect(chart).to_be_visible()
    cell(tab, "02 coat, cloudy", 2).click()
    expect(tab.inside.get_by_role("img", name="Class probabilities of 02 coat, cloudy")).to_be_visible()


def test_the_points_of_the_lines_stand_in_their_columns(tab, page):
    canvas = tab.inside.locator("picasso-line-chart canvas")
    left, width, pixels = canvas.evaluate(
        """canvas => {
            const {left, width: shown} = canvas.getBoundingClientRect();
            const {width, height} = canvas;
            const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
            return [left, shown, Array.from({length: width}, (_, column) => {
                let ink = 0;
                for (let row = 0; row < height; row++) ink += data[4 * (row * width + column) + 3] > 128;
                return ink;
            })];
        }"""
    )
    share = len(pixels) / width
    middles = [
        tab.inside.get_by_role("columnheader", name=f"step {step}").evaluate(
            "header => header.getBoundingClientRect().left + header.getBoundingClientRect().width / 2"
        )
        - left
        for step in range(5)
    ]

    def ink(place: float) -> int:
        return sum(pixels[round((place - 3) * share) : round((place + 3) * share)])

    for one, next_one in itertools.pairwise(middles):
        assert ink(one) > ink((one + next_one) / 2)


@pytest.mark.parametrize(("kind", "shown"), [("Evenly spaced", "024"), ("Log-spaced", "014")])
def test_some_checkpoints_are_columns_evenly_or_log_spaced(tab, kind, shown):
    tab.inside.get_by_label("Checkpoints over time").select_option(label=kind)
    number = tab.inside.get_by_role("spinbutton", name="Number of checkpoints over time")
    number.fill("3")
    number.press("Enter")
    expect(tab.inside.get_by_role("grid", name="Maps")).to_have_attribute("aria-colcount", "4")
    for step in range(5):
        header = tab.inside.get_by_role("columnheader", name=f"step {step}")
        expect(header).to_have_count(1 if str(step) in shown else 0)


def test_two_checkpoints_show_their_difference_and_can_be_swiped(tab, demo_tensorboard, page):
    for step in (0, 4):
        header = tab.inside.get_by_role("columnheader", name=f"step {step}")
        header.hover()
        header.get_by_role("checkbox", name=f"Compare step {step}").check()
    canvas = drawn(
        tab.inside.get_by_role("img", name=re.compile(f"^Difference, {SUNNY}, step 4 minus step 0"))
    )
    (_, early), (_, late) = (numbers(demo_tensorboard, "shortcut", step, [SUNNY])[SUNNY] for step in (0, 4))
    difference = late - early
    height, width = difference.shape
    row, column = np.unravel_index(np.abs(difference).argmax(), difference.shape)
    box = canvas.bounding_box()
    canvas.hover(
        position={"x": (column + 0.5) / width * box["width"], "y": (row + 0.5) / height * box["height"]}
    )
    value = tab.inside.locator("picasso-legend .value")
    expect(value).to_be_visible()
    assert written(value.inner_text()) == pytest.approx(difference[row, column], abs=6e-3)
    tab.inside.get_by_role("radio", name="Swipe").check()
    slider = tab.inside.get_by_role(
        "slider", name=re.compile(f"^{SUNNY}: step 4 at the left, step 0 at the right")
    )
    slider.fill("80")
    every = tab.inside.get_by_role("slider", name=re.compile("at the left"))
    assert {every.nth(index).input_value() for index in range(every.count())} == {"80"}
    tab.inside.get_by_role("button", name="End the comparison").click()
    expect(tab.inside.get_by_role("slider", name=re.compile("at the left"))).to_have_count(0)
    expect(page).not_to_have_url(re.compile("comparison"))


def test_the_grid_is_walked_with_the_arrow_keys(tab):
    cell(tab, SUNNY, 0).focus()
    cell(tab, SUNNY, 0).press("ArrowRight")
    expect(cell(tab, SUNNY, 1)).to_be_focused()
    cell(tab, SUNNY, 1).press("ArrowDown")
    expect(cell(tab, "02 coat, cloudy", 1)).to_be_focused()
    for _ in range(2):
        tab.inside.locator("[data-column]:focus").press("ArrowUp")
    expect(tab.inside.get_by_role("button", name="step 1", exact=True)).to_be_focused()
    tab.inside.locator("[data-column]:focus").press("Enter")
    expect(tab.inside.get_by_role("button", name="step 1", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    tab.inside.locator("[data-column]:focus").press("ArrowDown")
    tab.inside.locator("[data-column]:focus").press("Enter")
    expect(tab.inside.get_by_role("tab", name="Inspect")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("width", [600, 960, 2560])
def test_the_strip_scrolls_by_itself_under_a_first_column_that_stays(tab, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    overflow = tab.inside.locator("body").evaluate("body => body.scrollWidth - body.clientWidth")
    assert overflow <= 0
    strip = tab.inside.locator("picasso-strip")
    strip.evaluate(
        """el => {
            el.scrollLeft = 9999;
            el.scrollTop = 300;
            return new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        }"""
    )
    head = tab.inside.get_by_role("rowheader").first.bounding_box()
    inside = strip.bounding_box()
    assert 0 <= head["x"] - inside["x"] <= 30
    header = tab.inside.get_by_role("columnheader", name="step 4").bounding_box()
    assert abs(header["y"] - inside["y"]) < 2
    assert header["x"] + header["width"] <= width


def test_of_300_checkpoints_only_those_in_sight_are_drawn(long_tensorboard, page):
    tab = Tab(page, long_tensorboard, "&p.picasso.columns=checkpoints")
    grid = tab.inside.get_by_role("grid", name="Maps")
    expect(grid).to_have_attribute("aria-colcount", "301")
    expect(grid).to_have_attribute("aria-rowcount", "41")
    assert 5 < tab.inside.get_by_role("gridcell").count() < 400
    tab.inside.locator("picasso-strip").evaluate("el => { el.scrollLeft = 1e6; el.scrollTop = 1e6; }")
    expect(tab.inside.get_by_role("button", name="step 299")).to_be_visible()
    expect(tab.inside.get_by_role("button", name="step 0", exact=True)).to_have_count(0)
    assert 5 < tab.inside.get_by_role("gridcell").count() < 400
