import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from dispatch.model.geo import EARTH_RADIUS_M, Point, crow_m

points = st.builds(Point, lon=st.floats(-180, 180), lat=st.floats(-90, 90))
WGS84 = Geod(ellps="WGS84")


@pytest.mark.parametrize(
    ("lon", "lat"), [(180.1, 0), (0, 90.1), (math.nan, 0), (0, math.nan), (math.inf, 0), (0, -math.inf)]
)
def test_there_is_no_place_off_the_globe(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no such place"):
        Point(lon=lon, lat=lat)


@given(points)
def test_integers_of_a_ten_millionth_degree_keep_the_place(point: Point) -> None:
    again = Point.from_e7(lon_e7=point.lon_e7, lat_e7=point.lat_e7)
    assert crow_m(point, again) < 0.02


@given(points)
def test_a_coarse_position_is_near_but_says_no_more_than_its_cell(point: Point) -> None:
    coarse = point.coarse()
    assert crow_m(point, coarse) < 500
    assert abs(coarse.lon - point.lon) <= 0.0025 + 1e-7
    assert coarse.coarse() == coarse or abs(coarse.lat) == 90 or abs(coarse.lon) == 180


@given(points, points)
def test_distance_is_within_a_hundredth_of_the_geodesic(a: Point, b: Point) -> None:
    geodesic_m = WGS84.inv(a.lon, a.lat, b.lon, b.lat)[2]
    assert crow_m(a, b) == pytest.approx(geodesic_m, rel=0.006, abs=0.01)


@given(points, points)
def test_there_and_back_is_equally_far(a: Point, b: Point) -> None:
    assert crow_m(a, b) == pytest.approx(crow_m(b, a))
    assert crow_m(a, b) <= math.pi * EARTH_RADIUS_M + 1


def test_a_place_is_no_way_from_itself() -> None:
    assert crow_m(Point(lon=9, lat=45), Point(lon=9, lat=45)) == 0
