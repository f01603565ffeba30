"""Roads against their traffic: times from one place, found by the search that finds times to one place."""

import numpy as np

from dispatch.model.geo import Point
from dispatch.routing.dijkstra import DijkstraTravelTimes
from tests.make_roads import ORIGIN, STEP_DEG, Road, both_ways, make_graph

PLACES = [(0, 0), (1, 0), (2, 0), (1, 1), (2, 1)]
ROADS = [
    Road(0, 1, 30),
    both_ways(1, 2, 50),
    Road(2, 4, 20),
    Road(4, 3, 70, 10),
    Road(3, 1, 15),
    Road(1, 0, 95),
]


def point(place: tuple[float, float]) -> Point:
    return Point(lon=ORIGIN[0] + place[0] * STEP_DEG, lat=ORIGIN[1] + place[1] * STEP_DEG)


def test_a_way_takes_as_long_on_the_reversed_roads_from_its_end_to_its_beginning() -> None:
    # From road 1->2 one may not go on to 2->4.
    graph = make_graph(PLACES, ROADS, banned=[(1, 2)])
    there, back = DijkstraTravelTimes(graph), DijkstraTravelTimes(graph.reversed())
    points = [point(place) for place in (*PLACES, (0.4, 0), (1.7, 0), (2, 0.3))]
    to_each = np.array([there.to_target(there.snap(points), target).seconds for target in points])
    from_each = np.array([back.to_target(back.snap(points), source).seconds for source in points])
    assert np.array_equal(to_each, from_each.T)
    assert not np.array_equal(to_each, to_each.T)


def test_reversing_twice_changes_nothing() -> None:
    graph = make_graph(PLACES, ROADS, banned=[(1, 2)])
    twice = graph.reversed().reversed()
    assert all(np.array_equal(column, twice.columns()[name]) for name, column in graph.columns().items())
