"""A waiver from window to window, and a closure that the neighbour sees."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench.crash import free_port
from tests.browser.states import require_sound
from tests.browser.windows import Window
from tests.story.serving import Demo, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """With Dunmere as the neighbour: it keeps three, so its near unit may not come."""
    bundle, data = ROOT / "var" / "regions" / "marlow", tmp_path_factory.mktemp("standing") / "data"
    with serving(bundle, data, port=free_port(), lender="dunmere") as running:
        yield running


def test_a_clause_is_waived_for_one_unit_and_a_closure_is_seen(open_window: Callable[..., Window]) -> None:
    harlow, desk, boss = [
        open_window(who) for who in ("harlow-dispatcher", "dunmere-dispatcher", "dunmere-supervisor")
    ]
    page = harlow.page
    expect(page.get_by_test_id("cover-banner")).to_contain_text("overwhelmed", timeout=30_000)
    page.keyboard.press("Shift+F2")
    page.get_by_test_id("entry-nature").fill("Cardiac arrest, told in the browser")
    page.get_by_test_id("entry-priority-critical").check(force=True)
    page.get_by_test_id("entry-place").fill("-141.062, 40.999")
    page.get_by_test_id("entry-need-type").select_option("als_ambulance")
    page.get_by_test_id("entry-submit").click()
    refusal = page.get_by_test_id("refusal").filter(has_text="Dunmere").filter(has_text="clause 3.1").first
    refusal.get_by_test_id("waiver-ask").first.click()
    expect(desk.page.get_by_test_id("waiver-supervisor")).to_be_visible()
    require_sound(desk.page, "waiver-asked")
    boss.page.get_by_test_id("waiver-grant").click()
    refusal.get_by_test_id("waiver-request").click()
    card = desk.page.get_by_test_id("incoming-request")
    card.get_by_test_id("accept").click()
    loan = desk.page.get_by_test_id("assignment").filter(has_text="lent to")
    loan.get_by_test_id("recall").click()
    loan.get_by_test_id("recall-reason").fill("Needed at home")
    loan.get_by_test_id("recall-confirm").click()
    expect(page.get_by_test_id("duty").filter(has_text="Needed at home")).to_be_visible()
    boss.page.get_by_test_id("close-lending").click()
    boss.page.get_by_test_id("close-lending-reason").fill("Storm")
    boss.page.get_by_test_id("close-lending-confirm").click()
    for window in (harlow, desk, boss):
        expect(window.page.get_by_test_id("closure")).to_contain_text("Storm")
        assert window.errors == window.foreign == []
    require_sound(page, "lending-closed")
    require_sound(boss.page, "lending-closed-by-us")
    boss.page.get_by_test_id("open-lending").click()
    expect(page.get_by_test_id("closure")).to_have_count(0)
