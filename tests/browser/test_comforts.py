"""Twelve hours at one page: links bring it back, settings go with the person, tables stay put."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import require_sound
from tests.browser.windows import SMALL, Window
from tests.story.serving import Demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


AWAY = (900, 20)
"""On the top bar: over no table."""


def rows(page: Page) -> list[str]:
    """The units on the screen, from the top."""
    shown = page.get_by_test_id("unit-row").evaluate_all(
        "(rows) => rows.map((row) => [Number(row.getAttribute('aria-rowindex')), row.dataset.unit])"
    )
    return [unit for _, unit in sorted(shown)]


def row_count(page: Page) -> int:
    """How many rows the table says that it has, without its heading."""
    grid = page.get_by_role("grid", name="Units")
    return int(grid.get_attribute("aria-rowcount") or 0) - 1


def set_status(demo: Demo, unit: str, status: str) -> None:
    """What the unit's crew would report: from outside of every browser."""
    with httpx.Client(base_url=demo.base, headers={"Origin": demo.base}) as client:
        who = {"person": "cedar-supervisor", "password": demo.password}
        csrf = client.post("/api/sign-in", json=who).json()["csrf"]
        body = {"status": status, "force": True, "reason": "as the crew says"}
        answer = client.post(f"/api/units/{unit}/status", json=body, headers={"X-CSRF-Token": csrf})
        assert answer.status_code == 200, answer.text


def font(page: Page, panel: str | None = None) -> float:
    at = page.locator(f"[data-panel={panel}]") if panel else page.get_by_test_id("clock")
    return float(at.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)"))


