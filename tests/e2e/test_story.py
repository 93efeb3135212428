"""The tank story, as a newcomer finds it in the tab: `shortcut` looks at the sky, `fixed` at the garment."""

import io
import json
import re
import urllib.request

import numpy as np
import PIL.Image
import pytest
from playwright.sync_api import expect

from tests.e2e.tab import Tab
from tests.running import wait_for

LARGE_EFFECT = 0.1  # drop of probability from which a probe counts as reacting
# Pixels of the drawn map as rows of red, green, blue, alpha.
READ_PIXELS = """canvas => {
    const {width, height} = canvas;
    const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
    return {width, height, data: Array.from(data)};
}"""


def brightest(canvas) -> tuple[float, float]:
    """Centre of the brightest warm part of a drawn map, as shares of its height and width."""
    canvas.scroll_into_view_if_needed()
    expect(canvas).to_have_attribute("data-key", re.compile("."))  # set once it is drawn
    read = canvas.evaluate(READ_PIXELS)
    red, green, blue, _ = (
        np.array(read["data"], float).reshape(read["height"], read["width"], 4).transpose(2, 0, 1)
    )
    light = np.where(red > blue + 20, 0.3 * red + 0.6 * green + 0.1 * blue, 0)
    rows, columns = np.nonzero(light >= light.max() - 1)
    return (rows.mean() + 0.5) / read["height"], (columns.mean() + 0.5) / read["width"]


def mask_of(tensorboard, run: str, probe: dict, region: str) -> np.ndarray:
    answer = tensorboard.ask(f"api/probes/{probe['id']}/image?run={run}&mask={region}")
    return np.asarray(PIL.Image.open(io.BytesIO(answer.content))) > 0


@pytest.mark.parametrize(("run", "region"), [("shortcut", "cue"), ("fixed", "garment")])
def test_the_brightest_part_of_the_map_tells_what_the_network_looks_at(demo_tensorboard, page, run, region):
    tab = Tab(page, demo_tensorboard, "&p.picasso.layer=map&p.picasso.order=peak")
    tab.choose_run(run)
    tab.choose_visualization("Occlusion")
    tab.wait_for_progress_to_end()
    checkpoints, probes = demo_tensorboard.run_index(run)
    expect(tab.inside.get_by_text(f"step {checkpoints[-1]['step']}").first).to_be_visible()
    maps = demo_tensorboard.ask(
        "api/maps",
        {
            "run": run,
            "checkpoint": checkpoints[-1]["id"],
            "probes": [probe["id"] for probe in probes],
            "visualization": "occlusion",
        },
    ).json["maps"]
    assert {entry["state"] for entry in maps} == {"done"}  # the very maps that the tab asked for
    reacting = {entry["probe"] for entry in maps if entry["info"]["highest"] > LARGE_EFFECT}
    assert len(reacting) >= 5
    hits = []
    for probe in probes:
        if probe["id"] in reacting and region in probe["masks"]:
            mask = mask_of(demo_tensorboard, run, probe, region)
            if mask.any():
                canvas = tab.map_of(probe["name"])
                row, column = brightest(canvas)
                hits.append(bool(mask[int(row * mask.shape[0]), int(column * mask.shape[1])]))
    assert len(hits) >= 5 and np.mean(hits) >= 0.8, hits


def test_the_curves_of_tensorboard_are_there_too(demo_tensorboard):
    with urllib.request.urlopen(f"{demo_tensorboard.url}data/plugin/scalars/tags") as response:
        tags = json.load(response)
    for run in ("shortcut", "fixed"):
        assert {"loss/training", "accuracy/validation"} <= set(tags[run])


def test_settings_are_checked_in_place_and_change_the_maps(demo_tensorboard, page):
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=shortcut&p.picasso.visualization=occlusion")
    tab.wait_for_progress_to_end()
    before = tab.map_of("01 pullover, sunny").get_attribute("data-key")
    positions = tab.inside.get_by_role("spinbutton", name="Positions")
    positions.fill("500")
    positions.press("Enter")
    expect(tab.inside.get_by_text("At most 100. Received: 500.")).to_be_visible()
    expect(positions).to_have_attribute("aria-invalid", "true")
    positions.fill("6")
    positions.press("Enter")
    expect(tab.inside.locator(f"canvas[data-key='{before}']")).to_have_count(0, timeout=30_000)
    tab.wait_for_progress_to_end()
    tab.inside.get_by_role("button", name="Reset the settings").click()
    expect(tab.inside.locator(f"canvas[data-key='{before}']")).to_have_count(1, timeout=30_000)


