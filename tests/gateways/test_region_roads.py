"""Reading OpenStreetMap extracts."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from dispatch.gateways.regions.osm_roads import (
    SPEED_SHARE,
    directions,
    find_course,
    find_limit_kmh,
    find_restriction,
    is_open,
    read_roads,
)
from dispatch.model.errors import RegionInvalid
from tests.make_roads import write_osm
from tests.real_data import real_data

NODES = {n: (9.5 + 0.001 * (n % 10), 47.1 + 0.001 * (n // 10)) for n in range(1, 60)}
STREET = {"highway": "residential"}


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("30 mph", 48.28),
        ("25mph", 40.23),
        ("none", 130),
        ("walk", 7),
        ("60 km/h", 60),
        ("400", 130),
        ("IT:urban", None),
        ("signals", None),
        ("50;30", None),
        ("0", None),
        ("-5", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("mph", None),
    ],
)
def test_posted_limits_are_read_in_their_unit_or_not_at_all(text: str, kmh: float | None) -> None:
    assert find_limit_kmh(text) == (None if kmh is None else pytest.approx(kmh, abs=0.01))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, (True, True)),
        ({"highway": "residential", "oneway": "yes"}, (True, False)),
        ({"highway": "residential", "oneway": "-1"}, (False, True)),
        ({"highway": "residential", "junction": "roundabout"}, (True, False)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"highway": "motorway_link"}, (True, True)),
        ({"highway": "primary", "oneway": "reversible"}, (False, False)),
    ],
)
def test_directions_follow_oneway_and_what_it_implies(
    tags: dict[str, str], expected: tuple[bool, bool]
) -> None:
    assert directions(tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, True),
        ({"access": "private"}, False),
        ({"access": "no", "motor_vehicle": "yes"}, True),
        ({"motor_vehicle": "no"}, False),
        ({"vehicle": "no", "emergency": "yes"}, True),
        ({"access": "private", "emergency": "designated"}, True),
        ({"emergency": "no"}, False),
        ({"access": "destination"}, True),
        ({"access": "yes", "motorcar": "no"}, False),
    ],
)
def test_the_most_specific_access_tag_decides_and_emergency_opens(
    tags: dict[str, str], expected: bool
) -> None:
    assert is_open({"highway": "service", **tags}) is expected


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "construction"},
        {"highway": "primary", "route": "ferry"},
        {"highway": "service", "area": "yes"},
        {"highway": "primary", "oneway": "reversible"},
    ],
)
def test_what_nobody_drives_on_has_no_course(tags: dict[str, str]) -> None:
    assert find_course(tags) is None


def test_a_footway_opened_for_ambulances_is_driven_slowly() -> None:
    assert find_course({"highway": "footway", "emergency": "yes"}) == ("service", 10.0, True, True)


def test_a_posted_limit_replaces_the_customary_speed() -> None:
    course = find_course({"highway": "primary", "maxspeed": "40"})
    assert course == ("primary", pytest.approx(40 * SPEED_SHARE), True, True)


@pytest.mark.parametrize(
    ("tags", "only"),
    [
        ({"restriction": "no_left_turn"}, False),
        ({"restriction": "only_straight_on"}, True),
        ({"restriction": "no_left_turn", "except": "bicycle;emergency"}, None),
        ({"restriction:hgv": "no_left_turn"}, None),
        ({"restriction:conditional": "no_left_turn @ (Mo-Fr)"}, None),
        ({"restriction": "no_left_turn", "except": "psv"}, False),
    ],
)
def test_a_restriction_binds_unless_ambulances_are_exempt(tags: dict[str, str], only: bool | None) -> None:
    assert find_restriction(tags) is only


def crossing(path: Path, *restrictions: tuple[list[tuple[str, str, int]], dict[str, str]]) -> Path:
    ring = [1, 2, 3, 13, 23, 22, 21, 11, 1]
    ways = {
        1: ([2, 12], STREET),
        2: ([12, 13], STREET),
        3: ([12, 22], STREET),
        4: ([11, 12], STREET),
        9: (ring, STREET),
    }
    return write_osm(path, nodes=NODES, ways=ways, restrictions=restrictions)


def test_restrictions_over_a_junction_are_honoured_and_those_over_a_road_are_counted(tmp_path: Path) -> None:
    roads = read_roads(
        crossing(
            tmp_path / "crossing.osm.pbf",
            ([("from", "w", 1), ("via", "n", 12), ("to", "w", 2)], {"restriction": "no_left_turn"}),
            ([("from", "w", 1), ("via", "w", 2), ("to", "w", 9)], {"restriction": "no_u_turn"}),
            ([("from", "w", 77), ("via", "n", 12), ("to", "w", 2)], {"restriction": "no_left_turn"}),
        )
    )
    assert len(roads.assembled.graph.banned) == 1
    assert roads.via_way_rules == 1
    assert any("1 over a junction are honoured, 1 over a stretch of road are not" in n for n in roads.notes())


def test_a_way_with_a_node_outside_the_extract_is_cut_there(tmp_path: Path) -> None:
    block = {2: ([1, 11, 2], STREET), 3: ([11, 12, 2], STREET), 4: ([1, 21, 11], STREET)}
    ways = {1: ([1, 2, 99, 3, 4], STREET), **block}
    path = write_osm(tmp_path / "cut.osm.pbf", nodes=NODES, ways=ways)
    assert read_roads(path).assembled.graph.shape_lon.max() == pytest.approx(NODES[2][0])


def broken(tmp_path: Path) -> dict[str, Path]:
    whole = crossing(tmp_path / "whole.osm.pbf").read_bytes()
    contents = {
        "empty": b"",
        "half": whole[: len(whole) // 2],
        "start": whole[:10],
        "text": b"not a map" * 100,
    }
    paths = {name: tmp_path / f"{name}.osm.pbf" for name in contents}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    paths["missing"] = tmp_path / "missing.osm.pbf"
    paths["roadless"] = write_osm(tmp_path / "roadless.osm.pbf", nodes=NODES, ways={})
    paths["path"] = tmp_path
    return paths


@pytest.mark.parametrize("kind", ["empty", "half", "start", "text", "missing", "roadless", "path"])
def test_a_broken_extract_is_named_in_one_sentence(tmp_path: Path, kind: str) -> None:
    path = broken(tmp_path)[kind]
    with pytest.raises(RegionInvalid) as invalid:
        read_roads(path)
    assert invalid.value.path == str(path)


@pytest.mark.real_data
def test_liechtenstein_has_the_roads_that_were_counted_in_it() -> None:
    roads = read_roads(real_data("liechtenstein", "liechtenstein.osm.pbf"))
    graph = roads.assembled.graph
    assert 2_800 < graph.node_count < 3_100
    assert 6_300 < graph.arc_count < 7_000
    assert roads.as_of is not None
    assert datetime(2015, 7, 1, tzinfo=UTC) < roads.as_of < datetime(2015, 8, 1, tzinfo=UTC)
    assert np.all(graph.length_m / graph.seconds <= 130 / 3.6 * SPEED_SHARE + 1e-9)
