"""Feeds that are well, stale and silent, as a dispatcher sees them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.rig import Rig, minutes_ago, running
from tests.browser.states import require_sound
from tests.browser.windows import SMALL, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

SILENT_SECONDS = 5
LIVE = "[data-testid=feed-chip][data-state=live]"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """One for each test: an older fix than one that is known would change nothing."""
    with running(tmp_path, limits=f"AVL Harlow={SILENT_SECONDS}, AVL Cedar Fen=600") as service:
        yield service


@pytest.fixture
def open_page(browser: Browser, rig: Rig) -> Iterator[Callable[..., Page]]:
    opened: list[Window] = []

    def open_one(person: str = "harlow-dispatcher", *, size: tuple[int, int] = SMALL) -> Page:
        opened.append(Window(browser, rig.demo, person, size=size))
        opened[-1].page.get_by_test_id("unit-row").first.wait_for()
        return opened[-1].page

    yield open_one
    for window in opened:
        assert window.errors == []
        assert window.foreign == []
        window.close()


def chip(page: Page, name: str) -> Locator:
    return page.get_by_test_id("feed-chip").filter(has_text=name)


def row_of(page: Page, sign: str) -> Locator:
    return page.get_by_test_id("unit-row").filter(has_text=re.compile(rf"^{sign}"))


def test_the_chip_of_a_feed_that_is_cut_changes_within_its_limit_and_a_second(
    rig: Rig, open_page: Callable[..., Page]
) -> None:
    harlow, cedar = rig.feed("harlow"), rig.feed("cedar")
    cedar.say(status="available")
    harlow.say(status="available")
    page = open_page()
    for _ in range(3):
        harlow.say()
        expect(page.locator(LIVE)).to_have_text(re.compile(r"● AVL Harlow \d s"))
        page.wait_for_timeout(1_000)
    require_sound(page, "live")
    harlow.say()
    silent = page.locator("[data-testid=feed-chip][data-state=silent]")
    silent.wait_for(timeout=(SILENT_SECONDS + 1) * 1_000)
    expect(silent).to_have_text(re.compile(r"○ AVL Harlow SILENT \d+ s"))
    require_sound(page, "feed-silent")
    harlow.say()
    expect(chip(page, "AVL Harlow")).to_have_attribute("data-state", "live", timeout=2_000)


def test_a_repeated_old_fix_turns_the_feed_and_its_units_stale_though_it_is_heard_all_the_time(
    rig: Rig, open_page: Callable[..., Page]
) -> None:
    cedar, fix_at = rig.feed("cedar"), minutes_ago(100 / 60)
    rig.feed("harlow").say(status="available")
    page = open_page("cedar-dispatcher")
    cedar.say(status="available", fix_at=fix_at)
    unit = row_of(page, "M311")
    expect(unit).not_to_have_class(re.compile("doubtful"))
    expect(chip(page, "AVL Cedar Fen")).to_have_attribute("data-state", "live")
    for _ in range(24):
        page.wait_for_timeout(1_000)
        cedar.say(fix_at=fix_at)
        rig.feed("harlow").say()
    expect(unit).to_have_class(re.compile("doubtful"))
    expect(unit).to_contain_text(re.compile(r"\? 2:\d\d"))
    expect(unit).to_have_css("font-style", "italic")
    stale = chip(page, "AVL Cedar Fen")
    expect(stale).to_have_attribute("data-state", "stale")
    expect(stale).to_contain_text(re.compile(r"◐ AVL Cedar Fen STALE 2:\d\d"))
    page.get_by_test_id("feed-chips").click()
    listed = page.get_by_test_id("feed-row").filter(has_text="AVL Cedar Fen")
    cells = listed.get_by_role("cell")
    expect(cells.nth(1)).to_have_text(re.compile(r"^\d s ago$"))
    expect(cells.nth(2)).to_have_text(re.compile(r"^2:\d\d$"))
    page.keyboard.press("Escape")
    require_sound(page, "units-stale")
    cedar.say()
    expect(unit).not_to_have_class(re.compile("doubtful"))
    expect(chip(page, "AVL Cedar Fen")).to_have_attribute("data-state", "live")


def test_the_list_of_feeds_opens_and_closes_by_key_and_names_units_ages_limits_and_telephones(
    rig: Rig, open_page: Callable[..., Page]
) -> None:
    rig.feed("harlow").say(status="available")
    rig.feed("cedar").say(fix_at=minutes_ago(10))
    page = open_page(size=(1920, 1080))
    expect(chip(page, "AVL Harlow")).to_be_visible()
    expect(chip(page, "AVL Cedar Fen")).to_have_attribute("data-state", "stale")
    chips = page.get_by_test_id("feed-chips")
    chips.focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("feed-list").wait_for()
    rows = page.get_by_test_id("feed-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("AVL Cedar Fen")
    expect(rows.first).to_contain_text("silent after 600 s, old after 120 s")
    expect(rows.first).to_contain_text("+1 555 0132")
    expect(rows.nth(1)).to_contain_text(f"silent after {SILENT_SECONDS} s")
    page.set_viewport_size({"width": 1366, "height": 768})
    require_sound(page, "feed-list")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("feed-list")).to_have_count(0)
    expect(chips).to_be_focused()


def test_an_old_position_is_named_where_its_unit_is_recommended(
    rig: Rig, open_page: Callable[..., Page]
) -> None:
    rig.feed("harlow").say(status="out_of_service")
    rig.feed("cedar").say(status="available", fix_at=minutes_ago(5))
    page = open_page()
    page.get_by_test_id("command-line").fill("n p2 fall from standing @ -141.062,40.999")
    page.keyboard.press("Enter")
    card = page.get_by_test_id("candidate").filter(has_text="Cedar Fen").first
    card.wait_for()
    expect(card).to_contain_text(re.compile(r"position 5:\d\d old \?"))
    expect(page.get_by_test_id("degraded")).to_contain_text("some positions are old")


def test_the_clock_and_a_countdown_are_the_servers_though_this_computers_clock_is_ten_minutes_wrong(
    rig: Rig, browser: Browser, open_page: Callable[..., Page]
) -> None:
    rig.feed("harlow").say(status="out_of_service")
    rig.feed("cedar").say(status="available")
    shift = """() => {
      const Real = Date;
      window.Date = class extends Real {
        constructor(...args) { args.length ? super(...args) : super(Real.now() + 600_000); }
        static now() { return Real.now() + 600_000; }
      };
    }"""
    wrong = Window(
        browser,
        rig.demo,
        "cedar-dispatcher",
        size=SMALL,
        prepare=lambda context: context.add_init_script(f"({shift})()"),
    ).page
    wrong.get_by_test_id("unit-row").first.wait_for()
    right, asking = open_page("cedar-supervisor"), open_page()
    assert wrong.evaluate("() => Date.now()") - right.evaluate("() => Date.now()") > 590_000
    asking.get_by_test_id("command-line").fill("n p2 fall from standing @ -141.062,40.999")
    asking.keyboard.press("Enter")
    asking.get_by_test_id("candidate-request").first.click()
    for page in (right, wrong):
        page.get_by_test_id("incoming-request").wait_for()
    for testid in ("clock", "countdown"):
        seen = [seconds_on(page, testid) for page in (right, wrong)]
        assert abs(seen[0] - seen[1]) <= 2, (testid, seen)
    wrong.context.close()


def seconds_on(page: Page, testid: str) -> int:
    """A clock or a countdown in seconds."""
    shown = re.search(r"(\d+:)?\d+:\d\d", page.get_by_test_id(testid).first.inner_text())
    assert shown is not None
    seconds = 0
    for part in shown.group().split(":"):
        seconds = seconds * 60 + int(part)
    return seconds
