"""A service that lacks something, that is new, or that is for training: it says so on every page."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.rig import Rig, make_bundle, running
from tests.browser.states import require_sound
from tests.browser.windows import SMALL, Window
from tests.story.serving import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

Open = Callable[..., Page]


@pytest.fixture
def open_on(browser: Browser) -> Iterator[Open]:
    """Open a person's page of a service: ``open_on(rig, "harlow-dispatcher")``."""
    opened: list[Window] = []

    def open_one(rig: Rig, person: str = "harlow-dispatcher") -> Page:
        opened.append(Window(browser, rig.demo, person, size=SMALL))
        return opened[-1].page

    yield open_one
    for window in opened:
        assert window.errors == []
        assert window.foreign == []
        window.close()


def test_without_roads_a_bar_names_what_is_lost_and_the_figures_that_it_touches_are_marked(
    tmp_path: Path, open_on: Open
) -> None:
    with running(tmp_path / "service", bundle=make_bundle(tmp_path / "bundle", roads=False)) as rig:
        rig.feed("harlow").say(status="out_of_service")
        rig.feed("cedar").say(status="available")
        page = open_on(rig)
        bar = page.get_by_test_id("degraded-bar")
        expect(bar).to_contain_text("Road travel times are missing: arrivals are straight-line estimates")
        expect(bar).to_contain_text("Doubt arrival times (≈) and cover.")
        expect(page.get_by_test_id("degraded-item")).to_have_attribute("data-code", "roads_missing")
        page.get_by_test_id("command-line").fill("n p2 stroke signs @ -141.062,40.999")
        page.keyboard.press("Enter")
        eta = page.get_by_test_id("candidate-eta").first
        expect(eta).to_contain_text("≈")
        expect(page.get_by_test_id("degraded")).to_contain_text("straight-line estimates")
        for button in ("order-many", "recommend"):
            expect(page.get_by_test_id(button).first).to_be_in_viewport(ratio=1)
        require_sound(page, "degraded")


def test_a_service_that_lacks_nothing_has_no_bar(tmp_path: Path, open_on: Open) -> None:
    with running(tmp_path) as rig:
        rig.feed("harlow").say(status="available")
        page = open_on(rig)
        page.get_by_test_id("unit-row").first.wait_for()
        expect(page.get_by_test_id("feed-chip").first).to_be_visible()
        for bar in ("degraded-bar", "first-step", "away", "training", "disconnected-bar", "resync-bar"):
            expect(page.get_by_test_id(bar)).to_have_count(0)


def test_a_new_service_says_what_is_not_there_yet_and_what_to_do_next(tmp_path: Path, open_on: Open) -> None:
    bundle = make_bundle(tmp_path / "bundle", agreements=False)
    with running(tmp_path / "service", bundle=bundle, feeds=()) as rig:
        page = open_on(rig)
        page.get_by_test_id("unit-row").first.wait_for()
        steps = page.get_by_test_id("first-step")
        agreements = page.locator("[data-testid=first-step][data-lack=agreements]")
        expect(agreements).to_contain_text("nobody can be asked for a unit here")
        expect(agreements).to_contain_text("An administrator drafts one on the page Agreements")
        expect(page.get_by_test_id("incidents-empty")).to_contain_text(
            "No active incidents. Shift+F2 opens one."
        )
        expect(page.get_by_test_id("feed-chips")).to_have_text("No feed")
        # A feed is given a minute after the start before it is called missing.
        feeds = page.locator("[data-testid=first-step][data-lack=feeds]")
        feeds.wait_for(timeout=70_000)
        expect(feeds).to_contain_text("dispatch key add CAD --jurisdiction harlow")
        page.get_by_test_id("feed-chips").click()
        expect(page.get_by_test_id("feeds-empty")).to_contain_text("No feed has been heard since")
        page.keyboard.press("Escape")
        require_sound(page, "first-start")
        page.get_by_test_id("first-step-dismiss").first.press("Enter")
        expect(steps).to_have_count(1)


def test_training_is_on_every_page_and_on_paper_and_a_live_service_has_none_of_it(
    tmp_path: Path, browser: Browser, open_on: Open
) -> None:
    with running(tmp_path, training=True) as rig:
        stranger = browser.new_page(viewport={"width": SMALL[0], "height": SMALL[1]})
        stranger.goto(rig.demo.base)
        word = stranger.get_by_test_id("training")
        expect(word).to_have_text(re.compile(r"TRAINING\s+nothing here is real"))
        label = stranger.request.get(f"{rig.demo.base}/api/label").json()
        assert (label["training"], label["demo"]) == (True, False)
        require_sound(stranger, "training-sign-in")
        stranger.close()
        rig.feed("harlow").say(status="available")
        page = open_on(rig)
        page.get_by_test_id("unit-row").first.wait_for()
        expect(page.get_by_test_id("training")).to_be_visible()
        require_sound(page, "training")
        assert page.evaluate("() => document.documentElement.scrollHeight <= window.innerHeight")
        page.emulate_media(media="print")
        expect(page.get_by_test_id("training")).to_be_visible()
        assert page.get_by_test_id("training").evaluate("(e) => getComputedStyle(e).position") == "fixed"
        page.emulate_media(media="screen")
        page.get_by_test_id("tab-agreements").click()
        page.get_by_test_id("agreement").wait_for()
        expect(page.get_by_test_id("training")).to_be_visible()


def test_a_demonstration_is_told_from_training_and_from_a_live_service(browser: Browser, demo: Demo) -> None:
    page = browser.new_page()
    page.goto(demo.base)
    expect(page.get_by_test_id("sign-in-demo")).to_have_text("DEMO")
    expect(page.get_by_test_id("training")).to_have_count(0)
    page.close()
