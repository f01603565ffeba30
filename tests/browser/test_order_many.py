"""Many units ordered from the keys: one plan, one key, and a card on each lender's board."""

import pytest
from playwright.sync_api import expect

from tests.browser.states import require_sound
from tests.browser.test_advice import open_incident
from tests.browser.windows import Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def test_an_order_is_planned_and_sent_from_the_keys_and_lenders_get_cards(
    harlow: Window, cedar: Window
) -> None:
    page = harlow.page
    open_incident(page, nature="Bus accident")
    page.get_by_test_id("advice-sentence").wait_for()
    page.keyboard.press("m")
    expect(page.get_by_test_id("order-als_ambulance")).to_be_focused()
    page.keyboard.type("5")
    page.get_by_test_id("order-bls_ambulance").fill("3")
    require_sound(page, "order-form")
    page.keyboard.press("Enter")

    status = page.get_by_test_id("order-status")
    expect(status).to_have_attribute("data-pending", "false")
    expect(page.get_by_test_id("order-pick-row")).to_have_count(8)
    expect(page.get_by_test_id("order-lender").filter(has_text="Cedar Fen")).to_contain_text("keeps")
    expect(page.get_by_test_id("order-send")).to_be_focused()
    require_sound(page, "order-plan")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("order-sent")).to_contain_text("8 units asked for")
    expect(cedar.page.get_by_test_id("incoming-request").first).to_contain_text("Harlow asks")
    assert harlow.errors == cedar.errors == harlow.foreign == cedar.foreign == []


def test_what_is_too_much_is_said_unit_by_unit_with_its_reason(harlow: Window) -> None:
    page = harlow.page
    open_incident(page, nature="Stadium collapse")
    page.get_by_test_id("recommendation-made").wait_for()
    page.keyboard.press("m")
    page.get_by_test_id("order-als_ambulance").fill("45")
    page.get_by_test_id("order-staging").fill("-141.07, 41.0")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("order-status")).to_have_attribute("data-pending", "false")
    lacks = page.get_by_test_id("order-lack")
    expect(lacks.first).to_be_visible()
    absent = sum(int(row.get_attribute("data-count") or 0) for row in lacks.all())
    assert absent + page.get_by_test_id("order-pick-row").count() == 45
    expect(page.get_by_test_id("order-missing")).to_contain_text("clause")
    page.get_by_test_id("order-again").click()
    page.get_by_test_id("order-level").fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("order-problem")).to_contain_text("run card")
