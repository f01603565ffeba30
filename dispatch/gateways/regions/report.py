"""What the boundaries leave open: gaps, overlaps, and roads that are nobody's."""

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from dispatch.model.jurisdiction import Jurisdiction
from dispatch.routing.areas import NOWHERE, Areas
from dispatch.routing.graph import RoadGraph

WGS84 = Geod(ellps="WGS84")
LEAST_KM2 = 0.001
"""Slivers below a tenth of a hectare come from rounding, not from law."""
MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryReport:
    """Gaps and overlaps, largest first, with geodesic areas; ``nodes`` counts junctions per jurisdiction."""

    gaps: tuple[dict[str, object], ...]
    overlaps: tuple[dict[str, object], ...]
    area_km2: dict[str, float]
    nodes: dict[str, int]
    nodes_nowhere: int

    def to_json(self) -> dict[str, object]:
        """``boundary_report.json``."""
        return {
            "gaps": list(self.gaps[:MOST_LISTED]),
            "overlaps": list(self.overlaps[:MOST_LISTED]),
            "area_km2": self.area_km2,
            "road_nodes": self.nodes,
            "road_nodes_nowhere": self.nodes_nowhere,
        }

    def notes(self) -> list[str]:
        """The findings an operator must know, as sentences."""
        found = []
        if self.nodes_nowhere:
            total = self.nodes_nowhere + sum(self.nodes.values())
            share = self.nodes_nowhere / total
            found.append(
                f"Boundaries: {self.nodes_nowhere} road junctions ({share:.1%}) lie in no jurisdiction, "
                f"in {len(self.gaps)} gaps."
            )
        if self.overlaps:
            found.append(f"Boundaries: {len(self.overlaps)} pairs overlap; the smaller jurisdiction answers.")
        return found


def inspect_boundaries(jurisdictions: tuple[Jurisdiction, ...], graph: RoadGraph) -> BoundaryReport:
    """Compare the areas with one another and with the roads."""
    areas = Areas(jurisdictions)
    rows = areas.find_rows(graph.node_lon, graph.node_lat)
    counts = np.bincount(rows[rows != NOWHERE], minlength=len(areas.ids)).tolist()
    nobodys = rows == NOWHERE
    return BoundaryReport(
        gaps=_gaps(jurisdictions, graph, nobodys),
        overlaps=_overlaps(jurisdictions),
        area_km2={each.id: round(area_km2(each.area), 3) for each in jurisdictions},
        nodes=dict(zip(areas.ids, counts, strict=True)),
        nodes_nowhere=int(nobodys.sum()),
    )


def area_km2(area: BaseGeometry) -> float:
    """Geodesic area on WGS84."""
    oriented = shapely.orient_polygons(area)
    return abs(float(WGS84.geometry_area_perimeter(oriented)[0])) / 1e6


def _gaps(
    jurisdictions: tuple[Jurisdiction, ...],
    graph: RoadGraph,
    nobodys: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
) -> tuple[dict[str, object], ...]:
    """Pieces of the roads' convex hull outside every area that hold roads or are closed in."""
    hull = shapely.convex_hull(shapely.multipoints(np.column_stack((graph.node_lon, graph.node_lat))))
    open_ground = shapely.difference(hull, shapely.union_all([each.area for each in jurisdictions]))
    pieces = [part for part in shapely.get_parts(open_ground) if part.geom_type == "Polygon"]
    pieces = [part for part in pieces if area_km2(part) >= LEAST_KM2]
    if not pieces:
        return ()
    tree = shapely.STRtree(pieces)
    lost = shapely.points(graph.node_lon[nobodys], graph.node_lat[nobodys])
    junctions = np.bincount(tree.query(lost, predicate="intersects")[1], minlength=len(pieces))
    rim = shapely.boundary(hull)
    listed = [
        _found(part, road_nodes=int(count))
        for part, count in zip(pieces, junctions, strict=True)
        if count or not shapely.intersects(part, rim)
    ]
    return tuple(sorted(listed, key=_largest_first))


def _overlaps(jurisdictions: tuple[Jurisdiction, ...]) -> tuple[dict[str, object], ...]:
    shapes = [each.area for each in jurisdictions]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    listed = []
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        if a >= b:
            continue
        common = shapely.intersection(shapes[a], shapes[b])
        polygons = [part for part in shapely.get_parts(common) if part.geom_type == "Polygon"]
        if polygons and area_km2(shapely.multipolygons(polygons)) >= LEAST_KM2:
            found = _found(shapely.multipolygons(polygons))
            listed.append({"jurisdictions": [jurisdictions[a].id, jurisdictions[b].id], **found})
    return tuple(sorted(listed, key=_largest_first))


def _found(area: BaseGeometry, **more: object) -> dict[str, object]:
    inside = area.representative_point()
    return {"km2": round(area_km2(area), 3), "at": [round(inside.x, 6), round(inside.y, 6)], **more}


def _largest_first(found: dict[str, object]) -> float:
    km2 = found["km2"]
    return -km2 if isinstance(km2, float) else 0.0
