"""Small road graphs and map extracts for tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
from shapely.geometry import box

from dispatch.model.ids import JurisdictionId
from dispatch.model.jurisdiction import Agency, Jurisdiction
from dispatch.routing.graph import RoadGraph
from dispatch.routing.travel import Snaps

ORIGIN = (9.5, 47.1)
STEP_DEG = 0.01


@dataclass(frozen=True)
class Road:
    """A straight stretch between two numbered junctions; ``backward_seconds`` None for one-way."""

    tail: int
    head: int
    seconds: float = 60.0
    backward_seconds: float | None = None


def both_ways(tail: int, head: int, seconds: float = 60.0) -> Road:
    return Road(tail, head, seconds, seconds)


def make_graph(
    places: Sequence[tuple[float, float]],
    roads: Sequence[Road],
    *,
    banned: Sequence[tuple[int, int]] = (),
) -> RoadGraph:
    """A graph from junctions on a grid of ``STEP_DEG``. Arcs: all forward ones, then the backward ones."""
    lon = np.array([ORIGIN[0] + x * STEP_DEG for x, _ in places])
    lat = np.array([ORIGIN[1] + y * STEP_DEG for _, y in places])
    tail = np.array([road.tail for road in roads], dtype=np.int64)
    head = np.array([road.head for road in roads], dtype=np.int64)
    back = np.array([i for i, road in enumerate(roads) if road.backward_seconds is not None], dtype=np.int64)
    edge = np.concatenate((np.arange(len(roads)), back))
    seconds = [road.seconds for road in roads] + [
        road.backward_seconds or 0.0 for road in roads if road.backward_seconds is not None
    ]
    shape = np.column_stack((tail, head)).ravel()
    return RoadGraph(
        node_lon=lon,
        node_lat=lat,
        tail=np.concatenate((tail, head[back])),
        head=np.concatenate((head, tail[back])),
        edge=edge,
        backward=np.arange(len(edge)) >= len(roads),
        length_m=np.full(len(edge), 1000.0),
        seconds=np.array(seconds, dtype=np.float64),
        road_class=np.zeros(len(edge), dtype=np.int64),
        shape_start=np.arange(len(roads) + 1) * 2,
        shape_lon=lon[shape],
        shape_lat=lat[shape],
        banned=np.array(banned, dtype=np.int64).reshape(-1, 2),
        order=np.empty(0, dtype=np.int64),
    )


def make_snaps(*on: tuple[int, float]) -> Snaps:
    """Positions on arcs, as (arc, fraction)."""
    return Snaps(
        arc=np.array([arc for arc, _ in on], dtype=np.int64),
        fraction=np.array([fraction for _, fraction in on], dtype=np.float64),
        off_road_m=np.zeros(len(on)),
        lon=np.full(len(on), ORIGIN[0]),
        lat=np.full(len(on), ORIGIN[1]),
    )


def make_jurisdiction(name: str, west: float, south: float, east: float, north: float) -> Jurisdiction:
    """A rectangle in degrees."""
    return Jurisdiction(
        id=JurisdictionId(name.lower()),
        name=name,
        kind="town",
        agency=Agency(name=f"{name} EMS", telephone=""),
        area=box(west, south, east, north),
    )


Tags = Mapping[str, str]


def write_osm(
    path: Path,
    *,
    nodes: Mapping[int, tuple[float, float]],
    ways: Mapping[int, tuple[Sequence[int], Tags]],
    restrictions: Sequence[tuple[Sequence[tuple[str, str, int]], Tags]] = (),
    node_tags: Mapping[int, Tags] | None = None,
) -> Path:
    """A map extract. Restriction members are (role, "n" or "w", id)."""
    tagged = node_tags or {}
    with osmium.SimpleWriter(str(path)) as writer:
        for node, place in nodes.items():
            tags = dict(tagged.get(node, {}))
            writer.add_node(osmium.osm.mutable.Node(id=node, version=1, location=place, tags=tags))
        for way, (refs, tags) in ways.items():
            writer.add_way(osmium.osm.mutable.Way(id=way, version=1, nodes=list(refs), tags=dict(tags)))
        for number, (members, tags) in enumerate(restrictions, start=1):
            everything = {"type": "restriction", **tags}
            refs_by_role = [(kind, ref, role) for role, kind, ref in members]
            writer.add_relation(
                osmium.osm.mutable.Relation(id=number, version=1, members=refs_by_role, tags=everything)
            )
    return path
