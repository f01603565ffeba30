"""On 1366 by 768 and at 200 % of it (683 by 384) nothing is lost: every panel, every action, every focus."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reach import box_of, hidden_focus, sideways, small_targets
from tests.browser.states import require_sound
from tests.browser.test_board import PANELS
from tests.browser.test_story import open_incident, request_from_cedar
from tests.browser.windows import LARGE, SMALL, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

DOUBLE = (683, 384)
"""What is left of 1366 by 768 at 200 %."""
SIZES = {"large": LARGE, "small": SMALL, "double": DOUBLE}


def require_reach(page: Page, where: str) -> None:
    """Nothing too small, nothing sideways, no focus that nobody sees."""
    assert small_targets(page) == [], where
    assert sideways(page) == [], where
    assert hidden_focus(page) == [], where


@contextmanager
def the_side(page: Page, opened_by: str, panel: str) -> Iterator[None]:
    page.get_by_test_id(opened_by).first.click()
    page.get_by_test_id(panel).wait_for()
    yield
    page.keyboard.press("Escape")
    expect(page.get_by_test_id(panel)).to_have_count(0)


@pytest.mark.parametrize("size", list(SIZES))
def test_every_panel_and_form_is_reached(open_window: Callable[..., Window], size: str) -> None:
    window = open_window("harlow-dispatcher", size=SIZES[size])
    page = window.page
    page.get_by_test_id("unit-row").first.wait_for()
    page.wait_for_timeout(800)
    for panel in PANELS:
        box = box_of(page, panel)
        assert box["width"] > 250, panel
        assert box["height"] > 70, panel
        assert box["x"] >= -1, panel
        assert box["x"] + box["width"] <= SIZES[size][0] + 1, panel
    require_reach(page, "board")

    with the_side(page, "new-incident", "entry-form"):
        require_reach(page, "new incident")
    with the_side(page, "open-cover", "cover-panel"):
        require_reach(page, "cover")
    page.get_by_test_id("incidents-tab-closed").click()
    require_reach(page, "closed incidents")
    page.get_by_test_id("incidents-tab-active").click()
    page.get_by_test_id("units-columns").click()
    require_reach(page, "columns")
    expect(page.get_by_test_id("column-chooser")).to_have_count(0)  # the focus has gone elsewhere
    page.keyboard.press("Control+,")
    page.get_by_test_id("settings").wait_for()
    require_reach(page, "settings")
    page.get_by_test_id("settings-done").click()
    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("sign-in-person").wait_for()
    require_reach(page, "sign-in")
    assert window.errors == []


@pytest.mark.parametrize("size", ["small", "double"])
def test_a_whole_request_can_be_made_and_answered(open_window: Callable[..., Window], size: str) -> None:
    harlow = open_window("harlow-dispatcher", size=SIZES[size]).page
    cedar = open_window("cedar-supervisor", size=SIZES[size]).page
    harlow.get_by_test_id("unit-row").first.wait_for()
    open_incident(harlow, nature=f"Fall on a {size} screen")
    harlow.get_by_test_id("recommendation-made").wait_for()
    require_reach(harlow, "recommendation")
    harlow.get_by_test_id("figures-toggle").click()
    require_reach(harlow, "figures")
    unit = request_from_cedar(harlow)

    card = cedar.get_by_test_id("incoming-request").filter(has_text=unit)
    card.wait_for()
    require_reach(cedar, "a request to answer")
    card.get_by_test_id("decline").click()
    card.get_by_test_id("decline-form").wait_for()
    require_reach(cedar, "reasons to decline")
    card.get_by_role("button", name="Back").click()
    card.get_by_test_id("accept").click()
    for page in (harlow, cedar):
        line = page.get_by_test_id("assignment").filter(has_text=unit)
        expect(line).to_be_visible(timeout=5_000)
        require_reach(page, "a loan")
    harlow.get_by_test_id("assignment").filter(has_text=unit).get_by_test_id("release").click()

    if harlow.get_by_test_id("order-many").count():
        harlow.get_by_test_id("order-many").first.click()
        harlow.get_by_test_id("order-panel").wait_for()
        require_reach(harlow, "an order for many")
    cedar.get_by_test_id("unit-row").first.click()
    cedar.get_by_test_id("units-list").focus()
    cedar.keyboard.press("Enter")
    cedar.get_by_test_id("status-menu").wait_for()
    require_reach(cedar, "status menu")


@pytest.mark.parametrize("size", ["small", "double"])
def test_the_agreements_are_reached(open_window: Callable[..., Window], size: str) -> None:
    page = open_window("harlow-admin", size=SIZES[size]).page
    page.get_by_test_id("agreement").wait_for()
    page.wait_for_timeout(800)
    require_reach(page, "agreements")


@pytest.mark.parametrize("percent", ["90", "150"])
def test_text_of_any_size_loses_nothing(open_window: Callable[..., Window], percent: str) -> None:
    page = open_window("cedar-dispatcher", size=SMALL).page
    page.get_by_test_id("unit-row").first.wait_for()
    page.keyboard.press("Control+,")
    page.get_by_test_id("set-font").fill(percent)
    require_reach(page, f"settings at {percent} %")
    page.get_by_test_id("settings-done").click()
    page.wait_for_timeout(500)
    for panel in PANELS:
        assert box_of(page, panel)["width"] > 250, panel
    require_reach(page, f"board at {percent} %")
    require_sound(page, "large-text")
    page.keyboard.press("Control+,")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_test_id("settings-defaults").click()
