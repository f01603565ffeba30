import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.geo import Point
from dispatch.routing.areas import NOWHERE, Areas
from tests.make_roads import make_jurisdiction

HARLOW = make_jurisdiction("Harlow", 9.0, 47.0, 9.1, 47.1)
CEDAR = make_jurisdiction("Cedar", 9.1, 47.0, 9.2, 47.1)
ENCLAVE = make_jurisdiction("Enclave", 9.02, 47.02, 9.03, 47.03)


def test_a_position_belongs_to_the_area_around_it() -> None:
    areas = Areas([HARLOW, CEDAR])
    assert areas.find(Point(lon=9.05, lat=47.05)) == "harlow"
    assert areas.find(Point(lon=9.15, lat=47.05)) == "cedar"
    assert areas.find(Point(lon=9.5, lat=47.05)) is None


def test_the_smallest_area_answers_where_several_overlap_in_any_order() -> None:
    inside = Point(lon=9.025, lat=47.025)
    assert Areas([HARLOW, ENCLAVE]).find(inside) == Areas([ENCLAVE, HARLOW]).find(inside) == "enclave"


def test_equal_areas_are_decided_by_id() -> None:
    twin = make_jurisdiction("Adams", 9.0, 47.0, 9.1, 47.1)
    assert Areas([HARLOW, twin]).find(Point(lon=9.05, lat=47.05)) == "adams"


def test_a_position_on_the_common_border_has_one_answer() -> None:
    border = Point(lon=9.1, lat=47.05)
    assert Areas([HARLOW, CEDAR]).find(border) == Areas([CEDAR, HARLOW]).find(border) is not None


def test_columns_get_the_same_answers_as_single_positions() -> None:
    areas = Areas([HARLOW, CEDAR, ENCLAVE])
    lon, lat = (
        axis.ravel() for axis in np.meshgrid(np.linspace(8.99, 9.21, 23), np.linspace(46.99, 47.11, 13))
    )
    for row, x, y in zip(areas.find_rows(lon, lat), lon, lat, strict=True):
        single = areas.find(Point(lon=float(x), lat=float(y)))
        assert single == (None if row == NOWHERE else areas.ids[row])


def test_near_a_border_the_other_jurisdictions_are_named_nearest_first() -> None:
    areas = Areas([HARLOW, CEDAR, ENCLAVE])
    beside = Point(lon=9.099, lat=47.025)  # 76 m from Cedar; the enclave is 5 km off
    assert areas.near_border(beside, 50) == ()
    assert areas.near_border(beside, 100) == ("cedar",)
    assert areas.near_border(beside, 6000) == ("cedar", "enclave")


def test_no_jurisdictions_find_nothing() -> None:
    assert Areas([]).find(Point(lon=9, lat=47)) is None
    assert Areas([]).near_border(Point(lon=9, lat=47), 1000) == ()


def test_the_surroundings_name_the_border_and_who_lies_beyond_it() -> None:
    areas = Areas([HARLOW, CEDAR, ENCLAVE])
    beside = areas.look_around(Point(lon=9.099, lat=47.05))
    assert (beside.in_charge, beside.inside, beside.beyond) == ("harlow", ("harlow",), "cedar")
    assert beside.border_m == pytest.approx(76, abs=1)
    assert beside.is_near_border(100)
    assert not beside.is_near_border(50)


def test_at_the_edge_of_the_region_nobody_lies_beyond() -> None:
    edge = Areas([HARLOW, CEDAR]).look_around(Point(lon=9.05, lat=47.0995))
    assert (edge.in_charge, edge.beyond) == ("harlow", None)
    assert edge.border_m == pytest.approx(55.6, abs=1)


def test_a_position_in_two_areas_is_near_a_border_wherever_that_is() -> None:
    both = Areas([HARLOW, CEDAR, ENCLAVE]).look_around(Point(lon=9.025, lat=47.025))
    assert both.inside == ("enclave", "harlow")
    assert both.is_near_border(1)


def test_a_position_in_no_area_is_near_the_nearest() -> None:
    out = Areas([HARLOW, CEDAR]).look_around(Point(lon=9.21, lat=47.05))
    assert (out.in_charge, out.inside, out.beyond) == (None, (), "cedar")
    assert out.border_m == pytest.approx(760, abs=5)
    assert out.is_near_border(1)


def test_borders_drawn_a_little_apart_are_one() -> None:
    sloppy = make_jurisdiction("Sloppy", 9.1002, 47.0, 9.2, 47.1)
    beside = Areas([HARLOW, sloppy]).look_around(Point(lon=9.0999, lat=47.05))
    assert (beside.in_charge, beside.beyond) == ("harlow", "sloppy")


def test_without_jurisdictions_there_is_no_border() -> None:
    nowhere = Areas([]).look_around(Point(lon=9, lat=47))
    assert (nowhere.inside, nowhere.border_m, nowhere.beyond) == ((), None, None)


@given(st.floats(8.9, 9.3), st.floats(46.9, 47.2))
def test_the_surroundings_agree_with_the_look_up(lon: float, lat: float) -> None:
    areas, point = Areas([HARLOW, CEDAR, ENCLAVE]), Point(lon=lon, lat=lat)
    assert areas.look_around(point).in_charge == areas.find(point)
