"""The road graph: junctions, arcs between them, and the true curves of the roads.

An *edge* is a stretch of road between two junctions; an *arc* is one direction of travel on it, so
an edge has one arc (one-way) or two. Shapes belong to edges and run as the forward arc does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dispatch.routing.mercator import metres_per_unit, project
from dispatch.routing.travel import FloatArray, IntArray

ROAD_CLASSES: Final = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service")
"""Road classes by their code in ``RoadGraph.road_class``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RoadGraph:
    """Roads as columns: n junctions, m arcs, e edges, s shape points.

    ``seconds`` is regular driving. ``banned`` (k, 2) holds pairs of arcs (in, out) that may not follow
    one another. ``order`` is a contraction order of the turn-aware vertices, or empty when none was
    worked out. Raises ``ValueError`` for columns that contradict one another.
    """

    node_lon: FloatArray
    node_lat: FloatArray
    tail: IntArray
    head: IntArray
    edge: IntArray
    backward: NDArray[np.bool_]
    length_m: FloatArray
    seconds: FloatArray
    road_class: IntArray
    shape_start: IntArray
    shape_lon: FloatArray
    shape_lat: FloatArray
    banned: IntArray
    order: IntArray

    def __post_init__(self) -> None:
        arcs = (self.head, self.edge, self.backward, self.length_m, self.seconds, self.road_class)
        if any(len(column) != len(self.tail) for column in arcs):
            raise ValueError("arc columns differ in length")
        if len(self.node_lon) != len(self.node_lat) or len(self.shape_lon) != len(self.shape_lat):
            raise ValueError("coordinate columns differ in length")
        if self.banned.shape != (len(self.banned), 2):
            raise ValueError("banned turns are pairs of arcs")
        _require_below(self.tail, len(self.node_lon), "tail")
        _require_below(self.head, len(self.node_lon), "head")
        _require_below(self.edge, self.edge_count, "edge")
        _require_below(self.banned, len(self.tail), "banned")
        if np.any(np.diff(self.shape_start) < 2) or self.shape_start[-1] != len(self.shape_lon):
            raise ValueError("every edge needs a shape of two points or more")
        if not np.all(np.isfinite(self.seconds)) or np.any(self.seconds < 0):
            raise ValueError("seconds must be finite and not negative")

    @property
    def node_count(self) -> int:
        """How many junctions."""
        return len(self.node_lon)

    @property
    def arc_count(self) -> int:
        """How many arcs."""
        return len(self.tail)

    @property
    def edge_count(self) -> int:
        """How many edges."""
        return len(self.shape_start) - 1

    @cached_property
    def forward_arc(self) -> IntArray:
        """Per edge, the arc along its shape, or -1."""
        return self._arc_of_edge(~self.backward)

    @cached_property
    def backward_arc(self) -> IntArray:
        """Per edge, the arc against its shape, or -1."""
        return self._arc_of_edge(self.backward)

    @cached_property
    def shape_m(self) -> FloatArray:
        """Per shape point, the metres from the start of its edge."""
        if self.edge_count == 0:
            return np.empty(0)
        unit = project(self.shape_lon, self.shape_lat)
        middle = (self.shape_lat[1:] + self.shape_lat[:-1]) / 2
        step = np.hypot(*np.diff(unit, axis=0).T) * metres_per_unit(middle)
        along = np.concatenate(([0.0], np.cumsum(step)))
        starts = along[self.shape_start[:-1]]
        metres: FloatArray = along - np.repeat(starts, np.diff(self.shape_start))
        return metres

    def columns(self) -> Mapping[str, NDArray[Any]]:
        """Every stored column by name: what a file keeps."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_columns(cls, columns: Mapping[str, NDArray[Any]]) -> "RoadGraph":
        """The graph that ``columns`` described. Raises ``KeyError`` or ``ValueError``."""
        return cls(**{name: columns[name] for name in cls.__dataclass_fields__})

    def reversed(self) -> "RoadGraph":
        """The same roads, every way against its traffic: times *from* one place become times *to* it."""
        return RoadGraph(
            **{
                **self.columns(),
                "tail": self.head,
                "head": self.tail,
                "backward": ~self.backward,
                "banned": self.banned[:, ::-1],
            }
        )

    def _arc_of_edge(self, mask: NDArray[np.bool_]) -> IntArray:
        found = np.full(self.edge_count, -1, dtype=np.int64)
        arcs = np.flatnonzero(mask)
        found[self.edge[arcs]] = arcs
        return found


def _require_below(column: IntArray, limit: int, name: str) -> None:
    if column.size and (column.min() < 0 or column.max() >= limit):
        raise ValueError(f"{name} points outside the graph")
