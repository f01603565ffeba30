"""A neighbourhood decides like the whole: what is shown equals a plain walk over every unit of the nation."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, Refusal
from dispatch.agreements.restrictions import ReserveFloor, UnitTypes
from dispatch.aid import posts, search
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.crew import NO_CREWS, list_crew_reasons
from dispatch.aid.lending import Lending, lending_for, list_unit_reasons
from dispatch.aid.loans import Commitments, commitments_of, loans_of
from dispatch.aid.neighbourhood import neighbourhood_of
from dispatch.aid.reach import AT_STATION_M, FLIGHT
from dispatch.aid.recommend import Recommendation
from dispatch.aid.refusals import MOST_REFUSALS
from dispatch.aid.remaining import estimate_free_in_seconds
from dispatch.model.geo import Point, crow_m
from dispatch.model.incident import Incident, Priority
from dispatch.model.unit import FREE, OFF, SATISFIED_BY, Unit, UnitState, UnitStatus, UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import Etas, Snaps
from tests.make_aid import (
    HOME,
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
NEVER = 10**9
JURISDICTIONS = ("ashton", "brook", "cedar", "dale", "elm", "fern")
STATIONS = {"near": 3.0, "middle": 9.0, "far": 26.0, "beyond": 60.0}
TYPES = (UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE, UnitType.AIR_ROTOR)


class CrookedTravelTimes(StraightLineTravelTimes):
    """Ways of which some are straight, some five times as long, and some lead nowhere."""

    def to_target(self, sources: Snaps, target: Point, *, horizon_seconds: float | None = None) -> Etas:
        seconds = self.seconds_to(sources.lon, sources.lat, target)
        turn = np.nan_to_num(np.abs(sources.lon * 1e4)).astype(np.int64) % 7
        seconds *= np.array([1.0, 1.2, 2.0, 5.0, 1.0, 3.0, np.inf])[turn]
        return Etas(seconds=seconds, on_road=np.ones(len(sources), dtype=np.bool_))


@dataclass(frozen=True)
class Drawn:
    """What was drawn for one unit; kilometres are few, so that ties are common."""

    home: str
    unit_type: UnitType
    station: str | None
    km: float | None
    age: float
    status: UnitStatus | None
    lent: bool
    promised: bool


drawn_units = st.builds(
    Drawn,
    home=st.sampled_from(JURISDICTIONS),
    unit_type=st.sampled_from((*TYPES[:3], *TYPES)),
    station=st.sampled_from([None, *STATIONS]),
    km=st.sampled_from([1.0, 1.001, 2.0, 5.0, 7.5, 20.0, 25.0, 60.0, 61.0, None]),
    age=st.sampled_from([1.0, 60.0, 900.0]),
    status=st.sampled_from(
        (*[UnitStatus.AVAILABLE] * 5, UnitStatus.ON_SCENE, UnitStatus.OFF_DUTY, UnitStatus.UNKNOWN, None)
    ),
    lent=st.sampled_from((True, *[False] * 8)),
    promised=st.sampled_from((True, *[False] * 8)),
)
incidents = st.builds(
    make_incident,
    priority=st.sampled_from([Priority.CRITICAL, Priority.NON_ACUTE]),
    needs=st.sampled_from([(each,) for each in TYPES]),
)


def build(fleet: list[Drawn], *, crooked: bool) -> World:
    """Brook lends, Ashton only lends to Cedar, Dale's agreement is over, Elm and Fern are strangers."""
    units = [
        make_unit(f"u{(7 * n) % 97:02d}", jurisdiction=d.home, unit_type=d.unit_type, station=d.station)
        for n, d in enumerate(fleet)
    ]
    clauses = [UnitTypes(id="1", allow=TYPES[:2]), ReserveFloor(id="2", keep=1)]
    world = make_world(
        *units,
        agreements=[
            make_agreement("brook", clauses=clauses),
            make_agreement("ashton", "cedar"),
            make_agreement("dale", expired=True),
        ],
        stations={name: east(km) for name, km in STATIONS.items()},
        jurisdictions=JURISDICTIONS,
    )
    if crooked:
        world = replace(world, travel=CrookedTravelTimes(speed_mps=10.0, detour=1.0))
    for unit, d in zip(units, fleet, strict=True):
        world.put(unit.id, km=d.km, status=d.status, age=d.age)
        if d.lent:
            world.assignments.append(
                make_assignment(unit.id, home=d.home, borrower="elm", state=AssignmentState.EN_ROUTE)
            )
        elif d.promised:
            world.requests.append(make_request(unit.id, request_id=f"req_{unit.id}", lender=d.home))
    return world


