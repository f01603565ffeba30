"""What every state of the page is held to: nothing that axe finds, in both themes, and its picture.

``DISPATCH_PICTURES=folder`` keeps the pictures; those of ``docs/board-states.md`` were made so.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PICTURES: Final = os.environ.get("DISPATCH_PICTURES", "")

STATES: Final = {
    "sign-in": "the page before anybody has signed in",
    "training-sign-in": "the same of a service that is for training",
    "first-start": "a service that was set up a minute ago: the first steps",
    "live": "live, nothing open",
    "entry": "an incident is being entered",
    "entry-left": "a form that was left half typed comes back",
    "places-found": "places that an address could be",
    "near-border": "the place lies near a border: whose is it?",
    "line-first-letter": "the command line after one letter",
    "line-candidates": "the command line with units to choose from",
    "keys": "all keys and commands",
    "second-opinion": "simulated futures favour another answer than the advice",
    "another-chosen": "another unit than the advised one was sent: why, if one likes",
    "why-not": "why a unit may not come",
    "order-form": "many units are being asked for",
    "order-plan": "who would come, and what each lender keeps",
    "undelivered": "a request that no board has received: the telephone and what to say",
    "counter-offer": "the lender offers another unit instead",
    "answer-instead": "the lender chooses the unit to offer",
    "clash": "another console was first with the answer",
    "waiver-asked": "a lender is asked to let a clause rest once",
    "lending-closed": "a partner lends nothing for now",
    "lending-closed-by-us": "we lend nothing for now",
    "overwhelmed": "we run out of units: the banner calls",
    "overwhelmed-seen": "the same, seen: cover and what could be done",
    "cover-overridden": "a supervisor says how we stand",
    "standby-proposed": "a neighbour's spare unit could stand by",
    "pre-alert": "a partner warns us that it may ask soon",
    "alarm": "a request calls",
    "alarm-log": "this console's alarms and their rates",
    "sound-blocked": "the browser lets nothing sound",
    "feed-silent": "one agency's feed has gone silent",
    "units-stale": "old positions",
    "feed-list": "every feed, and since when",
    "degraded": "roads cannot be asked: what that touches",
    "disconnected": "the server is gone: telephones, timers, no actions",
    "no-server-from-the-start": "the server was gone before the first picture",
    "resyncing": "the picture is being fetched anew",
    "returned": "back, with what changed meanwhile",
    "read-only": "the record cannot be written",
    "session-ended": "signed out by the server",
    "training": "a board for training",
    "panel-window": "a panel in a window of its own",
    "panels-out": "the board after its panels have left",
    "settings": "how a person wants the board",
    "settings-sizes": "text size of each panel",
    "columns": "columns of the units",
    "large-text": "text half as large again, or smaller",
    "agreements": "the agreements, read",
}
"""Every state, and what it is. The agreements' own are in ``test_agreements_look``."""


def require_sound(page: Page, state: str, *, holding: Callable[[], object] = lambda: None) -> None:
    """Axe finds nothing in either theme; then as before. ``holding`` keeps up a state that passes."""
    assert state in STATES
    before = _theme(page)
    for theme in ("dark", "light"):
        holding()
        _turn_to(page, theme)
        if PICTURES:
            page.wait_for_timeout(600)  # the map is drawn anew
            page.screenshot(path=Path(PICTURES) / f"board-state-{state}-{theme}.png")
        assert [f"{theme} {found}" for found in violations(page)] == []
    _turn_to(page, before)


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is: rule and element."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def _theme(page: Page) -> str:
    return str(page.evaluate("() => document.documentElement.dataset.theme ?? 'dark'"))


def _turn_to(page: Page, theme: str) -> None:
    """Whoever uses the page keeps the focus. For pictures by the button, so that the map is drawn anew."""
    if _theme(page) == theme:
        return
    button = page.get_by_test_id("theme-toggle")
    if PICTURES and button.count() and not page.locator("dialog[open]").count():
        page.evaluate(
            """() => {
              const focused = document.activeElement;
              document.querySelector('[data-testid="theme-toggle"]').click();
              focused?.focus();
            }"""
        )
    else:
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
