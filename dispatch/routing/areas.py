"""Whose area a position lies in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.jurisdiction import Jurisdiction
from dispatch.routing.mercator import metres_per_unit, project
from dispatch.routing.travel import FloatArray

NOWHERE = -1
SAME_LINE_M = 30.0
"""Borders that two jurisdictions drew apart by no more than this are one border."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a position lies among the jurisdictions.

    ``inside`` are all that it lies in, the one in charge first; ``border_m`` is how far the nearest border
    of that one is, or of any where it lies in none (None without jurisdictions); ``beyond`` is who lies on
    the other side of it, None where nobody known does.
    """

    inside: tuple[JurisdictionId, ...]
    border_m: float | None
    beyond: JurisdictionId | None

    @property
    def in_charge(self) -> JurisdictionId | None:
        """Whose area it is."""
        return self.inside[0] if self.inside else None

    def is_near_border(self, within_m: float) -> bool:
        """Whether somebody should look twice: a border within reach, two areas, or none."""
        return len(self.inside) != 1 or (self.border_m is not None and self.border_m <= within_m)


class Areas:
    """Looks jurisdictions up by position. Where areas overlap the smallest wins, then the lowest id:
    the same answer every time, and an enclave is not swallowed by what surrounds it.
    """

    def __init__(self, jurisdictions: Iterable[Jurisdiction]) -> None:
        ranked = sorted(jurisdictions, key=lambda each: (_square_units(each), each.id))
        self.ids: tuple[JurisdictionId, ...] = tuple(each.id for each in ranked)
        """The jurisdictions in order of precedence: what ``find_rows`` answers rows of."""
        self._areas = np.array([each.area for each in ranked], dtype=object)
        shapely.prepare(self._areas)
        self._tree = shapely.STRtree(self._areas)
        self._borders = [
            shapely.transform(shapely.boundary(each.area), lambda xy: project(xy[:, 0], xy[:, 1]))
            for each in ranked
        ]
        self._border_tree = shapely.STRtree(self._borders)

    def find(self, point: Point) -> JurisdictionId | None:
        """The jurisdiction that a position lies in, its border included."""
        row = int(self.find_rows(np.array([point.lon]), np.array([point.lat]))[0])
        return None if row == NOWHERE else self.ids[row]

    def find_rows(self, lon: FloatArray, lat: FloatArray) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """The same for columns of degrees, as rows of ``ids``; ``NOWHERE`` (-1) where none."""
        found = np.full(len(lon), len(self.ids), dtype=np.int64)
        if self.ids:
            place, area = self._tree.query(shapely.points(lon, lat))
            inside = shapely.intersects_xy(self._areas[area], lon[place], lat[place])
            np.minimum.at(found, place[inside], area[inside])
        found[found == len(self.ids)] = NOWHERE
        return found

    def look_around(self, point: Point) -> Whereabouts:
        """Who is in charge of a position, and how far that reaches."""
        rows = self._tree.query(shapely.Point(point.lon, point.lat), predicate="intersects")
        inside = tuple(self.ids[row] for row in sorted(rows.tolist()))
        if not self.ids:
            return Whereabouts(inside=(), border_m=None, beyond=None)
        lat = np.array([point.lat])
        place = shapely.Point(project(np.array([point.lon]), lat)[0])
        scale_m = float(metres_per_unit(lat)[0])
        border = self._borders[min(rows)] if inside else self._borders[self._border_tree.nearest(place)]
        border_m = float(shapely.distance(border, place)) * scale_m
        near = self.near_border(point, border_m + SAME_LINE_M)
        beyond = next((each for each in near if each not in inside[:1]), None)
        return Whereabouts(inside=inside, border_m=border_m, beyond=beyond)

    def near_border(self, point: Point, within_m: float) -> tuple[JurisdictionId, ...]:
        """Other jurisdictions whose border is within reach of a position, nearest first."""
        lat = np.array([point.lat])
        place = shapely.Point(project(np.array([point.lon]), lat)[0])
        reach = within_m / float(metres_per_unit(lat)[0])
        own = self.find(point)
        rows: Sequence[int] = self._border_tree.query(place, predicate="dwithin", distance=reach).tolist()
        near = sorted((float(shapely.distance(self._borders[row], place)), self.ids[row]) for row in rows)
        return tuple(each for _, each in near if each != own)


def _square_units(jurisdiction: Jurisdiction) -> float:
    return float(jurisdiction.area.area)
