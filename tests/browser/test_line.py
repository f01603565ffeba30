"""The command line: a whole story by keyboard alone, and lines that change nothing."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.hands import Hands
from tests.browser.states import require_sound
from tests.browser.windows import SMALL, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

PLACE = "-141.062,40.999"


def open_by_line(hands: Hands, nature: str, priority: str = "p2") -> str:
    """Open an incident; answers the ending of its number."""
    hands.say(f"n {priority} {nature} @ {PLACE}")
    expect(hands.echo).to_have_text(re.compile(r"Incident \d\d-\d+ opened"))
    number = re.search(r"\d\d-(\d+)", hands.echo.inner_text())
    assert number is not None
    return str(int(number[1]))


def test_a_story_in_two_centres_is_told_by_the_keyboard_alone(harlow: Window, cedar: Window) -> None:
    hands, theirs = Hands(harlow.page), Hands(cedar.page)
    page = harlow.page
    expect(hands.line).to_be_focused()
    expect(page.get_by_test_id("cover-banner")).to_contain_text("overwhelmed", timeout=30_000)

    number = open_by_line(hands, "chest pain by line")
    hands.expect_done("opened")
    expect(page.get_by_test_id("recommendation-incident")).to_contain_text(number)
    page.get_by_test_id("candidate").first.wait_for()
    hands.say(f"rec {number}")
    hands.expect_done(f"rec {number}")
    hands.press("F6")
    expect(page.get_by_test_id("recommendation-panel")).to_be_focused()

    hands.press("/")
    expect(hands.line).to_be_focused()
    hands.write(f"req {number} cedar")
    expect(hands.candidates.first).to_contain_text("ETA")
    sign = hands.candidates.first.locator("b").inner_text()
    hands.press("Tab", "Enter")
    hands.expect_done(f"asked for {sign}")

    card = cedar.page.get_by_test_id("incoming-request").filter(has_text=sign)
    card.wait_for(timeout=5_000)
    theirs.press("F2")
    theirs.write(f"acc {sign.lower()}")
    expect(theirs.candidates).to_have_count(1)
    expect(theirs.candidates).to_contain_text(f"Harlow asks for {sign}")
    theirs.press("Enter")
    theirs.expect_done(f"{sign} lent to Harlow")
    for window in (harlow, cedar):
        line = window.page.get_by_test_id("assignment").filter(has_text=sign)
        expect(line).to_be_visible(timeout=5_000)

    theirs.say(f"rcl {sign} needed at home")
    theirs.expect_done(f"{sign} is called back")
    hands.say(f"rel {sign}")
    hands.expect_done(f"{sign} released")
    hands.press("F2")
    hands.write(f"cl {number}")
    hands.press("Enter")
    expect(hands.echo).to_have_attribute("data-state", "asks")
    expect(page.locator(f"[data-testid=incident-row][data-number$='{number}']")).to_have_count(1)
    hands.press("Enter")
    hands.expect_done("cancelled")  # nobody had come: the unit turned back on its way
    expect(page.locator(f"[data-testid=incident-row][data-number$='{number}']")).to_have_count(0)
    assert harlow.errors == cedar.errors == harlow.foreign == cedar.foreign == []


def board_as_it_is(page: Page) -> list[str]:
    """What stands in the tables, without what only the clock moves."""
    rows = page.locator("[data-testid=incident-row], [data-testid=request-line], [data-testid=assignment]")
    return [
        f"{row.get_attribute('data-number')} {row.get_attribute('data-request')}"
        f" {row.get_attribute('data-unit')} {row.get_attribute('data-state')}"
        for row in rows.all()
    ]


def test_a_line_that_is_not_clear_changes_nothing_and_says_what_it_may_mean(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    first, second = open_by_line(hands, "unclear one"), open_by_line(hands, "unclear two")
    page.get_by_test_id("candidate").first.wait_for()
    before, sent = board_as_it_is(page), list(hands.sent)
    for line, said in (
        ("req", "the incident is missing"),
        (f"req {first}", "the unit is missing"),
        (f"req {first} 1", "may be"),
        (f"req {first} m2", "No unit “m2”"),
        (f"as {first} m311", "REQ asks for it"),
        (f"rec {first} {second}", "is too much"),
        ("rex 1", "No command “rex”. Is it REC, REQ or REL?"),
        ("acc m999", "No request"),
        (f"ext m311 {'9' * 3}", "is not borrowed"),
        ("why", "the unit is missing"),
    ):
        hands.say(line)
        expect(hands.echo).to_contain_text(said)
        expect(hands.echo).to_have_attribute("data-state", "failed")
        expect(page.get_by_test_id("announcements")).to_contain_text(said)
    assert (board_as_it_is(page), hands.sent) == (before, sent)

    hands.say(f"req {first} 1")
    expect(hands.line).to_have_value(f"req {first} 1")
    expect(hands.line).to_have_attribute("aria-expanded", "true")
    assert hands.candidates.count() > 1
    hands.press("ArrowDown")
    expect(hands.candidates.first).to_have_attribute("aria-selected", "true")
    named = hands.candidates.first.get_attribute("id")
    expect(hands.line).to_have_attribute("aria-activedescendant", str(named))
    require_sound(page, "line-candidates")
    hands.press("Enter")
    expect(hands.line).to_have_value(re.compile(rf"^req {first} \w+ $"))
    assert hands.sent == sent
    assert harlow.errors == []


def test_the_line_is_one_key_away_from_every_panel_and_esc_comes_back_to_it(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    page.get_by_test_id("unit-row").first.wait_for()
    expect(page.locator("[data-panel]")).to_have_count(6)
    for steps in range(1, 7):
        for key in ("F2", "/", "Escape"):
            hands.press(*["F6"] * (1 if key == "F2" else steps))
            expect(hands.line).not_to_be_focused()
            hands.press(key)
            expect(hands.line).to_be_focused()
            hands.press("Escape")
    for key in ("F7", "Shift+F2"):
        hands.press(key)
        expect(hands.line).not_to_be_focused()
        hands.press("Escape")
        expect(hands.line).to_be_focused()
        expect(page.get_by_test_id("recommendation-panel")).to_be_visible()
    hands.write("req 4")
    hands.press("Escape")
    expect(hands.line).to_have_value("")
    expect(hands.line).to_be_focused()


def test_esc_on_an_empty_line_steps_back_one_thing_at_a_time(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    number = open_by_line(hands, "stepped back from")
    page.get_by_test_id("advised-order").wait_for()
    selected = page.locator("[data-testid=unit-row][aria-selected=true]")
    hands.say("u m211")
    expect(selected).to_have_count(1)
    hands.press("Escape")  # the candidate
    expect(selected).to_have_count(1)
    hands.press("Escape")  # the unit
    expect(selected).to_have_count(0)
    expect(page.get_by_test_id("recommendation-incident")).to_contain_text(number)
    hands.press("Escape")  # the incident
    expect(page.get_by_test_id("recommendation-incident")).to_have_count(0)
    expect(hands.line).to_be_focused()


def test_earlier_lines_come_back_with_the_arrows(harlow: Window) -> None:
    hands = Hands(harlow.page)
    harlow.page.get_by_test_id("unit-row").first.wait_for()  # before the first data no unit is known
    for line in ("u m211", "ph cedar"):
        hands.say(line)
    expect(hands.echo).to_contain_text("+1 555 0132")
    expect(hands.echo).to_contain_text("This is Harlow dispatch")
    hands.write("i 9")
    hands.press("Escape")
    for key, shown in (("ArrowUp", "ph cedar"), ("ArrowUp", "u m211"), ("ArrowUp", "u m211")):
        hands.press(key)
        expect(hands.line).to_have_value(shown)
    hands.press("ArrowDown", "ArrowDown")
    expect(hands.line).to_have_value("")


def test_what_a_new_incident_lacks_is_asked_in_the_form_with_what_was_given(harlow: Window) -> None:
    hands, page = Hands(harlow.page), harlow.page
    hands.say("n p2 stroke signs @ 4 mill lane als x2")
    expect(page.get_by_test_id("entry-form")).to_be_visible()
    expect(page.get_by_test_id("entry-nature")).to_have_value("Stroke signs")
    expect(page.get_by_test_id("entry-priority-emergent")).to_be_checked()
    expect(page.get_by_test_id("entry-place")).to_have_value("4 mill lane")
    expect(page.get_by_test_id("entry-need-count")).to_have_value("2")
    expect(page.get_by_test_id("entry-place")).to_be_focused()
    hands.write(PLACE)
    hands.press("Enter")
    expect(hands.echo).to_have_text(re.compile(r"Incident \d\d-\d+ opened"))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_all_commands_and_keys_are_listed_and_the_focus_returns(
    open_window: Callable[..., Window], theme: str
) -> None:
    page = open_window("harlow-dispatcher", size=SMALL).page
    hands = Hands(page)
    if theme == "light":
        page.get_by_test_id("theme-toggle").press("Enter")
    dialog = page.get_by_test_id("keys-dialog")
    hands.say("?")
    expect(dialog).to_be_visible()
    expect(page.get_by_test_id("keys-verb")).to_have_count(23)
    expect(dialog).to_contain_text("+1 555 0132")
    require_sound(page, "keys")
    hands.press("Escape")
    expect(dialog).to_have_count(0)
    expect(hands.line).to_be_focused()
    page.get_by_test_id("recommendation-panel").focus()
    hands.press("?")
    expect(dialog).to_be_visible()
    hands.press("Escape")
    expect(page.get_by_test_id("recommendation-panel")).to_be_focused()
    page.get_by_test_id("open-keys").press("Enter")
    hands.press("Escape")
    expect(page.get_by_test_id("open-keys")).to_be_focused()
    hands.press("F2")
    hands.write("r")
    expect(hands.candidates).to_have_count(4)
    require_sound(page, "line-first-letter")
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_who_may_only_look_is_offered_only_what_looks(open_window: Callable[..., Window]) -> None:
    hands = Hands(open_window("harlow-analyst").page)
    hands.say("req 1 m311")
    expect(hands.echo).to_contain_text("REQ is for dispatchers and supervisors")
    hands.press("Escape")
    hands.write("c")
    expect(hands.candidates).to_have_count(1)
    assert all("/requests" not in url for url in hands.sent)


def test_what_the_server_has_not_confirmed_within_a_second_is_shown_as_that(harlow: Window) -> None:
    page, hands = harlow.page, Hands(harlow.page)
    held: list[Route] = []
    page.route("**/api/incidents", lambda route: held.append(route))  # noqa: PLW0108 - playwright writes on it
    hands.say(f"n p2 Fall, confirmed late @ {PLACE}")
    expect(hands.echo).to_have_attribute("data-state", "sent")
    expect(hands.echo).to_have_attribute("data-state", "slow", timeout=2_000)
    expect(hands.echo).to_contain_text("not confirmed yet")
    held.pop().continue_()
    hands.expect_done("opened")
