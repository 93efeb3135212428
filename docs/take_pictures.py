"""Takes the pictures of the documentation from the real tab, on the demo's runs: `make screenshots`."""

import pathlib
import sys
import tempfile

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import find  # noqa: E402  (the tests are no installed package)
from tests.e2e.conftest import ARGUMENTS  # noqa: E402
from tests.e2e.tab import Tab  # noqa: E402
from tests.running import running  # noqa: E402

PICTURES = {  # file name: what stands in the address, dark, width
    "shortcut-light": ("run=shortcut&p.picasso.visualization=occlusion", False, 1440),
    "shortcut-dark": ("run=shortcut&p.picasso.visualization=occlusion", True, 1440),
    "fixed-dark": ("run=fixed&p.picasso.visualization=occlusion", True, 1440),
}


def take(logdir: pathlib.Path) -> None:
    with (
        tempfile.TemporaryDirectory() as cache,
        running(logdir, pathlib.Path(cache)) as tensorboard,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        for name, (state, dark, width) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": 900})
            tab = Tab(page, tensorboard, f"&p.picasso.{state}")
            if dark:
                page.evaluate("document.body.classList.add('dark-mode')")
            tab.wait_for_progress_to_end()
            page.wait_for_timeout(1000)  # for the last maps to be drawn
            page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png")
            page.close()
            print(name)
        browser.close()


if __name__ == "__main__":
    take(pathlib.Path(sys.argv[1]))
