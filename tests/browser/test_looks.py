"""Whether a status can be told without colour, by whoever sees none or reads a print (WCAG 1.4.1)."""

import base64
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.rig import Rig, running
from tests.browser.windows import LARGE, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

STATUSES = {
    "AV": "available",
    "DP": "dispatched",
    "ER": "en_route",
    "OS": "on_scene",
    "TR": "transporting",
    "AH": "at_hospital",
    "OO": "out_of_service",
}
PIXELS = """
  async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const { width, height } = picture;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.drawImage(picture, 0, 0);
    const { data } = canvas.getImageData(0, 0, width, height);
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => data[(y * width + x) * 4]));
  }
"""
LEAST_APART = 0.15
"""Of the ink of two signs, the share that only one of them has; a circle and its square: 1 - pi / 4 = .21."""


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running(tmp_path, limits="AVL Harlow=600") as service:
        yield service


def ink_of(page: Page, code: str) -> npt.NDArray[np.bool_]:
    """Where the sign of the first row with this code is drawn, from the grey picture of its cell."""
    cell = page.locator("[data-testid=unit-row] .status").filter(has_text=code).first
    shot = cell.locator("[aria-hidden=true]").screenshot()
    encoded = base64.b64encode(shot).decode()
    grey = np.array(page.evaluate(PIXELS, encoded), dtype=np.float64)
    apart = np.abs(grey - np.median(grey[0]))
    return apart > apart.max() / 2


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_seven_looks_of_a_status_are_told_apart_in_grey(rig: Rig, browser: Browser, theme: str) -> None:
    feed = rig.feed("harlow")
    window = Window(browser, rig.demo, "harlow-dispatcher", size=LARGE)
    page = window.page
    if theme == "light":
        page.get_by_test_id("theme-toggle").click()
        page.mouse.move(0, 0)
    page.add_style_tag(content="html { filter: grayscale(1); }")
    page.get_by_test_id("unit-row").first.wait_for()
    page.get_by_test_id("units-mine").click()
    page.get_by_test_id("units-hold").click()  # no row moves while its picture is taken
    page.mouse.move(0, 0)
    inks = {}
    for first in range(0, len(STATUSES), len(feed.units)):
        codes = list(STATUSES)[first : first + len(feed.units)]
        feed.say(statuses=[STATUSES[code] for code in codes])
        inks |= {code: ink_of(page, code) for code in codes}
    for one, other in combinations(inks, 2):
        either, both = inks[one] | inks[other], inks[one] & inks[other]
        assert 1 - both.sum() / either.sum() >= LEAST_APART, (one, other)
    window.close()
