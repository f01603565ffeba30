"""Hospitals, stations, units and the pattern of calls, from the files a region is built of."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from dispatch.gateways.regions.fields import Ids, name_of, text_of
from dispatch.gateways.regions.geojson import Feature, FeatureFile, read_bytes, read_features, read_json
from dispatch.model.errors import RegionInvalid
from dispatch.model.geo import Point
from dispatch.model.ids import HospitalId, JurisdictionId, StationId, UnitId
from dispatch.model.jurisdiction import Hospital, Jurisdiction, Station
from dispatch.model.unit import Unit, UnitType
from dispatch.routing.areas import Areas

HOSPITAL_KINDS = frozenset({"", "hospital"})
STATION_KINDS = frozenset({"", "station", "ambulance_station", "fire_station", "ems_station"})
UNIT_COLUMNS = ("id", "call_sign", "jurisdiction_id", "unit_type")
HOURS_OF_WEEK = 168


def read_hospitals(path: Path) -> tuple[tuple[Hospital, ...], tuple[str, ...]]:
    """Hospitals and whom to name for them. Features of another ``kind`` are passed over."""
    source = read_features(path)
    ids = Ids(path)
    hospitals = []
    for feature, name, where in _of_kind(source, HOSPITAL_KINDS):
        chosen = HospitalId(ids.take(feature.properties, name, where))
        hospitals.append(Hospital(id=chosen, name=name, position=_point(feature)))
    return tuple(hospitals), source.attribution


def read_stations(
    path: Path, jurisdictions: tuple[Jurisdiction, ...]
) -> tuple[tuple[Station, ...], tuple[str, ...]]:
    """Stations and whom to name for them. One that names no jurisdiction belongs to the one it lies in."""
    source = read_features(path)
    areas, known = Areas(jurisdictions), {each.id for each in jurisdictions}
    ids = Ids(path)
    stations = []
    for feature, name, where in _of_kind(source, STATION_KINDS):
        position = _point(feature)
        home = text_of(feature.properties, "jurisdiction_id") or areas.find(position)
        if home not in known:
            raise RegionInvalid(str(path), f"{where} ({name}) is in no known jurisdiction")
        chosen = StationId(ids.take(feature.properties, name, where))
        stations.append(
            Station(id=chosen, name=name, jurisdiction_id=JurisdictionId(str(home)), position=position)
        )
    return tuple(stations), source.attribution


def read_units(
    path: Path, jurisdictions: tuple[Jurisdiction, ...], stations: tuple[Station, ...]
) -> tuple[Unit, ...]:
    """Units from a CSV file. Raises ``RegionInvalid`` with the line that breaks a rule.

    ``crew_size`` and ``nims_type`` (1 to 4) may be empty or have no column: then nobody has said.
    """
    known = {each.id for each in jurisdictions}
    posts = {each.id for each in stations}
    try:
        rows = list(csv.DictReader(io.StringIO(read_bytes(path).decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error) as broken:
        raise RegionInvalid(str(path), f"is not a CSV file ({broken})") from broken
    ids = Ids(path)
    units = []
    for line, row in enumerate(rows, start=2):
        where = f"line {line}"
        missing = [column for column in UNIT_COLUMNS if not text_of(row, column)]
        if missing:
            raise RegionInvalid(str(path), f"{where} lacks {', '.join(missing)}")
        home, station = text_of(row, "jurisdiction_id"), text_of(row, "station_id")
        if home not in known:
            raise RegionInvalid(str(path), f"{where} names an unknown jurisdiction {home!r}")
        if station and station not in posts:
            raise RegionInvalid(str(path), f"{where} names an unknown station {station!r}")
        units.append(
            Unit(
                id=UnitId(ids.take(row, "", where)),
                call_sign=text_of(row, "call_sign"),
                jurisdiction_id=JurisdictionId(home),
                unit_type=_unit_type(text_of(row, "unit_type"), path, where),
                station_id=StationId(station) if station else None,
                capabilities=frozenset(filter(None, text_of(row, "capabilities").split(";"))),
                crew_size=_count(row, "crew_size", path, where, at_most=20),
                nims_type=_count(row, "nims_type", path, where, at_most=4),
            )
        )
    if not units:
        raise RegionInvalid(str(path), "holds no units")
    return tuple(units)


def _count(row: Mapping[str, object], column: str, path: Path, where: str, *, at_most: int) -> int | None:
    said = text_of(row, column)
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or not 1 <= int(said[:9]) <= at_most:
        raise RegionInvalid(str(path), f"{where} has {column} {said[:20]!r}: not from 1 to {at_most}")
    return int(said)


def read_calls(path: Path) -> dict[str, object]:
    """The pattern of calls. Raises ``RegionInvalid`` unless it has 168 hourly shares and natures."""
    calls = read_json(path)
    hours, natures = calls.get("hour_of_week"), calls.get("natures")
    shares = [hour for hour in hours if isinstance(hour, int | float)] if isinstance(hours, list) else []
    if len(shares) != HOURS_OF_WEEK or min(shares) < 0 or sum(shares) <= 0:
        raise RegionInvalid(str(path), f"hour_of_week needs {HOURS_OF_WEEK} shares, none below zero")
    if not isinstance(natures, list) or not natures:
        raise RegionInvalid(str(path), "natures are missing")
    for count, nature in enumerate(natures, start=1):
        if not isinstance(nature, dict) or not {"name", "priority", "need", "share"} <= nature.keys():
            raise RegionInvalid(str(path), f"nature {count} needs name, priority, need and share")
    return calls


def _of_kind(source: FeatureFile, kinds: frozenset[str]) -> list[tuple[Feature, str, str]]:
    """The features of fitting kind, each with its name and its place in the file."""
    return [
        (feature, name_of(feature.properties, source.path, where), where)
        for feature in source.features
        if text_of(feature.properties, "kind") in kinds
        for where in (f"feature {feature.position}",)
    ]


def _point(feature: Feature) -> Point:
    inside = feature.geometry.representative_point()
    return Point(lon=inside.x, lat=inside.y)


def _unit_type(text: str, path: Path, where: str) -> UnitType:
    try:
        return UnitType(text)
    except ValueError as unknown:
        choices = ", ".join(UnitType)
        raise RegionInvalid(str(path), f"{where} has unit_type {text!r}; one of {choices}") from unknown
