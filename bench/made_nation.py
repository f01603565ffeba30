"""A made-up nation of any size: jurisdictions in a grid, each in agreement with the eight around it.

Density stays the same whatever the size, so that a neighbourhood does too.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from shapely.geometry import box

from bench.permits import agree, named
from dispatch.agreements.pairs import Pairs
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.live.report import PositionReport
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, IncidentId, JurisdictionId, StationId, UnitId
from dispatch.model.incident import Incident, Need, Priority
from dispatch.model.jurisdiction import Agency, Jurisdiction, Station
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitState, UnitStatus, UnitType
from dispatch.services.book import AgreementBook
from dispatch.services.intake import UnitReport
from dispatch.services.ports import Committed
from dispatch.services.world import World

WEST, SOUTH, WIDTH_DEG, HEIGHT_DEG = -120.0, 28.0, 0.5, 0.4
"""One jurisdiction is some 45 by 44 km, an American county."""
TYPES = (UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE)
TYPE_WEIGHTS = (45, 45, 10)
UNITS_AT_A_STATION = 3
SHARE_FREE, SHARE_LENT = 0.6, 0.01
STEP_DEG = 0.0008
"""Some 90 m between two reports."""


@dataclass(frozen=True)
class MadeNation:
    """The read-model of a nation, and where each unit was put last."""

    world: World
    places: dict[UnitId, tuple[float, float]]
    chance: random.Random

    def incident(self, number: int, *, now: datetime) -> Incident:
        """A call somewhere in a jurisdiction."""
        homes = list(self.world.region.jurisdictions)
        home = homes[self.chance.randrange(len(homes))]
        west, south, east, north = self.world.region.jurisdictions[home].area.bounds
        return Incident(
            id=IncidentId(f"i{number}"),
            number=str(number),
            jurisdiction_id=home,
            position=Point(lon=self.chance.uniform(west, east), lat=self.chance.uniform(south, north)),
            priority=self.chance.choice((Priority.CRITICAL, Priority.EMERGENT)),
            nature="fall",
            needs=(Need(unit_type=self.chance.choice(TYPES[:2])),),
            opened_at=now,
        )

    def batches(self, at_most: int) -> Iterator[tuple[JurisdictionId, Sequence[tuple[UnitId, Point]]]]:
        """For ever: a jurisdiction's units, a little farther on, as many at once as its gateway sends."""
        for home in cycle(self.world.region.jurisdictions):
            units = self.world.units_of(home)
            for first in range(0, len(units), at_most):
                yield home, [(unit.id, self._moved(unit.id)) for unit in units[first : first + at_most]]

    def _moved(self, unit_id: UnitId) -> Point:
        lon, lat = self.places[unit_id]
        lon += self.chance.uniform(-STEP_DEG, STEP_DEG)
        lat += self.chance.uniform(-STEP_DEG, STEP_DEG)
        self.places[unit_id] = (lon, lat)
        return Point(lon=lon, lat=lat)


def reports_of(moved: Sequence[tuple[UnitId, Point]], now: datetime) -> list[UnitReport]:
    """A batch as the service takes it in."""
    return [UnitReport(unit_id=unit_id, at=now, position=place) for unit_id, place in moved]


def make_nation(*, units: int, jurisdictions: int, now: datetime, seed: int = 5) -> MadeNation:
    """Everybody at work: three in five units free, each of the others on a call, one in a hundred lent."""
    chance = random.Random(seed)
    region = make_region(units, jurisdictions, chance)
    agreements = make_agreements(jurisdictions, chance)
    book = AgreementBook()
    book.pairs = Pairs(agreements)
    world = World(region, book)
    places: dict[UnitId, tuple[float, float]] = {}
    calls: list[Assignment] = []
    for unit in region.units.values():
        place = region.stations[unit.station_id or StationId("")].position
        places[unit.id] = (place.lon + chance.gauss(0, 0.03), place.lat + chance.gauss(0, 0.03))
        free = chance.random() < SHARE_FREE
        _put(world, unit, places[unit.id], free=free, now=now)
        if not free:
            calls.append(_call(world, unit, lent=chance.random() < SHARE_LENT, now=now))
    world.apply(Committed(epoch="bench", first_seq=1, last_seq=0, entries=(), changed=tuple(calls)))
    return MadeNation(world=world, places=places, chance=chance)


