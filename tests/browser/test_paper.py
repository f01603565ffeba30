"""The board on paper: everything that somebody with a telephone needs, black on white."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.paper import pages_of, paper_of
from tests.browser.test_story import open_incident, request_from_cedar
from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def test_units_incidents_requests_telephones_and_agreements_stand_on_it(harlow: Window) -> None:
    page = harlow.page
    page.get_by_test_id("unit-row").first.wait_for()
    open_incident(page, nature="Fall, told on paper")
    unit = request_from_cedar(page)
    expect(page.get_by_test_id("request-line").first).to_be_visible()
    count = page.get_by_test_id("units-count").inner_text().split(" ")[0]

    said = paper_of(page)
    assert re.search(r"Made \d\d \w+ \d{4} \d\d:\d\d:\d\d E[SD]T by Harlow dispatcher", said)
    assert re.search(r"Data as of .* E[SD]T, \d+ s old", said)
    assert f"Units ({count})" in said
    assert (
        len(re.findall(r"\b(?:AV available|DP dispatched|ER en route|OS on scene)\b", said)) >= int(count) - 4
    )
    assert "Fall, told on paper" in said
    assert re.search(rf"Requests under way \(1\).*{unit}.*Harlow.*Cedar Fen.*to be answered by", said)
    assert re.search(r"Cedar Fen Ambulance Association.*\+1 555 \d{4}", said)
    assert re.search(r"Agreements in force, as read .*answers within \d+ s", said)
    assert re.search(r"keeps? (?:at least )?\d", said)
    assert "FICTIONAL" in said


def test_its_pages_are_numbered_and_repeat_their_headings(harlow: Window) -> None:
    harlow.page.get_by_test_id("unit-row").first.wait_for()
    pages = pages_of(harlow.page)
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in text
    units = [text for text in pages if "AV available" in text]
    assert all("Position ago" in text for text in units)


def test_it_is_black_on_white_in_either_theme_and_gone_once_printed(
    open_window: Callable[..., Window],
) -> None:
    page = open_window("harlow-dispatcher").page
    page.get_by_test_id("unit-row").first.wait_for()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    paper = page.get_by_test_id("paper")
    expect(paper).to_be_visible()
    expect(page.get_by_test_id("units-panel")).to_be_hidden()
    colours = paper.evaluate(
        "(paper) => [...new Set([paper, ...paper.querySelectorAll('*')].map((one) => {"
        " const style = getComputedStyle(one); return style.color + ' on ' + style.backgroundColor; }))]"
    )
    assert colours == ["rgb(0, 0, 0) on rgba(0, 0, 0, 0)"]
    ground = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    expect(paper).to_have_count(0)
    expect(page.get_by_test_id("units-panel")).to_be_visible()


def test_the_button_asks_the_browser_to_print(harlow: Window) -> None:
    page = harlow.page
    page.evaluate("() => { window.asked = 0; window.print = () => (window.asked += 1); }")
    page.get_by_test_id("print").click()
    assert page.evaluate("() => window.asked") == 1
