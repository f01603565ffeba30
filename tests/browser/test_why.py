"""Why not this one? Asked with the mouse, by key and in the line, of any unit that the board shows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import Hands
from tests.browser.states import require_sound
from tests.browser.windows import SMALL, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def open_incident(page: Page, nature: str) -> None:
    page.keyboard.press("Shift+F2")
    page.get_by_test_id("entry-nature").fill(nature)
    page.get_by_test_id("entry-priority-emergent").check(force=True)
    page.get_by_test_id("entry-place").fill("-141.062, 40.999")
    page.get_by_test_id("entry-need-type").select_option("als_ambulance")
    page.get_by_test_id("entry-submit").click()
    expect(page.get_by_test_id("advised-order")).to_be_visible()


def answer(page: Page, unit: str) -> Locator:
    """The box with the answer about this unit."""
    box = page.locator(f"[data-testid='why-unit'][data-unit='{unit}']")
    expect(box.get_by_test_id("why-verdict")).to_be_visible()
    return box


def row(page: Page, unit: str) -> Locator:
    return page.locator(f"[data-testid='unit-row'][data-unit='{unit}']")


def seen_refusal(page: Page) -> Locator:
    """The first refusal of a unit that the board shows: a partner's."""
    shown = [one.get_attribute("data-unit") for one in page.get_by_test_id("unit-row").all()]
    for refused in page.get_by_test_id("refusal").all():
        if refused.get_attribute("data-unit") in shown:
            return refused
    raise AssertionError("no partner's unit is refused")


def test_a_neighbours_unit_is_asked_about_from_the_units_list_and_closed_with_esc(harlow: Window) -> None:
    page, hands = harlow.page, Hands(harlow.page)
    open_incident(page, "Fall, asked why from the list")
    refused = seen_refusal(page)
    unit, said = refused.get_attribute("data-unit"), refused.get_by_test_id("refusal-reason")
    assert unit
    row(page, unit).locator("[role='gridcell']").first.click()
    page.get_by_test_id("units-list").focus()
    hands.press("Shift+Enter")
    box = answer(page, unit)
    expect(box).to_have_attribute("data-may-come", "false")
    expect(box.get_by_test_id("refusal-reason")).to_have_text(
        [text.strip() for text in said.all_inner_texts()]
    )
    expect(box.get_by_test_id("why-work")).to_contain_text("since")
    expect(hands.echo).to_contain_text("may not come now")
    expect(page.get_by_test_id("units-list")).to_be_focused()
    hands.press("Escape")
    expect(page.get_by_test_id("why-unit")).to_have_count(0)
    expect(hands.line).to_be_focused()
    assert harlow.errors == harlow.foreign == []


def test_a_unit_that_may_come_says_what_stands_before_it(harlow: Window) -> None:
    page, hands = harlow.page, Hands(harlow.page)
    open_incident(page, "Fall, asked why from the cards")
    second = page.locator("[data-rank='2']")
    unit = second.get_attribute("data-unit")
    assert unit
    page.get_by_test_id("recommendation-panel").focus()
    hands.press("2", "w")
    box = answer(page, unit)
    expect(box).to_have_attribute("data-may-come", "true")
    expect(box.get_by_test_id("why-verdict")).to_contain_text("number 2 of")
    expect(box.get_by_test_id("why-ahead")).not_to_be_empty()
    expect(box.get_by_test_id("why-spread")).to_contain_text("min")
    box.get_by_test_id("why-close").click()
    expect(page.get_by_test_id("why-unit")).to_have_count(0)
    expect(page.get_by_test_id("recommendation-panel")).to_be_focused()


def test_an_own_busy_unit_names_its_incident_from_its_menu(harlow: Window) -> None:
    page = harlow.page
    expect(page.get_by_test_id("cover-banner")).to_contain_text("overwhelmed", timeout=30_000)
    open_incident(page, "Fall, while all own units work")
    unit = page.get_by_test_id("own-unit").first.get_attribute("data-unit")
    assert unit
    row(page, unit).get_by_test_id("set-status").click()
    page.get_by_test_id("why-menu").click()
    box = answer(page, unit)
    expect(box.get_by_test_id("why-verdict")).to_contain_text("Cannot be sent now")
    expect(box.get_by_test_id("refusal-reason").first).to_have_attribute("data-code", "committed")
    expect(box.get_by_test_id("why-work")).to_contain_text(" on 2")
    expect(box.get_by_test_id("why-ahead")).to_contain_text("free only in about")
    expect(box.get_by_test_id("why-spread")).to_contain_text("(estimate)")


def test_the_line_and_the_mouse_ask_the_same(harlow: Window) -> None:
    page, hands = harlow.page, Hands(harlow.page)
    open_incident(page, "Fall, asked why in the line")
    refused = seen_refusal(page)
    unit = refused.get_attribute("data-unit")
    assert unit
    page.get_by_test_id("why-other").click()
    expect(hands.line).to_be_focused()
    expect(hands.line).to_have_value("WHY ")
    hands.write(unit)
    hands.press("Enter")
    in_line = answer(page, unit).get_by_test_id("refusal-reason").all_inner_texts()
    hands.press("Escape")
    expect(page.get_by_test_id("why-unit")).to_have_count(0)
    row(page, unit).get_by_test_id("why-row").click()
    assert answer(page, unit).get_by_test_id("refusal-reason").all_inner_texts() == in_line


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_answer_is_readable_on_a_small_screen(open_window: Callable[..., Window], theme: str) -> None:
    window = open_window("harlow-dispatcher", size=SMALL)
    page, hands = window.page, Hands(window.page)
    if theme == "light":
        page.get_by_test_id("theme-toggle").click()
    open_incident(page, f"Fall, asked why in {theme}")
    unit = seen_refusal(page).get_attribute("data-unit")
    assert unit
    hands.say(f"WHY {unit}")
    box = answer(page, unit)
    expect(box.get_by_test_id("refusal-reason").first).to_be_in_viewport()
    expect(page.get_by_test_id("advised-order")).to_be_in_viewport()
    require_sound(page, "why-not")
    assert window.errors == window.foreign == []
