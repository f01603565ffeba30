"""Travel times without roads: geodesic distance over an assumed speed. An estimate, and shown as one."""

from collections.abc import Sequence

import numpy as np
from pyproj import Geod

from dispatch.model.geo import Point
from dispatch.routing.travel import Etas, FloatArray, Snaps

WGS84 = Geod(ellps="WGS84")

SPHERE_EXCESS = 1.006
"""A distance on the mean sphere is at most this many times the geodesic on the ellipsoid (0.56 %)."""


class StraightLineTravelTimes:
    """The declared fallback. ``detour`` is how much longer a way by road is than the straight line.

    Roads in cities are typically 1.2 to 1.4 times the straight line; both figures are the operator's.
    """

    name = "straight_line"

    def __init__(self, *, speed_mps: float, detour: float) -> None:
        if not (speed_mps > 0 and detour >= 1):
            raise ValueError("speed_mps must be positive and detour at least 1")
        self.speed_mps, self.detour = speed_mps, detour

    def snap(self, points: Sequence[Point]) -> Snaps:
        return self.snap_columns(*columns_of(points))

    def snap_columns(self, lon: FloatArray, lat: FloatArray) -> Snaps:
        return Snaps(
            arc=np.full(len(lon), -1, dtype=np.int64),
            fraction=np.zeros(len(lon)),
            off_road_m=np.full(len(lon), np.inf),
            lon=lon,
            lat=lat,
        )

    def to_target(self, sources: Snaps, target: Point, *, horizon_seconds: float | None = None) -> Etas:
        return Etas(
            seconds=self.seconds_to(sources.lon, sources.lat, target),
            on_road=np.zeros(len(sources), dtype=np.bool_),
        )

    def seconds_to(self, lon: FloatArray, lat: FloatArray, target: Point) -> FloatArray:
        """Estimated seconds from columns of degrees; ``inf`` where a coordinate is not a number."""
        metres = np.full(len(lon), np.inf)
        known = np.isfinite(lon) & np.isfinite(lat)
        count = int(known.sum())
        if count:
            there = (np.full(count, target.lon), np.full(count, target.lat))
            metres[known] = WGS84.inv(lon[known], lat[known], *there)[2]
        return metres * (self.detour / self.speed_mps)

    def least_seconds(self, crow_m: FloatArray) -> FloatArray:
        return crow_m * (self.detour / self.speed_mps / SPHERE_EXCESS)

    def path(self, source: Point, target: Point) -> tuple[Point, ...]:
        return (source, target)


def columns_of(points: Sequence[Point]) -> tuple[FloatArray, FloatArray]:
    """Points as columns of longitudes and latitudes."""
    return (
        np.fromiter((point.lon for point in points), dtype=np.float64, count=len(points)),
        np.fromiter((point.lat for point in points), dtype=np.float64, count=len(points)),
    )
