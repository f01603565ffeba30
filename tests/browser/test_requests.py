"""Requests between two centres: receipts, what to read out where none comes, and another unit instead."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect

from bench.crash import free_port
from tests.browser.hands import Hands
from tests.browser.states import require_sound
from tests.browser.test_line import open_by_line
from tests.browser.windows import SMALL, Window
from tests.story.serving import Demo, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[2]
CLOCK = re.compile(r"\d\d:\d\d:\d\d")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A service for each test: two units at once is all that Cedar lends to Harlow."""
    with serving(ROOT / "var" / "regions" / "marlow", tmp_path / "data", port=free_port()) as running:
        yield running


def ask_cedar(hands: Hands, nature: str) -> str:
    """Open an incident and ask Cedar for its best unit, all by keyboard; answers the unit's sign."""
    number = open_by_line(hands, nature)
    hands.page.get_by_test_id("candidate").first.wait_for()
    hands.press("/")
    hands.write(f"req {number} cedar")
    expect(hands.candidates.first).to_contain_text("ETA")
    sign = hands.candidates.first.locator("b").inner_text()
    hands.press("Tab", "Enter")
    hands.expect_done(f"asked for {sign}")
    return sign


def short(sign: str) -> str:
    return sign.rsplit(maxsplit=1)[-1]


def line_of(window: Window, sign: str) -> Locator:
    """The newest request line about this unit."""
    return window.page.get_by_test_id("request-line").filter(has_text=short(sign)).first


def step(line: Locator, word: str) -> Locator:
    return line.locator(f'[data-testid="request-step"][data-step="{word}"]')


def into(hands: Hands, panel: str) -> None:
    """F6 until the panel has the focus."""
    wanted = hands.page.get_by_test_id(panel)
    for _ in range(9):
        hands.press("F6")
        if wanted.evaluate("(panel) => panel === document.activeElement"):
            return
    raise AssertionError(f"F6 never came to {panel}")


CLOCK_AHEAD = """() => {
  const Real = Date, ahead = 600_000;
  window.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
}"""


def test_receipts_appear_by_themselves_with_their_times_and_who_saw_it(harlow: Window, cedar: Window) -> None:
    hands = Hands(harlow.page)
    expect(cedar.page.get_by_test_id("requests-panel")).to_be_visible()
    sign = ask_cedar(hands, "chest pain with receipts")
    line = line_of(harlow, sign)
    for word in ("sent", "delivered", "seen by"):
        expect(step(line, word)).to_have_text(CLOCK, timeout=5_000)
    expect(step(line, "seen by")).to_contain_text("seen by Cedar dispatcher")
    cedar.page.get_by_test_id("incoming-request").filter(has_text=short(sign)).get_by_test_id(
        "accept"
    ).click()
    expect(step(line, "accepted")).to_have_text(CLOCK, timeout=3_000)
    assert harlow.errors == cedar.errors == []


def test_a_hidden_tab_has_received_it_and_nobody_has_seen_it_until_somebody_looks(
    harlow: Window, cedar: Window
) -> None:
    cedar.page.evaluate(
        "() => { window.looked = false; Object.defineProperty(document, 'visibilityState',"
        " { configurable: true, get: () => (window.looked ? 'visible' : 'hidden') }); }"
    )
    sign = ask_cedar(Hands(harlow.page), "fall behind a hidden tab")
    line = line_of(harlow, sign)
    expect(step(line, "delivered")).to_have_text(CLOCK, timeout=5_000)
    card = cedar.page.get_by_test_id("incoming-request").filter(has_text=short(sign))
    expect(card).to_be_in_viewport()
    cedar.page.wait_for_timeout(1_000)
    expect(step(line, "seen by")).to_have_count(0)
    cedar.page.evaluate(
        "() => { window.looked = true; document.dispatchEvent(new Event('visibilitychange')); }"
    )
    expect(step(line, "seen by")).to_have_text(CLOCK, timeout=3_000)


def test_what_nobody_received_says_whom_to_call_and_what_to_say_and_so_does_the_line(
    harlow: Window, tmp_path: Path
) -> None:
    hands = Hands(harlow.page)
    sign = ask_cedar(hands, "stroke at the mill")
    line = line_of(harlow, sign)
    expect(line.get_by_test_id("undelivered")).to_have_count(0)
    box = line.get_by_test_id("undelivered")
    expect(box).to_be_visible(timeout=14_000)
    expect(box).to_contain_text("Not delivered")
    expect(box.get_by_test_id("telephone-number")).to_contain_text("555")
    said = box.get_by_test_id("telephone-say").inner_text()
    for word in (sign, "stroke at the mill", "priority 2", "north", "1 ALS ambulance", "clause"):
        assert word in said, word
    hands.say("ph cedar")
    expect(hands.page.get_by_test_id("command-note")).to_contain_text(said)
    require_sound(harlow.page, "undelivered")


