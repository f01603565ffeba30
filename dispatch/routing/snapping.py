"""Which road a position is on: the exact nearest stretch of road within reach.

Roads are cut into pieces of at most ``2 * HALF_PIECE`` map units and a k-d tree finds the nearest
middles. The answer is certain once the farthest middle fetched is farther away than the best road
found by half a piece; rows without that certificate fetch more.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dispatch.routing.graph import RoadGraph
from dispatch.routing.mercator import metres_per_unit, project
from dispatch.routing.travel import FloatArray, IntArray, Snaps

REACH_M = 300.0
"""Farther than this from any drivable road, a position is off the network."""
HALF_PIECE = 10.0
FIRST_FETCH = 8


class Snapper:
    """Finds nearest roads for thousands of positions at once. Raises ``ValueError`` without roads."""

    def __init__(self, graph: RoadGraph, *, reach_m: float = REACH_M) -> None:
        if graph.edge_count == 0:
            raise ValueError("there is no road to snap to")
        self._graph, self._reach_m = graph, reach_m
        last_of_edge = graph.shape_start[1:] - 1
        starts = np.ones(len(graph.shape_lon), dtype=np.bool_)
        starts[last_of_edge] = False
        self._first = np.flatnonzero(starts)
        unit = project(graph.shape_lon, graph.shape_lat)
        start, along = unit[self._first], unit[self._first + 1] - unit[self._first]
        # Columns, not pairs: sums over a last axis of two are slow.
        self._from_east, self._from_north = start[:, 0].copy(), start[:, 1].copy()
        self._east, self._north = along[:, 0].copy(), along[:, 1].copy()
        self._squared = np.maximum(self._east**2 + self._north**2, 1e-12)
        self._segment_edge = np.repeat(np.arange(graph.edge_count), np.diff(graph.shape_start) - 1)
        self._piece_segment, middles = _cut(start, along)
        self._tree = cKDTree(middles)

    def snap(self, lon: FloatArray, lat: FloatArray) -> Snaps:
        """Where columns of degrees touch the roads; ``arc`` is -1 beyond reach or for NaN."""
        segment = np.full(len(lon), -1, dtype=np.int64)
        units = np.full(len(lon), np.inf)
        rows = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) < 89.9))
        place = np.zeros((len(lon), 2))
        place[rows] = project(lon[rows], lat[rows])
        fetch = FIRST_FETCH
        while len(rows):
            segment[rows], units[rows], certain = self._nearest(place[rows], lat[rows], fetch)
            rows, fetch = rows[~certain], fetch * 4
        return self._snaps(lon, lat, place, segment, units)

    def _nearest(
        self, place: NDArray[np.float64], lat: FloatArray, fetch: int
    ) -> tuple[IntArray, FloatArray, NDArray[np.bool_]]:
        """Best segment of each row among ``fetch`` pieces, its distance, and whether it is certain."""
        tree = self._tree
        fetch = min(fetch, tree.n)
        reach = self._reach_m / float(np.min(metres_per_unit(lat))) + HALF_PIECE
        found = tree.query(place, k=np.arange(1, fetch + 1), distance_upper_bound=reach)
        middle, piece = np.asarray(found[0]), np.asarray(found[1])
        candidate = self._piece_segment[np.minimum(piece, tree.n - 1)]
        distance = self._distance(place[:, None, :], candidate)
        distance[~np.isfinite(middle)] = np.inf
        best = distance.argmin(axis=1)
        row = np.arange(len(place))
        units = distance[row, best]
        certain = (middle[:, -1] - HALF_PIECE >= units) | ~np.isfinite(middle[:, -1]) | (fetch == tree.n)
        return candidate[row, best], units, certain

    def _share(self, place: NDArray[np.float64], segment: IntArray) -> FloatArray:
        """How far along each segment its point nearest to ``place`` lies, 0 to 1."""
        east, north = self._east[segment], self._north[segment]
        from_east, from_north = self._from_east[segment], self._from_north[segment]
        ahead = (place[..., 0] - from_east) * east + (place[..., 1] - from_north) * north
        share: FloatArray = np.clip(ahead / self._squared[segment], 0.0, 1.0)
        return share

    def _distance(self, place: NDArray[np.float64], segment: IntArray) -> FloatArray:
        share = self._share(place, segment)
        aside = place[..., 0] - self._from_east[segment] - self._east[segment] * share
        ahead = place[..., 1] - self._from_north[segment] - self._north[segment] * share
        return np.sqrt(aside * aside + ahead * ahead)

    def _snaps(
        self,
        lon: FloatArray,
        lat: FloatArray,
        place: NDArray[np.float64],
        segment: IntArray,
        units: FloatArray,
    ) -> Snaps:
        graph = self._graph
        arc = np.full(len(lon), -1, dtype=np.int64)
        fraction = np.zeros(len(lon))
        off_road_m = np.full(len(lon), np.inf)
        near = np.flatnonzero(np.isfinite(units))
        off_road_m[near] = units[near] * metres_per_unit(lat[near])
        near = near[off_road_m[near] <= self._reach_m]
        off_road_m[off_road_m > self._reach_m] = np.inf
        on = segment[near]
        edge, first = self._segment_edge[on], self._first[on]
        step = graph.shape_m[first + 1] - graph.shape_m[first]
        run = graph.shape_m[first] + step * self._share(place[near], on)
        whole = np.maximum(graph.shape_m[graph.shape_start[edge + 1] - 1], 1e-9)
        forward = graph.forward_arc[edge]
        arc[near] = np.where(forward >= 0, forward, graph.backward_arc[edge])
        fraction[near] = np.where(forward >= 0, run / whole, 1.0 - run / whole)
        return Snaps(arc=arc, fraction=fraction, off_road_m=off_road_m, lon=lon, lat=lat)


def _cut(start: NDArray[np.float64], along: NDArray[np.float64]) -> tuple[IntArray, NDArray[np.float64]]:
    """Segments cut into pieces: each piece's segment and its middle."""
    pieces = np.maximum(1, np.ceil(np.hypot(*along.T) / (2 * HALF_PIECE))).astype(np.int64)
    segment = np.repeat(np.arange(len(start)), pieces)
    nth = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (nth + 0.5) / pieces[segment]
    return segment, start[segment] + along[segment] * share[:, None]
