"""Places on the earth, WGS84.

Longitude comes first only at the edge (GeoJSON); inside, the two are always named.
"""

import math
from dataclasses import dataclass

COARSE_STEP_DEG = 0.005
"""Side of the cell, about 500 m, within which a neighbour sees a unit or an incident before aid is agreed."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the WGS84 ellipsoid (IUGG)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A position in degrees, WGS84. Raises ``ValueError`` outside the globe or when not finite."""

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not (-180.0 <= self.lon <= 180.0 and -90.0 <= self.lat <= 90.0):
            raise ValueError(f"no such place: lon {self.lon}, lat {self.lat}")

    @property
    def lon_e7(self) -> int:
        """Longitude in 1e-7 degree, the integer that the journal keeps."""
        return round(self.lon * 1e7)

    @property
    def lat_e7(self) -> int:
        """Latitude in 1e-7 degree, the integer that the journal keeps."""
        return round(self.lat * 1e7)

    @classmethod
    def from_e7(cls, *, lon_e7: int, lat_e7: int) -> "Point":
        """The point that ``lon_e7`` and ``lat_e7`` were taken from, to 1e-7 degree."""
        return cls(lon=lon_e7 / 1e7, lat=lat_e7 / 1e7)

    def coarse(self, *, step_deg: float = COARSE_STEP_DEG) -> "Point":
        """The centre of this point's cell of about 500 m: what a neighbour sees before aid is agreed."""
        return Point(
            lon=_clamp((math.floor(self.lon / step_deg) + 0.5) * step_deg, 180.0),
            lat=_clamp((math.floor(self.lat / step_deg) + 0.5) * step_deg, 90.0),
        )


def _clamp(value: float, limit: float) -> float:
    return round(max(-limit, min(limit, value)), 7)


def crow_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine on the mean sphere; within 0.6 % of the geodesic)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(b.lon - a.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))
