"""What every road-based implementation shares: positions on edges, the fallback, and routes.

An engine only answers distances between vertices of the turn graph, in whole milliseconds, so that
two engines agree exactly. A position in the middle of an edge counts the rest of the edge, in both
directions where the road is two-way; two positions on one edge may also meet directly.
"""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dispatch.model.geo import Point
from dispatch.routing.graph import RoadGraph
from dispatch.routing.shapes import along_edge, whole_arc
from dispatch.routing.snapping import REACH_M, Snapper
from dispatch.routing.straight_line import SPHERE_EXCESS, StraightLineTravelTimes, columns_of
from dispatch.routing.travel import Etas, FloatArray, IntArray, Snaps
from dispatch.routing.turns import TurnGraph, expand_turns

ESTIMATE: Final = StraightLineTravelTimes(speed_mps=40 / 3.6, detour=1.3)
"""What stands in where an end has no road near: 40 km/h over 1.3 times the straight line."""

ROUNDING_SECONDS: Final = 0.01
"""More than rounding to whole milliseconds at both ends of a way can take off it."""

Offsets = tuple[tuple[int, int], ...]
"""Vertices with the milliseconds between each and a position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position on an edge: ``share`` runs from 0 to 1 along the edge's shape."""

    edge: int
    share: float


class RoadTimes(ABC):
    """Travel times on a road graph. Subclasses say how vertices are searched."""

    name = "road"

    def __init__(self, graph: RoadGraph, *, estimate: StraightLineTravelTimes = ESTIMATE) -> None:
        self.graph, self.estimate = graph, estimate
        self.turns: TurnGraph = expand_turns(graph)
        self._snapper = Snapper(graph)
        self._fastest_mps = _fastest_mps(graph, self.turns)
        self._last_target: tuple[Point, Place | None] | None = None

    @abstractmethod
    def milliseconds_to(self, seeds: Offsets, vertices: IntArray, *, limit_ms: float) -> FloatArray:
        """From each vertex to the nearest seed, seed offsets included, as a column over all vertices.

        ``inf`` without a way; beyond the limit, and for vertices not asked for, any figure that is
        no less than the truth.
        """

    @abstractmethod
    def vertex_path(self, starts: Offsets, seeds: Offsets) -> tuple[float, list[int]]:
        """The fastest way from any start to any seed: its milliseconds (``inf``) and its vertices."""

    def snap(self, points: Sequence[Point]) -> Snaps:
        return self._snapper.snap(*columns_of(points))

    def snap_columns(self, lon: FloatArray, lat: FloatArray) -> Snaps:
        return self._snapper.snap(lon, lat)

    def to_target(self, sources: Snaps, target: Point, *, horizon_seconds: float | None = None) -> Etas:
        place = self._target(target)
        if place is None:
            return self.estimate.to_target(sources, target)
        on_road = sources.arc >= 0
        seconds = np.full(len(sources), np.inf)
        limit_ms = np.inf if horizon_seconds is None else horizon_seconds * 1000
        rows = np.flatnonzero(on_road)
        if len(rows):
            edge, share = self._edges_and_shares(sources, rows)
            seconds[rows] = self._seconds(edge, share, place, limit_ms)
        off = np.flatnonzero(~on_road)
        if len(off):
            seconds[off] = self.estimate.seconds_to(sources.lon[off], sources.lat[off], target)
        return Etas(seconds=seconds, on_road=on_road)

    def least_seconds(self, crow_m: FloatArray) -> FloatArray:
        """The fastest road all the way; the ``REACH_M`` that either end may lie off it take no time."""
        by_road = (crow_m / SPHERE_EXCESS - 2 * REACH_M) / self._fastest_mps - ROUNDING_SECONDS
        return np.maximum(0.0, np.minimum(by_road, self.estimate.least_seconds(crow_m)))

    def path(self, source: Point, target: Point) -> tuple[Point, ...]:
        snaps = self.snap([source, target])
        start, end = self._place(snaps, 0), self._place(snaps, 1)
        if start is None or end is None:
            return (source, target)
        starts, seeds = self._starts(start), self._seeds(end)
        through_ms, vertices = self.vertex_path(starts, seeds)
        meeting_ms = float(self._meeting_ms(np.array([start.edge]), np.array([start.share]), end)[0])
        if meeting_ms <= through_ms and np.isfinite(meeting_ms):
            pieces = [along_edge(self.graph, start.edge, start.share, end.share)]
        elif vertices:
            pieces = self._pieces(start, end, vertices)
        else:
            return (source, target)
        columns = np.concatenate(pieces)
        moved = np.ones(len(columns), dtype=np.bool_)
        moved[1:] = np.any(np.diff(columns, axis=0) != 0, axis=1)
        on_road = [Point(lon=float(lon), lat=float(lat)) for lon, lat in columns[moved]]
        return (source, *on_road, target)

    def _seconds(self, edge: IntArray, share: FloatArray, place: Place, limit_ms: float) -> FloatArray:
        """From positions on edges to a place, over the network or meeting on its own edge."""
        turns = self.turns
        ways_out = [
            (rows, arc[rows], rest[rows])
            for arc, rest in (
                (self.graph.forward_arc[edge], 1.0 - share),
                (self.graph.backward_arc[edge], share),
            )
            for rows in (np.flatnonzero(arc >= 0),)
        ]
        wanted = np.zeros(turns.vertex_count, dtype=np.bool_)
        for _, arc, _ in ways_out:
            wanted[turns.head_vertex[arc]] = True
        reached = self.milliseconds_to(self._seeds(place), np.flatnonzero(wanted), limit_ms=limit_ms)
        best = self._meeting_ms(edge, share, place)
        for rows, arc, rest in ways_out:
            onward = np.rint(turns.arc_ms[arc] * rest) + reached[turns.head_vertex[arc]]
            best[rows] = np.minimum(best[rows], onward)
        best[best > limit_ms] = np.inf
        return best / 1000 + 0.0  # no negative zero

    def _meeting_ms(self, edge: IntArray, share: FloatArray, place: Place) -> FloatArray:
        """Driving straight to a place on the same edge, without leaving the edge; else ``inf``."""
        meeting = np.full(len(edge), np.inf)
        gap = place.share - share
        for arc, ahead in (
            (int(self.graph.forward_arc[place.edge]), gap),
            (int(self.graph.backward_arc[place.edge]), -gap),
        ):
            rows = (edge == place.edge) & (ahead >= 0)
            if arc >= 0:
                meeting[rows] = np.minimum(meeting[rows], np.rint(self.turns.arc_ms[arc] * ahead[rows]))
        return meeting

    def _edges_and_shares(self, snaps: Snaps, rows: IntArray) -> tuple[IntArray, FloatArray]:
        arc = snaps.arc[rows]
        share = np.where(self.graph.backward[arc], 1.0 - snaps.fraction[rows], snaps.fraction[rows])
        return self.graph.edge[arc], share

    def _target(self, target: Point) -> Place | None:
        """Where the target touches the roads; a search asks several times about the same one."""
        known = self._last_target
        if known is None or known[0] != target:
            known = self._last_target = (target, self._place(self.snap([target]), 0))
        return known[1]

    def _place(self, snaps: Snaps, row: int) -> Place | None:
        if snaps.arc[row] < 0:
            return None
        edge, share = self._edges_and_shares(snaps, np.array([row]))
        return Place(edge=int(edge[0]), share=float(share[0]))

    def _arcs(self, place: Place) -> tuple[tuple[int, float], ...]:
        """The arcs through a place, each with the share of it that lies behind the place."""
        forward, backward = self.graph.forward_arc[place.edge], self.graph.backward_arc[place.edge]
        both = ((int(forward), place.share), (int(backward), 1.0 - place.share))
        return tuple((arc, behind) for arc, behind in both if arc >= 0)

    def _starts(self, place: Place) -> Offsets:
        """Where one can get to from a place, each with the rest of its arc."""
        return _nearest_each(
            (int(self.turns.head_vertex[arc]), round(int(self.turns.arc_ms[arc]) * (1.0 - behind)))
            for arc, behind in self._arcs(place)
        )

    def _seeds(self, place: Place) -> Offsets:
        """From where one can drive onto a place's arcs, each with the stretch up to the place."""
        return _nearest_each(
            (int(vertex), round(int(self.turns.arc_ms[arc]) * behind))
            for arc, behind in self._arcs(place)
            for vertex in self.turns.entries(arc)
        )

    def _pieces(self, start: Place, end: Place, vertices: list[int]) -> list[FloatArray]:
        """The shape of a way: the rest of the first edge, whole arcs, and the last edge's beginning."""
        turns = self.turns
        first = min(
            (round(int(turns.arc_ms[arc]) * (1.0 - behind)), arc)
            for arc, behind in self._arcs(start)
            if turns.head_vertex[arc] == vertices[0]
        )[1]
        last = min(
            (round(int(turns.arc_ms[arc]) * behind), arc)
            for arc, behind in self._arcs(end)
            if vertices[-1] in turns.entries(arc)
        )[1]
        backward = self.graph.backward
        out = along_edge(self.graph, start.edge, start.share, 0.0 if backward[first] else 1.0)
        into = along_edge(self.graph, end.edge, 1.0 if backward[last] else 0.0, end.share)
        hops = itertools.pairwise(vertices)
        middle = [whole_arc(self.graph, turns.arc_between(tail, head)) for tail, head in hops]
        return [out, *middle, into]


def _fastest_mps(graph: RoadGraph, turns: TurnGraph) -> float:
    """No stretch of any road is driven faster, in the whole milliseconds that engines count in."""
    metres = graph.shape_m[graph.shape_start[1:] - 1][graph.edge]
    return float(np.max(metres / turns.arc_ms)) * 1000 + 1e-6


def _nearest_each(offsets: Iterable[tuple[int, int]]) -> Offsets:
    """One offset per vertex, the smallest: a loop road is entered and left by the same junction."""
    nearest: dict[int, int] = {}
    for vertex, ms in offsets:
        nearest[vertex] = min(ms, nearest.get(vertex, ms))
    return tuple(nearest.items())
