"""The region as an OpenStreetMap extract, numbered so that the same region is the same bytes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import osmium
import shapely

from dispatch.simulate.country.plane import Array, to_degrees
from dispatch.simulate.country.road import Key, Road, key

Tags = Mapping[str, str]


class Extract:
    """Collects nodes, ways and relations; ``write`` puts them down in order of their numbers."""

    def __init__(self) -> None:
        self.places: list[Array] = []
        self.node_tags: dict[int, Tags] = {}
        self.ways: list[tuple[list[int], Tags]] = []
        self.relations: list[tuple[list[tuple[int, str]], Tags]] = []
        self.shared: dict[Key, int] = {}

    def point(self, at: Array, tags: Tags) -> None:
        """A node with tags, such as a place name."""
        self.node_tags[self._node(at)] = tags

    def line(self, points: Array, tags: Tags, *, shared: bool = False) -> None:
        """A way. ``shared`` ways meet other shared ways in common nodes."""
        self.ways.append(([self._shared(p) if shared else self._node(p) for p in points], tags))

    def area(self, shape: shapely.Polygon, tags: Tags) -> None:
        """A closed way, or a multipolygon relation where the shape has holes."""
        rings = [shape.exterior, *shape.interiors]
        if len(rings) == 1:
            self._ring(shape.exterior, tags)
            return
        members = [(self._ring(ring, {}), "inner" if i else "outer") for i, ring in enumerate(rings)]
        self.relations.append((members, {"type": "multipolygon", **tags}))

    def write(self, path: Path) -> None:
        """Write the extract; an older file of that name goes."""
        path.unlink(missing_ok=True)
        header = osmium.io.Header()
        header.set("generator", "mutual-aid dispatch sample region")
        degrees = to_degrees(np.array(self.places))
        with osmium.SimpleWriter(str(path), header=header) as writer:
            for i, (lon, lat) in enumerate(degrees, start=1):
                writer.add_node(
                    osmium.osm.mutable.Node(
                        id=i, location=(float(lon), float(lat)), tags=self._tags(self.node_tags.get(i))
                    )
                )
            for i, (nodes, tags) in enumerate(self.ways, start=1):
                writer.add_way(osmium.osm.mutable.Way(id=i, nodes=nodes, tags=self._tags(tags)))
            for i, (members, tags) in enumerate(self.relations, start=1):
                parts = [("w", way, role) for way, role in members]
                writer.add_relation(osmium.osm.mutable.Relation(id=i, members=parts, tags=self._tags(tags)))

    def _node(self, at: Array) -> int:
        self.places.append(np.asarray(at, dtype=np.float64))
        return len(self.places)

    def _shared(self, at: Array) -> int:
        place = key(at)
        if place not in self.shared:
            self.shared[place] = self._node(at)
        return self.shared[place]

    def _ring(self, ring: shapely.LinearRing, tags: Tags) -> int:
        nodes = [self._node(np.array(p[:2])) for p in ring.coords[:-1]]
        self.ways.append(([*nodes, nodes[0]], tags))
        return len(self.ways)

    @staticmethod
    def _tags(tags: Tags | None) -> dict[str, str]:
        return {k: v for k, v in sorted((tags or {}).items()) if v}


MILES_PER_HOUR = {
    "motorway": 65, "motorway_link": 35, "trunk": 55, "primary": 45, "secondary": 40, "tertiary": 35,
    "unclassified": 40, "residential": 25, "service": 15,
}  # fmt: skip
BUILT_UP_MILES_PER_HOUR = {"trunk": 40, "primary": 35, "secondary": 35, "tertiary": 30, "unclassified": 30}


def road_tags(road: Road, *, built_up: bool) -> Tags:
    """The OSM tags of a stretch."""
    limit = MILES_PER_HOUR[road.kind]
    if built_up:
        limit = BUILT_UP_MILES_PER_HOUR.get(road.kind, limit)
    tags = {"highway": road.kind, "name": road.name, "ref": road.ref, "maxspeed": f"{limit} mph"}
    if road.oneway:
        tags["oneway"] = "yes"
    if road.bridge:
        tags |= {"bridge": "yes", "layer": "1"}
    return tags


def joined(stretches: Iterable[tuple[Road, Tags]]) -> list[tuple[Array, Tags]]:
    """Stretches of like tags put together into longer ways, as a mapper would draw them."""
    groups: dict[tuple[tuple[str, str], ...], list[Road]] = defaultdict(list)
    for road, tags in stretches:
        groups[(*sorted(tags.items()), ("stroke", road.stroke))].append(road)
    out: list[tuple[Array, Tags]] = []
    for signature in sorted(groups):
        tags = {k: v for k, v in signature if k != "stroke"}
        out += [(line, tags) for line in _strung(groups[signature])]
    return out


def _strung(roads: Sequence[Road]) -> list[Array]:
    """Chains of stretches, end to end; one-way stretches keep their direction."""
    starts: dict[Key, list[int]] = defaultdict(list)
    for i, road in enumerate(roads):
        for end in road.ends[: 1 if road.oneway else 2]:
            starts[end].append(i)
    ends = [end for road in roads for end in road.ends]
    heads = sorted(range(len(roads)), key=lambda i: (ends.count(roads[i].ends[0]) > 1, roads[i].ends))
    used: set[int] = set()
    out = []
    for first in heads:
        if first in used:
            continue
        used.add(first)
        line = list(roads[first].line)
        while len(line) < 1500:
            nxt = next((i for i in starts[key(line[-1])] if i not in used), None)
            if nxt is None:
                break
            used.add(nxt)
            more = roads[nxt].line
            line += list(more[1:] if key(more[0]) == key(line[-1]) else more[::-1][1:])
        out.append(np.array(line))
    return out
