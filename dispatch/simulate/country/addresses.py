"""House numbers along the streets, and the schools and care homes of the towns."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from dispatch.simulate.country import plan
from dispatch.simulate.country.pbf import Tags
from dispatch.simulate.country.road import RANK, Road, shapes

REACH_M: Final = 40.0
HUNDRED: Final = 100
"""Numbers begin with the quarter's hundred, so that a street's name alone does not make an address."""
SCHOOL_AT: Final = (0.45, 0.3)
CARE_HOME_AT: Final = (-0.4, -0.35)
"""Kilometres from a town's middle."""


def address_buildings(buildings: Sequence[shapely.Polygon], roads: Sequence[Road]) -> list[dict[str, str]]:
    """The tags of each building: a number of the nearest street, odd on its left; none far from any."""
    streets = [road for road in roads if road.name and RANK[road.kind] >= RANK["secondary"]]
    lines = shapes(streets)
    middles = shapely.centroid(np.array(buildings))
    house, nearest = shapely.STRtree(lines).query_nearest(middles, max_distance=REACH_M, all_matches=False)
    sides: dict[tuple[str, str, int], list[tuple[float, float, int]]] = defaultdict(list)
    for building, street in zip(house.tolist(), nearest.tolist(), strict=True):
        road, middle = streets[street], middles[building]
        along, odd = _course(lines[street], middle)
        sides[road.stroke, road.name, odd].append((*along, building))
    tags: list[dict[str, str]] = [{"building": "yes"} for _ in buildings]
    for (stroke, name, odd), houses in sides.items():
        first = _hundred(stroke) * HUNDRED + (1 if odd else 2)
        for place, (_, _, building) in enumerate(sorted(houses)):
            tags[building] |= {"addr:housenumber": str(first + 2 * place), "addr:street": name}
    return tags


def _course(line: shapely.LineString, middle: shapely.Point) -> tuple[tuple[float, float], int]:
    """Where on the street a house stands, west to east, and whether on the left of that way."""
    start, end = (np.array(line.coords[place]) for place in (0, -1))
    if tuple(start) > tuple(end):
        start, end = end, start
    foot = np.asarray(line.interpolate(line.project(middle)).coords[0])
    course, across = end - start, np.array([middle.x, middle.y]) - foot
    left = float(course[0] * across[1] - course[1] * across[0]) > 0
    return (round(float(foot[0]), 1), round(float(foot[1]), 1)), int(left)


def _hundred(stroke: str) -> int:
    """From 1 to 9, by the quarter that a stroke is named after."""
    return sum(stroke.partition(":")[0].encode()) % 9 + 1


def name_institutions(buildings: Sequence[shapely.Polygon]) -> dict[int, Tags]:
    """A school and a care home for every town, by the place of their building in the list."""
    middles = shapely.get_coordinates(shapely.centroid(np.array(buildings)))
    named: dict[int, Tags] = {}
    for town in plan.TOWNS:
        for what, offset, tags in (
            ("Elementary School", SCHOOL_AT, {"amenity": "school"}),
            ("Care Home", CARE_HOME_AT, {"amenity": "social_facility", "social_facility": "nursing_home"}),
        ):
            at = (np.array(town.at) + offset) * plan.KM
            for building in np.argsort(np.hypot(*(middles - at).T), kind="stable").tolist():
                if building not in named:
                    named[building] = {**tags, "name": f"{town.name} {what}"}
                    break
    return named
