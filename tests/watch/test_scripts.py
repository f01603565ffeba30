"""For scripts: frames as they came, the state once, lines in and outcomes out, and a code for every end."""

import asyncio
import io
import json
from typing import Any

import pytest

from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.watch import scripts, session
from dispatch.watch.picture import fold
from dispatch.watch.rest import Server
from dispatch.watch.session import REFUSED, SIGNED_OUT, UNREACHABLE, Left, Whom
from tests.make_house import INCIDENT, PASSWORD
from tests.watch.conftest import Running

pytestmark = pytest.mark.anyio
PLACE = "0.05,0.05"


def frames_in(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


class Tape(io.StringIO):
    """What is printed, and a way to wait for it."""

    async def until(self, wanted: str, *, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while self.getvalue().count(wanted) < times:
                await asyncio.sleep(0.02)


async def test_frames_are_lines_as_they_came_after_a_cut_too(running: Running) -> None:
    tape = Tape()
    task = asyncio.create_task(scripts.print_frames(running.whom("dispatcher-harlow"), tape, once=False))
    await tape.until('"positions"')
    running.house.services.hub.close_all()
    console = await running.house.sign_in("dispatcher-harlow")
    made = (await console.post("/api/incidents", INCIDENT)).json()["id"]
    await tape.until(made)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    frames = frames_in(tape.getvalue())
    picture = None
    for frame in frames:
        picture = fold(picture, frame)
    assert picture is not None
    assert made in picture.incidents
    assert [frame["type"] for frame in frames].count("snapshot") == 1, "it went on from where it was"


async def test_once_is_the_first_picture_with_its_positions_and_no_more(running: Running) -> None:
    running.house.services.hub.send_positions()  # else the first places may come half a second later
    tape = Tape()
    await scripts.print_frames(running.whom("dispatcher-harlow"), tape, once=True)
    assert [frame["type"] for frame in frames_in(tape.getvalue())] == ["snapshot", "positions"]


@pytest.mark.parametrize("person", ["dispatcher-harlow", "admin-harlow", "analyst-harlow"])
async def test_the_state_is_printed_for_every_role_with_every_unit(running: Running, person: str) -> None:
    console = await running.house.sign_in("dispatcher-harlow")
    made = (await console.post("/api/incidents", INCIDENT)).json()["id"]
    await console.post(f"/api/incidents/{made}/requests", {"unit_id": "cedar-1"})
    tape = Tape()
    await scripts.print_once(running.whom(person), tape)
    said = tape.getvalue()
    assert all(f"H{number} " in said for number in range(1, 9))
    assert ("Cardiac arrest" in said) == (person != "admin-harlow")
    assert ("left" in said) == (person != "admin-harlow")


async def test_lines_are_done_in_order_each_on_what_the_one_before_it_made(running: Running) -> None:
    tape = Tape()
    lines = [f"N p1 Cardiac arrest @ {PLACE}", "AS 1 H1", "ST H1 ER", "ST H1 on", "CL 1", "CL 1"]
    text = io.StringIO("# a comment, and an empty line\n\n" + "\n".join(lines))
    await scripts.run_batch(running.whom("dispatcher-harlow"), text, tape)
    marks = [line[0] for line in tape.getvalue().splitlines()]
    assert marks == ["✓", "✓", "✓", "✓", "?", "✓"], tape.getvalue()


async def test_a_line_that_was_not_done_is_told_by_the_code_and_the_others_are_done(running: Running) -> None:
    tape = Tape()
    lines = io.StringIO("ST H OO\nST H1 OO\nACC H1\n\x1b[2J")
    with pytest.raises(Left) as left:
        await scripts.run_batch(running.whom("dispatcher-harlow"), lines, tape)
    assert left.value.code == session.FAILED
    said = tape.getvalue().splitlines()
    assert [line[0] for line in said] == ["✕", "✓", "✕", "✕"]
    assert "Harlow H1, Harlow H2" in said[0], "the candidates are listed"
    assert "\x1b" not in tape.getvalue(), "what was typed does not steer the terminal that shows it"


async def test_whoever_is_not_let_in_is_told_why_with_a_code_of_its_own(running: Running) -> None:
    with pytest.raises(Left, match="wrong name or password") as left:
        await scripts.print_once(running.whom("dispatcher-harlow", "wrong"), Tape())
    assert left.value.code == SIGNED_OUT
    with pytest.raises(Left, match="no password was given") as left:
        await scripts.print_once(running.whom("dispatcher-harlow", None), Tape())
    assert left.value.code == SIGNED_OUT
    nowhere = Server(scheme="http", host="127.0.0.1", port=1)
    whom = Whom(server=nowhere, person="x", ask_password=lambda _wrong: PASSWORD)
    with pytest.raises(Left, match="did not answer") as left:
        await scripts.print_once(whom, Tape())
    assert left.value.code == UNREACHABLE


async def test_a_session_that_ends_is_begun_again_with_the_same_password_or_left_with_3(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "TOO_SOON_SECONDS", 0.0)
    tape = Tape()
    task = asyncio.create_task(scripts.print_frames(running.whom("dispatcher-harlow"), tape, once=False))
    await tape.until('"snapshot"')
    await change_password(running, PASSWORD)
    await tape.until('"type":"delta"')
    await change_password(running, "another password")
    with pytest.raises(Left, match="wrong name or password") as left:
        await asyncio.wait_for(task, 20)
    assert left.value.code == SIGNED_OUT


async def change_password(running: Running, password: str) -> None:
    """Ends all sessions of the person."""
    await running.house.services.identity.create_person(
        login="dispatcher-harlow",
        password=password,
        display_name="dispatcher of harlow",
        role=Role.DISPATCHER,
        jurisdiction_id=JurisdictionId("harlow"),
    )


async def test_a_session_that_ends_as_soon_as_it_has_begun_is_not_begun_again(running: Running) -> None:
    tape = Tape()
    task = asyncio.create_task(scripts.print_frames(running.whom("dispatcher-harlow"), tape, once=False))
    await tape.until('"snapshot"')
    await change_password(running, PASSWORD)
    with pytest.raises(Left, match="as soon as") as left:
        await asyncio.wait_for(task, 20)
    assert left.value.code == SIGNED_OUT


async def test_a_board_that_is_refused_is_left_with_4(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.api.board.is_own_origin", lambda *_: False)
    with pytest.raises(Left, match="may see no board") as left:
        await scripts.print_once(running.whom("dispatcher-harlow"), Tape())
    assert left.value.code == REFUSED
