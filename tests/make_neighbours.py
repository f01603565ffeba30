"""Four neighbours side by side, for trials beside which the live service is asked, and as it sees them."""

from dataclasses import replace

import numpy as np

from dispatch.agreements.permit import Permit
from dispatch.agreements.provisions import Balance, Discretion
from dispatch.agreements.restrictions import ConcurrentCap, DailyCap, Priorities, ReserveFloor
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.remaining import STATUS_OF_STATE
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, IncidentId, JurisdictionId, StationId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import Station
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitState, UnitStatus, UnitType
from dispatch.simulate.calls import TYPES, Calls
from dispatch.simulate.trial.calls import ANSWERS, TrialCalls
from dispatch.simulate.trial.desk import Desk
from dispatch.simulate.trial.fleet import Mission
from dispatch.simulate.trial.terrain import Terrain, make_terrain
from tests.make_aid import make_agreement
from tests.make_aid import make_region as make_bare_region
from tests.make_live import NOON

NAMES = ("ashton", "brook", "cedar", "dale")
ALS, BLS = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE


def make_region() -> Region:
    posts, units = {}, []
    for row, name in enumerate(NAMES):
        for number in (1, 2, 3):
            posts[f"{name}-{number}"] = Point(
                lon=9.0 + 0.05 * row + 0.011 * number, lat=45.0 + 0.013 * number
            )
            units.append(
                Unit(
                    id=UnitId(f"{name}-{number}"),
                    call_sign=f"{name}-{number}",
                    jurisdiction_id=JurisdictionId(name),
                    unit_type=ALS if number < 3 else BLS,
                    station_id=StationId(f"{name}-{number}"),
                )
            )
    region = make_bare_region(units)
    stations = {
        StationId(name): Station(
            id=StationId(name),
            name=name,
            jurisdiction_id=JurisdictionId(name.partition("-")[0]),
            position=position,
        )
        for name, position in posts.items()
    }
    return replace(region, stations=stations)


def make_agreements() -> list[Agreement]:
    duty = Discretion(id="5", lender_may_decline=False)
    clauses = [ReserveFloor(id="3", keep=1, unit_types=(ALS,)), ConcurrentCap(id="4", at_most=2)]
    sparing = Balance(id="7", spares_the_giver=True)
    return [
        make_agreement("brook", "ashton", clauses=[*clauses, sparing], both_ways=True),
        make_agreement("cedar", "brook", clauses=[DailyCap(id="4", at_most=3)], both_ways=True),
        make_agreement("dale", "cedar", clauses=[duty], both_ways=True),
        make_agreement(
            "cedar", "ashton", clauses=[Priorities(id="2", allow=(Priority.CRITICAL, Priority.EMERGENT))]
        ),
    ]


def make_four_terrain(region: Region) -> Terrain:
    """Calls come from 30 places; units are at home as soon as they are clear, where live ones would be."""
    places = {
        JurisdictionId(name): [
            Point(lon=9.0 + 0.05 * row + 0.006 * step, lat=45.0 + 0.007 * (step % 5)) for step in range(8)
        ]
        for row, name in enumerate(NAMES)
    }
    terrain = make_terrain(region, None, places)
    ways = terrain.scene.ways
    at_once = replace(ways, home_from_place=ways.home_from_place * 0)
    return replace(terrain, scene=replace(terrain.scene, ways=at_once))


def make_four_calls(terrain: Terrain, count: int, *, most_apart_seconds: int = 900) -> TrialCalls:
    chance = np.random.default_rng(11)
    home = chance.integers(0, len(NAMES), count)
    priority = chance.choice(3, count)
    calls = Calls(
        begins=NOON,
        natures=("Fall",),
        at_seconds=np.cumsum(chance.integers(60, most_apart_seconds, count)),
        jurisdiction=home,
        place=np.array([chance.choice(terrain.places[row]) for row in home.tolist()]),
        priority=priority,
        nature=np.zeros(count, dtype=np.int64),
        need=np.where(chance.random(count) < 0.6, TYPES.index(ALS), TYPES.index(BLS)),
        incident=np.arange(count),
        stated=(frozenset(),) * count,
        scene_seconds=np.rint(chance.exponential(1500, count)),
        hospital_seconds=np.zeros(count),
        transported=np.zeros(count, dtype=np.bool_),
    )
    return TrialCalls(
        calls=calls,
        true_priority=priority,
        answers=np.full((count, ANSWERS), 0.99),
        report_seconds=np.zeros(count),
    )


def state_of(unit: Unit, mission: Mission | None, at: float, desk: Desk) -> UnitState:
    status, since = (UnitStatus.AVAILABLE, 0.0) if mission is None else mission.stage(at)
    return UnitState(
        unit_id=unit.id,
        status=status,
        changed_at=desk.moment(since),
        reported_at=desk.moment(at),
        source="cad",
        version=2,
    )


STATE = {status: state for state, status in STATUS_OF_STATE.items()}


def assignment_of(
    desk: Desk, unit: int, mission: Mission, permit: Permit | None, number: int, *, at: float
) -> Assignment:
    names, home = desk.scene.jurisdictions, desk.scene.homes[unit]
    status, since = mission.stage(at)
    ended = not (desk.fleet.mission[unit] is mission and not desk.fleet.free[unit])
    return Assignment(
        id=AssignmentId(f"a{number}"),
        incident_id=IncidentId(str(mission.row)),
        unit_id=desk.scene.units[unit].id,
        home=names[home],
        borrower=names[desk.rows.jurisdiction[mission.row] if permit else home],
        assigned_at=desk.moment(mission.sent),
        assigned_by="",
        changed_at=desk.moment(since),
        agreement_id=permit.agreement_id if permit else None,
        agreement_version=permit.agreement_version if permit else None,
        state=AssignmentState.ENDED if ended else STATE[status],
        ended_at=desk.moment(mission.known) if ended else None,
    )
