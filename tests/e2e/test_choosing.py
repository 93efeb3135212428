"""Runs, checkpoints, classes and probes are found, filtered, sorted and selected as a person would."""

import re

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.e2e.numbers import how_different, numbers, written
from tests.e2e.tab import Tab
from tests.running import TensorBoard, wait_for

SALIENCY = "&p.picasso.run=shortcut&p.picasso.visualization=saliency"


def open_tab(page: Page, tensorboard: TensorBoard, state: str = SALIENCY) -> Tab:
    tab = Tab(page, tensorboard, state)
    tab.wait_for_progress_to_end()
    return tab


def options(tab: Tab) -> Locator:
    return tab.inside.get_by_role("listbox", name="Probes").get_by_role("option")


def entries(tensorboard: TensorBoard, targets: dict | None = None) -> list[dict]:
    """What the server says of every logged probe at the last checkpoint of `shortcut`, in their order."""
    checkpoints, probes = tensorboard.run_index("shortcut")
    asked = {
        "run": "shortcut",
        "checkpoint": checkpoints[-1]["id"],
        "probes": [probe["id"] for probe in probes if not probe["uploaded"]],
        "visualization": "saliency",
        "targets": targets or {"kind": "top", "count": 1},
    }
    answer = tensorboard.ask("api/maps", asked).json
    if answer["job"]:
        tensorboard.wait_for_job(answer["job"])
        answer = tensorboard.ask("api/maps", asked).json
    return answer["maps"]


def labels(tensorboard: TensorBoard) -> dict[str, int]:
    return {probe["id"]: probe["label"] for probe in tensorboard.run_index("shortcut")[1]}


