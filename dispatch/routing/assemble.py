"""From mapped ways to a road graph: cut at junctions, join what is no junction, keep what connects.

Pure: the caller has read the ways, node positions and turn rules from whatever file there was.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pyproj import Geod
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from dispatch.routing.graph import ROAD_CLASSES, RoadGraph
from dispatch.routing.travel import FloatArray, IntArray
from dispatch.routing.turns import expand_turns

Positions = Mapping[int, tuple[float, float]]
"""Longitude and latitude by node id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadWay:
    """A drivable way. ``nodes`` are ids in drawing order; at least one direction is open."""

    id: int
    nodes: tuple[int, ...]
    road_class: str
    speed_kmh: float
    forward: bool = True
    backward: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRule:
    """A turn restriction over one node: ``only`` permits nothing else, otherwise the turn is banned."""

    from_way: int
    via_node: int
    to_way: int
    only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A graph whose arcs all reach one another, and what was left out of it."""

    graph: RoadGraph
    dropped_nodes: int
    unusable_rules: int


@dataclass(frozen=True, slots=True)
class _Edge:
    """A stretch between two junctions; the ways at its two ends tell turn rules where they apply."""

    nodes: tuple[int, ...]
    first_way: int
    last_way: int
    kind: tuple[str, float]
    forward: bool
    backward: bool

    def reverse(self) -> "_Edge":
        return _Edge(self.nodes[::-1], self.last_way, self.first_way, self.kind, self.backward, self.forward)

    def join(self, onward: "_Edge") -> "_Edge":
        """This stretch and the one that follows it, which has the same kind and directions."""
        return replace(self, nodes=self.nodes + onward.nodes[1:], last_way=onward.last_way)


def assemble(ways: Sequence[RoadWay], positions: Positions, rules: Sequence[TurnRule]) -> Assembled:
    """The road graph of ``ways``, largest strongly connected part only. Empty when there is none."""
    edges = _join_through(_cut_at_junctions(ways), keep={rule.via_node for rule in rules})
    whole, ids = _as_columns(edges, positions)
    banned, unusable = _banned_turns(whole, ids, edges, rules)
    whole = replace(whole, banned=banned)
    part = _largest_part(whole)
    return Assembled(graph=part, dropped_nodes=whole.node_count - part.node_count, unusable_rules=unusable)


def _cut_at_junctions(ways: Sequence[RoadWay]) -> list[_Edge]:
    uses: Counter[int] = Counter()
    for way in ways:
        uses.update(way.nodes)
        uses.update((way.nodes[0], way.nodes[-1]))
    edges: list[_Edge] = []
    for way in ways:
        kind = (way.road_class, way.speed_kmh)
        begin = 0
        for at in range(1, len(way.nodes)):
            if uses[way.nodes[at]] > 1:
                nodes = way.nodes[begin : at + 1]
                edges.append(_Edge(nodes, way.id, way.id, kind, way.forward, way.backward))
                begin = at
    return edges


def _join_through(edges: list[_Edge], *, keep: set[int]) -> list[_Edge]:
    """Edges joined wherever a node is only a bend between two of the same kind and directions."""
    ends: dict[int, list[int]] = defaultdict(list)
    for index, edge in enumerate(edges):
        ends[edge.nodes[0]].append(index)
        ends[edge.nodes[-1]].append(index)
    living: list[_Edge | None] = list(edges)
    for node, (a, *rest) in ends.items():
        if node in keep or len(rest) != 1 or rest[0] == a:
            continue
        b = rest[0]
        one, other = living[a], living[b]
        if one is None or other is None:
            continue
        one = one if one.nodes[-1] == node else one.reverse()
        other = other if other.nodes[0] == node else other.reverse()
        if (one.kind, one.forward, one.backward) != (other.kind, other.forward, other.backward):
            continue
        living[a], living[b] = one.join(other), None
        far = ends[other.nodes[-1]]
        far[far.index(b)] = a
    return [edge for edge in living if edge is not None]


def _as_columns(edges: Sequence[_Edge], positions: Positions) -> tuple[RoadGraph, IntArray]:
    """The graph without turn rules, and each node's id in the source."""
    ids = np.unique(
        np.array([node for edge in edges for node in (edge.nodes[0], edge.nodes[-1])], dtype=np.int64)
    )
    place = np.array([positions[int(node)] for node in ids], dtype=np.float64).reshape(-1, 2)
    shape = np.array([positions[node] for edge in edges for node in edge.nodes], dtype=np.float64).reshape(
        -1, 2
    )
    start = np.concatenate(([0], np.cumsum([len(edge.nodes) for edge in edges]))).astype(np.int64)
    first = np.searchsorted(ids, np.array([edge.nodes[0] for edge in edges], dtype=np.int64))
    last = np.searchsorted(ids, np.array([edge.nodes[-1] for edge in edges], dtype=np.int64))
    length_m = _lengths_m(shape, start)
    speed_mps = np.array([edge.kind[1] for edge in edges], dtype=np.float64) / 3.6
    classes = np.array([ROAD_CLASSES.index(edge.kind[0]) for edge in edges], dtype=np.int64)
    forward = np.flatnonzero([edge.forward for edge in edges])
    backward = np.flatnonzero([edge.backward for edge in edges])
    edge_of = np.concatenate((forward, backward))
    graph = RoadGraph(
        node_lon=place[:, 0],
        node_lat=place[:, 1],
        tail=np.concatenate((first[forward], last[backward])),
        head=np.concatenate((last[forward], first[backward])),
        edge=edge_of,
        backward=np.arange(len(edge_of)) >= len(forward),
        length_m=length_m[edge_of],
        seconds=(length_m / speed_mps)[edge_of],
        road_class=classes[edge_of],
        shape_start=start,
        shape_lon=shape[:, 0],
        shape_lat=shape[:, 1],
        banned=np.empty((0, 2), dtype=np.int64),
        order=np.empty(0, dtype=np.int64),
    )
    return graph, ids


