"""Cells, posts and the times between."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from dispatch.aid.advice.gridding import cluster, make_grid, spread_over
from dispatch.model.geo import Point
from dispatch.model.ids import HospitalId, JurisdictionId
from dispatch.model.jurisdiction import Hospital
from dispatch.model.unit import UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from tests.make_aid import SCENE, east, make_region
from tests.make_live import make_unit

TRAVEL = StraightLineTravelTimes(speed_mps=10.0, detour=1.0)

places = st.lists(
    st.builds(Point, lon=st.floats(8.0, 10.0), lat=st.floats(44.0, 46.0)), min_size=1, max_size=60
)


def region_with_posts():
    return make_region(
        [
            make_unit("a1", jurisdiction="ashton", station="s1"),
            make_unit("a2", jurisdiction="ashton", station="s1"),
            make_unit("b1", jurisdiction="brook", station="s2"),
            make_unit("b2", jurisdiction="brook", station="s3", unit_type=UnitType.SUPERVISOR),
            make_unit("b3", jurisdiction="brook"),
        ],
        jurisdictions=("ashton", "brook"),
        stations={"s1": east(0), "s2": east(10), "s3": east(20)},
    )


def test_a_post_is_a_station_where_ambulances_wait_and_each_counts_once():
    grid = make_grid(region_with_posts(), TRAVEL, {}, cells_per_jurisdiction=4)
    assert grid.posts == (east(0), east(10))
    assert grid.between == pytest.approx(np.array([[0.0, 1000.0], [1000.0, 0.0]]), rel=0.01)


def test_times_are_from_the_post_to_the_cell():
    where = {JurisdictionId("ashton"): [east(1)], JurisdictionId("brook"): [east(12)]}
    grid = make_grid(region_with_posts(), TRAVEL, where)
    assert grid.jurisdictions == ("ashton", "brook")
    assert grid.cells == (east(1), east(12))
    assert grid.cell_home.tolist() == [0, 1]
    assert grid.out == pytest.approx(np.array([[100.0, 1200.0], [900.0, 200.0]]), rel=0.01)


def test_each_cell_knows_the_way_to_its_nearest_hospital():
    region = region_with_posts()
    where = {JurisdictionId("ashton"): [east(1)], JurisdictionId("brook"): [east(12)]}
    assert make_grid(region, TRAVEL, where).hospital_seconds.tolist() == [
        600.0,
        600.0,
    ]  # typical, none is known
    hospitals = {
        HospitalId(name): Hospital(id=HospitalId(name), name=name, position=east(km))
        for name, km in (("h1", 0), ("h2", 10))
    }
    grid = make_grid(replace(region, hospitals=hospitals), TRAVEL, where)
    assert grid.hospital_seconds == pytest.approx([100.0, 200.0], rel=0.01)


def test_some_jurisdictions_alone_make_a_grid_of_their_own():
    grid = make_grid(region_with_posts(), TRAVEL, {}, jurisdictions=[JurisdictionId("brook")])
    assert grid.jurisdictions == ("brook",)
    assert grid.posts == (east(10),)
    assert set(grid.cell_home.tolist()) == {0}


def test_a_jurisdiction_without_places_gets_points_of_its_area():
    region = make_region()
    jurisdiction = replace(region.jurisdictions[JurisdictionId("ashton")], area=box(9.0, 45.0, 9.5, 45.1))
    found = spread_over(jurisdiction)
    assert len(found) == 144
    assert all(9.0 < point.lon < 9.5 and 45.0 < point.lat < 45.1 for point in found)


@given(places, st.integers(1, 16), st.randoms(use_true_random=False))
def test_cells_are_places_whose_shares_make_one_whatever_order_they_are_given_in(where, count, chance):
    found = cluster(where, count)
    assert 1 <= len(found) <= count
    assert {point for point, _ in found} <= set(where)
    assert sum(share for _, share in found) == pytest.approx(1.0)
    mixed = list(where)
    chance.shuffle(mixed)
    assert cluster(mixed, count) == found


def test_where_places_crowd_a_cell_weighs_more():
    chance = random.Random(1)
    crowd = [Point(lon=9.0 + chance.random() / 100, lat=45.0) for _ in range(90)]
    few = [Point(lon=9.5 + chance.random() / 100, lat=45.0) for _ in range(10)]
    (west, much), (there, little) = sorted(cluster(crowd + few, 2), key=lambda cell: cell[0].lon)
    assert (much, little) == (0.9, 0.1)
    assert west.lon < 9.01 < there.lon


def test_one_place_many_times_is_one_cell():
    assert cluster([SCENE] * 5, 16) == [(SCENE, 1.0)]
