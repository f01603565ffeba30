"""What happens by itself goes on happening."""

import asyncio

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import Unavailable
from dispatch.model.principal import Role
from dispatch.services.timers import Timer
from dispatch.store.store import SqlStore
from tests.make_world import HARLOW, Sheet, open_world

pytestmark = pytest.mark.anyio


async def test_a_timer_outlives_the_errors_of_what_it_calls_and_wakes_when_told() -> None:
    calls, wake = [], asyncio.Event()

    async def act() -> None:
        wake.clear()
        calls.append(1)
        if len(calls) == 1:
            raise Unavailable("disk full")

    timer = Timer("test", act, seconds=0.01, wake=wake)
    timer.start()
    while len(calls) < 3:
        await asyncio.sleep(0.005)
    assert timer.failures == 1
    await timer.stop()
    await timer.stop()

    slow = Timer("test", act, seconds=60, wake=wake)
    slow.start()
    heard = len(calls) + 2
    await asyncio.sleep(0)
    wake.set()
    async with asyncio.timeout(5):
        while len(calls) < heard:
            await asyncio.sleep(0.005)
            wake.set()
    await slow.stop()


async def test_a_timer_counts_its_errors_in_a_row_until_it_runs_well_again() -> None:
    rows, errors = [], 2

    def act() -> None:
        rows.append(timer.failures_in_a_row)
        if len(rows) <= errors or len(rows) == errors + 3:
            raise Unavailable("disk full")

    timer = Timer("test", act, seconds=0.001)
    timer.start()
    async with asyncio.timeout(5):
        while len(rows) < errors + 5:
            await asyncio.sleep(0.001)
    await timer.stop()
    assert rows[:7] == [0, 1, 2, 0, 0, 1, 0]


async def test_what_failed_is_tried_again_soon_though_its_own_turn_is_hours_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dispatch.services.timers.RETRY_SECONDS", 0.001)
    calls = []

    def act() -> None:
        calls.append(1)
        if len(calls) < 3:
            raise Unavailable("disk full")

    timer = Timer("test", act, seconds=3_600)
    timer.start()
    async with asyncio.timeout(5):
        while len(calls) < 3:
            await asyncio.sleep(0.001)
    await asyncio.sleep(0.01)
    assert len(calls) == 3, "and what went well waits for its turn"
    await timer.stop()


async def test_a_timer_says_how_long_its_run_takes_and_nothing_between_two_runs() -> None:
    answers = asyncio.Event()

    async def ask() -> None:
        await answers.wait()

    timer = Timer("test", ask, seconds=60)
    assert timer.running_seconds() == 0
    timer.start()
    async with asyncio.timeout(5):
        while not timer.running_seconds():
            await asyncio.sleep(0.001)
        answers.set()
        while timer.running_seconds():
            await asyncio.sleep(0.001)
    await timer.stop()


async def test_services_beat_and_say_goodbye(record: SqlStore, clock: ManualClock) -> None:
    """A board whose session is not on record is closed: it ended in another process."""
    sheet, stranger = Sheet(), Sheet()
    async with open_world(record, clock) as world:
        hub, identity = world.services.hub, world.services.identity
        who = await identity.create_person(
            login="ana",
            password="correct horse",
            display_name="Ana",
            role=Role.DISPATCHER,
            jurisdiction_id=HARLOW,
        )
        signed = (await identity.sign_in("ana", "correct horse", client="10.0.0.1")).signed
        hub.join(who, sheet, session_id=signed.session_id, me={}, resume=None)
        hub.join(who, stranger, session_id="nobody's", me={}, resume=None)
        world.services.start()
        async with asyncio.timeout(5):
            while not (stranger.closed and any(frame["type"] == "beat" for frame in sheet.frames)):
                await asyncio.sleep(0.01)
    assert stranger.closed == (4401, "signed_out")
    assert sheet.closed == (1012, "restart")
