"""A made-up fleet for a real place: no extract has ambulance posts, units or agreements.

The same seed and map give the same fleet. Everything it makes is labelled as a sample.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
import yaml
from numpy.random import Generator

from dispatch.gateways.regions.fields import slug
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, StationId, UnitId
from dispatch.model.jurisdiction import Jurisdiction, Station
from dispatch.model.unit import Unit, UnitType
from dispatch.routing.areas import NOWHERE, Areas
from dispatch.routing.graph import RoadGraph
from dispatch.routing.travel import FloatArray, IntArray

ROAD_KM_PER_STATION = 60.0
MOST_STATIONS = 24
TOUCH_DEG = 0.0005
"""Boundaries drawn by different hands may miss one another by some 50 m and still be neighbours'."""
CALLS_PER_UNIT_AND_DAY = 4.0

LOWEST_HOUR_SHARE, HIGHEST_HOUR_SHARE = 0.019, 0.061
"""Share of a day's calls in its quietest (04h) and busiest (12h) hour: 38,340 EMS calls of Montgomery
County PA, 2015-12 to 2016-06 (Kaggle mchirico/montcoalert)."""

NATURES = (
    ("Breathing problem", "critical", "als_ambulance", 0.16),
    ("Chest pain", "emergent", "als_ambulance", 0.17),
    ("Fall", "lower_acuity", "bls_ambulance", 0.22),
    ("Traffic accident", "emergent", "bls_ambulance", 0.13),
    ("Unconscious person", "critical", "als_ambulance", 0.08),
    ("General illness", "non_acute", "bls_ambulance", 0.24),
)
"""Natures with priority, need and share: made up, in the order of size that the same calls show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFleet:
    """Made-up stations, units, agreements (file name to text) and calls."""

    stations: tuple[Station, ...]
    units: tuple[Unit, ...]
    agreements: dict[str, bytes]
    calls: dict[str, object]
    notes: tuple[str, ...]


def make_fleet(
    jurisdictions: Sequence[Jurisdiction], given: Sequence[Station], graph: RoadGraph, *, seed: int
) -> SampleFleet:
    """Stations where none are given, units for every station, agreements among neighbours, calls."""
    chance = np.random.default_rng(seed)
    areas = Areas(jurisdictions)
    homes = areas.find_rows(graph.node_lon, graph.node_lat)
    road_km = _road_km_by_row(graph, homes, len(areas.ids))
    share = {home: float(km) for home, km in zip(areas.ids, road_km, strict=True)}
    stations = tuple(given) or tuple(
        station
        for each in jurisdictions
        for station in _stations(
            each, np.flatnonzero(homes == areas.ids.index(each.id)), share[each.id], graph, chance
        )
    )
    units = tuple(unit for each in jurisdictions for unit in _units(each, stations, chance))
    pairs = list_neighbours(jurisdictions)
    agreements = {f"{slug(a.id)}-{slug(b.id)}.yaml": _agreement_text(a, b, chance).encode() for a, b in pairs}
    return SampleFleet(
        stations=stations,
        units=units,
        agreements=agreements,
        calls=_calls(share, len(units)),
        notes=(
            f"Sample fleet: {len(stations)} stations and {len(units)} units by length of road, "
            f"{len(pairs)} agreements between neighbours.",
        ),
    )


def list_neighbours(jurisdictions: Sequence[Jurisdiction]) -> list[tuple[Jurisdiction, Jurisdiction]]:
    """Pairs whose areas touch or nearly do, in order of id."""
    ranked = sorted(jurisdictions, key=lambda each: each.id)
    shapes = [each.area for each in ranked]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_DEG)
    return [
        (ranked[a], ranked[b]) for a, b in sorted(zip(first.tolist(), second.tolist(), strict=True)) if a < b
    ]


def _road_km_by_row(graph: RoadGraph, homes: IntArray, count: int) -> FloatArray:
    """Kilometres of arcs that begin in each jurisdiction."""
    row = homes[graph.tail]
    inside = row != NOWHERE
    return np.bincount(row[inside], graph.length_m[inside] / 1000, minlength=count).astype(np.float64)


def _stations(
    home: Jurisdiction, nodes: IntArray, road_km: float, graph: RoadGraph, chance: Generator
) -> Iterator[Station]:
    """Stations far apart from one another: each next one is the farthest of a random handful."""
    if len(nodes) == 0:
        return
    wanted = min(MOST_STATIONS, max(1, round(road_km / ROAD_KM_PER_STATION)), len(nodes))
    place = np.column_stack((graph.node_lon, graph.node_lat))
    chosen = [int(chance.choice(nodes))]
    while len(chosen) < wanted:
        handful = chance.choice(nodes, size=min(12, len(nodes)), replace=False)
        gaps = np.linalg.norm(place[handful][:, None] - place[chosen][None], axis=2).min(axis=1)
        chosen.append(int(handful[gaps.argmax()]))
    for number, node in enumerate(dict.fromkeys(chosen), start=1):
        yield Station(
            id=StationId(f"{home.id}-{number}"),
            name=f"{home.name} Station {number} (sample)",
            jurisdiction_id=home.id,
            position=Point(lon=float(graph.node_lon[node]), lat=float(graph.node_lat[node])),
        )


def _units(home: Jurisdiction, stations: Sequence[Station], chance: Generator) -> Iterator[Unit]:
    """One or two units at each station, every jurisdiction with an ALS ambulance, about 40 % of all ALS."""
    number = itertools.count(1)
    own = [station for station in stations if station.jurisdiction_id == home.id]
    for count, station in enumerate(own):
        for position in range(2 if count == 0 else int(chance.integers(1, 3))):
            first = count == 0 and position == 0
            als = first or chance.random() < 0.35
            nth = next(number)
            letter = "M" if als else "A"
            yield Unit(
                id=UnitId(f"{home.id}-{letter.lower()}{nth}"),
                call_sign=f"{home.name} {letter}{nth}",
                jurisdiction_id=home.id,
                unit_type=UnitType.ALS_AMBULANCE if als else UnitType.BLS_AMBULANCE,
                station_id=station.id,
            )


def _agreement_text(one: Jurisdiction, other: Jurisdiction, chance: Generator) -> str:
    """An agreement's YAML: mostly mutual, some automatic; marked as a sample in title and signatures."""
    automatic = bool(chance.random() < 0.2)
    priorities = (
        ["critical", "emergent"] if chance.random() < 0.5 else ["critical", "emergent", "lower_acuity"]
    )
    parties: list[JurisdictionId] = [one.id, other.id]
    clauses: list[dict[str, object]] = [
        {"id": "2.1", "type": "unit_types", "allow": ["als_ambulance", "bls_ambulance"]},
        {"id": "2.2", "type": "priorities", "allow": priorities},
        {"id": "3.1", "type": "reserve_floor", "unit_types": ["als_ambulance", "bls_ambulance"], "keep": 1},
        {"id": "3.2", "type": "concurrent_cap", "at_most": int(chance.integers(1, 4))},
        {"id": "4.1", "type": "discretion", "lender_may_decline": not automatic},
        {"id": "4.2", "type": "answer_time", "seconds": int(chance.choice([45, 60, 90]))},
        {"id": "4.3", "type": "balance", "spares_the_giver": True},
        {"id": "5", "type": "text", "title": "Sample", "text": "Made up for a sample fleet; binds nobody."},
    ]
    agreement = {
        "id": f"{slug(one.id)}-{slug(other.id)}",
        "title": f"{one.name} / {other.name} {'automatic' if automatic else 'mutual'} aid (sample)",
        "version": 1,
        "kind": "automatic" if automatic else "mutual",
        "parties": [str(party) for party in parties],
        "directions": [
            {"lender": str(lender), "borrower": str(borrower)}
            for lender, borrower in itertools.permutations(parties)
        ],
        "effective_from": "2026-01-01T00:00:00Z",
        "effective_to": None,
        "clauses": clauses,
        "signatures": [
            {"party": str(party), "by": "Sample signature", "signed_at": "2025-12-01T10:00:00Z"}
            for party in parties
        ],
    }
    return yaml.safe_dump(agreement, sort_keys=False, allow_unicode=True, width=100)


def _calls(road_km: dict[JurisdictionId, float], unit_count: int) -> dict[str, object]:
    """A pattern of calls: a day between two known hourly shares, every day alike, places by road."""
    middle, swing = (HIGHEST_HOUR_SHARE + LOWEST_HOUR_SHARE) / 2, (HIGHEST_HOUR_SHARE - LOWEST_HOUR_SHARE) / 2
    hours = np.arange(24)
    # The trough at 04h, the top at 12h to 16h: a cosine through the trough is near enough for a sample.
    day = middle - swing * np.cos((hours - 4) / 24 * 2 * np.pi)
    week = np.tile(day / day.sum() / 7, 7)
    total = sum(road_km.values()) or 1.0
    return {
        "source": "Made up for a sample fleet.",
        "hour_of_week": [round(float(share), 6) for share in week],
        "natures": [
            {"name": name, "priority": priority, "need": need, "share": share}
            for name, priority, need, share in NATURES
        ],
        "calls_per_day": round(unit_count * CALLS_PER_UNIT_AND_DAY),
        "weights": {home: round(km / total, 6) for home, km in road_km.items()},
    }
