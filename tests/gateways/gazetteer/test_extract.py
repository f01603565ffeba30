"""What has a name in an extract, and what kind of place it is."""

from pathlib import Path

import pytest

from dispatch.gateways.gazetteer.extract import list_names, read_names
from dispatch.gateways.gazetteer.kinds import find_kind
from dispatch.gateways.gazetteer.spots import merge_spots
from dispatch.routing.gazetteer.place import PlaceKind
from tests.make_gazetteer import write_town
from tests.make_roads import write_osm


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"place": "village"}, PlaceKind.TOWN),
        ({"place": "islet"}, PlaceKind.LANDMARK),
        ({"amenity": "hospital"}, PlaceKind.HOSPITAL),
        ({"building": "hospital"}, PlaceKind.HOSPITAL),
        ({"amenity": "social_facility", "social_facility": "assisted_living"}, PlaceKind.CARE_HOME),
        ({"amenity": "nursing_home", "building": "yes"}, PlaceKind.CARE_HOME),
        ({"amenity": "kindergarten"}, PlaceKind.SCHOOL),
        ({"railway": "halt"}, PlaceKind.TRANSPORT),
        ({"aeroway": "helipad"}, PlaceKind.TRANSPORT),
        ({"building": "yes"}, PlaceKind.LANDMARK),
        ({"leisure": "park"}, PlaceKind.LANDMARK),
        ({"railway": "rail"}, None),
        ({"type": "route"}, None),
        ({"boundary": "administrative"}, None),
        ({"man_made": "surveillance"}, None),
        ({}, None),
    ],
)
def test_a_kind_is_told_by_the_tags(tags: dict[str, str], kind: PlaceKind | None) -> None:
    assert find_kind(tags) is kind


def test_all_names_count_but_the_first_is_that_of_the_signs() -> None:
    tags = {"name": "Romstraße", "name:it": "Via Roma", "alt_name": "Hauptweg;Römerweg", "ref": "SS 12"}
    assert list_names(tags) == ("Romstraße", "Hauptweg", "Römerweg", "Via Roma", "SS 12")
    assert list_names({"alt_name": "nameless"}) == ()


def test_an_extract_gives_streets_houses_exits_and_places(tmp_path: Path) -> None:
    found = read_names(write_town(tmp_path))
    assert {"First Street", "I 71"} <= {way.names[0] for way in found.ways}
    assert "Nowhere Street" not in {way.names[0] for way in found.ways}
    assert len(found.rings) == 1
    assert [house.number for house in found.houses] == ["12", "12a", "14", "16", "5"]
    kinds = {spot.names[0]: spot.kind for spot in found.spots}
    assert kinds["I 71 Exit 12"] is PlaceKind.EXIT
    assert kinds["Sunset Manor"] is PlaceKind.CARE_HOME
    assert "S 12" not in kinds


def test_an_area_of_several_ways_lies_in_the_middle_of_them_all(tmp_path: Path) -> None:
    nodes = {1: (9.0, 47.0), 2: (9.2, 47.0), 3: (9.2, 47.1), 4: (9.0, 47.1)}
    members = [("outer", "w", 1), ("outer", "w", 2), ("inner", "w", 3)]
    campus = {"type": "multipolygon", "amenity": "university", "name": "Hill College"}
    ways: dict[int, tuple[list[int], dict[str, str]]] = {
        1: ([1, 2, 3], {}),
        2: ([3, 4, 1], {}),
        3: ([1, 2, 1], {}),
    }
    osm = write_osm(tmp_path / "campus.osm.pbf", nodes=nodes, ways=ways, restrictions=[(members, campus)])
    (spot,) = read_names(osm).spots
    assert (spot.names, spot.kind) == (("Hill College",), PlaceKind.SCHOOL)
    assert spot.at == pytest.approx((9.1, 47.05))


def test_places_of_one_name_and_kind_near_one_another_are_one(tmp_path: Path) -> None:
    spots = [spot for spot in read_names(write_town(tmp_path)).spots if spot.names[0] == "Birch"]
    assert len(spots) == 2
    assert len(merge_spots(spots)) == 1
