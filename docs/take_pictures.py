"""Takes the pictures of the documentation from the real tab, on the demo's runs: `make screenshots`."""

import io
import pathlib
import sys
import tempfile

import PIL.Image
from playwright.sync_api import Page, sync_playwright

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import find  # noqa: E402  (the tests are no installed package)
from tests.e2e.conftest import ARGUMENTS  # noqa: E402
from tests.e2e.tab import Tab  # noqa: E402
from tests.running import running  # noqa: E402

VIEWS = {  # name: what stands in the address behind the run
    "gallery": "",
    "time": "columns=checkpoints",
    "runs": "columns=runs&p.picasso.runs=shortcut,fixed",
    "methods": "columns=methods&p.picasso.methods=occlusion,grad_cam,integrated_gradients,saliency",
    "classes": "columns=classes",
    "inspect": "view=inspect",
}
THEMES = {"light": False, "dark": True}
WIDTHS = {"wide": 1440, "narrow": 700}
HEIGHT = 900


def point_at_the_sun(page: Page, tab: Tab) -> None:
    """The mouse where the sun of the demo's first picture is."""
    tab.inside.get_by_text("Prediction with this part covered").wait_for()
    box = tab.inside.locator("picasso-inspect-stage").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.84 * box["width"], box["y"] + 0.14 * box["height"], steps=3)


def take(logdir: pathlib.Path, pictures: pathlib.Path) -> None:
    """Every view of the run with the shortcut, light and dark, wide and narrow, and the other gallery."""
    with (
        tempfile.TemporaryDirectory() as cache,
        running(logdir, pathlib.Path(cache)) as tensorboard,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)

        def picture(name: str, run: str, state: str, dark: bool, width: int) -> None:
            page = browser.new_page(viewport={"width": width, "height": HEIGHT})
            address = "&".join(
                part for part in (f"&p.picasso.run={run}", state and f"p.picasso.{state}") if part
            )
            tab = Tab(page, tensorboard, address)
            tab.darken(page, dark)
            tab.wait_for_progress_to_end()
            if "inspect" in name:
                point_at_the_sun(page, tab)
            page.wait_for_timeout(1500)  # for the last maps to be asked for, and drawn
            tab.wait_for_progress_to_end()
            content = io.BytesIO(page.screenshot())
            page.close()
            PIL.Image.open(content).save(pictures / f"{name}.webp", quality=82, method=6)
            print(name, flush=True)

        picture("fixed-wide-light", "fixed", "", False, WIDTHS["wide"])
        for view, state in VIEWS.items():
            for width, pixels in WIDTHS.items():
                for theme, dark in THEMES.items():
                    picture(f"{view}-{width}-{theme}", "shortcut", state, dark, pixels)
        browser.close()


if __name__ == "__main__":
    take(pathlib.Path(sys.argv[1]), ROOT / "docs" / "pictures")
