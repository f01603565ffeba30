"""One simulated crew: what a unit does between dispatch and home, as reports that its feed would send.

A crew drives at the speed that the road times promise, along the road's own shape, so that an
estimate shown on the board and what then happens can be compared. Times at the scene and at the
hospital follow published figures (exponential, mean 12 minutes each; 80 % are transported).
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.model.geo import Point, crow_m
from dispatch.model.ids import AssignmentId
from dispatch.model.unit import Unit, UnitStatus

MEAN_SCENE_SECONDS = 720.0
MEAN_HOSPITAL_SECONDS = 720.0
SHARE_TRANSPORTED = 0.8


class Leg:
    """A drive along a way, at even speed: where the unit is at a moment."""

    def __init__(self, way: Sequence[Point], *, started: datetime, seconds: float) -> None:
        self._way = way
        self._at_m = [0.0]
        for a, b in pairwise(way):
            self._at_m.append(self._at_m[-1] + crow_m(a, b))
        self._started = started
        self._seconds = max(seconds, 1.0)
        self.ends = started + timedelta(seconds=self._seconds)

    @property
    def speed_mps(self) -> float:
        """Metres a second, the same all the way."""
        return self._at_m[-1] / self._seconds

    def position(self, now: datetime) -> Point:
        """Where the unit is; at the end of the way once the time is over."""
        share = min(1.0, max(0.0, (now - self._started).total_seconds() / self._seconds))
        metres = share * self._at_m[-1]
        after = min(bisect_right(self._at_m, metres), len(self._way) - 1)
        if after == 0:
            return self._way[0]
        a, b = self._way[after - 1], self._way[after]
        span = self._at_m[after] - self._at_m[after - 1]
        part = (metres - self._at_m[after - 1]) / span if span else 1.0
        return Point(lon=a.lon + (b.lon - a.lon) * part, lat=a.lat + (b.lat - a.lat) * part)


class Wish(StrEnum):
    """Where a crew wants to drive next; the world finds the way and calls ``drive``."""

    SCENE = "scene"
    HOSPITAL = "hospital"
    HOME = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long crews take; ``service_factor`` shortens scene and hospital times for a demonstration."""

    chute_seconds: float = 60.0
    service_factor: float = 1.0


class Crew:
    """One unit's crew. ``tick`` answers the status to report, if any; ``wish`` what way it needs."""

    def __init__(self, unit: Unit, home: Point, *, pace: Pace, chance: random.Random) -> None:
        self.unit, self.home, self.position = unit, home, home
        self.wish: Wish | None = None
        self.leg: Leg | None = None
        self.status = UnitStatus.AVAILABLE
        self._pace, self._chance = pace, chance
        self._assignment: AssignmentId | None = None
        self._lent = False
        self._stands_by = False
        self._next: datetime | None = None

    @property
    def is_in_a_hurry(self) -> bool:
        """Whether it drives to a scene, as against a post or home."""
        return self.wish is Wish.SCENE and not self._stands_by

    def is_working(self) -> bool:
        """Whether the crew is on an incident or on its way home from one."""
        return self._assignment is not None

    def observe(self, live: Assignment | None, *, now: datetime, stands_by: bool = False) -> None:
        """Hear from the record: a new assignment, a release, or that nothing binds the unit.

        ``stands_by``: the assignment is to a post, where the crew waits until it is told otherwise.
        """
        if live is None:
            if self._assignment is not None and self.status is not UnitStatus.AVAILABLE:
                self._stand_down()
            return
        if live.id != self._assignment:
            self._stands_by = stands_by
            self._begin(live, now=now)
        elif live.state is AssignmentState.RETURNING and self.status is not UnitStatus.AVAILABLE_DELAYED:
            self._go_home()

    def tick(self, now: datetime) -> UnitStatus | None:
        """Live up to now. Answers a status when the crew has a new one to report."""
        if self.leg is not None:
            self.position = self.leg.position(now)
            if now < self.leg.ends:
                return None
            self.leg = None
            return self._arrive(now)
        if self._next is not None and now >= self._next:
            self._next = None
            return self._done_here()
        return None

    def drive(self, way: Sequence[Point], *, seconds: float, now: datetime) -> UnitStatus | None:
        """Set off on the way that was wished for. Answers the status to report."""
        wish, self.wish = self.wish, None
        self.leg = Leg(way, started=now, seconds=seconds)
        if wish is Wish.SCENE:
            return self._turn(UnitStatus.EN_ROUTE)
        if wish is Wish.HOSPITAL:
            return self._turn(UnitStatus.TRANSPORTING)
        if self._lent and self.status is not UnitStatus.AVAILABLE_DELAYED:
            return self._turn(UnitStatus.AVAILABLE_DELAYED)
        return None if self._lent else self._free()

    def _begin(self, live: Assignment, *, now: datetime) -> None:
        self._assignment, self._lent = live.id, live.lent
        self.status, self.leg, self.wish = UnitStatus.DISPATCHED, None, None
        self._next = now + timedelta(seconds=self._pace.chute_seconds * self._chance.uniform(0.5, 1.2))

    def _arrive(self, now: datetime) -> UnitStatus | None:
        if self.status is UnitStatus.EN_ROUTE:
            if self._stands_by:
                return self._turn(UnitStatus.ON_SCENE)
            self._wait(MEAN_SCENE_SECONDS, now)
            return self._turn(UnitStatus.ON_SCENE)
        if self.status is UnitStatus.TRANSPORTING:
            self._wait(MEAN_HOSPITAL_SECONDS, now)
            return self._turn(UnitStatus.AT_HOSPITAL)
        return self._free() if self._lent else None

    def _done_here(self) -> UnitStatus | None:
        if self.status is UnitStatus.DISPATCHED:
            self.wish = Wish.SCENE
        elif self.status is UnitStatus.ON_SCENE and self._chance.random() < SHARE_TRANSPORTED:
            self.wish = Wish.HOSPITAL
        else:
            self.wish = Wish.HOME
        return None

    def _wait(self, mean_seconds: float, now: datetime) -> None:
        drawn = min(self._chance.expovariate(1 / mean_seconds), 3 * mean_seconds)
        self._next = now + timedelta(seconds=max(20.0, drawn * self._pace.service_factor))

    def _go_home(self) -> None:
        self.leg, self._next, self.wish = None, None, Wish.HOME
        self.status = UnitStatus.AVAILABLE_DELAYED

    def _stand_down(self) -> None:
        self._assignment, self.leg, self._next, self.wish = None, None, None, Wish.HOME
        self._lent, self.status = False, UnitStatus.AVAILABLE

    def _free(self) -> UnitStatus:
        self._assignment, self._lent = None, False
        return self._turn(UnitStatus.AVAILABLE)

    def _turn(self, status: UnitStatus) -> UnitStatus:
        self.status = status
        return status
