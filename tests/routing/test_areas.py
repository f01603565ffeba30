import numpy as np

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
