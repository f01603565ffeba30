"""Travel times behind one interface.

Road times are exact on the graph; the straight-line estimate is the declared fallback. An
unreachable or unsnappable point is an answer (``inf`` seconds with a basis), not an exception.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dispatch.model.geo import Point

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class EtaBasis(StrEnum):
    """How a travel time was found."""

    ROAD = "road"
    STRAIGHT_LINE = "straight_line"
    """Geodesic distance over an assumed speed with a detour factor: an estimate, shown as one."""
    UNREACHABLE = "unreachable"
    """Both ends are on the road graph and no way leads from one to the other."""


@dataclass(frozen=True, slots=True)
class Snaps:
    """Where n points touch the road graph, as columns.

    ``arc`` is the arc's index or -1 where no drivable road lies within reach; ``fraction`` is how far
    along the arc (0 at its tail); ``off_road_m`` the distance from the point to the road;
    ``lon``/``lat`` the original positions, for the straight-line fallback.
    """

    arc: IntArray
    fraction: FloatArray
    off_road_m: FloatArray
    lon: FloatArray
    lat: FloatArray

    def __len__(self) -> int:
        return len(self.arc)


@dataclass(frozen=True, slots=True)
class Etas:
    """Travel seconds of n sources to one target, regular driving, with the basis of each.

    ``seconds`` is ``inf`` where unreachable; ``on_road`` is false where the straight-line estimate
    stands in because an end has no road near.
    """

    seconds: FloatArray
    on_road: NDArray[np.bool_]

    def basis(self, row: int) -> EtaBasis:
        """How row's figure was found."""
        if not self.on_road[row]:
            return EtaBasis.STRAIGHT_LINE
        return EtaBasis.ROAD if np.isfinite(self.seconds[row]) else EtaBasis.UNREACHABLE


class TravelTimes(Protocol):
    """Exact many-to-one travel times. Implementations agree to the second; one thread uses one object."""

    name: str

    def snap(self, points: Sequence[Point]) -> Snaps:
        """Where the points touch the roads."""
        ...

    def snap_columns(self, lon: FloatArray, lat: FloatArray) -> Snaps:
        """The same from columns of degrees."""
        ...

    def to_target(self, sources: Snaps, target: Point, *, horizon_seconds: float | None = None) -> Etas:
        """Seconds from each source to the target. Beyond ``horizon_seconds`` may answer ``inf``."""
        ...

    def least_seconds(self, crow_m: FloatArray) -> FloatArray:
        """What no way can be quicker than between two points so far apart on the mean sphere (``crow_m``).

        It grows with the distance, so that a search may stop where even this is too long.
        """
        ...

    def path(self, source: Point, target: Point) -> tuple[Point, ...]:
        """The way by road, as points from source to target; a straight line where there is none."""
        ...
