"""The rows of feeds and of the service itself."""

from dispatch.api.rows import Row


class FeedRow(Row):
    """A feed: ``live``, ``stale`` (heard, but most of its units' positions are old) or ``silent``.

    ``since``: when the state began. On a board without the figures, which come with the beat:
    ``heard_at``, ``newest_fix_at`` (the fix's own time), ``units`` it speaks for, ``stale_units`` of those in
    service with an old position, ``silent_after_seconds``. ``shows_fixes`` false: an agreement withholds the
    positions, so their ages are null.
    """

    id: str
    name: str
    jurisdiction: str
    own: bool
    state: str
    since: str
    shows_fixes: bool
    stale_after_seconds: float | None
    heard_at: str | None = None
    newest_fix_at: str | None = None
    units: int | None = None
    stale_units: int | None = None
    silent_after_seconds: float | None = None


class DegradedRow(Row):
    """What the service lacks, since when, and what to doubt for it."""

    code: str
    sentence: str
    affects: list[str]
    since: str


class ServiceRow(Row):
    """How the service itself is; a board has one."""

    id: str
    started_at: str
    degraded: list[DegradedRow]
