"""What is read of a jurisdiction at one moment, per capability, before anything is judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from dispatch.agreements.restrictions import GROUND_TRANSPORTS
from dispatch.aid.advice.forecast import NEEDS_ALS
from dispatch.aid.advice.practice import Alarm
from dispatch.aid.assignment import Assignment
from dispatch.aid.remaining import STATUS_OF_STATE, estimate_free_in_seconds
from dispatch.aid.standing_by import UNSENDABLE
from dispatch.model.incident import Incident, Priority
from dispatch.model.unit import FREE, OFF, Unit, UnitState, UnitStatus, UnitType


class Capability(StrEnum):
    """What is counted: every ground ambulance, or only those with advanced life support."""

    ANY = "any"
    ALS = "als"


COUNTED: Final[Mapping[Capability, frozenset[UnitType]]] = {
    Capability.ANY: frozenset(GROUND_TRANSPORTS),
    Capability.ALS: frozenset({UnitType.ALS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE}),
}
"""The units that meet a call for the capability. "Level zero" counts those that carry a patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCall:
    """A waiting life-threatening call that an own unit would reach too late and a neighbour's sooner."""

    own_seconds: int | None
    neighbour_seconds: int
    target_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The figures of one capability of one jurisdiction.

    ``total`` counts own units on duty, ``free`` those that can be sent, ``silent`` those of which nothing was
    heard for too long (on duty, but nobody counts on them). ``lent`` of the free ones are neighbours' that
    stand by here: they are in no total, so that the floor is that of the own fleet. ``free_in_seconds``:
    estimates for the busy ones that will come back. ``pending``: calls that no unit works on;
    ``waited_seconds``: how long the oldest life-threatening and the oldest emergent one of them wait, None
    where there is none. ``expected_per_hour``: None where nothing is forecast.
    """

    total: int
    free: int
    silent: int = 0
    lent: int = 0
    free_in_seconds: tuple[int, ...] = ()
    pending: int = 0
    waited_seconds: tuple[int | None, int | None] = (None, None)
    last_hour: int = 0
    expected_per_hour: float | None = None
    late: tuple[LateCall, ...] = ()

    @property
    def on_duty(self) -> int:
        """All that are counted here, with those that neighbours lent."""
        return self.total + self.lent


def has_capability(units: Iterable[Unit], capability: Capability) -> bool:
    """Whether a fleet has such units at all: one without is not short of them."""
    return capability is Capability.ANY or any(u.unit_type in COUNTED[capability] for u in units)


def needs_als(incident: Incident) -> bool:
    """Whether a call asks for advanced life support or more."""
    return any(need.unit_type in NEEDS_ALS for need in incident.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """One unit as it is known: its status, its assignment, and the age of its last position.

    ``stands_by``: for its own jurisdiction, which can send it at any time, or, lent, for another.
    """

    unit: Unit
    state: UnitState | None
    assignment: Assignment | None = None
    fix_at: datetime | None = None
    stands_by: bool = False

    @property
    def at_own_post(self) -> bool:
        """Whether it stands by at home: busy for neighbours only."""
        return self.stands_by and (self.assignment is None or not self.assignment.lent)

    @property
    def status(self) -> UnitStatus:
        """What it last said, or that nothing was heard."""
        return self.state.status if self.state else UnitStatus.UNKNOWN


def count_units(
    units: Iterable[Sighted], capability: Capability, alarm: Alarm, now: datetime, *, pace: float = 1.0
) -> Reading:
    """The units' part of a reading: nothing is pending yet, nothing forecast.

    ``pace``: how long a mission takes here, in typical ones (``remaining.TYPICAL_SECONDS``).
    """
    total = free = silent = 0
    back: list[int] = []
    for one in units:
        status = one.status
        if one.unit.unit_type not in COUNTED[capability] or status in OFF:
            continue
        total += 1
        waits = one.assignment is None or one.at_own_post
        if waits and (status is UnitStatus.UNKNOWN or is_silent(one, alarm, now)):
            silent += 1
        elif _is_free(one, status):
            free += 1
        elif one.stands_by and not one.at_own_post:
            pass  # promised to a neighbour: nobody knows for how long
        elif (seconds := _free_in_seconds(one, status, now)) is not None:
            back.append(round(pace * seconds))
    return Reading(total=total, free=free, silent=silent, free_in_seconds=tuple(back))


def count_lent(units: Iterable[Sighted], capability: Capability, alarm: Alarm, now: datetime) -> int:
    """Of neighbours' units at posts here (``standing_by.list_lent_at_posts``), those that can be sent."""
    return sum(
        one.unit.unit_type in COUNTED[capability]
        and one.status not in UNSENDABLE
        and not is_silent(one, alarm, now)
        for one in units
    )


def with_lent(reading: Reading, lent: int) -> Reading:
    """The same with so many of neighbours' units that can be sent from here."""
    return replace(reading, free=reading.free + lent, lent=lent)


def _is_free(one: Sighted, status: UnitStatus) -> bool:
    """At its own post a crew may be at work all the same: with a patient that it came upon."""
    if one.at_own_post:
        return status not in UNSENDABLE
    return one.assignment is None and status in FREE


def is_silent(one: Sighted, alarm: Alarm, now: datetime) -> bool:
    """Whether a unit that reports its place has fallen silent: an old place, and no word on its status.

    A unit that never reported a place is known by its status alone, which is said once and holds.
    """
    if alarm.fix_silence is None or one.fix_at is None or one.state is None:
        return False
    heard = max(one.state.reported_at, one.state.changed_at)
    return now - one.fix_at > alarm.fix_silence and now - heard > alarm.status_silence


def _free_in_seconds(one: Sighted, status: UnitStatus, now: datetime) -> int | None:
    """Of a unit at work; its live assignment knows better than its last status, but for one to a post."""
    since = one.state.changed_at if one.state else now
    if one.assignment is not None and not one.at_own_post:
        status = STATUS_OF_STATE[one.assignment.state]
        since = one.assignment.changed_at or one.assignment.assigned_at
    return estimate_free_in_seconds(status, in_status_seconds=(now - since).total_seconds())


def waits(pending: Sequence[Incident], priority: Priority, now: datetime) -> int | None:
    """For how many seconds the oldest of the priority waits."""
    opened = [incident.opened_at for incident in pending if incident.priority is priority]
    return int((now - min(opened)).total_seconds()) if opened else None
