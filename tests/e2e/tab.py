"""The Picasso tab as a person finds it: by role and name."""

from typing import Any

from playwright.sync_api import FrameLocator, Page, expect

from tests.running import TensorBoard


class Tab:
    """The tab in an open page.

    Args:
        state: what stands in the address behind `#picasso`, such as `&p.picasso.run=shortcut`.
    """

    def __init__(self, page: Page, tensorboard: TensorBoard, state: str = "") -> None:
        self.page = page
        page.goto(f"{tensorboard.url}#picasso{state}")
        self.inside: FrameLocator = page.frame_locator("iframe")

    def choose_run(self, name: str) -> None:
        self.inside.get_by_role("radio", name=f"{name},").check()

    def choose_visualization(self, title: str) -> None:
        self.inside.get_by_role("radio", name=title).check()

    def wait_for_maps(self, count: int) -> None:
        """Until so many maps are drawn and nothing is being computed."""
        expect(self.inside.get_by_role("progressbar")).to_have_count(0, timeout=90_000)
        expect(self.inside.locator("canvas[data-key]")).to_have_count(count, timeout=30_000)

    def probe(self, name: str) -> Any:
        """The gallery's option of that probe."""
        return self.inside.get_by_role("option", name=name)
