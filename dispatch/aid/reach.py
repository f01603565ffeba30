"""How far units are from a place, for the rows that somebody asks about.

A unit is where its fix says until the fix is lost; from then on it is taken to be at its station, or where it
stands by. Of one on its way there, the end of the way that is farther from whoever asks stands in for it.
Snapping to the road is the slow half, so each row keeps its snap until it moves, and no row is snapped
before somebody asks how far it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from dispatch.aid.posts import Posts
from dispatch.aid.snap_bank import BoolArray, SnapBank, nowhere, put_into
from dispatch.aid.standing_by import NO_STANDBYS, Standby
from dispatch.live.freshness import FRESHNESS_BY_CODE, Freshness
from dispatch.live.picture import TYPE_CODE, Picture
from dispatch.live.roster import Roster
from dispatch.model.geo import EARTH_RADIUS_M, Point, crow_m
from dispatch.model.ids import UnitId
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import FloatArray, IntArray, Snaps, TravelTimes

FLIGHT: Final = StraightLineTravelTimes(speed_mps=60.0, detour=1.0)
"""Helicopters do not follow roads: 216 km/h over ground, a cautious figure for light EMS helicopters."""

AT_STATION_M: Final = 250.0
"""A fix within this distance of the unit's station is at it: a yard, and what a receiver is off by."""

METRES_PER_DEGREE: Final = EARTH_RADIUS_M * np.pi / 180

LOST_CODE: Final = FRESHNESS_BY_CODE.index(Freshness.LOST)
_AIR_CODE: Final = TYPE_CODE[UnitType.AIR_ROTOR]


@dataclass(frozen=True, slots=True)
class Located:
    """Where every row of a picture is taken to be, as columns of degrees; nan where it is nowhere.

    ``from_fix`` is false where the station stands in for the unit's own position, or (``posted``) the post
    where it stands by. ``under_way``: without a position of its own on its way to its post; either stands in
    for it. ``rolling``: its own position is away from its station, so that its crew is in the vehicle.
    ``live``: whose own position may be used at all.
    """

    lon: FloatArray
    lat: FloatArray
    from_fix: BoolArray
    rolling: BoolArray
    live: BoolArray
    posted: BoolArray
    under_way: BoolArray

    @property
    def placed(self) -> BoolArray:
        """False where a unit has neither a position that counts nor a station."""
        return np.isfinite(self.lon)


@dataclass(frozen=True, slots=True)
class Reached:
    """Travel of some rows to one place, as columns.

    ``seconds`` is regular driving without siren or chute time, ``inf`` where no way leads there or the
    unit is nowhere. ``on_road`` is false for estimates along a straight line.
    """

    seconds: FloatArray
    on_road: BoolArray


