"""A small town as the files that a region is built of."""

import json
from pathlib import Path

from shapely.geometry import box, mapping

from dispatch.gateways.regions.build import RegionFiles
from tests.make_roads import write_osm

SIDE = 12


def write_grid_town(folder: Path) -> RegionFiles:
    """A grid of 12 by 12 junctions, split into two jurisdictions, with a lake and a house."""
    nodes = {1 + x + SIDE * y: (9.5 + 0.004 * x, 47.1 + 0.003 * y) for x in range(SIDE) for y in range(SIDE)}
    street = {"highway": "residential", "name": "A Street"}
    rows = [[1 + x + SIDE * y for x in range(SIDE)] for y in range(SIDE)]
    lines = [*rows, *(list(column) for column in zip(*rows, strict=True))]
    ways = {number: (line, street) for number, line in enumerate(lines, start=1)}
    block = [1, 2, 2 + SIDE, 1 + SIDE, 1]
    ways |= {
        500: (block, {"natural": "water"}),
        501: (block, {"building": "yes"}),
        502: (block, {"leisure": "park"}),
    }
    osm = write_osm(folder / "grid.osm.pbf", nodes=nodes, ways=ways)
    halves = {
        "West": box(9.49, 47.0, 9.522, 47.2),
        "East": box(9.522, 47.0, 9.6, 47.2),
        "Far": box(1, 1, 2, 2),
    }
    areas = [
        {"type": "Feature", "properties": {"name": name}, "geometry": mapping(area)}
        for name, area in halves.items()
    ]
    jurisdictions = folder / "areas.geojson"
    content = {"type": "FeatureCollection", "features": areas, "attribution": "Town surveyors"}
    jurisdictions.write_text(json.dumps(content), encoding="utf-8")
    return RegionFiles(
        osm=osm,
        jurisdictions=jurisdictions,
        sample_fleet=3,
        time_zone="Europe/Vaduz",
        name="Grid",
        basemap=False,
    )
