"""What is taken away is what was seen: the picture, the numbers, the link and the Python."""

import io
import json
import pathlib
import subprocess
import sys
from typing import Any

import numpy as np
import PIL.Image
import pytest
from playwright.sync_api import Browser, Download, Page, expect

from picasso_tb import explain, open_run
from tests.e2e.conftest import complaints_of
from tests.e2e.numbers import numbers
from tests.e2e.tab import Tab
from tests.running import TensorBoard

VIEW = "&p.picasso.view=inspect&p.picasso.run=shortcut&p.picasso.visualization=occlusion"
SETTINGS = '&p.picasso.settings={"positions":6,"score":"logit"}'
PROBE = "01 pullover, sunny"


def opened(page: Page, tensorboard: TensorBoard, state: str) -> Tab:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = Tab(page, tensorboard, state)
    tab.wait_for_progress_to_end()
    expect(tab.inside.get_by_text("Prediction with this part covered")).to_be_visible(timeout=30_000)
    return tab


def downloaded(page: Page, tab: Tab, button: str) -> Download:
    with page.expect_download() as waiting:
        tab.inside.get_by_role("button", name=button, exact=True).click()
    return waiting.value


def copied(page: Page, tab: Tab, button: str) -> str:
    tab.inside.get_by_role("button", name=button, exact=True).click()
    expect(tab.inside.get_by_text("Copied")).to_be_visible()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def all_checkpoints(tab: Tab, count: int) -> None:
    """Until every map of the strip is known."""
    strip = tab.inside.locator("picasso-inspect-strip canvas[data-key]")
    expect(strip).to_have_count(count, timeout=60_000)
    tab.inside.get_by_role("radio", name="All checkpoints").check(force=True)


def check_drops(archived: Any, found: Any, largest_logit: float) -> None:
    """A drop is the difference of two logits: equal to two millionths of them, whatever the batches were."""
    np.testing.assert_allclose(archived, found, rtol=1e-6, atol=2e-6 * largest_logit)


def test_an_archive_holds_the_numbers_of_explain(demo_tensorboard, demo_logdir, page, tmp_path):
    tab = opened(page, demo_tensorboard, VIEW + SETTINGS)
    file = tmp_path / "maps.npz"
    downloaded(page, tab, "NPZ").save_as(file)
    archive = np.load(file)
    said = json.loads(str(archive["info"]))
    [info] = said["maps"]
    assert (info["run"], info["name"], info["settings"]["positions"]) == ("shortcut", PROBE, 6)
    run = open_run(demo_logdir / "shortcut")
    found = explain(
        run.checkpoint(info["step"]),
        run.probes(info["probe"]),
        info["visualization"],
        targets=info["target"],
        settings=info["settings"],
    )
    assert found.maps is not None
    logits = found.arrays["position_logits"][0]
    check_drops(archive[info["array"]], found.maps[0, 0], abs(logits).max())
    np.testing.assert_allclose(archive[f"{info['array']}_position_logits"], logits, atol=1e-5, rtol=1e-5)
    assert "view=inspect" in said["link"]


def test_the_copied_python_yields_the_same_numbers(demo_tensorboard, page, tmp_path):
    tab = opened(page, demo_tensorboard, VIEW + SETTINGS + "&p.picasso.targets=class-0")
    steps = [one["step"] for one in demo_tensorboard.run_index("shortcut")[0]]
    all_checkpoints(tab, len(steps))
    file = tmp_path / "maps.npz"
    downloaded(page, tab, "NPZ").save_as(file)
    script = copied(page, tab, "Copy as Python")
    script += """
import numpy
found = list(explanations.values())
logit = max(abs(one.arrays["position_logits"]).max() for one in found)
numpy.savez("found.npz", *[one.maps[0, 0] for one in found], logit=logit)
"""
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    archive, found = np.load(file), np.load(tmp_path / "found.npz")
    infos = json.loads(str(archive["info"]))["maps"]
    assert [one["step"] for one in infos] == steps
    assert {one["target"] for one in infos} == {0}
    for number, info in enumerate(infos):
        check_drops(archive[info["array"]], found[f"arr_{number}"], found["logit"])
    assert np.nanmax(abs(archive[infos[0]["array"]] - archive[infos[-1]["array"]])) > 0.01


