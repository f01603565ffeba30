"""One stretch of road between two junctions, and the cutting and cleaning of many."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
import shapely

from dispatch.simulate.country.plane import Array

RANK: Final = {
    "motorway": 0,
    "motorway_link": 1,
    "trunk": 2,
    "primary": 3,
    "secondary": 4,
    "tertiary": 5,
    "unclassified": 6,
    "residential": 7,
    "service": 8,
}
"""OSM highway classes, most important first."""

Key = tuple[int, int]
"""A vertex in whole centimetres: two vertices are the same place exactly when their keys are equal."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Road:
    """A stretch; ``line`` is (n, 2) metres in whole centimetres, in driving direction when ``oneway``.

    ``stroke`` groups the stretches of one street within its quarter, for naming. ``fixed`` roads are
    neither cut nor cleaned away.
    """

    line: Array
    kind: str
    name: str = ""
    ref: str = ""
    oneway: bool = False
    bridge: bool = False
    stroke: str = ""
    fixed: bool = False

    @property
    def length_m(self) -> float:
        """Length along the line."""
        return float(np.hypot(*np.diff(self.line, axis=0).T).sum())

    @property
    def ends(self) -> tuple[Key, Key]:
        """Keys of the first and the last vertex."""
        return key(self.line[0]), key(self.line[-1])


def rounded(points: Array) -> Array:
    """Metres in whole centimetres, so that places compare exactly."""
    return np.asarray(np.round(points, 2) + 0.0, dtype=np.float64)


def key(point: Array) -> Key:
    """The vertex's place in whole centimetres."""
    return round(float(point[0]) * 100), round(float(point[1]) * 100)


def shapes(roads: Sequence[Road]) -> list[shapely.LineString]:
    """The roads as lines."""
    return [shapely.LineString(road.line) for road in roads]


def degrees(roads: Iterable[Road]) -> Counter[Key]:
    """How many stretches end at each place."""
    return Counter(end for road in roads for end in road.ends)


def cut(road: Road, at_m: Iterable[tuple[float, Array]]) -> list[Road]:
    """The road cut at distances along it, each with the exact vertex to insert there."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(road.line, axis=0).T))])
    marks = [(float(distance), 1, vertex) for distance, vertex in zip(along, road.line, strict=True)]
    marks += [(min(max(distance, 0.0), float(along[-1])), 0, vertex) for distance, vertex in at_m]
    line: list[Array] = []
    cuts: list[int] = []
    for _, original, vertex in sorted(marks, key=lambda mark: (mark[0], mark[1])):
        if not line or key(line[-1]) != key(vertex):
            line.append(vertex)
        if not original and (not cuts or cuts[-1] != len(line) - 1):
            cuts.append(len(line) - 1)
    stops = sorted({0, *cuts, len(line) - 1})
    return [replace(road, line=np.array(line[a : b + 1])) for a, b in pairwise(stops)]


def planarise(roads: Sequence[Road]) -> list[Road]:
    """The same roads, cut wherever two of them cross or touch, so that they meet in common vertices."""
    lines = shapes(roads)
    tree = shapely.STRtree(lines)
    left, right = tree.query(lines, predicate="intersects")
    cuts: dict[int, list[tuple[float, Array]]] = defaultdict(list)
    for i, j in zip(left.tolist(), right.tolist(), strict=True):
        if i >= j or roads[i].bridge or roads[j].bridge:
            continue
        for point in _points(lines[i].intersection(lines[j])):
            vertex = rounded(np.array(point))
            for k in (i, j):
                nearest = lines[k].project(shapely.Point(vertex))
                cuts[k].append((nearest, _snap(roads[k], vertex)))
    out: list[Road] = []
    for i, road in enumerate(roads):
        out += cut(road, _distinct(cuts[i])) if i in cuts and not road.fixed else [road]
    return out


def _snap(road: Road, vertex: Array) -> Array:
    for end in (road.line[0], road.line[-1]):
        if np.hypot(*(end - vertex)) < 0.5:
            return np.asarray(end)
    return vertex


def _distinct(cuts: list[tuple[float, Array]]) -> list[tuple[float, Array]]:
    seen: dict[Key, tuple[float, Array]] = {}
    for distance, vertex in cuts:
        seen.setdefault(key(vertex), (distance, vertex))
    return list(seen.values())


def _points(shape: shapely.Geometry) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Point":
            points.append((part.x, part.y))
        elif part.geom_type == "LineString" and part.length > 0:
            points += [part.coords[0][:2], part.coords[-1][:2]]
    return points


def without_crossings(roads: Sequence[Road]) -> list[Road]:
    """Without the lesser of any two roads that cross where neither ends, and without self-crossing ones.

    Bent lattices hold very few of these; bridges and motorways, which may cross anything, are not looked at.
    """
    lines = shapes(roads)
    free = [k for k, road in enumerate(roads) if not road.fixed and not road.bridge]
    doomed = {k for k in free if not lines[k].is_simple}
    tree = shapely.STRtree([lines[k] for k in free])
    one, other = tree.query([lines[k] for k in free], predicate="crosses")
    for a, b in sorted(zip(one.tolist(), other.tolist(), strict=True)):
        i, j = free[a], free[b]
        if a < b and not doomed & {i, j}:
            doomed.add(max(i, j, key=lambda k: (RANK[roads[k].kind], roads[k].length_m, k)))
    return [road for k, road in enumerate(roads) if k not in doomed]


def prune(roads: Sequence[Road], *, shorter_than_m: float, kinds: frozenset[str]) -> list[Road]:
    """Without the dead ends of ``kinds`` that are shorter than given, again and again until none is left."""
    kept = list(roads)
    while True:
        degree = degrees(kept)
        nxt = [
            road
            for road in kept
            if road.fixed
            or road.kind not in kinds
            or road.length_m >= shorter_than_m
            or min(degree[end] for end in road.ends) > 1
        ]
        if len(nxt) == len(kept):
            return kept
        kept = nxt


def drop_thin_faces(roads: list[Road], *, area_m2: float, width_m: float) -> list[Road]:
    """Without the lesser road beside any sliver of land smaller or thinner than given."""
    for _ in range(6):
        lines = shapes(roads)
        faces = shapely.get_parts(shapely.polygonize(lines))
        area, around = shapely.area(faces), shapely.length(faces)
        thin = faces[(area < area_m2) | (2 * area / around < width_m)]
        if not len(thin):
            return roads
        tree = shapely.STRtree(shapely.line_interpolate_point(lines, 0.5, normalized=True))
        doomed: set[int] = set()
        for face in thin:
            rim = [int(i) for i in tree.query(face.exterior, predicate="dwithin", distance=0.1)]
            free = [i for i in rim if not roads[i].fixed and i not in doomed]
            if free and not doomed.intersection(rim):
                doomed.add(max(free, key=lambda i: (RANK[roads[i].kind], roads[i].length_m, i)))
        if not doomed:
            return roads
        roads = [road for i, road in enumerate(roads) if i not in doomed]
    return roads


def largest_component(roads: list[Road]) -> list[Road]:
    """The roads that can all reach one another, driving directions ignored."""
    parent: dict[Key, Key] = {}

    def root(place: Key) -> Key:
        while parent.setdefault(place, place) != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for road in roads:
        parent[root(road.ends[0])] = root(road.ends[1])
    size = Counter(root(road.ends[0]) for road in roads)
    best = max(size, key=lambda place: (size[place], place))
    return [road for road in roads if root(road.ends[0]) == best]
