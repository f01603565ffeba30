"""How many keys the main tasks take, and the keys of each panel."""

import re

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.hands import Hands
from tests.browser.test_line import PLACE, open_by_line
from tests.browser.windows import SMALL, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

KEYS = {
    "open an incident, with its recommendation": 24,
    "request a listed unit": 3,
    "request a named unit by line": 13,
    "accept": 3,
    "accept by line": 6,
    "decline": 4,
    "decline by line": 7,
    "set a status by line": 10,
    "bring a unit in to stand by": 4,
}
"""Keys pressed for each task, from hands in the command line to the server's word. Fifteen of the first are
the coordinates of the place, and one of a named unit's is a digit of its incident's number."""


def ask_cedar(hands: Hands, nature: str, their_page: Page) -> str:
    """Open an incident, ask Cedar Fen by line and see it arrive; answers the unit's sign."""
    number = open_by_line(hands, nature)
    expect(hands.page.get_by_test_id("recommendation-incident")).to_contain_text(number)
    hands.page.get_by_test_id("advised-order").wait_for()
    hands.count()
    hands.write(f"req {number} cedar")
    expect(hands.candidates.first).to_contain_text("ETA")
    sign = hands.candidates.first.locator("b").inner_text()
    hands.press("Tab", "Enter")
    hands.expect_done(f"asked for {sign}")
    their_page.get_by_test_id("incoming-request").filter(has_text=sign).wait_for()
    return sign


def test_the_main_tasks_take_few_keys(harlow: Window, cedar: Window) -> None:
    hands, theirs, page = Hands(harlow.page), Hands(cedar.page), harlow.page
    expect(page.get_by_test_id("cover-banner")).to_contain_text("overwhelmed", timeout=30_000)
    counted: dict[str, int] = {}

    hands.write("n p1 ca")
    hands.press("Tab")
    hands.write(PLACE)
    hands.press("Enter")
    hands.expect_done("opened")
    near = page.get_by_test_id("candidate").filter(has_text="Cedar Fen").first
    near.wait_for()
    counted["open an incident, with its recommendation"] = hands.count()

    hands.press("F6", str(near.get_attribute("data-rank")), "Enter")
    expect(hands.echo).to_contain_text("Cedar Fen is asked for")
    counted["request a listed unit"] = hands.count()

    # A card that has just appeared takes no answer.
    expect(cedar.page.get_by_test_id("incoming-request").get_by_test_id("accept")).to_be_enabled()
    theirs.press("Shift+F6", "Shift+F6", "d", "Enter")
    expect(theirs.echo).to_contain_text("Declined")
    counted["decline"] = theirs.count()

    ask_cedar(hands, "second", cedar.page)
    counted["request a named unit by line"] = hands.count()
    theirs.press("F2")
    theirs.count()
    theirs.press(*"dec", "Tab", "Tab", *"n", "Enter")
    theirs.expect_done("Declined")
    counted["decline by line"] = theirs.count()

    sign = ask_cedar(hands, "third", cedar.page)
    expect(cedar.page.get_by_test_id("incoming-request").get_by_test_id("accept")).to_be_enabled()
    theirs.press("Shift+F6", "Shift+F6", "a")
    expect(theirs.echo).to_contain_text(f"{sign} lent to Harlow")
    counted["accept"] = theirs.count()

    sign = ask_cedar(hands, "fourth", cedar.page)
    theirs.press("F2")
    theirs.count()
    theirs.press(*"acc", "Tab", "Tab", "Enter")
    theirs.expect_done(f"{sign} lent to Harlow")
    counted["accept by line"] = theirs.count()

    theirs.write("st 322 oo")
    theirs.press("Enter")
    theirs.expect_done("A322 is out of service")
    counted["set a status by line"] = theirs.count()

    hands.count()
    hands.press("F7", "p")
    page.get_by_test_id("standby-move").first.wait_for()
    hands.press("1", "Enter")
    expect(hands.echo).to_contain_text("stand by")
    counted["bring a unit in to stand by"] = hands.count()

    print(counted)
    assert counted == KEYS
    assert harlow.errors == cedar.errors == []


def sorted_by(page: Page) -> str:
    """The column that the units stand by, with its direction."""
    for key in ("unit", "level", "agency", "status", "time", "incident", "age"):
        head = page.locator(f"[role=columnheader]:has([data-testid=sort-{key}])")
        if (way := head.get_attribute("aria-sort")) != "none":
            return f"{key} {way}"
    return ""


