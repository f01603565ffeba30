"""Boundaries, places and what they leave open."""

import json
from pathlib import Path

import pytest

from dispatch.gateways.regions.boundaries import read_boundaries
from dispatch.gateways.regions.fields import slug
from dispatch.gateways.regions.places import read_calls, read_hospitals, read_stations, read_units
from dispatch.gateways.regions.report import area_km2, inspect_boundaries
from dispatch.model.errors import RegionInvalid
from tests.make_roads import both_ways, make_graph, make_jurisdiction
from tests.real_data import real_data

SQUARE = [[[9.5, 47.1], [9.6, 47.1], [9.6, 47.2], [9.5, 47.2], [9.5, 47.1]]]
BOW_TIE = [[[9.5, 47.1], [9.6, 47.2], [9.6, 47.1], [9.5, 47.2], [9.5, 47.1]]]


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def collection(
    *features: tuple[dict[str, object], dict[str, object] | None], **more: object
) -> dict[str, object]:
    listed = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return {"type": "FeatureCollection", "features": listed, **more}


def polygon(rings: list[list[list[float]]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": rings}


def point(lon: float, lat: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [lon, lat]}


@pytest.mark.parametrize(
    ("content", "because"),
    [
        ("", "is not JSON"),
        ("[1]", "is not a JSON object"),
        ({"type": "Feature"}, "is not a GeoJSON FeatureCollection"),
        (collection(), "no features with a shape"),
        (collection(({"name": "A"}, None)), "no features with a shape"),
        (collection(({"name": "A"}, point(9.5, 47.1))), "holds no polygons"),
        (collection(({}, polygon(SQUARE))), "feature 1 has no name"),
        (collection(({"name": "A"}, {"type": "Polygon"})), "feature 1 has a broken shape"),
        (
            collection(({"name": "A"}, polygon([[[500000, 1], [600000, 1], [600000, 2], [500000, 1]]]))),
            "degrees",
        ),
        (collection(({"name": "A", "siren_factor": 0.5}, polygon(SQUARE))), "siren_factor"),
        (
            collection(
                ({"name": "A", "id": "x"}, polygon(SQUARE)), ({"name": "B", "id": "x"}, polygon(SQUARE))
            ),
            "repeats",
        ),
    ],
)
def test_boundaries_that_cannot_be_used_say_why_and_where(
    tmp_path: Path, content: object, because: str
) -> None:
    path = write(tmp_path / "areas.geojson", content)
    with pytest.raises(RegionInvalid, match=because) as invalid:
        read_boundaries(path)
    assert invalid.value.path == str(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegionInvalid, match="cannot be read"):
        read_boundaries(tmp_path / "absent.geojson")


def test_names_become_ids_that_differ(tmp_path: Path) -> None:
    twice = collection(({"NAME": "San José"}, polygon(SQUARE)), ({"comune": "San Jose"}, polygon(SQUARE)))
    read = read_boundaries(write(tmp_path / "a.geojson", twice)).jurisdictions
    assert [each.id for each in read] == ["san-jose", "san-jose-2"]
    assert slug("Größe / Straße 9") == "grosse-strasse-9"


def test_an_invalid_shape_is_repaired_and_said_so(tmp_path: Path) -> None:
    source = write(
        tmp_path / "a.geojson", collection(({"name": "A"}, polygon(BOW_TIE)), attribution="County of A")
    )
    read = read_boundaries(source)
    assert read.jurisdictions[0].area.is_valid
    assert read.notes == ("Boundaries: 1 invalid shapes were repaired.",)
    assert read.attribution == ("County of A",)


def test_telephones_are_invented_only_for_made_up_agencies(tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", collection(({"name": "A"}, polygon(SQUARE))))
    assert read_boundaries(path).jurisdictions[0].agency.telephone == ""
    assert read_boundaries(path, made_up=True).jurisdictions[0].agency.telephone == "555-0100"


@pytest.mark.real_data
def test_districts_that_municipalities_make_up_are_left_out() -> None:
    read = read_boundaries(real_data("liechtenstein", "municipalities.geojson"))
    assert len(read.jurisdictions) == 11
    assert "Wahlkreis Oberland" in read.notes[-1]


HOME = make_jurisdiction("Home", 9.5, 47.1, 9.6, 47.2)


def test_places_of_another_kind_are_passed_over(tmp_path: Path) -> None:
    pois = collection(
        ({"name": "General", "kind": "hospital"}, point(9.51, 47.11)),
        ({"name": "Engine 1", "kind": "fire_station"}, point(9.52, 47.12)),
    )
    path = write(tmp_path / "pois.geojson", pois)
    assert [each.id for each in read_hospitals(path)[0]] == ["general"]
    stations = read_stations(path, (HOME,))[0]
    assert [(each.id, each.jurisdiction_id) for each in stations] == [("engine-1", "home")]


def test_a_station_in_no_jurisdiction_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "s.geojson", collection(({"name": "Far"}, point(1, 2))))
    with pytest.raises(RegionInvalid, match="in no known jurisdiction"):
        read_stations(path, (HOME,))


@pytest.mark.parametrize(
    ("row", "because"),
    [
        ("u1,Medic 1,away,als_ambulance,,", "line 2 names an unknown jurisdiction 'away'"),
        ("u1,Medic 1,home,helicopter,,", "line 2 has unit_type 'helicopter'"),
        ("u1,Medic 1,home,als_ambulance,s9,", "line 2 names an unknown station 's9'"),
        (",Medic 1,home,als_ambulance,,", "line 2 lacks id"),
        ("u1,M,home,als_ambulance,,\nu1,N,home,als_ambulance,,", "line 3 repeats the id"),
    ],
)
def test_a_unit_that_breaks_a_rule_is_named_by_its_line(tmp_path: Path, row: str, because: str) -> None:
    header = "id,call_sign,jurisdiction_id,unit_type,station_id,capabilities\n"
    with pytest.raises(RegionInvalid, match=because):
        read_units(write(tmp_path / "units.csv", header + row), (HOME,), ())


def test_a_unit_keeps_its_capabilities(tmp_path: Path) -> None:
    header = "id,call_sign,jurisdiction_id,unit_type,station_id,capabilities\n"
    text = header + "u1,M1,home,als_ambulance,,bariatric;vent\n"
    (unit,) = read_units(write(tmp_path / "u.csv", text), (HOME,), ())
    assert unit.capabilities == {"bariatric", "vent"}
    assert unit.station_id is None


@pytest.mark.parametrize(
    ("crew", "nims", "said"), [("2", "1", (2, 1)), ("", "", (None, None)), (" 3 ", "4", (3, 4))]
)
def test_a_unit_keeps_its_crew_and_nims_type_where_somebody_has_said(tmp_path, crew, nims, said) -> None:
    header = "id,call_sign,jurisdiction_id,unit_type,crew_size,nims_type\n"
    text = header + f"u1,M1,home,als_ambulance,{crew},{nims}\n"
    (unit,) = read_units(write(tmp_path / "u.csv", text), (HOME,), ())
    assert (unit.crew_size, unit.nims_type) == said


@pytest.mark.parametrize(
    ("crew", "nims"), [("two", ""), ("0", ""), ("21", ""), ("", "5"), ("", "-1"), ("²", "")]
)
def test_a_crew_that_is_no_count_is_named_by_its_line(tmp_path, crew, nims) -> None:
    header = "id,call_sign,jurisdiction_id,unit_type,crew_size,nims_type\n"
    path = write(tmp_path / "u.csv", header + f"u1,M1,home,als_ambulance,{crew},{nims}\n")
    with pytest.raises(RegionInvalid, match=r"line 2 has (crew_size|nims_type)"):
        read_units(path, (HOME,), ())


def test_a_pattern_of_calls_needs_every_hour_of_the_week(tmp_path: Path) -> None:
    nature = {"name": "Fall", "priority": "emergent", "need": "bls_ambulance", "share": 1}
    good = {"hour_of_week": [1] * 168, "natures": [nature]}
    assert read_calls(write(tmp_path / "good.json", good)) == good
    for wrong in (
        {**good, "hour_of_week": [1] * 24},
        {**good, "natures": []},
        {**good, "natures": [{"name": "x"}]},
    ):
        with pytest.raises(RegionInvalid):
            read_calls(write(tmp_path / "wrong.json", wrong))


def test_gaps_overlaps_and_lost_roads_are_reported() -> None:
    """A strip of 0.01 degree between two towns holds a junction; a third town overlaps the first."""
    west = make_jurisdiction("West", 9.5, 47.1, 9.51, 47.12)
    east = make_jurisdiction("East", 9.52, 47.1, 9.53, 47.12)
    over = make_jurisdiction("Over", 9.505, 47.1, 9.51, 47.12)
    places = [(0.1, 0.1), (0.1, 1.9), (1.5, 1.0), (2.9, 0.1), (2.9, 1.9)]
    graph = make_graph(places, [both_ways(i, 2) for i in (0, 1, 3, 4)])
    report = inspect_boundaries((west, east, over), graph)
    assert report.nodes_nowhere == 1
    assert report.nodes == {"west": 2, "east": 2, "over": 0}
    (gap,) = report.gaps
    assert gap["road_nodes"] == 1
    assert gap["km2"] == pytest.approx(0.76 * 2.0, rel=0.05)
    (overlap,) = report.overlaps
    assert overlap["jurisdictions"] == ["west", "over"]
    assert overlap["km2"] == pytest.approx(area_km2(over.area), abs=0.01)
    assert report.notes()[0].startswith("Boundaries: 1 road junctions (20.0%) lie in no jurisdiction")
