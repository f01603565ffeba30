"""Two dispatchers in two real browser windows: an overwhelmed jurisdiction gets a neighbour's unit."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def open_incident(page: Page, *, nature: str, place: str = "-141.062, 40.999") -> None:
    page.keyboard.press("Shift+F2")
    page.get_by_test_id("entry-nature").fill(nature)
    page.get_by_test_id("entry-priority-critical").check(force=True)
    page.get_by_test_id("entry-place").fill(place)
    page.get_by_test_id("entry-need-type").select_option("als_ambulance")
    page.get_by_test_id("entry-submit").click()


def request_from_cedar(page: Page) -> str:
    """Press Request on Cedar Fen's best candidate; answers its call sign."""
    card = page.get_by_test_id("candidate").filter(has_text="Cedar Fen").first
    card.wait_for()
    expect(card.get_by_test_id("candidate-permit")).to_contain_text("v3")
    sign = card.inner_text().split("\n")
    card.get_by_test_id("candidate-request").click()
    return next(word for line in sign for word in line.split() if word.startswith("M"))


def test_the_board_says_that_it_is_overwhelmed_and_why(harlow: Window) -> None:
    banner = harlow.page.get_by_test_id("cover-banner")

    expect(banner).to_contain_text("overwhelmed", timeout=30_000)
    expect(harlow.page.get_by_test_id("cover-headline")).to_contain_text("0 of 4")
    expect(harlow.page.get_by_test_id("badge-fictional")).to_be_visible()


def test_a_request_is_accepted_and_both_boards_follow_the_unit(
    harlow: Window, cedar: Window, tmp_path: Path
) -> None:
    expect(harlow.page.get_by_test_id("cover-banner")).to_contain_text("overwhelmed", timeout=30_000)
    open_incident(harlow.page, nature="Cardiac arrest, told in the browser")

    own = harlow.page.get_by_test_id("own-unit").first
    expect(own).to_contain_text("≈")
    expect(harlow.page.get_by_test_id("refusal").first).to_be_visible()
    expect(harlow.page.get_by_test_id("refusals")).to_contain_text("clause 3.1")
    unit = request_from_cedar(harlow.page)

    card = cedar.page.get_by_test_id("incoming-request").filter(has_text=unit)
    card.wait_for(timeout=3_000)
    expect(card.get_by_test_id("countdown")).to_contain_text("left")
    expect(card.get_by_test_id("you-keep")).to_contain_text("floor")
    card.get_by_test_id("accept").click()

    for window in (harlow, cedar):
        line = window.page.get_by_test_id("assignment").filter(has_text=unit)
        expect(line).to_be_visible(timeout=3_000)
    see_to_the_end(harlow, cedar, unit, tmp_path)
    assert harlow.foreign == cedar.foreign == []
    assert harlow.errors == cedar.errors == []


def see_to_the_end(harlow: Window, cedar: Window, unit: str, tmp_path: Path) -> None:
    """The lent unit sets off by itself; the borrower releases it, closes, and takes the log."""
    borrowed = harlow.page.get_by_test_id("assignment").filter(has_text=unit)
    expect(borrowed).to_have_attribute("data-state", "en_route", timeout=100_000)
    expect(cedar.page.get_by_test_id("assignment").filter(has_text=unit)).to_have_attribute(
        "data-state", "en_route"
    )
    borrowed.get_by_test_id("release").click()
    expect(borrowed).to_have_attribute("data-state", "returning", timeout=5_000)

    row = harlow.page.get_by_test_id("incident-row").filter(has_text="told in the browser")
    row.get_by_test_id("incident-close").click()
    confirm = row.get_by_test_id("incident-close-confirm")
    if confirm.count():
        confirm.click()
    harlow.page.get_by_test_id("incidents-tab-closed").click()
    closed = harlow.page.get_by_test_id("closed-row").filter(has_text="told in the browser")
    with harlow.page.expect_download() as waiting:
        closed.get_by_test_id("log-json").click()
    path = tmp_path / "log.json"
    waiting.value.save_as(path)
    done = subprocess.run(
        [sys.executable, "-m", "dispatch", "verify", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_declined_request_goes_to_the_next_candidate(harlow: Window, cedar: Window) -> None:
    open_incident(harlow.page, nature="Fall, declined by Cedar Fen")
    unit = request_from_cedar(harlow.page)

    card = cedar.page.get_by_test_id("incoming-request").filter(has_text=unit)
    card.get_by_test_id("decline").click()
    card.get_by_test_id("decline-reason").select_option("crew_fatigue")
    card.get_by_test_id("decline-confirm").click()

    expect(harlow.page.get_by_test_id("asked-next").first).to_be_visible(timeout=5_000)


def test_an_unanswered_request_expires_and_the_next_candidate_is_asked(harlow: Window) -> None:
    open_incident(harlow.page, nature="Nobody answers this")
    request_from_cedar(harlow.page)

    expired = harlow.page.locator('[data-testid="request-line"][data-state="expired"]').first
    expect(expired).to_be_visible(timeout=80_000)
    expect(expired.get_by_test_id("asked-next")).to_be_visible()
