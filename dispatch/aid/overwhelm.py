"""How a jurisdiction is covered: green, amber or red per capability, with the figures that say so.

"Level zero" is the field's word for no ambulance left. The rules are in ``cover/step``; here they are put
together for a whole jurisdiction, and asked of a record that keeps no memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Alarm
from dispatch.aid.assignment import Assignment
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.cover.reading import (
    Capability,
    LateCall,
    Reading,
    Sighted,
    count_lent,
    count_units,
    has_capability,
    needs_als,
    waits,
    with_lent,
)
from dispatch.aid.cover.reasons import CoverCode, CoverReason
from dispatch.aid.cover.step import CoverMemory, default_floor, judge, step
from dispatch.aid.standing_by import find_standby, list_lent_at_posts, list_standbys
from dispatch.aid.waiting import is_unattended
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident, Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import Unit, UnitState

__all__ = [
    "Cover",
    "CoverCode",
    "CoverReason",
    "CoverState",
    "LevelCover",
    "assess",
    "default_floor",
    "list_pending",
    "look",
    "state_of",
    "worst",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCover:
    """The cover of one capability: what was read, and what became of it."""

    capability: Capability
    reading: Reading
    memory: CoverMemory

    def to_json(self) -> dict[str, Any]:
        """The capability's part of a row, without sentences. ``percent``: of running out, where known.

        ``lent``: how many of the free ones are neighbours' that stand by here; they are in ``total`` too.
        """
        reading, memory = self.reading, self.memory
        return {
            "state": memory.state.value,
            "free": reading.free,
            "lent": reading.lent,
            "total": reading.on_duty,
            "silent": reading.silent,
            "pending": reading.pending,
            "percent": None if memory.chance is None else round(100 * memory.chance),
            "reasons": [reason.to_json() for reason in memory.reasons],
        }

    def figures(self) -> dict[str, int | float]:
        """All that the state was judged by, for the journal."""
        reading, memory = self.reading, self.memory
        found: dict[str, int | float | None] = {
            "free": reading.free,
            "lent": reading.lent,
            "total": reading.on_duty,
            "silent": reading.silent,
            "busy": len(reading.free_in_seconds),
            "pending": reading.pending,
            "last_hour": reading.last_hour,
            "expected_per_hour": reading.expected_per_hour,
            "calls_per_hour": memory.calls_per_hour,
            "chance": memory.chance,
        }
        return {name: round(value, 4) for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """One jurisdiction's cover. ``total`` counts ground transport units on duty, ``free`` those to be sent.

    Both have the ``lent`` ones in them: neighbours' units that stand by at posts here.
    State, counts and reasons are those of any ambulance; ``levels`` has them per capability. Only the rules
    of the worst state that holds are named; green has no reasons. An ``override`` that holds sets the state
    of every level; its reason comes first and the measured ones follow.
    """

    jurisdiction_id: JurisdictionId
    state: CoverState
    free: int
    total: int
    pending: int
    reasons: tuple[CoverReason, ...]
    assessed_at: datetime
    levels: tuple[LevelCover, ...] = ()
    override: CoverOverride | None = None
    lent: int = 0

    def to_json(self) -> dict[str, Any]:
        """The cover as a row, without sentences."""
        return {
            "jurisdiction": self.jurisdiction_id,
            "state": self.state.value,
            "free": self.free,
            "lent": self.lent,
            "total": self.total,
            "pending": self.pending,
            "reasons": [reason.to_json() for reason in self.reasons],
            "levels": {level.capability.value: level.to_json() for level in self.levels},
        }

    def find_level(self, capability: Capability) -> LevelCover | None:
        """One capability's cover; None where the fleet has no such units."""
        return next((level for level in self.levels if level.capability is capability), None)

    def state_for(self, incident: Incident) -> CoverState:
        """The state that counts for a call: that of advanced life support too where the call needs it."""
        als = self.find_level(Capability.ALS) if needs_als(incident) else None
        return worst([self.state, als.memory.state]) if als else self.state


def worst(states: Iterable[CoverState]) -> CoverState:
    """The most severe one; green where there is none."""
    order = list(CoverState)
    return max(states, key=order.index, default=CoverState.GREEN)


def look(
    jurisdiction_id: JurisdictionId,
    readings: Mapping[Capability, Reading],
    *,
    before: Mapping[Capability, CoverMemory],
    alarm: Alarm,
    now: datetime,
    override: CoverOverride | None = None,
) -> tuple[Cover, Mapping[Capability, CoverMemory]]:
    """The cover at ``now`` as it is shown, and what is measured, to be given as ``before`` next time."""
    measured = {c: step(before.get(c), reading, alarm, now) for c, reading in readings.items()}
    held = override if override is not None and override.holds(now) else None
    levels = tuple(
        LevelCover(capability=c, reading=readings[c], memory=_overruled(memory, held))
        for c, memory in measured.items()
    )
    return _cover_of(jurisdiction_id, levels, held, now), measured


