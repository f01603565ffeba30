"""Building bundles, reading them back, and what happens to broken ones."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from dispatch.cli.region import app
from dispatch.gateways.gazetteer.index import GazetteerFile
from dispatch.gateways.regions import bundle
from dispatch.gateways.regions.basemap import LAYERS, layer_fields
from dispatch.gateways.regions.build import OSM_ATTRIBUTION, RegionFiles, build_region
from dispatch.gateways.regions.bundle import find_gazetteer, list_agreement_texts, load_region, load_roads
from dispatch.model.errors import RegionInvalid
from dispatch.model.geo import Point
from dispatch.model.unit import UnitType
from dispatch.routing.areas import Areas
from dispatch.routing.gazetteer.asked import read_asked
from tests.make_region import SIDE, write_grid_town
from tests.real_data import real_data


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> RegionFiles:
    return write_grid_town(tmp_path_factory.mktemp("inputs"))


@pytest.fixture
def built(inputs: RegionFiles, tmp_path: Path) -> Path:
    build_region(inputs, tmp_path / "grid")
    return tmp_path / "grid"


def test_a_bundle_says_what_it_is(built: Path) -> None:
    region = load_region(built)
    assert (region.name, region.sample_fleet, region.fictional) == ("Grid", True, False)
    assert region.attribution == (OSM_ATTRIBUTION, "Town surveyors")
    assert region.time_zone == "Europe/Vaduz"
    assert any("Far" in note for note in region.notes)
    assert any("does not say how old" in note for note in region.notes)
    assert any("made up" in note for note in region.notes)


def test_a_sample_fleet_stands_on_the_roads_of_its_own_jurisdiction(built: Path) -> None:
    region, graph = load_region(built), load_roads(built)
    areas = Areas(region.jurisdictions.values())
    nodes = set(zip(graph.node_lon.round(7).tolist(), graph.node_lat.round(7).tolist(), strict=True))
    assert set(region.jurisdictions) == {"west", "east"} == {u.jurisdiction_id for u in region.units.values()}
    for station in region.stations.values():
        assert areas.find(station.position) == station.jurisdiction_id
        assert (round(station.position.lon, 7), round(station.position.lat, 7)) in nodes
        assert "sample" in station.name
    for home in region.jurisdictions:
        types = [unit.unit_type for unit in region.units.values() if unit.jurisdiction_id == home]
        assert UnitType.ALS_AMBULANCE in types


def test_neighbours_of_a_sample_fleet_have_a_signed_agreement(built: Path) -> None:
    ((name, text),) = list_agreement_texts(built)
    agreement = yaml.safe_load(text)
    assert name == "east-west.yaml"
    assert agreement["parties"] == ["east", "west"]
    assert {signature["party"] for signature in agreement["signatures"]} == {"east", "west"}
    assert len({clause["id"] for clause in agreement["clauses"]}) == len(agreement["clauses"])
    # What trials of such a region say rests on it.
    assert {"id": "4.3", "type": "balance", "spares_the_giver": True} in agreement["clauses"]


def test_calls_of_a_sample_fleet_cover_the_week_and_weigh_by_road(built: Path) -> None:
    calls = json.loads((built / "calls.json").read_text(encoding="utf-8"))
    assert sum(calls["hour_of_week"]) == pytest.approx(1, abs=1e-3)
    assert sum(nature["share"] for nature in calls["natures"]) == pytest.approx(1)
    assert sum(calls["weights"].values()) == pytest.approx(1, abs=1e-3)


def test_the_same_seed_gives_the_same_bundle(inputs: RegionFiles, tmp_path: Path) -> None:
    first, again = build_region(inputs, tmp_path / "a"), build_region(inputs, tmp_path / "b")
    assert first == again == load_region(tmp_path / "a").digest


def test_the_names_of_a_bundle_can_be_searched(built: Path) -> None:
    path = find_gazetteer(built)
    assert path is not None
    assert any(note.startswith("Names: ") for note in load_region(built).notes)
    index = GazetteerFile(path)
    found = index.find(read_asked("a street"), Point(lon=9.51, lat=47.11))
    index.close()
    assert {each.place.name for each in found} == {"A Street"}


def test_a_bundle_without_names_still_loads(built: Path) -> None:
    header = json.loads((built / "region.json").read_text(encoding="utf-8"))
    del header["files"][bundle.GAZETTEER]
    (built / "region.json").write_text(json.dumps(header), encoding="utf-8")
    (built / bundle.GAZETTEER).unlink()
    assert load_region(built).name == "Grid"
    assert find_gazetteer(built) is None


def test_roads_come_back_as_they_were_built(built: Path) -> None:
    graph = load_roads(built)
    assert graph.node_count == SIDE * SIDE - 4  # the four corners are bends
    assert len(graph.order) == graph.node_count
    assert np.all(graph.length_m > 0)


@pytest.mark.parametrize(
    "name",
    ["roads.npz", "gazetteer.sqlite3", "jurisdictions.geojson", "units.csv", "agreements/east-west.yaml"],
)
def test_a_changed_or_missing_file_is_named(built: Path, name: str) -> None:
    path = built / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(RegionInvalid, match="differs from its hash") as changed:
        load_region(built)
    assert changed.value.path == str(path)
    path.unlink()
    with pytest.raises(RegionInvalid, match="cannot be read"):
        load_region(built)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("{", "is not JSON"),
        ('{"format": 9, "files": {}}', "format 1"),
        ('{"format": 1, "files": {"../x": ""}}', "outside"),
    ],
)
def test_a_header_of_another_kind_is_refused(built: Path, text: str, because: str) -> None:
    (built / "region.json").write_text(text, encoding="utf-8")
    with pytest.raises(RegionInvalid, match=because):
        load_region(built)


def test_a_header_without_a_field_is_refused(built: Path) -> None:
    header = json.loads((built / "region.json").read_text(encoding="utf-8"))
    del header["centre"]
    (built / "region.json").write_text(json.dumps(header), encoding="utf-8")
    with pytest.raises(RegionInvalid, match="centre"):
        load_region(built)


def test_roads_that_are_no_graph_are_refused(tmp_path: Path) -> None:
    bundle.write_bundle(tmp_path / "b", {}, {bundle.ROADS: b"not an archive"})
    with pytest.raises(RegionInvalid, match="not a road graph"):
        load_roads(tmp_path / "b")


def test_a_folder_that_is_no_bundle_is_never_overwritten(inputs: RegionFiles, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(RegionInvalid, match="will not be overwritten"):
        build_region(inputs, tmp_path)
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "keep"


def test_a_build_that_fails_leaves_the_bundle_before_it(built: Path) -> None:
    digest = load_region(built).digest
    with pytest.raises(OSError, match="absent"):
        bundle.write_bundle(built, {}, {"a.txt": b"a", "b.txt": built / "absent"})
    assert load_region(built).digest == digest
    assert [path.name for path in built.parent.iterdir()] == ["grid"]


def test_a_newer_build_replaces_the_older_one(inputs: RegionFiles, built: Path) -> None:
    (built / "stray.txt").write_text("x", encoding="utf-8")
    build_region(inputs, built)
    assert not (built / "stray.txt").exists()


def test_the_command_builds_with_a_basemap_of_every_layer(inputs: RegionFiles, tmp_path: Path) -> None:
    hospital = {
        "type": "Feature",
        "properties": {"name": "General"},
        "geometry": {"type": "Point", "coordinates": [9.51, 47.11]},
    }
    hospitals = tmp_path / "hospitals.geojson"
    hospitals.write_text(json.dumps({"type": "FeatureCollection", "features": [hospital]}), encoding="utf-8")
    out = tmp_path / "out"
    arguments = [
        "build",
        "--osm",
        inputs.osm,
        "--jurisdictions",
        inputs.jurisdictions,
        "--hospitals",
        hospitals,
    ]
    done = CliRunner().invoke(
        app, [*map(str, arguments), "--sample-fleet", "1", "--fictional", "-o", str(out)]
    )
    assert done.exit_code == 0, done.output
    region = load_region(out)
    assert region.attribution == ("Town surveyors",)
    assert set(region.hospitals) == {"general"}
    assert layer_fields(out / "basemap.pmtiles").keys() == set(LAYERS) - {"place"}
    assert str(tmp_path).encode() not in (out / "basemap.pmtiles").read_bytes()


def test_the_command_says_in_one_sentence_what_is_wrong(inputs: RegionFiles, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dispatch", "region", "build", "--osm", str(tmp_path / "no.osm.pbf")]
    command += ["--jurisdictions", str(inputs.jurisdictions), "-o", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "region_invalid" in done.stderr
    assert "cannot be read" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.real_data
def test_liechtenstein_builds_with_every_layer(tmp_path: Path) -> None:
    place = real_data("liechtenstein")
    source = RegionFiles(
        osm=place / "liechtenstein.osm.pbf",
        jurisdictions=place / "municipalities.geojson",
        hospitals=place / "pois.geojson",
        sample_fleet=7,
    )
    build_region(source, tmp_path / "li")
    region = load_region(tmp_path / "li")
    assert len(region.jurisdictions) == 11
    assert len(region.hospitals) == 1
    assert layer_fields(tmp_path / "li" / "basemap.pmtiles") == {
        "land": {"kind"},
        "water": {"kind"},
        "road": {"class", "name", "ref", "oneway"},
        "boundary": {"name"},
        "place": {"name", "kind"},
        "building": set(),
        "poi": {"kind", "name"},
    }
    assert len({unit.jurisdiction_id for unit in region.units.values()}) == 11
