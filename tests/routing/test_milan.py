"""The metropolitan test: real roads, both engines."""

import numpy as np
import pytest

from dispatch.gateways.regions.osm_roads import read_roads
from dispatch.model.geo import Point
from dispatch.routing.cch import CchTravelTimes
from dispatch.routing.dijkstra import DijkstraTravelTimes
from tests.real_data import real_data

TARGETS, SOURCES_EACH = 40, 50


@pytest.mark.slow
@pytest.mark.real_data
def test_both_engines_agree_on_2000_pairs_of_positions_in_milan() -> None:
    graph = read_roads(real_data("milan", "milan.osm.pbf")).assembled.graph
    assert len(graph.banned) > 1000
    one, other = DijkstraTravelTimes(graph), CchTravelTimes(graph)
    chance = np.random.default_rng(20)
    west, east, south, north = 9.10, 9.43, 45.41, 45.54
    for _ in range(TARGETS):
        lon, lat = chance.uniform(west, east, SOURCES_EACH), chance.uniform(south, north, SOURCES_EACH)
        sources = one.snap_columns(lon, lat)
        target = Point(lon=float(chance.uniform(west, east)), lat=float(chance.uniform(south, north)))
        first, second = one.to_target(sources, target), other.to_target(sources, target)
        assert np.array_equal(first.on_road, second.on_road)
        assert np.array_equal(first.seconds, second.seconds)
        assert np.isfinite(first.seconds).all()
        source = Point(lon=float(lon[0]), lat=float(lat[0]))
        routes = [one.path(source, target), other.path(source, target)]
        assert routes[0][0] == routes[1][0] == source
        assert routes[0][-1] == routes[1][-1] == target
