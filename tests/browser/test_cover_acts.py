"""Cover set by hand on one desk and seen on the other; partners told early, and heard back from."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.states import require_sound
from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_state_set_by_hand_is_seen_with_its_reason_on_the_second_desk(
    open_window: Callable[..., Window], theme: str
) -> None:
    desk, boss, cedar = [
        open_window(who) for who in ("harlow-dispatcher", "harlow-supervisor", "cedar-dispatcher")
    ]
    if theme == "light":
        desk.page.get_by_test_id("theme-toggle").click()
    expect(desk.page.get_by_test_id("cover-banner")).to_have_attribute("data-state", "red", timeout=30_000)
    desk.page.keyboard.press("F7")
    panel = desk.page.get_by_test_id("cover-panel")
    expect(panel.get_by_test_id("cover-level")).to_have_count(2)
    panel.get_by_test_id("override-amber").check()
    panel.get_by_test_id("override-minutes").fill("45")
    panel.get_by_test_id("override-reason").fill(f"Two crews return, {theme}")
    panel.get_by_test_id("override-reason").press("Enter")
    for window in (desk, boss):
        banner = window.page.get_by_test_id("cover-banner")
        expect(banner).to_have_attribute("data-state", "amber")
        expect(banner.get_by_test_id("cover-override")).to_contain_text(f"Two crews return, {theme}")
    expect(cedar.page.get_by_test_id("cover-harlow")).to_have_attribute("data-state", "amber")
    require_sound(desk.page, "cover-overridden")
    boss.page.get_by_test_id("open-cover").click()
    boss.page.get_by_test_id("override-end").click()
    expect(desk.page.get_by_test_id("cover-banner")).to_have_attribute("data-state", "red")
    expect(desk.page.get_by_test_id("cover-override")).to_have_count(0)
    for window in (desk, boss, cedar):
        assert window.errors == window.foreign == []


def test_partners_told_early_are_seen_to_have_seen_it_and_their_focus_stays(
    harlow: Window, cedar: Window
) -> None:
    cedar.page.keyboard.press("Shift+F2")
    typing = cedar.page.get_by_test_id("entry-nature")
    expect(typing).to_be_focused()
    cover_top = cedar.page.get_by_test_id("entry-form").bounding_box()

    harlow.page.keyboard.press("F7")
    harlow.page.get_by_test_id("pre-alert-to-cedar").check()
    harlow.page.get_by_test_id("pre-alert-note").fill("Bus accident")
    harlow.page.get_by_test_id("pre-alert-send").click()

    notice = cedar.page.get_by_test_id("pre-alert-notice")
    expect(notice).to_contain_text("Bus accident")
    expect(typing).to_be_focused()
    assert cedar.page.get_by_test_id("entry-form").bounding_box() == cover_top
    require_sound(cedar.page, "pre-alert")
    expect(harlow.page.get_by_test_id("pre-alert-sent")).to_contain_text("no word from Cedar Fen")
    notice.get_by_test_id("pre-alert-seen").click()
    expect(notice).to_have_count(0)
    expect(harlow.page.get_by_test_id("pre-alert-seen-by")).to_contain_text("Cedar Fen")
    assert harlow.errors == cedar.errors == harlow.foreign == cedar.foreign == []
