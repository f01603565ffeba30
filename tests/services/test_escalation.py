"""A request that nobody grants goes on by itself; a restart forgets none and fires none late."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.chain import list_broken_off
from dispatch.aid.request import BROKEN_OFF, DeclineReason, RequestState
from dispatch.model.clock import ManualClock
from dispatch.model.ids import RequestId, UnitId
from dispatch.model.incident import Incident
from dispatch.store.store import SqlStore, open_store
from dispatch.store.verify import verify_store
from tests.make_aid import make_request
from tests.make_world import A, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio


async def test_an_unanswered_request_expires_and_the_next_candidate_is_asked(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        first = await world.ask(await world.open(), "c1")
        await world.pass_time(59)
        assert [r.state for r in await world.requests()] == ["offered"]
        await world.pass_time(1)
        old, new = await world.requests()
        assert (old.state, old.reason, old.answered_by) == ("expired", "no_answer", "service")
        assert (new.state, new.attempt, new.asked_before) == ("offered", 2, ("c1",))
        assert new.first_request_id == first["id"]
        assert new.unit_id in ("c2", "c3")
        entries = await store.read(lambda reader: reader.list_entries(incident_id=new.incident_id))
        assert [entry.type for entry in entries][-3:] == [
            "aid.answered",
            "recommendation.made",
            "aid.requested",
        ]
        assert {entry.actor for entry in entries[-3:]} == {"service"}
        assert (await store.read(verify_store)).ok


async def test_after_a_decline_the_next_candidate_is_asked_without_waiting(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await world.services.requests.decline(
            meta("cedar"), RequestId(request["id"]), reason=DeclineReason.CREW_FATIGUE
        )
        assert world.escalation.has_news.is_set()
        await world.escalation.sweep()
        assert [r.state for r in await world.requests()] == ["declined", "offered"]


async def test_it_asks_everybody_once_and_then_stops(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.ask(await world.open(), "c1")
        for _ in range(10):
            await world.pass_time(60)
        requests = await world.requests()
        assert {r.unit_id for r in requests} == {"c1", "c2", "c3", "e1", "e2"}
        assert len(requests) == 5
        assert all(r.state == "expired" for r in requests)
        assert [r.attempt for r in requests] == [1, 2, 3, 4, 5]


async def test_it_stops_when_the_borrower_withdraws(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await world.services.requests.withdraw(meta("harlow"), RequestId(request["id"]))
        await world.pass_time(600)
        assert len(await world.requests()) == 1


async def test_it_stops_when_the_incident_is_served_meanwhile(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await world.ask(incident_id, "c1")
        await world.services.assignments.assign_own(meta("harlow"), incident_id, "h1")
        await world.pass_time(600)
        assert [r.state for r in await world.requests()] == ["expired"]


async def test_two_broken_chains_for_one_need_become_one_question(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await world.ask(incident_id, "c1")
        await world.ask(incident_id, "e1")
        await world.pass_time(60)
        assert sum(r.state == "offered" for r in await world.requests()) == 1


async def test_two_needs_are_asked_for_by_two_chains(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open(needs=[A, A])
        await world.ask(incident_id, "c1")
        await world.ask(incident_id, "e1")
        await world.pass_time(60)
        offered = [r for r in await world.requests() if r.state == "offered"]
        assert len({r.unit_id for r in offered}) == 2


async def test_automatic_aid_ends_the_chain_with_a_unit(record: SqlStore, clock: ManualClock) -> None:
    agreements = (
        agreement_text("cedar", "harlow", floor=2),
        agreement_text("elm", "harlow", kind="automatic"),
    )
    async with open_world(record, clock, agreements=agreements) as world:
        await world.ask(await world.open(), "c1")
        for _ in range(5):
            await world.pass_time(60)
        *_, last = await world.requests()
        assert (last.lender, last.state, last.automatic) == ("elm", "accepted", True)
        assert len(await record.read(lambda reader: reader.list_live_assignments())) == 1


async def test_a_restart_resumes_the_timers(store_url: str, clock: ManualClock) -> None:
    before = open_store(store_url, clock=clock)
    async with open_world(before, clock) as world:
        await world.ask(await world.open(), "c1")
    await before.close()
    clock.advance(seconds=3600)
    after = open_store(store_url, clock=clock)
    async with open_world(after, clock, on_duty=()) as world:
        await world.escalation.sweep()
        assert [r.state for r in await world.requests()] == ["expired", "offered"]
    await after.close()


async def test_a_decline_just_before_a_crash_is_followed_up_after_it(
    sqlite_url: str, clock: ManualClock
) -> None:
    before = open_store(sqlite_url, clock=clock)
    async with open_world(before, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await world.services.requests.decline(
            meta("cedar"), RequestId(request["id"]), reason=DeclineReason.WEATHER
        )
    await before.close()
    after = open_store(sqlite_url, clock=clock)
    async with open_world(after, clock, on_duty=()) as world:
        await world.escalation.sweep()
        assert [r.state for r in await world.requests()] == ["declined", "offered"]
    await after.close()


async def test_after_a_restart_nothing_is_asked_for_an_incident_that_is_served(
    sqlite_url: str, clock: ManualClock
) -> None:
    before = open_store(sqlite_url, clock=clock)
    async with open_world(before, clock) as world:
        incident_id = await world.open()
        await world.ask(incident_id, "c1")
        await world.services.assignments.assign_own(meta("harlow"), incident_id, "h1")
    await before.close()
    clock.advance(seconds=3600)
    after = open_store(sqlite_url, clock=clock)
    async with open_world(after, clock, on_duty=()) as world:
        await world.escalation.sweep()
        await world.escalation.sweep()
        assert [r.state for r in await world.requests()] == ["expired"]
    await after.close()


async def test_a_unit_that_came_and_has_cleared_is_not_asked_for_again(
    record: SqlStore, clock: ManualClock
) -> None:
    """Nobody answered, the own unit went instead and is done; the incident is still open."""
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await world.ask(incident_id, "c1")
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        await world.pass_time(600)
        for status in ("en_route", "on_scene", "transporting", "at_hospital", "available"):
            clock.advance(seconds=300)
            await world.say(status, "h1")
            await world.escalation.sweep()
        assert [r.state for r in await world.requests()] == ["expired"]


async def test_after_a_lent_unit_that_was_called_back_on_its_way_the_chain_asks_on(
    record: SqlStore, clock: ManualClock
) -> None:
    """Nobody answered, another that was asked by hand said yes and turned round: nobody came."""
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await world.ask(incident_id, "c1")
        clock.advance(seconds=1)  # asked in one moment, chance would say which was first
        await world.accept(await world.ask(incident_id, "e1"))
        await world.pass_time(60)
        [loan] = await record.read(lambda reader: reader.list_live_assignments())
        await world.services.loans.recall(meta("elm"), loan.id, reason="needed at home")
        await world.services.assignments.release(meta("elm"), loan.id)
        await world.escalation.sweep()
        assert [r.state for r in await world.requests()] == ["expired", "accepted", "offered"]


async def test_after_a_restart_a_served_incident_that_is_still_open_asks_for_nothing(
    sqlite_url: str, clock: ManualClock
) -> None:
    before = open_store(sqlite_url, clock=clock)
    async with open_world(before, clock) as world:
        incident_id = await world.open()
        await world.ask(incident_id, "c1")
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        for status in ("en_route", "on_scene", "transporting", "at_hospital", "available"):
            clock.advance(seconds=300)
            await world.say(status, "h1")
    await before.close()
    after = open_store(sqlite_url, clock=clock)
    async with open_world(after, clock, on_duty=()) as world:
        await world.escalation.sweep()
        await world.escalation.sweep()
        assert [r.state for r in await world.requests()] == ["expired"]
    await after.close()


async def test_a_unit_that_was_let_go_before_it_served_is_asked_for_again(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await world.ask(incident_id, "c1")
        own = await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        await world.pass_time(30)
        await world.services.assignments.release(meta("harlow"), own["id"], reason="another is nearer")
        await world.pass_time(30)
        assert [r.state for r in await world.requests()] == ["expired", "offered"]


async def test_a_dispatcher_who_asks_while_the_next_candidate_is_sought_is_not_doubled(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await world.ask(incident_id, "c1")
        clock.advance(seconds=60)
        recommend = world.core.engine.recommend

        async def recommend_slowly(*args: Any, **given: Any) -> Any:
            found = await recommend(*args, **given)
            monkeypatch.undo()
            await world.ask(incident_id, "e1")
            return found

        monkeypatch.setattr(world.core.engine, "recommend", recommend_slowly)
        await world.escalation.sweep()
        await world.escalation.sweep()
        offered = [r.unit_id for r in await world.requests() if r.state == "offered"]
        assert offered == ["e1"]


async def test_a_chain_that_cannot_be_followed_holds_up_no_other(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(record, clock) as world:
        poisoned, sound = await world.open(), await world.open()
        await world.ask(poisoned, "c1")
        clock.advance(seconds=1)
        await world.ask(sound, "e1")
        clock.advance(seconds=120)
        recommend = world.core.engine.recommend

        async def recommend_unless_poisoned(incident: Incident, **given: Any) -> Any:
            if incident.id == poisoned:
                raise RuntimeError("a fault of ours")
            return await recommend(incident, **given)

        monkeypatch.setattr(world.core.engine, "recommend", recommend_unless_poisoned)
        with pytest.raises(RuntimeError):
            await world.escalation.sweep()
        offered = [r.incident_id for r in await world.requests() if r.state == "offered"]
        assert offered == [sound]


@given(st.lists(st.sampled_from(RequestState), min_size=1, max_size=6), st.randoms())
def test_only_the_newest_request_of_a_chain_can_break_it_off(
    states: list[RequestState], chance: random.Random
) -> None:

    chain = [
        replace(
            make_request(f"b{n}", request_id=f"req_{n}", state=state),
            first_request_id=RequestId("req_1"),
            attempt=n,
        )
        for n, state in enumerate(states, start=1)
    ]
    shuffled = list(chain)
    chance.shuffle(shuffled)
    broken = list_broken_off(shuffled)
    assert broken == ([chain[-1]] if chain[-1].state in BROKEN_OFF else [])
