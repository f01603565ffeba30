"""An index of names: what it finds, what lies beside a point, and what is refused."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.gateways.gazetteer.compile import compile_gazetteer
from dispatch.gateways.gazetteer.index import GazetteerFile
from dispatch.model.errors import RegionInvalid
from dispatch.model.geo import Point, crow_m
from dispatch.routing.gazetteer.asked import read_asked
from dispatch.routing.gazetteer.likeness import Match
from dispatch.routing.gazetteer.place import PlaceKind
from dispatch.routing.gazetteer.ranking import MOST
from tests.make_gazetteer import HERE, NEAR_CEDAR, STEP, compile_town, find, names
from tests.make_house import make_region


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def index(compiled: Path) -> Iterator[GazetteerFile]:
    opened = GazetteerFile(compiled)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Birch Street", "Birch Street"),
        ("birch st", "Birch Street"),
        ("brich street", "Birch Street"),
        ("bir", "Birch Street"),
        ("1st st", "First Street"),
        ("saint marys rd", "St. Mary's Road"),
        ("V.le citta", "Viale Città"),
        ("harlowton", "Harlowton"),
        ("elm school", "Elm School"),
        ("sunset nursing home", "Sunset Manor"),
        ("harlow general hospital", "Harlow General"),
        ("US-23", "River Road (US 23)"),
        ("I71 exit 12", "I 71 Exit 12"),
        ("harlow 1", "Harlow 1"),
    ],
)
def test_names_are_found_however_they_are_typed(index: GazetteerFile, typed: str, name: str) -> None:
    assert names(find(index, typed))[0] == name


def test_each_place_has_its_kind_and_its_town(index: GazetteerFile) -> None:
    (school, *_) = find(index, "elm school")
    assert (school.place.kind, school.place.town, school.match) == (
        PlaceKind.SCHOOL,
        "Harlowton",
        Match.EXACT,
    )
    kinds = {
        typed: find(index, typed)[0].place.kind for typed in ("sunset manor", "harlow general", "cedar 1")
    }
    assert list(kinds.values()) == [PlaceKind.CARE_HOME, PlaceKind.HOSPITAL, PlaceKind.STATION]


def test_an_area_is_found_at_its_middle(index: GazetteerFile) -> None:
    place = find(index, "harlow general")[0].place
    assert (place.position.lon, place.position.lat) == pytest.approx((0.061, 0.061))


def test_a_road_over_a_border_is_a_street_on_either_side(index: GazetteerFile) -> None:
    towns = {each.place.town for each in find(index, "river road") if each.place.name == "River Road"}
    assert towns == {"Harlowton", "Cedar"}


def test_streets_of_one_name_are_ranked_by_nearness(index: GazetteerFile) -> None:
    near, far = (find(index, "alder avenue", at)[0].place for at in (HERE, Point(lon=0.15, lat=0.05)))
    assert near.position.lon < 0.1 < far.position.lon


def test_a_stop_on_either_side_is_one_place_and_no_street(index: GazetteerFile) -> None:
    stops = [each for each in find(index, "birch") if each.place.kind is PlaceKind.TRANSPORT]
    assert len(stops) == 1
    assert "Nowhere Street" in [each.place.name for each in find(index, "nowhere street")]
    assert all(each.place.kind is PlaceKind.TRANSPORT for each in find(index, "nowhere street"))


@pytest.mark.parametrize(
    "typed",
    [
        "Birch Street / First Street",
        "first st & birch st",
        "birch at first",
        "1st and brich",
        "corner of birch and first",
    ],
)
def test_a_crossing_is_found_from_either_street(index: GazetteerFile, typed: str) -> None:
    best = find(index, typed)[0]
    assert best.place.kind is PlaceKind.CROSSING
    assert (best.place.position.lon, best.place.position.lat) == pytest.approx((0.05 + STEP, 0.05))


def test_a_half_typed_crossing_lists_what_crosses_the_street(index: GazetteerFile) -> None:
    assert set(names(find(index, "Birch Street /"))) == {
        "Birch Street / First Street",
        "Birch Street / St. Mary's Road",
        "Birch Street / N High Street",
    }
    assert names(find(index, "Birch Street / n")) == ["Birch Street / N High Street"]


def test_two_carriageways_are_crossed_once(index: GazetteerFile) -> None:
    crossings = [each for each in find(index, "viale citta / via solferino") if each.match is Match.EXACT]
    assert names(crossings) == ["Viale Città / Via Solferino"]


def test_streets_at_one_roundabout_or_square_meet(index: GazetteerFile) -> None:
    assert find(index, "mill lane / ferry lane")[0].match is Match.EXACT
    square = find(index, "corso roma / via torino")[0]
    assert square.place.name == "Corso Roma / Via Torino (Market Square)"
    assert square.match is Match.BEGINS


def test_streets_that_do_not_meet_are_shown_one_by_one(index: GazetteerFile) -> None:
    found = find(index, "mill lane / birch street")
    assert {"Mill Lane", "Birch Street"} <= set(names(found))
    assert all(each.match is Match.CLOSE for each in found)


@pytest.mark.parametrize("typed", ["12 First Street", "First Street 12", "12 1st st, Harlowton"])
def test_a_house_is_found_by_its_number(index: GazetteerFile, typed: str) -> None:
    best = find(index, typed)[0]
    assert (best.place.kind, best.place.name, best.without_number) == (PlaceKind.HOUSE, "12 First Street", "")
    assert best.place.position.lon == pytest.approx(0.0502)


def test_letters_and_ranges_are_numbers_too(index: GazetteerFile) -> None:
    assert names(find(index, "12 A First St"))[0] == "12A First Street"
    assert names(find(index, "12a First St"))[0] == "12A First Street"
    assert names(find(index, "16 First St"))[0] == "16 First Street"


def test_an_unknown_number_answers_the_street_and_says_so(index: GazetteerFile) -> None:
    best = find(index, "99 First Street")[0]
    assert (best.place.kind, best.place.name, best.without_number) == (PlaceKind.STREET, "First Street", "99")


def test_a_house_in_a_street_that_is_not_mapped_is_not_found(index: GazetteerFile) -> None:
    assert "5 Unmapped Street" not in names(find(index, "5 unmapped street"))


@pytest.mark.parametrize("typed", ["", " ", "a", "/", "&", "12", "%", "' or 1=1 --", "\U0001f691", "x" * 120])
def test_nothing_to_look_up_finds_nothing_and_breaks_nothing(index: GazetteerFile, typed: str) -> None:
    assert all(each.match is Match.CLOSE for each in find(index, typed) if typed not in ("12",))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(max_size=150), st.floats(-180, 180), st.floats(-90, 90))
def test_no_text_is_too_strange(index: GazetteerFile, typed: str, lon: float, lat: float) -> None:
    assert len(index.find(read_asked(typed), Point(lon=lon, lat=lat))) <= MOST


def test_beside_a_point_lie_a_house_a_street_and_its_crossing(index: GazetteerFile) -> None:
    beside = index.beside(Point(lon=0.0502, lat=0.05))
    assert beside.house is not None
    assert beside.house.name == "12 First Street"
    assert beside.street is not None
    assert (beside.street.name, round(beside.street.distance_m)) == ("First Street", 0)
    assert beside.crossing is not None
    assert (beside.crossing.name, round(beside.crossing.distance_m)) == ("Alder Avenue", 22)


def test_far_from_everything_nothing_is_beside(index: GazetteerFile) -> None:
    beside = index.beside(Point(lon=0.09, lat=0.09))
    assert (beside.house, beside.street, beside.crossing) == (None, None, None)


@settings(max_examples=60)
@given(st.floats(0.045, 0.056), st.floats(0.048, 0.054))
def test_the_nearest_street_is_the_nearest_by_any_measure(
    index: GazetteerFile, lon: float, lat: float
) -> None:
    """The grid's streets run along meridians and parallels: the nearest is easy to work out otherwise."""
    here = Point(lon=lon, lat=lat)
    feet = [Point(lon=0.05 + x * STEP, lat=min(max(lat, 0.05), 0.05 + 2 * STEP)) for x in range(3)] + [
        Point(lon=min(max(lon, 0.05), 0.05 + 2 * STEP), lat=0.05 + y * STEP) for y in range(3)
    ]
    nearest_m = min(crow_m(here, foot) for foot in feet)
    street = index.beside(here).street
    if nearest_m > 410:
        assert street is None
    elif nearest_m < 390:
        assert street is not None
        assert street.distance_m == pytest.approx(nearest_m, abs=2.5 + 0.01 * nearest_m)


def test_the_same_extract_gives_the_same_bytes(compiled: Path, tmp_path: Path) -> None:
    assert compile_town(tmp_path).read_bytes() == compiled.read_bytes()


def test_a_file_that_is_no_index_is_refused(compiled: Path, tmp_path: Path) -> None:
    with pytest.raises(RegionInvalid, match="is not an index of names"):
        GazetteerFile(tmp_path / "missing")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(RegionInvalid, match="is not an index of names"):
        GazetteerFile(tmp_path / "text")
    newer = tmp_path / "newer"
    newer.write_bytes(compiled.read_bytes())
    with sqlite3.connect(newer) as connection:
        connection.execute("update about set value = 99 where key = 'format'")
    connection.close()
    with pytest.raises(RegionInvalid, match="format 1"):
        GazetteerFile(newer)


def test_an_extract_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.osm.pbf").write_bytes(b"no map")
    with pytest.raises(RegionInvalid, match="cannot be read as an OpenStreetMap extract"):
        compile_gazetteer(
            tmp_path / "broken.osm.pbf", tmp_path / "x", tuple(make_region().jurisdictions.values())
        )


def test_the_border_of_the_town_is_where_the_tests_say() -> None:
    assert NEAR_CEDAR[0] < 0.1
