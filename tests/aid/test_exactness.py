"""The vectorised walk against a plain one: same candidates, same order, whatever the fleet does."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agreements.permit import Permit, may_lend
from dispatch.agreements.question import LentUnit
from dispatch.agreements.restrictions import ConcurrentCap, Priorities, ReserveFloor, UnitTypes
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.lending import NOBODY_ASKS, call_of, still_permitted
from dispatch.aid.loans import commitments_of, loans_of
from dispatch.model.geo import crow_m
from dispatch.model.incident import Incident, Priority
from dispatch.model.unit import FREE, SATISFIED_BY, Unit, UnitState, UnitStatus, UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from tests.make_aid import (
    SCENE,
    World,
    east,
    make_agreement,
    make_assignment,
    make_incident,
    make_request,
    make_world,
)
from tests.make_live import NOON, make_unit

HORIZON_SECONDS = 45 * 60
JURISDICTIONS = ("ashton", "brook", "cedar", "dale")
TYPES = (UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE)
STATUSES = (UnitStatus.AVAILABLE,) * 9 + (UnitStatus.ON_SCENE, UnitStatus.OFF_DUTY, UnitStatus.UNKNOWN)


@dataclass(frozen=True)
class Drawn:
    """What was drawn for one unit; kilometres are few, so that ties are common."""

    unit: Unit
    km: float | None
    age: float
    status: UnitStatus | None
    lent: bool
    promised: bool


drawn_units = st.builds(
    Drawn,
    unit=st.builds(
        make_unit,
        st.just("x"),
        jurisdiction=st.sampled_from(JURISDICTIONS),
        unit_type=st.sampled_from(TYPES),
        station=st.sampled_from([None, "near", "far"]),
    ),
    km=st.sampled_from([1.0, 2.0, 5.0, 20.0, 60.0, None]),
    age=st.sampled_from([1.0, 60.0, 300.0, 900.0]),
    status=st.sampled_from((*STATUSES, None)),
    lent=st.integers(0, 9).map(lambda n: n == 1),
    promised=st.integers(0, 9).map(lambda n: n == 1),
)
clause_sets = st.lists(
    st.sampled_from(
        [
            UnitTypes(id="1", allow=(UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE)),
            Priorities(id="2", allow=(Priority.CRITICAL,)),
            ReserveFloor(id="3", keep=1, unit_types=(UnitType.ALS_AMBULANCE,)),
            ReserveFloor(id="4", keep=2),
            ConcurrentCap(id="5", at_most=1),
        ]
    ),
    max_size=2,
    unique_by=lambda clause: clause.id,
)


def named(drawn: list[Drawn]) -> list[tuple[Unit, Drawn]]:
    """Ids in an order that is not the order of rows."""
    return [
        (make_unit(f"u{(7 * n) % 31:02d}", jurisdiction=d.unit.jurisdiction_id, unit_type=d.unit.unit_type,
                   station=d.unit.station_id), d)
        for n, d in enumerate(drawn)
    ]  # fmt: skip


def build(fleet: list[tuple[Unit, Drawn]], clauses: list[list[object]]) -> World:
    world = make_world(
        *(unit for unit, _ in fleet),
        agreements=[
            make_agreement("brook", clauses=clauses[0]),  # type: ignore[arg-type]
            make_agreement("cedar", clauses=clauses[1]),  # type: ignore[arg-type]
            make_agreement("cedar", agreement_id="cedar-2", clauses=clauses[2], both_ways=True),  # type: ignore[arg-type]
        ],
        stations={"near": east(3), "far": east(9)},
    )
    for unit, d in fleet:
        world.put(unit.id, km=d.km, status=d.status, age=d.age)
    world.assignments = [
        make_assignment(unit.id, home=unit.jurisdiction_id, borrower="dale", agreement="cedar-ashton",
                        state=AssignmentState.RETURNING)
        for unit, d in fleet if d.lent
    ]  # fmt: skip
    world.requests = [
        make_request(
            unit.id, request_id=f"req_{unit.id}", lender=unit.jurisdiction_id, agreement="brook-ashton"
        )
        for unit, d in fleet
        if d.promised
    ]
    return world


def states_of(world: World) -> dict[str, UnitState]:
    known = ((unit.id, world.picture.state(unit.id)) for unit in world.picture.units)
    return {unit_id: state for unit_id, state in known if state is not None}


def plain_eta(world: World, unit: Unit, incident: Incident) -> int | None:
    fix = world.picture.fix(unit.id)
    station = world.region.stations[unit.station_id].position if unit.station_id else None
    chute_seconds = 60
    if fix and NOON - fix.at <= timedelta(seconds=600):
        place = fix.position
        if station and crow_m(place, station) > 250:
            chute_seconds = 0  # the crew is in its vehicle
    elif station:
        place = station
    else:
        return None
    snaps = StraightLineTravelTimes(speed_mps=10.0, detour=1.0).snap([place])
    seconds = float(world.travel.to_target(snaps, incident.position).seconds[0])
    return round(seconds / (1.25 if incident.priority.is_emergent else 1.0) + chute_seconds)


def plain_candidates(world: World, incident: Incident) -> list[tuple[int, str]]:
    """The same question, asked of one unit after the other with values only."""
    commitments = commitments_of(world.assignments, world.requests, now=NOON)
    states = states_of(world)
    found = []
    for unit in world.region.units.values():
        state, eta_seconds = states.get(unit.id), plain_eta(world, unit, incident)
        if unit.jurisdiction_id == incident.jurisdiction_id or commitments.is_bound(unit.id):
            continue
        if unit.unit_type not in SATISFIED_BY[incident.needs[0].unit_type]:
            continue
        if state is None or state.status not in FREE:
            continue
        if eta_seconds is None or eta_seconds > HORIZON_SECONDS:
            continue
        loans = loans_of(
            unit.jurisdiction_id,
            units=world.region.units.values(),
            states=states,  # type: ignore[arg-type]
            commitments=commitments,
        )
        answer = may_lend(
            world.agreements,
            lender=unit.jurisdiction_id,
            unit=LentUnit(
                unit_type=unit.unit_type,
                certifications=unit.capabilities,
                crew_size=unit.crew_size,
                nims_type=unit.nims_type,
            ),
            call=call_of(incident, NOBODY_ASKS),
            loans=loans,
            now=NOON,
        )
        if isinstance(answer, Permit):
            found.append((eta_seconds, str(unit.id)))
    return sorted(found)


fleets = st.lists(drawn_units, max_size=14).map(named)
three_clause_sets = st.lists(clause_sets, min_size=3, max_size=3)
incidents = st.builds(
    make_incident,
    priority=st.sampled_from([Priority.CRITICAL, Priority.NON_ACUTE]),
    needs=st.sampled_from([(t,) for t in TYPES]),
)


@settings(deadline=None, max_examples=150)
@given(fleets, three_clause_sets, incidents, st.integers(1, 6), st.data())
def test_the_nearest_eligible_are_exactly_those_of_a_plain_walk(
    fleet: list[tuple[Unit, Drawn]],
    clauses: list[list[object]],
    incident: Incident,
    at_most: int,
    data: st.DataObject,
) -> None:
    world = build(fleet, clauses)
    for _ in range(3):
        found = world.ask(incident, at_most=at_most)
        shown = [(c.eta_seconds, str(c.unit_id)) for c in found.candidates]
        plain = plain_candidates(world, incident)
        assert shown == plain[:at_most]
        assert found.picture.eligible == len(plain)
        if fleet:  # one unit moves, another changes its status, and the question is asked again
            moved, changed = (data.draw(st.sampled_from(fleet))[0] for _ in range(2))
            world.put(moved.id, km=data.draw(st.sampled_from([0.5, 3.0, 30.0])), status=None, age=0.5)
            state = world.picture.state(changed.id)
            world.put(
                changed.id,
                status=data.draw(st.sampled_from(STATUSES)),
                version=state.version + 1 if state else 1,
            )


@settings(deadline=None)
@given(fleets, three_clause_sets, incidents)
def test_every_near_unit_is_either_own_or_a_candidate_or_refused_with_a_reason(
    fleet: list[tuple[Unit, Drawn]], clauses: list[list[object]], incident: Incident
) -> None:
    world = build(fleet, clauses)
    found = world.ask(incident, at_most=100)
    own = [unit.unit_id for unit in found.own]
    candidates = [c.unit_id for c in found.candidates]
    refused = [r.unit_id for r in found.refusals]
    shown = [*own, *candidates, *refused]
    assert len(shown) == len(set(shown)), "no unit is shown twice"
    assert all(refusal.reasons for refusal in found.refusals)
    home = {unit.id for unit, _ in fleet if unit.jurisdiction_id == incident.jurisdiction_id}
    assert set(own) <= home
    assert not home & {*candidates, *refused}
    if len(refused) < 15:
        partners = {"brook", "cedar"}
        near = {
            unit.id
            for unit, _ in fleet
            if unit.id not in home
            and unit.jurisdiction_id in partners
            and (eta := plain_eta(world, unit, incident)) is not None
            and eta <= HORIZON_SECONDS
        }
        assert near <= {*candidates, *refused}, "nobody near is passed over in silence"


@settings(deadline=None)
@given(fleets, three_clause_sets, incidents)
def test_borrowed_or_promised_units_are_never_candidates(
    fleet: list[tuple[Unit, Drawn]], clauses: list[list[object]], incident: Incident
) -> None:
    world = build(fleet, clauses)
    bound = {unit.id for unit, d in fleet if d.lent or d.promised}
    assert not bound & {c.unit_id for c in world.ask(incident, at_most=100).candidates}


@settings(deadline=None)
@given(fleets, three_clause_sets, incidents)
def test_the_record_says_of_each_candidate_what_the_picture_said(
    fleet: list[tuple[Unit, Drawn]], clauses: list[list[object]], incident: Incident
) -> None:
    """The check inside the transaction and the recommendation are one rule."""
    world = build(fleet, clauses)
    found = world.ask(incident, at_most=100)
    permits = {c.unit_id: c.permit for c in found.candidates}
    states = states_of(world)
    for unit, _ in fleet:
        if unit.jurisdiction_id == incident.jurisdiction_id:
            continue
        again = still_permitted(
            unit,
            incident,
            units=world.region.units.values(),
            states=states,  # type: ignore[arg-type]
            agreements=world.agreements,
            assignments=world.assignments,
            requests=world.requests,
            now=NOON,
            eta_seconds=plain_eta(world, unit, incident),
        )
        if unit.id in permits:
            assert again == permits[unit.id]
        refusal = next((r for r in found.refusals if r.unit_id == unit.id), None)
        place_or_type = {"wrong_capability", "position_lost", "beyond_horizon", "unreachable"}
        if refusal and unit.jurisdiction_id != "dale":
            kept = tuple(r for r in refusal.reasons if r.code.value not in place_or_type)
            assert kept == (() if isinstance(again, Permit) else again.reasons)


def test_the_scene_is_where_the_plain_walk_thinks_it_is() -> None:
    assert east(0) == SCENE
