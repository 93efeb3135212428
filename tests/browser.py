"""The Chromium that the browser tests drive: one that is there, else one that can be installed.

Run as a module (`python -m tests.browser`), it prints the path of the browser, or says what to do and fails.
"""

import os
import pathlib
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Path of PICASSO_BROWSER, of a browser on the PATH, or of Playwright's own."""
    named = os.environ.get("PICASSO_BROWSER")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if pathlib.Path(own).exists() else None


def install() -> None:
    """Playwright's browser, else Debian's package when that is possible."""
    if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"]).returncode == 0:
        return
    if os.geteuid() == 0 and pathlib.Path("/etc/debian_version").exists():
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=True)


if __name__ == "__main__":
    if find() is None:
        install()
    browser = find()
    if browser is None:
        sys.exit("No Chromium was found or could be installed. Install one, or name it in PICASSO_BROWSER.")
    print(f"Browser: {browser}")
