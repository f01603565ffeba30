"""From a region's roads to a grid: a dozen places that stand for an area's calls, and all times between.

Made once for a region: one search per cell, post and hospital. ``grid_steps`` makes it piece by piece,
for whoever has other things to do on the same thread.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from shapely import contains_xy

from dispatch.aid.advice.grid import Floats, Grid, Seconds
from dispatch.aid.advice.situation import LEVEL
from dispatch.aid.advice.stepwise import Steps, finish
from dispatch.aid.remaining import TO_HOSPITAL_SECONDS
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.jurisdiction import Jurisdiction
from dispatch.model.region import Region
from dispatch.routing.travel import TravelTimes

CELLS_PER_JURISDICTION: Final = 16
ROUNDS: Final = 8
"""After so many the centres hardly move any more."""

LATTICE: Final = 12
"""Points a side of the lattice over an area that has no places of its own."""

Places = Mapping[JurisdictionId, Sequence[Point]]


def make_grid(
    region: Region,
    travel: TravelTimes,
    places: Places,
    *,
    jurisdictions: Sequence[JurisdictionId] | None = None,
    cells_per_jurisdiction: int = CELLS_PER_JURISDICTION,
) -> Grid:
    """The grid of these jurisdictions (all, by id). The same places in any order make the same grid.

    ``places`` per jurisdiction are where calls may come from, typically junctions of its roads; one
    without any gets points spread over its area. Posts are the stations of its ambulances.
    """
    return finish(
        grid_steps(
            region,
            travel,
            places,
            jurisdictions=jurisdictions,
            cells_per_jurisdiction=cells_per_jurisdiction,
        )
    )


def grid_steps(
    region: Region,
    travel: TravelTimes,
    places: Places,
    *,
    jurisdictions: Sequence[JurisdictionId] | None = None,
    cells_per_jurisdiction: int = CELLS_PER_JURISDICTION,
) -> Steps[Grid]:
    """The same in steps of a search each; the grid is what it returns."""
    names = tuple(sorted(region.jurisdictions) if jurisdictions is None else jurisdictions)
    cells: list[Point] = []
    home, weight = [], []
    for row, name in enumerate(names):
        found = places.get(name) or spread_over(region.jurisdictions[name])
        for centre, share in cluster(found, cells_per_jurisdiction):
            cells.append(centre)
            home.append(row)
            weight.append(share)
        yield
    posts = list_posts(region, names)
    out = yield from _columns(travel, posts, cells)
    between = yield from _columns(travel, posts, posts)
    hospitals = [hospital.position for _, hospital in sorted(region.hospitals.items())]
    to_hospital = yield from _columns(travel, cells, hospitals)
    agencies = [region.jurisdictions[name].agency for name in names]
    return Grid(
        jurisdictions=names,
        cells=tuple(cells),
        cell_home=np.array(home, dtype=np.int64),
        weight=np.array(weight, dtype=np.float64),
        posts=posts,
        out=out,
        between=between,
        siren=np.array([agency.siren_factor for agency in agencies], dtype=np.float64),
        chute_seconds=np.array([agency.chute_seconds for agency in agencies], dtype=np.float64),
        hospital_seconds=(
            to_hospital.min(axis=1)
            if hospitals
            else np.full(len(cells), TO_HOSPITAL_SECONDS, dtype=np.float32)
        ),
    )


def nearest_cell(grid: Grid, place: Point) -> int:
    """The cell that stands for a place: the nearest one as the crow flies, whosever it is."""
    metres = _in_plane([place, *grid.cells])
    return int(_squares(metres[1:], metres[:1]).argmin())


def nearest_post(grid: Grid, place: Point) -> Point:
    """The post that stands for a place where a unit waits. Raises ``ValueError`` for a grid without posts."""
    metres = _in_plane([place, *grid.posts])
    return grid.posts[int(_squares(metres[1:], metres[:1]).argmin())]


def list_posts(region: Region, jurisdictions: Sequence[JurisdictionId]) -> tuple[Point, ...]:
    """Where the ambulances of these jurisdictions wait, each place once, from west to east."""
    wanted = frozenset(jurisdictions)
    ambulances = (
        unit for unit in region.units.values() if unit.jurisdiction_id in wanted and unit.unit_type in LEVEL
    )
    posts = {home for unit in ambulances if (home := region.home_of(unit)) is not None}
    return tuple(sorted(posts, key=_west_to_east))


def cluster(places: Sequence[Point], count: int) -> list[tuple[Point, float]]:
    """At most ``count`` of the places that stand for all, each with the share that it stands for.

    The places nearest to the centres of clusters (Lloyd's rounds from the farthest-first start of
    Gonzalez 1985), so that each lies where a call may come from. Nothing is left to chance.
    """
    ordered = sorted(places, key=_west_to_east)
    metres = _in_plane(ordered)
    distinct, times = np.unique(metres, axis=0, return_counts=True)
    centres = _farthest_first(distinct, count)
    for _ in range(ROUNDS):
        nearest = _squares(distinct, centres).argmin(axis=1)
        total = np.bincount(nearest, weights=times, minlength=len(centres))
        moved = [
            np.bincount(nearest, weights=times * distinct[:, axis], minlength=len(centres)) for axis in (0, 1)
        ]
        centres = np.stack(moved, axis=1) / np.maximum(total, 1)[:, None]
        centres = centres[total > 0]
    medoids = np.unique(_squares(metres, centres).argmin(axis=0))
    nearest = _squares(metres, metres[medoids]).argmin(axis=1)
    shares = np.bincount(nearest, minlength=len(medoids)) / len(metres)
    return [
        (ordered[row], float(share)) for row, share in zip(medoids.tolist(), shares, strict=True) if share > 0
    ]


def spread_over(jurisdiction: Jurisdiction) -> list[Point]:
    """Points of a lattice over an area; the point within it where none falls inside."""
    west, south, east, north = jurisdiction.area.bounds
    steps = (np.arange(LATTICE) + 0.5) / LATTICE
    lon, lat = (
        axis.ravel() for axis in np.meshgrid(west + (east - west) * steps, south + (north - south) * steps)
    )
    inside = contains_xy(jurisdiction.area, lon, lat)
    found = [Point(lon=x, lat=y) for x, y in zip(lon[inside].tolist(), lat[inside].tolist(), strict=True)]
    if found:
        return found
    middle = jurisdiction.area.representative_point()
    return [Point(lon=middle.x, lat=middle.y)]


def _columns(travel: TravelTimes, sources: Sequence[Point], targets: Sequence[Point]) -> Steps[Seconds]:
    """(sources, targets): seconds of regular driving, a search for each target."""
    found = np.full((len(sources), len(targets)), np.inf, dtype=np.float32)
    if sources:
        snaps = travel.snap(sources)
        for column, target in enumerate(targets):
            found[:, column] = travel.to_target(snaps, target).seconds
            yield
    return found


def _in_plane(places: Sequence[Point]) -> Floats:
    """East and north in degrees of latitude: near enough to tell who is nearest within an area."""
    degrees = np.array([(place.lon, place.lat) for place in places], dtype=np.float64)
    degrees[:, 0] *= np.cos(np.radians(degrees[:, 1].mean()))
    return degrees


def _farthest_first(places: Floats, count: int) -> Floats:
    chosen = [int(_squares(places, places.mean(axis=0)[None]).argmin())]
    away = _squares(places, places[chosen])[:, 0]
    while len(chosen) < min(count, len(places)):
        chosen.append(int(away.argmax()))
        away = np.minimum(away, _squares(places, places[chosen[-1:]])[:, 0])
    return places[chosen]


def _squares(places: Floats, centres: Floats) -> NDArray[np.float64]:
    """(places, centres): squared distances."""
    apart: NDArray[np.float64] = ((places[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return apart


def _west_to_east(place: Point) -> tuple[float, float]:
    return place.lon, place.lat
