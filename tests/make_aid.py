"""Incidents, agreements, requests, assignments and a small world to recommend in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shapely.geometry import box

from dispatch.agreements.terms import Agreement, AgreementKind, Clause, Direction, Signature
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.reach import Reach
from dispatch.aid.recommend import Recommendation, recommend
from dispatch.aid.request import AidRequest, RequestState
from dispatch.live.picture import Picture
from dispatch.live.report import PositionReport
from dispatch.model.geo import Point
from dispatch.model.ids import (
    AgreementId,
    AssignmentId,
    IncidentId,
    JurisdictionId,
    RequestId,
    StationId,
    UnitId,
)
from dispatch.model.incident import Incident, IncidentState, Need, Priority
from dispatch.model.jurisdiction import Agency, Jurisdiction, Station
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitState, UnitStatus, UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import TravelTimes
from tests.make_live import NOON, after, make_unit

HOME = JurisdictionId("ashton")
SCENE = Point(lon=9.0, lat=45.0)


def make_incident(
    incident_id: str = "inc_1",
    *,
    jurisdiction: str = "ashton",
    position: Point = SCENE,
    priority: Priority = Priority.CRITICAL,
    needs: Sequence[UnitType] = (UnitType.ALS_AMBULANCE,),
    state: IncidentState = IncidentState.ACTIVE,
) -> Incident:
    return Incident(
        id=IncidentId(incident_id),
        number="26-00001",
        jurisdiction_id=JurisdictionId(jurisdiction),
        position=position,
        priority=priority,
        nature="cardiac arrest",
        needs=tuple(Need(unit_type=unit_type) for unit_type in needs),
        opened_at=NOON,
        state=state,
    )


def make_agreement(
    lender: str = "brook",
    borrower: str = "ashton",
    *,
    agreement_id: str | None = None,
    kind: AgreementKind = AgreementKind.MUTUAL,
    clauses: Sequence[Clause] = (),
    both_ways: bool = False,
    signed: bool = True,
    expired: bool = False,
) -> Agreement:
    there, here = JurisdictionId(lender), JurisdictionId(borrower)
    ways = [Direction(lender=there, borrower=here)]
    if both_ways:
        ways.append(Direction(lender=here, borrower=there))
    start = NOON - timedelta(days=100)
    return Agreement(
        id=AgreementId(agreement_id or f"{lender}-{borrower}"),
        title=f"{lender} / {borrower}",
        version=1,
        kind=kind,
        parties=(there, here),
        directions=tuple(ways),
        effective_from=start,
        effective_to=NOON - timedelta(days=1) if expired else None,
        clauses=tuple(clauses),
        signatures=tuple(Signature(party=p, by="Chief", signed_at=start) for p in (there, here) if signed),
    )


def make_request(
    unit: str = "b1",
    *,
    request_id: str = "req_1",
    lender: str = "brook",
    borrower: str = "cedar",
    agreement: str = "brook-cedar",
    may_decline: bool = True,
    requested_at: float = 0,
    answer_seconds: float = 60,
    state: RequestState = RequestState.OFFERED,
) -> AidRequest:
    return AidRequest(
        id=RequestId(request_id),
        incident_id=IncidentId("inc_9"),
        unit_id=UnitId(unit),
        borrower=JurisdictionId(borrower),
        lender=JurisdictionId(lender),
        agreement_id=AgreementId(agreement),
        agreement_version=1,
        clauses=(),
        automatic=False,
        may_decline=may_decline,
        eta_seconds=300,
        eta_basis="road",
        keeps=2,
        floor=1,
        requested_at=after(requested_at),
        expires_at=after(requested_at + answer_seconds),
        first_request_id=RequestId(request_id),
        state=state,
    )


def make_assignment(
    unit: str = "b1",
    *,
    incident: str = "inc_9",
    home: str = "brook",
    borrower: str = "brook",
    agreement: str | None = None,
    state: AssignmentState = AssignmentState.DISPATCHED,
    assigned_at: float = 0,
) -> Assignment:
    ended = state is AssignmentState.ENDED
    return Assignment(
        id=AssignmentId(f"asg_{unit}"),
        incident_id=IncidentId(incident),
        unit_id=UnitId(unit),
        home=JurisdictionId(home),
        borrower=JurisdictionId(borrower),
        assigned_at=after(assigned_at),
        assigned_by="dispatcher",
        agreement_id=AgreementId(agreement) if agreement else None,
        agreement_version=1 if agreement else None,
        state=state,
        ended_at=after(assigned_at) if ended else None,
    )


def make_region(
    units: Iterable[Unit] = (),
    *,
    jurisdictions: Iterable[str] = ("ashton", "brook", "cedar", "dale"),
    agencies: Mapping[str, Agency] | None = None,
    stations: Mapping[str, Point] | None = None,
) -> Region:
    plain = Agency(name="EMS", telephone="", siren_factor=1.25, chute_seconds=60)
    return Region(
        name="Testland",
        fictional=True,
        attribution=(),
        time_zone="UTC",
        centre=SCENE,
        bbox=(8.0, 44.0, 10.0, 46.0),
        jurisdictions={
            JurisdictionId(name): Jurisdiction(
                id=JurisdictionId(name),
                name=name.title(),
                kind="town",
                agency=(agencies or {}).get(name, plain),
                area=box(8.0, 44.0, 10.0, 46.0),
            )
            for name in jurisdictions
        },
        stations={
            StationId(name): Station(
                id=StationId(name), name=name.title(), jurisdiction_id=HOME, position=position
            )
            for name, position in (stations or {}).items()
        },
        hospitals={},
        units={unit.id: unit for unit in units},
    )


def east(km: float) -> Point:
    """A place so many kilometres east of the scene (negative: west), within half a per cent."""
    return Point(lon=SCENE.lon + km / 78.85, lat=SCENE.lat)


@dataclass
class World:
    """A region with its picture, in which ``recommend`` can be asked. Travel is 10 m/s as the crow flies."""

    region: Region
    picture: Picture
    agreements: list[Agreement] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    requests: list[AidRequest] = field(default_factory=list)
    travel: TravelTimes = field(default_factory=lambda: StraightLineTravelTimes(speed_mps=10.0, detour=1.0))

    def __post_init__(self) -> None:
        self.reach = Reach(self.travel, self.region)

    def put(
        self,
        unit_id: str,
        *,
        km: float | None = None,
        status: UnitStatus | None = UnitStatus.AVAILABLE,
        age: float = 5,
        version: int = 1,
        since: float = 0,
    ) -> None:
        """Say where a unit is and what it does."""
        if km is not None:
            report = PositionReport(
                unit_id=UnitId(unit_id), position=east(km), at=NOON - timedelta(seconds=age), source="avl"
            )
            self.picture.apply_position(report, NOON)
        if status is not None:
            self.picture.apply_state(
                UnitState(
                    unit_id=UnitId(unit_id),
                    status=status,
                    changed_at=NOON - timedelta(seconds=since),
                    reported_at=NOON,
                    source="cad",
                    version=version,
                )
            )

    def ask(self, incident: Incident | None = None, **more: Any) -> Recommendation:
        """The recommendation for an incident (a critical one in Ashton, needing one ALS ambulance)."""
        given: dict[str, Any] = {
            "region": self.region,
            "picture": self.picture,
            "reach": self.reach,
            "agreements": self.agreements,
            "assignments": self.assignments,
            "requests": self.requests,
            "now": NOON,
        }
        return recommend(incident or make_incident(), **{**given, **more})


def make_world(*units: Unit, agreements: Iterable[Agreement] = (), **region: Any) -> World:
    return World(
        region=make_region(units, **region),
        picture=Picture({unit.id: unit for unit in units}),
        agreements=list(agreements),
    )


def make_neighbours(count: int, *, jurisdiction: str = "brook") -> list[Unit]:
    """ALS ambulances ``b1``, ``b2``… of one jurisdiction."""
    return [make_unit(f"{jurisdiction[0]}{n}", jurisdiction=jurisdiction) for n in range(1, count + 1)]


def one_neighbour(**more: Any) -> World:
    """One ALS ambulance of Brook, 5 km away and available, that an agreement lets come."""
    world = make_world(make_unit("b1", jurisdiction="brook"), agreements=[make_agreement()])
    world.put("b1", **{"km": 5.0, **more})
    return world


def candidate_ids(found: Recommendation) -> list[str]:
    return [candidate.unit_id for candidate in found.candidates]


def own_ids(found: Recommendation) -> list[str]:
    return [unit.unit_id for unit in found.own]


def codes(refusal: RefusedUnit) -> list[str]:
    return [reason.code.value for reason in refusal.reasons]


def reasons_by_unit(found: Recommendation) -> dict[str, list[str]]:
    return {refusal.unit_id: codes(refusal) for refusal in found.refusals}
