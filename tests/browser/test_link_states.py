"""A board that has lost its server, comes back, may only read, or is signed out: it says so, and blocks."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from dispatch.model.clock import iso, system_now
from tests.browser.rig import Rig, running
from tests.browser.states import require_sound
from tests.browser.windows import SMALL, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

LINES = (
    *("n p1 stroke signs @ -141.062,40.999", "req 1 m311", "as 1 m211", "st m211 os", "cl 1", "cl 1"),
    *("can m311", "rel m211", "ext m311 2", "cnf m311", "rcl m211 other"),
)
"""Every verb that changes something, on what is there."""

PRESS_ALL = """() => {
  for (const button of document.querySelectorAll('main button:not([disabled])')) button.click();
}"""


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with running(tmp_path) as service:
        service.feed("harlow").say(status="available")
        service.feed("cedar").say(status="available")
        yield service


@dataclass
class Wire:
    """A board's socket that a test can cut, while everything else goes on."""

    cut: bool = False
    heard: list[dict[str, Any]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)
    open: list[WebSocketRoute] = field(default_factory=list)

    def prepare(self, context: BrowserContext) -> None:
        context.route_web_socket(re.compile("/api/board$"), self._route)

    def break_off(self) -> None:
        """The socket breaks, and the next ones hear nothing."""
        self.cut = True
        self._close()

    def mend(self) -> None:
        self.heard.clear()
        self.said.clear()
        self.cut = False
        self._close()

    def beat(self) -> None:
        """A word that proves a connection and nothing more."""
        for socket in self.open:
            socket.send(json.dumps({"type": "beat", "now": iso(system_now()), "seq": 0}))

    def _route(self, socket: WebSocketRoute) -> None:
        self.open.append(socket)
        if self.cut:
            return
        server = socket.connect_to_server()

        def up(message: str | bytes) -> None:
            self.said.append(json.loads(message))
            server.send(message)

        def down(message: str | bytes) -> None:
            self.heard.append(json.loads(message))
            socket.send(message)

        socket.on_message(up)
        server.on_message(down)

    def _close(self) -> None:
        while self.open:
            self.open.pop().close(code=1001, reason="cut")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def open_page(browser: Browser, rig: Rig) -> Iterator[Callable[..., Page]]:
    opened: list[Window] = []

    def open_one(person: str = "harlow-dispatcher", *, wire: Wire | None = None) -> Page:
        prepare = wire.prepare if wire else None
        opened.append(Window(browser, rig.demo, person, size=SMALL, prepare=prepare))
        return opened[-1].page

    yield open_one
    for window in opened:
        # Tiles of a map that is moved while the server is gone, or has ended the session.
        assert set(window.errors) <= {"Failed to fetch", "Bad response code: 401"}
        window.close()


def orders_of(page: Page) -> list[str]:
    """Whatever the page sends from now on that is no reading, and not its way back."""
    sent: list[str] = []
    page.on(
        "request",
        lambda request: (
            None
            if request.method == "GET" or request.url.endswith(("/api/board/ticket", "/api/me/preferences"))
            else sent.append(request.url)
        ),
    )
    return sent


def run_line(page: Page, line: str) -> None:
    page.get_by_test_id("command-line").fill(line)
    page.keyboard.press("Enter")


def open_call(page: Page) -> None:
    run_line(page, "n p2 stroke signs @ -141.062,40.999")
    page.get_by_test_id("own-unit").first.wait_for()


def rows_shown(page: Page) -> list[str]:
    """Units and their statuses, as the table has them."""
    rows = page.get_by_test_id("unit-row").all()
    return [f"{row.get_attribute('data-unit')} {row.get_attribute('data-status')}" for row in rows]