def test_a_long_job_is_shown_and_ends_when_it_is_cancelled_or_left(demo_tensorboard, page):
    long = "&p.picasso.visualization=occlusion&p.picasso.settings=%7B%22positions%22%3A100%7D"

    def computes(answer) -> bool:
        return answer.url.endswith("/api/maps") and answer.request.post_data_json.get("compute", True)

    def is_cancelled(answer) -> bool:
        return demo_tensorboard.ask(f"api/jobs/{answer.json()['job']}").json["state"] == "cancelled"

    with page.expect_response(computes) as first:
        tab = Tab(page, demo_tensorboard, f"&p.picasso.run=fixed{long}")
    progress = tab.inside.get_by_role("progressbar")
    expect(progress).to_be_visible(timeout=30_000)
    expect(
        tab.inside.get_by_text(re.compile("24 pictures \N{MULTIPLICATION SIGN} 10,001 passes"))
    ).to_be_visible()
    tab.inside.get_by_role("button", name="Cancel").click()
    compute = tab.inside.get_by_role("button", name="Compute", exact=True)
    expect(compute).to_be_visible()
    expect(progress).to_have_count(0)
    wait_for(lambda: is_cancelled(first.value), 30)
    with page.expect_response(computes) as second:
        compute.click()
    expect(progress).to_be_visible()
    assert not is_cancelled(second.value)
    tab.choose_visualization("Saliency")
    wait_for(lambda: is_cancelled(second.value), 30)


def test_who_leaves_takes_no_maps_from_others(demo_tensorboard, page):
    """Two people ask the same; one of them stops."""
    state = (
        "&p.picasso.run=fixed&p.picasso.visualization=occlusion&p.picasso.settings=%7B%22positions%22%3A26%7D"
    )
    other = page.context.new_page()
    Tab(other, demo_tensorboard).wait_for_progress_to_end()  # a page takes its time to open
    tab = Tab(page, demo_tensorboard, state)
    expect(tab.inside.get_by_role("progressbar")).to_be_visible(timeout=30_000)
    leaving = Tab(other, demo_tensorboard, state)
    leaving.inside.get_by_role("button", name="Cancel").click()
    expect(leaving.inside.get_by_role("button", name="Compute")).to_be_visible()
    other.close()
    tab.wait_for_progress_to_end()
    expect(tab.inside.get_by_role("button", name="Compute")).to_have_count(0)


def test_the_tab_follows_tensorboards_look(demo_tensorboard, page):
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=fixed&p.picasso.visualization=saliency")
    tab.wait_for_progress_to_end()
    app = tab.inside.locator("picasso-app")
    light = (
        "el => getComputedStyle(el).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    )
    for dark in (False, True):
        tab.darken(page, dark)
        assert (app.evaluate(light) < 380) is dark
    for width in (600, 960, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        overflow = tab.inside.locator("body").evaluate("body => body.scrollWidth - body.clientWidth")
        assert overflow <= 0, width


def test_300_checkpoints_are_all_in_the_slider(long_tensorboard, page):
    tab = Tab(page, long_tensorboard)
    slider = tab.inside.get_by_role("slider", name="Checkpoint")
    expect(slider).to_have_attribute("max", "299")
    expect(tab.inside.get_by_text("step 299").first).to_be_visible()
    slider.press("Home")
    expect(tab.inside.get_by_text("step 0").first).to_be_visible()
    for _ in range(5):  # one after the other, however quickly: none is passed over
        slider.press("ArrowRight")
    expect(tab.inside.get_by_text("step 5", exact=True).first).to_be_visible()


def test_300_checkpoints_below_one_map_leave_it_its_size(long_tensorboard, page):
    tab = Tab(page, long_tensorboard, "&p.picasso.view=inspect")
    checkpoints = tab.inside.get_by_role("group", name="Checkpoints")
    expect(checkpoints.get_by_role("button", name="299")).to_be_visible()
    box = checkpoints.bounding_box()
    assert box and box["width"] < 1000
