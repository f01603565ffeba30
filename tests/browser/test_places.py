"""Where an incident is, entered as people say it: by address, crossing or name, by keys and by the map."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.hands import Hands
from tests.browser.states import require_sound
from tests.browser.windows import LARGE, SMALL, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

OPENED = re.compile(r"Incident \d\d-\d+ opened")
ON_THE_BORDER = "-141.10964, 40.99436"


def open_form(window: Window, *, nature: str = "Fall") -> Hands:
    """The form with the hands in the place field."""
    hands = Hands(window.page)
    hands.press("Shift+F2")
    hands.write(nature)
    hands.press("Tab", "Tab")
    expect(place(window.page)).to_be_focused()
    return hands


def place(page: Page) -> Locator:
    return page.get_by_test_id("entry-place")


def options(page: Page) -> Locator:
    return page.get_by_test_id("place-option")


def row(page: Page, nature: str) -> Locator:
    return page.get_by_test_id("incident-row").filter(has_text=nature)


def test_an_address_is_entered_by_keys_alone(harlow: Window) -> None:
    page, hands = harlow.page, open_form(harlow)
    hands.write("503 brok circ")
    expect(options(page).first).to_contain_text("503 Brook Circle")
    expect(place(page)).to_have_attribute("aria-expanded", "true")
    hands.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    hands.press("Enter")
    expect(place(page)).to_have_value("503 Brook Circle")
    expect(page.get_by_test_id("entry-address")).to_have_value("503 Brook Circle, Harlow")
    expect(page.get_by_test_id("entry-charge")).to_have_text("In Borough of Harlow.")
    hands.press("Enter")
    expect(hands.echo).to_have_text(OPENED)
    expect(row(page, "Fall")).to_contain_text("503 Brook Circle, Harlow")
    assert harlow.errors == []
    assert harlow.foreign == []


def test_enter_alone_takes_the_one_place_that_is_meant(harlow: Window) -> None:
    hands = open_form(harlow, nature="Crossing")
    hands.write("glen st & sorrel cir")
    hands.press("Enter")
    expect(hands.echo).to_have_text(OPENED)
    expect(row(harlow.page, "Crossing")).to_contain_text("Glen Street / Sorrel Circle, Harlow")


def test_a_second_enter_while_the_place_is_looked_for_opens_no_second_incident(harlow: Window) -> None:
    page, hands = harlow.page, open_form(harlow, nature="Twice")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/places?q=*", hold)
    place(page).fill("Glen Street / Sorrel Circle")  # at once: slow hands ask for half a name, too
    hands.press("Enter", "Enter")
    page.wait_for_timeout(600)
    held.pop(0).continue_()
    expect(hands.echo).to_have_text(OPENED)
    for route in held:
        route.continue_()
    page.wait_for_timeout(600)
    expect(row(page, "Twice")).to_have_count(1)
    assert len([url for url in hands.sent if url.endswith("/api/incidents")]) == 1
    assert harlow.errors == []


def test_enter_on_several_places_asks_which_and_opens_nothing(harlow: Window) -> None:
    page, hands = harlow.page, open_form(harlow, nature="Which")
    hands.write("sorrel circle")
    hands.press("Enter")
    expect(page.get_by_test_id("entry-error")).to_contain_text("may be")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    expect(options(page).first).to_contain_text("by Glen Street")
    hands.press("Escape")
    expect(page.get_by_test_id("entry-places")).to_be_hidden()
    expect(page.get_by_test_id("entry-form")).to_be_visible()
    expect(row(page, "Which")).to_have_count(0)


def test_the_command_line_opens_by_address_or_leaves_the_choice_to_the_form(harlow: Window) -> None:
    page, hands = harlow.page, Hands(harlow.page)
    hands.say("n p2 stroke signs @ 505 brook circle")
    expect(hands.echo).to_have_text(OPENED)
    expect(row(page, "505 Brook Circle, Harlow")).to_have_count(1)
    hands.say("n p2 fall @ sorrel circle")
    expect(place(page)).to_have_value("sorrel circle")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    hands.press("ArrowDown", "Enter")
    expect(place(page)).to_have_value("Sorrel Circle")
    expect(page.get_by_test_id("entry-charge")).to_contain_text("Harlow")


def test_on_a_border_the_form_and_the_answer_say_so(harlow: Window) -> None:
    page, hands = harlow.page, open_form(harlow, nature="Border")
    hands.write(ON_THE_BORDER)
    charge = page.get_by_test_id("entry-charge")
    expect(charge).to_have_attribute("data-near-border", "true")
    said = "On the border of Borough of Harlow and Borough of Cedar Fen: Borough of Harlow is in charge"
    expect(charge).to_contain_text(said)
    hands.press("Enter")
    expect(hands.echo).to_contain_text("On the border of Borough of Harlow")


def test_a_place_of_a_neighbours_is_taken_only_when_that_is_said(harlow: Window) -> None:
    page, hands = harlow.page, open_form(harlow, nature="Neighbour")
    hands.write("cedar fen care home")
    hands.press("Enter")
    charge = page.get_by_test_id("entry-charge")
    expect(charge).to_have_attribute("data-charge", "other")
    expect(charge).to_contain_text("+1 555 0132")
    expect(page.get_by_test_id("entry-error")).to_contain_text("not in Borough of Harlow")
    expect(page.get_by_test_id("entry-form")).to_be_visible()
    expect(page.get_by_test_id("entry-ours")).to_be_focused()
    hands.press("Space", "Enter")
    expect(hands.echo).to_have_text(OPENED)


def test_an_unknown_number_is_said_and_a_click_on_the_map_keeps_the_address(harlow: Window) -> None:
    page, hands = harlow.page, open_form(harlow, nature="Number")
    hands.write("999 brook circle")
    hands.press("Enter")
    expect(page.get_by_test_id("entry-error")).to_contain_text("999")
    hands.press("Enter")
    expect(page.get_by_test_id("entry-unknown-number")).to_contain_text("999 is not on the map")
    page.get_by_test_id("map").click(position={"x": 300, "y": 240})
    expect(page.get_by_test_id("entry-unknown-number")).to_have_count(0)
    expect(page.get_by_test_id("entry-address")).to_have_value("999 brook circle")


def test_a_click_on_the_map_fills_the_field_with_what_is_there(harlow: Window) -> None:
    page = harlow.page
    open_form(harlow, nature="Click")
    page.get_by_test_id("map").click(position={"x": 360, "y": 260})
    expect(place(page)).not_to_have_value("")
    expect(page.get_by_test_id("entry-charge")).to_be_visible()
    expect(page.get_by_test_id("entry-address")).to_be_focused()


def test_an_answer_that_was_overtaken_by_typing_is_dropped(harlow: Window) -> None:
    page, hands = harlow.page, open_form(harlow, nature="Late")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/places?q=brook*", hold)
    hands.write("brook")
    page.wait_for_timeout(600)
    place(page).fill("glen street")
    expect(options(page).first).to_contain_text("Glen Street")
    for route in held:
        route.continue_()
    page.wait_for_timeout(600)
    assert held
    expect(options(page).first).to_contain_text("Glen Street")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_form_is_accessible_with_its_list_open_and_on_a_small_screen(
    open_window: Callable[..., Window], theme: str, tmp_path: Path
) -> None:
    for size in (LARGE, SMALL):
        window = open_window("harlow-dispatcher", size=size)
        page = window.page
        if theme == "light":
            page.get_by_test_id("theme-toggle").press("Enter")
        hands = open_form(window, nature="Look")
        hands.write("sorrel")
        expect(options(page).first).to_be_visible()
        hands.press("ArrowDown")
        page.screenshot(path=tmp_path / f"list-{theme}-{size[0]}.png")
        require_sound(page, "places-found")
        for index in range(options(page).count()):
            box = options(page).nth(index).bounding_box()
            assert box is not None
            assert box["height"] >= 24
        hands.press("Escape")
        place(page).fill(ON_THE_BORDER)
        expect(page.get_by_test_id("entry-charge")).to_be_visible()
        page.screenshot(path=tmp_path / f"border-{theme}-{size[0]}.png")
        require_sound(page, "near-border")