def test_when_the_server_is_gone_the_board_says_so_within_5_s_blocks_everything_and_names_the_telephone(
    rig: Rig, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.get_by_test_id("unit-row").first.wait_for()
    open_call(page)
    run_line(page, "req 1 m311")
    line = page.get_by_test_id("request-line")
    line.wait_for()
    rig.stop()
    bar = page.get_by_test_id("disconnected-bar")
    expect(bar).to_be_visible(timeout=5_000)
    expect(bar).to_contain_text(re.compile(r"Data shown is from \d\d:\d\d:\d\d \(00:0\d old\)"))
    expect(page.get_by_test_id("telephones")).to_contain_text("+1 555 0132")
    expect(page.get_by_test_id("telephone-say").first).to_contain_text(
        re.compile(r"This is Harlow dispatch: we ask for .*M311 .*we need 1 ALS ambulance")
    )
    assert "saturate" in page.locator("main").evaluate("(e) => getComputedStyle(e).filter")
    expect(page.get_by_test_id("feed-chip")).to_have_attribute("data-state", "unknown")
    expect(page.get_by_test_id("unit-row").first).to_be_visible()

    waited = page.get_by_test_id("incident-waiting").first.inner_text()
    require_sound(page, "disconnected")
    assert page.get_by_test_id("incident-waiting").first.inner_text() != waited, "time goes on"

    sent = orders_of(page)
    for text in LINES:
        run_line(page, text)
        expect(page.get_by_test_id("command-echo")).to_have_attribute("data-state", re.compile("failed|asks"))
    for _ in range(3):
        page.evaluate(PRESS_ALL)
    for panel in page.locator("[data-panel]").all():
        panel.focus()
        for key in ("a", "d", "r", "1", "Enter"):
            page.keyboard.press(key)
    assert sent == []


def test_after_a_restart_the_board_has_the_whole_picture_and_lists_what_changed(
    rig: Rig, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.get_by_test_id("unit-row").first.wait_for()
    rig.stop()
    expect(page.get_by_test_id("disconnected-bar")).to_be_visible(timeout=5_000)
    page.context.set_offline(True)  # the change comes before the board is back
    rig.start()
    with httpx.Client(base_url=rig.demo.base, headers={"Origin": rig.demo.base}) as http:
        person = {"person": "harlow-supervisor", "password": rig.demo.password}
        csrf = http.post("/api/sign-in", json=person).json()["csrf"]
        answer = http.post(
            "/api/units/harlow-m211/status",
            json={"status": "out_of_service"},
            headers={"X-CSRF-Token": csrf, "Idempotency-Key": "rest-4711"},
        )
        answer.raise_for_status()
    page.context.set_offline(False)
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "live", timeout=20_000)
    changed = page.get_by_test_id("unit-row").filter(has_text=re.compile("^M211"))
    expect(changed.first).to_have_attribute("data-status", "out_of_service")
    expect(page.get_by_test_id("away-change").filter(has_text="M211")).to_have_text(
        re.compile(r"M211 is out of service \(was available\)")
    )
    page.get_by_test_id("away-dismiss").click()
    fresh = open_page()
    fresh.get_by_test_id("unit-row").first.wait_for()
    assert sorted(rows_shown(page)) == sorted(rows_shown(fresh))


def test_what_happened_while_the_board_was_away_is_listed_after_a_resume_and_dismissed_by_key(
    rig: Rig, wire: Wire, open_page: Callable[..., Page]
) -> None:
    page, cedar = open_page(wire=wire), open_page("cedar-dispatcher")
    page.get_by_test_id("unit-row").first.wait_for()
    open_call(page)
    run_line(page, "req 1 m311")
    cedar.get_by_test_id("incoming-request").wait_for()
    wire.break_off()
    expect(page.get_by_test_id("resync-bar")).to_be_visible(timeout=10_000)
    wire.beat()
    expect(page.get_by_test_id("resync-bar")).to_contain_text("Actions are blocked until it is complete")
    require_sound(page, "resyncing", holding=wire.beat)
    cedar.get_by_test_id("accept").click()
    expect(cedar.get_by_test_id("assignment")).to_have_count(1)
    run_line(cedar, "st m321 oo")
    expect(cedar.get_by_test_id("command-echo")).to_have_attribute("data-state", "ok")
    wire.mend()
    away = page.get_by_test_id("away")
    expect(away).to_be_visible(timeout=20_000)
    assert wire.said[0]["resume"] is not None
    assert wire.heard[0]["type"] == "delta"
    changes = page.get_by_test_id("away-change")
    said = changes.all_inner_texts()
    assert any(re.search(r"Cedar Fen has accepted .*M311", one) for one in said), said
    assert any(re.search(r"M311 was assigned to 26-00001", one) for one in said), said
    assert any(re.search(r"1 unit of Cedar Fen changed status", one) for one in said), said
    count = page.get_by_test_id("away-count")
    expect(count).to_have_text(f"{len(said)} changes while away")
    expect(page.get_by_test_id("announcements")).to_contain_text("while away")
    require_sound(page, "returned")
    for _ in range(12):
        page.keyboard.press("F6")
        if away.evaluate("(e) => e === document.activeElement"):
            break
    page.keyboard.press("Escape")
    expect(away).to_have_count(0)
    assert page.locator("main").evaluate("(e) => getComputedStyle(e).filter") == "none"


def test_while_only_the_socket_is_gone_nothing_is_sent_by_other_ways(
    wire: Wire, open_page: Callable[..., Page]
) -> None:
    page = open_page(wire=wire)
    page.get_by_test_id("unit-row").first.wait_for()
    open_call(page)
    wire.break_off()
    expect(page.get_by_test_id("link-state")).not_to_have_attribute("data-state", "live")
    sent = orders_of(page)
    for text in LINES:
        run_line(page, text)
    for _ in range(3):
        page.evaluate(PRESS_ALL)
    assert sent == []


def test_the_agreements_page_is_blocked_too(wire: Wire, open_page: Callable[..., Page]) -> None:
    page = open_page("harlow-admin", wire=wire)
    page.get_by_test_id("agreement").wait_for()
    expect(page.get_by_test_id("step-suspend")).to_be_enabled()
    wire.break_off()
    expect(page.get_by_test_id("step-suspend")).to_be_disabled()
    sent = orders_of(page)
    wire.mend()
    expect(page.get_by_test_id("step-suspend")).to_be_enabled(timeout=20_000)
    wire.break_off()
    expect(page.get_by_test_id("step-suspend")).to_be_disabled()
    page.evaluate(PRESS_ALL)
    assert sent == []


def test_who_may_only_read_is_told_so_and_finds_nothing_to_press(open_page: Callable[..., Page]) -> None:
    page = open_page("harlow-analyst")
    page.get_by_test_id("unit-row").first.wait_for()
    expect(page.get_by_test_id("read-only")).to_have_text("READ ONLY: analyst")
    require_sound(page, "read-only")
    for testid in ("new-incident", "set-status", "override-set", "close-lending"):
        expect(page.get_by_test_id(testid)).to_have_count(0)
    sent = orders_of(page)
    for text in LINES:
        run_line(page, text)
        expect(page.get_by_test_id("command-echo")).to_have_attribute("data-state", "failed")
    page.evaluate(PRESS_ALL)
    assert sent == []


def test_when_the_session_ends_the_board_is_gone_and_the_page_says_since_when(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    page.get_by_test_id("unit-row").first.wait_for()
    page.evaluate(
        """async () => {
          const { csrf } = await (await fetch('/api/me')).json();
          await fetch('/api/sign-out', { method: 'POST', headers: {
            'X-CSRF-Token': csrf, 'Content-Type': 'application/json' }, body: '{}' });
        }"""
    )
    said = page.get_by_test_id("sign-in-said")
    expect(said).to_contain_text(re.compile(r"Your session ended at \d\d:\d\d:\d\d\. Nothing is watched"))
    expect(page.get_by_test_id("unit-row")).to_have_count(0)
    require_sound(page, "session-ended")
