"""A random world in which a recommendation has much to explain: drawn from a seed, the same each time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta

from dispatch.agreements.restrictions import (
    CallTypes,
    ConcurrentCap,
    ContentField,
    DailyCap,
    Hours,
    IncidentCap,
    Priorities,
    Purpose,
    Purposes,
    RequestContent,
    Requesters,
    ReserveFloor,
    Restriction,
    Staffing,
    Trigger,
    UnitTypes,
    Weekday,
    Window,
    Zones,
)
from dispatch.agreements.standing import Closure, Standing
from dispatch.agreements.terms import Agreement, AgreementKind
from dispatch.aid.arrival.corrections import Correction, Corrections
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.crew import Crews
from dispatch.aid.lending import Asking
from dispatch.aid.recommend import Recommendation
from dispatch.live.report import PositionReport
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, JurisdictionId
from dispatch.model.incident import Incident, Priority
from dispatch.model.jurisdiction import Agency, CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import Unit, UnitState, UnitStatus, UnitType
from tests.make_aid import (
    SCENE,
    World,
    make_agreement,
    make_assignment,
    make_incident,
    make_request,
    make_world,
)
from tests.make_live import NOON, make_unit

A, B, C = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE
TYPES = (A, A, B, C)
LENDERS = ("brook", "cedar", "dale")
STATUSES = (UnitStatus.AVAILABLE,) * 8 + (
    UnitStatus.ON_SCENE,
    UnitStatus.AT_HOSPITAL,
    UnitStatus.AVAILABLE_DELAYED,
    UnitStatus.OFF_DUTY,
    UnitStatus.UNKNOWN,
)
ALL_DAYS = tuple(Weekday)


@dataclass(frozen=True)
class Case:
    """A world, what is asked of it, and by whom."""

    world: World
    incident: Incident
    asking: Asking

    def ask(self, agreements: Sequence[Agreement] | None = None) -> Recommendation:
        """The recommendation, with other agreements in force where given."""
        terms = self.world.agreements if agreements is None else list(agreements)
        return self.world.ask(self.incident, agreements=terms, asking=self.asking, at_most=50)


def draw_case(seed: int) -> Case:
    """The world of a seed."""
    rng = random.Random(seed)
    stations = {f"s{n}": _place(rng, furthest_deg=0.25) for n in range(4)}
    units = [_unit(rng, n, [*stations, None]) for n in range(rng.randint(3, 11))]
    world = make_world(
        *units,
        agreements=[one for lender in LENDERS for one in _agreements(rng, lender)],
        stations=stations,
        agencies={name: _agency(rng) for name in ("ashton", *LENDERS)},
    )
    for unit in units:
        _say(rng, world, unit)
    _bind(rng, world, units)
    incident = replace(
        make_incident(priority=rng.choice(list(Priority)), needs=(rng.choice((A, B, C)),)),
        nature=rng.choice(["cardiac arrest", "fall", ""]),
        note=rng.choice(["", "caller waits"]),
    )
    return Case(world, incident, _asking(rng, world))


def _place(rng: random.Random, *, furthest_deg: float) -> Point:
    spread = (rng.uniform(-furthest_deg, furthest_deg) for _ in range(2))
    return Point(lon=SCENE.lon + next(spread), lat=SCENE.lat + next(spread))


def _agency(rng: random.Random) -> Agency:
    return Agency(
        name="EMS",
        telephone="",
        siren_factor=rng.choice([1.0, 1.1, 1.25, 1.43]),
        chute_seconds=rng.choice([0, 45, 60, 90]),
    )


def _unit(rng: random.Random, number: int, stations: Sequence[str | None]) -> Unit:
    home = rng.choice(("ashton", *LENDERS, *LENDERS))
    plain = make_unit(
        f"u{number:02d}", jurisdiction=home, unit_type=rng.choice(TYPES), station=rng.choice(stations)
    )
    return replace(
        plain,
        capabilities=frozenset(rng.choice([(), ("paramedic",), ("nurse", "paramedic")])),
        crew_size=rng.choice([None, 2, 3]),
        nims_type=rng.choice([None, 1, 2, 3]),
    )


def _agreements(rng: random.Random, lender: str) -> list[Agreement]:
    return [
        make_agreement(
            lender,
            agreement_id=f"{lender}-ashton-{number}",
            kind=rng.choice(
                [AgreementKind.MUTUAL, AgreementKind.MUTUAL, AgreementKind.AUTOMATIC, AgreementKind.STANDBY]
            ),
            clauses=draw_clauses(rng),
            both_ways=rng.random() < 0.3,
            signed=rng.random() < 0.93,
            expired=rng.random() < 0.07,
        )
        for number in range(rng.choice([0, 1, 1, 1, 2]))
    ]


def draw_clauses(rng: random.Random) -> list[Restriction]:
    """Up to five clauses of different kinds, some of them for somebody else."""
    made = [
        UnitTypes(id="types", allow=(A, B), nims_type_at_most=rng.choice([None, 2])),
        Staffing(id="staff", min_crew=rng.choice([None, 3]), certifications=rng.choice([(), ("nurse",)])),
        Priorities(id="prio", allow=tuple(rng.sample(list(Priority), 2))),
        CallTypes(id="calls", deny=("Fall",)),
        CallTypes(id="only", allow=("Cardiac arrest",)),
        Zones(id="zone", jurisdictions=(JurisdictionId(rng.choice(["ashton", "dale"])),)),
        Hours(id="hours", windows=(Window(days=ALL_DAYS, since=time(8), until=time(rng.choice([11, 18]))),)),
        Purposes(id="purpose", allow=(rng.choice(list(Purpose)),)),
        Trigger(id="trigger", cover_at_least=rng.choice(list(CoverState))),
        Requesters(id="roles", roles=(Role.SUPERVISOR,)),
        RequestContent(id="content", fields=(ContentField.NOTE, ContentField.NATURE)),
        ReserveFloor(id="floor", keep=rng.randint(0, 3)),
        ReserveFloor(id="als", keep=rng.randint(0, 2), unit_types=(A,)),
        ConcurrentCap(id="cap", at_most=rng.randint(1, 2)),
        IncidentCap(id="here", at_most=1),
        DailyCap(id="day", at_most=rng.randint(1, 2)),
    ]
    chosen = rng.sample(made, rng.choice([0, 1, 1, 2, 3, 5]))
    others = (None, None, None, None, JurisdictionId("dale"))
    return [replace(clause, borrower=rng.choice(others)) for clause in chosen]


def _say(rng: random.Random, world: World, unit: Unit) -> None:
    if rng.random() < 0.8:
        stands = world.region.stations.get(unit.station_id) if unit.station_id else None
        at_home = stands is not None and rng.random() < 0.4
        report = PositionReport(
            unit_id=unit.id,
            position=stands.position if stands and at_home else _place(rng, furthest_deg=0.35),
            at=NOON - timedelta(seconds=rng.choice([1, 60, 300, 599, 700])),
            source="avl",
        )
        world.picture.apply_position(report, NOON)
    if rng.random() < 0.95:
        on_duty = rng.choice([None, None, 2, 11, 12.5, 17, 25])
        ends = rng.choice([None, None, None, 0.5, 1.5, 8, -2, -30])
        world.picture.apply_state(
            UnitState(
                unit_id=unit.id,
                status=rng.choice(STATUSES),
                changed_at=NOON - timedelta(seconds=rng.choice([0, 100, 650, 4000])),
                reported_at=NOON,
                source="cad",
                on_duty_since=None if on_duty is None else NOON - timedelta(hours=on_duty),
                shift_ends_at=None if ends is None else NOON + timedelta(hours=ends),
            )
        )


def _bind(rng: random.Random, world: World, units: Sequence[Unit]) -> None:
    """Some work for their home, some are lent (one even here), some are on offer to a neighbour."""
    for unit in units:
        home, dice = unit.jurisdiction_id, rng.random()
        agreement = f"{home}-ashton-0"
        if dice < 0.08:
            world.assignments.append(
                make_assignment(unit.id, home=home, borrower=home, state=AssignmentState.TRANSPORTING)
            )
        elif dice < 0.16 and home != "ashton":
            world.assignments.append(
                make_assignment(
                    unit.id,
                    home=home,
                    borrower="ashton",
                    agreement=agreement,
                    incident=rng.choice(["inc_1", "inc_9"]),
                    assigned_at=rng.choice([-600, -3600 * 14]),
                    state=rng.choice([AssignmentState.ON_SCENE, AssignmentState.RETURNING]),
                )
            )
        elif dice < 0.24 and home != "ashton":
            world.requests.append(
                make_request(unit.id, request_id=f"req_{unit.id}", lender=home, agreement=agreement)
            )


def _asking(rng: random.Random, world: World) -> Asking:
    taught = Correction(log_ratio=rng.uniform(-0.4, 0.4), spread=rng.uniform(0.1, 0.5), count=40)
    brook, cedar, ashton = (JurisdictionId(name) for name in ("brook", "cedar", "ashton"))
    corrections = Corrections(by_agency={cedar: taught}, by_pair={(brook, ashton): taught})
    closed = Closure(
        jurisdiction_id=cedar, reason="storm", by="chief", begins_at=NOON - timedelta(hours=1), ends_at=None
    )
    worked = [
        replace(
            make_assignment(unit.id, home=unit.jurisdiction_id, borrower="ashton", assigned_at=-3600 * 9),
            id=AssignmentId(f"old_{n}_{unit.id}"),
            ended_at=NOON - timedelta(hours=9 - rng.randint(1, 9)),
        )
        for unit in world.picture.units
        for n in range(rng.choice([0, 0, 1, 2]))
    ]
    return Asking(
        requester=rng.choice([None, Role.DISPATCHER, Role.SUPERVISOR]),
        cover=rng.choice([None, *CoverState]),
        standing=Standing(closures=(closed,) if rng.random() < 0.08 else ()),
        request_seconds=rng.choice([0, 60, 180, 900]),
        corrections=corrections if rng.random() < 0.5 else Corrections(),
        crews=Crews(
            work={unit.id: [a for a in worked if a.unit_id == unit.id] for unit in world.picture.units}
        ),
    )
