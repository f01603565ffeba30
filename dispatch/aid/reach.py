"""How far every unit is from a place, all rows at once.

A unit is where its fix says until the fix is lost; from then on it is taken to be at its station.
Snapping to the road is the slow half, so each row keeps its snap until it moves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.live.freshness import FRESHNESS_BY_CODE, Freshness
from dispatch.live.picture import TYPE_CODE, Picture
from dispatch.model.geo import Point
from dispatch.model.ids import StationId
from dispatch.model.jurisdiction import Station
from dispatch.model.unit import UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import FloatArray, IntArray, Snaps, TravelTimes

BoolArray = NDArray[np.bool_]

FLIGHT: Final = StraightLineTravelTimes(speed_mps=60.0, detour=1.0)
"""Helicopters do not follow roads: 216 km/h over ground, a cautious figure for light EMS helicopters."""

LOST_CODE: Final = FRESHNESS_BY_CODE.index(Freshness.LOST)


@dataclass(frozen=True, slots=True)
class Reached:
    """Travel of every row to one place, as columns.

    ``seconds`` is regular driving without siren or chute time, ``inf`` where no way leads there or the
    unit is nowhere; ``placed`` tells the two apart. ``on_road`` is false for estimates along a straight
    line. ``from_fix`` is false where the station stands in for the unit's own position.
    """

    seconds: FloatArray
    on_road: BoolArray
    from_fix: BoolArray
    placed: BoolArray


class Reach:
    """Keeps the snaps of all rows of one picture. One thread uses one object, like its travel times."""

    def __init__(self, picture: Picture, travel: TravelTimes, stations: Mapping[StationId, Station]) -> None:
        self.picture, self.travel, self.stations = picture, travel, stations
        self._seen = -1
        self._at_fix = _nowhere(0)
        self._at_station = _nowhere(0)

    def refresh(self) -> int:
        """Snap what moved or was registered since the last time, in one batch each; answers how many rows."""
        picture, count = self.picture, len(self.picture)
        moved = picture.moved_since(self._seen)
        registered = picture.registered_since(self._seen)
        if count > len(self._at_fix):
            self._at_fix = _grown(self._at_fix, count)
            self._at_station = _grown(self._at_station, count)
        seen_rows = moved[np.isfinite(picture.lon[moved])]
        self._snap(self._at_fix, seen_rows, picture.lon[seen_rows], picture.lat[seen_rows])
        self._snap_stations(registered)
        self._seen = picture.counter
        return len(seen_rows) + len(registered)

    def to_target(self, target: Point, now: datetime, *, live: BoolArray | None = None) -> Reached:
        """Travel of every row to ``target``; rows outside ``live`` count from their station."""
        self.refresh()
        picture, count = self.picture, len(self.picture)
        from_fix = picture.freshness_codes(now) != LOST_CODE
        if live is not None:
            from_fix &= live
        sources = _choose(from_fix, self._at_fix, self._at_station)
        etas = self.travel.to_target(sources, target)
        seconds, on_road = etas.seconds.copy(), etas.on_road.copy()
        flying = np.flatnonzero(picture.unit_type[:count] == TYPE_CODE[UnitType.AIR_ROTOR])
        if len(flying):
            seconds[flying] = FLIGHT.seconds_to(sources.lon[flying], sources.lat[flying], target)
            on_road[flying] = False
        placed = np.isfinite(sources.lon)
        seconds[~placed] = np.inf
        return Reached(seconds=seconds, on_road=on_road, from_fix=from_fix, placed=placed)

    def _snap(self, bank: Snaps, rows: IntArray, lon: FloatArray, lat: FloatArray) -> None:
        if len(rows):
            _put(bank, rows, self.travel.snap_columns(lon, lat))

    def _snap_stations(self, rows: IntArray) -> None:
        _put(self._at_station, rows, _nowhere(len(rows)))
        posts = [(row, self._station_of(row)) for row in rows.tolist()]
        at = [(row, post.position) for row, post in posts if post is not None]
        self._snap(
            self._at_station,
            np.array([row for row, _ in at], dtype=np.int64),
            np.array([point.lon for _, point in at], dtype=np.float64),
            np.array([point.lat for _, point in at], dtype=np.float64),
        )

    def _station_of(self, row: int) -> Station | None:
        station_id = self.picture.units[row].station_id
        return self.stations.get(station_id) if station_id else None


def _nowhere(count: int) -> Snaps:
    return Snaps(
        arc=np.full(count, -1, dtype=np.int64),
        fraction=np.zeros(count),
        off_road_m=np.full(count, np.inf),
        lon=np.full(count, np.nan),
        lat=np.full(count, np.nan),
    )


def _put(bank: Snaps, rows: IntArray, snaps: Snaps) -> None:
    bank.arc[rows], bank.fraction[rows], bank.off_road_m[rows] = snaps.arc, snaps.fraction, snaps.off_road_m
    bank.lon[rows], bank.lat[rows] = snaps.lon, snaps.lat


def _grown(bank: Snaps, count: int) -> Snaps:
    grown = _nowhere(count)
    _put(grown, np.arange(len(bank)), bank)
    return grown


def _choose(where: BoolArray, yes: Snaps, no: Snaps) -> Snaps:
    return Snaps(
        arc=np.where(where, yes.arc, no.arc),
        fraction=np.where(where, yes.fraction, no.fraction),
        off_road_m=np.where(where, yes.off_road_m, no.off_road_m),
        lon=np.where(where, yes.lon, no.lon),
        lat=np.where(where, yes.lat, no.lat),
    )
