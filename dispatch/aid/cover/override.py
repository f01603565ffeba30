"""A person's word on cover, both ways: overwhelmed although nothing says so, or not although much does.

It holds until a time that was said with it, or until it is ended before; what is measured goes on being
measured beneath it, and is named beside it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dispatch.aid.cover.reasons import CoverCode, CoverReason
from dispatch.model.clock import iso
from dispatch.model.errors import IllegalStep
from dispatch.model.ids import JurisdictionId, OverrideId
from dispatch.model.jurisdiction import CoverState

LONGEST_OVERRIDE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverOverride:
    """One override as it is on record. ``ends_at``: when it is over, or was ended."""

    id: OverrideId
    jurisdiction_id: JurisdictionId
    state: CoverState
    reason: str
    set_by: str
    begins_at: datetime
    ends_at: datetime
    version: int = 1

    def holds(self, now: datetime) -> bool:
        """Whether it overrules what is measured at ``now``."""
        return self.begins_at <= now < self.ends_at

    def said(self, measured: CoverState) -> CoverReason:
        """The override as the first reason of the state that it sets."""
        figures = {"state": self.state.value, "measured": measured.value, "until": iso(self.ends_at)}
        return CoverReason(code=CoverCode.OVERRIDDEN, figures=figures)


def end_override(override: CoverOverride, *, now: datetime) -> CoverOverride:
    """What is measured counts again from ``now``. Raises ``IllegalStep`` where the override is over."""
    if not override.holds(now):
        raise IllegalStep("over", wanted="ended", because="override_is_over")
    return replace(override, ends_at=now, version=override.version + 1)
