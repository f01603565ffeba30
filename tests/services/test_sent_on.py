"""What its home needs since holds back no unit that stands by already; what it was lent for still does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import NotPermitted
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, IncidentId, StationId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitStatus
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import HARLOW, World, agreement_text, draft, meta, open_world

pytestmark = pytest.mark.anyio


async def stand_by(world: World) -> AssignmentId:
    """C1 at Harlow's station."""
    posting = Posting(unit_id=UnitId("c1"), post=StationId("harlow"))
    row = await world.services.standby.asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=posting))
    await world.accept(row["request"])
    await world.say(UnitStatus.EN_ROUTE, "c1")
    await world.say(UnitStatus.ON_SCENE, "c1")
    live = await world.store.read(lambda reader: reader.find_live_assignment(UnitId("c1")))
    assert live is not None
    return live.id


async def open_call(world: World, priority: Priority = Priority.CRITICAL) -> IncidentId:
    row = await world.services.incidents.open(meta("harlow"), replace(draft(), priority=priority))
    return IncidentId(row["id"])


async def test_a_home_that_is_short_now_keeps_nobody_who_is_out_from_a_call(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        standby = await stand_by(world)
        await world.say(UnitStatus.OUT_OF_SERVICE, "c2", "c3")
        await world.open("cedar", position=Point(lon=-99.7, lat=40.1))
        call = await open_call(world)
        shown = await world.services.recommendations.recommend(meta("harlow"), call)
        one = next(unit for unit in shown["candidates"] if unit["unit"] == "c1")
        assert (one["stands_by"], one["keeps"], one["floor"]) == (True, 0, 1)
        sent = await world.services.standby.redirects.redirect(meta("harlow"), standby, call)
        assert (sent["unit"], sent["agreement"]) == ("c1", "cedar-harlow")
        assert (await store.read(verify_store)).ok


async def test_a_trigger_that_let_it_come_does_not_hold_it_back_once_it_counts_in_cover(
    record: SqlStore, clock: ManualClock
) -> None:
    text = agreement_text("cedar", "harlow").replace(
        "signatures:", '  - {id: "7.1", type: trigger, cover_at_least: red}\nsignatures:'
    )
    async with open_world(record, clock, agreements=(text,)) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, "h1", "h2")
        standby = await stand_by(world)
        call = await open_call(world)
        shown = await world.services.recommendations.recommend(meta("harlow"), call)
        assert [unit["unit"] for unit in shown["candidates"]][:1] == ["c1"]
        sent = await world.services.standby.redirects.redirect(meta("harlow"), standby, call)
        assert sent["unit"] == "c1"


@pytest.mark.parametrize("priority", [Priority.CRITICAL, Priority.EMERGENT])
async def test_its_crew_goes_to_a_life_threatening_call_though_its_shift_ends(
    record: SqlStore, clock: ManualClock, priority: Priority
) -> None:
    async with open_world(record, clock) as world:
        standby, redirects = await stand_by(world), world.services.standby.redirects
        soon = clock() + timedelta(seconds=1200)
        await world.services.units.set_shift(meta("cedar"), UnitId("c1"), soon)
        call = await open_call(world, priority)
        if priority is Priority.CRITICAL:
            assert (await redirects.redirect(meta("harlow"), standby, call))["unit"] == "c1"
            return
        with pytest.raises(NotPermitted) as refused:
            await redirects.redirect(meta("harlow"), standby, call)
        assert [reason["code"] for reason in refused.value.reasons] == ["crew_shift_ends"]


async def test_what_it_is_lent_for_is_asked_of_the_call(record: SqlStore, clock: ManualClock) -> None:
    text = agreement_text("cedar", "harlow").replace(
        "signatures:", '  - {id: "5.1", type: call_types, allow: ["Standby"]}\nsignatures:'
    )
    async with open_world(record, clock, agreements=(text,)) as world:
        standby, call = await stand_by(world), await open_call(world)
        await world.say(UnitStatus.OUT_OF_SERVICE, "c2", "c3")
        with pytest.raises(NotPermitted) as refused:
            await world.services.standby.redirects.redirect(meta("harlow"), standby, call)
        assert [(one["code"], one["clause"]) for one in refused.value.reasons] == [("call_type", "5.1")]