def _lengths_m(shape: FloatArray, start: IntArray) -> FloatArray:
    """Geodesic length of each edge."""
    if len(shape) == 0:
        return np.empty(0)
    step = Geod(ellps="WGS84").inv(shape[:-1, 0], shape[:-1, 1], shape[1:, 0], shape[1:, 1])[2]
    along = np.concatenate(([0.0], np.cumsum(step)))
    lengths: FloatArray = along[start[1:] - 1] - along[start[:-1]]
    return lengths


def _banned_turns(
    graph: RoadGraph, ids: IntArray, edges: Sequence[_Edge], rules: Sequence[TurnRule]
) -> tuple[IntArray, int]:
    """Pairs of arcs that rules forbid, and how many rules name no one pair of arcs here."""
    via = {rule.via_node for rule in rules}
    arriving: dict[int, list[tuple[int, int]]] = defaultdict(list)
    leaving: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for arc in np.flatnonzero(np.isin(ids[graph.head], list(via)) | np.isin(ids[graph.tail], list(via))):
        edge, against = edges[graph.edge[arc]], graph.backward[arc]
        ways = (edge.last_way, edge.first_way) if against else (edge.first_way, edge.last_way)
        leaving[int(ids[graph.tail[arc]])].append((ways[0], int(arc)))
        arriving[int(ids[graph.head[arc]])].append((ways[1], int(arc)))
    banned: set[tuple[int, int]] = set()
    unusable = 0
    for rule in rules:
        into = [arc for way, arc in arriving[rule.via_node] if way == rule.from_way]
        onto = [arc for way, arc in leaving[rule.via_node] if way == rule.to_way]
        if len(into) != 1 or len(onto) != 1:
            unusable += 1
            continue
        others = [arc for _, arc in leaving[rule.via_node] if arc != onto[0]]
        banned.update((into[0], arc) for arc in (others if rule.only else onto))
    return np.array(sorted(banned), dtype=np.int64).reshape(-1, 2), unusable


def _largest_part(graph: RoadGraph) -> RoadGraph:
    """What remains when only arcs stay that can be driven to from, and can drive to, all others."""
    if graph.arc_count == 0:
        return graph
    turns = expand_turns(graph)
    links = csr_array(
        (np.ones(len(turns.link_tail), dtype=np.int8), (turns.link_tail, turns.link_head)),
        shape=(turns.vertex_count, turns.vertex_count),
    )
    labels = connected_components(links, directed=True, connection="strong")[1]
    inside = labels == np.bincount(labels).argmax()
    enterable = np.logical_or.reduceat(inside[turns.entry_vertex], turns.entry_start[:-1])
    return keep_arcs(graph, np.flatnonzero(enterable & inside[turns.head_vertex]))


def keep_arcs(graph: RoadGraph, arcs: IntArray) -> RoadGraph:
    """The graph of some of its arcs, with nodes and edges renumbered in their order."""
    nodes = np.unique(np.concatenate((graph.tail[arcs], graph.head[arcs])))
    edges = np.unique(graph.edge[arcs])
    counts = np.diff(graph.shape_start)[edges]
    points = np.repeat(graph.shape_start[edges] - np.cumsum(counts) + counts, counts) + np.arange(
        counts.sum()
    )
    renumbered = np.full(graph.arc_count, -1, dtype=np.int64)
    renumbered[arcs] = np.arange(len(arcs))
    banned = renumbered[graph.banned]
    return RoadGraph(
        node_lon=graph.node_lon[nodes],
        node_lat=graph.node_lat[nodes],
        tail=np.searchsorted(nodes, graph.tail[arcs]),
        head=np.searchsorted(nodes, graph.head[arcs]),
        edge=np.searchsorted(edges, graph.edge[arcs]),
        backward=graph.backward[arcs],
        length_m=graph.length_m[arcs],
        seconds=graph.seconds[arcs],
        road_class=graph.road_class[arcs],
        shape_start=np.concatenate(([0], np.cumsum(counts))),
        shape_lon=graph.shape_lon[points],
        shape_lat=graph.shape_lat[points],
        banned=banned[(banned >= 0).all(axis=1)],
        order=np.empty(0, dtype=np.int64),
    )
