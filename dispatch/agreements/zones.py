"""Areas that an agreement draws, as WKT polygons (OGC 06-103r4, longitude first), and what lies inside."""

from functools import lru_cache

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from dispatch.model.geo import Point

LONGEST_AREA = 20_000
"""Characters of WKT: some 1,000 corners."""


@lru_cache(maxsize=4096)
def shape_of(area: str) -> BaseGeometry:
    """The prepared (multi)polygon that the WKT says. Raises ``ValueError`` with what is wrong."""
    try:
        shape = shapely.from_wkt(area)
    except (ShapelyError, RuntimeError):  # the second one for curves
        raise ValueError(
            "is not WKT, such as POLYGON ((-77.1 40.1, -77.0 40.1, -77.0 40.2, -77.1 40.1))"
        ) from None
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise ValueError("must be a POLYGON or MULTIPOLYGON with corners")
    if not shape.is_valid:
        raise ValueError(f"crosses itself: {shapely.is_valid_reason(shape)}")
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise ValueError("has corners off the globe (longitude comes first)")
    shapely.prepare(shape)
    return shape


def contains(area: str, point: Point) -> bool:
    """Whether the place lies inside or on the border."""
    return bool(shapely.intersects_xy(shape_of(area), point.lon, point.lat))
