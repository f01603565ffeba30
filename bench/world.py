"""A real city with a made-up fleet of any size, for measurements and exactness trials."""

import os
import random
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.terms import Agreement
from dispatch.aid.reach import Reach
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.live.picture import Picture
from dispatch.live.report import PositionReport
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, UnitId
from dispatch.model.incident import Incident, Need, Priority
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitState, UnitStatus, UnitType
from dispatch.routing.areas import Areas
from dispatch.routing.choose import best_travel_times
from dispatch.routing.graph import RoadGraph
from dispatch.routing.travel import TravelTimes

TYPES = (
    UnitType.ALS_AMBULANCE,
    UnitType.BLS_AMBULANCE,
    UnitType.CRITICAL_CARE_AMBULANCE,
    UnitType.SUPERVISOR,
)
TYPE_WEIGHTS = (45, 45, 5, 5)
SHARE_FREE = 0.6


@dataclass(frozen=True)
class World:
    """A region with a large fleet scattered over its roads."""

    region: Region
    roads: RoadGraph
    agreements: list[Agreement]
    units: dict[UnitId, Unit]
    picture: Picture
    travel: TravelTimes
    reach: Reach
    areas: Areas
    chance: random.Random

    @cached_property
    def pairs(self) -> Pairs:
        """The agreements as the service keeps them: indexed once."""
        return Pairs(self.agreements)

    def point(self) -> Point:
        """Somewhere near a road of the region."""
        node = self.chance.randrange(self.roads.node_count)
        return Point(
            lon=float(self.roads.node_lon[node]) + self.chance.gauss(0, 0.0003),
            lat=float(self.roads.node_lat[node]) + self.chance.gauss(0, 0.0002),
        )

    def move(self, count: int, *, now: datetime) -> None:
        """Let some units report a new place."""
        for unit_id in self.chance.sample(list(self.units), count):
            self.picture.apply_position(
                PositionReport(unit_id=unit_id, position=self.point(), at=now, source="bench"), now
            )

    def incident(self, number: int, *, now: datetime) -> Incident:
        """An incident somewhere inside a jurisdiction."""
        while True:
            position = self.point()
            where = self.areas.find(position)
            if where is not None:
                return Incident(
                    id=IncidentId(f"i{number}"),
                    number=str(number),
                    jurisdiction_id=where,
                    position=position,
                    priority=self.chance.choice((Priority.CRITICAL, Priority.EMERGENT)),
                    nature="",
                    needs=(Need(unit_type=self.chance.choice(TYPES[:2])),),
                    opened_at=now,
                )


def real_data_folder() -> Path:
    """Where the real regions lie: DISPATCH_REAL_DATA, else beside the project."""
    return Path(os.environ.get("DISPATCH_REAL_DATA", "../shared/data"))


def build_real(place: str, data: Path, target: Path) -> Path:
    """The bundle of a real place with a made-up fleet, built when it is not there."""
    if (target / "region.json").exists():
        return target
    source = data / place
    command = [sys.executable, "-m", "dispatch", "region", "build", "--osm", source / f"{place}.osm.pbf"]
    command += ["--jurisdictions", source / "municipalities.geojson"]
    command += ["--sample-fleet", "7", "-o", target]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return target


def open_world(
    bundle: Path, *, units: int, seed: int, now: datetime, travel: TravelTimes | None = None
) -> World:
    """Scatter ``units`` over the roads of a bundle; each belongs to the jurisdiction it starts in."""
    chance = random.Random(seed)
    region, roads = load_region(bundle), load_roads(bundle)
    areas = Areas(region.jurisdictions.values())
    fleet: dict[UnitId, Unit] = {}
    starts: dict[UnitId, Point] = {}
    while len(fleet) < units:
        node = chance.randrange(roads.node_count)
        point = Point(lon=float(roads.node_lon[node]), lat=float(roads.node_lat[node]))
        home = areas.find(point)
        if home is None:
            continue
        unit_id = UnitId(f"u{len(fleet):05d}")
        kind = chance.choices(TYPES, TYPE_WEIGHTS)[0]
        fleet[unit_id] = Unit(id=unit_id, call_sign=unit_id, jurisdiction_id=home, unit_type=kind)
        starts[unit_id] = point
    picture = Picture(fleet)
    for unit_id, point in starts.items():
        free = chance.random() < SHARE_FREE
        picture.apply_state(
            UnitState(
                unit_id=unit_id,
                status=UnitStatus.AVAILABLE if free else UnitStatus.ON_SCENE,
                changed_at=now - timedelta(minutes=5),
                reported_at=now,
                source="bench",
            )
        )
        picture.apply_position(PositionReport(unit_id=unit_id, position=point, at=now, source="bench"), now)
    chosen = travel or best_travel_times(roads)
    return World(
        region=region,
        roads=roads,
        agreements=[parse_agreement(text) for _, text in list_agreement_texts(bundle)],
        units=fleet,
        picture=picture,
        travel=chosen,
        reach=Reach(chosen, region),
        areas=areas,
        chance=chance,
    )


def percentiles(milliseconds: list[float]) -> dict[str, float]:
    """p50, p95, p99 and the largest, in milliseconds."""
    return {
        "p50_ms": round(float(np.percentile(milliseconds, 50)), 3),
        "p95_ms": round(float(np.percentile(milliseconds, 95)), 3),
        "p99_ms": round(float(np.percentile(milliseconds, 99)), 3),
        "max_ms": round(max(milliseconds), 3),
    }
