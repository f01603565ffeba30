"""A simulated crew does what crews do, in order, and never drives faster than the road time says."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.assignment import Assignment, AssignmentState, follow, step
from dispatch.model.geo import Point, crow_m
from dispatch.model.ids import AssignmentId, IncidentId, JurisdictionId, UnitId
from dispatch.model.unit import Unit, UnitStatus, UnitType
from dispatch.simulate.crew import Crew, Leg, Pace, Wish

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME = Point(lon=-141.0, lat=41.0)
SCENE = Point(lon=-141.02, lat=41.01)


def make_crew(seed: int = 1) -> Crew:
    unit = Unit(
        id=UnitId("c1"),
        call_sign="C1",
        jurisdiction_id=JurisdictionId("cedar"),
        unit_type=UnitType.ALS_AMBULANCE,
    )
    return Crew(unit, HOME, pace=Pace(service_factor=0.25), chance=random.Random(seed))


def make_assignment(*, lent: bool) -> Assignment:
    return Assignment(
        id=AssignmentId("a1"),
        incident_id=IncidentId("i1"),
        unit_id=UnitId("c1"),
        home=JurisdictionId("cedar"),
        borrower=JurisdictionId("harlow" if lent else "cedar"),
        assigned_at=NOON,
        assigned_by="test",
    )


def live_through(crew: Crew, assignment: Assignment) -> tuple[list[UnitStatus], Assignment]:
    """Run a crew second by second until its assignment has ended, as the record would."""
    said: list[UnitStatus] = []
    live: Assignment | None = assignment
    for second in range(20_000):
        now = NOON + timedelta(seconds=second)
        crew.observe(live, now=now)
        status = crew.tick(now)
        if crew.wish is not None:
            target = HOME if crew.wish is Wish.HOME else SCENE
            status = crew.drive((crew.position, target), seconds=300, now=now) or status
        if status is not None:
            said.append(status)
            assignment = follow(assignment, status, now=now) or assignment
            live = None if assignment.state is AssignmentState.ENDED else assignment
        if live is None:
            break
    return said, assignment


@given(seed=st.integers(0, 500), lent=st.booleans())
def test_a_crew_goes_to_the_scene_and_is_free_again_and_every_step_is_legal(seed: int, lent: bool) -> None:
    said, assignment = live_through(make_crew(seed), make_assignment(lent=lent))

    assert assignment.state is AssignmentState.ENDED
    assert said[:2] == [UnitStatus.EN_ROUTE, UnitStatus.ON_SCENE]
    assert said[-1] is UnitStatus.AVAILABLE
    assert (UnitStatus.AVAILABLE_DELAYED in said) == lent


def test_a_released_lent_crew_turns_round_and_drives_home() -> None:
    crew, assignment = make_crew(), make_assignment(lent=True)
    crew.observe(assignment, now=NOON)
    crew.observe(step(assignment, AssignmentState.RETURNING, now=NOON), now=NOON)

    assert crew.wish is Wish.HOME
    assert crew.drive((SCENE, HOME), seconds=60, now=NOON) is None
    assert crew.tick(NOON + timedelta(seconds=61)) is UnitStatus.AVAILABLE
    assert not crew.is_working()


def test_a_crew_whose_incident_was_cancelled_is_free_and_drives_home() -> None:
    crew = make_crew()
    crew.observe(make_assignment(lent=False), now=NOON)
    crew.observe(None, now=NOON)

    assert crew.wish is Wish.HOME
    assert not crew.is_working()


@given(share=st.floats(0, 1.5), turns=st.lists(st.floats(-0.01, 0.01), min_size=2, max_size=6))
def test_a_leg_is_never_faster_than_its_even_speed(share: float, turns: list[float]) -> None:
    way = tuple(Point(lon=-141 + i * 0.003, lat=41 + turn) for i, turn in enumerate(turns))
    leg = Leg(way, started=NOON, seconds=100)
    a = leg.position(NOON + timedelta(seconds=share * 100))
    b = leg.position(NOON + timedelta(seconds=share * 100 + 1))

    assert crow_m(a, b) <= leg.speed_mps * 1.001 + 0.01
    assert leg.position(NOON + timedelta(seconds=100)) == way[-1]


def test_a_crew_that_stands_by_drives_to_its_post_without_haste_and_waits_there():
    crew, standby = make_crew(), make_assignment(lent=True)
    said: list[UnitStatus] = []
    for second in range(4_000):
        now = NOON + timedelta(seconds=second)
        crew.observe(standby, now=now, stands_by=True)
        status = crew.tick(now)
        if crew.wish is not None:
            assert not crew.is_in_a_hurry
            status = crew.drive((crew.position, SCENE), seconds=300, now=now) or status
        said += [status] if status else []
    assert said == [UnitStatus.EN_ROUTE, UnitStatus.ON_SCENE]
    assert crew.position == SCENE
    call = replace(make_assignment(lent=True), id=AssignmentId("a2"))
    said, _ = live_through(crew, call)
    assert said[0] is UnitStatus.EN_ROUTE
    assert said[-1] is UnitStatus.AVAILABLE