def assess(
    jurisdiction_id: JurisdictionId,
    *,
    units: Iterable[Unit],
    states: Mapping[UnitId, UnitState],
    incidents: Iterable[Incident],
    assignments: Iterable[Assignment],
    now: datetime,
    floor: int | None = None,
    alarm: Alarm = DEFAULT_PRACTICE.alarm,
    override: CoverOverride | None = None,
) -> Cover:
    """How the jurisdiction is covered at ``now`` by the counts alone: no forecast, no memory.

    ``units`` and ``incidents`` may be everybody's, ``assignments`` are the live ones, and those that ended of
    its calls that are still open; neighbours' units are looked at where they stand by here. ``floor``
    overrules the alarm's. A unit without word is not free. Units on offer to a neighbour are: until the
    lender says yes they can be sent at home.
    """
    assignments = tuple(assignments)
    live = {a.unit_id: a for a in assignments if a.ended_at is None}
    incidents = tuple(incidents)
    known = {incident.id: incident for incident in incidents}
    there = {
        standby.unit_id
        for standby in list_lent_at_posts(list_standbys(live.values(), known), now)
        if standby.borrower == jurisdiction_id
    }
    own, lent = [], []
    for unit in units:
        assignment = live.get(unit.id)
        stands_by = find_standby(assignment, known) is not None
        one = Sighted(unit=unit, state=states.get(unit.id), assignment=assignment, stands_by=stands_by)
        if unit.jurisdiction_id == jurisdiction_id:
            own.append(one)
        elif unit.id in there:
            lent.append(one)
    pending = list_pending(jurisdiction_id, incidents, assignments)
    alarm = alarm if floor is None else replace(alarm, floor=floor)
    readings = read_levels(own, pending, lent=lent, alarm=alarm, now=now)
    return look(jurisdiction_id, readings, before={}, alarm=alarm, now=now, override=override)[0]


def read_levels(
    own: Sequence[Sighted],
    pending: Sequence[Incident],
    *,
    alarm: Alarm,
    now: datetime,
    lent: Sequence[Sighted] = (),
    late: Mapping[IncidentId, LateCall] | None = None,
    calls: Mapping[Capability, tuple[int, float | None]] | None = None,
    pace: float = 1.0,
) -> dict[Capability, Reading]:
    """The readings of every capability that the fleet has. ``lent``: neighbours' units at posts here.

    ``pending``: the jurisdiction's calls that no unit works on or has come to; ``late`` those of them that
    a neighbour would reach sooner; ``calls`` per capability: how many came in the last hour, and how many
    are expected in one. ``pace``: how long a mission takes here, in typical ones.
    """
    return {
        capability: _read(
            with_lent(
                count_units(own, capability, alarm, now, pace=pace),
                count_lent(lent, capability, alarm, now),
            ),
            [call for call in pending if capability is Capability.ANY or needs_als(call)],
            now=now,
            late=late or {},
            calls=(calls or {}).get(capability, (0, None)),
        )
        for capability in Capability
        if has_capability((one.unit for one in own), capability)
    }


def _read(
    counted: Reading,
    waiting: Sequence[Incident],
    *,
    now: datetime,
    late: Mapping[IncidentId, LateCall],
    calls: tuple[int, float | None],
) -> Reading:
    return replace(
        counted,
        pending=len(waiting),
        waited_seconds=(
            waits(waiting, Priority.CRITICAL, now),
            waits(waiting, Priority.EMERGENT, now),
        ),
        last_hour=calls[0],
        expected_per_hour=calls[1],
        late=tuple(late[call.id] for call in waiting if call.id in late),
    )


def state_of(*, free: int, total: int, pending: int, lent: int = 0) -> CoverState:
    """The state alone, from figures that somebody has counted already; the default floor.

    ``free`` own units, beside those that neighbours have ``lent`` to posts here.
    """
    reading = with_lent(Reading(total=total, free=free, pending=pending), lent)
    return judge(reading, DEFAULT_PRACTICE.alarm, None)[0]


def list_pending(
    jurisdiction_id: JurisdictionId, incidents: Iterable[Incident], assignments: Iterable[Assignment]
) -> list[Incident]:
    """The jurisdiction's active calls that no unit works on or has come to, in the order given.

    ``assignments``: the live ones, and of the calls that are still open those that ended.
    """
    attended = {a.incident_id for a in assignments if a.attends}
    return [
        incident
        for incident in incidents
        if incident.jurisdiction_id == jurisdiction_id and is_unattended(incident, attended)
    ]


def _overruled(memory: CoverMemory, override: CoverOverride | None) -> CoverMemory:
    if override is None:
        return memory
    reasons = (override.said(memory.state), *memory.reasons)
    return replace(memory, state=override.state, since=override.begins_at, reasons=reasons)


def _cover_of(
    jurisdiction_id: JurisdictionId,
    levels: Sequence[LevelCover],
    override: CoverOverride | None,
    now: datetime,
) -> Cover:
    whole = levels[0]
    return Cover(
        jurisdiction_id=jurisdiction_id,
        state=whole.memory.state,
        free=whole.reading.free,
        total=whole.reading.on_duty,
        pending=whole.reading.pending,
        reasons=whole.memory.reasons,
        assessed_at=now,
        levels=tuple(levels),
        override=override,
        lent=whole.reading.lent,
    )
