"""A new incident that is half typed when something else takes its place."""

import pytest
from playwright.sync_api import expect

from tests.browser.states import require_sound
from tests.browser.test_places import OPENED, open_form, options, place
from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def test_a_form_that_was_left_for_something_else_comes_back_as_it_was(harlow: Window) -> None:
    page, hands = harlow.page, open_form(harlow, nature="Fall, then looked at cover")
    hands.write("503 brok circ")
    expect(options(page).first).to_be_visible()
    hands.press("ArrowDown", "Enter")
    expect(page.get_by_test_id("entry-charge")).to_have_text("In Borough of Harlow.")
    page.get_by_test_id("entry-priority-emergent").check(force=True)
    hands.press("F7")
    expect(page.get_by_test_id("entry-form")).to_have_count(0)
    hands.press("Shift+F2")
    expect(page.get_by_test_id("entry-left")).to_contain_text("As you left it")
    expect(page.get_by_test_id("entry-nature")).to_have_value("Fall, then looked at cover")
    expect(page.get_by_test_id("entry-priority-emergent")).to_be_checked()
    expect(place(page)).to_have_value("503 Brook Circle")
    expect(page.get_by_test_id("entry-address")).to_have_value("503 Brook Circle, Harlow")
    expect(page.get_by_test_id("entry-charge")).to_have_text("In Borough of Harlow.")
    page.get_by_test_id("entry-submit").click()
    expect(hands.echo).to_have_text(OPENED)

    hands.press("Shift+F2")
    expect(page.get_by_test_id("entry-nature")).to_have_value("")
    expect(page.get_by_test_id("entry-left")).to_have_count(0)
    hands.write("Not wanted")
    hands.press("F7", "Shift+F2")
    expect(page.get_by_test_id("entry-nature")).to_have_value("Not wanted")
    page.get_by_test_id("entry-clear").click()
    expect(page.get_by_test_id("entry-nature")).to_have_value("")
    hands.write("Cancelled")
    hands.press("Escape", "Shift+F2")
    expect(page.get_by_test_id("entry-nature")).to_have_value("")
    assert harlow.errors == []


def test_the_browsers_back_and_a_tab_bring_the_form_as_it_was_left_and_nothing_that_was_opened(
    harlow: Window,
) -> None:
    page, hands = harlow.page, open_form(harlow, nature="Opened once")
    hands.write("503 brok circ")
    expect(options(page).first).to_be_visible()
    hands.press("ArrowDown", "Enter", "Enter")
    expect(hands.echo).to_have_text(OPENED)
    page.go_back()
    expect(page.get_by_test_id("entry-nature")).to_have_value("")
    hands.press("Escape")

    hands = open_form(harlow, nature="Half typed")
    hands.write("9999 brook circ")
    expect(options(page).first).to_be_visible()
    hands.press("ArrowDown", "Enter")
    expect(page.get_by_test_id("entry-unknown-number")).to_be_visible()
    hands.press("F7")
    expect(page.get_by_test_id("entry-form")).to_have_count(0)
    page.go_back()
    expect(page.get_by_test_id("entry-nature")).to_have_value("Half typed")
    expect(page.get_by_test_id("entry-unknown-number")).to_be_visible()
    page.get_by_test_id("tab-agreements").click()
    expect(page.get_by_test_id("entry-form")).to_have_count(0)
    page.get_by_test_id("tab-board").click()
    expect(page.get_by_test_id("entry-nature")).to_have_value("Half typed")
    expect(page.get_by_test_id("entry-left")).to_be_visible()
    require_sound(page, "entry-left")
    hands.press("Escape", "Shift+F2")
    expect(page.get_by_test_id("entry-nature")).to_have_value("")
    assert harlow.errors == []
