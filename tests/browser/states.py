"""What every state of the board is held to: nothing that axe finds, in both themes, and its picture.

``DISPATCH_PICTURES=folder`` keeps the pictures; those in ``docs/pictures`` were made so.
"""

import os
from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PICTURES = os.environ.get("DISPATCH_PICTURES", "")


def require_sound(page: Page, state: str, *, holding: Callable[[], object] = lambda: None) -> None:
    """Axe finds nothing in either theme; dark again afterwards. ``holding`` keeps up a state that passes."""
    for theme in ("dark", "light"):
        holding()
        turn_to(page, theme)
        if PICTURES:
            page.wait_for_timeout(600)  # the map is drawn anew
            page.screenshot(path=Path(PICTURES) / f"board-state-{state}-{theme}.png")
        found = Axe().run(page).response["violations"]
        assert [f"{theme} {rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found] == []
    turn_to(page, "dark")


def turn_to(page: Page, theme: str) -> None:
    """By the button where there is one that can be pressed; a dialog or the sign-in page has none."""
    now = page.evaluate("() => document.documentElement.dataset.theme ?? 'dark'")
    button = page.get_by_test_id("theme-toggle")
    if now == theme:
        return
    if button.count() and not page.locator("dialog[open]").count():
        button.click()
        page.mouse.move(0, 0)
    else:
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