def test_runs_are_filtered_by_a_regular_expression_and_a_bad_one_is_explained(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    field = tab.inside.get_by_role("searchbox", name="Filter runs")
    field.fill("^short|nothing")
    expect(tab.inside.get_by_role("radio", name="shortcut,")).to_have_count(1)
    expect(tab.inside.get_by_role("radio", name="fixed,")).to_have_count(0)
    field.fill("short(")
    expect(tab.inside.get_by_role("alert")).to_contain_text("Expected a regular expression. Received: short(")
    expect(tab.inside.get_by_role("radio", name="fixed,")).to_have_count(1)


def test_one_run_always_stays_ticked(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    own = tab.inside.get_by_role("checkbox", name="Compare shortcut")
    other = tab.inside.get_by_role("checkbox", name="Compare fixed")
    expect(own).to_be_checked()
    own.click()
    expect(own).to_be_checked()
    other.click()
    expect(tab.inside.get_by_text("2 ticked")).to_be_visible()
    own.click()
    expect(tab.inside.get_by_role("radio", name="fixed,")).to_be_checked()
    expect(own).not_to_be_checked()


def test_the_names_under_the_slider_lead_to_their_checkpoints(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    known = demo_tensorboard.run_index("shortcut")[0]
    slider = tab.inside.get_by_role("slider", name="Checkpoint", exact=True)
    for name in ("first", "best", "last"):
        tab.inside.get_by_role("button", name=f"{name} checkpoint", exact=True).click()
        step = next(one["step"] for one in known if name in one["names"])
        expect(slider).to_have_attribute("aria-valuetext", re.compile(rf"^step {step}\b.*{name}"))


def test_class_0_is_a_class_like_any_other(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    tab.inside.get_by_label("Class", exact=True).select_option(label="pullover")
    tab.wait_for_progress_to_end()
    of_class_0 = entries(demo_tensorboard, {"kind": "classes", "classes": [0]})
    assert {entry["info"]["target"] for entry in of_class_0} == {0}
    for entry in of_class_0[:4]:
        tile = tab.inside.locator(f"picasso-tile[data-probe='{entry['probe']}']")
        expect(tile.locator("canvas")).to_have_attribute("data-key", entry["key"], timeout=30_000)


def test_filters_and_search_leave_what_they_say(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    known, label_of = entries(demo_tensorboard), labels(demo_tensorboard)
    tops = {entry["probe"]: entry["info"]["predictions"][0] for entry in known}
    wrong = {probe for probe, top in tops.items() if top["class_index"] != label_of[probe]}
    sure = {probe for probe in wrong if tops[probe]["probability"] >= 0.9}
    assert 0 < len(wrong) < len(known)
    for name, expected in [("Wrong", wrong), ("Confidently wrong", sure)]:
        tab.inside.get_by_role("radio", name=f"{name} {len(expected)}", exact=True).check()
        expect(options(tab)).to_have_count(len(expected))
        assert {one.get_attribute("data-probe") for one in options(tab).all()} == expected
    tab.inside.get_by_role("radio", name=f"All {len(known)}", exact=True).check()
    tab.inside.get_by_label("True label").select_option(label="True coat")
    expect(options(tab)).to_have_count(sum(label == 1 for label in label_of.values()))
    tab.inside.get_by_role("searchbox", name="Search probes").fill("no such probe")
    expect(tab.inside.get_by_text('No probe matches "no such probe".')).to_be_visible()
    tab.inside.get_by_role("button", name="Show all probes").click()
    expect(options(tab)).to_have_count(len(known))


def test_orders_are_those_of_the_numbers(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    known = entries(demo_tensorboard)
    size = {
        "Most confident": lambda entry: entry["info"]["predictions"][0]["probability"],
        "Highest peak": lambda entry: max(abs(entry["info"]["highest"]), abs(entry["info"]["lowest"])),
    }
    for label, key in size.items():
        tab.inside.get_by_label("Order").select_option(label=label)
        best = max(known, key=key)
        expect(options(tab).first).to_have_attribute("data-probe", best["probe"])
        by_probe = {entry["probe"]: key(entry) for entry in known}
        sizes = [by_probe[one.get_attribute("data-probe")] for one in options(tab).all()]
        assert sizes == sorted(sizes, reverse=True)


def test_those_come_first_that_changed_most_since_the_checkpoint_before(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    tab.inside.get_by_label("Order").select_option(label="Most changed since the last checkpoint")
    before, after = (numbers(demo_tensorboard, "shortcut", step, None, "saliency") for step in (3, 4))
    legend = tab.inside.locator("picasso-legend [role=img]").get_attribute("aria-label") or ""
    end = written(legend.rsplit(" ", 1)[-1])
    changes = {name: how_different(before[name], after[name], end) for name in after}
    best = [name for name, size in changes.items() if size > 0.97 * max(changes.values())]
    expect(options(tab).first).to_have_accessible_name(re.compile("|".join(map(re.escape, best))))


def test_threshold_clip_and_smoothing_are_drawn_without_asking_the_server(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    canvas = options(tab).first.locator("canvas[data-key]")
    read = (
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)"
    )

    def coloured() -> float:
        """Share of the drawn pixels that are not grey."""
        pixels = np.array(canvas.evaluate(read)).reshape(-1, 4)[:, :3]
        return float(np.mean(np.ptp(pixels, axis=1) > 12))

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = coloured()
    assert before > 0.05
    for name, value in (("Threshold", "100"), ("Clip", "50")):
        field = tab.inside.get_by_role("spinbutton", name=name)
        field.fill(value)
        field.press("Enter")
        wait_for(lambda: coloured() < before / 2, 30, lambda: f"{before} -> {coloured()}")
    tab.inside.get_by_role("button", name="Reset the display").click()
    wait_for(lambda: coloured() == before, 30, lambda: f"{before} -> {coloured()}")
    tab.inside.get_by_role("switch", name="Smoothing").check()
    wait_for(lambda: coloured() != before, 30)
    assert not [url for url in asked if re.search("api/(maps|jobs|estimate|probes/)", url)]


def test_the_checkpoint_before_is_computed_before_anybody_goes_there(demo_tensorboard, page):
    checkpoints, probes = demo_tensorboard.run_index("fixed")
    asked = {
        "run": "fixed",
        "checkpoint": checkpoints[-2]["id"],
        "probes": [probe["id"] for probe in probes if not probe["uploaded"]][:4],
        "visualization": "grad_cam_plus_plus",  # of which no other test asks this
    }

    def known() -> int:
        return int(demo_tensorboard.ask("api/estimate", asked).json["known"])

    assert known() == 0
    open_tab(page, demo_tensorboard, "&p.picasso.run=fixed&p.picasso.visualization=grad_cam_plus_plus")
    wait_for(lambda: known() == 4, 60)


def test_probes_are_selected_by_mouse_and_taken_through_time(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    listed = options(tab)
    listed.nth(1).click()
    listed.nth(3).click(modifiers=["Shift"])
    expect(tab.inside.get_by_text("3 selected")).to_be_visible()
    listed.nth(2).click(modifiers=["ControlOrMeta"])
    expect(tab.inside.get_by_text("2 selected")).to_be_visible()
    chosen = [listed.nth(place).get_attribute("data-probe") for place in (1, 3)]
    tab.inside.get_by_role("toolbar", name="Selected probes").get_by_role("button", name="Over time").click()
    strip = tab.inside.locator("picasso-strip-view")
    expect(strip.get_by_role("rowheader")).to_have_count(len(chosen))


def test_a_double_click_inspects(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    options(tab).nth(2).dblclick()
    expect(tab.inside.locator("picasso-inspect-view")).to_be_visible()
