"""A counter-offer that stands for a while: what the lender may do about it, and what is judged at its end."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import AlreadyAnswered, NotFound, NotPermitted
from dispatch.model.ids import RequestId, UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.services.command import Row
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import MUTUAL, World, meta, open_world

pytestmark = pytest.mark.anyio

WHEN_RED = tuple(
    text.replace("signatures:", '  - {id: "7.1", type: trigger, cover_at_least: red}\nsignatures:')
    for text in MUTUAL
)


async def offer(world: World, request: Row) -> Row:
    return await world.services.counter_offers.offer(meta("cedar"), RequestId(request["id"]), UnitId("c2"))


async def test_a_lender_that_takes_its_offer_back_frees_the_unit_and_the_chain_goes_on(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        offered = await offer(world, await world.ask(await world.open(), "c1"))
        which, requests = RequestId(offered["id"]), world.services.requests
        with pytest.raises(NotFound):
            await requests.withdraw(meta("elm"), which)
        who = meta("cedar", key="once")
        rows = [await requests.withdraw(who, which, reason="a call of our own") for _ in range(2)]
        assert rows[0] == rows[1]
        assert (rows[0]["state"], rows[0]["reason"]) == ("declined", "offer_withdrawn")
        with pytest.raises(AlreadyAnswered) as late:
            await world.accept(offered, by="harlow")
        assert late.value.by == "dispatcher-cedar"
        await world.escalation.sweep()
        *_, end, following = await world.requests()
        assert (end.id, end.note, end.answered_by) == (which, "a call of our own", "dispatcher-cedar")
        assert (following.state, following.attempt, following.asked_before) == ("offered", 3, ("c1", "c2"))
        entries = await store.read(lambda reader: reader.list_entries(incident_id=end.incident_id))
        assert [e.jurisdiction for e in entries if e.type == "aid.answered"] == ["cedar", "cedar"]
        month = await world.services.ledger.month(meta("harlow").actor, f"{clock():%Y-%m}")
        assert month["pairs"][0]["figures"]["declined_because"] == {"no_unit": 1}
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_the_lenders_floor_is_judged_again_when_the_borrower_takes_what_it_offered(
    store: SqlStore, clock: ManualClock
) -> None:
    """The lender sent others meanwhile; a request for the same unit, its own yes, would go through."""
    async with open_world(store, clock) as world:
        offered = await offer(world, await world.ask(await world.open(), "c1"))
        at_home = await world.open("cedar")
        for unit in ("c1", "c3"):
            await world.services.assignments.assign_own(meta("cedar"), at_home, UnitId(unit))
        with pytest.raises(NotPermitted) as held:
            await world.accept(offered, by="harlow")
        [reason] = held.value.reasons
        assert (reason["code"], reason["clause"], reason["figures"]["keeps"]) == ("reserve_floor", "3.1", 0)
        assert (await world.requests())[1].state == "offered"
        assert await world.status_of("c2") is UnitStatus.AVAILABLE
        await world.services.units.set_status(meta("cedar"), UnitId("c1"), UnitStatus.AVAILABLE)
        assert (await world.accept(offered, by="harlow"))["state"] == "accepted"
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_the_borrowers_own_reason_to_ask_is_not_asked_again_of_an_offer_that_it_takes(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=WHEN_RED) as world:
        incident_id = await world.open()
        await world.say("out_of_service", "h1", "h2")
        await world.cover.record_changes()
        offered = await offer(world, await world.ask(incident_id, "c1"))
        await world.say("available", "h1", "h2")
        await world.cover.record_changes()
        assert (await world.accept(offered, by="harlow"))["state"] == "accepted"


async def test_a_lender_that_closes_to_lending_is_not_bound_by_an_offer_of_before(
    record: SqlStore, clock: ManualClock
) -> None:
    """A request that it accepts itself goes through: who says yes knows of the storm."""
    async with open_world(record, clock) as world:
        offered = await offer(world, await world.ask(await world.open(), "c1"))
        await world.services.closures.close(meta("cedar", role=Role.SUPERVISOR), reason="Storm")
        with pytest.raises(NotPermitted) as held:
            await world.accept(offered, by="harlow")
        assert [reason["code"] for reason in held.value.reasons] == ["closed_to_lending"]
