"""The committed sample region, read with nothing but osmium and numpy."""

import json
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import shapely
from scipy.sparse import csr_matrix

from dispatch.simulate.country.plane import (
    METRES_PER_DEGREE_LAT,
    METRES_PER_DEGREE_LON,
    ORIGIN_LAT,
    ORIGIN_LON,
)

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "marlow"
DRIVABLE = {
    "motorway", "motorway_link", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
    "service",
}  # fmt: skip
SHARE_OF_LIMIT = 0.85


@dataclass
class Extract:
    """Ways and areas of an extract, in metres from the plane's origin."""

    roads: list[tuple[dict[str, str], list[int]]] = field(default_factory=list)
    at: dict[int, tuple[float, float]] = field(default_factory=dict)
    water: list[shapely.Geometry] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def line(self, nodes: list[int]) -> shapely.LineString:
        return shapely.LineString([self.at[node] for node in nodes])

    def degree(self) -> dict[int, int]:
        """How many road arms meet at each node."""
        arms: dict[int, int] = {}
        for _, nodes in self.roads:
            for i, node in enumerate(nodes):
                arms[node] = arms.get(node, 0) + (1 if i in (0, len(nodes) - 1) else 2)
        return arms

    def graph(self) -> tuple[csr_matrix, dict[int, int]]:
        """Driving seconds between neighbouring road nodes, and the row of each node."""
        rows = {node: i for i, node in enumerate(sorted({n for _, nodes in self.roads for n in nodes}))}
        tail, head, cost = [], [], []
        for tags, nodes in self.roads:
            mps = float(tags["maxspeed"].split()[0]) * 0.44704 * SHARE_OF_LIMIT
            for a, b in pairwise(nodes):
                seconds = float(np.hypot(*np.subtract(self.at[a], self.at[b]))) / mps
                for one, other in [(a, b)] if tags.get("oneway") == "yes" else [(a, b), (b, a)]:
                    tail.append(rows[one])
                    head.append(rows[other])
                    cost.append(seconds)
        return csr_matrix((cost, (tail, head)), shape=(len(rows), len(rows))), rows

    def nearest(self, x: float, y: float) -> int:
        nodes = sorted(
            {n for tags, ns in self.roads if not tags["highway"].startswith("motorway") for n in ns}
        )
        points = np.array([self.at[n] for n in nodes])
        return nodes[int(np.argmin(np.hypot(points[:, 0] - x, points[:, 1] - y)))]


def metres(lon: float, lat: float) -> tuple[float, float]:
    return (lon - ORIGIN_LON) * METRES_PER_DEGREE_LON, (lat - ORIGIN_LAT) * METRES_PER_DEGREE_LAT


@cache
def committed_extract() -> Extract:
    out = Extract()
    for item in osmium.FileProcessor(str(FOLDER / "marlow.osm.pbf")).with_locations().with_areas():
        tags = {tag.k: tag.v for tag in item.tags}
        if item.is_node() and "place" in tags:
            out.places[tags["name"]] = tags["place"]
        elif item.is_way() and tags.get("highway") in DRIVABLE:
            nodes = [node.ref for node in item.nodes]
            out.roads.append((tags, nodes))
            out.at |= {node.ref: metres(node.lon, node.lat) for node in item.nodes}
        elif item.is_area() and tags.get("natural") == "water":
            shape = shapely.from_wkb(osmium.geom.WKBFactory().create_multipolygon(item))
            out.water.append(shapely.transform(shape, lambda p: np.column_stack(metres(p[:, 0], p[:, 1]))))
    return out


def features(name: str) -> list[dict[str, object]]:
    """The features of one of the folder's GeoJSON files."""
    return list(json.loads((FOLDER / name).read_text(encoding="utf-8"))["features"])


def areas() -> dict[str, shapely.Geometry]:
    """Jurisdictions' areas in degrees."""
    return {
        f["properties"]["id"]: shapely.from_geojson(json.dumps(f["geometry"]))
        for f in features("jurisdictions.geojson")
    }  # type: ignore[index]
