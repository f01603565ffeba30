"""What a trial drives on: the fleet at its posts, the places that calls come from, and all times between.

The times are worked out once, one search per post and hospital, and looked up afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.reach import FLIGHT
from dispatch.aid.remaining import TO_HOSPITAL_SECONDS
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitType
from dispatch.routing.dijkstra import DijkstraTravelTimes
from dispatch.routing.graph import RoadGraph
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import TravelTimes

Seconds = NDArray[np.float32]
Rows = NDArray[np.int64]

NO_ROADS: Final = StraightLineTravelTimes(speed_mps=40 / 3.6, detour=1.3)
"""Stands in for a region without a road graph: the same estimate as where an end has no road near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Regular driving seconds, ``inf`` where there is no way. ``out`` (posts, places); the others as named.

    ``hospital`` is each place's nearest, -1 without any; ``to_hospital`` the seconds there.
    """

    out: Seconds
    hospital: Rows
    to_hospital: Seconds
    home_from_place: Seconds
    home_from_hospital: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The region as a trial needs it. ``homes`` and ``posts`` are rows per unit; units are in order of id.

    ``siren`` divides the way out where the priority is emergent; ``chute_seconds`` is the unit's agency's.
    """

    jurisdictions: tuple[JurisdictionId, ...]
    places: tuple[Point, ...]
    units: tuple[Unit, ...]
    homes: tuple[int, ...]
    posts: tuple[int, ...]
    stations: tuple[Point, ...]
    siren: tuple[float, ...]
    chute_seconds: tuple[float, ...]
    ways: Ways
    time_zone: str


@dataclass(frozen=True, slots=True)
class Post:
    """Where units wait, and whether they fly from there."""

    position: Point
    flies: bool


def make_scene(region: Region, places: Sequence[Point], *, roads: RoadGraph | None) -> Scene:
    """The scene for these places of calls. Units without a station take no part."""
    jurisdictions = tuple(sorted(region.jurisdictions))
    placed = [(unit, home) for unit in region.units.values() if (home := region.home_of(unit)) is not None]
    placed.sort(key=lambda pair: pair[0].id)
    of_unit = [Post(home, unit.unit_type is UnitType.AIR_ROTOR) for unit, home in placed]
    posts = list(dict.fromkeys(of_unit))
    agencies = [region.jurisdictions[unit.jurisdiction_id].agency for unit, _ in placed]
    return Scene(
        jurisdictions=jurisdictions,
        places=tuple(places),
        units=tuple(unit for unit, _ in placed),
        homes=tuple(jurisdictions.index(unit.jurisdiction_id) for unit, _ in placed),
        posts=tuple(posts.index(post) for post in of_unit),
        stations=tuple(home for _, home in placed),
        # Nobody gives way in the air.
        siren=tuple(
            1.0 if post.flies else agency.siren_factor for post, agency in zip(of_unit, agencies, strict=True)
        ),
        chute_seconds=tuple(float(agency.chute_seconds) for agency in agencies),
        ways=_find_ways(posts, places, [each.position for each in region.hospitals.values()], roads),
        time_zone=region.time_zone,
    )


def _find_ways(
    posts: Sequence[Post], places: Sequence[Point], hospitals: Sequence[Point], roads: RoadGraph | None
) -> Ways:
    there: TravelTimes = DijkstraTravelTimes(roads) if roads else NO_ROADS
    back: TravelTimes = DijkstraTravelTimes(roads.reversed()) if roads else NO_ROADS
    to_hospitals = columns_of(there, places, [Post(position, False) for position in hospitals])
    nearest = to_hospitals.argmin(axis=0) if hospitals else np.full(len(places), -1)
    return Ways(
        out=columns_of(back, places, posts),
        hospital=nearest.astype(np.int64),
        to_hospital=(
            to_hospitals.min(axis=0) if hospitals else np.full(len(places), np.float32(TO_HOSPITAL_SECONDS))
        ),
        home_from_place=columns_of(there, places, posts),
        home_from_hospital=columns_of(there, hospitals, posts),
    )


def columns_of(travel: TravelTimes, sources: Sequence[Point], targets: Sequence[Post]) -> Seconds:
    """(targets, sources): seconds of each source to each target."""
    found = np.full((len(targets), len(sources)), np.inf, dtype=np.float32)
    if sources:
        by_road, by_air = travel.snap(sources), FLIGHT.snap(sources)
        for row, target in enumerate(targets):
            etas = (FLIGHT if target.flies else travel).to_target(
                by_air if target.flies else by_road, target.position
            )
            found[row] = etas.seconds
    return found
