import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.routing.graph import RoadGraph
from dispatch.routing.snapping import REACH_M, Snapper
from tests.make_roads import ORIGIN, STEP_DEG, Road, both_ways, make_graph

offset = st.floats(-0.3, 2.3)


def brute_metres(graph: RoadGraph, lon: float, lat: float) -> float:
    """Distance to the nearest road on a plane that touches the earth at the position itself."""
    plane = pyproj.Proj(proj="aeqd", lon_0=lon, lat_0=lat, ellps="WGS84")
    x, y = plane(graph.shape_lon, graph.shape_lat)
    lines = [
        shapely.LineString(np.column_stack((x[a:b], y[a:b])))
        for a, b in zip(graph.shape_start, graph.shape_start[1:], strict=False)
    ]
    return float(min(line.distance(shapely.Point(0, 0)) for line in lines))


@given(
    places=st.lists(st.tuples(st.floats(0, 2), st.floats(0, 2)), min_size=3, max_size=6),
    positions=st.lists(st.tuples(offset, offset), min_size=1, max_size=8),
)
@settings(max_examples=60, deadline=None)
def test_the_nearest_road_is_the_exact_nearest(
    places: list[tuple[float, float]], positions: list[tuple[float, float]]
) -> None:
    graph = make_graph(places, [Road(i, i + 1) for i in range(len(places) - 1)])
    lon = np.array([ORIGIN[0] + x * STEP_DEG for x, _ in positions])
    lat = np.array([ORIGIN[1] + y * STEP_DEG for _, y in positions])
    snaps = Snapper(graph).snap(lon, lat)
    for row in range(len(lon)):
        expected = brute_metres(graph, float(lon[row]), float(lat[row]))
        if expected < REACH_M - 1:
            assert snaps.off_road_m[row] == pytest.approx(expected, abs=0.2)
        elif expected > REACH_M + 1:
            assert snaps.arc[row] == -1
            assert np.isinf(snaps.off_road_m[row])


def test_many_roads_nearer_than_half_a_piece_do_not_hide_the_nearest() -> None:
    """Forty short streets lie closer by their middles than the long road that passes at one metre."""
    short = [(0.5 + i * 1e-4, 0.01) for i in range(41)]
    roads = [Road(i, i + 1) for i in range(40)] + [Road(41, 42)]
    graph = make_graph([*short, (-30, 0), (30, 0)], roads)
    snaps = Snapper(graph).snap(np.array([ORIGIN[0] + 0.502 * STEP_DEG]), np.array([ORIGIN[1] + 1e-5]))
    assert snaps.arc[0] == 40


def test_a_fraction_counts_from_the_tail_of_the_arc() -> None:
    graph = make_graph([(0, 0), (1, 0)], [Road(0, 1)])
    snaps = Snapper(graph).snap(np.array([ORIGIN[0] + 0.25 * STEP_DEG]), np.array([ORIGIN[1]]))
    assert snaps.fraction[0] == pytest.approx(0.25, abs=1e-6)


def test_no_positions_and_unknown_positions_snap_to_nothing() -> None:
    snapper = Snapper(make_graph([(0, 0), (1, 0)], [both_ways(0, 1)]))
    assert len(snapper.snap(np.empty(0), np.empty(0))) == 0
    assert snapper.snap(np.array([np.nan, 9.5]), np.array([47.1, np.nan])).arc.tolist() == [-1, -1]


def test_a_graph_without_roads_cannot_be_snapped_to() -> None:
    with pytest.raises(ValueError, match="no road"):
        Snapper(make_graph([], []))
