"""Panels in windows of their own: one person, several windows, one thing pointed at."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError

from bench.crash import free_port
from tests.browser.paper import paper_of
from tests.browser.reach import sideways, small_targets
from tests.browser.states import require_sound
from tests.browser.windows import Window
from tests.story.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[2]
PANELS = ("units", "map", "incidents", "recommendation", "requests", "assignments")


def pop(page: Page, panel: str) -> Page:
    """The panel's own window, once it is there and the board has made room."""
    with page.expect_popup() as waiting:
        page.locator(f'[data-pops="{panel}"]').click()
    child = waiting.value
    child.set_default_timeout(15_000)
    child.get_by_test_id("panel-page").wait_for()
    expect(page.locator(f'[data-panel-out="{panel}"]')).to_be_visible()
    return child


def ready(window: Window) -> Page:
    window.page.get_by_test_id("unit-row").first.wait_for()
    return window.page


def test_every_panel_has_a_window_that_says_whose_it_is_and_how_its_link_stands(harlow: Window) -> None:
    page = ready(harlow)
    for panel in PANELS:
        child = pop(page, panel)
        expect(child.get_by_test_id(f"{panel}-panel")).to_be_visible()
        expect(page.get_by_test_id(f"{panel}-panel")).to_have_count(0)
        expect(child.get_by_test_id("link-state")).to_have_attribute("data-state", "live")
        expect(child.get_by_test_id("who")).to_contain_text("Harlow")
        expect(child.get_by_test_id("clock")).to_be_visible()
        require_sound(child, "panel-window")
        assert small_targets(child) == sideways(child) == [], panel
    require_sound(page, "panels-out")
    assert small_targets(page) == sideways(page) == []
    page.get_by_test_id("open-cover").click()
    expect(pop(page, "cover").get_by_test_id("cover-panel")).to_be_visible()
    for _ in (*PANELS, "cover"):
        page.get_by_test_id("bring-back").first.click()
    expect(page.get_by_test_id("popped-bar")).to_have_count(0)
    for panel in ("units", "map", "incidents", "requests", "assignments", "cover"):
        expect(page.get_by_test_id(f"{panel}-panel")).to_be_visible()
    expect(page.get_by_test_id("unit-row").first).to_be_visible()
    assert len(page.context.pages) == 1
    assert harlow.errors == harlow.foreign == []


def test_closing_a_window_brings_its_panel_back_and_a_key_does_both(harlow: Window) -> None:
    page = ready(harlow)
    pop(page, "map").close()
    expect(page.get_by_test_id("map-panel")).to_be_visible()
    page.locator('[data-panel="units"]').focus()
    with page.expect_popup() as waiting:
        page.keyboard.press("Control+.")
    child = waiting.value
    child.get_by_test_id("unit-row").first.wait_for()
    expect(page.get_by_test_id("units-panel")).to_have_count(0)
    # The window goes with the key's first half: nobody is there to hear its second.
    with child.expect_event("close"), contextlib.suppress(PlaywrightError):
        child.keyboard.press("Control+.")
    expect(page.get_by_test_id("units-panel")).to_be_visible()


def test_a_reload_of_either_window_loses_nothing(harlow: Window) -> None:
    page = ready(harlow)
    child = pop(page, "units")
    child.get_by_test_id("filter-AV").click()
    expect(child).to_have_url(re.compile("show=AV"))
    child.reload()
    expect(child.get_by_test_id("filter-AV")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator('[data-panel-out="units"]')).to_be_visible()
    expect(page.get_by_test_id("units-panel")).to_have_count(0)
    page.get_by_test_id("bring-back").click()
    expect(page.get_by_test_id("units-panel")).to_be_visible()
    assert len(page.context.pages) == 1


def test_what_is_selected_in_one_window_is_selected_in_all(harlow: Window) -> None:
    page = ready(harlow)
    units, map_window, incidents = pop(page, "units"), pop(page, "map"), pop(page, "incidents")
    map_window.wait_for_timeout(1_500)
    units.get_by_test_id("units-list").focus()
    units.keyboard.type("m191", delay=30)
    chosen = units.locator('[data-testid="unit-row"][aria-selected="true"]').get_attribute("data-unit")
    for window in (page, units, map_window):
        expect(window).to_have_url(re.compile(f"unit={chosen}"))
    expect(map_window).to_have_url(re.compile("map="))  # it lay outside, and was centred

    row = incidents.get_by_test_id("incident-row").first
    row.click()
    number = row.get_attribute("data-number") or ""
    expect(page.get_by_test_id("recommendation-incident")).to_contain_text(number)
    row.focus()
    incidents.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("unit="))
    assert harlow.errors == []


