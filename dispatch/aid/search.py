"""Who arrives first, with travel times asked only for rows that could still be among the first.

Every row has a least arrival time by its crow's way, which costs nothing to know. Rows are asked in that
order until the next one's least is later than the last that is wanted: then no row that was passed over
can be nearer, whatever its way is. That is exact, not a cut.
"""

from typing import Final, NamedTuple

import numpy as np

from dispatch.aid.arrival.columns import Profile
from dispatch.aid.eta import NO_ETA, last_of
from dispatch.aid.reach import Located, Reach
from dispatch.aid.snap_bank import BoolArray
from dispatch.live.picture import Picture
from dispatch.model.geo import EARTH_RADIUS_M, Point
from dispatch.routing.travel import FloatArray, IntArray

ASKED_AT_FIRST: Final = 192
GROWTH: Final = 8


class Nearest(NamedTuple):
    """The first rows by arrival, then unit id, and why there is no other.

    ``others_from_seconds``: no chosen row that was passed over without being asked arrives before that.
    """

    rows: list[int]
    others_from_seconds: int


class Search:
    """Arrival times of one picture's rows at one place, found as they are asked for.

    Columns: ``least_seconds``, the arrival that a row's can never be before; ``eta_seconds`` and
    ``travel_seconds`` (driving with the siren where the priority asks for it), which hold only where
    ``asked``: elsewhere ``NO_ETA`` and ``inf``. ``seconds`` and ``on_road`` as in ``Reached``.
    """

    def __init__(
        self,
        picture: Picture,
        reach: Reach,
        *,
        target: Point,
        located: Located,
        profile: Profile,
    ) -> None:
        count = len(picture)
        self._picture, self._reach, self._target, self._located = picture, reach, target, located
        self.profile = profile
        crow_m = crow_m_of(located.lon, located.lat, target)
        least = reach.least_seconds(picture, np.where(np.isfinite(crow_m), crow_m, np.inf))
        self.least_seconds = profile.arrivals(np.arange(count), least / profile.siren)
        self.seconds = np.full(count, np.inf)
        self.travel_seconds = np.full(count, np.inf)
        self.eta_seconds = np.full(count, NO_ETA, dtype=np.int64)
        self.on_road = np.zeros(count, dtype=np.bool_)
        self.asked = np.zeros(count, dtype=np.bool_)
        self.placed, self.from_fix = located.placed, located.from_fix
        self.posted, self.under_way = located.posted, located.under_way

    def ask(self, rows: IntArray) -> None:
        """Find these rows' times, of those that are not known yet in one go."""
        rows = rows[~self.asked[rows]]
        if not len(rows):
            return
        reached = self._reach.to_target(self._picture, self._located, rows, self._target)
        travel_seconds = reached.seconds / self.profile.siren[rows]
        self.seconds[rows], self.on_road[rows] = reached.seconds, reached.on_road
        self.travel_seconds[rows] = travel_seconds
        self.eta_seconds[rows] = self.profile.arrivals(rows, travel_seconds)
        self.asked[rows] = True

    def within(self, chosen: BoolArray, limit_seconds: int) -> BoolArray:
        """The chosen rows that arrive within the limit; those that cannot are not asked."""
        possible = chosen & (self.least_seconds <= limit_seconds)
        self.ask(np.flatnonzero(possible))
        return possible & (self.eta_seconds <= limit_seconds)

    def nearest(self, chosen: BoolArray, at_most: int, *, within_seconds: int = NO_ETA) -> Nearest:
        """The first ``at_most`` chosen rows that arrive in time: a total order, and exact."""
        possible = chosen & (self.least_seconds <= within_seconds)
        rows = np.flatnonzero(possible)
        too_late_from = int(NO_ETA) if len(rows) == np.count_nonzero(chosen) else within_seconds + 1
        if at_most < 1 or not len(rows):
            return Nearest([], too_late_from if at_most > 0 else 0)
        count, last_seconds = 0, within_seconds
        while True:
            worth_asking = int(np.count_nonzero(self.least_seconds[rows] <= last_seconds))
            count = min(worth_asking, max(ASKED_AT_FIRST, 2 * at_most, GROWTH * count))
            first, others_from_seconds = self._least(rows, count)
            self.ask(first)
            last_seconds = min(within_seconds, last_of(self.eta_seconds[first], at_most))
            if count == len(rows) or others_from_seconds > last_seconds:
                others_from_seconds = min(others_from_seconds, too_late_from)
                return Nearest(self._first(first, at_most, last_seconds), others_from_seconds)

    def ask_first(self, *chosen: BoolArray, also: BoolArray) -> None:
        """Find the times of ``also`` and of those that a search among each begins with, in one go."""
        begun = [self._least(rows, ASKED_AT_FIRST)[0] for rows in map(np.flatnonzero, chosen)]
        wanted = also.copy()
        wanted[np.concatenate(begun)] = True
        self.ask(np.flatnonzero(wanted))

    def _least(self, rows: IntArray, count: int) -> tuple[IntArray, int]:
        """The ``count`` rows that could be first, and the least time of any other."""
        if count >= len(rows):
            return rows, int(NO_ETA)
        least = self.least_seconds[rows]
        by_least = np.argpartition(least, count)
        return rows[by_least[:count]], int(least[by_least[count]])

    def _first(self, rows: IntArray, at_most: int, last_seconds: int) -> list[int]:
        """Ties at the limit stay in, so that the unit id decides between them and not the row."""
        eta, units = self.eta_seconds, self._picture.units
        in_time = rows[eta[rows] <= last_seconds].tolist()
        return sorted(in_time, key=lambda row: (int(eta[row]), units[row].id))[:at_most]


def crow_m_of(lon: FloatArray, lat: FloatArray, target: Point) -> FloatArray:
    """Great-circle metres on the mean sphere from columns of degrees to a place (``geo.crow_m``)."""
    north, target_north = np.radians(lat), np.radians(target.lat)
    half_north = (north - target_north) / 2
    half_east = np.radians(lon - target.lon) / 2
    h = np.sin(half_north) ** 2 + np.cos(north) * np.cos(target_north) * np.sin(half_east) ** 2
    metres: FloatArray = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, h)))
    return metres