class TestAddress:
    def test_a_link_brings_back_filter_sort_columns_selection_side_and_map(
        self, open_window: Callable[..., Window], demo: Demo
    ) -> None:
        query = (
            "?show=AV&mine=1&sort=-unit&columns=status,unit&incidents=closed&unit=harlow-1"
            "&side=cover&map=-141.05,41,13.5&theme=light"
        )
        window = open_window("harlow-dispatcher")
        page = window.page
        unit = rows(page)[0] if page.get_by_test_id("unit-row").first.is_visible() else ""
        query = query.replace("harlow-1", unit)
        page.goto(demo.base + "/" + query)
        expect(page.get_by_test_id("filter-AV")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_test_id("units-mine")).to_have_attribute("aria-pressed", "true")
        headings = page.get_by_role("columnheader")
        assert headings.evaluate_all("(all) => all.slice(0, 2).map((one) => one.innerText.trim())") == [
            "Status",
            "Unit ↓",
        ]
        expect(page.get_by_test_id("incidents-tab-closed")).to_have_attribute("aria-selected", "true")
        expect(page.get_by_test_id("cover-panel")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        page.wait_for_timeout(2_000)
        assert page.url == f"{demo.base}/{query}", "what nobody touched stays as the link said it"
        assert window.errors == []

    def test_a_link_is_still_there_after_signing_in(
        self, open_window: Callable[..., Window], demo: Demo
    ) -> None:
        page = open_window("harlow-dispatcher").page
        page.get_by_test_id("sign-out").click()
        page.get_by_test_id("sign-in-person").wait_for()
        page.goto(f"{demo.base}/?sort=unit&side=cover")
        page.get_by_test_id("sign-in-person").fill("harlow-dispatcher")
        page.get_by_test_id("sign-in-password").fill(demo.password)
        page.get_by_test_id("sign-in-submit").click()
        expect(page.get_by_test_id("cover-panel")).to_be_visible()
        heading = page.get_by_role("columnheader", name="Unit")
        expect(heading).to_have_attribute("aria-sort", "ascending")

    def test_back_takes_back_pages_and_sides_and_nothing_else(self, harlow: Window) -> None:
        page = harlow.page
        page.get_by_test_id("unit-row").first.click()
        page.get_by_test_id("open-cover").click()
        page.get_by_test_id("filter-AV").click()
        page.get_by_test_id("tab-agreements").click()
        page.get_by_test_id("agreements-page").wait_for()
        page.go_back()
        expect(page.get_by_test_id("cover-panel")).to_be_visible()
        expect(page).to_have_url(re.compile("show=AV"))
        page.go_back()
        expect(page.get_by_test_id("recommendation-panel")).to_be_visible()
        expect(page).to_have_url(re.compile("unit="))
        page.go_forward()
        expect(page.get_by_test_id("cover-panel")).to_be_visible()

    def test_what_a_link_says_that_nobody_understands_harms_nothing(self, harlow: Window, demo: Demo) -> None:
        page = harlow.page
        page.goto(
            f"{demo.base}/?sort=%E0%A4%A&unit=nobody&incident=none&side=up&map=x&columns=age&panel=radio"
        )
        page.get_by_test_id("unit-row").first.wait_for()
        expect(page).to_have_url(f"{demo.base}/")
        assert harlow.errors == []

    def test_the_map_says_where_it_stands_once_somebody_moved_it(self, harlow: Window) -> None:
        page = harlow.page
        page.get_by_test_id("unit-row").first.wait_for()
        page.wait_for_timeout(1_500)
        assert "map=" not in page.url
        page.get_by_test_id("map").focus()
        page.keyboard.press("+")
        expect(page).to_have_url(re.compile(r"map=-141\.\d+,\d+\.\d+,\d"))
        page.get_by_test_id("map-home").click()
        expect(page).not_to_have_url(re.compile("map="))


class TestSettings:
    def test_they_hold_at_once_and_on_the_persons_next_console(
        self, open_window: Callable[..., Window]
    ) -> None:
        first = open_window("cedar-dispatcher").page
        before = font(first)
        first.keyboard.press("Control+,")
        first.get_by_test_id("set-font").fill("130")
        first.get_by_test_id("set-theme-light").check()
        first.get_by_test_id("set-hold-units").check()
        first.get_by_test_id("set-single-keys").uncheck()
        assert font(first) == pytest.approx(before * 1.3, rel=0.01)
        expect(first.get_by_test_id("settings-kept")).to_have_attribute("data-saved", "true")
        require_sound(first, "settings")
        first.get_by_test_id("settings-done").click()
        expect(first.get_by_test_id("units-hold")).to_have_attribute("aria-pressed", "true")

        second = open_window("cedar-dispatcher").page
        expect(second.get_by_test_id("units-hold")).to_have_attribute("aria-pressed", "true")
        expect(second.locator("html")).to_have_attribute("data-theme", "light")
        assert font(second) == pytest.approx(before * 1.3, rel=0.01)
        stranger = open_window("cedar-supervisor").page
        assert font(stranger) == pytest.approx(before)

        second.get_by_test_id("open-settings").click()
        second.get_by_test_id("settings-defaults").click()
        expect(second.get_by_test_id("settings-kept")).to_have_attribute("data-saved", "true")

    def test_a_panel_has_a_text_size_of_its_own_and_loses_nothing_by_it(
        self, open_window: Callable[..., Window]
    ) -> None:
        first = open_window("cedar-dispatcher", size=SMALL).page
        before = {panel: font(first, panel) for panel in ("units", "incidents", "requests")}
        first.keyboard.press("Control+,")
        first.get_by_test_id("set-panel-fonts").locator("summary").click()
        first.get_by_test_id("set-font-units").fill("140")
        expect(first.get_by_test_id("settings-kept")).to_have_attribute("data-saved", "true")
        require_sound(first, "settings-sizes")
        first.get_by_test_id("settings-done").click()

        second = open_window("cedar-dispatcher", size=SMALL).page
        expect(second.get_by_test_id("set-panel-fonts")).to_have_count(0)
        for page in (first, second):
            assert font(page, "units") == pytest.approx(before["units"] * 1.4, rel=0.01)
            assert [font(page, panel) for panel in ("incidents", "requests")] == [
                pytest.approx(before[panel]) for panel in ("incidents", "requests")
            ]
        row = second.get_by_test_id("unit-row").first
        box, cell = row.bounding_box(), row.locator("[role='gridcell']").first.bounding_box()
        assert box is not None
        assert cell is not None
        assert cell["height"] <= box["height"] <= 24 * 1.4 + 1

        second.keyboard.press("Control+,")
        second.get_by_test_id("set-font").fill("120")
        second.get_by_test_id("set-panel-fonts").locator("summary").click()
        second.get_by_test_id("set-font-units-default").click()
        expect(second.get_by_test_id("settings-kept")).to_have_attribute("data-saved", "true")
        assert font(second, "units") == pytest.approx(before["units"] * 1.2, rel=0.01)
        second.get_by_test_id("settings-defaults").click()
        expect(second.get_by_test_id("settings-kept")).to_have_attribute("data-saved", "true")

    def test_without_the_server_this_computer_keeps_them_until_it_is_back(
        self, open_window: Callable[..., Window]
    ) -> None:
        page = open_window("cedar-supervisor").page
        page.get_by_test_id("unit-row").first.wait_for()
        page.context.set_offline(True)
        page.get_by_test_id("units-hold").click()
        page.keyboard.press("Control+,")
        expect(page.get_by_test_id("settings-kept")).to_have_attribute("data-saved", "false")
        page.context.set_offline(False)
        expect(page.get_by_test_id("settings-kept")).to_have_attribute("data-saved", "true")

    def test_letters_and_digits_mean_nothing_once_they_are_turned_off(self, harlow: Window) -> None:
        page = harlow.page
        listed = page.get_by_test_id("units-list")
        page.get_by_test_id("unit-row").first.wait_for()
        listed.focus()
        page.keyboard.type("m")
        expect(page.locator('[data-testid="unit-row"][aria-selected="true"]')).to_have_count(1)
        page.keyboard.press("Escape")
        page.keyboard.press("Control+,")
        page.get_by_test_id("set-single-keys").uncheck()
        page.get_by_test_id("settings-done").click()
        listed.focus()
        page.keyboard.type("m")
        page.wait_for_timeout(300)
        expect(page.locator('[data-testid="unit-row"][aria-selected="true"]')).to_have_count(0)
        page.keyboard.press("Control+,")
        page.get_by_test_id("settings-defaults").click()
        expect(page.get_by_test_id("settings-kept")).to_have_attribute("data-saved", "true")


class TestUnitsTable:
    def test_it_tells_the_true_number_of_every_row_windowed_and_filtered(
        self, open_window: Callable[..., Window]
    ) -> None:
        page = open_window("harlow-dispatcher", size=SMALL).page
        page.get_by_test_id("unit-row").first.wait_for()
        listed = page.get_by_test_id("units-list")
        for narrow in (None, "filter-AV", "units-mine"):
            if narrow:
                page.get_by_test_id(narrow).click()
                page.wait_for_timeout(200)
            seen: set[int] = set()
            for part in range(12):
                listed.evaluate("(list, part) => (list.scrollTop = part * 240)", part)
                page.wait_for_timeout(60)
                found = page.get_by_test_id("unit-row").evaluate_all(
                    "(all) => all.map((row) => Number(row.getAttribute('aria-rowindex')))"
                )
                assert len(found) == len(set(found))
                seen.update(found)
            assert seen == set(range(2, row_count(page) + 2)), narrow
        status = page.locator('[data-testid="unit-row"]').evaluate_all(
            "(all) => all.map((row) => row.dataset.status)"
        )
        assert set(status) <= {"available", "available_delayed"}

    def test_typing_a_units_sign_selects_it(self, harlow: Window) -> None:
        page = harlow.page
        page.get_by_test_id("unit-row").first.wait_for()
        page.get_by_test_id("units-list").focus()
        page.keyboard.type("m112", delay=30)
        selected = page.locator('[data-testid="unit-row"][aria-selected="true"]')
        expect(selected).to_have_count(1)
        assert "M112" in selected.inner_text().split("\n")[0]
        expect(selected).to_be_in_viewport()

    def test_columns_are_chosen_moved_and_put_back(self, harlow: Window) -> None:
        page = harlow.page
        page.get_by_test_id("unit-row").first.wait_for()
        page.get_by_test_id("units-columns").click()
        require_sound(page, "columns")
        level = page.locator('[data-column="level"]')
        level.get_by_role("checkbox").uncheck()
        page.locator('[data-column="status"]').get_by_test_id("column-left").click()
        headings = page.get_by_test_id("units-panel").get_by_role("columnheader")
        expect(headings).to_have_text(
            [re.compile(n) for n in ("Unit", "Status", "Agency", "Time", "Inc", "Pos")]
        )
        expect(page.get_by_role("grid", name="Units")).to_have_attribute("aria-colcount", "6")
        assert "columns=" not in page.url, "the person's own columns need no words in the address"
        page.get_by_test_id("columns-here").check()
        expect(page).to_have_url(re.compile("columns=unit,status,agency,time,incident,age"))
        page.get_by_test_id("columns-default").click()
        expect(headings).to_have_count(7)
        expect(page).not_to_have_url(re.compile("columns="))
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("column-chooser")).to_have_count(0)
        expect(page.get_by_test_id("units-columns")).to_be_focused()

    def test_rows_keep_their_places_under_the_pointer(self, cedar: Window, demo: Demo) -> None:
        page = cedar.page
        order = own_rows_at_rest(page)
        row = page.locator(f'[data-testid="unit-row"][data-unit="{order[0]}"]')
        page.get_by_test_id("unit-row").nth(1).hover()
        set_status(demo, order[0], "out_of_service")
        expect(row).to_have_attribute("data-status", "out_of_service")
        page.wait_for_timeout(2_200)
        assert rows(page) == order
        page.mouse.move(*AWAY)
        expect(row).to_have_attribute("aria-rowindex", str(len(order) + 1))
        assert rows(page) == [*order[1:], order[0]], "who is out of service stands last"
        set_status(demo, order[0], "available")

    def test_rows_keep_their_places_while_their_order_is_held(self, cedar: Window, demo: Demo) -> None:
        page = cedar.page
        order = own_rows_at_rest(page)
        row = page.locator(f'[data-testid="unit-row"][data-unit="{order[0]}"]')
        page.get_by_test_id("units-hold").click()
        set_status(demo, order[0], "out_of_service")
        expect(row).to_have_attribute("data-status", "out_of_service")
        page.wait_for_timeout(2_200)
        held = rows(page)
        with page.expect_response(lambda answer: answer.request.method == "PUT"):
            page.get_by_test_id("units-hold").click()
        expect(row).to_have_attribute("aria-rowindex", str(len(order) + 1))
        set_status(demo, order[0], "available")
        assert held == order

    def test_rows_keep_their_places_while_the_keyboard_is_in_the_table(
        self, cedar: Window, demo: Demo
    ) -> None:
        page = cedar.page
        order = own_rows_at_rest(page)
        page.get_by_test_id("sort-age").focus()
        page.keyboard.press("Tab")
        expect(page.get_by_test_id("units-list")).to_be_focused()
        row = page.locator(f'[data-testid="unit-row"][data-unit="{order[0]}"]')
        set_status(demo, order[0], "out_of_service")
        expect(row).to_have_attribute("data-status", "out_of_service")
        page.wait_for_timeout(2_200)
        assert rows(page) == order
        page.keyboard.press("Tab")
        expect(row).to_have_attribute("aria-rowindex", str(len(order) + 1))
        set_status(demo, order[0], "available")


def own_rows_at_rest(page: Page) -> list[str]:
    """The own units in their order, with the pointer elsewhere; nobody moves them but the test."""
    page.get_by_test_id("unit-row").first.wait_for()
    page.get_by_test_id("units-mine").click()
    page.mouse.move(*AWAY)
    page.wait_for_timeout(1_200)
    return rows(page)