class Reach:
    """Keeps the snaps of one picture's rows, whichever part of it is asked about.

    One thread uses one object, like its travel times.
    """

    def __init__(self, travel: TravelTimes, region: Region) -> None:
        self.travel, self._region = travel, region
        self._at_fix, self._at_station, self._homes = SnapBank(), SnapBank(), SnapBank()
        self._posts: Posts | None = None

    def posts(self, roster: Roster) -> Posts:
        """Who waits where; worked out anew only for another roster."""
        if self._posts is None or self._posts.roster is not roster:
            self._posts = Posts(roster, self._region, ground=self.travel, air=FLIGHT)
            self._put_homes(np.arange(len(roster.units)), roster.units, roster.registered_at)
        return self._posts

    def locate(
        self,
        picture: Picture,
        now: datetime,
        *,
        live: BoolArray | None = None,
        standbys: Mapping[UnitId, Standby] = NO_STANDBYS,
        target: Point | None = None,
    ) -> Located:
        """Where the rows are taken to be; those outside ``live`` are at their stations.

        ``standbys``: who stands by, as far as whoever asks may know. ``target``: where they would drive.
        """
        count = len(picture)
        from_fix = picture.freshness_codes(now) != LOST_CODE
        live = np.ones(count, dtype=np.bool_) if live is None else live
        from_fix &= live
        lon, lat = picture.lon[:count], picture.lat[:count]
        home_lon, home_lat = self._homes_of(picture)
        located = Located(
            live=live,
            lon=np.where(from_fix, lon, home_lon),
            lat=np.where(from_fix, lat, home_lat),
            from_fix=from_fix,
            rolling=from_fix & _are_apart(lon - home_lon, lat - home_lat, home_lat),
            posted=np.zeros(count, dtype=np.bool_),
            under_way=np.zeros(count, dtype=np.bool_),
        )
        for standby in standbys.values():
            row = picture.find_row(standby.unit_id)
            if row is not None and live[row] and not from_fix[row]:
                _put_at_post(located, row, standby, now=now, target=target)
        return located

    def to_target(self, picture: Picture, located: Located, rows: IntArray, target: Point) -> Reached:
        """Travel of these rows to ``target``, in their order."""
        lon, lat = located.lon[rows], located.lat[rows]
        seconds, on_road = np.full(len(rows), np.inf), np.zeros(len(rows), dtype=np.bool_)
        flying = picture.unit_type[rows] == _AIR_CODE
        air, ground = np.flatnonzero(flying), np.flatnonzero(~flying & np.isfinite(lon))
        if len(air):
            seconds[air] = FLIGHT.seconds_to(lon[air], lat[air], target)
        if len(ground):
            etas = self.travel.to_target(self._snapped(picture, located, rows[ground]), target)
            seconds[ground], on_road[ground] = etas.seconds, etas.on_road
        return Reached(seconds=seconds, on_road=on_road)

    def least_seconds(self, picture: Picture, crow_m: FloatArray) -> FloatArray:
        """What each row's travel cannot be shorter than, by its crow's way."""
        least = self.travel.least_seconds(crow_m)
        air = np.flatnonzero(picture.unit_type[: len(picture)] == _AIR_CODE)
        least[air] = FLIGHT.least_seconds(crow_m[air])
        return least

    def _snapped(self, picture: Picture, located: Located, rows: IntArray) -> Snaps:
        """The snaps of rows that are somewhere; what moved since its last snap is snapped now."""
        origin, from_fix, posted = picture.origin[rows], located.from_fix[rows], located.posted[rows]
        lon, lat = located.lon[rows], located.lat[rows]
        for bank, which, stamps in (
            (self._at_fix, from_fix, picture.moved_at[rows]),
            (self._at_station, ~from_fix & ~posted, picture.registered_at[rows]),
        ):
            stale = np.flatnonzero(which & bank.is_stale(origin, stamps))
            if len(stale):
                snaps = self.travel.snap_columns(lon[stale], lat[stale])
                bank.put(origin[stale], snaps, stamps[stale])
        if from_fix.all():
            return self._at_fix.take(origin)
        found = _choose(from_fix, self._at_fix.take(origin), self._at_station.take(origin))
        if posted.any():  # a handful, and posts come and go: nothing to keep
            put_into(found, np.flatnonzero(posted), self.travel.snap_columns(lon[posted], lat[posted]))
        return found

    def _homes_of(self, picture: Picture) -> tuple[FloatArray, FloatArray]:
        """Where each row's station is; what was registered anew is looked up."""
        count = len(picture)
        origin, stamps = picture.origin[:count], picture.registered_at[:count]
        stale = np.flatnonzero(self._homes.is_stale(origin, stamps))
        if len(stale):
            units = [picture.units[row] for row in stale.tolist()]
            self._put_homes(origin[stale], units, stamps[stale])
        return self._homes.places(origin)

    def _put_homes(self, rows: IntArray, units: Sequence[Unit], stamps: IntArray) -> None:
        stations, homes = self._region.stations, nowhere(len(units))
        posts = [stations.get(unit.station_id) if unit.station_id else None for unit in units]
        homes.lon[:] = [post.position.lon if post else np.nan for post in posts]
        homes.lat[:] = [post.position.lat if post else np.nan for post in posts]
        self._homes.put(rows, homes, stamps)


def _put_at_post(
    located: Located, row: int, standby: Standby, *, now: datetime, target: Point | None
) -> None:
    """Under way it is somewhere between its station and its post: the farther end is the safe side."""
    located.under_way[row] = standby.is_under_way(now)
    home_lon, home_lat = float(located.lon[row]), float(located.lat[row])
    if located.under_way[row] and target is not None and np.isfinite(home_lon):
        home = Point(lon=home_lon, lat=home_lat)
        if crow_m(home, target) > crow_m(standby.post, target):
            return
    located.posted[row] = True
    located.lon[row], located.lat[row] = standby.post.lon, standby.post.lat


def _are_apart(east: FloatArray, north: FloatArray, lat: FloatArray) -> BoolArray:
    """Which are farther apart than ``AT_STATION_M``, on the plane at ``lat``; all in degrees."""
    east = (east + 180.0) % 360.0 - 180.0
    metres = np.hypot(north, east * np.cos(np.radians(lat))) * METRES_PER_DEGREE
    apart: BoolArray = metres > AT_STATION_M  # nan, where either is unknown, is not
    return apart


def _choose(where: BoolArray, yes: Snaps, no: Snaps) -> Snaps:
    return Snaps(
        arc=np.where(where, yes.arc, no.arc),
        fraction=np.where(where, yes.fraction, no.fraction),
        off_road_m=np.where(where, yes.off_road_m, no.off_road_m),
        lon=np.where(where, yes.lon, no.lon),
        lat=np.where(where, yes.lat, no.lat),
    )