class Walk:
    """One unit after the other, by values: no columns, no index, no part of the picture."""

    def __init__(self, world: World, incident: Incident, asked: frozenset[str]) -> None:
        self.world, self.incident, self.asked = world, incident, asked
        self.commitments: Commitments = commitments_of(world.assignments, world.requests, now=NOON)
        units = world.region.units.values()
        self.states: dict[str, UnitState] = {
            unit.id: state for unit in units if (state := world.picture.state(unit.id)) is not None
        }
        loans = {
            home: loans_of(home, units=units, states=self.states, commitments=self.commitments)  # type: ignore[arg-type]
            for home in world.region.jurisdictions
        }
        self.lending: Lending = lending_for(incident, agreements=world.agreements, loans=loans, now=NOON)
        self.fitting = SATISFIED_BY[incident.needs[0].unit_type]

    def place(self, unit: Unit) -> Point | None:
        fix = self.world.picture.fix(unit.id)
        seen = unit.jurisdiction_id in {HOME, *self.lending.partners}
        if seen and fix and NOON - fix.at <= timedelta(seconds=600):
            return fix.position
        return self.world.region.stations[unit.station_id].position if unit.station_id else None

    def travel_seconds(self, unit: Unit) -> float:
        place = self.place(unit)
        if place is None:
            return np.inf
        flies = unit.unit_type is UnitType.AIR_ROTOR
        ways = FLIGHT if flies else self.world.travel
        seconds = float(ways.to_target(ways.snap([place]), self.incident.position).seconds[0])
        return seconds / (1.25 if self.incident.priority.is_emergent and not flies else 1.0)

    def is_rolling(self, unit: Unit) -> bool:
        """Seen away from its station: the crew is in the vehicle."""
        place, station = self.place(unit), self.world.region.stations.get(unit.station_id or "")  # type: ignore[call-overload]
        return bool(place and station) and crow_m(place, station.position) > AT_STATION_M

    def eta(self, unit: Unit) -> int:
        seconds = self.travel_seconds(unit)
        chute_seconds = 0 if self.is_rolling(unit) else 60
        return round(seconds + chute_seconds) if np.isfinite(seconds) else NEVER

    def is_free(self, unit: Unit) -> bool:
        state = self.states.get(unit.id)
        return state is not None and state.status in FREE and not self.commitments.is_bound(unit.id)

    def may_come(self, unit: Unit) -> bool:
        return (
            unit.jurisdiction_id != HOME
            and unit.unit_type in self.fitting
            and self.is_free(unit)
            and isinstance(self.lending.answer(unit), Permit)
        )

    def neighbours(self) -> list[Unit]:
        units = self.world.region.units.values()
        return [unit for unit in units if unit.jurisdiction_id != HOME and unit.id not in self.asked]

    def candidates(self) -> list[tuple[int, str]]:
        near = [unit for unit in self.neighbours() if self.may_come(unit)]
        return sorted((eta, str(unit.id)) for unit in near if (eta := self.eta(unit)) <= HORIZON_SECONDS)

    def refusals(self) -> list[tuple[int, str, list[str]]]:
        refused: tuple[list[tuple[int, str, list[str]]], ...] = ([], [])
        for unit in self.neighbours():
            near = self.eta(unit) <= HORIZON_SECONDS
            if near != self.may_come(unit):
                row = (self.eta(unit), str(unit.id), self.reasons(unit))
                refused[unit.unit_type not in self.fitting].append(row)
        return (sorted(refused[0]) + sorted(refused[1]))[:MOST_REFUSALS]

    def reasons(self, unit: Unit) -> list[str]:
        found = [] if unit.unit_type in self.fitting else ["wrong_capability"]
        state = self.states.get(unit.id)
        if unit.jurisdiction_id in self.lending.partners:
            status = state.status if state else UnitStatus.UNKNOWN
            reasons = list_unit_reasons(unit.id, status=status, commitments=self.commitments)
            crew = list_crew_reasons(
                NO_CREWS.facts_of(unit.id, state, NOON),
                NO_CREWS.rules_of(unit.jurisdiction_id),
                priority=self.incident.priority,
                eta_seconds=None if self.eta(unit) == NEVER else self.eta(unit),
                now=NOON,
            )
            found += [reason.code.value for reason in (*reasons, *crew)]
        if self.place(unit) is None:
            found.append("position_lost")
        elif self.eta(unit) == NEVER:
            found.append("unreachable")
        elif self.eta(unit) > HORIZON_SECONDS:
            found.append("beyond_horizon")
        answer = self.lending.answer(unit, counted_free=self.is_free(unit))
        return found + [r.code.value for r in answer.reasons] if isinstance(answer, Refusal) else found

    def own(self, at_most: int) -> list[tuple[str, int]]:
        free, busy = [], []
        for unit in self.world.region.units.values():
            if unit.jurisdiction_id != HOME or unit.unit_type not in self.fitting:
                continue
            assignment, state = self.commitments.assigned.get(unit.id), self.states.get(unit.id)
            if assignment is None and state is not None and state.status in FREE:
                free.append((self.eta(unit), str(unit.id)))
                continue
            if state is not None and state.status in OFF:
                continue
            status = UnitStatus.EN_ROUTE if assignment else state.status if state else UnitStatus.UNKNOWN
            since = assignment.assigned_at if assignment else state.changed_at if state else NOON
            left = estimate_free_in_seconds(status, in_status_seconds=(NOON - since).total_seconds())
            if left is not None:
                travel = self.travel_seconds(unit)
                busy.append((left + round(travel) if np.isfinite(travel) else NEVER, str(unit.id)))
        return [(unit_id, eta) for eta, unit_id in (sorted(free) + sorted(busy))[:at_most]]


