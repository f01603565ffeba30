"""Turn restrictions, honoured by splitting only the junctions they touch.

Every arc that ends in a restricted turn gets a vertex of its own at its head, from which only the
permitted arcs leave; all other arcs share their junction's vertex. The result is exact and, as few
junctions are restricted, only a few percent larger than the junctions themselves.
"""

from dataclasses import dataclass

import numpy as np

from dispatch.routing.graph import RoadGraph
from dispatch.routing.travel import IntArray

MIN_ARC_MS = 1
"""No arc takes no time: sparse matrices and contraction alike are safest without zero weights."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TurnGraph:
    """What the searches run on: vertices, and links between them that each drive one arc.

    ``head_vertex`` is where each arc leads. Links are unique per (tail, head), the fastest arc kept.
    ``entry_start``/``entry_vertex``: rows per arc of the vertices from which the arc may be entered.
    """

    vertex_count: int
    vertex_node: IntArray
    arc_ms: IntArray
    head_vertex: IntArray
    link_tail: IntArray
    link_head: IntArray
    link_arc: IntArray
    link_ms: IntArray
    entry_start: IntArray
    entry_vertex: IntArray

    def entries(self, arc: int) -> IntArray:
        """The vertices from which ``arc`` may be entered."""
        return self.entry_vertex[self.entry_start[arc] : self.entry_start[arc + 1]]

    def arc_between(self, tail: int, head: int) -> int:
        """The fastest arc that links two vertices. Raises ``ValueError`` where none does."""
        first, last = np.searchsorted(self.link_tail, (tail, tail + 1))
        at = first + np.searchsorted(self.link_head[first:last], head)
        if at == last or self.link_head[at] != head:
            raise ValueError(f"no arc from vertex {tail} to {head}")
        return int(self.link_arc[at])


def expand_turns(graph: RoadGraph) -> TurnGraph:
    """The graph's vertices and links with its banned turns taken out."""
    restricted = np.unique(graph.banned[:, 0])
    head_vertex = graph.head.copy()
    head_vertex[restricted] = graph.node_count + np.arange(len(restricted))
    own_tail, own_arc = _permitted_links(graph, restricted)
    tail = np.concatenate((graph.tail, own_tail))
    arc = np.concatenate((np.arange(graph.arc_count), own_arc))
    arc_ms = np.maximum(MIN_ARC_MS, np.rint(graph.seconds * 1000)).astype(np.int64)
    keep = _fastest_links(tail, head_vertex[arc], arc_ms[arc])
    by_arc = np.argsort(arc, kind="stable")
    return TurnGraph(
        vertex_count=graph.node_count + len(restricted),
        vertex_node=np.concatenate((np.arange(graph.node_count), graph.head[restricted])),
        arc_ms=arc_ms,
        head_vertex=head_vertex,
        link_tail=tail[keep],
        link_head=head_vertex[arc[keep]],
        link_arc=arc[keep],
        link_ms=arc_ms[arc[keep]],
        entry_start=np.searchsorted(arc[by_arc], np.arange(graph.arc_count + 1)),
        entry_vertex=tail[by_arc],
    )


def _permitted_links(graph: RoadGraph, restricted: IntArray) -> tuple[IntArray, IntArray]:
    """From each restricted arc's own vertex, the arcs that may follow it."""
    by_tail = np.argsort(graph.tail, kind="stable")
    starts = np.searchsorted(graph.tail[by_tail], np.arange(graph.node_count + 1))
    tails: list[IntArray] = [np.empty(0, dtype=np.int64)]
    arcs: list[IntArray] = [np.empty(0, dtype=np.int64)]
    for row, arriving in enumerate(restricted):
        node = graph.head[arriving]
        leaving = by_tail[starts[node] : starts[node + 1]]
        forbidden = graph.banned[graph.banned[:, 0] == arriving, 1]
        permitted = leaving[~np.isin(leaving, forbidden)]
        tails.append(np.full(len(permitted), graph.node_count + row, dtype=np.int64))
        arcs.append(permitted)
    return np.concatenate(tails), np.concatenate(arcs)


def _fastest_links(tail: IntArray, head: IntArray, ms: IntArray) -> IntArray:
    """Rows in order of (tail, head), one per pair: sparse matrices would add parallel arcs up."""
    rows = np.lexsort((ms, head, tail))
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = (np.diff(tail[rows]) != 0) | (np.diff(head[rows]) != 0)
    kept: IntArray = rows[first & (tail[rows] != head[rows])]
    return kept
