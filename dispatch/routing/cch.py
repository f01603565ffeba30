"""Exact road times by a customizable contraction hierarchy: the optional accelerator.

``routingkit_cch`` 0.1.4 ties query objects to the thread that made them, panics with a
``BaseException`` on bad vertices and wraps weights beyond 2**31 - 1. So each thread has its own
queries, ids come only from the turn graph, and weights are clamped.
"""

import threading

import numpy as np
import routingkit_cch

from dispatch.routing.graph import RoadGraph
from dispatch.routing.road_times import ESTIMATE, Offsets, RoadTimes
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import FloatArray, IntArray
from dispatch.routing.turns import TurnGraph

CLOSED_MS = 2_147_483_647
"""The engine's infinity; an arc may weigh at most one less."""


class CchTravelTimes(RoadTimes):
    """Answers in about a millisecond for thousands of sources; any thread may use one object.

    The sources' vertices stay pinned between calls, so repeated questions about one fleet are
    cheapest. The contraction order comes from the graph, or is worked out (seconds) when it has none.
    """

    name = "cch"

    def __init__(self, graph: RoadGraph, *, estimate: StraightLineTravelTimes = ESTIMATE) -> None:
        super().__init__(graph, estimate=estimate)
        turns = self.turns
        known = len(graph.order) == turns.vertex_count
        order = graph.order if known else contraction_order(graph, turns)
        self._hierarchy = routingkit_cch.CCH(
            order.tolist(), turns.link_tail.tolist(), turns.link_head.tolist(), False
        )
        weights = np.minimum(turns.link_ms, CLOSED_MS - 1).tolist()
        self._metric = routingkit_cch.CCHMetric(self._hierarchy, weights)
        self._own = threading.local()

    def milliseconds_to(self, seeds: Offsets, vertices: IntArray, *, limit_ms: float) -> FloatArray:
        reached = np.full(self.turns.vertex_count, np.inf)
        if len(vertices):
            found = self._pinned(vertices).distances_to_multi(list(seeds))
            reached[vertices] = found  # None, without a way, becomes NaN
            reached[np.isnan(reached)] = np.inf
        return reached

    def vertex_path(self, starts: Offsets, seeds: Offsets) -> tuple[float, list[int]]:
        result = routingkit_cch.CCHQuery(self._metric).run_multi(list(starts), list(seeds))
        if result.distance is None:
            return np.inf, []
        return float(result.distance), list(result.node_path)

    def _pinned(self, vertices: IntArray) -> routingkit_cch.CCHManyToOne:
        """This thread's query with these vertices as its sources."""
        pinned: IntArray | None = getattr(self._own, "vertices", None)
        if pinned is None:
            self._own.query = routingkit_cch.CCHManyToOne(self._metric, vertices.tolist())
        elif not np.array_equal(pinned, vertices):
            self._own.query.repin_sources(vertices.tolist())
        self._own.vertices = vertices
        query: routingkit_cch.CCHManyToOne = self._own.query
        return query


def contraction_order(graph: RoadGraph, turns: TurnGraph) -> IntArray:
    """The slow step, worth storing with the graph: in which order vertices are contracted."""
    order = routingkit_cch.compute_order_inertial(
        turns.vertex_count,
        turns.link_tail.tolist(),
        turns.link_head.tolist(),
        graph.node_lat[turns.vertex_node].tolist(),
        graph.node_lon[turns.vertex_node].tolist(),
    )
    return np.array(order, dtype=np.int64)
