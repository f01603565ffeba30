"""Exact road times by Dijkstra's search against the traffic, from the target to every source."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dispatch.routing.graph import RoadGraph
from dispatch.routing.road_times import ESTIMATE, Offsets, RoadTimes
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import FloatArray, IntArray

SEED_MS = 1
"""A seed's link must not weigh nothing: a sparse matrix may take a stored zero for no link."""


class DijkstraTravelTimes(RoadTimes):
    """Needs nothing but scipy; any number of threads may use one object."""

    name = "dijkstra"

    def __init__(self, graph: RoadGraph, *, estimate: StraightLineTravelTimes = ESTIMATE) -> None:
        super().__init__(graph, estimate=estimate)
        turns = self.turns
        by_head = np.lexsort((turns.link_tail, turns.link_head))
        self._indptr = np.searchsorted(turns.link_head[by_head], np.arange(turns.vertex_count + 1)).astype(
            np.int32
        )
        self._indices = turns.link_tail[by_head].astype(np.int32)
        self._ms = turns.link_ms[by_head].astype(np.float64)

    def milliseconds_to(self, seeds: Offsets, vertices: IntArray, *, limit_ms: float) -> FloatArray:
        target = np.array([self.turns.vertex_count])
        rows = dijkstra(self._against_traffic(seeds), indices=target, limit=limit_ms + SEED_MS)
        reached: FloatArray = rows[0] - SEED_MS
        return reached

    def vertex_path(self, starts: Offsets, seeds: Offsets) -> tuple[float, list[int]]:
        source = self.turns.vertex_count
        rows, onward_rows = dijkstra(
            self._against_traffic(seeds), indices=np.array([source]), return_predecessors=True
        )
        reached, onward = rows[0], onward_rows[0]
        through_ms, vertex = min((float(reached[vertex]) - SEED_MS + ms, vertex) for vertex, ms in starts)
        if not np.isfinite(through_ms):
            return np.inf, []
        vertices = []
        while vertex != source:
            vertices.append(vertex)
            vertex = int(onward[vertex])
        return through_ms, vertices

    def _against_traffic(self, seeds: Offsets) -> "csr_array[np.float64, tuple[int, int]]":
        """The reversed network with one more vertex, the target, that links to the seeds."""
        heads: NDArray[np.int32] = np.array([vertex for vertex, _ in seeds], dtype=np.int32)
        ms_column = np.array([ms for _, ms in seeds], dtype=np.float64) + SEED_MS
        indptr = np.append(self._indptr, np.int32(len(self._indices) + len(seeds)))
        size = self.turns.vertex_count + 1
        return csr_array(
            (np.append(self._ms, ms_column), np.append(self._indices, heads), indptr),
            shape=(size, size),
        )
