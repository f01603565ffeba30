"""Alarms as people see and hear them: what blinks, what sounds, where, until when, and what is kept of it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bench.crash import free_port
from tests.browser.alarms_desk import (
    ask_cedar,
    heard,
    is_blinking,
    open_incident,
    still_to_sound,
    with_sound,
    without_sound,
)
from tests.browser.states import require_sound
from tests.browser.windows import SMALL, Window
from tests.story.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[2]
OpenWindow = Callable[..., Window]


def test_a_request_blinks_and_sounds_until_it_is_acknowledged_and_goes_with_its_cause(
    open_window: OpenWindow, tmp_path: Path
) -> None:
    cedar = open_window("cedar-dispatcher", prepare=with_sound)
    page = cedar.page
    expect(page.get_by_test_id("alarms-none")).to_have_text("No alarms")
    expect(page.get_by_test_id("sound")).to_have_attribute("data-state", "armed")
    before = page.get_by_test_id("units-panel").bounding_box()

    harlow = open_window("harlow-dispatcher").page
    sign = ask_cedar(harlow, "Fall, heard in the browser")

    alarm = page.locator('[data-testid="alarm"][data-code="request_to_answer"]')
    expect(alarm).to_contain_text(f"Harlow asks for {sign}")
    expect(alarm).to_have_attribute("data-state", "unacknowledged")
    assert is_blinking(page, "alarm-sign")
    assert alarm.locator("p").evaluate("(e) => getComputedStyle(e).animationName") == "none"
    assert still_to_sound(page) > 0
    assert page.get_by_test_id("units-panel").bounding_box() == before, "nothing moved"

    page.wait_for_timeout(600)  # what has come this moment nobody can have meant
    page.keyboard.press("F8")
    expect(alarm).to_have_attribute("data-state", "acknowledged")
    assert not is_blinking(page, "alarm-sign")
    assert still_to_sound(page) == 0

    harlow.get_by_test_id("withdraw").click()
    expect(alarm).to_have_count(0)
    see_the_log(page, sign, tmp_path)
    assert cedar.errors == cedar.foreign == []


def see_the_log(page: Page, sign: str, tmp_path: Path) -> None:
    """The alarm's times are kept, also over a reload, and can be taken away as a file."""
    page.reload()
    page.get_by_test_id("open-alarm-log").click()
    row = page.get_by_test_id("alarm-row").filter(has_text=sign)
    expect(row).to_have_count(1)
    expect(row).to_contain_text("cedar-dispatcher")
    expect(row).not_to_contain_text("present")
    expect(page.get_by_test_id("alarm-count")).to_have_text("1 alarm")
    expect(page.get_by_test_id("alarm-mix")).to_have_text("100 / 0 / 0")
    require_sound(page, "alarm-log")
    with page.expect_download() as waiting:
        page.get_by_test_id("alarm-csv").click()
    path = tmp_path / "alarms.csv"
    waiting.value.save_as(path)
    with path.open(newline="", encoding="utf-8") as file:
        [kept] = list(csv.DictReader(file))
    assert kept["level"] == "high"
    assert kept["acknowledged_by"] == "cedar-dispatcher"
    assert kept["raised_at"] < kept["acknowledged_at"] < kept["cleared_at"]
    page.keyboard.press("Escape")


def test_an_alarm_is_answered_by_keys_alone_and_the_hand_is_led_to_it(open_window: OpenWindow) -> None:
    page = open_window("cedar-dispatcher", prepare=with_sound).page
    harlow = open_window("harlow-dispatcher").page
    sign = ask_cedar(harlow, "Fall, answered by keys")
    alarm = page.locator('[data-testid="alarm"]').filter(has_text=sign)
    expect(alarm).to_be_visible()
    require_sound(page, "alarm")
    page.keyboard.press("Shift+F8")
    page.keyboard.press("1")
    expect(alarm).to_have_attribute("data-state", "acknowledged")
    expect(page.get_by_test_id("incoming-request").filter(has_text=sign)).to_be_focused()
    page.keyboard.press("d")
    expect(page.get_by_test_id("decline-reason")).to_be_focused()
    page.keyboard.press("Enter")
    expect(alarm).to_have_count(0)


def test_nothing_blinks_for_whom_the_system_keeps_still(open_window: OpenWindow) -> None:
    def prepare(context: BrowserContext) -> None:
        with_sound(context)
        context.on("page", lambda page: page.emulate_media(reduced_motion="reduce"))

    page = open_window("cedar-dispatcher", prepare=prepare).page
    harlow = open_window("harlow-dispatcher").page
    ask_cedar(harlow, "Fall, seen without motion")
    expect(page.get_by_test_id("alarm").first).to_have_attribute("data-state", "unacknowledged")
    assert not is_blinking(page, "alarm-sign")
    harlow.get_by_test_id("withdraw").click()


