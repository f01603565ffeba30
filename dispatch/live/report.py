"""What a feed says about a unit, before anybody has judged it.

``at`` is the source's own time of the fix or of the status, never the time of receipt.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.model.geo import Point
from dispatch.model.ids import UnitId
from dispatch.model.unit import UnitStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionReport:
    """Where a source saw a unit.

    ``speed_mps`` and ``heading_deg`` are the source's own, where it has them; ``seq`` is its device's
    counter and orders what it says within one moment.
    """

    unit_id: UnitId
    position: Point
    at: datetime
    source: str
    speed_mps: float | None = None
    heading_deg: float | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """What a source says a unit is doing."""

    unit_id: UnitId
    status: UnitStatus
    at: datetime
    source: str


class Flag(StrEnum):
    """What was odd about a report that was taken all the same."""

    CLOCK_AHEAD = "clock_ahead"
    """The source's clock runs ahead of ours; the time was clamped to now."""
    LATE = "late"
    """A newer fix is known already: this one only fills in the trail behind it."""
    SUSPECT_JUMP = "suspect_jump"
    """The unit would have had to move faster than it can."""
    SKIPPED_STEP = "skipped_step"
    """The unit cannot get from the status it was in to this one in one step; a report was lost."""


class IgnoredReason(StrEnum):
    """Why a report changed nothing."""

    UNKNOWN_UNIT = "unknown_unit"
    DUPLICATE = "duplicate"
    OLDER = "older"
    BEFORE_DISPATCH = "before_dispatch"
    """The source has not heard of the unit's dispatch: it says again what it said before."""
    BEFORE_RELEASE = "before_release"
    """The source has not heard that the unit was let go from its post: it says again what it said there."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A report that counts. ``at`` is its time after clamping."""

    at: datetime
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """A report that changes nothing, and why."""

    reason: IgnoredReason
