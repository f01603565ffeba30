"""All units by where they wait: how the nearest of them are found without looking at the nation.

Of whoever shares no agreement with the borrower nothing is seen but that it exists: such a unit counts
from its station. Stations do not move, and a k-d tree over them finds the near ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from dispatch.aid.eta import last_of, whole_seconds
from dispatch.aid.snap_bank import SnapBank
from dispatch.live.picture import TYPE_CODE, has_code
from dispatch.live.roster import Roster
from dispatch.model.geo import EARTH_RADIUS_M, Point
from dispatch.model.ids import JurisdictionId, StationId
from dispatch.model.incident import Incident
from dispatch.model.jurisdiction import Agency, Station
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitType
from dispatch.routing.travel import FloatArray, IntArray, TravelTimes

FIRST_STATIONS: Final = 16
GROWTH: Final = 4
CHORD_SLACK: Final = 1.0 - 1e-6
"""Chords are rounded otherwise than distances."""

_NONE: Final = np.empty(0, dtype=np.int64)


class Posts:
    """All units with a station, by where they wait. Ground and air apart: they travel differently."""

    def __init__(
        self,
        roster: Roster,
        region: Region,
        *,
        ground: TravelTimes,
        air: TravelTimes,
    ) -> None:
        self.roster = roster
        units, stations = roster.units, region.stations
        agencies = {key: jurisdiction.agency for key, jurisdiction in region.jurisdictions.items()}
        posted = [row for row, unit in enumerate(units) if unit.station_id in stations]
        flying = [units[row].unit_type is UnitType.AIR_ROTOR for row in posted]
        self._layers = [
            _Layer(rows, units, stations, agencies, travel)
            for flies, travel in ((False, ground), (True, air))
            if (rows := [row for row, is_air in zip(posted, flying, strict=True) if is_air is flies])
        ]

    def nearest(self, sought: "Sought") -> IntArray:
        """Rows of the roster, ascending; the ``at_most`` nearest of either kind are certainly among them."""
        found = [layer.nearest(sought) for layer in self._layers]
        return np.sort(np.concatenate([_NONE, *found]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sought:
    """The nearest of the types in ``fitting`` and the nearest of the others, ``at_most`` of each.

    None of the rows in ``known`` (ascending), and none that takes longer than the horizon.
    """

    incident: Incident
    fitting: frozenset[UnitType]
    known: IntArray
    at_most: int
    horizon_seconds: int


class _Layer:
    """Units that travel by the same means, sorted by station."""

    def __init__(
        self,
        rows: Sequence[int],
        fleet: Sequence[Unit],
        stations: Mapping[StationId, Station],
        agencies: Mapping[JurisdictionId, Agency],
        travel: TravelTimes,
    ) -> None:
        units = [fleet[row] for row in rows]
        number = {name: n for n, name in enumerate(dict.fromkeys(unit.station_id for unit in units))}
        of_unit = np.array([number[unit.station_id] for unit in units], dtype=np.int64)
        by_station = np.argsort(of_unit, kind="stable")
        self._units = [units[at] for at in by_station.tolist()]
        self._rows, self._station = np.array(rows, dtype=np.int64)[by_station], of_unit[by_station]
        self._start = np.searchsorted(self._station, np.arange(len(number) + 1))
        types = [TYPE_CODE[unit.unit_type] for unit in units]
        self._types = np.array(types, dtype=np.int64)[by_station]
        own = [agencies[unit.jurisdiction_id] for unit in units]
        self._chute = np.array([agency.chute_seconds for agency in own], dtype=np.float64)[by_station]
        self._siren = np.array([agency.siren_factor for agency in own], dtype=np.float64)[by_station]
        self._siren[self._types == TYPE_CODE[UnitType.AIR_ROTOR]] = 1.0
        places = [stations[name].position for name in number if name is not None]
        self._lon = np.array([place.lon for place in places], dtype=np.float64)
        self._lat = np.array([place.lat for place in places], dtype=np.float64)
        self._tree = cKDTree(_on_sphere(self._lon, self._lat))
        self._travel, self._snaps = travel, SnapBank()

    def nearest(self, sought: Sought) -> IntArray:
        """As ``Posts.nearest``: stations by distance, until the next one can hold no wanted unit."""
        incident, horizon_seconds = sought.incident, sought.horizon_seconds
        target, codes = incident.position, [TYPE_CODE[one] for one in sought.fitting]
        siren = self._siren if incident.priority.is_emergent else np.ones(len(self._siren))
        slots, eta, asked, fetch = _NONE, _NONE, _NONE, FIRST_STATIONS
        while True:
            near, next_m = self._by_distance(target, fetch)
            # Not simply those behind the ones asked: of two at one place either may come first.
            more = self._slots_at(np.setdiff1d(near, asked, assume_unique=True), sought.known)
            slots = np.concatenate((slots, more))
            eta = np.concatenate((eta, self._eta_seconds(more, target, siren)))
            asked, fetch = near, fetch * GROWTH
            fits = has_code(self._types[slots], codes)
            fit_by = min(horizon_seconds, last_of(eta[fits], sought.at_most))
            other_by = min(horizon_seconds, last_of(eta[~fits], sought.at_most))
            least = self._travel.least_seconds(next_m) / siren.max() + self._chute.min()
            if whole_seconds(least)[0] > max(fit_by, other_by):
                break
        kinds = (fits & (eta <= fit_by), ~fits & (eta <= other_by))
        chosen = [self._first(slots[kind], eta[kind], sought.at_most) for kind in kinds]
        return self._rows[np.concatenate(chosen)]

    def _first(self, slots: IntArray, eta: IntArray, at_most: int) -> IntArray:
        """By arrival, then unit id, like every list that is shown."""
        order = sorted(range(len(slots)), key=lambda at: (int(eta[at]), self._units[slots[at]].id))
        return slots[order[:at_most]]

    def _by_distance(self, target: Point, count: int) -> tuple[IntArray, FloatArray]:
        """The nearest stations in order, and how far every other one is at the least, as a column of one."""
        count = min(count, self._tree.n)
        place = _on_sphere(np.array([target.lon]), np.array([target.lat]))
        found = self._tree.query(place, k=np.arange(1, count + 1))
        chord, station = np.asarray(found[0]), np.asarray(found[1], dtype=np.int64)
        next_m = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, chord[0, -1:] / 2)) * CHORD_SLACK
        return station[0], next_m if count < self._tree.n else np.array([np.inf])

    def _slots_at(self, stations: IntArray, known: IntArray) -> IntArray:
        """Where the units of these stations stand in the columns, but for those that are known already."""
        first, count = self._start[stations], self._start[stations + 1] - self._start[stations]
        slots: IntArray = np.arange(count.sum()) + np.repeat(first - (np.cumsum(count) - count), count)
        rows = self._rows[slots]
        if len(known):
            at = np.minimum(np.searchsorted(known, rows), len(known) - 1)
            slots = slots[known[at] != rows]
        return slots

    def _eta_seconds(self, slots: IntArray, target: Point, siren: FloatArray) -> IntArray:
        if not len(slots):
            return _NONE
        stations, of_slot = np.unique(self._station[slots], return_inverse=True)
        new = stations[self._snaps.is_stale(stations, np.zeros(len(stations), dtype=np.int64))]
        if len(new):
            snaps = self._travel.snap_columns(self._lon[new], self._lat[new])
            self._snaps.put(new, snaps, np.zeros(len(new), dtype=np.int64))
        seconds = self._travel.to_target(self._snaps.take(stations), target).seconds[of_slot]
        return whole_seconds(seconds / siren[slots] + self._chute[slots])


def _on_sphere(lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Degrees as points on the unit sphere, shape (n, 3): the nearest chord is the nearest crow's way."""
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))
