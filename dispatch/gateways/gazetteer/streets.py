"""Streets, made of the ways that carry their names, and where they meet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from dispatch.gateways.gazetteer.extract import Degrees, LonLat, NamedWay
from dispatch.routing.areas import Areas
from dispatch.routing.gazetteer.abbreviations import spell_out
from dispatch.routing.gazetteer.folding import fold

DEGREE_M: Final = 111_320.0
GAP_M: Final = 1_000.0
"""Ways of one name further apart than this, in one jurisdiction, are two streets."""
SAME_CROSSING_M: Final = 60.0
"""Where two streets meet more than once within this (two carriageways), it is one crossing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One street of one jurisdiction. ``at`` lies on it near its middle; ``area``: the jurisdiction's row."""

    names: tuple[str, ...]
    at: LonLat
    area: int
    lines: tuple[Degrees, ...]
    nodes: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where two streets meet, by their places in the list; ``one`` < ``other``."""

    one: int
    other: int
    at: LonLat


def join_ways(ways: Sequence[NamedWay], areas: Areas) -> list[Street]:
    """The streets of an extract, in a fixed order; a road through several jurisdictions is one in each."""
    alike: dict[tuple[str, int], list[NamedWay]] = defaultdict(list)
    for way, row in _cut_at_borders(ways, areas):
        alike[spell_out(fold(way.names[0])), row].append(way)
    return [
        _street(part, row)
        for (_, row), group in sorted(alike.items(), key=_by_key)
        for part in _connected(group)
    ]


def _cut_at_borders(ways: Sequence[NamedWay], areas: Areas) -> Iterator[tuple[NamedWay, int]]:
    """The ways in pieces of one jurisdiction each, and its row. The stretch over a border is in both."""
    points = np.concatenate([way.line for way in ways]) if ways else np.empty((0, 2))
    rows = areas.find_rows(points[:, 0], points[:, 1])
    first = 0
    for way in ways:
        mine = rows[first : first + len(way.nodes)]
        first += len(way.nodes)
        cuts = [0, *(np.flatnonzero(np.diff(mine)) + 1).tolist(), len(mine)]
        for start, end in pairwise(cuts):
            part = slice(max(start - 1, 0), min(end + 1, len(mine)))
            yield replace(way, nodes=way.nodes[part], line=way.line[part]), int(mine[start])


def _by_key(entry: tuple[tuple[str, int], object]) -> tuple[str, int]:
    return entry[0]


class Groups:
    """Things that belong together, by their places."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def find(self, one: int) -> int:
        """The lowest of those that belong with ``one``."""
        while self._parent[one] != one:
            self._parent[one] = self._parent[self._parent[one]]
            one = self._parent[one]
        return one

    def join(self, one: int, other: int) -> None:
        """Let two belong together, and all that belong with them."""
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low

    def lists(self) -> list[list[int]]:
        """The groups, by their lowest."""
        found: dict[int, list[int]] = defaultdict(list)
        for each in range(len(self._parent)):
            found[self.find(each)].append(each)
        return list(found.values())


def _connected(ways: Sequence[NamedWay]) -> Iterator[list[NamedWay]]:
    """Ways that share a node or lie near one another."""
    if len(ways) == 1:
        yield list(ways)
        return
    groups = Groups(len(ways))
    seen: dict[int, int] = {}
    for place, way in enumerate(ways):
        for node in way.nodes:
            groups.join(place, seen.setdefault(node, place))
    if len({groups.find(place) for place in range(len(ways))}) > 1:
        lines = [shapely.LineString(_metres(way.line)) for way in ways]
        near = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=GAP_M)
        for one, other in near.T.tolist():
            groups.join(one, other)
    yield from ([ways[place] for place in places] for places in groups.lists())


def _street(ways: Sequence[NamedWay], area: int) -> Street:
    points = np.concatenate([way.line for way in ways])
    away = np.hypot(*(_metres(points) - _metres(points).mean(axis=0)).T)
    lon, lat = points[int(away.argmin())].tolist()
    return Street(
        names=tuple(dict.fromkeys(name for way in ways for name in way.names)),
        at=(lon, lat),
        area=area,
        lines=tuple(way.line for way in ways),
        nodes=frozenset(node for way in ways for node in way.nodes),
    )


def list_crossings(
    streets: Sequence[Street], rings: Iterable[Sequence[int]], where: Mapping[int, LonLat]
) -> list[Crossing]:
    """Where streets of different names share a node; those at one nameless roundabout all meet there."""
    ring_of = _rings_by_node(rings)
    meeting: dict[int, set[int]] = defaultdict(set)
    for place, street in enumerate(streets):
        for node in street.nodes:
            meeting[ring_of.get(node, node)].add(place)
    met: dict[tuple[int, int], list[LonLat]] = defaultdict(list)
    for node, places in meeting.items():
        for one, other in combinations(sorted(places), 2):
            if node in where and fold(streets[one].names[0]) != fold(streets[other].names[0]):
                met[one, other].append(where[node])
    return [
        Crossing(one=one, other=other, at=at)
        for (one, other), points in sorted(met.items())
        for at in _apart(points)
    ]


def _rings_by_node(rings: Iterable[Sequence[int]]) -> dict[int, int]:
    """For each node of a roundabout, the lowest one: that stands for all. Arcs that touch are one."""
    rings = [list(ring) for ring in rings]
    groups = Groups(len(rings))
    seen: dict[int, int] = {}
    for place, ring in enumerate(rings):
        for node in ring:
            groups.join(place, seen.setdefault(node, place))
    return {
        node: lowest
        for places in groups.lists()
        for lowest in [min(node for place in places for node in rings[place])]
        for place in places
        for node in rings[place]
    }


def _apart(points: Sequence[LonLat]) -> Iterator[LonLat]:
    """One point for all within reach of one another, the nearest to their middle."""
    if len(points) == 1:
        yield points[0]
        return
    places = sorted(points)
    metres = _metres(np.array(places))
    groups = Groups(len(places))
    for one, other in combinations(range(len(places)), 2):
        if np.hypot(*(metres[one] - metres[other])) <= SAME_CROSSING_M:
            groups.join(one, other)
    for group in groups.lists():
        away = np.hypot(*(metres[group] - metres[group].mean(axis=0)).T)
        yield places[group[int(away.argmin())]]


def _metres(degrees: Degrees) -> NDArray[np.float64]:
    """Metres on a plane, near enough within one town."""
    return np.column_stack(
        (degrees[:, 0] * DEGREE_M * np.cos(np.radians(degrees[:, 1])), degrees[:, 1] * DEGREE_M)
    )