def make_region(units: int, jurisdictions: int, chance: random.Random) -> Region:
    """Jurisdictions in a square grid; stations anywhere in them."""
    width = side_of(jurisdictions)
    homes = [named(number) for number in range(jurisdictions)]
    areas = [box(*_bounds(number % width, number // width)) for number in range(jurisdictions)]
    stations, fleet = {}, {}
    for number in range(units):
        home, nth = number % jurisdictions, number // jurisdictions
        station_id = StationId(f"s{home:05d}-{nth // UNITS_AT_A_STATION:04d}")
        if station_id not in stations:
            west, south, east, north = areas[home].bounds
            place = Point(lon=chance.uniform(west, east), lat=chance.uniform(south, north))
            stations[station_id] = Station(
                id=station_id, name=station_id, jurisdiction_id=homes[home], position=place
            )
        unit_id = UnitId(f"u{number:06d}")
        kind = chance.choices(TYPES, TYPE_WEIGHTS)[0]
        fleet[unit_id] = Unit(
            id=unit_id, call_sign=unit_id, jurisdiction_id=homes[home], unit_type=kind, station_id=station_id
        )
    agency = Agency(name="EMS", telephone="", siren_factor=1.2)
    return Region(
        name="Nation",
        fictional=True,
        attribution=(),
        time_zone="UTC",
        centre=Point(lon=WEST, lat=SOUTH),
        bbox=(WEST, SOUTH, WEST + WIDTH_DEG * width, SOUTH + HEIGHT_DEG * width),
        jurisdictions={
            home: Jurisdiction(id=home, name=home, kind="county", agency=agency, area=area)
            for home, area in zip(homes, areas, strict=True)
        },
        stations=stations,
        hospitals={},
        units=fleet,
    )


def make_agreements(jurisdictions: int, chance: random.Random) -> list[Agreement]:
    """One between each two that touch, be it at a corner."""
    width = side_of(jurisdictions)
    touching = ((1, 0), (0, 1), (1, 1), (-1, 1))
    return [
        agree((named(number), named(other)), chance)
        for number in range(jurisdictions)
        for east, north in touching
        if 0 <= number % width + east < width and (other := number + east + north * width) < jurisdictions
    ]


def side_of(jurisdictions: int) -> int:
    """How many lie side by side."""
    return math.ceil(math.sqrt(jurisdictions))


def _bounds(east: int, north: int) -> tuple[float, float, float, float]:
    west, south = WEST + WIDTH_DEG * east, SOUTH + HEIGHT_DEG * north
    return west, south, west + WIDTH_DEG, south + HEIGHT_DEG


def _put(world: World, unit: Unit, place: tuple[float, float], *, free: bool, now: datetime) -> None:
    status = UnitStatus.AVAILABLE if free else UnitStatus.ON_SCENE
    since, point = now - timedelta(minutes=5), Point(lon=place[0], lat=place[1])
    world.picture.apply_state(
        UnitState(unit_id=unit.id, status=status, changed_at=since, reported_at=now, source="bench")
    )
    world.picture.apply_position(PositionReport(unit_id=unit.id, position=point, at=now, source="bench"), now)


def _call(world: World, unit: Unit, *, lent: bool, now: datetime) -> Assignment:
    pairs, home = world.book.pairs, unit.jurisdiction_id
    borrower = next(iter(pairs.list_lenders(home)), home) if lent else home
    between = pairs.list_for(lender=home, borrower=borrower) if borrower != home else ()
    return Assignment(
        id=AssignmentId(f"a{unit.id}"),
        incident_id=IncidentId(f"b{unit.id}"),
        unit_id=unit.id,
        home=home,
        borrower=borrower,
        assigned_at=now - timedelta(minutes=5),
        assigned_by="bench",
        agreement_id=between[0].id if between else None,
        agreement_version=1 if between else None,
        state=AssignmentState.ON_SCENE,
    )
