"""A neighbour's unit is brought into an emptied area, stands by, is sent on from there, and goes home."""

from dataclasses import replace

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound, NotPermitted, UnitCommitted
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, StationId, UnitId
from dispatch.model.incident import IncidentState
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_standby import HARLOWS, ask, decline, redirect, settle, stand_by, state_of
from tests.make_world import CEDAR, ELM, HARLOW, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

EVERYBODY = (
    agreement_text("cedar", "harlow"),
    agreement_text("elm", "harlow", floor=0),
    agreement_text("elm", "cedar", floor=0),
)


async def test_the_lender_is_asked_for_a_standby_like_for_any_call(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        row = await ask(world, "c1", note="until the fire is out")
        incident, request = row["incident"], row["request"]
        assert (incident["purpose"], incident["nature"], incident["priority"]) == (
            "standby",
            "Standby",
            "non_acute",
        )
        assert (request["purpose"], request["state"], request["on_no_answer"]) == (
            "standby",
            "offered",
            "nothing",
        )
        assert (request["keeps"], request["floor"], row["assignment"], row["backfill"]) == (2, 1, None, None)
        await world.accept(request)
        assert await world.status_of("c1") is UnitStatus.DISPATCHED
        assert (await store.read(verify_store)).ok


async def test_a_post_may_be_any_place_of_the_area_and_none_outside(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        asks = world.services.standby.asks
        inside = Posting(unit_id=UnitId("c1"), post=Point(lon=-99.9, lat=40.1))
        row = await asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=inside))
        assert (row["incident"]["lon"], row["incident"]["lat"]) == (-99.9, 40.1)
        for post in (Point(lon=-99.7, lat=40.1), StationId("cedar"), StationId("nowhere")):
            outside = StandbyAsk(posting=Posting(unit_id=UnitId("c2"), post=post))
            with pytest.raises(Invalid) as refused:
                await asks.ask(meta("harlow"), HARLOW, outside)
            assert refused.value.path == "post"


