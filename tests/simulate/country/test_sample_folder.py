"""The sample region's other files."""

import csv
import json
from collections import Counter

import numpy as np
import osmium
import pytest
import shapely
from numpy.typing import NDArray

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.provisions import Balance
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType
from dispatch.simulate.country import pacts, plan
from tests.make_country import FOLDER, areas, committed_extract, features, metres


def _to_plane(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(metres(points[:, 0], points[:, 1]))


def _units() -> list[dict[str, str]]:
    with (FOLDER / "units.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_the_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 6_000_000


def test_jurisdictions_tile_the_county() -> None:
    shapes = list(areas().values())
    whole = shapely.union_all(shapes)
    assert len(shapes) >= 7
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-9)
    assert whole.convex_hull.area == pytest.approx(whole.area, rel=1e-6), "no gap and no notch"
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert bool(shapely.coverage_is_valid(shapes))


def test_every_road_lies_inside_the_county() -> None:
    extract = committed_extract()
    whole = shapely.transform(
        shapely.union_all(list(areas().values())),
        _to_plane,
    )
    shapely.prepare(whole)
    assert all(whole.contains(extract.line(nodes)) for _, nodes in extract.roads)


def test_stations_stand_in_their_own_jurisdictions() -> None:
    shapes = areas()
    stations = features("stations.geojson")
    assert len(stations) >= 25
    for station in stations:
        home = shapes[station["properties"]["jurisdiction_id"]]  # type: ignore[index]
        assert home.contains(shapely.from_geojson(json.dumps(station["geometry"])))


def test_units_are_of_several_types_and_stand_at_stations_of_their_own() -> None:
    units = _units()
    homes = {s["properties"]["id"]: s["properties"]["jurisdiction_id"] for s in features("stations.geojson")}  # type: ignore[index]
    assert len(units) >= 70
    assert len({unit["call_sign"] for unit in units}) == len({unit["id"] for unit in units}) == len(units)
    assert {UnitType(unit["unit_type"]) for unit in units} >= {
        UnitType.ALS_AMBULANCE,
        UnitType.BLS_AMBULANCE,
        UnitType.CRITICAL_CARE_AMBULANCE,
        UnitType.SUPERVISOR,
        UnitType.ALS_NONTRANSPORT,
    }
    assert all(homes[unit["station_id"]] == unit["jurisdiction_id"] for unit in units)
    assert 3 <= Counter(unit["jurisdiction_id"] for unit in units)["harlow"] <= 4


def test_agencies_are_reachable_only_by_numbers_kept_for_fiction() -> None:
    for feature in features("jurisdictions.geojson"):
        properties = feature["properties"]
        assert isinstance(properties, dict)
        assert properties["telephone"].startswith("+1 555 01")
        assert 1.1 <= properties["siren_factor"] <= 1.3
        assert 45 <= properties["chute_seconds"] <= 120
        assert properties["time_zone"] == "America/New_York"


def test_agreements_are_valid_and_name_known_jurisdictions() -> None:
    known = set(areas())
    texts = sorted((FOLDER / "agreements").glob("*.yaml"))
    assert len(texts) == len(pacts.PACTS) >= 10
    for path in texts:
        agreement = parse_agreement(path.read_text(encoding="utf-8"))
        assert agreement.id == path.stem
        assert set(agreement.parties) <= known


def test_every_agreement_asks_whoever_has_given_more_later() -> None:
    """Trials of the sample region rest on it."""
    for path in (FOLDER / "agreements").glob("*.yaml"):
        balance = parse_agreement(path.read_text(encoding="utf-8")).find(Balance)
        assert balance is not None, path.stem
        assert balance.spares_the_giver, path.stem


def test_the_agreements_show_every_kind_of_answer() -> None:
    by_id = {pact.id: pact for pact in pacts.PACTS}
    assert {pact.kind for pact in pacts.PACTS} == {"automatic", "mutual", "contractual"}
    assert by_id["harlow-quillford"].effective_to < "2026-11"
    assert by_id["harlow-quillford-renewal"].unsigned == ("quillford",)
    assert by_id["county-harlow-coverage"].directions == (("county", "harlow"),)
    assert any("lender_may_decline: false" in clause for clause in by_id["county-harlow-coverage"].clauses)
    assert not any({"harlow", "norrick"} <= set(pact.parties) for pact in pacts.PACTS)


def test_calls_follow_the_published_figures() -> None:
    calls = json.loads((FOLDER / "calls.json").read_text(encoding="utf-8"))
    hours = calls["hour_of_week"]
    day = [sum(hours[hour::24]) for hour in range(24)]
    assert len(hours) == 168
    assert sum(hours) == pytest.approx(1.0, abs=1e-6)
    assert min(day) == pytest.approx(0.019, abs=0.001)
    assert max(day) == pytest.approx(0.061, abs=0.001)
    share = Counter[Priority]()
    for nature in calls["natures"]:
        UnitType(nature["need"])
        share[Priority(nature["priority"])] += nature["share"]
    assert share[Priority.CRITICAL] + share[Priority.EMERGENT] == pytest.approx(0.57)
    assert share[Priority.LOWER_ACUITY] == pytest.approx(0.245)
    assert set(calls["weights"]) == set(areas())
    assert sum(calls["weights"].values()) == pytest.approx(1.0, abs=0.001)


def _buildings() -> list[dict[str, str]]:
    """The tags of the committed extract's buildings."""
    ways = osmium.FileProcessor(str(FOLDER / "marlow.osm.pbf"), osmium.osm.WAY)
    tagged = ways.with_filter(osmium.filter.KeyFilter("building"))
    return [{tag.k: tag.v for tag in way.tags} for way in tagged]


def test_almost_every_house_has_a_number_in_a_street_that_is_mapped() -> None:
    buildings = _buildings()
    streets = {tags["name"] for tags, _ in committed_extract().roads if "name" in tags}
    numbered = [tags for tags in buildings if "addr:housenumber" in tags]
    assert len(numbered) > 0.99 * len(buildings)
    assert {tags["addr:street"] for tags in numbered} <= streets
    assert all(tags["addr:housenumber"].isdecimal() for tags in numbered)


def test_every_town_has_a_school_and_a_care_home() -> None:
    named = {tags["name"]: tags for tags in _buildings() if "name" in tags}
    for town in plan.TOWNS:
        assert named[f"{town.name} Elementary School"]["amenity"] == "school"
        assert named[f"{town.name} Care Home"]["social_facility"] == "nursing_home"


def test_towns_are_on_the_map() -> None:
    assert committed_extract().places == {town.name: town.place for town in plan.TOWNS}
    assert len(features("hospitals.geojson")) == 4
