"""What a feed's word does, and what it cannot do."""

from datetime import timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, Invalid
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, UnitId
from dispatch.model.principal import Principal, Role
from dispatch.model.unit import UnitStatus
from dispatch.services.intake import Taken, UnitReport
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import HARLOW, meta, open_world

pytestmark = pytest.mark.anyio

HERE, THERE = Point(lon=-99.9, lat=40.1), Point(lon=-99.899, lat=40.1)


async def test_statuses_are_durable_and_in_the_picture_when_the_call_returns(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, on_duty=()) as world:
        [outcome] = await world.say("available", "h1")
        assert (outcome.outcome, outcome.reason) == (Taken.ACCEPTED, None)
        assert await world.status_of("h1") is UnitStatus.AVAILABLE
        assert world.core.world.picture.status_of(UnitId("h1")) is UnitStatus.AVAILABLE
        assert (await store.read(verify_store)).ok


async def test_a_feed_reports_only_its_own_units_and_cannot_tell_foreign_from_missing(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        reports = [
            UnitReport(unit_id=UnitId(unit), at=clock(), status=UnitStatus.EN_ROUTE, position=HERE)
            for unit in ("h1", "c1", "nothing")
        ]
        outcomes = await world.report("h", *reports)
        assert [(o.outcome, o.reason) for o in outcomes] == [
            (Taken.ACCEPTED, None),
            (Taken.REFUSED, "unknown_unit"),
            (Taken.REFUSED, "unknown_unit"),
        ]
        assert await world.status_of("c1") is UnitStatus.AVAILABLE
        assert world.core.world.picture.fix(UnitId("c1")) is None


async def test_only_feeds_report(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        with pytest.raises(Forbidden):
            await world.services.intake.report(meta("harlow").actor, [])
        feed = Principal(id="feed-h", role=Role.FEED, jurisdiction_id=HARLOW)
        report = UnitReport(unit_id=UnitId("h1"), at=clock(), position=HERE)
        with pytest.raises(Invalid):
            await world.services.intake.report(feed, [report] * 501)


async def test_what_is_repeated_is_not_written_again_but_its_time_counts(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        seq = world.core.world.seq
        clock.advance(seconds=60)
        [again] = await world.say("available", "h1")
        assert again.outcome is Taken.ACCEPTED
        assert world.core.world.seq == seq
        [late] = await world.say("out_of_service", "h1", at=clock() - timedelta(seconds=20))
        assert (late.outcome, late.reason) == (Taken.IGNORED, "older")
        assert await world.status_of("h1") is UnitStatus.AVAILABLE


async def test_a_batch_out_of_order_ends_in_its_newest_status(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        start = clock()
        clock.advance(seconds=100)
        said = [("on_scene", 60), ("dispatched", 10), ("en_route", 30)]
        reports = [
            UnitReport(unit_id=UnitId("h1"), at=start + timedelta(seconds=seconds), status=UnitStatus(status))
            for status, seconds in said
        ]
        outcomes = await world.report("h", *reports)
        assert {o.outcome for o in outcomes} == {Taken.ACCEPTED}
        assert await world.status_of("h1") is UnitStatus.ON_SCENE
        assert (await record.read(verify_store)).ok


async def test_a_feed_that_has_not_heard_of_the_dispatch_does_not_end_it(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.accept(await world.ask(await world.open(), "c1"))
        clock.advance(seconds=15)
        [outcome] = await world.say("available", "c1")
        assert (outcome.outcome, outcome.reason) == (Taken.IGNORED, "before_dispatch")
        assert await world.status_of("c1") is UnitStatus.DISPATCHED
        assert len(await record.read(lambda reader: reader.list_live_assignments())) == 1


async def test_a_feed_that_repeats_itself_does_not_undo_what_a_dispatcher_set_on_a_call(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.accept(await world.ask(await world.open(), "c1"))
        await world.services.units.set_status(meta("cedar"), UnitId("c1"), UnitStatus.EN_ROUTE)
        clock.advance(seconds=15)
        [outcome] = await world.say("available", "c1")
        assert outcome.outcome is Taken.IGNORED
        assert await world.status_of("c1") is UnitStatus.EN_ROUTE


async def test_a_released_unit_that_reports_available_at_home_is_free(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await world.accept(await world.ask(incident_id, "c1"))
        [assignment] = world.core.world.list_assignments_of(incident_id)
        await world.services.assignments.release(meta("harlow"), AssignmentId(assignment.id))
        assert await world.status_of("c1") is UnitStatus.AVAILABLE_DELAYED
        clock.advance(seconds=60)
        [outcome] = await world.say("en_route", "c1")
        clock.advance(seconds=60)
        [outcome] = await world.say("available", "c1")
        assert outcome.outcome is Taken.ACCEPTED
        assert await record.read(lambda reader: reader.list_live_assignments()) == []


async def test_a_report_of_two_halves_is_accepted_when_either_half_is(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        old = clock() - timedelta(seconds=600)
        report = UnitReport(unit_id=UnitId("h1"), at=old, status=UnitStatus.OFF_DUTY, position=HERE)
        [outcome] = await world.report("h", report)
        assert (outcome.outcome, outcome.reason) == (Taken.ACCEPTED, "status_older")
        [empty] = await world.report("h", UnitReport(unit_id=UnitId("h1"), at=clock()))
        assert (empty.outcome, empty.reason) == (Taken.IGNORED, "nothing_reported")


async def test_positions_are_not_journalled(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        seq = world.core.world.seq
        await world.report("h", UnitReport(unit_id=UnitId("h1"), at=clock(), position=THERE))
        fix = world.core.world.picture.fix(UnitId("h1"))
        assert fix
        assert fix.position == THERE
        assert (await record.read(lambda reader: reader.head())).seq == seq
