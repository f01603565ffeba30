"""Reports from vehicles and CAD feeds: checked, committed where they are statuses, then in the picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.model.geo import Point
from dispatch.model.ids import UnitId
from dispatch.model.principal import Principal
from dispatch.model.unit import UnitStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """One report as a feed sends it: a status, a position, or both, measured at ``at`` (the source's time)."""

    unit_id: UnitId
    at: datetime
    status: UnitStatus | None = None
    position: Point | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    seq: int | None = None


class Taken(StrEnum):
    """What became of a report."""

    ACCEPTED = "accepted"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One report's fate; ``reason`` is a stable code, None when accepted as it was."""

    unit_id: UnitId
    outcome: Taken
    reason: str | None = None


class Intake:
    """The only way in for reports."""

    async def report(self, principal: Principal, reports: Sequence[UnitReport]) -> Sequence[Outcome]:
        """One outcome per report, in order; statuses are durable when this returns.

        A report of a unit that is not the feed's own is ``refused: unknown_unit``, like a unit that does
        not exist. Raises ``Forbidden`` (this role may not report), ``Invalid`` (more than 500), ``Unavailable``.
        """
        ...
