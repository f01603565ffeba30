"""The command line on the real service: each verb is one operation, in the server's words."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from dispatch.watch.acts import Acts
from dispatch.watch.board import Board
from dispatch.watch.link import LinkState
from dispatch.watch.said import Said
from dispatch.watch.session import Session, follow_on
from tests.make_house import INCIDENT
from tests.watch.conftest import Running

pytestmark = pytest.mark.anyio
PLACE = "0.05,0.05"


@dataclass
class Seat:
    """One person at a terminal, without the terminal."""

    board: Board
    acts: Acts
    session: Session

    async def run(self, line: str) -> Said:
        said = await self.acts.run(line)
        if said.is_on is not None:
            is_on = said.is_on
            assert await self.until(lambda board: bool(board.picture and is_on(board.picture)))
        return said

    async def done(self, line: str) -> str:
        said = await self.run(line)
        assert said.ok, said
        return said.text

    async def refused(self, line: str) -> str:
        said = await self.run(line)
        assert not said.ok, said
        return said.text

    async def until(self, wanted: Callable[[Board], bool]) -> bool:
        return await self.board.until(lambda: wanted(self.board), seconds=10)


@asynccontextmanager
async def sit_down(running: Running, person: str) -> AsyncIterator[Seat]:
    session = running.session(person)
    board = Board(await session.sign_in())
    board.names, board.natures = await session.read_region()
    following = asyncio.create_task(
        follow_on(session, session.link(board, lambda _, frame: board.hear(frame)))
    )
    seat = Seat(board, Acts(board, session.rest), session)
    assert await seat.until(lambda board: board.live)
    try:
        yield seat
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


@pytest.fixture
async def harlow(running: Running) -> AsyncIterator[Seat]:
    async with sit_down(running, "dispatcher-harlow") as seat:
        yield seat


@pytest.fixture
async def cedar(running: Running) -> AsyncIterator[Seat]:
    async with sit_down(running, "dispatcher-cedar") as seat:
        yield seat


async def test_from_the_call_to_the_way_home_by_lines_alone(harlow: Seat, cedar: Seat) -> None:
    opened = await harlow.done(f"N p1 Cardiac arrest @ {PLACE}")
    number = opened.split()[1]
    said = await harlow.run(f"REC {number}")
    assert said.ok
    assert any(line.startswith("  1   C") for line in said.more), said.more
    assert any("harlow-cedar v1: 2.1" in line for line in said.more), "each with its permit's clauses"
    assert "Cedar is asked for Cedar C1 (harlow-cedar v1: 2.1" in await harlow.done(f"REQ {number} C1")
    assert await cedar.until(lambda board: bool(board.picture and board.picture.requests))
    assert "lent to Harlow" in await cedar.done("ACC C1")
    assert await harlow.until(lambda board: bool(board.picture and board.picture.assignments))
    assert await cedar.done("ST C1 on scene") == "Cedar C1 is on scene"
    assert await cedar.done("RCL C1 needed at home") == "Cedar C1 is called back from Harlow"
    assert await harlow.until(lambda b: any(a["recalled_at"] for a in b.picture.assignments.values()))  # type: ignore[union-attr]
    assert await harlow.done("EXT C1 2") == "Cedar C1 is kept longer"
    assert await harlow.done("AS 1 H2") == f"Harlow H2 assigned to {number}"
    assert await harlow.done("REL C1") == "Cedar C1 released"
    closing = await harlow.run("CL 1")
    assert (closing.asks, closing.mark) == (True, "?")
    assert await harlow.done("CL 1") == f"Incident {number} closed"


async def test_a_request_is_declined_with_its_reason_and_withdrawn_by_who_made_it(
    harlow: Seat, cedar: Seat
) -> None:
    await harlow.done(f"N p2 Fall @ {PLACE}")
    await harlow.done("REQ 1 C1")
    await cedar.until(lambda board: bool(board.picture and board.picture.requests))
    assert await cedar.done("DEC C1 weather road is under water") == "Declined: Cedar C1 stays"
    await harlow.until(lambda b: any(r["state"] == "declined" for r in b.picture.requests.values()))  # type: ignore[union-attr]
    # The next candidate was asked by itself.
    await harlow.until(lambda b: any(r["state"] == "offered" for r in b.picture.requests.values()))  # type: ignore[union-attr]
    assert (await harlow.done("CAN 1")).startswith("Request for Cedar C")


async def test_a_refusal_is_said_with_its_clause(harlow: Seat) -> None:
    await harlow.done(f"N p1 Cardiac arrest @ {PLACE} ALS x3")
    for unit in ("C1", "C2"):
        await harlow.done(f"REQ 1 {unit}")
    said = await harlow.refused("REQ 1 C3")
    assert said.startswith("Cedar C3 may not come: ")
    assert said.endswith("(harlow-cedar v1: 3.1)")
    why = await harlow.run("WHY C3")
    assert why.text.startswith("C3 may not come now: "), "about the incident that was spoken of last"
    assert why.more[0].startswith("available since ")
    assert any("(harlow-cedar v1: 3.1)" in line for line in why.more)
    own = await harlow.run("WHY H1 1")
    assert own.text.startswith("H1 may come now, there in ")
    assert [line for line in own.more if "Cedar" in line] == []


async def test_a_late_answer_is_told_who_was_sooner_and_when(
    running: Running, harlow: Seat, cedar: Seat
) -> None:
    await harlow.done(f"N p2 Fall @ {PLACE}")
    await harlow.done("REQ 1 C1")
    async with sit_down(running, "dispatcher-cedar") as other:
        for seat in (cedar, other):
            await seat.until(lambda board: bool(board.picture and board.picture.requests))
        said = await asyncio.gather(cedar.run("ACC C1"), other.run("DEC C1 weather"))
    [late] = [one for one in said if not one.ok]
    assert re.fullmatch(r"(accepted|declined) already at \d\d:\d\d:\d\d by \S.*", late.text)


async def test_a_lost_race_names_who_holds_the_unit_or_that_the_row_changed(
    running: Running, harlow: Seat
) -> None:
    await harlow.done(f"N p1 Cardiac arrest @ {PLACE}")
    await harlow.done(f"N p2 Fall @ {PLACE}")
    stale = harlow.board.sight()
    await harlow.done("AS 1 H1")
    harlow.board.sight = lambda: stale  # type: ignore[method-assign]
    assert (await harlow.acts.run("AS 2 H1")).text.startswith("Harlow H1 is held by Harlow")
    assert (await harlow.acts.run("ST H1 OO")).text == "changed meanwhile; look again"


async def test_closing_is_asked_about_once_and_only_the_same_line_soon_after_does_it(harlow: Seat) -> None:
    await harlow.done(f"N p1 Cardiac arrest @ {PLACE}")
    assert "cancels" in await harlow.refused("CL 1")
    await harlow.done("U H1")
    assert "cancels" in await harlow.refused("CL 1"), "something else was said in between"
    later = harlow.board.now + 11_000
    type(harlow.board).now, now = property(lambda _self: later), type(harlow.board).now  # type: ignore[assignment, method-assign]
    try:
        assert "cancels" in await harlow.refused("CL 1"), "too late"
        assert "cancelled" in await harlow.done("cl  1")
    finally:
        type(harlow.board).now = now  # type: ignore[method-assign]


async def test_an_ambiguous_line_changes_nothing_and_lists_whom_it_may_mean(harlow: Seat) -> None:
    await harlow.done(f"N p1 Cardiac arrest @ {PLACE}")
    await harlow.done(f"N p1 Fall @ {PLACE}")
    before = harlow.board.picture
    said = await harlow.refused("AS 0 H1")
    assert "No incident “0”" in said
    assert "may be" in await harlow.refused("ST H1 o")
    assert before is not None
    assert harlow.board.picture is not None
    assert harlow.board.picture.assignments == before.assignments


async def test_nothing_is_sent_while_the_board_is_not_live_but_one_may_look(harlow: Seat) -> None:
    harlow.board.linked(type(harlow.board.link)(LinkState.LOST, 1, None))
    assert "Use the telephone" in await harlow.refused("ST H1 OO")
    said = await harlow.run("PH cedar")
    assert said.text == "555-0100 Cedar EMS"
    assert "“This is Harlow dispatch." in said.more[0]


async def test_what_only_the_page_has_says_so_and_what_there_is_to_see_is_shown(harlow: Seat) -> None:
    for verb in ("ACK", "SIL"):
        assert "nothing was done" in await harlow.refused(verb)
    await harlow.done(f"N p1 Cardiac arrest @ {PLACE}")
    assert "made on the page" in await harlow.refused("ORD 1")
    assert "Harlow GREEN" in (await harlow.run("COV")).more[0]
    assert await harlow.done("U H1") == "H1: ALS · Harlow · available"
    assert "P1 Cardiac arrest" in await harlow.done("I 1")
    assert await harlow.done("FIND cardiac") == await harlow.done("I 1")
    assert (await harlow.run("FIND C")).text.endswith("found")
    assert await harlow.refused("FIND zzz") == "nothing found"
    assert any(line.startswith("REQ inc unit") for line in (await harlow.run("?")).more)


async def test_a_place_in_words_opens_nothing(harlow: Seat) -> None:
    assert "lon,lat" in await harlow.refused("N p1 Cardiac arrest @ Mill Lane 4")
    assert "priority and place missing" in await harlow.refused("N Cardiac arrest")
    assert harlow.board.picture is not None
    assert harlow.board.picture.incidents == {}


async def test_who_has_no_desk_may_look_and_nothing_else(running: Running) -> None:
    async with AsyncExitStack() as stack:
        for person in ("admin-harlow", "analyst-harlow"):
            seat = await stack.enter_async_context(sit_down(running, person))
            assert await seat.refused("ST H1 OO") == "ST is for dispatchers and supervisors"
            assert await seat.done("U H1") == "H1: ALS · Harlow · available"


async def test_what_another_board_did_is_seen_at_once(running: Running, harlow: Seat) -> None:
    console = await running.house.sign_in("dispatcher-harlow")
    made = (await console.post("/api/incidents", INCIDENT)).json()
    assert await harlow.until(lambda board: bool(board.picture and made["id"] in board.picture.incidents))
