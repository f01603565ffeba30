"""A real Chromium, a whole service, two people at two windows."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.crash import free_port
from tests.browser.agreements_desk import AdminDesk
from tests.browser.windows import LARGE, Window
from tests.story.serving import Demo, serving

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",  # a control room's machine may have none
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The browser that ``make test`` found or installed, else one on the path."""
    named = os.environ.get("DISPATCH_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for one module: while it runs, this thread has a running loop and no other test could."""
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


@pytest.fixture
def open_window(browser: Browser, demo: Demo) -> Iterator[Callable[..., Window]]:
    """Open a person's window: ``open_window("harlow-dispatcher", size=SMALL)``."""
    opened: list[Window] = []

    def open_one(
        person: str,
        *,
        size: tuple[int, int] = LARGE,
        prepare: Callable[[BrowserContext], None] | None = None,
    ) -> Window:
        opened.append(Window(browser, demo, person, size=size, prepare=prepare))
        return opened[-1]

    yield open_one
    for window in opened:
        window.close()


@pytest.fixture
def harlow(open_window: Callable[..., Window]) -> Window:
    return open_window("harlow-dispatcher")


@pytest.fixture
def cedar(open_window: Callable[..., Window]) -> Window:
    return open_window("cedar-dispatcher")


@pytest.fixture
def open_desk(open_window: Callable[..., Window], demo: Demo) -> Iterator[Callable[..., AdminDesk]]:
    """Open an admin's desk: ``open_desk("cedar")``."""
    desks: list[AdminDesk] = []

    def open_one(party: str, *, size: tuple[int, int] = LARGE) -> AdminDesk:
        desks.append(AdminDesk(open_window(f"{party}-admin", size=size), demo.password))
        return desks[-1]

    yield open_one
    for desk in desks:
        assert desk.window.errors == []
        assert desk.window.foreign == []
