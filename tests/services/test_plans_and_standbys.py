"""Orders for many units where some stand by already: those are sent on, and nobody is asked for them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from dispatch.export.summary import summary_of
from dispatch.model.clock import ManualClock
from dispatch.model.errors import IllegalStep
from dispatch.model.ids import IncidentId, UnitId
from dispatch.model.incident import IncidentState
from dispatch.model.unit import UnitStatus
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_standby import stand_by, state_of
from tests.make_world import CEDAR, centre_of, meta, open_world
from tests.services.test_waves import look, order, picked, plan, send

pytestmark = pytest.mark.anyio


def standing(row: Mapping[str, Any]) -> list[str]:
    return [pick["unit"] for pick in row["plan"]["picks"] if pick["stands_by"]]


async def test_who_stands_by_is_sent_on_in_the_same_transaction_as_the_others_are_asked(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await stand_by(world, "c1")
        post = (await store.read(lambda r: r.find_live_assignment(UnitId("c1")))).incident_id
        incident = await world.open()
        made = await plan(world, incident, order(3))
        assert picked(made) == ["c1", "c2", "e1"], "Cedar keeps one of three"
        assert standing(made) == ["c1"]
        sent = await send(world, made)
        assert [request["unit"] for request in sent["requests"]] == ["c2", "e1"]
        assert [(one["unit"], one["incident"]) for one in sent["redirected"]] == [("c1", incident)]
        assert sent["refused"] == []
        live = await store.read(lambda r: r.find_live_assignment(UnitId("c1")))
        assert (live.incident_id, live.id) == (incident, sent["redirected"][0]["id"])
        assert await state_of(world, post) is IncidentState.CLOSED
        entries = await store.read(lambda r: r.list_entries(incident_id=IncidentId(incident)))
        [said] = [summary_of(entry, {}, {}, {}) for entry in entries if entry.type == "aid_plan.sent"]
        assert said == "Asked all lenders of the plan in one go: 2 requests; 1 that stood by sent on."
        await world.cover.record_changes()
    assert (await store.read(verify_store)).ok


async def test_who_stands_by_no_more_is_told_and_the_rest_is_asked_for(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        standby = await stand_by(world, "c1")
        made = await plan(world, await world.open(), order(3))
        await look(world, made)
        await world.services.assignments.release(meta("harlow"), standby)
        with pytest.raises(IllegalStep, match="not_standing_by"):
            await send(world, made, all_or_nothing=True)
        assert [request.unit_id for request in await world.requests()] == ["c1"], "to stand by, before"
        sent = await send(world, made)
        assert [(one["unit"], one["code"]) for one in sent["refused"]] == [("c1", "illegal_step")]
        assert [request["unit"] for request in sent["requests"]] == ["c2", "e1"]
        assert sent["redirected"] == []


async def test_what_a_unit_does_that_is_at_home_again_is_not_told(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        standby = await stand_by(world, "c1")
        made = await plan(world, await world.open(), order(1))
        await look(world, made)
        await world.services.assignments.release(meta("harlow"), standby)
        clock.advance(seconds=1)
        await world.say(UnitStatus.AVAILABLE, "c1")
        own = await world.open("cedar")
        await world.services.assignments.assign_own(meta("cedar"), own, UnitId("c1"))
        [refused] = (await send(world, made))["refused"]
        assert refused["details"] == {"state": "ended", "wanted": "redirected", "because": "not_standing_by"}


async def test_one_sent_on_by_a_plan_teaches_its_way_to_the_call_and_none_to_a_staging_area(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        for unit, staging in (("c1", None), ("c2", centre_of(CEDAR))):
            await stand_by(world, unit)
            made = await plan(world, await world.open(), order(1, staging=staging))
            assert standing(made) == [unit]
            [pick] = made["plan"]["picks"]
            await send(world, made)
            clock.advance(seconds=1)
            await world.say(UnitStatus.EN_ROUTE, unit)
            clock.advance(seconds=2 * pick["eta_seconds"] - 1)
            await world.say(UnitStatus.ON_SCENE, unit)
        arrivals = await store.read(lambda r: r.list_arrivals(clock() - timedelta(days=1)))
        assert [(one.unit_id, one.actual_seconds) for one in arrivals] == [
            ("c1", 2 * arrivals[0].predicted_seconds)
        ]
