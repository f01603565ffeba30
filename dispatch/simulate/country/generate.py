"""From a seed to the region's folder."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from dispatch.simulate.country import land, motorway, pacts, pattern, plan, posts, readme
from dispatch.simulate.country.addresses import address_buildings, name_institutions
from dispatch.simulate.country.buildings import (
    blocks_of,
    ground_cover,
    hospital_grounds,
    hospital_wings,
    raise_buildings,
)
from dispatch.simulate.country.clauses import to_yaml
from dispatch.simulate.country.greens import Reserve, pocket_parks, set_aside
from dispatch.simulate.country.ground import Ground
from dispatch.simulate.country.limits import Limit, draw_limits
from dispatch.simulate.country.names import name_roads
from dispatch.simulate.country.pbf import Extract, joined, road_tags
from dispatch.simulate.country.plane import Array, Field, noise, to_degrees
from dispatch.simulate.country.quarters import fill_quarters
from dispatch.simulate.country.road import (
    RANK,
    Road,
    drop_thin_faces,
    largest_component,
    planarise,
    prune,
    rounded,
    without_crossings,
)
from dispatch.simulate.country.skeleton import (
    Trails,
    inside_county,
    lay_arterials,
    lay_rural_web,
    trails_to_roads,
)
from dispatch.simulate.country.towns import Towns, lay_collectors
from dispatch.simulate.country.water import Water, lay_water, relief

DEFAULT_SEED = 7
RURAL_SPACING_M = 1500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Everything that the folder's files are written from."""

    seed: int
    water: Water
    roads: list[Road]
    built_up: list[bool]
    cover: list[land.Cover]
    buildings: list[shapely.Polygon]
    limits: dict[str, Limit]
    stations: list[posts.Post]
    hospitals: list[posts.Post]
    fleet: list[posts.FleetRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """The land before anybody built on it, and what the roads must heed."""

    water: Water
    height: Field
    centre: Array
    gates: tuple[motorway.Gate, ...]

    def off_limits(self) -> shapely.Geometry:
        """Where no street may be: water with its banks, and the motorway with its ramps."""
        wet = [
            self.water.river.buffer(32.0),
            self.water.lake.buffer(40.0),
            *[p.buffer(35.0) for p in self.water.ponds],
        ]
        return shapely.union_all([*wet, motorway.corridor(self.centre, self.gates)])


def make_country(seed: int) -> Country:
    """The whole region in memory. The same seed gives the same country."""
    streams = np.random.default_rng(seed).spawn(10)
    water = lay_water(streams[0])
    centre = motorway.centre_line()
    gates = motorway.motorway_gates(centre) + motorway.bridge_gates(water)
    site = _Site(water=water, height=relief(streams[1], water.river_line), centre=centre, gates=gates)
    planar = _skeleton(streams[2], site)
    towns = Towns(streams[3], [road for road in planar if 2 <= RANK[road.kind] <= 4])
    roads, reserve = _settle(streams[4:8], site, towns, planar)
    blocks = blocks_of(roads)
    grounds = {
        hospital: hospital_grounds(blocks, np.array(at) * plan.KM) for hospital, _, at in posts.HOSPITALS
    }
    kept = [*reserve.works, *reserve.parks, *pocket_parks(streams[8], blocks, towns)]
    kept += [ground_cover(name, grounds[hospital]) for hospital, name, _ in posts.HOSPITALS]
    kept_area = shapely.union_all([cover.shape for cover in kept])
    limits = draw_limits(water)
    corners = posts.Corners(roads, site.off_limits().buffer(60.0))
    return Country(
        seed=seed,
        water=water,
        roads=roads,
        built_up=_in_towns(roads, towns),
        cover=land.cover_land(streams[9], site.height, towns, roads, water.area(), kept_area) + kept,
        buildings=_buildings(
            streams[9], roads, towns, shapely.union(kept_area, site.off_limits()), list(grounds.values())
        ),
        limits=limits,
        stations=posts.place_stations(corners, limits),
        hospitals=[
            posts.Post(
                id=hospital,
                name=name,
                at=rounded(shapely.get_coordinates(grounds[hospital].representative_point())[0]),
            )
            for hospital, name, _ in posts.HOSPITALS
        ],
        fleet=posts.man_units(np.random.default_rng(seed)),
    )


def _skeleton(rng: np.random.Generator, site: _Site) -> list[Road]:
    """Arterials and country roads, cut at the county line and wherever they meet."""
    water = site.water
    blocked = shapely.union_all(
        [
            water.river.buffer(90.0),
            water.lake.buffer(80.0),
            *[pond.buffer(60.0) for pond in water.ponds],
            shapely.LineString(site.centre).buffer(motorway.CORRIDOR_M),
        ]
    )
    ground = Ground(site.height, noise(rng, wavelength_m=1500.0), blocked, site.gates)
    ground.be_calm_near([np.array(town.at) * plan.KM for town in plan.TOWNS], 700.0)
    ground.be_calm_near([gate.line.mean(axis=0) for gate in site.gates], 600.0)
    trails = Trails()
    lay_arterials(ground, trails)
    lay_rural_web(ground, trails, rng, spacing_m=RURAL_SPACING_M)
    roads = planarise(trails_to_roads(ground, trails, blocked))
    # A road that calls at a town's centre and leaves the way it came would end there in a stump.
    roads = prune(roads, shorter_than_m=330.0, kinds=frozenset({"trunk", "primary", "secondary"}))
    return largest_component(drop_thin_faces(inside_county(roads), area_m2=20_000.0, width_m=45.0))


def _settle(
    streams: list[np.random.Generator], site: _Site, towns: Towns, planar: list[Road]
) -> tuple[list[Road], Reserve]:
    """Collectors, then what is set aside, then streets; all named."""
    off_limits = site.off_limits()
    planar = largest_component(lay_collectors(streams[0], planar, towns, off_limits))
    strip = motorway.corridor(site.centre, site.gates)
    reserve = set_aside(streams[1], planar, towns, site.water, site.gates, strip)
    keep_out = shapely.union(off_limits, reserve.park_area())
    rim, streets = fill_quarters(streams[2], planar, towns, keep_out, reserve.works_area())
    rim = prune(without_crossings(rim + streets), shorter_than_m=190.0, kinds=frozenset({"tertiary"}))
    roads = largest_component(rim + motorway.motorway_roads(site.centre, site.gates, site.water))
    return name_roads(streams[3], sorted(roads, key=lambda r: (RANK[r.kind], r.ends))), reserve


def _buildings(
    rng: np.random.Generator,
    roads: list[Road],
    towns: Towns,
    keep_out: shapely.Geometry,
    grounds: list[shapely.Polygon],
) -> list[shapely.Polygon]:
    houses = raise_buildings(rng, roads, towns, keep_out)
    return houses + [wing for ground in grounds for wing in hospital_wings(ground)]


def _in_towns(roads: list[Road], towns: Towns) -> list[bool]:
    middles = np.array([road.line[len(road.line) // 2] for road in roads])
    return [bool(d > 0.05) for d in towns.density(middles[:, 0], middles[:, 1])[0]]


def write_country(country: Country, out: Path) -> None:
    """Write the folder's files. Older agreements in the folder go."""
    (out / "agreements").mkdir(parents=True, exist_ok=True)
    for old in (out / "agreements").glob("*.yaml"):
        old.unlink()
    _extract(country).write(out / "marlow.osm.pbf")
    _write_features(out / "jurisdictions.geojson", _jurisdictions(country))
    _write_features(out / "stations.geojson", _points(country.stations))
    _write_features(out / "hospitals.geojson", _points(country.hospitals))
    (out / "units.csv").write_text(_units(country.fleet), encoding="utf-8")
    for pact in pacts.PACTS:
        (out / "agreements" / f"{pact.id}.yaml").write_text(to_yaml(pact), encoding="utf-8")
    weights = {s.id: s.population * (1.15 if s.kind in ("city", "borough") else 0.9) for s in posts.SERVICES}
    calls = json.dumps(pattern.calls(weights), indent=1, ensure_ascii=False)
    (out / "calls.json").write_text(calls + "\n", encoding="utf-8")
    (out / "README.md").write_text(
        readme.text(country.seed, len(country.fleet), len(country.stations)), encoding="utf-8"
    )


def _extract(country: Country) -> Extract:
    extract = Extract()
    tagged = [(r, road_tags(r, built_up=b)) for r, b in zip(country.roads, country.built_up, strict=True)]
    for line, tags in joined(tagged):
        extract.line(line, tags, shared=True)
    water = country.water
    river = water.river.difference(shapely.union_all(water.islands))
    extract.area(river, {"natural": "water", "water": "river", "name": plan.RIVER_NAME})
    extract.line(np.asarray(water.river_line.coords), {"waterway": "river", "name": plan.RIVER_NAME})
    extract.area(water.lake, {"natural": "water", "water": "lake", "name": plan.LAKE_NAME})
    for pond in water.ponds:
        extract.area(pond, {"natural": "water", "water": "pond"})
    for name, course in water.creeks:
        extract.line(np.asarray(course.coords), {"waterway": "stream", "name": name})
    for cover in country.cover:
        extract.area(cover.shape, dict(cover.tags))
    for town in plan.TOWNS:
        population = str(town.population) if town.population else ""
        extract.point(
            np.array(town.at) * plan.KM, {"place": town.place, "name": town.name, "population": population}
        )
    addresses = address_buildings(country.buildings, country.roads)
    institutions = name_institutions(country.buildings)
    for place, building in enumerate(country.buildings):
        extract.area(building, {**addresses[place], **institutions.get(place, {})})
    return extract


def _jurisdictions(country: Country) -> list[dict[str, object]]:
    features: list[dict[str, object]] = []
    for service in posts.SERVICES:
        properties = {
            "id": service.id,
            "name": service.name,
            "kind": service.kind,
            "agency_name": service.agency,
            "telephone": service.telephone,
            "time_zone": posts.TIME_ZONE,
            "siren_factor": service.siren_factor,
            "chute_seconds": service.chute_seconds,
            "population": service.population,
        }
        geometry = json.loads(shapely.to_geojson(country.limits[service.id].degrees))
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return features


def _points(places: list[posts.Post]) -> list[dict[str, object]]:
    features: list[dict[str, object]] = []
    for post in places:
        lon, lat = to_degrees(post.at[None])[0]
        properties = {"id": post.id, "name": post.name}
        if post.jurisdiction_id:
            properties["jurisdiction_id"] = post.jurisdiction_id
        geometry = {"type": "Point", "coordinates": [float(lon), float(lat)]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return features


def _units(fleet: list[posts.FleetRow]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["id", "call_sign", "jurisdiction_id", "unit_type", "station_id", "capabilities"])
    for row in fleet:
        writer.writerow(
            [row.id, row.call_sign, row.jurisdiction_id, row.unit_type, row.station_id, row.capabilities]
        )
    return buffer.getvalue()


def _write_features(path: Path, features: list[dict[str, object]]) -> None:
    """One feature a line, so that a change shows as a small difference."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")
