"""How the tab feels on a large log directory: opening, scrolling and scrubbing, by the browser's own tracing.

python -m bench tab
"""

import json
import pathlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright

from bench.large_logdir import write_large_logdir
from tests.browser import find
from tests.e2e.conftest import ARGUMENTS, SCREEN
from tests.running import TensorBoard, wait_for

RUNS, CHECKPOINTS, PROBES = 50, 200, 200
RUN = "run-000"
METHOD = "saliency"
_KEYS, _SECONDS_BETWEEN_KEYS = 150, 1 / 30  # as a held key repeats
# Looks once a frame which map is drawn first in the view.
_WATCH = """() => {
    const first = (root) => root.querySelector("canvas[data-key]") ?? [...root.querySelectorAll("*")]
        .map((element) => element.shadowRoot && first(element.shadowRoot)).find(Boolean)
    const drawn = (window.drawn = new Set())
    const look = () => { drawn.add(first(document)?.dataset.key); requestAnimationFrame(look) }
    look()
}"""
_NOW = "() => performance.now()"  # since the tab's own page began to load


def measure() -> dict[str, Any]:
    """Open, scroll and scrub; what is shown was computed before."""
    with tempfile.TemporaryDirectory() as place:
        logdir, cache = pathlib.Path(place) / "logs", pathlib.Path(place) / "cache"
        write_large_logdir(logdir, RUNS, CHECKPOINTS, PROBES)
        tensorboard = TensorBoard(logdir, cache)
        try:
            compute_maps(tensorboard)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
                return _measure(browser, tensorboard)
        finally:
            tensorboard.process.terminate()


def compute_maps(tensorboard: TensorBoard) -> None:
    """All probes at every checkpoint of one run."""
    checkpoints, probes = tensorboard.run_index(RUN)
    for number, checkpoint in enumerate(checkpoints):
        print(f"\r{number} of {len(checkpoints)} checkpoints computed", end="", file=sys.stderr)
        question = {
            "run": RUN,
            "checkpoint": checkpoint["id"],
            "probes": [probe["id"] for probe in probes],
            "visualization": METHOD,
        }
        job = tensorboard.ask("api/maps", question).json["job"]
        if job is not None:
            wait_for(lambda job=job: tensorboard.ask(f"api/jobs/{job}").json["state"] == "done", 120)
    print(file=sys.stderr)


def _measure(browser: Browser, tensorboard: TensorBoard) -> dict[str, Any]:
    found: dict[str, Any] = {"runs": RUNS, "checkpoints": CHECKPOINTS, "probes": PROBES}
    opened = [_opened(browser, tensorboard) for _ in range(5)]
    found["milliseconds to the first map"] = round(statistics.median(opened))
    for view in ("none", "checkpoints"):
        page, tab = _open(browser, tensorboard, f"&p.picasso.columns={view}")
        name = {"none": "Gallery", "checkpoints": "Time"}[view]
        found[f"longest task while scrolling, {name}"] = _longest_task(
            browser, page, lambda page=page, tab=tab: _scroll(page, tab)
        )
        page.context.close()
    for view in ("grid", "inspect"):
        name = {"grid": "Gallery", "inspect": "Inspect"}[view]
        state = f"&p.picasso.view={view}&p.picasso.step=0"
        page, tab = _open(browser, tensorboard, state)
        found[f"longest task while scrubbing, {name}"] = _longest_task(
            browser, page, lambda page=page, tab=tab: _scrub(page, tab)
        )
        page.context.close()
        page, tab = _open(browser, tensorboard, state)
        rate = _scrub(page, tab)  # without tracing, which slows it down
        found[f"checkpoints a second while scrubbing, {name}"] = round(rate, 1)
        page.context.close()
    return found


def _open(browser: Browser, tensorboard: TensorBoard, state: str) -> tuple[Page, FrameLocator]:
    page = browser.new_context(viewport=SCREEN).new_page()
    page.goto(f"{tensorboard.url}#picasso&p.picasso.run={RUN}&p.picasso.visualization={METHOD}{state}")
    tab = page.frame_locator("iframe")
    tab.locator("canvas[data-key]").first.wait_for(timeout=60_000)
    return page, tab


def _opened(browser: Browser, tensorboard: TensorBoard) -> float:
    """Milliseconds from the request for the tab's page to its first drawn map, in a fresh profile."""
    page, tab = _open(browser, tensorboard, "")
    milliseconds = float(tab.locator("body").evaluate(_NOW))
    page.context.close()
    return milliseconds


def _scroll(page: Page, tab: FrameLocator) -> None:
    """Wheel down and up again over the maps."""
    box = tab.locator("canvas[data-key]").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for pixels in [400] * 40 + [-400] * 40:
        page.mouse.wheel(pixels / 4, pixels)
        page.wait_for_timeout(50)


def _scrub(page: Page, tab: FrameLocator) -> float:
    """Checkpoints a second whose map is drawn while the arrow key is held down on the slider."""
    tab.get_by_role("slider", name="Checkpoint").focus()
    for _ in range(5):  # a person has looked at some before
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(400)
    tab.locator("body").evaluate(_WATCH)
    began = time.monotonic()
    for number in range(1, _KEYS + 1):
        page.keyboard.down("ArrowRight")  # a key that is held comes again
        page.wait_for_timeout(max(0, 1000 * (began + number * _SECONDS_BETWEEN_KEYS - time.monotonic())))
    drawn = tab.locator("body").evaluate("() => drawn.size")
    seconds = time.monotonic() - began
    page.keyboard.up("ArrowRight")
    return float(drawn) / seconds


def _longest_task(browser: Browser, page: Page, act: Callable[[], Any]) -> str:
    """Of the page's main thread while `act` runs."""
    browser.start_tracing(page=page, categories=["toplevel", "disabled-by-default-devtools.timeline"])
    act()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event.get("dur", 0)
        for event in events
        if (event["pid"], event["tid"]) in main and "RunTask" in event["name"]
    ]
    if not tasks:
        raise RuntimeError(
            f"Expected tasks of the main thread in the trace. Received: {len(events)} events, none of them."
        )
    return f"{max(tasks) / 1000:.0f} ms"
