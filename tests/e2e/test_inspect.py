"""Inspect: one map large, and what the network says of the picture with a part covered."""

import io
import re

import numpy as np
import PIL.Image
import pytest
from playwright.sync_api import Locator, Page, expect

from picasso_tb import open_run
from picasso_tb.models.protocol import probabilities
from tests.e2e.tab import Tab

VIEW = "&p.picasso.view=inspect&p.picasso.run=shortcut&p.picasso.visualization=occlusion"
PROBE = "01 pullover, sunny"


@pytest.fixture
def tab(demo_tensorboard, page: Page) -> Tab:
    """Inspect of the first probe at the last checkpoint, measured."""
    tab = Tab(page, demo_tensorboard, VIEW)
    tab.wait_for_progress_to_end()
    expect(tab.inside.get_by_text("Prediction with this part covered")).to_be_visible(timeout=30_000)
    return tab


def stage(tab: Tab) -> Locator:
    return tab.inside.locator("picasso-inspect-stage")


def mask_of(tensorboard, probe: dict, region: str) -> np.ndarray:
    answer = tensorboard.ask(f"api/probes/{probe['id']}/image?run=shortcut&mask={region}")
    return np.asarray(PIL.Image.open(io.BytesIO(answer.content))) > 0


def point_at(page: Page, tab: Tab, down: float, right: float) -> None:
    """The mouse over a place of the map, in shares of its height and width."""
    box = stage(tab).bounding_box()
    assert box
    page.mouse.move(box["x"] + right * box["width"], box["y"] + down * box["height"], steps=3)


def covered_by_hand(demo_logdir, down: float, right: float) -> tuple[np.ndarray, np.ndarray]:
    """Class probabilities without and with the grey patch that is nearest to a place."""
    run = open_run(demo_logdir / "shortcut")
    checkpoint, [probe] = run.checkpoint(), run.probes(PROBE)
    image = checkpoint.input_spec.prepare(probe.picture)
    covered = image.copy()
    spans = []
    for side, share in zip(image.shape[:2], (down, right), strict=True):
        window = round(0.2 * side)
        half = window // 2
        centres = [half + number * (side - 2 * half) / 9 for number in range(10)]
        starts = [int(centre) - half for centre in centres]
        start = min(starts, key=lambda start: abs((start + min(start + window, side)) / 2 - share * side))
        spans.append(slice(start, start + window))
    model = checkpoint.load()
    covered[spans[0], spans[1]] = model.value_range.middle
    before, after = probabilities(model.scores(np.stack([image, covered])), model.head)
    return before, after


def test_pointing_at_the_cue_names_the_prediction_with_it_covered(demo_tensorboard, demo_logdir, page, tab):
    _, probes = demo_tensorboard.run_index("shortcut")
    [probe] = [one for one in probes if one["name"] == PROBE]
    cue = mask_of(demo_tensorboard, probe, "cue")
    rows, columns = np.nonzero(cue)
    place = (rows.mean() + 0.5) / cue.shape[0], (columns.mean() + 0.5) / cue.shape[1]
    point_at(page, tab, *place)
    before, after = covered_by_hand(demo_logdir, *place)
    names = open_run(demo_logdir / "shortcut").checkpoint().class_names
    assert before.argmax() != after.argmax()  # the story: without the sun it is another garment
    expect(tab.inside.get_by_text(f"Top class changes from {names[before.argmax()]}.")).to_be_visible()
    said = tab.inside.locator("picasso-inspect-side .said")
    expect(said).to_have_text(re.compile(names[after.argmax()]))
    shown = float(re.sub("[^0-9.]", "", said.inner_text()))
    assert shown == pytest.approx(after.max(), abs=0.006)
    expect(tab.inside.locator(".tip")).to_contain_text(names[before.argmax()])
    read_out = tab.inside.get_by_role("status").filter(has_text="Covered: ")
    expect(read_out).to_contain_text(f"Covered: {names[after.argmax()]} .")  # once the pointer rests


def test_shift_and_arrows_move_one_patch_and_stop_at_the_edge(demo_logdir, page, tab):
    frame = "stage => stage.box"
    tab.inside.get_by_role("group", name=re.compile("^Map: ")).focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowDown")
        page.keyboard.press("Shift+ArrowLeft")
    expect(stage(tab)).to_have_js_property("box", {"top": 52, "bottom": 64, "left": 0, "right": 14})
    page.keyboard.press("Shift+ArrowRight")
    assert stage(tab).evaluate(frame)["left"] == 6  # trunc(7 + 58 / 9) - 7
    before, after = covered_by_hand(demo_logdir, 58 / 64, 13 / 72)
    names = open_run(demo_logdir / "shortcut").checkpoint().class_names
    kept = f"Top class stays {names[before.argmax()]}."
    changed = f"Top class changes from {names[before.argmax()]}."
    expect(tab.inside.get_by_text(kept if before.argmax() == after.argmax() else changed)).to_be_visible()


