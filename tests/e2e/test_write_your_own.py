"""The visualization of 'write your own in ten minutes' in the real tab: its panel, its chart, its page."""

from playwright.sync_api import expect

from tests.e2e.axe import serious
from tests.e2e.tab import Tab
from tests.running import running
from tests.test_write_your_own import block


def test_the_readers_method_brings_its_panel_its_chart_and_its_page(small_logdir, tmp_path, page):
    folder = tmp_path / "my-visualizations"
    folder.mkdir()
    for name in ("worth.py", "worth.html"):
        (folder / name).write_text(block(f"file: {name}"))
    with running(small_logdir, tmp_path / "cache", f"--picasso_visualizations={folder}") as tensorboard:
        tab = Tab(
            page, tensorboard, "&p.picasso.view=inspect&p.picasso.run=run&p.picasso.visualization=worth"
        )
        tab.wait_for_progress_to_end()
        expect(tab.inside.get_by_role("radio", name="Worth")).to_be_checked()
        expect(tab.inside.get_by_label("Nothing is")).to_have_count(1)
        expect(tab.inside.get_by_text("Worth of each row").first).to_be_visible()
        frame = tab.inside.frame_locator("picasso-page-frame iframe")
        expect(frame.get_by_text("12 rows, Worth of each row")).to_be_visible()
        assert frame.get_by_role("img").evaluate("image => image.complete && image.naturalWidth > 0")
        box = tab.inside.locator("picasso-page-frame iframe").bounding_box()
        assert box and box["height"] > 150  # it follows its content
        for dark in (False, True):
            tab.darken(page, dark)
            assert serious(page) == [], dark
        page.goto("about:blank")  # before its server ends
