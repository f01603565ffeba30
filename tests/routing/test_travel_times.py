"""Both engines, against one another and against an independent search over arcs."""

import heapq
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.model.geo import Point
from dispatch.routing.cch import CchTravelTimes
from dispatch.routing.choose import best_travel_times
from dispatch.routing.dijkstra import DijkstraTravelTimes
from dispatch.routing.graph import RoadGraph
from dispatch.routing.road_times import RoadTimes
from dispatch.routing.shapes import point_along
from dispatch.routing.snapping import Snapper
from dispatch.routing.travel import EtaBasis, Snaps
from tests.make_roads import ORIGIN, STEP_DEG, Road, both_ways, make_graph, make_snaps

ENGINES = (DijkstraTravelTimes, CchTravelTimes)


def brute_seconds(graph: RoadGraph, source: tuple[int, float], target: tuple[int, float]) -> float:
    """Best time by trying arc after arc: a state is "at the head of this arc". Slow and simple."""
    cost = np.maximum(1, np.rint(graph.seconds * 1000)).astype(int)
    banned = {(int(a), int(b)) for a, b in graph.banned}

    def positions(arc: int, fraction: float) -> dict[int, float]:
        share = 1 - fraction if graph.backward[arc] else fraction
        same = np.flatnonzero(graph.edge == graph.edge[arc])
        return {int(each): (1 - share if graph.backward[each] else share) for each in same}

    here, there = positions(*source), positions(*target)
    best = min(
        (
            round(float(cost[arc] * (there[arc] - at)))
            for arc, at in here.items()
            if arc in there and there[arc] >= at
        ),
        default=np.inf,
    )
    queue = [(round(float(cost[arc] * (1 - at))), arc) for arc, at in here.items()]
    heapq.heapify(queue)
    seen = set()
    while queue:
        so_far, arc = heapq.heappop(queue)
        if arc in seen:
            continue
        seen.add(arc)
        for onward in np.flatnonzero(graph.tail == graph.head[arc]).tolist():
            if (arc, onward) in banned:
                continue
            if onward in there:
                best = min(best, so_far + round(float(cost[onward] * there[onward])))
            heapq.heappush(queue, (so_far + int(cost[onward]), onward))
    return best / 1000


@st.composite
def graphs(draw: st.DrawFn) -> RoadGraph:
    """Up to seven junctions, with one-ways, parallel roads, loops, zero-second roads and banned turns."""
    places = draw(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=7, unique=True)
    )
    junction = st.integers(0, len(places) - 1)
    seconds = st.floats(0, 600, allow_subnormal=False)
    road = st.builds(Road, junction, junction, seconds, st.none() | seconds)
    graph = make_graph(places, draw(st.lists(road, min_size=1, max_size=10)))
    turns = [
        (a, b)
        for a in range(graph.arc_count)
        for b in range(graph.arc_count)
        if graph.head[a] == graph.tail[b]
    ]
    banned = draw(st.lists(st.sampled_from(turns), max_size=6, unique=True)) if turns else []
    columns = dict(graph.columns())
    return RoadGraph.from_columns(columns | {"banned": np.array(banned, dtype=np.int64).reshape(-1, 2)})


@given(graph=graphs(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_both_engines_agree_with_trying_every_way(graph: RoadGraph, data: st.DataObject) -> None:
    position = st.tuples(st.integers(0, graph.arc_count - 1), st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]))
    sources = data.draw(st.lists(position, min_size=1, max_size=4))
    arc, fraction = data.draw(position)
    lon, lat = point_along(graph, arc, fraction)
    target = Point(lon=lon, lat=lat)
    on = Snapper(graph).snap(np.array([lon]), np.array([lat]))
    expected = [brute_seconds(graph, source, (int(on.arc[0]), float(on.fraction[0]))) for source in sources]
    for engine in ENGINES:
        etas = engine(graph).to_target(make_snaps(*sources), target)
        assert etas.on_road.all()
        np.testing.assert_allclose(etas.seconds, expected, atol=0.0011)


