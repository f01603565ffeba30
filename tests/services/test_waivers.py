"""A waiver lets one clause rest: for one unit on one incident, once, and for a time."""

import asyncio

import pytest

from dispatch.aid.request import DeclineReason
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Conflict, Forbidden, IllegalStep, Invalid, NotFound, NotPermitted
from dispatch.model.ids import AgreementId, IncidentId, RequestId, UnitId, WaiverId
from dispatch.model.principal import Role
from dispatch.services.command import Row
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_standing import FLOOR_OF_THREE, reasons_against, text_of
from tests.make_world import World, meta, open_world

pytestmark = pytest.mark.anyio

TEXT = text_of(
    FLOOR_OF_THREE,
    'id: "2.1", type: unit_types, allow: [als_ambulance]',
    'id: "4.2", type: answer_time, seconds: 60',
)
CEDARS_SUPERVISOR = meta("cedar", role=Role.SUPERVISOR)


async def ask_waiver(
    world: World,
    incident_id: IncidentId,
    unit: str = "c1",
    clause: str = "3.1",
    agreement: str = "cedar-harlow",
) -> WaiverId:
    row: Row = await world.services.waivers.ask(
        meta("harlow"),
        incident_id,
        unit_id=UnitId(unit),
        agreement_id=AgreementId(agreement),
        clause=clause,
        note="Two in cardiac arrest",
    )
    return WaiverId(row["id"])


async def grant(world: World, waiver: WaiverId) -> Row:
    return await world.services.waivers.grant(CEDARS_SUPERVISOR, waiver)


async def test_a_clause_rests_for_one_unit_on_one_incident_once(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock, agreements=[TEXT]) as world:
        incident_id, other = await world.open(), await world.open()
        assert await reasons_against(world, incident_id, "c1") == ["reserve_floor"]
        row = await grant(world, await ask_waiver(world, incident_id))
        assert (row["state"], row["answered_by"]) == ("granted", "supervisor-cedar")
        assert await reasons_against(world, incident_id, "c1") == []
        assert await reasons_against(world, incident_id, "c2") == ["reserve_floor"]
        for elsewhere, unit in ((other, "c1"), (incident_id, "c2")):
            with pytest.raises(NotPermitted):
                await world.ask(elsewhere, unit)
        asked = await world.ask(incident_id, "c1")
        [request] = await world.requests()
        assert request.waivers == (row["id"],)
        await world.services.requests.withdraw(meta("harlow"), RequestId(asked["id"]))
        with pytest.raises(NotPermitted):
            await world.ask(incident_id, "c1")
        entries = await store.read(lambda reader: reader.list_entries(incident_id=incident_id))
        told = [entry.type for entry in entries if entry.type.startswith("waiver.")]
        assert told == ["waiver.asked", "waiver.granted", "waiver.used"]
        assert (await store.read(verify_store)).ok


async def test_what_was_asked_under_a_waiver_can_be_accepted_after_it_ran_out(
    record: SqlStore, clock: ManualClock
) -> None:
    cap = text_of(
        'id: "12.1", type: concurrent_cap, at_most: 1', 'id: "4.2", type: answer_time, seconds: 600'
    )
    async with open_world(record, clock, agreements=[cap]) as world:
        await world.ask(await world.open(), "c2")
        incident_id = await world.open()
        await grant(world, await ask_waiver(world, incident_id, clause="12.1"))
        clock.advance(seconds=14 * 60)
        await world.ask(await world.open(), "c3")  # the first question has run out: the cap is used again
        asked = await world.ask(incident_id, "c1")
        clock.advance(seconds=5 * 60)
        await world.accept(asked)
        assert await world.status_of("c1") == "dispatched"


async def test_it_runs_out_by_itself(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[TEXT]) as world:
        incident_id = await world.open()
        waiver = await ask_waiver(world, incident_id)
        clock.advance(seconds=899)
        await grant(world, waiver)
        clock.advance(seconds=899)
        assert await reasons_against(world, incident_id, "c1") == []
        clock.advance(seconds=1)
        assert await reasons_against(world, incident_id, "c1") == ["reserve_floor"]
        [row] = await world.services.waivers.list_waivers(meta("harlow").actor)
        assert row["state"] == "expired"
        again = await ask_waiver(world, incident_id)
        clock.advance(seconds=900)
        with pytest.raises(IllegalStep):
            await grant(world, again)