def test_another_unit_is_offered_and_taken_by_keys_alone(
    harlow: Window, cedar: Window, tmp_path: Path
) -> None:
    hands, theirs = Hands(harlow.page), Hands(cedar.page)
    sign = ask_cedar(hands, "chest pain, another unit")
    card = cedar.page.get_by_test_id("incoming-request").filter(has_text=short(sign))
    card.wait_for(timeout=5_000)
    expect(card.get_by_test_id("accept")).to_be_enabled()  # a card that has just appeared takes no answer
    into(theirs, "requests-panel")
    theirs.press("i")
    units = card.get_by_test_id("instead-unit")
    units.first.wait_for()
    other = units.first.locator("b").first.inner_text()
    assert other != short(sign)
    expect(units.first.get_by_role("radio")).to_be_focused()
    cedar.page.screenshot(path=tmp_path / "instead.png")
    theirs.press("Enter")
    expect(theirs.echo).to_contain_text(f"is offered instead of {short(sign)}")

    offer = harlow.page.get_by_test_id("counter-offer").filter(has_text=other)
    offer.wait_for(timeout=3_000)
    expect(offer.get_by_test_id("countdown")).to_contain_text("left")
    expect(line_of(harlow, sign).get_by_test_id("offered-instead")).to_contain_text(other)
    expect(step(line_of(cedar, other), "delivered")).to_have_text(CLOCK, timeout=3_000)
    require_sound(harlow.page, "counter-offer")
    expect(offer.get_by_test_id("accept")).to_be_enabled()
    into(hands, "requests-panel")
    hands.press("a")
    expect(hands.echo).to_contain_text("lends it instead", timeout=3_000)
    for window in (harlow, cedar):
        assignment = window.page.get_by_test_id("assignment").filter(has_text=other)
        expect(assignment).to_be_visible(timeout=3_000)
    recall_and_release(hands, theirs, other)
    assert harlow.errors == cedar.errors == []


def test_a_lender_takes_its_offer_back_by_a_key_or_a_button(harlow: Window, cedar: Window) -> None:
    theirs = Hands(cedar.page)
    for nature, by_key in (("fall, an offer taken back", True), ("burns, an offer taken back", False)):
        sign = ask_cedar(Hands(harlow.page), nature)
        card = cedar.page.get_by_test_id("incoming-request").filter(has_text=short(sign))
        expect(card.get_by_test_id("accept")).to_be_enabled(timeout=5_000)
        card.get_by_test_id("instead").click()
        card.get_by_test_id("instead-confirm").click()
        offer = harlow.page.get_by_test_id("counter-offer").first
        offer.wait_for(timeout=5_000)
        line = cedar.page.locator('[data-testid="request-line"][data-state="offered"]')
        expect(line.get_by_test_id("withdraw")).to_have_accessible_name(re.compile("^Withdraw the offer of"))
        if by_key:
            line.focus()
            theirs.press("w")
        else:
            line.get_by_test_id("withdraw").click()
        expect(theirs.echo).to_contain_text("is offered no more")
        expect(line).to_have_count(0)
        expect(offer.get_by_test_id("accept")).to_have_count(0, timeout=5_000)
    assert harlow.errors == cedar.errors == []


def recall_and_release(hands: Hands, theirs: Hands, sign: str) -> None:
    """The lender calls its unit back and the borrower lets it go, by keys alone."""
    into(theirs, "assignments-panel")
    theirs.press("ArrowDown", "b")
    expect(theirs.page.get_by_test_id("recall-reason")).to_be_focused()
    theirs.write("own call")
    theirs.press("Enter")
    expect(theirs.echo).to_contain_text("is called back")
    recalled = hands.page.locator('[data-testid="duty"][data-code="recall"]')
    expect(recalled).to_be_visible(timeout=3_000)
    into(hands, "assignments-panel")
    hands.press("ArrowDown", "r")
    expect(hands.echo).to_contain_text(f"{sign} released")
    line = hands.page.get_by_test_id("assignment").filter(has_text=sign)
    expect(line).to_have_attribute("data-state", "returning", timeout=3_000)


