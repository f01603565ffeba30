"""A party closes itself to lending, as a notice of inability, and opens again.

At any time and without asking anyone: a closure stops new permits at once, and aid under way goes on.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.agreements.standing import Closure
from dispatch.model.errors import IllegalStep
from dispatch.model.ids import ClosureId, JurisdictionId


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingClosure:
    """One closure as it is on record. ``ends_at``: when it is over, or was ended; None: open end."""

    id: ClosureId
    jurisdiction_id: JurisdictionId
    reason: str
    closed_by: str
    begins_at: datetime
    ends_at: datetime | None = None
    version: int = 1

    def holds(self, now: datetime) -> bool:
        """Whether the party lends nothing at ``now``."""
        return self.said.holds(now)

    @property
    def said(self) -> Closure:
        """What the agreements' rules know of it."""
        return Closure(
            jurisdiction_id=self.jurisdiction_id,
            reason=self.reason,
            by=self.closed_by,
            begins_at=self.begins_at,
            ends_at=self.ends_at,
        )


def reopen(closure: LendingClosure, *, now: datetime) -> LendingClosure:
    """The party lends again from ``now``. Raises ``IllegalStep`` where the closure is over already."""
    if not closure.holds(now):
        raise IllegalStep("over", wanted="open", because="closure_is_over")
    return replace(closure, ends_at=now, version=closure.version + 1)
