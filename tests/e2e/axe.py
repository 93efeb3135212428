"""What axe finds in the tab as it stands."""

import pathlib

from playwright.sync_api import Page

AXE = pathlib.Path(__file__).parents[2] / "picasso_tb/frontend/node_modules/axe-core/axe.min.js"
RUN = """async () => {
    const {violations} = await axe.run(document, {resultTypes: ['violations'], iframes: false});
    return violations
        .filter(one => one.impact === 'serious' || one.impact === 'critical')
        .map(one => [one.id, one.help, ...one.nodes.slice(0, 4).map(node => node.html)]);
}"""


def serious(page: Page) -> list[list[str]]:
    """Serious violations and worse, with their elements; not of a page that a visualization brings."""
    [frame] = [frame for frame in page.frames if "plugin_entry" in frame.url]
    frame.evaluate(AXE.read_text())
    violations: list[list[str]] = frame.evaluate(RUN)
    return violations
