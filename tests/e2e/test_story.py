"""The tank story, as a newcomer finds it in the tab: `shortcut` looks at the sky, `fixed` at the garment."""

import io
import json
import re
import urllib.parse
import urllib.request

import numpy as np
import PIL.Image
import pytest
from playwright.sync_api import expect

from picasso_tb.store.run import RunStore
from tests.e2e.conftest import complaints_of
from tests.e2e.tab import Tab
from tests.running import running

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


def test_a_link_shows_the_same_in_a_fresh_browser(demo_tensorboard, page, browser):
    tab = Tab(page, demo_tensorboard)
    tab.choose_run("shortcut")
    tab.choose_visualization("Saliency")
    tab.wait_for_progress_to_end()
    of_predicted = tab.map_of("01 pullover, sunny").get_attribute("data-key")
    tab.inside.get_by_label("Class", exact=True).select_option(label="True label")
    expect(tab.map_of("01 pullover, sunny")).not_to_have_attribute("data-key", of_predicted, timeout=30_000)
    key = tab.map_of("01 pullover, sunny").get_attribute("data-key")
    expect(page).to_have_url(re.compile("targets=true"))
    fresh = browser.new_page()
    complaints = complaints_of(fresh)
    fresh.goto(page.url)
    again = Tab.of(fresh)
    again.wait_for_progress_to_end()
    expect(again.inside.get_by_role("radio", name="shortcut,")).to_be_checked()
    expect(again.inside.get_by_role("radio", name="Saliency")).to_be_checked()
    expect(again.map_of("01 pullover, sunny")).to_have_attribute("data-key", key, timeout=30_000)
    assert "run=shortcut" in urllib.parse.unquote(page.url)
    fresh.close()
    assert not complaints


def test_settings_are_checked_in_place_and_change_the_maps(demo_tensorboard, page):
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=shortcut&p.picasso.visualization=occlusion")
    tab.wait_for_progress_to_end()
    before = tab.map_of("01 pullover, sunny").get_attribute("data-key")
    positions = tab.inside.get_by_role("spinbutton", name="Positions")
    positions.fill("500")
    positions.press("Enter")
    expect(tab.inside.get_by_text("100", exact=False).first).to_be_visible()
    expect(positions).to_have_attribute("aria-invalid", "true")
    positions.fill("6")
    positions.press("Enter")
    expect(tab.inside.locator(f"canvas[data-key='{before}']")).to_have_count(0, timeout=30_000)
    tab.wait_for_progress_to_end()
    tab.inside.get_by_role("button", name="Reset the settings").click()
    expect(tab.inside.locator(f"canvas[data-key='{before}']")).to_have_count(1, timeout=30_000)


def test_an_own_picture_is_explained_and_can_be_removed(demo_tensorboard, page, tmp_path):
    file = tmp_path / "my lawn.png"
    PIL.Image.new("RGB", (144, 128), "green").save(file)
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=fixed&p.picasso.visualization=saliency")
    tab.wait_for_progress_to_end()
    tab.inside.locator("input[type=file]").set_input_files(str(file))
    expect(tab.map_of("my lawn.png")).to_have_attribute("data-key", re.compile("."), timeout=30_000)
    tab.inside.get_by_role("button", name="Remove my lawn.png").click()
    expect(tab.probe("my lawn.png")).to_have_count(0)


def test_a_long_job_is_shown_and_can_be_cancelled(demo_tensorboard, page):
    tab = Tab(
        page,
        demo_tensorboard,
        "&p.picasso.run=fixed&p.picasso.visualization=occlusion&p.picasso.settings=%7B%22positions%22%3A100%7D",
    )
    progress = tab.inside.get_by_role("progressbar")
    expect(progress).to_be_visible(timeout=30_000)
    tab.inside.get_by_role("button", name="Cancel").click()
    expect(tab.inside.get_by_role("button", name="Compute")).to_be_visible()
    expect(progress).to_have_count(0)


@pytest.mark.parametrize("width", [600, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_the_tab_follows_tensorboards_look(demo_tensorboard, page, width, dark):
    page.set_viewport_size({"width": width, "height": 900})
    tab = Tab(page, demo_tensorboard, "&p.picasso.run=fixed&p.picasso.visualization=saliency")
    tab.wait_for_progress_to_end()
    page.evaluate("dark => document.body.classList.toggle('dark-mode', dark)", dark)
    app = tab.inside.locator("picasso-app")
    light = (
        "el => getComputedStyle(el).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    )
    page.wait_for_timeout(300)
    assert (app.evaluate(light) < 380) is dark
    overflow = tab.inside.locator("body").evaluate("body => body.scrollWidth - body.clientWidth")
    assert overflow <= 0


def test_300_checkpoints_are_all_in_the_slider(tmp_path, page):
    logged = RunStore(tmp_path / "logs" / "long")
    weights = [np.zeros((2, 2), np.float32)]
    model = logged.save_model(
        "{}",
        name="model",
        class_names=[],
        classes=2,
        height=4,
        width=5,
        channels=3,
        input_spec={},
    )
    logged.save_probe(np.zeros((4, 5, 3), np.uint8))
    for step in range(300):
        logged.save_checkpoint(model, step, ["kernel"], weights)
    with running(tmp_path / "logs", tmp_path / "cache") as tensorboard:
        tab = Tab(page, tensorboard)
        slider = tab.inside.get_by_role("slider", name="Checkpoint")
        expect(slider).to_have_attribute("max", "299")
        expect(tab.inside.get_by_text("step 299").first).to_be_visible()
        slider.press("Home")
        expect(tab.inside.get_by_text("step 0").first).to_be_visible()
        slider.press("ArrowRight")
        expect(tab.inside.get_by_text("step 1", exact=True).first).to_be_visible()