@pytest.mark.parametrize("everything", [False, True])
def test_a_picture_explains_itself(demo_tensorboard, page, tmp_path: pathlib.Path, everything: bool):
    tab = opened(page, demo_tensorboard, VIEW)
    if everything:
        all_checkpoints(tab, len(demo_tensorboard.run_index("shortcut")[0]))
    download = downloaded(page, tab, "PNG")
    assert download.suggested_filename.endswith(".png") and "shortcut" in download.suggested_filename
    download.save_as(tmp_path / "figure.png")
    content = (tmp_path / "figure.png").read_bytes()
    picture = np.asarray(PIL.Image.open(io.BytesIO(content)).convert("RGB")).astype(int)
    height, width, _ = picture.shape
    assert width > height if everything else min(height, width) > 400
    assert (picture[:4] == 255).all()  # on white
    red, _, blue = picture.transpose(2, 0, 1)
    warm = (red - blue > 120).mean()  # the map's arm of drops, beside a blue sky and a grey ground
    assert warm > 0.01
    title = picture[: height // 10]
    assert (title.max(axis=2) < 60).any()  # ink


def test_a_picture_of_a_comparison_holds_the_difference_or_both_maps(demo_tensorboard, page, tmp_path):
    _, probes = demo_tensorboard.run_index("shortcut")
    probe = next(one for one in probes if one["name"] == PROBE)
    state = "&p.picasso.run=shortcut&p.picasso.visualization=occlusion&p.picasso.columns=checkpoints"
    tab = Tab(page, demo_tensorboard, f"{state}&p.picasso.comparison=4,0&p.picasso.selected={probe['id']}")
    tab.wait_for_maps(6)  # five checkpoints and a difference
    tab.inside.get_by_role("button", name="Take away").click()

    def columns() -> np.ndarray:
        """The picture, five maps and the comparison, from left to right: (7, height, width, 3)."""
        downloaded(page, tab, "PNG").save_as(tmp_path / "figure.png")
        figure = np.asarray(PIL.Image.open(tmp_path / "figure.png").convert("RGB")).astype(int)
        side = round(1600 / 7 - 8)  # in layout pixels of two device pixels
        height = round(side * probe["height"] / probe["width"])
        lefts = [2 * (24 + number * (side + 8)) for number in range(7)]
        return np.array([figure[192 : 192 + 2 * height, left : left + 2 * side] for left in lefts])

    taken = columns()[-1]
    maps = [numbers(demo_tensorboard, "shortcut", step, [PROBE])[PROBE][1] for step in (4, 0)]
    rows, places = (
        ((np.arange(drawn) + 0.5) * side / drawn).astype(int)
        for drawn, side in zip(taken.shape[:2], maps[0].shape, strict=True)
    )
    changed = (maps[0] - maps[1])[np.ix_(rows, places)]
    neutral = abs(changed) < 0.02
    assert neutral.mean() > 0.2 and (taken[neutral] == 128).all()  # zero is the grey in the middle
    assert changed.max() > 0.2
    warm = taken[..., 0] - taken[..., 2]
    assert warm[changed > 0.2].min() > 0 and (warm[changed < -0.05] < 0).all()

    page.keyboard.press("Escape")  # the menu
    tab.inside.get_by_role("radio", name="Swipe").check(force=True)
    expect(tab.inside.locator("picasso-swipe canvas[data-key]")).to_have_count(2)
    tab.inside.get_by_role("button", name="Take away").click()
    picture = columns()
    middle = picture.shape[2] // 2
    np.testing.assert_array_equal(picture[6][:, : middle - 4], picture[5][:, : middle - 4])
    np.testing.assert_array_equal(picture[6][:, middle + 4 :], picture[1][:, middle + 4 :])


def test_a_copied_link_opens_the_same_view(demo_tensorboard, page, browser: Browser):
    tab = opened(page, demo_tensorboard, VIEW + SETTINGS)
    tab.inside.get_by_role("button", name="Next probe").click()
    expect(tab.inside.locator("picasso-inspect-view .cut")).not_to_have_text(PROBE)
    name = tab.inside.locator("picasso-inspect-view .cut").inner_text()
    canvas = tab.inside.locator("picasso-inspect-stage canvas[data-key]")
    expect(canvas).to_be_visible(timeout=30_000)
    tab.wait_for_progress_to_end()
    link = copied(page, tab, "Copy link")
    key = canvas.get_attribute("data-key")
    fresh = browser.new_context().new_page()
    complaints = complaints_of(fresh)
    fresh.goto(link)
    again = Tab.of(fresh)
    expect(again.inside.locator(f"picasso-inspect-stage canvas[data-key='{key}']")).to_be_visible(
        timeout=60_000
    )
    expect(again.inside.locator("picasso-inspect-view .cut")).to_have_text(name)
    fresh.context.close()
    assert not complaints


def test_where_the_clipboard_is_closed_the_text_is_there_to_copy(demo_tensorboard, page):
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false;"
    )
    tab = Tab(page, demo_tensorboard, VIEW)
    tab.wait_for_progress_to_end()
    tab.inside.get_by_role("button", name="Copy as Python").click()
    text = tab.inside.get_by_role("textbox", name="Text to copy").input_value()
    assert text.startswith("from picasso_tb import explain, open_run")
