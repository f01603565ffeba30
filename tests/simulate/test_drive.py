"""A simulated region lives by the rules: units see calls through, and incidents end after them."""

from datetime import timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.incident import IncidentState
from dispatch.model.unit import UnitStatus
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.simulate.crew import Pace
from dispatch.simulate.drive import Drive, Scene
from dispatch.store.store import SqlStore
from tests.make_world import CEDAR, HARLOW, ORDER, World, centre_of, open_world

pytestmark = pytest.mark.anyio


def make_drive(world: World, store: SqlStore, clock: ManualClock, *, calls: bool = False) -> Drive:
    return Drive(
        world.services,
        store,
        travel=StraightLineTravelTimes(speed_mps=15.0, detour=1.3),
        places={place: [centre_of(place)] for place in ORDER},
        scene=Scene(borrower=HARLOW, lender=CEDAR, calls=calls, intensity=400),
        clock=clock,
        pace=Pace(chute_seconds=5, service_factor=0.1),
    )


async def test_an_incident_that_was_just_served_stays_open_until_its_unit_has_left(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        drive = make_drive(world, store, clock)
        for _ in range(3):
            clock.advance(seconds=1)
            await drive.tick()
        incidents = await store.read(lambda reader: reader.list_incidents())
        live = await store.read(lambda reader: reader.list_live_assignments())

        assert len(incidents) == 2, "both of Harlow's units are called out once"
        assert {incident.state for incident in incidents} == {IncidentState.ACTIVE}
        assert {assignment.unit_id for assignment in live} == {"h1", "h2"}


async def test_in_an_hour_units_go_out_and_come_home_and_calls_are_closed(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        drive = make_drive(world, store, clock, calls=True)
        start = clock()
        while clock() < start + timedelta(minutes=60):
            clock.advance(seconds=5)
            await drive.tick()
        incidents = await store.read(lambda reader: reader.list_incidents())
        closed = [incident for incident in incidents if incident.state is IncidentState.CLOSED]

        assert len(closed) > 2
        assert all(
            (incident.closed_at or start) - incident.opened_at > timedelta(seconds=20) for incident in closed
        )
        assert await world.status_of("g1") is not UnitStatus.UNKNOWN