def test_silence_lasts_a_minute_and_ends_by_itself(open_window: OpenWindow) -> None:
    def prepare(context: BrowserContext) -> None:
        with_sound(context)
        context.clock.install()

    page = open_window("harlow-dispatcher", prepare=prepare).page
    open_incident(page, "Cardiac arrest, nobody sent")
    page.clock.run_for(61_000)
    waiting = page.locator('[data-testid="alarm"][data-code="p1_waiting"]').first
    expect(waiting).to_have_attribute("data-state", "unacknowledged")
    sound = page.get_by_test_id("sound")
    expect(sound).to_have_attribute("data-state", "armed")
    assert still_to_sound(page) > 0

    page.keyboard.press("F9")
    expect(sound).to_have_attribute("data-state", "muted")
    expect(sound).to_contain_text("Muted until")
    assert still_to_sound(page) == 0
    assert is_blinking(page, "alarm-sign"), "silence is no acknowledgement"
    page.clock.run_for(50_000)
    expect(sound).to_have_attribute("data-state", "muted")
    # The hour is the server's, which does not run ahead with this page: so long until it has caught up.
    for _ in range(20):
        page.clock.run_for(11_000)
        if sound.get_attribute("data-state") == "armed":
            break
    expect(sound).to_have_attribute("data-state", "armed")
    assert still_to_sound(page) > 0


def test_a_browser_that_allows_no_sound_is_told_within_a_second_and_sounds_after_a_click(
    open_window: OpenWindow,
) -> None:
    def prepare(context: BrowserContext) -> None:
        without_sound(context)
        context.clock.install()

    page = open_window("cedar-dispatcher", prepare=prepare).page
    page.clock.run_for(1_000)
    chip = page.get_by_test_id("sound-unblock")
    expect(chip).to_have_text("♪✕ Sound blocked: click")
    page.get_by_test_id("unit-row").first.wait_for()
    require_sound(page, "sound-blocked")
    page.evaluate("() => { window.sound.allowed = true; }")
    chip.click()
    expect(page.get_by_test_id("sound")).to_have_attribute("data-state", "armed")


def test_of_two_windows_one_sounds_and_each_can_acknowledge(open_window: OpenWindow) -> None:
    first = open_window("cedar-dispatcher", prepare=with_sound).page
    expect(first.get_by_test_id("sound")).to_have_attribute("data-state", "armed")
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_test_id("sound")).to_have_attribute("data-state", "elsewhere")
    expect(second.get_by_test_id("sound")).to_contain_text("Sound in another window")

    harlow = open_window("harlow-dispatcher").page
    sign = ask_cedar(harlow, "Fall, in two windows")
    for page in (first, second):
        alarm = page.get_by_test_id("alarm").filter(has_text=sign)
        expect(alarm).to_have_attribute("data-state", "unacknowledged")
    assert still_to_sound(first) > 0
    assert heard(second) == 0

    second.wait_for_timeout(600)  # what has come this moment nobody can have meant
    second.keyboard.press("F8")
    expect(first.get_by_test_id("alarm").filter(has_text=sign)).to_have_attribute(
        "data-state", "acknowledged"
    )
    assert still_to_sound(first) == 0
    harlow.get_by_test_id("withdraw").click()
    expect(first.get_by_test_id("alarm").filter(has_text=sign)).to_have_count(0)
    second.get_by_test_id("open-alarm-log").click()
    expect(second.get_by_test_id("alarm-row").filter(has_text=sign)).to_have_count(1)
    first.close()
    expect(second.get_by_test_id("sound")).to_have_attribute("data-state", "armed")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_own_cover_that_is_red_is_one_alarm_whose_place_is_the_banner(
    open_window: OpenWindow, theme: str
) -> None:
    window = open_window("harlow-dispatcher", size=SMALL, prepare=with_sound)
    page = window.page
    if theme == "light":
        page.get_by_test_id("theme-toggle").click()
    banner = page.get_by_test_id("cover-banner")
    expect(banner).to_have_attribute("data-alarm", "unacknowledged", timeout=30_000)
    assert is_blinking(page, "cover-sign")
    expect(page.locator('[data-testid="alarm"][data-code="cover_red"]')).to_have_count(0)
    require_sound(page, "overwhelmed")
    banner.get_by_test_id("alarm-respond").click()
    expect(page.get_by_test_id("cover-panel")).to_be_focused()
    expect(banner).to_have_attribute("data-alarm", "acknowledged")
    assert not is_blinking(page, "cover-sign")
    require_sound(page, "overwhelmed-seen")
    assert window.errors == window.foreign == []


def test_ten_seconds_without_the_server_are_an_alarm_whose_place_is_the_bar(
    browser: Browser, tmp_path: Path
) -> None:
    bundle = ROOT / "var" / "regions" / "marlow"
    with serving(bundle, tmp_path / "data", port=free_port()) as running:
        window = Window(browser, running, "cedar-dispatcher", prepare=with_sound)
        expect(window.page.get_by_test_id("unit-row").first).to_be_visible()
    bar = window.page.get_by_test_id("disconnected-bar")
    expect(bar).to_be_visible()
    expect(bar).to_have_attribute("data-alarm", "unacknowledged", timeout=20_000)
    assert is_blinking(window.page, "link-sign")
    assert still_to_sound(window.page) > 0
    require_sound(window.page, "no-server-from-the-start")
    window.page.wait_for_timeout(600)
    window.page.keyboard.press("F8")
    expect(bar).to_have_attribute("data-alarm", "acknowledged")
    assert still_to_sound(window.page) == 0
    expect(window.page.locator('[data-testid="alarm"]')).to_have_count(0)
    window.close()