def test_a_form_opened_beside_the_map_stands_in_the_board_and_takes_the_maps_pin(harlow: Window) -> None:
    page = ready(harlow)
    map_window = pop(page, "map")
    map_window.wait_for_timeout(1_500)
    map_window.get_by_test_id("new-incident").click()
    expect(page.get_by_test_id("entry-form")).to_be_visible()
    expect(map_window.get_by_test_id("map-hint")).to_be_visible()
    frame = map_window.get_by_test_id("map").bounding_box()
    assert frame is not None
    map_window.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    # The point's own address stands there once it is known.
    expect(page.get_by_test_id("entry-charge")).to_be_visible()
    expect(page.get_by_test_id("entry-place")).not_to_have_value("")


def test_what_another_window_selects_leaves_a_form_its_address_and_the_map_its_pin(harlow: Window) -> None:
    page = ready(harlow)
    page.get_by_test_id("new-incident").click()
    page.get_by_test_id("map").click(position={"x": 360, "y": 260})
    address = page.get_by_test_id("entry-address")
    expect(address).not_to_have_value("")
    address.fill("behind the mill")
    units = pop(page, "units")  # opened after the form: it knows of no pin
    page.get_by_test_id("entry-note").focus()
    units.get_by_test_id("unit-row").nth(1).click()
    expect(page).to_have_url(re.compile("unit="))
    expect(address).to_have_value("behind the mill")
    assert page.evaluate("document.activeElement.dataset.testid") == "entry-note"
    expect(page.get_by_test_id("map-hint")).to_be_visible()
    page.go_back()  # nobody has finished or cancelled it
    expect(address).to_have_value("behind the mill")
    expect(page).to_have_url(re.compile("side=entry"))
    pop(page, "incidents").get_by_test_id("incident-row").first.click()
    expect(page).to_have_url(re.compile("incident="))
    expect(address).to_have_value("behind the mill")
    assert harlow.errors == []


def test_what_one_window_was_advised_stands_in_the_others(harlow: Window) -> None:
    page = ready(harlow)
    child = pop(page, "recommendation")
    page.get_by_test_id("incident-row").first.click()
    child.get_by_test_id("recommend").first.click()
    child.get_by_test_id("recommendation-made").wait_for()
    child.close()
    expect(page.get_by_test_id("recommendation-made")).to_be_visible()


def test_a_window_that_never_reached_the_server_shows_the_boards_picture_and_its_age(
    harlow: Window,
) -> None:
    page = ready(harlow)
    page.context.route_web_socket(re.compile("/api/board"), lambda socket: socket.close())
    child = pop(page, "units")
    expect(child.get_by_test_id("link-state")).to_have_attribute("data-state", re.compile("lost|resyncing"))
    expect(child.get_by_test_id("unit-row").first).to_be_visible()
    expect(child.get_by_test_id("disconnected-bar")).to_contain_text("Data shown is from")


def test_without_the_service_windows_say_so_come_back_and_the_board_can_be_printed(
    browser: Browser, tmp_path: Path
) -> None:
    bundle = ROOT / "var" / "regions" / "marlow"
    with serving(bundle, tmp_path / "data", port=free_port()) as running:
        window = Window(browser, running, "harlow-dispatcher")
        page = ready(window)
        child = pop(page, "units")
        child.get_by_test_id("unit-row").first.wait_for()
    for one in (page, child):
        expect(one.get_by_test_id("disconnected-bar")).to_be_visible(timeout=8_000)
        expect(one.get_by_test_id("telephones")).to_contain_text("555")
    assert small_targets(page) == small_targets(child) == []
    expect(page.locator('[data-pops="map"]')).to_be_disabled()
    page.get_by_test_id("bring-back").click()
    expect(page.get_by_test_id("unit-row").first).to_be_visible()
    assert len(page.context.pages) == 1

    said = paper_of(page)
    assert "NOT CONNECTED" in said
    assert "+1 555 " in said
    window.close()
