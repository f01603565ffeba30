"""A real Chromium, a whole service, two people at two windows."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bench.crash import free_port
from tests.story.serving import Demo, serving

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LARGE, SMALL = (1920, 1080), (1366, 768)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The browser that ``make test`` found or installed, else one on the path."""
    named = os.environ.get("DISPATCH_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        reason = "THE BROWSER TESTS DID NOT RUN: no Chromium on this machine"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    bundle = ROOT / "var" / "regions" / "marlow"
    with serving(bundle, tmp_path_factory.mktemp("browser") / "data", port=free_port()) as running:
        yield running


class Window:
    """One person's page, with what it asked of other origins and what went wrong on it."""

    def __init__(
        self, browser: Browser, demo: Demo, person: str, *, width: int = 1920, height: int = 1080
    ) -> None:
        self._context = browser.new_context(viewport={"width": width, "height": height})
        self.page: Page = self._context.new_page()
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self._note(request.url, demo.base))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.set_default_timeout(15_000)
        self.page.goto(demo.base)
        self.page.get_by_test_id("sign-in-person").fill(person)
        self.page.get_by_test_id("sign-in-password").fill(demo.password)
        self.page.get_by_test_id("sign-in-submit").click()
        self.page.get_by_test_id("units-panel").wait_for()

    def _note(self, url: str, base: str) -> None:
        if not url.startswith((base, base.replace("http", "ws"), "data:", "blob:")):
            self.foreign.append(url)

    def close(self) -> None:
        """Close the window and forget its cookies."""
        self._context.close()


@pytest.fixture
def harlow(browser: Browser, demo: Demo) -> Iterator[Window]:
    window = Window(browser, demo, "harlow-dispatcher", size=LARGE)
    yield window
    window.close()


@pytest.fixture
def cedar(browser: Browser, demo: Demo) -> Iterator[Window]:
    window = Window(browser, demo, "cedar-dispatcher", size=LARGE)
    yield window
    window.close()
