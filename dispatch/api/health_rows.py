"""What clients get about the feeds and about the service itself."""

from dispatch.api.rows import Row, WireTime
from dispatch.live.feeds import FeedState
from dispatch.live.losses import Affected, Loss


class FeedRow(Row):
    """A feed as a board shows it; what changes with every report comes with the beat."""

    id: str
    name: str
    jurisdiction: str
    own: bool
    state: FeedState
    """``stale``: it is heard, but most of its units' positions are old."""
    since: WireTime
    """When the state began."""
    shows_fixes: bool
    """False: an agreement withholds the positions, so how old they are is null."""
    stale_after_seconds: float | None


class FeedHealthRow(FeedRow):
    """A feed with its figures as of now."""

    heard_at: WireTime | None
    """Null: not since the service started."""
    newest_fix_at: WireTime | None
    """By the fix's own time; null for a feed that sends no positions."""
    units: int
    """For so many it speaks."""
    stale_units: int | None
    """Of those in service, so many have an old position."""
    silent_after_seconds: float


class DegradedRow(Row):
    """What the service lacks, since when, and what to doubt for it."""

    code: Loss
    sentence: str
    affects: list[Affected]
    since: WireTime


class ServiceRow(Row):
    """How the service itself is; a board has one."""

    id: str
    started_at: WireTime
    degraded: list[DegradedRow]
