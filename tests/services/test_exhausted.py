"""When nobody is left to ask, the dispatcher hears it at once and the service goes on looking."""

import pytest

from dispatch.aid.request import DeclineReason
from dispatch.model.clock import ManualClock
from dispatch.model.ids import IncidentId, JurisdictionId, RequestId, UnitId
from dispatch.model.principal import Role
from dispatch.services.audience import Audience, Key, Table
from dispatch.services.rows import WorldRows
from dispatch.store.store import SqlStore, open_store
from dispatch.store.verify import verify_store
from tests.make_world import MUTUAL, World, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

ONLY_ELM = (MUTUAL[1],)
"""Elm lends e1 and e2 and no more."""


async def types(world: World) -> list[str]:
    entries = await world.store.read(lambda reader: reader.list_entries())
    return [e.type for e in entries if e.type in ("aid.exhausted", "aid.need_met")]


async def next_steps(world: World, viewer: str = "harlow") -> list[str | None]:
    """``next`` of each request as the board shows it, in the order of asking."""
    rows, audience = WorldRows(world.core.world, {}), Audience(JurisdictionId(viewer), Role.DISPATCHER)
    found = [
        rows.find_row(Key(Table.REQUESTS, request.id), audience, now=world.clock())
        for request in await world.requests()
    ]
    return [row["next"] for row in found if row]


async def exhaust(world: World, *, on_duty: int = 2) -> IncidentId:
    incident_id = await world.open()
    await world.ask(incident_id, "e1")
    for _ in range(on_duty):
        await world.pass_time(60)
    return incident_id


async def test_the_last_request_says_that_nobody_is_left(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock, agreements=ONLY_ELM) as world:
        await exhaust(world)
        assert await next_steps(world) == ["asked", "none"]
        assert await next_steps(world, "elm") == [None, None]
        for _ in range(20):
            await world.pass_time(30)
        assert await types(world) == ["aid.exhausted"]
        assert (await store.read(verify_store)).ok


async def test_a_candidate_still_to_be_asked_is_not_none(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=ONLY_ELM) as world:
        await exhaust(world, on_duty=1)
        assert await next_steps(world) == ["asked", None]


async def test_it_is_known_after_a_restart_before_anything_is_swept(
    store_url: str, clock: ManualClock
) -> None:
    before = open_store(store_url, clock=clock)
    async with open_world(before, clock, agreements=ONLY_ELM) as world:
        await exhaust(world)
    await before.close()
    after = open_store(store_url, clock=clock)
    async with open_world(after, clock, agreements=ONLY_ELM, on_duty=()) as world:
        assert await next_steps(world) == ["asked", "none"]
        await world.escalation.sweep()
        assert await next_steps(world) == ["asked", "none"]
        assert await types(world) == ["aid.exhausted"]
    await after.close()


async def test_a_unit_that_comes_free_later_is_asked_and_nobody_twice(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=ONLY_ELM, on_duty=("h1", "e1")) as world:
        await exhaust(world, on_duty=1)
        assert await next_steps(world) == ["none"]
        await world.say("available", "e2")
        await world.pass_time(4)
        assert len(await world.requests()) == 1
        await world.pass_time(1)
        *_, last = await world.requests()
        assert (last.unit_id, last.state, last.attempt) == ("e2", "offered", 2)
        assert await next_steps(world) == ["asked", None]
        await world.pass_time(60)
        await world.say("out_of_service", "e1")
        clock.advance(seconds=10)
        await world.say("available", "e1")
        for _ in range(5):
            await world.pass_time(60)
        assert [r.unit_id for r in await world.requests()] == ["e1", "e2"]
        assert await next_steps(world) == ["asked", "none"]
        assert (await record.read(verify_store)).ok


async def test_a_unit_that_was_only_promised_is_asked_once_the_promise_ended(
    record: SqlStore, clock: ManualClock
) -> None:
    agreements = (*ONLY_ELM, agreement_text("elm", "cedar", floor=0, answer_seconds=600))
    async with open_world(record, clock, agreements=agreements) as world:
        elsewhere = await world.open("cedar")
        promised = await world.ask(elsewhere, "e2", by="cedar")
        incident_id = await exhaust(world, on_duty=1)
        assert await next_steps(world) == ["none"]
        clock.advance(seconds=10)
        await world.services.requests.decline(
            meta("elm"), RequestId(promised["id"]), reason=DeclineReason.OTHER
        )
        await world.escalation.sweep()
        [*_, last] = [r for r in await world.requests() if r.incident_id == incident_id]
        assert (last.unit_id, last.state) == ("e2", "offered")


async def test_nobody_need_telephone_while_a_unit_is_on_its_way_nor_after_it_served(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=ONLY_ELM) as world:
        incident_id = await exhaust(world)
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        assert await next_steps(world) == ["asked", None]
        for status in ("en_route", "on_scene", "transporting", "at_hospital", "available"):
            clock.advance(seconds=300)
            await world.say(status, "h1")
            await world.escalation.sweep()
        assert await next_steps(world) == ["asked", None]
        assert await types(world) == ["aid.exhausted", "aid.need_met"]
        assert (await record.read(verify_store)).ok


async def test_an_own_unit_that_was_let_go_before_it_served_leaves_nobody_again(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=ONLY_ELM) as world:
        incident_id = await exhaust(world)
        own = await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        await world.pass_time(30)
        await world.services.assignments.release(meta("harlow"), own["id"], reason="broke down")
        await world.pass_time(30)
        assert await next_steps(world) == ["asked", "none"]


async def test_the_dispatchers_own_question_elsewhere_quiets_it(record: SqlStore, clock: ManualClock) -> None:
    agreements = (*ONLY_ELM, agreement_text("cedar", "harlow", floor=0))
    async with open_world(record, clock, agreements=agreements, on_duty=("e1", "e2")) as world:
        incident_id = await exhaust(world)
        assert await next_steps(world) == ["asked", "none"]
        await world.say("available", "c1")
        await world.ask(incident_id, "c1")
        assert (await next_steps(world))[1] is None