def test_units_are_filtered_sorted_and_walked_by_key(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    page.get_by_test_id("unit-row").first.wait_for()
    hands.press("F6")
    expect(page.get_by_test_id("units-list")).to_be_focused()
    hands.press("2")
    expect(page.get_by_test_id("filter-DP")).to_have_attribute("aria-pressed", "true")
    hands.press("1")
    expect(page.get_by_test_id("filter-AV")).to_have_attribute("aria-pressed", "true")
    hands.press("0")
    expect(page.locator("[data-testid^=filter-][aria-pressed=true]")).to_have_count(0)
    seen = [sorted_by(page)]
    for key in ("Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowLeft", "Shift+ArrowLeft"):
        hands.press(key)
        seen.append(sorted_by(page))
    assert seen == [
        "status ascending",
        "time ascending",
        "time descending",
        "status ascending",
        "agency ascending",
    ]
    hands.press("End")
    expect(page.locator("[data-testid=unit-row][aria-selected=true]")).to_have_count(1)
    last = page.locator("[data-testid=unit-row]").last.get_attribute("data-unit")
    selected = page.locator("[data-testid=unit-row][aria-selected=true]").get_attribute("data-unit")
    assert selected == last
    hands.press("Home", "Enter")
    expect(page.get_by_test_id("status-menu")).to_be_visible()
    hands.press("Escape")
    expect(page.get_by_test_id("units-list")).to_be_focused()


def test_incidents_are_walked_closed_and_swapped_for_the_closed_ones_by_key(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    number = open_by_line(hands, "closed by key")
    mine = page.locator(f"[data-testid=incident-row][data-number$='{number}']")
    expect(mine).to_have_count(1)
    hands.press("F2", "F6", "Shift+F6")
    expect(mine).to_be_focused()
    hands.press("ArrowDown", "ArrowUp", "c")
    expect(page.get_by_test_id("incident-close-confirm")).to_be_focused()
    hands.press("Enter")
    expect(mine).to_have_count(0)
    expect(hands.echo).to_contain_text("cancelled")
    hands.press("l")
    expect(page.get_by_test_id("closed-row").filter(has_text="closed by key")).to_be_visible()
    hands.press("l")
    expect(page.get_by_test_id("incident-row").first).to_be_focused()


def still_map(page: Page) -> bytes:
    """A corner of the map in which no unit stands, once it has stopped changing: the ground alone."""
    frame = page.get_by_test_id("map").bounding_box()
    assert frame is not None
    corner: FloatRect = {"x": frame["x"] + 60, "y": frame["y"] + 30, "width": 120, "height": 120}
    before, now = b"", page.screenshot(clip=corner)
    while now != before:
        page.wait_for_timeout(1_000)
        before, now = now, page.screenshot(clip=corner)
    return now


def test_the_map_is_moved_by_keys_and_0_brings_it_home(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    page.get_by_test_id("cover-harlow").wait_for()
    hands.press("F6", "F6")
    expect(page.get_by_test_id("map")).to_be_focused()
    home = still_map(page)
    hands.press("ArrowRight", "ArrowRight")
    assert still_map(page) != home
    hands.press("0")
    assert still_map(page) == home


def test_the_own_jurisdiction_fills_the_map_as_before_when_its_room_changes(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    page.get_by_test_id("cover-harlow").wait_for()
    page.get_by_test_id("cover-banner").wait_for()
    page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    by_itself = still_map(page)
    page.get_by_test_id("map").focus()
    hands.press("0")

    assert still_map(page) == by_itself


def test_a_recommendation_is_asked_for_again_by_key(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    open_by_line(hands, "asked again")
    page.get_by_test_id("advised-order").wait_for()
    hands.press("F6")
    with page.expect_response(re.compile("/recommendation$")):
        hands.press("r")


def test_the_letters_of_a_panel_do_nothing_while_another_one_has_the_focus(harlow: Window) -> None:
    """WCAG 2.1.4: a single character acts only on what has the focus."""
    page, hands = harlow.page, Hands(harlow.page)
    page.get_by_test_id("unit-row").first.wait_for()
    sent = len(hands.sent)
    letters = {
        "map-panel": "",
        "incidents-panel": "cl",
        "recommendation-panel": "rofmtwy123",
        "requests-panel": "adiw",
        "assignments-panel": "rbxc",
    }
    for panel, own in letters.items():
        page.get_by_test_id(panel).focus()
        for letter in sorted(set("".join(letters.values())) - set(own)):
            page.keyboard.press(letter)
    assert hands.sent[sent:] == [], "nothing was ordered"
    expect(page.get_by_test_id("entry-form")).to_have_count(0)
    expect(page.locator('[data-testid="unit-row"][aria-selected="true"]')).to_have_count(0)


def test_a_recommendation_has_three_candidates_and_the_best_own_unit(harlow: Window) -> None:
    page = harlow.page
    open_by_line(Hands(page), "Fall, with several who could come")
    page.get_by_test_id("advised-order").wait_for()
    assert page.get_by_test_id("candidate").count() >= 3
    expect(page.get_by_test_id("own-unit").first).to_be_visible()
