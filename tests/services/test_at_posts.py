"""What holds of units at their posts: what ends a loan, who is sent on, and from where."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from dispatch.aid.crew import crew_facts
from dispatch.model.clock import ManualClock
from dispatch.model.errors import IllegalStep, NotPermitted
from dispatch.model.ids import AssignmentId, IncidentId, RequestId, UnitId
from dispatch.model.incident import IncidentState, Priority
from dispatch.model.unit import UnitStatus
from dispatch.services.asking import Eta, Question
from dispatch.services.asking import ask as put_question
from dispatch.services.ports import Tx
from dispatch.services.presenting import request_row
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_standby import ask, decline, redirect, settle, stand_by, state_of
from tests.make_world import CEDAR, HARLOW, World, draft, meta, open_world

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "status", [UnitStatus.AVAILABLE, UnitStatus.TRANSPORTING, UnitStatus.OUT_OF_SERVICE, UnitStatus.UNKNOWN]
)
async def test_what_a_crew_reports_at_its_post_ends_no_loan(
    store: SqlStore, clock: ManualClock, status: UnitStatus
) -> None:
    async with open_world(store, clock) as world:
        standby = await stand_by(world, "c1")
        clock.advance(seconds=5)
        await world.say(status, "c1")
        await settle(world)
        live = await store.read(lambda reader: reader.get_assignment(standby))
        assert (live.state.value, live.end_reason) == ("on_scene", "")
        assert await state_of(world, live.incident_id) is IncidentState.ACTIVE
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        offered = [unit["unit"] for unit in shown["candidates"] if unit["stands_by"]]
        assert offered == (["c1"] if status is UnitStatus.AVAILABLE else [])
        assert (await store.read(verify_store)).ok


async def test_an_own_unit_that_is_available_at_its_post_is_still_moved_up(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await ask(world, "h1")
        await world.say(UnitStatus.EN_ROUTE, "h1")
        clock.advance(seconds=5)
        await world.say(UnitStatus.AVAILABLE, "h1")
        assert world.core.world.find_live_assignment(UnitId("h1")) is not None
        assert world.core.world.covers[HARLOW].free == 2
        clock.advance(seconds=5)
        await world.say(UnitStatus.OUT_OF_SERVICE, "h1")
        assert world.core.world.find_live_assignment(UnitId("h1")) is not None
        assert world.core.world.covers[HARLOW].free == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (UnitStatus.UNKNOWN, "unknown_status"),
        (UnitStatus.TRANSPORTING, "not_available"),
        (UnitStatus.OUT_OF_SERVICE, "not_available"),
    ],
)
async def test_a_unit_of_which_nobody_knows_that_it_can_go_is_not_sent_on(
    record: SqlStore, clock: ManualClock, status: UnitStatus, code: str
) -> None:
    async with open_world(record, clock) as world:
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        clock.advance(seconds=5)
        await world.say(status, "c1")
        with pytest.raises(NotPermitted) as refused:
            await redirect(world, standby, incident_id)
        assert [reason["code"] for reason in refused.value.reasons] == [code]


async def test_an_own_unit_that_cannot_go_is_not_sent_on_from_its_post(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        row, incident_id = await ask(world, "h1"), await world.open()
        clock.advance(seconds=5)
        await world.say(UnitStatus.UNKNOWN, "h1")
        with pytest.raises(IllegalStep) as refused:
            await redirect(world, AssignmentId(row["assignment"]["id"]), incident_id)
        assert refused.value.because == "unit_not_available"


async def test_a_unit_that_is_sent_on_is_on_one_loan_since_it_was_lent(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        lent_at = clock()
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        clock.advance(seconds=2 * 3600)
        row = await redirect(world, standby, incident_id)
        mission = await store.read(lambda reader: reader.get_assignment(AssignmentId(row["id"])))
        assert (mission.continues, mission.lent_since, mission.assigned_at) == (standby, lent_at, clock())
        clock.advance(seconds=600)
        work = world.core.world.work_of_crews([CEDAR])[UnitId("c1")]
        facts = crew_facts(world.core.world.picture.state(UnitId("c1")), work, now=clock())
        assert (facts.aid_missions_this_shift, facts.out_of_area_seconds) == (1, 2 * 3600 + 600)
        assert (await store.read(verify_store)).ok


async def test_a_crew_that_would_be_out_too_long_is_sent_on_to_critical_calls_only(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        standby, critical = await stand_by(world, "c1"), await world.open()
        lesser = replace(draft(jurisdiction="harlow"), priority=Priority.LOWER_ACUITY)
        lesser_id = IncidentId((await world.services.incidents.open(meta("harlow"), lesser))["id"])
        clock.advance(seconds=170 * 60)
        await world.say(UnitStatus.AVAILABLE, "c1")
        shown = await world.services.recommendations.recommend(meta("harlow"), lesser_id)
        assert "c1" not in [unit["unit"] for unit in shown["candidates"]]
        with pytest.raises(NotPermitted) as refused:
            await redirect(world, standby, lesser_id)
        assert [reason["code"] for reason in refused.value.reasons] == ["crew_out_of_area"]
        assert (await redirect(world, standby, critical))["state"] == "dispatched"


@pytest.mark.parametrize("second", ["stands_by", "asked"])
async def test_a_post_stays_open_under_a_second_unit_until_that_one_is_gone_too(
    store: SqlStore, clock: ManualClock, second: str
) -> None:
    async with open_world(store, clock) as world:
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        post_id = (await store.read(lambda reader: reader.get_assignment(standby))).incident_id
        request = await ask_second(world, post_id, "c2")
        if second == "stands_by":
            await world.accept(request)
        clock.advance(seconds=5)
        await redirect(world, standby, incident_id)
        await settle(world)
        assert await state_of(world, post_id) is IncidentState.ACTIVE
        if second == "asked":
            await decline(world, RequestId(request["id"]), by="cedar")
        else:
            [other] = world.core.world.list_assignments_of(post_id)
            await redirect(world, other.id, incident_id)
        await settle(world)
        assert await state_of(world, post_id) is IncidentState.CLOSED
        assert (await store.read(verify_store)).ok


async def ask_second(world: World, post_id: IncidentId, unit: str) -> Mapping[str, Any]:
    """As another process may have asked: no use case here asks twice for one post."""
    core = world.core

    def write(tx: Tx) -> Mapping[str, Any]:
        question = Question(
            incident_id=post_id,
            unit=core.world.region.units[UnitId(unit)],
            eta=Eta(seconds=900, basis="straight_line"),
            recommendation_id=None,
        )
        asked = put_question(tx, meta("harlow"), question, world=core.world, ids=core.ids, now=core.clock())
        return request_row(tx, asked, viewer=meta("harlow").actor)

    return await core.store.write(write)


async def test_a_unit_that_stands_by_unseen_comes_from_its_post_and_says_so(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await stand_by(world, "c1")
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        by_unit = {one["unit"]: one for one in (*shown["own"], *shown["candidates"])}
        there, own = by_unit["c1"], by_unit["h1"]  # at the same station, of whichever home
        assert there["eta_seconds"] == own["eta_seconds"] < by_unit["c2"]["eta_seconds"] - 600
        assert (there["position_basis"], there["arrival"]["basis"][1]) == ("post", "post")
        assert "post_positions" in shown["degraded"]
        [standby] = world.core.world.list_standing_by()
        sent = await redirect(world, standby.id, incident_id)
        mission = await record.read(lambda reader: reader.get_assignment(AssignmentId(sent["id"])))
        assert mission.predicted_seconds == there["eta_seconds"]


async def test_on_its_way_to_its_post_unseen_it_may_be_as_far_away_as_its_station(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        asked = await ask(world, "c1")
        await world.accept(asked["request"])
        await world.say(UnitStatus.EN_ROUTE, "c1")
        shown = await world.services.recommendations.recommend(meta("harlow"), await world.open())
        by_unit = {one["unit"]: one for one in shown["candidates"]}
        there, home = by_unit["c1"], by_unit["c2"]
        assert there["eta_seconds"] == home["eta_seconds"]
        assert there["position_basis"] == "to_post"
        assert there["arrival"]["high_seconds"] > there["eta_seconds"] + (
            home["arrival"]["high_seconds"] - home["arrival"]["expected_seconds"]
        )
