"""The page itself: accessible, whole on a small screen, and honest when the service is gone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bench.crash import free_port
from tests.browser.states import require_sound
from tests.browser.windows import SMALL, Window
from tests.story.serving import Demo, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

ROOT = Path(__file__).resolve().parents[2]
PANELS = (
    "units-panel",
    "map-panel",
    "incidents-panel",
    "recommendation-panel",
    "requests-panel",
    "assignments-panel",
)


def test_the_sign_in_page_says_that_the_region_is_fictional_and_is_accessible(
    browser: Browser, demo: Demo
) -> None:
    page = browser.new_page()
    page.goto(demo.base)
    expect(page.get_by_test_id("sign-in-region")).to_have_text("Marlow Valley")
    expect(page.get_by_text("FICTIONAL")).to_be_visible()
    require_sound(page, "sign-in")
    page.close()


def test_the_board_and_the_agreements_have_no_accessibility_violation(
    open_window: Callable[..., Window],
) -> None:
    window = open_window("harlow-dispatcher")
    window.page.get_by_test_id("unit-row").first.wait_for()
    require_sound(window.page, "live")
    window.page.get_by_test_id("new-incident").click()
    window.page.get_by_test_id("entry-form").wait_for()
    require_sound(window.page, "entry")
    admin = open_window("harlow-admin")
    admin.page.get_by_test_id("tab-agreements").click()
    admin.page.get_by_test_id("agreement").wait_for()
    require_sound(admin.page, "agreements")


def test_a_small_screen_loses_no_panel(open_window: Callable[..., Window]) -> None:
    page = open_window("harlow-dispatcher", size=SMALL).page
    for panel in PANELS:
        box = page.get_by_test_id(panel).bounding_box()
        assert box is not None, panel
        assert box["width"] > 100, panel
        assert box["height"] > 30, panel
        assert box["x"] + box["width"] <= SMALL[0] + 1, panel
        assert box["y"] + box["height"] <= SMALL[1] + 1, panel
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_the_map_draws_its_tiles_and_says_whose_they_are(open_window: Callable[..., Window]) -> None:
    window = open_window("harlow-dispatcher")
    window.page.wait_for_timeout(1_500)
    drawn = window.page.evaluate(
        "() => Math.max(0, ...[...document.querySelectorAll('canvas')].map((canvas) => {"
        " const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
        " const seen = new Set(); for (let i = 0; i < pixels.length; i += 404) seen.add(pixels[i] * 65536 +"
        " pixels[i + 1] * 256 + pixels[i + 2]); return seen.size; }))"
    )
    assert drawn > 20, "a map has many colours"
    expect(window.page.get_by_test_id("map-fictional")).to_be_visible()
    assert window.foreign == []


def test_the_wheel_zooms_the_map_before_anybody_clicked_on_it(open_window: Callable[..., Window]) -> None:
    page = open_window("harlow-dispatcher").page
    page.wait_for_timeout(1_500)
    frame = page.get_by_test_id("map").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 3)
    page.evaluate("() => addEventListener('wheel', (event) => { window.taken = event.defaultPrevented; })")
    page.mouse.wheel(0, -240)
    page.wait_for_timeout(300)
    assert page.evaluate("() => window.taken") is True


def test_when_the_service_is_gone_the_board_says_so_blocks_and_names_the_telephone(
    browser: Browser, tmp_path: Path
) -> None:
    bundle = ROOT / "var" / "regions" / "marlow"
    with serving(bundle, tmp_path / "data", port=free_port()) as running:
        window = Window(browser, running, "harlow-dispatcher")
        expect(window.page.get_by_test_id("unit-row").first).to_be_visible()
    bar = window.page.get_by_test_id("disconnected-bar")
    expect(bar).to_be_visible(timeout=5_000)
    expect(window.page.get_by_test_id("telephones")).to_contain_text("555")
    expect(window.page.get_by_test_id("unit-row").first).to_be_visible()
    window.close()
