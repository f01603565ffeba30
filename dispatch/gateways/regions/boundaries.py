"""Jurisdictions from GeoJSON boundaries."""

from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from dispatch.gateways.regions.fields import Ids, name_of, number_of, text_of
from dispatch.gateways.regions.geojson import Feature, read_features
from dispatch.model.errors import RegionInvalid
from dispatch.model.ids import JurisdictionId
from dispatch.model.jurisdiction import Agency, Jurisdiction

COVERED_SHARE = 0.99
"""A coarser administrative area whose ground finer ones cover to this share is a second count of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """Jurisdictions in the file's order, whom to name for them, and what was changed."""

    jurisdictions: tuple[Jurisdiction, ...]
    attribution: tuple[str, ...]
    notes: tuple[str, ...]


def read_boundaries(path: Path, *, time_zone: str = "UTC", made_up: bool = False) -> Boundaries:
    """The jurisdictions of a GeoJSON file; telephone numbers are invented only for ``made_up`` agencies.

    Raises ``RegionInvalid`` for a broken file, one without polygons, nameless features or ids twice.
    """
    source = read_features(path)
    areas = [(feature, area) for feature in source.features if (area := polygons_of(feature.geometry))]
    if not areas:
        raise RegionInvalid(str(path), "holds no polygons")
    finest, left_out = _finest_levels(areas)
    ids = Ids(path)
    jurisdictions = []
    for count, (feature, area) in enumerate(finest):
        where = f"feature {feature.position}"
        name = name_of(feature.properties, path, where)
        jurisdictions.append(
            Jurisdiction(
                id=JurisdictionId(ids.take(feature.properties, name, where)),
                name=name,
                kind=text_of(feature.properties, "kind", "municipality"),
                agency=_agency(
                    feature, name, path, time_zone, f"555-{100 + count % 100:04}" if made_up else ""
                ),
                area=area,
                population=_population(feature, path),
            )
        )
    notes = []
    if repaired := sum(not feature.geometry.is_valid for feature, _ in finest):
        notes.append(f"Boundaries: {repaired} invalid shapes were repaired.")
    if left_out:
        names = ", ".join(name_of(each.properties, path, f"feature {each.position}") for each in left_out)
        notes.append(f"Boundaries: left out as areas that others make up: {names}.")
    return Boundaries(jurisdictions=tuple(jurisdictions), attribution=source.attribution, notes=tuple(notes))


def polygons_of(geometry: BaseGeometry) -> BaseGeometry | None:
    """The valid (multi)polygon in a shape, or None when it has no area."""
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    parts = [part for part in shapely.get_parts(valid) if part.geom_type in ("Polygon", "MultiPolygon")]
    # make_valid may answer a collection that holds the polygons beside stray lines
    nested = [inner for part in parts for inner in shapely.get_parts(part)]
    if not nested:
        return None
    return nested[0] if len(nested) == 1 else shapely.multipolygons(nested)


def _finest_levels(
    areas: list[tuple[Feature, BaseGeometry]],
) -> tuple[list[tuple[Feature, BaseGeometry]], list[Feature]]:
    """Without areas of a coarser ``admin_level`` that finer ones of the same file make up."""
    levels = {feature.position: _admin_level(feature) for feature, _ in areas}
    kept, left_out = [], []
    for feature, area in areas:
        level = levels[feature.position]
        finer = [other for each, other in areas if level is not None and (levels[each.position] or 0) > level]
        if finer and shapely.union_all(finer).intersection(area).area >= COVERED_SHARE * area.area:
            left_out.append(feature)
        else:
            kept.append((feature, area))
    return kept, left_out


def _admin_level(feature: Feature) -> int | None:
    text = text_of(feature.properties, "admin_level")
    return int(text) if text.isdigit() else None


def _agency(feature: Feature, name: str, path: Path, time_zone: str, telephone: str) -> Agency:
    given, where = feature.properties, f"feature {feature.position}"
    return Agency(
        name=text_of(given, "agency_name", f"{name} EMS"),
        telephone=text_of(given, "telephone", telephone),
        time_zone=text_of(given, "time_zone", time_zone),
        siren_factor=number_of(given, "siren_factor", 1.1, least=1, path=path, where=where),
        chute_seconds=round(number_of(given, "chute_seconds", 60, least=0, path=path, where=where)),
        neris_id=text_of(given, "neris_id"),
    )


def _population(feature: Feature, path: Path) -> int | None:
    given = feature.properties
    if given.get("population") is None:
        return None
    return round(number_of(given, "population", 0, least=0, path=path, where=f"feature {feature.position}"))
