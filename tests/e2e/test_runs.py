"""Two runs side by side: does the other one look elsewhere?"""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.numbers import how_different, numbers, region, written
from tests.e2e.tab import Tab

SUNNY = "01 pullover, sunny"


@pytest.fixture
def tab(demo_tensorboard, page) -> Tab:
    """Both runs ticked, at their last step, in the order in which the probes were logged."""
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=shortcut&p.picasso.visualization=occlusion")
    tab.wait_for_progress_to_end()
    tab.inside.get_by_role("tab", name="Runs").click()
    tab.inside.get_by_role("checkbox", name="Compare fixed").first.check()
    expect(tab.inside.get_by_role("columnheader", name="fixed", exact=False).first).to_be_visible()
    order = tab.inside.get_by_label("Order")
    expect(order.locator("option:checked")).to_have_text("Most different first")
    order.select_option(label="As logged")
    expect(row(tab, SUNNY).get_by_text("Map correlation")).to_be_visible(timeout=60_000)
    tab.wait_for_progress_to_end()
    return tab


def row(tab: Tab, probe: str) -> Locator:
    return tab.inside.get_by_role("row").filter(has=tab.inside.get_by_role("rowheader", name=probe))


def figures(tab: Tab, probe: str, name: str) -> list[float]:
    """The two numbers behind a name in the words beside a difference."""
    text = row(tab, probe).locator("dt", has_text=name).locator("xpath=following-sibling::dd[1]").inner_text()
    return [written(part) for part in re.findall(r"[+\N{MINUS SIGN}]?[\d.]+(?:e[\N{MINUS SIGN}+]\d+)?", text)]


def test_the_difference_at_the_cue_is_read_in_words_and_under_the_pointer(tab, demo_tensorboard):
    (_, shortcut), (_, fixed) = (
        numbers(demo_tensorboard, run, 4, [SUNNY])[SUNNY] for run in ("shortcut", "fixed")
    )
    cue = region(demo_tensorboard, "shortcut", SUNNY, "cue")
    assert cue.shape == shortcut.shape
    means = [float(np.nanmean(values[cue])) for values in (shortcut, fixed)]
    assert means[0] > 10 * abs(means[1])  # the story: one looks at the cue, the other does not
    assert figures(tab, SUNNY, "Mean in cue") == pytest.approx(means, abs=6e-3)
    correlation = np.corrcoef(shortcut.ravel(), fixed.ravel())[0, 1]
    assert figures(tab, SUNNY, "Map correlation") == pytest.approx([correlation], abs=6e-3)
    assert figures(tab, SUNNY, "Mean difference") == pytest.approx(
        [np.abs(shortcut - fixed).mean()], abs=6e-3
    )

    canvas = row(tab, SUNNY).get_by_role("img", name=re.compile("^Difference, .*shortcut minus fixed"))
    canvas.scroll_into_view_if_needed()
    expect(canvas).to_have_attribute("data-key", re.compile("."))
    rows, columns = np.nonzero(cue)
    middle = int(rows.mean()), int(columns.mean())
    box = canvas.bounding_box()
    height, width = cue.shape
    canvas.hover(
        position={
            "x": (middle[1] + 0.5) / width * box["width"],
            "y": (middle[0] + 0.5) / height * box["height"],
        }
    )
    value = tab.inside.locator("picasso-legend .value")
    expect(value).to_be_visible()
    assert written(value.inner_text()) == pytest.approx(shortcut[middle] - fixed[middle], abs=6e-3)


def test_right_and_wrong_are_words(tab, demo_tensorboard):
    (one, _), (other, _) = (
        numbers(demo_tensorboard, run, 4, [SUNNY])[SUNNY] for run in ("shortcut", "fixed")
    )
    said = [
        "right" if info["predictions"][0]["class_index"] == 0 else "\N{MULTIPLICATION X} wrong"
        for info in (one, other)
    ]
    for word in set(said):
        expect(row(tab, SUNNY).get_by_text(word, exact=True)).to_have_count(said.count(word))
    if one["target"] != other["target"]:
        expect(row(tab, SUNNY).get_by_text("they explain different classes")).to_be_visible()


def test_the_most_different_probes_come_first_and_the_two_can_be_swapped(tab, demo_tensorboard):
    expect(tab.inside.get_by_role("rowheader").first).to_contain_text(SUNNY)
    tab.inside.get_by_label("Order").select_option(label="Most different first")
    one, other = (numbers(demo_tensorboard, run, 4) for run in ("shortcut", "fixed"))
    end = max(0.5, max(np.abs(values).max() for maps in (one, other) for _, values in maps.values()))
    apart = {name: how_different(one[name], other[name], end) for name in one}
    first = [re.escape(name) for name, size in apart.items() if size > 0.97 * max(apart.values())]
    expect(tab.inside.get_by_role("rowheader").first).to_contain_text(re.compile("|".join(first)))
    tab.inside.get_by_label("Order").select_option(label="As logged")
    before = figures(tab, SUNNY, "Mean in cue")
    tab.inside.get_by_role("button", name="Swap the two runs").click()
    expect(tab.inside.get_by_role("columnheader", name="fixed \N{MINUS SIGN} shortcut")).to_be_visible()
    expect(row(tab, SUNNY).get_by_text("Map correlation")).to_be_visible()
    assert figures(tab, SUNNY, "Mean in cue") == before[::-1]
    tab.inside.get_by_role("radio", name="Swipe").check()
    slider = row(tab, SUNNY).get_by_role(
        "slider", name=re.compile("fixed at the left, shortcut at the right")
    )
    slider.press("ArrowRight")
    expect(slider).to_have_value("51")


def test_the_other_run_may_stand_at_its_best_checkpoint(tab, demo_tensorboard):
    slider = tab.inside.get_by_role("slider", name="Checkpoint", exact=True)
    slider.press("Home")
    expect(tab.inside.get_by_label("Compare", exact=True).locator("option:checked")).to_have_text(
        "shortcut step 0"
    )
    expect(tab.inside.get_by_label("with", exact=True).locator("option:checked")).to_have_text("fixed step 0")
    tab.inside.get_by_role("radio", name="Best").check()
    checkpoints, _ = demo_tensorboard.run_index("fixed")
    best = next(one["step"] for one in checkpoints if "best" in one["names"])
    expect(tab.inside.get_by_label("with", exact=True).locator("option:checked")).to_have_text(
        f"fixed step {best}"
    )


def test_checkpoints_are_compared_after_runs_were_and_swiped_by_keyboard(tab, page):
    tab.inside.get_by_role("tab", name="Time").click()
    for step in (0, 4):
        header = tab.inside.get_by_role("columnheader", name=f"step {step}")
        header.hover()
        header.get_by_role("checkbox", name=f"Compare step {step}").check()
    difference = tab.inside.get_by_role("img", name=re.compile("^Difference, .*step 4 minus step 0"))
    expect(difference.first).to_be_visible()
    tab.inside.get_by_role("radio", name="Diff").focus()
    page.keyboard.press("ArrowRight")
    line = tab.inside.get_by_role("slider", name=re.compile("step 4 at the left, step 0 at the right")).first
    expect(line).to_be_visible()
    line.fill("80")
    expect(page).to_have_url(re.compile("swipe=0.8"))
    page.reload()  # a link shows the line where it was
    expect(line).to_have_value("80")
    tab.inside.get_by_role("button", name="End the comparison").press("Enter")
    expect(line).to_have_count(0)
    expect(tab.inside.get_by_role("tab", name="Time")).to_have_attribute("aria-selected", "true")
