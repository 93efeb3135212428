"""The Picasso tab as a person finds it: by role and name."""

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.running import TensorBoard


class Tab:
    """The tab in an open page.

    Args:
        state: what stands in the address behind `#picasso`, such as `&p.picasso.run=shortcut`.
    """

    def __init__(self, page: Page, tensorboard: TensorBoard, state: str = "") -> None:
        page.goto(f"{tensorboard.url}#picasso{state}")
        self.inside: FrameLocator = page.frame_locator("iframe")

    @classmethod
    def of(cls, page: Page) -> "Tab":
        """The tab in a page that is open already."""
        tab = cls.__new__(cls)
        tab.inside = page.frame_locator("iframe")
        return tab

    def darken(self, page: Page, dark: bool) -> None:
        """TensorBoard's choice between dark and light, once the tab has followed."""
        page.evaluate("dark => document.body.classList.toggle('dark-mode', dark)", dark)
        expect(self.inside.locator("html")).to_have_attribute("data-theme", "dark" if dark else "light")

    def choose_run(self, name: str) -> None:
        self.inside.get_by_role("radio", name=f"{name},").check()

    def choose_visualization(self, title: str) -> None:
        self.inside.get_by_role("radio", name=title).check()

    def wait_for_progress_to_end(self) -> None:
        """Until a map is drawn and nothing is being computed."""
        expect(self.inside.locator("canvas[data-key]").first).to_be_visible(timeout=240_000)
        expect(self.inside.get_by_role("progressbar")).to_have_count(0, timeout=240_000)

    def wait_for_maps(self, count: int) -> None:
        """Until so many maps are drawn and nothing is being computed."""
        self.wait_for_progress_to_end()
        expect(self.inside.locator("canvas[data-key]")).to_have_count(count, timeout=30_000)

    def probe(self, name: str) -> Locator:
        """The gallery's option of that probe."""
        return self.inside.get_by_role("option", name=name)

    def map_of(self, name: str) -> Locator:
        """The drawn map of that probe, brought into view."""
        self.probe(name).scroll_into_view_if_needed()
        return self.probe(name).locator("canvas")