async def test_only_the_lenders_supervisor_grants(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[TEXT]) as world:
        waiver = await ask_waiver(world, await world.open())
        waivers = world.services.waivers
        for who in (meta("cedar"), meta("harlow", role=Role.SUPERVISOR)):
            with pytest.raises(Forbidden):
                await waivers.grant(who, waiver)
        with pytest.raises(NotFound):
            await waivers.grant(meta("gale", role=Role.SUPERVISOR), waiver)
        assert [w["id"] for w in await waivers.list_waivers(meta("cedar").actor)] == [waiver]
        assert await waivers.list_waivers(meta("gale").actor) == []
        refused = await waivers.refuse(CEDARS_SUPERVISOR, waiver, reason="Our last one")
        assert (refused["state"], refused["reason"]) == ("refused", "Our last one")
        with pytest.raises(IllegalStep):
            await waivers.grant(CEDARS_SUPERVISOR, waiver)


async def test_only_a_clause_that_forbids_now_and_protects_the_lender_alone_is_waived(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=[TEXT]) as world:
        incident_id = await world.open()
        with pytest.raises(IllegalStep):
            await ask_waiver(world, incident_id, clause="2.1")  # allows ALS ambulances already
        with pytest.raises(Invalid):
            await ask_waiver(world, incident_id, unit="c4", clause="2.1")  # what is lent is no favour
        with pytest.raises(IllegalStep):
            await ask_waiver(world, incident_id, clause="9.9")
        with pytest.raises(NotPermitted):
            await ask_waiver(world, incident_id, unit="g1")
        await ask_waiver(world, incident_id)
        with pytest.raises(IllegalStep):
            await ask_waiver(world, incident_id)


async def test_two_requests_at_once_cannot_both_rest_on_it(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock, agreements=[TEXT]) as world:
        incident_id = await world.open()
        await grant(world, await ask_waiver(world, incident_id))
        both = await asyncio.gather(
            world.ask(incident_id, "c1"), world.ask(incident_id, "c1"), return_exceptions=True
        )
        assert sum(isinstance(one, Conflict) for one in both) == 1
        assert len(await world.requests()) == 1
        assert (await store.read(verify_store)).ok


async def test_a_waiver_that_was_used_and_declined_is_gone(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[TEXT]) as world:
        incident_id = await world.open()
        await grant(world, await ask_waiver(world, incident_id))
        asked = RequestId((await world.ask(incident_id, "c1"))["id"])
        await world.services.requests.decline(meta("cedar"), asked, reason=DeclineReason.OTHER)
        await world.escalation.sweep()
        assert [r.state for r in await world.requests()] == ["declined"]


async def test_a_command_that_fails_after_the_waiver_was_used_leaves_it_whole(
    store: SqlStore, clock: ManualClock
) -> None:
    """The request, its waiver's use and their entries are one transaction."""
    from dispatch.services.asking import Eta, Question, ask
    from dispatch.services.ports import Tx

    async with open_world(store, clock, agreements=[TEXT]) as world:
        incident_id = await world.open()
        waiver = await ask_waiver(world, incident_id)
        await grant(world, waiver)
        before = await store.read(lambda reader: reader.head())
        unit = world.core.world.region.units[UnitId("c1")]
        question = Question(incident_id=incident_id, unit=unit, eta=Eta(60, "road"), recommendation_id=None)

        def fail(tx: Tx) -> None:
            ask(tx, meta("harlow"), question, world=world.core.world, ids=world.core.ids, now=clock())
            raise RuntimeError("the machine stops here")

        with pytest.raises(RuntimeError):
            await store.write(fail)
        assert await store.read(lambda reader: reader.head()) == before
        kept = await store.read(lambda reader: reader.find_waiver(waiver))
        assert kept is not None
        assert kept.state == "granted"
        await world.ask(incident_id, "c1")
