"""A person brings a picture of her own: by file, by dropping it and by pasting it."""

import base64
import io
import pathlib
import re

import numpy as np
import PIL.Image
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import serious
from tests.e2e.tab import Tab

STATE = "&p.picasso.run=fixed&p.picasso.visualization=saliency"

# The browser's own event with a file that a script made: what a drag or a paste from outside brings.
BRING = """([way, name, content]) => {
    const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, {type: 'image/png'}));
    const options = {bubbles: true, cancelable: true, composed: true};
    if (way === 'paste') {
        document.body.dispatchEvent(new ClipboardEvent('paste', {...options, clipboardData: data}));
        return;
    }
    document.body.dispatchEvent(new DragEvent('dragenter', {...options, dataTransfer: data}));
    document.body.dispatchEvent(new DragEvent('dragover', {...options, dataTransfer: data}));
    if (way === 'drop') document.body.dispatchEvent(new DragEvent('drop', {...options, dataTransfer: data}));
}"""


def picture(colour: str) -> bytes:
    content = io.BytesIO()
    PIL.Image.new("RGB", (144, 96), colour).save(content, "PNG")
    return content.getvalue()


def bring(page: Page, way: str, name: str, content: bytes) -> None:
    page.frames[-1].evaluate(BRING, [way, name, base64.b64encode(content).decode()])


def open_tab(page: Page, tensorboard) -> Tab:
    tab = Tab(page, tensorboard, STATE)
    tab.wait_for_progress_to_end()
    return tab


def expect_a_map(tab: Tab, name: str) -> None:
    tile = tab.inside.get_by_role("option", name=name)
    expect(tile.locator("canvas")).to_have_attribute("data-key", re.compile("."), timeout=30_000)
    expect(tile).to_be_in_viewport()


def remove(tab: Tab, name: str) -> None:
    tab.inside.get_by_role("button", name=f"Remove {name}").click()
    expect(tab.inside.get_by_role("button", name=f"Remove {name}")).to_have_count(0)


@pytest.mark.parametrize(("way", "colour"), [("file", "green"), ("drop", "teal"), ("paste", "navy")])
def test_a_picture_comes_by_each_way_and_has_its_map(
    demo_tensorboard, page, tmp_path: pathlib.Path, way, colour
):
    tab = open_tab(page, demo_tensorboard)
    name = f"{colour} lawn.png"
    if way == "file":
        (tmp_path / name).write_bytes(picture(colour))
        tab.inside.get_by_label("Add picture").set_input_files(str(tmp_path / name))
    else:
        bring(page, way, name, picture(colour))
    expect_a_map(tab, name)
    remove(tab, name)


def test_where_to_drop_is_drawn_while_something_is_dragged(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    bring(page, "drag", "x.png", picture("red"))
    expect(tab.inside.get_by_text("Drop pictures")).to_be_visible()
    page.frames[-1].evaluate("document.body.dispatchEvent(new DragEvent('dragleave', {bubbles: true}))")
    expect(tab.inside.get_by_text("Drop pictures")).to_have_count(0)


def test_what_is_no_picture_is_refused_in_words(demo_tensorboard, browser: Browser):
    page = browser.new_page()  # whose console will show the refusal
    tab = open_tab(page, demo_tensorboard)
    bring(page, "drop", "broken.png", b"hello")
    expect(tab.inside.get_by_text("broken.png: Expected a picture", exact=False)).to_be_visible()
    page.close()


def test_a_picture_is_named_and_gets_a_region_by_keyboard(demo_tensorboard, page):
    tab = open_tab(page, demo_tensorboard)
    bring(page, "paste", "image.png", picture("olive"))
    edit = tab.inside.get_by_role("button", name="Edit pasted at")
    edit.click()
    dialog = tab.inside.get_by_role("dialog", name="Added picture")
    for dark in (True, False):
        tab.darken(page, dark)
        assert serious(page) == [], dark
    dialog.get_by_role("textbox", name="Name").fill("my hedge")
    dialog.get_by_role("button", name="Add region").press("Enter")
    dialog.get_by_role("spinbutton", name="Top").fill("10")
    dialog.get_by_role("spinbutton", name="Top").press("Tab")
    dialog.get_by_role("button", name="Save").press("Enter")
    tab.inside.get_by_role("button", name="my hedge", exact=True).click()  # leads to its tile
    expect_a_map(tab, "my hedge")
    [probe] = [one for one in demo_tensorboard.run_index("fixed")[1] if one["uploaded"]]
    assert (probe["name"], probe["masks"]) == ("my hedge", ["region"])
    answer = demo_tensorboard.ask(f"api/probes/{probe['id']}/image?mask=region")
    rows, columns = np.nonzero(np.asarray(PIL.Image.open(io.BytesIO(answer.content))))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (10, 71, 36, 107)
    remove(tab, "my hedge")
