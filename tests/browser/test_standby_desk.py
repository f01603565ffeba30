"""A neighbour's unit brought in to stand by, from the keys: proposed, asked for, and granted."""

import pytest
from playwright.sync_api import expect

from tests.browser.states import require_sound
from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def test_a_proposed_standby_is_asked_for_with_one_key_and_the_lender_sees_for_what(
    harlow: Window, cedar: Window
) -> None:
    page = harlow.page
    expect(page.get_by_test_id("cover-banner")).to_have_attribute("data-state", "red", timeout=30_000)
    page.keyboard.press("F7")
    page.keyboard.press("p")
    move = page.get_by_test_id("standby-move").filter(has_text="Cedar Fen").first
    move.wait_for()
    expect(move.get_by_test_id("standby-ends")).to_contain_text("Ends when Harlow has")
    expect(move.get_by_test_id("standby-opinion")).to_be_visible()
    require_sound(page, "standby-proposed")
    sign = move.locator("b.sign").inner_text()
    page.keyboard.press(move.locator("kbd").inner_text())
    expect(move.get_by_test_id("standby-ask")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("command-echo")).to_contain_text(f"asked for {sign} to stand by")
    card = cedar.page.get_by_test_id("incoming-request").filter(has_text=sign)
    expect(card).to_contain_text("Harlow asks to stand by")
    card.get_by_test_id("accept").click()
    expect(page.get_by_test_id("assignment").filter(has_text=sign)).to_be_visible()
    assert harlow.errors == cedar.errors == harlow.foreign == cedar.foreign == []
