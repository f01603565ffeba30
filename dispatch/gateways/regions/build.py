"""Building a region: map files in, one bundle out."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from dispatch.gateways.gazetteer.compile import compile_gazetteer
from dispatch.gateways.regions import bundle, texts
from dispatch.gateways.regions.boundaries import Boundaries, read_boundaries
from dispatch.gateways.regions.fleet import SampleFleet, make_fleet
from dispatch.gateways.regions.geojson import read_bytes
from dispatch.gateways.regions.osm_roads import OsmRoads, read_roads
from dispatch.gateways.regions.places import read_calls, read_hospitals, read_stations, read_units
from dispatch.gateways.regions.report import BoundaryReport, inspect_boundaries
from dispatch.model.clock import iso
from dispatch.model.errors import RegionInvalid
from dispatch.model.jurisdiction import Hospital, Jurisdiction, Station
from dispatch.model.unit import Unit
from dispatch.routing.graph import RoadGraph

OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
LEAST_NODES = 20
"""A jurisdiction with fewer junctions in the extract gets no sample fleet: its roads are elsewhere."""

Stage = Callable[[str], AbstractContextManager[object]]
"""Told what begins, answers a context that ends with it: how a caller shows progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFiles:
    """What a region is built of. ``sample_fleet`` seeds made-up stations, units and agreements."""

    osm: Path
    jurisdictions: Path
    hospitals: Path | None = None
    stations: Path | None = None
    units: Path | None = None
    agreements: Path | None = None
    calls: Path | None = None
    sample_fleet: int | None = None
    fictional: bool = False
    name: str = ""
    time_zone: str = ""
    roads_as_of: datetime | None = None
    basemap: bool = True


@dataclass(slots=True, kw_only=True)
class _Draft:
    """What has been read and made so far."""

    jurisdictions: tuple[Jurisdiction, ...]
    attribution: list[str]
    notes: list[str]
    hospitals: tuple[Hospital, ...] = ()
    stations: tuple[Station, ...] = ()
    units: tuple[Unit, ...] = ()
    calls: dict[str, object] = field(default_factory=dict)
    agreements: dict[str, bytes] = field(default_factory=dict)


def build_region(source: RegionFiles, target: Path, *, stage: Stage = lambda _: nullcontext()) -> str:
    """Build a bundle at ``target`` and answer its digest. Raises ``RegionInvalid``; then nothing changed."""
    with stage("Reading boundaries"):
        boundaries = read_boundaries(
            source.jurisdictions,
            time_zone=source.time_zone or "UTC",
            made_up=source.fictional or source.sample_fleet is not None,
        )
    with stage("Reading roads"):
        roads = read_roads(source.osm)
    with stage("Ordering roads"):
        graph = _with_order(roads.assembled.graph)
    with stage("Comparing boundaries"):
        draft, report = _compare(source, boundaries, roads, graph)
    with stage("Reading places"):
        _read_places(source, draft)
    if source.sample_fleet is not None:
        with stage("Making a sample fleet"):
            _adopt(draft, make_fleet(draft.jurisdictions, draft.stations, graph, seed=source.sample_fleet))
    with TemporaryDirectory(prefix="region-") as scratch:
        files = _files(draft, graph, report)
        with stage("Indexing names"):
            files[bundle.GAZETTEER] = _index_names(source, draft, Path(scratch) / bundle.GAZETTEER)
        if source.basemap:
            from dispatch.gateways.regions.basemap import draw_basemap

            with stage("Drawing the basemap"):
                files[bundle.BASEMAP] = draw_basemap(
                    source.osm, draft.jurisdictions, draft.hospitals, draft.stations, Path(scratch)
                )
        with stage("Writing the bundle"):
            return bundle.write_bundle(target, _header(source, draft, roads, graph), files)


def _with_order(graph: RoadGraph) -> RoadGraph:
    """The graph with its contraction order, where the accelerator is installed to work it out."""
    if find_spec("routingkit_cch") is None:
        return graph
    from dispatch.routing.cch import contraction_order
    from dispatch.routing.turns import expand_turns

    return replace(graph, order=contraction_order(graph, expand_turns(graph)))


def _compare(
    source: RegionFiles, boundaries: Boundaries, roads: OsmRoads, graph: RoadGraph
) -> tuple[_Draft, BoundaryReport]:
    """Jurisdictions that have roads, and how they and the roads fit."""
    report = inspect_boundaries(boundaries.jurisdictions, graph)
    if not any(report.nodes.values()):
        raise RegionInvalid(str(source.jurisdictions), f"no jurisdiction holds any road of {source.osm.name}")
    least = 1 if source.sample_fleet is None else LEAST_NODES
    kept = tuple(each for each in boundaries.jurisdictions if report.nodes[each.id] >= least)
    notes = [*roads.notes(), *boundaries.notes]
    if left_out := [each.name for each in boundaries.jurisdictions if each not in kept]:
        notes.append(
            f"Boundaries: left out with fewer than {least} road junctions in the extract: "
            f"{', '.join(left_out)}."
        )
        report = inspect_boundaries(kept, graph)
    notes += report.notes()
    attribution = [] if source.fictional else [OSM_ATTRIBUTION]
    attribution += boundaries.attribution
    return _Draft(jurisdictions=kept, attribution=attribution, notes=notes), report