def test_one_withdraws_by_a_key_and_the_countdown_is_the_servers_and_silent(
    harlow: Window, cedar: Window
) -> None:
    cedar.page.add_init_script(f"({CLOCK_AHEAD})()")
    cedar.page.reload()
    hands = Hands(harlow.page)
    sign = ask_cedar(hands, "fall, with a clock that is wrong")
    card = cedar.page.get_by_test_id("incoming-request").filter(has_text=short(sign))
    expect(card.get_by_test_id("countdown")).to_have_text(re.compile(r"00:5\d|01:00"), timeout=5_000)
    # A screen reader hears of it at 30 and 10 seconds, not each second.
    expect(card.get_by_test_id("countdown")).to_have_attribute("role", "timer")
    expect(card.get_by_test_id("countdown")).to_have_attribute("aria-live", "off")
    into(hands, "requests-panel")
    harlow.page.wait_for_timeout(600)  # a letter means what has stood there for a moment
    hands.press("w")
    expect(hands.echo).to_contain_text("withdrawn")
    expect(step(line_of(harlow, sign), "withdrawn")).to_have_text(CLOCK)
    expect(card).to_have_count(0)


def test_two_consoles_answer_at_once_and_the_other_sees_who_and_when(
    harlow: Window, cedar: Window, open_window: Callable[..., Window], tmp_path: Path
) -> None:
    second = open_window("cedar-supervisor")
    sign = ask_cedar(Hands(harlow.page), "chest pain at two consoles")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    for window in (cedar, second):
        window.page.route("**/accept", hold)
        card = window.page.get_by_test_id("incoming-request").filter(has_text=short(sign))
        card.get_by_test_id("accept").click()
        window.page.wait_for_timeout(50)
    assert len(held) == 2, "both have said yes before the server heard of either"
    for route in held:
        route.continue_()
    echoes = [window.page.get_by_test_id("command-echo") for window in (cedar, second)]
    for echo in echoes:
        expect(echo).to_have_attribute("data-state", re.compile("ok|failed"), timeout=5_000)
    states = [echo.get_attribute("data-state") for echo in echoes]
    assert sorted(map(str, states)) == ["failed", "ok"]
    loser, winner = (cedar, second) if states[0] == "failed" else (second, cedar)
    names = {id(cedar): "Cedar dispatcher", id(second): "Cedar supervisor"}
    clash = loser.page.get_by_test_id("clash")
    expect(clash).to_contain_text(f"Accept {sign}: already accepted by {names[id(winner)]} at")
    expect(clash).to_contain_text(CLOCK)
    require_sound(loser.page, "clash")
    expect(loser.page.get_by_test_id("assignment").filter(has_text=short(sign))).to_have_count(1)


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
def test_cards_stay_usable_on_a_small_screen(
    open_window: Callable[..., Window], tmp_path: Path, light: bool
) -> None:
    harlow, cedar = (open_window(f"{place}-dispatcher", size=SMALL) for place in ("harlow", "cedar"))
    if light:
        for window in (harlow, cedar):
            window.page.get_by_test_id("theme-toggle").click()
    sign = ask_cedar(Hands(harlow.page), f"fall on a small screen {light}")
    card = cedar.page.get_by_test_id("incoming-request").filter(has_text=short(sign))
    expect(card.get_by_test_id("accept")).to_be_in_viewport(ratio=1)
    for button in ("accept", "instead", "decline", "countdown"):
        expect(card.get_by_test_id(button)).to_be_in_viewport(ratio=1)
    expect(card.get_by_test_id("no-answer")).to_be_in_viewport(ratio=1)
    cedar.page.screenshot(path=tmp_path / "small-card.png")
    card.get_by_test_id("instead").click()
    expect(card.get_by_test_id("instead-confirm")).to_be_in_viewport(ratio=1)
    cedar.page.screenshot(path=tmp_path / "small-instead.png")
    require_sound(cedar.page, "answer-instead")
    card.get_by_test_id("instead-confirm").click()
    offer = harlow.page.get_by_test_id("counter-offer").first
    for button in ("accept", "withdraw", "decline", "countdown"):
        expect(offer.get_by_test_id(button)).to_be_in_viewport(ratio=1)
    harlow.page.screenshot(path=tmp_path / "small-offer.png")
    offer.get_by_test_id("withdraw").click()
    expect(offer.get_by_test_id("card-over")).to_contain_text("withdrawn")
