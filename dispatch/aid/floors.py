"""What a lender's floor cost its neighbours, and what it saved at home.

Cost: recommendations in which a unit of this lender would have been there sooner, and only its floor kept it
at home (``counterfactual``). Each call counts once, by the first such recommendation. The minutes are those
between two estimates of arrival, not between arrivals: nobody drove the road not taken.

Saved: the lender's own calls of the hour after, that came in while it had just its floor left and that a unit
of its own reached in target. How many were left is reckoned on from the figure in the refusal, by the units
of its own that were assigned and freed since; crews that went on or off duty are not seen. That the floor
saved these calls is not shown: with one unit fewer some would have been reached in time as well. So it is at
most so many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from dispatch.agreements.reasons import ReasonCode
from dispatch.agreements.restrictions import GROUND_TRANSPORTS
from dispatch.aid.assignment import Assignment
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.unit import UnitType

AFTER: Final = timedelta(minutes=60)
"""How long after a refusal a call at home is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a journalled recommendation says of the road not taken. ``counterfactual`` is its row."""

    incident_id: IncidentId
    borrower: JurisdictionId
    made_at: datetime
    counterfactual: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A call for which the lender's unit would have been there sooner.

    ``gain_seconds`` None: nobody else was advised at all. ``left`` free units of the floor's group, this one
    included, where ``floor`` must stay; ``group``: the types that it counts, empty for all ground ambulances.
    ``alone``: nothing but the floor stood in the way.
    """

    incident_id: IncidentId
    borrower: JurisdictionId
    unit_id: UnitId
    at: datetime
    gain_seconds: int | None
    left: int
    floor: int
    alone: bool
    group: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorReport:
    """One lender's floor over a time. ``saved`` are its own calls, each counted once."""

    blocked: tuple[Blocked, ...]
    saved: tuple[IncidentId, ...]
    own_calls_after: int

    @property
    def minutes(self) -> list[float]:
        """What each borrower's call lost, where somebody else was advised."""
        return [one.gain_seconds / 60 for one in self.blocked if one.gain_seconds is not None]

    def to_json(self) -> dict[str, Any]:
        """``{"blocked", "cost", "saved", "by_borrower"}``; no call is named."""
        minutes = self.minutes
        return {
            "blocked": {
                "calls": len(self.blocked),
                "by_the_floor_alone": sum(one.alone for one in self.blocked),
                "nobody_else_advised": sum(one.gain_seconds is None for one in self.blocked),
            },
            "cost": _minutes_row(minutes),
            "saved": {"calls_at_most": len(self.saved), "own_calls_after": self.own_calls_after},
            "by_borrower": [
                {"borrower": borrower, "calls": len(ours), **_minutes_row(_minutes_of(ours))}
                for borrower, ours in sorted(_by_borrower(self.blocked).items())
            ],
        }


def list_blocked(lender: JurisdictionId, shown: Sequence[Shown]) -> tuple[Blocked, ...]:
    """The calls for which this lender's floor kept the nearer unit at home, oldest first."""
    found: dict[IncidentId, Blocked] = {}
    for one in sorted(shown, key=lambda shown: (shown.made_at, shown.incident_id)):
        if one.incident_id in found or one.counterfactual.get("lender") != lender:
            continue
        blocked = _blocked(one)
        if blocked is not None:
            found[one.incident_id] = blocked
    return tuple(found.values())


def report_floor(
    lender: JurisdictionId,
    shown: Sequence[Shown],
    *,
    calls: Sequence[Incident],
    work: Sequence[Assignment],
    types: Mapping[UnitId, UnitType],
    target_seconds: Mapping[str, int],
) -> FloorReport:
    """``calls``: the lender's own; ``work``: assignments of its units, ended ones too; ``types``: theirs.

    ``target_seconds`` by priority, from the call to the arrival.
    """
    blocked = list_blocked(lender, shown)
    after: set[IncidentId] = set()
    saved: dict[IncidentId, None] = {}
    ours = [one for one in work if one.home == lender]
    for one in blocked:
        counted = [work for work in ours if _counts(one, types.get(work.unit_id))]
        for call in calls:
            if not one.at < call.opened_at <= one.at + AFTER:
                continue
            after.add(call.id)
            had_just_its_floor = _left_at(one, counted, call.opened_at) == one.floor
            if had_just_its_floor and _in_target(call, ours, target_seconds):
                saved[call.id] = None
    return FloorReport(blocked=blocked, saved=tuple(saved), own_calls_after=len(after))


def _blocked(shown: Shown) -> Blocked | None:
    said = shown.counterfactual
    reasons: Sequence[Mapping[str, Any]] = said.get("reasons", ())
    floors = [one for one in reasons if one.get("code") == ReasonCode.RESERVE_FLOOR]
    if not floors:
        return None
    figures = floors[0].get("figures", {})
    return Blocked(
        incident_id=shown.incident_id,
        borrower=shown.borrower,
        unit_id=UnitId(str(said["unit"])),
        at=shown.made_at,
        gain_seconds=said.get("gain_seconds"),
        left=int(figures.get("keeps", 0)) + 1,
        floor=int(figures.get("floor", 0)),
        alone=len(floors) == len(reasons),
        group=_group_of(str(figures.get("unit_type", ""))),
    )


def _group_of(said: str) -> frozenset[str]:
    types = frozenset(word.strip() for word in said.split(",") if word.strip())
    return types & frozenset(UnitType)


def _counts(blocked: Blocked, unit_type: UnitType | None) -> bool:
    """Whether a unit of this type is one of those that the floor counts."""
    if unit_type is None:
        return False
    return unit_type in blocked.group if blocked.group else unit_type in GROUND_TRANSPORTS


def _left_at(blocked: Blocked, ours: Sequence[Assignment], at: datetime) -> int:
    """How many were left then, reckoned on from the refusal."""
    return blocked.left + _count_out(ours, blocked.at) - _count_out(ours, at)


def _count_out(ours: Sequence[Assignment], at: datetime) -> int:
    return sum(one.assigned_at < at and (one.ended_at is None or one.ended_at >= at) for one in ours)


def _in_target(call: Incident, ours: Sequence[Assignment], target_seconds: Mapping[str, int]) -> bool:
    arrivals = [one.arrived_at for one in ours if one.incident_id == call.id and one.arrived_at is not None]
    if not arrivals:
        return False
    return (min(arrivals) - call.opened_at).total_seconds() <= target_seconds[call.priority.value]


def _by_borrower(blocked: Sequence[Blocked]) -> dict[JurisdictionId, list[Blocked]]:
    found: dict[JurisdictionId, list[Blocked]] = {}
    for one in blocked:
        found.setdefault(one.borrower, []).append(one)
    return found


def _minutes_of(blocked: Sequence[Blocked]) -> list[float]:
    return [one.gain_seconds / 60 for one in blocked if one.gain_seconds is not None]


def _minutes_row(minutes: Sequence[float]) -> dict[str, float | None]:
    return {
        "minutes": round(sum(minutes), 1),
        "median_minutes": round(median(minutes), 1) if minutes else None,
        "worst_minutes": round(max(minutes), 1) if minutes else None,
    }