async def test_nobody_asks_for_another_jurisdiction(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        with pytest.raises(NotFound):
            await ask(world, "c1", by="cedar")
        analyst = meta("harlow", role=Role.ANALYST)
        wanted = StandbyAsk(posting=Posting(unit_id=UnitId("c1"), post=HARLOWS))
        with pytest.raises(Forbidden):
            await world.services.standby.asks.ask(analyst, HARLOW, wanted)


async def test_nobody_else_is_asked_when_the_lender_says_no_and_the_standby_ends(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        row = await ask(world, "c1")
        await world.pass_time(61)
        await settle(world)
        assert [(r.unit_id, r.state.value) for r in await world.requests()] == [("c1", "expired")]
        assert await state_of(world, row["incident"]["id"]) is IncidentState.CANCELLED
        assert (await store.read(verify_store)).ok


async def test_an_own_unit_is_moved_up_without_asking_anybody(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        row = await ask(world, "h1")
        assert (row["request"], row["assignment"]["purpose"], row["assignment"]["lent"]) == (
            None,
            "standby",
            False,
        )
        with pytest.raises(UnitCommitted):
            await ask(world, "h1")
        assert (await store.read(verify_store)).ok


async def test_a_standby_is_no_call_that_waits_and_no_call_that_is_counted(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        row = await ask(world, "c1")
        await ask(world, "h1")
        assert world.core.world.covers[HARLOW].pending == 0
        since = clock().replace(hour=0)
        assert world.core.world.count_opened(since=since) == {}
        until = clock().replace(hour=23)
        assert await record.read(lambda reader: reader.list_incidents_between(since, until)) == []
        with pytest.raises(IllegalStep):
            await world.services.recommendations.recommend(meta("harlow"), row["incident"]["id"])


async def test_a_unit_that_stands_by_is_offered_to_the_borrower_without_asking(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, "h1", "h2")
        await stand_by(world, "c1")
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        flags = {unit["unit"]: unit["stands_by"] for unit in shown["candidates"]}
        assert flags["c1"] is True
        assert not any(flag for unit, flag in flags.items() if unit != "c1")
        one = next(unit for unit in shown["candidates"] if unit["unit"] == "c1")
        assert (one["permit"]["agreement"], one["keeps"], one["floor"]) == ("cedar-harlow", 2, 1)
        assert (shown["advice"]["course"], shown["advice"]["unit"]) == ("redirect", "c1")
        assert shown["advice"]["sentence"].startswith("Send C1, which stands by: ")
        with pytest.raises(UnitCommitted):
            await world.ask(incident_id, "c1")


async def test_a_unit_that_stands_by_is_sent_to_a_call_in_one_step(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        standby = await stand_by(world, "c1")
        post = (await store.read(lambda reader: reader.get_assignment(standby))).incident_id
        incident_id = await world.open()
        clock.advance(seconds=5)
        sent = await redirect(world, standby, incident_id)
        assert (sent["incident"], sent["unit"], sent["lent"], sent["purpose"], sent["state"]) == (
            incident_id,
            "c1",
            True,
            "incident",
            "dispatched",
        )
        assert sent["agreement"] == "cedar-harlow"
        before = await store.read(lambda reader: reader.get_assignment(standby))
        assert (before.state.value, before.end_reason) == ("ended", "redirected")
        assert await state_of(world, post) is IncidentState.CLOSED
        with pytest.raises(IllegalStep):
            await redirect(world, standby, incident_id)
        await world.services.assignments.release(meta("harlow"), AssignmentId(sent["id"]))
        await world.say(UnitStatus.AVAILABLE, "c1")
        assert (await store.read(verify_store)).ok


async def test_what_may_only_stand_by_is_not_sent_to_calls(record: SqlStore, clock: ManualClock) -> None:
    text = agreement_text("cedar", "harlow", kind="standby")
    async with open_world(record, clock, agreements=(text,)) as world:
        standby = await stand_by(world, "c1")
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        assert "c1" not in [unit["unit"] for unit in shown["candidates"]]
        with pytest.raises(NotPermitted) as refused:
            await redirect(world, standby, incident_id)
        assert [reason["code"] for reason in refused.value.reasons] == ["purpose"]


async def test_what_is_borrowed_or_stands_by_is_never_lent_on(record: SqlStore, clock: ManualClock) -> None:
    texts = (*EVERYBODY, agreement_text("cedar", "elm"), agreement_text("harlow", "elm", floor=0))
    async with open_world(record, clock, agreements=texts) as world:
        await stand_by(world, "c1")
        await ask(world, "h1")
        await world.say(UnitStatus.OUT_OF_SERVICE, "e1", "e2")
        incident_id = await world.open("elm", position=Point(lon=-99.5, lat=40.1))
        shown = await world.services.recommendations.recommend(meta("elm"), incident_id)
        assert not {"c1", "h1"} & {unit["unit"] for unit in shown["candidates"]}
        why = {one["unit"]: [r["code"] for r in one["reasons"]] for one in shown["refusals"]}
        assert why["c1"] == ["committed"]
        for unit in ("c1", "h1"):
            with pytest.raises(UnitCommitted):
                await world.ask(incident_id, unit, by="elm")


async def test_only_the_borrower_sends_it_on_and_only_to_a_call_of_its_own(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        standby = await stand_by(world, "c1")
        own, theirs = await world.open(), await world.open("cedar", position=Point(lon=-99.7, lat=40.1))
        redirects = world.services.standby.redirects
        with pytest.raises(Forbidden):
            await redirects.redirect(meta("cedar"), standby, own)
        with pytest.raises(NotFound):
            await redirects.redirect(meta("gale"), standby, own)
        with pytest.raises(Invalid):
            await redirects.redirect(meta("harlow"), standby, theirs)


async def test_a_unit_that_was_called_back_is_not_sent_on(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        await world.services.loans.recall(meta("cedar"), standby, reason="needed at home")
        with pytest.raises(IllegalStep) as refused:
            await redirect(world, standby, incident_id)
        assert refused.value.because == "recalled"


async def test_a_move_and_its_backfill_are_asked_in_one_transaction_or_not_at_all(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=EVERYBODY) as world:
        behind = Posting(unit_id=UnitId("e1"), post=StationId("cedar"))
        row = await ask(world, "c1", backfill=behind)
        assert row["backfill"] == {"unit": "e1", "lender": "elm", "borrower": "cedar"}
        asked = [(r.unit_id, r.borrower, r.lender) for r in await world.requests()]
        assert sorted(asked) == [("c1", HARLOW, CEDAR), ("e1", CEDAR, ELM)]
        await world.say(UnitStatus.OUT_OF_SERVICE, "e2")
        with pytest.raises(NotPermitted):
            await ask(world, "c2", backfill=Posting(unit_id=UnitId("e2"), post=StationId("cedar")))
        assert len(await world.requests()) == 2
        assert (await store.read(verify_store)).ok


async def test_no_agreement_lets_a_backfill_go_unasked_before_the_lender_has_said_yes(
    record: SqlStore, clock: ManualClock
) -> None:
    unasked = agreement_text("elm", "cedar", kind="automatic", floor=0)
    agreements = (agreement_text("cedar", "harlow"), unasked, agreement_text("elm", "harlow"))
    async with open_world(record, clock, agreements=agreements) as world:
        await ask(world, "c1", backfill=Posting(unit_id=UnitId("e1"), post=StationId("cedar")))
        [behind] = [r for r in await world.requests() if r.unit_id == "e1"]
        assert (behind.state.value, behind.automatic) == ("offered", False)
        assert world.core.world.find_live_assignment(UnitId("e1")) is None


async def test_a_no_of_either_takes_back_the_other_while_both_are_open(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=EVERYBODY) as world:
        for unit, backfill, refused in (("c1", "e1", "c1"), ("c2", "e2", "e2")):
            behind = Posting(unit_id=UnitId(backfill), post=StationId("cedar"))
            await ask(world, unit, backfill=behind)
            one = next(r for r in await world.requests() if r.unit_id == refused)
            clock.advance(seconds=1)
            await decline(world, one.id, by=one.lender)
            await settle(world)
            states = {r.unit_id: (r.state.value, r.reason) for r in await world.requests()}
            other = backfill if refused == unit else unit
            because = "unit_not_lent" if refused == unit else "backfill_refused"
            assert states[other] == ("withdrawn", because)
        open_ones = await record.read(lambda reader: reader.list_incidents(active_only=True))
        assert open_ones == []


async def test_what_was_granted_is_not_undone_by_the_others_no(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=EVERYBODY) as world:
        behind = Posting(unit_id=UnitId("e1"), post=StationId("cedar"))
        row = await ask(world, "c1", backfill=behind)
        await world.accept(row["request"])
        one = next(r for r in await world.requests() if r.unit_id == "e1")
        await decline(world, one.id, by="elm")
        await settle(world)
        assert await state_of(world, row["incident"]["id"]) is IncidentState.ACTIVE
        assert await world.status_of("c1") is UnitStatus.DISPATCHED


async def test_a_backfill_comes_from_a_partner_of_both(record: SqlStore, clock: ManualClock) -> None:
    texts = (agreement_text("cedar", "harlow"), agreement_text("elm", "cedar", floor=0))
    async with open_world(record, clock, agreements=texts) as world:
        with pytest.raises(Invalid) as refused:
            await ask(world, "c1", backfill=Posting(unit_id=UnitId("e1"), post=StationId("cedar")))
        assert refused.value.path == "backfill.unit"


async def test_a_retry_opens_no_second_standby(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        wanted = StandbyAsk(posting=Posting(unit_id=UnitId("c1"), post=HARLOWS))
        twice = replace(meta("harlow"), key="once")
        first = await world.services.standby.asks.ask(twice, HARLOW, wanted)
        assert await world.services.standby.asks.ask(twice, HARLOW, wanted) == first
        assert len(await world.requests()) == 1
