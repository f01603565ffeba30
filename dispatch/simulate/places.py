"""Where simulated calls come from: junctions of the region's own roads."""

from collections.abc import Mapping, Sequence

from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from dispatch.routing.areas import NOWHERE, Areas
from dispatch.routing.graph import RoadGraph


def list_places(
    region: Region, roads: RoadGraph, *, every: int = 7
) -> Mapping[JurisdictionId, Sequence[Point]]:
    """Places on the road network per jurisdiction, for simulated calls: each ``every``-th node."""
    areas = Areas(region.jurisdictions.values())
    places: dict[JurisdictionId, list[Point]] = {key: [] for key in region.jurisdictions}
    lon, lat = roads.node_lon[::every], roads.node_lat[::every]
    for row, x, y in zip(areas.find_rows(lon, lat).tolist(), lon.tolist(), lat.tolist(), strict=True):
        if row != NOWHERE:
            places[areas.ids[row]].append(Point(lon=x, lat=y))
    return places