def test_map_and_picture_zoom_and_move_as_one(page, tab):
    picture = tab.inside.locator("picasso-inspect-picture")
    whole = {"top": 0, "left": 0, "height": 1, "width": 1}
    point_at(page, tab, 0.5, 0.75)
    page.mouse.wheel(0, -400)
    view = "one => one.view"
    expect(stage(tab)).not_to_have_js_property("view", whole)
    zoomed = stage(tab).evaluate(view)
    assert picture.evaluate(view) == zoomed
    assert zoomed["height"] < 0.7
    # What was under the pointer still is.
    assert zoomed["left"] + 0.75 * zoomed["width"] == pytest.approx(0.75, abs=0.01)
    page.mouse.down()
    point_at(page, tab, 0.5, 0.25)
    page.mouse.up()
    moved = stage(tab).evaluate(view)
    assert moved["left"] == pytest.approx(
        min(1 - moved["width"], zoomed["left"] + 0.5 * zoomed["width"]), abs=0.01
    )
    assert picture.evaluate(view) == moved
    page.keyboard.press("0")
    expect(stage(tab)).to_have_js_property("view", whole)


def test_two_fingers_zoom_too(tab):
    """As a touch screen tells it: both fingers down, then apart to twice the distance."""
    stage(tab).locator(".stage").evaluate(
        """stage => {
            const {left, top, width, height} = stage.getBoundingClientRect();
            const tell = (type, pointerId, right) => stage.dispatchEvent(new PointerEvent(type, {
                pointerId, pointerType: 'touch', bubbles: true, button: 0,
                clientX: left + right * width, clientY: top + height / 2,
            }));
            tell('pointerdown', 11, 0.4); tell('pointerdown', 12, 0.6);
            tell('pointermove', 11, 0.3); tell('pointermove', 12, 0.7);
            tell('pointerup', 11, 0.3); tell('pointerup', 12, 0.7);
        }"""
    )
    view = stage(tab).evaluate("one => one.view")
    assert view["height"] == view["width"] == pytest.approx(0.5, abs=0.01)
    assert view["left"] == pytest.approx(0.25, abs=0.06)


def test_the_strip_leads_to_other_checkpoints_and_the_arrows_to_other_probes(tab, page):
    canvas = stage(tab).locator("canvas")
    last = canvas.get_attribute("data-key")
    first = tab.inside.get_by_role("button", name=re.compile("^step 0"))
    first.click()
    expect(canvas).not_to_have_attribute("data-key", last or "", timeout=30_000)
    expect(first).to_have_attribute("aria-current", "true")
    expect(tab.inside.get_by_text("Prediction with this part covered")).to_be_visible()
    page.wait_for_url(re.compile("step=0"))
    tab.inside.get_by_role("button", name="Next probe").click()
    expect(tab.inside.locator("picasso-inspect-view .cut")).not_to_have_text(PROBE)
    tab.inside.get_by_role("button", name="Previous probe").click()
    expect(tab.inside.locator("picasso-inspect-view .cut")).to_have_text(PROBE)
    expect(tab.inside.get_by_role("button", name="Previous probe")).to_be_disabled()


def test_a_regions_share_is_that_of_the_numbers(demo_tensorboard, tab):
    _, probes = demo_tensorboard.run_index("shortcut")
    [probe] = [one for one in probes if one["name"] == PROBE]
    key = stage(tab).locator("canvas").get_attribute("data-key")
    sizes = np.abs(np.load(io.BytesIO(demo_tensorboard.ask(f"api/maps/{key}").content)))
    for region in probe["masks"]:
        inside = mask_of(demo_tensorboard, probe, region)
        share = round(100 * float(sizes[inside].sum() / sizes.sum()))
        area = round(100 * float(inside.mean()))
        shown = tab.inside.locator(f"picasso-inspect-side span[title='{region}'] ~ .number")
        expect(shown.first).to_have_text(f"{share} %")
        expect(shown.nth(1)).to_have_text(f"{area} %")


def test_every_setting_and_fallback_is_said(demo_tensorboard, page, tab):
    used = tab.inside.locator("picasso-inspect-side dl")
    expect(used).to_contain_text("20 %: 13 \N{MULTIPLICATION SIGN} 14 px of 64 \N{MULTIPLICATION SIGN} 72")
    expect(used).to_contain_text("10 \N{MULTIPLICATION SIGN} 10, 101 passes")
    key = stage(tab).locator("canvas").get_attribute("data-key")
    info = demo_tensorboard.ask(f"api/maps/{key}?format=json").json
    for note in info["notes"]:
        expect(used).to_contain_text(note)
