"""What a report must pass before it counts, as an ordered list of small rules.

The outcome depends on the set of reports heard, not on their order: the picture keeps the two newest
fixes of a unit, and judges the jump between them, whichever of the two was heard first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from dispatch.live.report import Accepted, Flag, Ignored, IgnoredReason, PositionReport, StatusReport
from dispatch.model.geo import Point, crow_m
from dispatch.model.unit import NEXT_STATUS, Unit, UnitState, UnitStatus, UnitType

CLOCK_TOLERANCE_SECONDS: Final = 5.0
"""How far a source's clock may run ahead before its time is clamped to ours."""

FASTEST_GROUND_MPS: Final = 200 / 3.6
FASTEST_AIR_MPS: Final = 400 / 3.6
JUMP_SLACK_M: Final = 100.0
"""Two receivers on one vehicle may disagree by as much at the same moment."""


class KeptFix(NamedTuple):
    """A fix as the picture keeps it; tuples of it sort by fix time, and totally.

    ``at_s`` is the fix time (epoch seconds) after clamping, ``claimed_s`` what the source said.
    Unknown numbers are -1, so that any two compare.
    """

    at_s: float
    claimed_s: float
    seq: int
    source: str
    lon: float
    lat: float
    speed_mps: float
    heading_deg: float
    position: Point
    at: datetime


class Trail(NamedTuple):
    """The two newest fixes of one unit, of any source."""

    newest: KeptFix
    previous: KeptFix | None


def keep(report: PositionReport, at: datetime) -> KeptFix:
    """The report as the picture would keep it, with its time clamped to ``at``."""
    position = report.position
    return KeptFix(
        at.timestamp(),
        report.at.timestamp(),
        -1 if report.seq is None else report.seq,
        report.source,
        position.lon,
        position.lat,
        -1.0 if report.speed_mps is None else report.speed_mps,
        -1.0 if report.heading_deg is None else report.heading_deg,
        position,
        at,
    )


@dataclass(slots=True)
class Sighting:
    """A position report on its way through the checks, which may amend ``kept`` and add ``flags``."""

    report: PositionReport
    unit: Unit | None
    trail: Trail | None
    now: datetime
    kept: KeptFix
    flags: list[Flag] = field(default_factory=list)


def unit_is_known(sighting: Sighting) -> IgnoredReason | None:
    """A unit that no jurisdiction registered has no place in the picture."""
    return None if sighting.unit else IgnoredReason.UNKNOWN_UNIT


def clock_is_not_ahead(sighting: Sighting) -> IgnoredReason | None:
    """A time ahead of ours is clamped, or it would outlast every honest report that follows."""
    if (sighting.report.at - sighting.now).total_seconds() > CLOCK_TOLERANCE_SECONDS:
        sighting.kept = keep(sighting.report, sighting.now)
        sighting.flags.append(Flag.CLOCK_AHEAD)
    return None


def fix_is_not_repeated(sighting: Sighting) -> IgnoredReason | None:
    """A repeated fix is no news; told by what its source claims, so that clamping cannot rejuvenate it."""
    claim = sighting.kept[1:-1]
    if sighting.trail and any(fix and fix[1:-1] == claim for fix in sighting.trail):
        return IgnoredReason.DUPLICATE
    return None


def fix_is_not_older_than_the_trail(sighting: Sighting) -> IgnoredReason | None:
    """An older fix never moves a unit back; one between the two newest only fills in the trail."""
    if sighting.trail is None:
        return None
    newest, previous = sighting.trail
    if previous is not None and sighting.kept < previous:
        return IgnoredReason.OLDER
    if sighting.kept < newest:
        sighting.flags.append(Flag.LATE)
    return None


def jump_is_possible(sighting: Sighting) -> IgnoredReason | None:
    """A unit that would have flown is kept where it says it is, but flagged: its position is not fresh."""
    if sighting.trail and sighting.unit and is_jump(extend(sighting.trail, sighting.kept), sighting.unit):
        sighting.flags.append(Flag.SUSPECT_JUMP)
    return None


POSITION_CHECKS: Final[tuple[Callable[[Sighting], IgnoredReason | None], ...]] = (
    unit_is_known,
    clock_is_not_ahead,
    fix_is_not_repeated,
    fix_is_not_older_than_the_trail,
    jump_is_possible,
)
"""In order; the first that answers a reason ends the matter."""


def check_position(sighting: Sighting) -> IgnoredReason | None:
    """Put the sighting through all checks; None when it counts, with ``kept`` and ``flags`` set."""
    for check in POSITION_CHECKS:
        reason = check(sighting)
        if reason is not None:
            return reason
    return None


def extend(trail: Trail | None, fix: KeptFix) -> Trail:
    """The trail with one more fix, whichever order they came in."""
    if trail is None:
        return Trail(fix, None)
    if fix > trail.newest:
        return Trail(fix, trail.newest)
    return Trail(trail.newest, fix if trail.previous is None else max(fix, trail.previous))


def is_jump(trail: Trail, unit: Unit) -> bool:
    """Whether the last step of the trail is faster than such a unit moves."""
    newest, previous = trail
    if previous is None:
        return False
    fastest = FASTEST_AIR_MPS if unit.unit_type is UnitType.AIR_ROTOR else FASTEST_GROUND_MPS
    seconds = max(newest.at_s - previous.at_s, 1.0)
    return crow_m(previous.position, newest.position) - JUMP_SLACK_M > fastest * seconds


def check_status(report: StatusReport, *, state: UnitState | None, now: datetime) -> Accepted | Ignored:
    """Whether a status report counts against what the record holds (``state``; None where unheard of).

    The newest source time wins; within one moment, the status further along the call does. A step that
    the unit cannot take in one go is taken and flagged: the feed knows what the unit does, and what we
    lack is a report that was lost on the way.
    """
    ahead = (report.at - now).total_seconds() > CLOCK_TOLERANCE_SECONDS
    at = now if ahead else report.at
    flags = [Flag.CLOCK_AHEAD] if ahead else []
    before = state.status if state else UnitStatus.UNKNOWN
    if state is not None and (at, _stage(report.status)) <= (state.reported_at, _stage(before)):
        same = at == state.reported_at and report.status is before
        return Ignored(IgnoredReason.DUPLICATE if same else IgnoredReason.OLDER)
    if report.status is not before and report.status not in NEXT_STATUS[before]:
        flags.append(Flag.SKIPPED_STEP)
    return Accepted(at, tuple(flags))


def _stage(status: UnitStatus) -> int:
    """How far along a call a status is; unknown comes before all."""
    return -1 if status is UnitStatus.UNKNOWN else _STAGES[status]


_STAGES: Final = {status: stage for stage, status in enumerate(UnitStatus)}