def _read_places(source: RegionFiles, draft: _Draft) -> None:
    if source.hospitals:
        draft.hospitals, attribution = read_hospitals(source.hospitals)
        draft.attribution += attribution
    if source.stations:
        draft.stations, attribution = read_stations(source.stations, draft.jurisdictions)
        draft.attribution += attribution
    if source.units:
        draft.units = read_units(source.units, draft.jurisdictions, draft.stations)
    if source.calls:
        draft.calls = read_calls(source.calls)
    if source.agreements:
        found = sorted(source.agreements.glob("*.yaml"))
        if not found:
            raise RegionInvalid(str(source.agreements), "holds no .yaml agreements")
        draft.agreements = {path.name: read_bytes(path) for path in found}


def _adopt(draft: _Draft, fleet: SampleFleet) -> None:
    """Fill in what the operator's own files left open."""
    draft.stations = draft.stations or fleet.stations
    draft.units = draft.units or fleet.units
    draft.agreements = draft.agreements or fleet.agreements
    draft.calls = draft.calls or fleet.calls
    draft.notes += fleet.notes


def _files(draft: _Draft, graph: RoadGraph, report: BoundaryReport) -> dict[str, bytes | Path]:
    files: dict[str, bytes | Path] = {
        bundle.ROADS: bundle.roads_bytes(graph),
        bundle.JURISDICTIONS: texts.jurisdictions_text(draft.jurisdictions),
        bundle.REPORT: texts.json_text(report.to_json()),
    }
    if draft.hospitals:
        files[bundle.HOSPITALS] = texts.hospitals_text(draft.hospitals)
    if draft.stations:
        files[bundle.STATIONS] = texts.stations_text(draft.stations)
    if draft.units:
        files[bundle.UNITS] = texts.units_text(draft.units)
    if draft.calls:
        files[bundle.CALLS] = texts.json_text(draft.calls)
    return files | {bundle.AGREEMENTS + name: text for name, text in draft.agreements.items()}


def _index_names(source: RegionFiles, draft: _Draft, target: Path) -> Path:
    counts = compile_gazetteer(source.osm, target, draft.jurisdictions, draft.hospitals, draft.stations)
    draft.notes.append(
        f"Names: {counts.streets} streets, {counts.crossings} crossings, {counts.houses} house numbers and "
        f"{counts.places} other places can be found; what the extract does not name cannot."
    )
    return target


def _header(source: RegionFiles, draft: _Draft, roads: OsmRoads, graph: RoadGraph) -> dict[str, object]:
    west, east = float(graph.node_lon.min()), float(graph.node_lon.max())
    south, north = float(graph.node_lat.min()), float(graph.node_lat.max())
    as_of = source.roads_as_of or roads.as_of
    if as_of is None and not source.fictional:
        draft.notes.append("Roads: the extract does not say how old it is.")
    if source.sample_fleet is not None:
        draft.notes.append(
            f"Stations, units and agreements not given are made up (seed {source.sample_fleet})."
        )
    return {
        "name": source.name or source.osm.name.partition(".")[0].replace("_", " ").title(),
        "fictional": source.fictional,
        "sample_fleet": source.sample_fleet is not None,
        "attribution": _once(draft.attribution),
        "time_zone": source.time_zone or _commonest([each.agency.time_zone for each in draft.jurisdictions]),
        "centre": [round((west + east) / 2, 7), round((south + north) / 2, 7)],
        "bbox": [west, south, east, north],
        "roads_as_of": iso(as_of) if as_of else None,
        "notes": draft.notes,
        "counts": {
            "jurisdictions": len(draft.jurisdictions),
            "hospitals": len(draft.hospitals),
            "stations": len(draft.stations),
            "units": len(draft.units),
            "agreements": len(draft.agreements),
            "road_nodes": graph.node_count,
            "road_arcs": graph.arc_count,
            "road_km": round(_road_km(graph)),
        },
    }


def _road_km(graph: RoadGraph) -> float:
    """Length of the roads, both directions of one counted once."""
    once = ~graph.backward | (graph.forward_arc[graph.edge] < 0)
    return float(graph.length_m[once].sum() / 1000)


def _once(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _commonest(names: Sequence[str]) -> str:
    return max(sorted(set(names)), key=names.count)
