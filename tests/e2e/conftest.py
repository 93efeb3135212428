"""A real Chromium, and the eyes to notice whatever the page complains about."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from picasso_tb.store.run import RunStore
from tests.browser import find
from tests.running import TensorBoard, running

SCREEN: ViewportSize = {"width": 1440, "height": 900}
expect.set_options(timeout=30_000)  # whatever else the machine does

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The page may notice that a test has ended its server; TensorBoard looks for its fonts without its prefix.
NOT_OURS = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "/font-roboto/")


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    """For tests that open contexts of their own."""
    browser = chromium.launch(executable_path=find(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def profile(chromium: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One on the disk keeps TensorBoard's own scripts compiled: its pages open in half of the time."""
    context = chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"), executable_path=find(), args=ARGUMENTS, viewport=SCREEN
    )
    yield context
    context.close()


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A page that remembers nothing; the test fails if its console shows an error or a violated policy."""
    page = profile.new_page()
    complaints = complaints_of(page)
    yield page
    origin = {"origin": page.evaluate("origin"), "storageTypes": "cookies,local_storage,indexeddb"}
    profile.new_cdp_session(page).send("Storage.clearDataForOrigin", origin)
    profile.clear_permissions()
    for one in profile.pages:
        one.close()
    assert not [text for text in complaints if not any(foreign in text for foreign in NOT_OURS)]


@pytest.fixture(scope="session")
def long_tensorboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TensorBoard]:
    """A run of 300 checkpoints and 40 probes, of a network that nobody can load."""
    logdir = tmp_path_factory.mktemp("long")
    logged = RunStore(logdir / "run")
    model = logged.save_model(
        "{}", name="model", class_names=[], classes=2, height=4, width=5, channels=3, input_spec={}
    )
    for value in range(40):
        logged.save_probe(np.full((4, 5, 3), value, np.uint8))
    for step in range(300):
        logged.save_checkpoint(model, step, ["kernel"], [np.zeros((2, 2), np.float32)])
    with running(logdir, tmp_path_factory.mktemp("long-cache")) as tensorboard:
        yield tensorboard


def complaints_of(page: Page) -> list[str]:
    """What the page's console will show of errors and violated policies."""
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: (
            message.type == "error" and complaints.append(f"{message.text} {message.location['url']}")
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # A violated policy is an event, not always a console message.
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective))"
    )
    return complaints
