"""The course of roads: stretches of an edge's shape as (k, 2) columns of degrees, lon first."""

import numpy as np

from dispatch.routing.graph import RoadGraph
from dispatch.routing.travel import FloatArray


def edge_shape(graph: RoadGraph, edge: int) -> FloatArray:
    """An edge's shape points."""
    rows = slice(graph.shape_start[edge], graph.shape_start[edge + 1])
    return np.column_stack((graph.shape_lon[rows], graph.shape_lat[rows]))


def whole_arc(graph: RoadGraph, arc: int) -> FloatArray:
    """An arc's course from its tail to its head."""
    shape = edge_shape(graph, int(graph.edge[arc]))
    return shape[::-1] if graph.backward[arc] else shape


def along_edge(graph: RoadGraph, edge: int, start: float, end: float) -> FloatArray:
    """The course between two shares of an edge's length, in that order."""
    shape = edge_shape(graph, edge)
    metres = graph.shape_m[graph.shape_start[edge] : graph.shape_start[edge + 1]]
    low, high = sorted((start * metres[-1], end * metres[-1]))
    between = shape[(metres > low) & (metres < high)]
    ends = [[np.interp(at, metres, shape[:, axis]) for axis in (0, 1)] for at in (low, high)]
    stretch: FloatArray = np.vstack((ends[0], between, ends[1]))
    return stretch if start <= end else stretch[::-1]


def point_along(graph: RoadGraph, arc: int, fraction: float) -> tuple[float, float]:
    """Longitude and latitude at a fraction of an arc's length from its tail."""
    share = 1.0 - fraction if graph.backward[arc] else fraction
    lon, lat = along_edge(graph, int(graph.edge[arc]), share, share)[0]
    return float(lon), float(lat)