def shown_own(found: Recommendation) -> list[tuple[str, int]]:
    return [(str(u.unit_id), NEVER if u.eta_seconds is None else u.eta_seconds) for u in found.own]


def shown_refusals(found: Recommendation) -> list[tuple[int, str, list[str]]]:
    return [
        (NEVER if r.eta_seconds is None else r.eta_seconds, str(r.unit_id), [x.code.value for x in r.reasons])
        for r in found.refusals
    ]


@contextmanager
def small_steps() -> Iterator[None]:
    """Searches that begin with one row, so that a handful of units needs several rounds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "ASKED_AT_FIRST", 1)
        patch.setattr(search, "GROWTH", 2)
        patch.setattr(posts, "FIRST_STATIONS", 1)
        patch.setattr(posts, "GROWTH", 2)
        yield


@settings(deadline=None, max_examples=300)
@given(
    st.lists(drawn_units, max_size=40),
    incidents,
    st.integers(1, 6),
    st.sets(st.integers(0, 96).map(lambda n: f"u{n:02d}"), max_size=8),
    st.booleans(),
)
def test_what_is_shown_equals_a_plain_walk_over_every_unit(
    fleet: list[Drawn], incident: Incident, at_most: int, asked: set[str], crooked: bool
) -> None:
    world = build(fleet, crooked=crooked)
    with small_steps():
        found = world.ask(incident, at_most=at_most, exclude=frozenset(asked))
    walk = Walk(world, incident, frozenset(asked))
    candidates = walk.candidates()
    shown = [(c.eta_seconds, str(c.unit_id)) for c in found.candidates]
    advised = [one for one in candidates[at_most:] if one[1] == found.advised.advice.unit_id]
    assert shown == candidates[:at_most] + advised
    assert shown_refusals(found) == walk.refusals()
    assert shown_own(found) == walk.own(at_most)
    assert (found.picture.units, found.picture.eligible) == (len(fleet), len(candidates))
    statuses = [world.picture.status_of(unit.id) for unit in world.region.units.values()]
    assert found.picture.unknown == statuses.count(UnitStatus.UNKNOWN)
    assert found.picture.counter == world.picture.counter


@settings(deadline=None)
@given(st.lists(drawn_units, max_size=30), incidents)
def test_a_neighbourhood_taken_before_decides_like_the_whole(fleet: list[Drawn], incident: Incident) -> None:
    world = build(fleet, crooked=True)
    near = neighbourhood_of(HOME, picture=world.picture, pairs=Pairs(world.agreements))
    before = world.ask(incident).to_json()
    for unit in list(world.region.units.values()):  # what is heard later is not in it
        world.put(unit.id, km=0.5, status=UnitStatus.AVAILABLE, version=9, age=0.1)
    world.picture.add_unit(make_unit("new", jurisdiction="brook", station="near"))
    assert world.ask(incident, picture=near).to_json() == before


def test_the_rows_of_a_nation_are_not_looked_at() -> None:
    fleet = [make_unit(f"n{n:03d}", jurisdiction=f"far{n % 50}", station="far") for n in range(500)]
    homes = ("ashton", "brook", *(f"far{n}" for n in range(50)))
    world = make_world(
        make_unit("a1"),
        make_unit("b1", jurisdiction="brook"),
        *fleet,
        agreements=[make_agreement()],
        stations={"far": east(20)},
        jurisdictions=homes,
    )
    near = neighbourhood_of(HOME, picture=world.picture, pairs=Pairs(world.agreements))
    assert [unit.id for unit in near.picture.units] == ["a1", "b1"]
    found = world.ask(picture=near)
    assert len(near.picture) == 2 + 15
    assert [refusal.unit_id for refusal in found.refusals] == sorted(unit.id for unit in fleet)[:15]


def test_a_stranger_who_changes_stations_is_found_at_the_new_one() -> None:
    world = make_world(
        make_unit("e1", jurisdiction="elm", station="far"),
        stations={"far": east(60), "near": east(2)},
        jurisdictions=("ashton", "elm"),
    )
    assert world.ask().refusals == ()
    world.picture.add_unit(make_unit("e1", jurisdiction="elm", station="near"))
    (refusal,) = world.ask().refusals
    assert refusal.eta_seconds == pytest.approx(220, rel=0.01)
