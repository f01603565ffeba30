"""A floor's report reads the journal, names no call, and is for the agency that has set the floor."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, NotFound
from dispatch.model.events import RecommendationMade
from dispatch.model.geo import Point
from dispatch.model.ids import UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.store.store import SqlStore
from tests.make_world import CEDAR, HARLOW, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

STRICT = (agreement_text("cedar", "harlow", floor=3), agreement_text("elm", "harlow", floor=0))


async def test_what_the_floor_cost_and_saved_is_read_from_the_journal(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=STRICT) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, "h1", "h2")
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        assert shown["counterfactual"]["lender"] == "cedar"
        clock.advance(seconds=600)
        own = await world.open("cedar", position=Point(lon=-99.7, lat=40.1))
        await world.services.assignments.assign_own(meta("cedar"), own, UnitId("c2"))
        clock.advance(seconds=300)
        await world.say(UnitStatus.EN_ROUTE, "c2")
        await world.say(UnitStatus.ON_SCENE, "c2")
        clock.advance(seconds=1)
        analyst = meta("cedar", role=Role.ANALYST).actor
        found = await world.services.standby.floors.report(analyst, CEDAR, days=30)
        assert found["blocked"] == {"calls": 1, "by_the_floor_alone": 1, "nobody_else_advised": 0}
        gain = shown["counterfactual"]["gain_seconds"]
        assert found["cost"]["minutes"] == pytest.approx(gain / 60, abs=0.05)
        assert found["saved"] == {"calls_at_most": 1, "own_calls_after": 1}
        assert incident_id not in str(found)
        assert "At most so many were saved by it." in found["sentences"][1]
        clock.advance(seconds=2 * 86_400)
        later = await world.services.standby.floors.report(analyst, CEDAR, days=1)
        assert later["blocked"]["calls"] == 0


async def test_the_report_is_for_the_lenders_supervisor_analyst_and_admin(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        floors = world.services.standby.floors
        for role in (Role.SUPERVISOR, Role.ANALYST, Role.ADMIN):
            await floors.report(meta("cedar", role=role).actor, CEDAR, days=30)
            with pytest.raises(NotFound):
                await floors.report(meta("cedar", role=role).actor, HARLOW, days=30)
        with pytest.raises(Forbidden):
            await floors.report(meta("cedar").actor, CEDAR, days=30)


async def test_entries_of_a_kind_are_found_from_a_moment_on(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        moments = []
        for _ in range(3):
            incident_id = await world.open(note='"type":"recommendation.made"')
            moments.append(clock())
            await world.services.recommendations.recommend(meta("harlow"), incident_id)
            clock.advance(seconds=60)

        async def count(since: int) -> int:
            found = await store.read(
                lambda reader: reader.list_entries_of(RecommendationMade.type, since=moments[since])
            )
            assert {entry.type for entry in found} == {RecommendationMade.type}
            return len(found)

        assert [await count(place) for place in range(3)] == [3, 2, 1]