@given(graph=graphs(), data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_horizon_only_hides_what_lies_beyond_it(graph: RoadGraph, data: st.DataObject) -> None:
    lon, lat = point_along(graph, data.draw(st.integers(0, graph.arc_count - 1)), 0.5)
    sources = make_snaps(*((arc, 0.3) for arc in range(graph.arc_count)))
    target = Point(lon=lon, lat=lat)
    for engine in ENGINES:
        times = engine(graph)
        everything = times.to_target(sources, target).seconds
        near = times.to_target(sources, target, horizon_seconds=120).seconds
        assert np.array_equal(near, np.where(everything <= 120, everything, np.inf))


def at(x: float, y: float) -> Point:
    return Point(lon=ORIGIN[0] + x * STEP_DEG, lat=ORIGIN[1] + y * STEP_DEG)


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> type[RoadTimes]:
    chosen: type[RoadTimes] = request.param
    return chosen


def test_a_unit_ahead_on_a_one_way_street_must_go_around(engine: type[RoadTimes]) -> None:
    ring = make_graph([(0, 0), (2, 0), (1, 2)], [Road(0, 1, 100), Road(1, 2, 100), Road(2, 0, 100)])
    times = engine(ring)
    sources = make_snaps((0, 0.2), (0, 0.8))
    behind, ahead = times.to_target(sources, at(1.0, 0.0)).seconds
    assert behind == pytest.approx(30, abs=0.1)
    assert ahead == pytest.approx(270, abs=0.1)


def test_two_positions_on_one_two_way_street_meet_directly(engine: type[RoadTimes]) -> None:
    times = engine(make_graph([(0, 0), (2, 0)], [both_ways(0, 1, 100)]))
    snaps = times.snap([at(0.5, 0), at(1.5, 0), at(1.0, 0)])
    assert times.to_target(snaps, at(1.0, 0)).seconds == pytest.approx([25, 25, 0], abs=0.1)


def test_a_way_around_beats_a_slow_street_of_ones_own(engine: type[RoadTimes]) -> None:
    detour = [both_ways(0, 2, 10), both_ways(2, 1, 10)]
    times = engine(make_graph([(0, 0), (4, 0), (2, 1)], [both_ways(0, 1, 1000), *detour]))
    there_and_back = times.to_target(times.snap([at(0.2, 0), at(3.6, 0)]), at(3.8, 0)).seconds
    assert there_and_back == pytest.approx([50 + 20 + 50, 50], abs=0.1)


def test_an_unreachable_position_is_an_answer(engine: type[RoadTimes]) -> None:
    apart = make_graph([(0, 0), (1, 0), (3, 0), (4, 0)], [both_ways(0, 1), both_ways(2, 3)])
    times = engine(apart)
    etas = times.to_target(times.snap([at(0.5, 0), at(3.5, 0)]), at(3.7, 0))
    assert etas.basis(0) is EtaBasis.UNREACHABLE
    assert np.isinf(etas.seconds[0])
    assert etas.basis(1) is EtaBasis.ROAD
    assert times.path(at(0.5, 0), at(3.7, 0)) == (at(0.5, 0), at(3.7, 0))


def test_a_position_far_from_roads_gets_an_estimate(engine: type[RoadTimes]) -> None:
    times = engine(make_graph([(0, 0), (1, 0)], [both_ways(0, 1)]))
    etas = times.to_target(times.snap([at(0.5, 1), at(0.5, 0)]), at(0.7, 0))
    assert etas.basis(0) is EtaBasis.STRAIGHT_LINE
    assert etas.basis(1) is EtaBasis.ROAD
    metres = 0.01 * 111_195
    assert etas.seconds[0] == pytest.approx(metres * 1.3 / (40 / 3.6), rel=0.05)


def test_a_target_far_from_roads_makes_all_estimates(engine: type[RoadTimes]) -> None:
    times = engine(make_graph([(0, 0), (1, 0)], [both_ways(0, 1)]))
    etas = times.to_target(times.snap([at(0.5, 0), at(0.1, 0)]), at(0.5, 2))
    assert not etas.on_road.any()
    assert np.isfinite(etas.seconds).all()


def test_an_unknown_position_never_gets_a_finite_time(engine: type[RoadTimes]) -> None:
    times = engine(make_graph([(0, 0), (1, 0)], [both_ways(0, 1)]))
    nowhere = times.snap_columns(np.array([np.nan]), np.array([np.nan]))
    assert np.isinf(times.to_target(nowhere, at(0.5, 0)).seconds[0])


def test_no_sources_give_no_times(engine: type[RoadTimes]) -> None:
    times = engine(make_graph([(0, 0), (1, 0)], [both_ways(0, 1)]))
    assert len(times.to_target(times.snap([]), at(0.5, 0)).seconds) == 0


def test_a_banned_left_turn_is_driven_around(engine: type[RoadTimes]) -> None:
    """A crossing at (1, 1): from the south, north is permitted and west is not; a loop leads back."""
    places = [(1, 0), (1, 1), (0, 1), (1, 2), (0, 2)]
    roads = [Road(0, 1, 10), Road(1, 2, 10), Road(1, 3, 10), Road(3, 4, 10), Road(4, 2, 10)]
    free, bound = make_graph(places, roads), make_graph(places, roads, banned=[(0, 1)])
    source, target = at(1, 0.5), at(0.2, 1)
    open_times, bound_times = engine(free), engine(bound)
    snaps = open_times.snap([source])
    assert open_times.to_target(snaps, target).seconds[0] == pytest.approx(13, abs=0.1)
    assert np.isinf(bound_times.to_target(snaps, target).seconds[0])
    around = bound_times.to_target(snaps, at(0, 1.5)).seconds[0]
    assert around == pytest.approx(30, abs=0.1)


def test_a_path_takes_as_long_as_its_time_says(engine: type[RoadTimes]) -> None:
    graph = make_graph(
        [(0, 0), (2, 0), (2, 2), (0, 2)],
        [both_ways(0, 1), both_ways(1, 2), both_ways(2, 3), both_ways(3, 0, 500)],
    )
    path = engine(graph).path(at(0.5, 0.01), at(0.5, 1.99))
    assert path[0] == at(0.5, 0.01)
    assert path[-1] == at(0.5, 1.99)
    assert at(2, 0) in path
    assert at(2, 2) in path
    assert at(0, 0) not in path


@given(graph=graphs(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_both_engines_drive_paths_that_exist(graph: RoadGraph, data: st.DataObject) -> None:
    arcs = st.integers(0, graph.arc_count - 1)
    ends = [
        point_along(graph, data.draw(arcs), data.draw(st.sampled_from([0.0, 0.4, 1.0]))) for _ in range(2)
    ]
    source, target = (Point(lon=lon, lat=lat) for lon, lat in ends)
    reachable = np.isfinite(DijkstraTravelTimes(graph).to_target(_snap(graph, source), target).seconds[0])
    for chosen in ENGINES:
        path = chosen(graph).path(source, target)
        assert (path[0], path[-1]) == (source, target)
        if reachable:
            snaps = Snapper(graph).snap(np.array([p.lon for p in path]), np.array([p.lat for p in path]))
            assert snaps.off_road_m.max() < 5  # kilometres straight in degrees bend by metres on the map


def _snap(graph: RoadGraph, point: Point) -> Snaps:
    return Snapper(graph).snap(np.array([point.lon]), np.array([point.lat]))


def test_one_object_serves_several_threads(engine: type[RoadTimes]) -> None:
    times = engine(make_graph([(0, 0), (1, 0), (1, 1)], [both_ways(0, 1), both_ways(1, 2)]))
    snaps = times.snap([at(0.5, 0)])
    answers: list[float] = []

    def ask() -> None:
        answers.append(float(times.to_target(snaps, at(1, 0.5)).seconds[0]))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ask()
    assert answers == [answers[0]] * 4


def test_the_accelerator_is_chosen_where_it_is_installed() -> None:
    assert best_travel_times(make_graph([(0, 0), (1, 0)], [both_ways(0, 1)])).name == "cch"


def test_a_graph_whose_columns_disagree_is_refused() -> None:
    columns = dict(make_graph([(0, 0), (1, 0)], [both_ways(0, 1)]).columns())
    for name, wrong in (
        ("tail", np.array([0, 5])),
        ("head", np.array([0])),
        ("seconds", np.array([np.inf, 1.0])),
        ("shape_start", np.array([0, 1])),
        ("banned", np.array([[0, 9]])),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - each column has its own words
            RoadGraph.from_columns(columns | {name: wrong})
