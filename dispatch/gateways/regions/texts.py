"""A region's values as the texts its bundle keeps: GeoJSON, CSV. Same values, same bytes."""

import csv
import io
import json
from collections.abc import Iterable, Mapping

import shapely

from dispatch.model.geo import Point
from dispatch.model.jurisdiction import Hospital, Jurisdiction, Station
from dispatch.model.unit import Unit


def jurisdictions_text(jurisdictions: Iterable[Jurisdiction]) -> bytes:
    """``jurisdictions.geojson``."""
    return _collection(
        _feature(json.loads(shapely.to_geojson(each.area)), _jurisdiction_properties(each))
        for each in jurisdictions
    )


def hospitals_text(hospitals: Iterable[Hospital]) -> bytes:
    """``hospitals.geojson``."""
    return _collection(_feature(_point(h.position), {"id": h.id, "name": h.name}) for h in hospitals)


def stations_text(stations: Iterable[Station]) -> bytes:
    """``stations.geojson``."""
    return _collection(
        _feature(_point(s.position), {"id": s.id, "name": s.name, "jurisdiction_id": s.jurisdiction_id})
        for s in stations
    )


def units_text(units: Iterable[Unit]) -> bytes:
    """``units.csv``."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    names = ("id", "call_sign", "jurisdiction_id", "unit_type", "station_id", "capabilities")
    rows.writerow((*names, "crew_size", "nims_type"))
    for unit in units:
        capabilities = ";".join(sorted(unit.capabilities))
        row = (unit.id, unit.call_sign, unit.jurisdiction_id, unit.unit_type, unit.station_id, capabilities)
        rows.writerow((*row, unit.crew_size, unit.nims_type))
    return out.getvalue().encode()


def json_text(value: Mapping[str, object]) -> bytes:
    """An object, one key per line."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _jurisdiction_properties(jurisdiction: Jurisdiction) -> dict[str, object]:
    agency = jurisdiction.agency
    properties: dict[str, object] = {
        "id": jurisdiction.id,
        "name": jurisdiction.name,
        "kind": jurisdiction.kind,
        "agency_name": agency.name,
        "telephone": agency.telephone,
        "time_zone": agency.time_zone,
        "siren_factor": agency.siren_factor,
        "chute_seconds": agency.chute_seconds,
    }
    if agency.neris_id:
        properties["neris_id"] = agency.neris_id
    if jurisdiction.population is not None:
        properties["population"] = jurisdiction.population
    return properties


def _point(position: Point) -> dict[str, object]:
    return {"type": "Point", "coordinates": [round(position.lon, 7), round(position.lat, 7)]}


def _feature(geometry: Mapping[str, object], properties: Mapping[str, object]) -> str:
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def _collection(features: Iterable[str]) -> bytes:
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n").encode()
