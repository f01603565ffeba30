"""The ground of a trial: the scene, cells that calls are counted by, and the ways of units under way.

Only ground ambulances take part (``situation.LEVEL``): cover, futures and permits are about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dispatch.aid.advice.grid import Floats, Grid
from dispatch.aid.advice.situation import LEVEL
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from dispatch.routing.dijkstra import DijkstraTravelTimes
from dispatch.routing.graph import RoadGraph
from dispatch.routing.travel import TravelTimes
from dispatch.simulate.scene import NO_ROADS, Post, Rows, Scene, Seconds, columns_of, make_scene

MOST_PLACES: Final = 1_200
"""Places that calls come from; more are thinned out evenly within each jurisdiction."""

MOST_CELLS: Final = 160

_STEPS_DEG: Final = (0.004, 0.006, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terrain:
    """Everything that a trial drives on.

    ``places``: rows of the scene's places, per jurisdiction. ``cell_of``: each place's cell in the grid.
    ``under_way`` (sources, places): seconds from where a unit may have set off for its post, by
    ``source``: hospitals first, then cells, then posts.
    """

    scene: Scene
    grid: Grid
    places: tuple[Rows, ...]
    cell_of: Rows
    under_way: Seconds
    hospitals: int

    def source_of_cell(self, place: int) -> int:
        """The source that stands for a place."""
        return self.hospitals + int(self.cell_of[place])

    def source_of_post(self, post: int) -> int:
        """The source of units that set off from a post."""
        return self.hospitals + len(self.grid.cells) + post


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    points: tuple[Point, ...]
    home: Rows
    weight: Floats
    of_place: Rows


def make_terrain(
    region: Region, roads: RoadGraph | None, places: Mapping[JurisdictionId, Sequence[Point]]
) -> Terrain:
    """The terrain for these places of calls. Raises ``Invalid`` for a region without places or ambulances."""
    where = _thinned({name: places.get(name, ()) for name in sorted(region.jurisdictions)})
    known = tuple(dict.fromkeys(point for name in where for point in where[name]))
    if not known:
        raise Invalid("region", "has no place in any jurisdiction that calls could come from")
    ground = {unit.id: unit for unit in region.units.values() if unit.unit_type in LEVEL}
    scene = make_scene(replace(region, units=ground), known, roads=roads)
    if not scene.units:
        raise Invalid("region", "has no ambulance with a station")
    row_of = {point: row for row, point in enumerate(known)}
    rows = tuple(
        np.array([row_of[point] for point in where[name]], dtype=np.int64) for name in scene.jurisdictions
    )
    cells = _make_cells(known, rows)
    hospitals = [each.position for each in region.hospitals.values()]
    posts = _list_posts(scene)
    there: TravelTimes = DijkstraTravelTimes(roads) if roads else NO_ROADS
    back: TravelTimes = DijkstraTravelTimes(roads.reversed()) if roads else NO_ROADS
    sources = [Post(point, False) for point in (*hospitals, *cells.points)]
    under_way = np.vstack((columns_of(back, known, sources), scene.ways.out))
    between = columns_of(there, posts, [Post(point, False) for point in posts]).T
    return Terrain(
        scene=scene,
        grid=_make_grid(region, scene, cells, posts, between),
        places=rows,
        cell_of=cells.of_place,
        under_way=under_way,
        hospitals=len(hospitals),
    )


def _make_grid(region: Region, scene: Scene, cells: _Cells, posts: Sequence[Point], between: Seconds) -> Grid:
    at = np.array([scene.places.index(point) for point in cells.points], dtype=np.int64)
    agencies = [region.jurisdictions[name].agency for name in scene.jurisdictions]
    return Grid(
        jurisdictions=scene.jurisdictions,
        cells=cells.points,
        cell_home=cells.home,
        weight=cells.weight,
        posts=tuple(posts),
        out=scene.ways.out[:, at],
        between=between,
        siren=np.array([agency.siren_factor for agency in agencies]),
        chute_seconds=np.array([float(agency.chute_seconds) for agency in agencies]),
        hospital_seconds=scene.ways.to_hospital[at],
    )


def _list_posts(scene: Scene) -> list[Point]:
    posts: list[Point] = [scene.stations[0]] * (max(scene.posts) + 1)
    for row, station in zip(scene.posts, scene.stations, strict=True):
        posts[row] = station
    return posts


def _thinned(
    places: Mapping[JurisdictionId, Sequence[Point]],
) -> dict[JurisdictionId, list[Point]]:
    every = max(1, -(-sum(len(points) for points in places.values()) // MOST_PLACES))
    return {name: list(dict.fromkeys(points))[::every] for name, points in places.items()}


def _make_cells(known: Sequence[Point], rows: Sequence[Rows]) -> _Cells:
    """Squares of each jurisdiction, at most ``MOST_CELLS``; a cell stands at its middlemost place."""
    for step_deg in _STEPS_DEG:
        groups = _group(known, rows, step_deg)
        if len(groups) <= MOST_CELLS:
            break
    of_place = np.zeros(len(known), dtype=np.int64)
    for number, (_, members) in enumerate(groups):
        of_place[members] = number
    return _Cells(
        points=tuple(known[_middlemost(known, members)] for _, members in groups),
        home=np.array([home for home, _ in groups], dtype=np.int64),
        weight=np.array([len(members) / len(rows[home]) for home, members in groups]),
        of_place=of_place,
    )


def _group(known: Sequence[Point], rows: Sequence[Rows], step_deg: float) -> list[tuple[int, list[int]]]:
    groups: dict[tuple[int, Point], list[int]] = {}
    for home, members in enumerate(rows):
        for row in members.tolist():
            groups.setdefault((home, known[row].coarse(step_deg=step_deg)), []).append(row)
    return [(home, members) for (home, _), members in groups.items()]


def _middlemost(known: Sequence[Point], members: Sequence[int]) -> int:
    lon = np.array([known[row].lon for row in members])
    lat = np.array([known[row].lat for row in members])
    return members[int(((lon - lon.mean()) ** 2 + (lat - lat.mean()) ** 2).argmin())]
