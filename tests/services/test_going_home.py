"""A unit that is let go from a post is not home because its feed says again what it said there."""

import pytest

from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.model.clock import ManualClock
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, UnitId
from dispatch.model.unit import UnitStatus
from dispatch.services.intake import Taken, UnitReport
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_standby import redirect, stand_by
from tests.make_world import CEDAR, HARLOW, World, centre_of, meta, open_world

pytestmark = pytest.mark.anyio

C1 = UnitId("c1")
AVAILABLE = UnitStatus.AVAILABLE


async def let_go(world: World, *, by: str = "harlow") -> Assignment:
    """C1 says that it is available at Harlow's post, again and again, and is released."""
    standby = await stand_by(world, "c1")
    for _ in range(2):
        world.clock.advance(seconds=60)
        await world.say(AVAILABLE, "c1")
    await world.services.assignments.release(meta(by), standby)
    world.clock.advance(seconds=10)
    return await loan_of(world, standby)


async def loan_of(world: World, assignment_id: AssignmentId) -> Assignment:
    return await world.store.read(lambda reader: reader.get_assignment(assignment_id))


def where(place: Point, world: World, *, status: UnitStatus | None = AVAILABLE) -> UnitReport:
    return UnitReport(unit_id=C1, at=world.clock(), status=status, position=place)


async def test_what_it_says_again_takes_it_home_no_sooner_than_the_way_takes(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        loan = await let_go(world)
        assert loan.predicted_seconds is not None
        assert loan.predicted_seconds > 600
        free = world.core.world.covers[CEDAR].free
        for _ in range(2):
            [outcome] = await world.say(AVAILABLE, "c1")
            assert (outcome.outcome, outcome.reason) == (Taken.IGNORED, "before_release")
            clock.advance(seconds=(loan.predicted_seconds - 20) / 2)
        assert (await loan_of(world, loan.id)).state is AssignmentState.RETURNING
        assert await world.status_of("c1") is UnitStatus.AVAILABLE_DELAYED
        assert world.core.world.covers[CEDAR].free == free
        clock.advance(seconds=20)
        [outcome] = await world.say(AVAILABLE, "c1")
        assert outcome.outcome is Taken.ACCEPTED
        assert (await loan_of(world, loan.id)).ended_at == clock()
        assert world.core.world.covers[CEDAR].free == free + 1
        assert (await store.read(verify_store)).ok


async def test_seen_at_its_station_it_is_home(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        loan = await let_go(world)
        [outcome] = await world.report("c", where(centre_of(HARLOW), world))
        assert (outcome.outcome, outcome.reason) == (Taken.ACCEPTED, "status_before_release")
        assert (await loan_of(world, loan.id)).ended_at is None
        clock.advance(seconds=600)
        await world.report("c", where(centre_of(CEDAR), world))
        assert (await loan_of(world, loan.id)).ended_at == clock()


async def test_seen_at_its_station_before_it_was_let_go_it_is_not(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.report("c", where(centre_of(CEDAR), world, status=None))
        loan = await let_go(world)
        await world.say(AVAILABLE, "c1")
        assert (await loan_of(world, loan.id)).ended_at is None


@pytest.mark.parametrize("between", [UnitStatus.AVAILABLE_DELAYED, UnitStatus.EN_ROUTE])
async def test_a_crew_that_says_something_else_in_between_is_believed(
    record: SqlStore, clock: ManualClock, between: UnitStatus
) -> None:
    async with open_world(record, clock) as world:
        loan = await let_go(world)
        await world.say(between, "c1")
        clock.advance(seconds=10)
        [outcome] = await world.say(AVAILABLE, "c1")
        assert outcome.outcome is Taken.ACCEPTED
        assert (await loan_of(world, loan.id)).ended_at == clock()


async def test_a_person_takes_it_home_at_any_time(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        loan = await let_go(world)
        await world.services.units.set_status(meta("cedar"), C1, AVAILABLE)
        assert (await loan_of(world, loan.id)).ended_at == clock()


async def test_a_unit_that_is_sent_on_and_called_off_comes_from_its_post_too(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        clock.advance(seconds=60)
        await world.say(AVAILABLE, "c1")
        mission = AssignmentId((await redirect(world, standby, incident_id))["id"])
        clock.advance(seconds=10)
        await world.services.assignments.release(meta("harlow"), mission)
        clock.advance(seconds=60)
        [outcome] = await world.say(AVAILABLE, "c1")
        assert outcome.reason == "before_release"
        assert (await loan_of(world, mission)).state is AssignmentState.RETURNING


async def test_a_unit_that_comes_from_a_call_is_home_when_it_says_so(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.accept(await world.ask(await world.open(), "c1"))
        [loan] = await record.read(lambda reader: reader.list_live_assignments())
        clock.advance(seconds=10)
        await world.services.assignments.release(meta("harlow"), loan.id)
        clock.advance(seconds=10)
        await world.say(AVAILABLE, "c1")
        assert (await loan_of(world, loan.id)).ended_at == clock()


@pytest.mark.parametrize(("said", "over"), [(AVAILABLE, False), (UnitStatus.OUT_OF_SERVICE, True)])
async def test_when_nobody_remembers_what_was_said_before_available_is_no_news(
    record: SqlStore, clock: ManualClock, said: UnitStatus, over: bool
) -> None:
    async with open_world(record, clock) as world:
        loan = await let_go(world)
    async with open_world(record, clock, on_duty=()) as world:
        await world.say(said, "c1")
        assert ((await loan_of(world, loan.id)).ended_at is not None) is over
