"""The agreements page is accessible in every state, in both themes, and whole on a small screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.agreements_desk import AdminDesk
from tests.browser.states import violations
from tests.browser.windows import LARGE, SMALL, Window
from tests.story.serving import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

PANELS = ("agreements-list", "agreement", "area-panel", "what-if", "action-bar", "step-line")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_state_of_the_page_has_an_accessibility_violation(
    open_window: Callable[..., Window], demo: Demo, theme: str
) -> None:
    desk = AdminDesk(open_window("harlow-admin"), demo.password)
    if theme == "light":
        desk.get("theme-toggle").click()
    found = {"read": violations(desk.page)}
    desk.get("new-draft").click()
    desk.get("draft-form").wait_for()
    for group, kind in (("scope", "hours"), ("scope", "zones"), ("limits", "reserve_floor")):
        desk.add_clause(group, kind)
    expect(desk.get("error-count")).to_be_visible()
    found["errors"] = violations(desk.page)
    desk.field("clauses[0].windows").get_by_text("Add hours").click()
    desk.field("clauses[2].area").get_by_test_id("area-by-figures").click()
    desk.field("clauses[2].area").get_by_test_id("draw-area").click()
    found["drawing"] = violations(desk.page)
    desk.page.locator('[data-agreement="harlow-cedar"]').click()
    found["unsaved"] = violations(desk.page)
    desk.get("unsaved-lose").click()
    desk.draft(f"seen-in-{theme}", title=f"Seen in {theme}")
    found["draft"] = violations(desk.page)
    desk.get("tab-yaml").click()
    desk.get("yaml-begin").click()
    found["yaml"] = violations(desk.page)
    desk.get("tab-terms").click()
    desk.propose()
    found["proposed"] = violations(desk.page)
    for step in ("sign", "withdraw", "edit"):
        desk.get(f"step-{step}").click()
        found[step] = violations(desk.page)
        desk.page.keyboard.press("Escape")
    desk.get("emergency-pact").click()
    found["surge"] = violations(desk.page)
    desk.page.keyboard.press("Escape")
    for view in ("gaps", "ledger"):
        desk.get(f"view-{view}").click()
        desk.get("gap-map" if view == "gaps" else "ledger").wait_for()
        found[view] = violations(desk.page)
    assert {state: said for state, said in found.items() if said} == {}


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_a_screen_of_either_size_shows_every_panel_at_once(
    open_window: Callable[..., Window], size: tuple[int, int]
) -> None:
    page = open_window("harlow-admin", size=size).page
    page.get_by_test_id("agreement").wait_for()
    for panel in PANELS:
        box = page.get_by_test_id(panel).bounding_box()
        assert box is not None, panel
        assert box["width"] > 100, panel
        assert box["x"] + box["width"] <= size[0] + 1, panel
        assert box["y"] + box["height"] <= size[1] + 1, panel
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_at_twice_the_size_panels_stack_and_nothing_is_cut_off(
    open_window: Callable[..., Window], demo: Demo
) -> None:
    # A browser at 200 % lays the page out for half as many pixels.
    half = (SMALL[0] // 2, SMALL[1] // 2)
    desk = AdminDesk(open_window("harlow-admin", size=half), demo.password)
    desk.get("new-draft").click()
    desk.get("draft-form").wait_for()
    for testid in ("agreements-list", "agreement", "area-panel", "save-draft", "group-legal"):
        desk.get(testid).scroll_into_view_if_needed()
        box = desk.get(testid).bounding_box()
        assert box is not None, testid
        assert box["x"] >= 0, testid
        assert box["x"] + box["width"] <= half[0] + 1, testid
    assert desk.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_targets_are_large_enough_for_a_hurried_hand(open_window: Callable[..., Window], demo: Demo) -> None:
    desk = AdminDesk(open_window("harlow-admin"), demo.password)
    desk.get("new-draft").click()
    desk.get("draft-form").wait_for()
    desk.add_clause("limits", "reserve_floor")
    desk.field("clauses[0].area").get_by_test_id("area-by-figures").click()
    small = desk.page.evaluate(
        "() => [...document.querySelectorAll('main button, main select, main label:has(input)')]"
        ".filter((one) => one.checkVisibility()).filter((one) => {"
        " const box = one.getBoundingClientRect(); return box.width < 24 || box.height < 23.5; })"
        ".map((one) => one.outerHTML.slice(0, 120))"
    )
    assert small == []


def test_an_agreement_that_arrives_late_does_not_take_a_new_draft_away(
    open_window: Callable[..., Window], demo: Demo
) -> None:
    desk = AdminDesk(open_window("harlow-admin"), demo.password)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.route("**/api/agreements/harlow-cedar", hold)
    with desk.page.expect_request("**/api/agreements/harlow-cedar"):
        desk.page.locator('[data-agreement="harlow-cedar"]').click()
    desk.get("new-draft").click()
    desk.field("title").locator("input").fill("Written meanwhile")
    with desk.page.expect_response("**/api/agreements/harlow-cedar"):
        held[0].continue_()
    desk.page.wait_for_timeout(300)
    expect(desk.field("title").locator("input")).to_have_value("Written meanwhile")
