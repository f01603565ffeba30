"""Reading GeoJSON as people have it: features with shapes, and clear words about what is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from dispatch.model.errors import RegionInvalid


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature with a shape that is not empty. ``position`` is its 1-based place in the file."""

    position: int
    properties: Mapping[str, object]
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class FeatureFile:
    """The features of a file and whom to name for them."""

    path: Path
    features: tuple[Feature, ...]
    attribution: tuple[str, ...]


def read_bytes(path: Path) -> bytes:
    """A file's content. Raises ``RegionInvalid`` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as missing:
        raise RegionInvalid(str(path), f"cannot be read ({missing.strerror})") from missing


def read_json(path: Path) -> dict[str, object]:
    """A JSON object. Raises ``RegionInvalid`` for anything else."""
    try:
        content = json.loads(read_bytes(path))
    except ValueError as broken:
        raise RegionInvalid(str(path), f"is not JSON ({broken})") from broken
    if not isinstance(content, dict):
        raise RegionInvalid(str(path), "is not a JSON object")
    return content


def read_features(path: Path) -> FeatureFile:
    """A feature collection. Raises ``RegionInvalid`` for a broken file or one without features."""
    content = read_json(path)
    listed = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(listed, list):
        raise RegionInvalid(str(path), "is not a GeoJSON FeatureCollection")
    features = tuple(
        feature
        for position, item in enumerate(listed, start=1)
        if (feature := _find_feature(path, position, item)) is not None
    )
    if not features:
        raise RegionInvalid(str(path), "holds no features with a shape")
    return FeatureFile(path=path, features=features, attribution=_attribution(content.get("attribution")))


def _find_feature(path: Path, position: int, item: object) -> Feature | None:
    if not isinstance(item, dict) or item.get("type") != "Feature":
        raise RegionInvalid(str(path), f"feature {position} is not a GeoJSON Feature")
    if item.get("geometry") is None:
        return None
    try:
        geometry = shape(item["geometry"])
        within = geometry.is_empty or _on_globe(geometry)
    except (shapely.errors.ShapelyError, AttributeError, KeyError, TypeError, ValueError) as broken:
        raise RegionInvalid(str(path), f"feature {position} has a broken shape ({broken})") from broken
    if not within:
        raise RegionInvalid(str(path), f"feature {position} is not in degrees (longitude, latitude)")
    properties = item.get("properties") or {}
    return None if geometry.is_empty else Feature(position, properties, geometry)


def _on_globe(geometry: BaseGeometry) -> bool:
    west, south, east, north = geometry.bounds
    return bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)


def _attribution(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, list) else ()
