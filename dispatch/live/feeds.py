"""Whether a feed can be trusted: is it connected, and is what it says news?

Connected is not fresh. A device that repeats an old fix is heard all the time and tells nothing new: so a
feed is judged by receipt *and* by the fixes' own time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dispatch.live.freshness import DEFAULT_LIMITS

SILENCES: Final = 3
"""So many of its usual intervals without a word are a silence: one report may be lost, and one late."""

SHORTEST_SILENCE_SECONDS: Final = 15.0
"""A feed that reports every second is not silent because a network hiccuped."""

LONGEST_SILENCE_SECONDS: Final = 120.0
"""Older than this even a parked unit's position is stale, so nobody may take a feed of them for live."""

LONGEST_QUIET_SECONDS: Final = 1_800.0
"""The same for a feed that has never sent a position: on a quiet night no status changes for long."""

UNKNOWN_SILENCE_SECONDS: Final = 60.0
"""While a feed's usual interval is not known yet."""

LEARNED_SECONDS: Final = 120.0
"""Before it was heard for so long, a feed that sends its units one by one has not shown its pause yet."""

LONGEST_LIMIT_SECONDS: Final = 86_400.0
"""What an operator may set at most."""

FEWEST_GAPS: Final = 3
"""Fewer intervals say nothing about what is usual."""

MOST_GAPS: Final = 500
"""So many intervals are remembered, the newest: two rounds of a large fleet whose units come one by one."""

OUTAGES: Final = 1
"""So many of the longest intervals are not usual: one outage says nothing, and what came twice does."""


class FeedState(StrEnum):
    """From a feed to act on down to one that says nothing."""

    LIVE = "live"
    STALE = "stale"
    """Heard, but most of its units' positions are old."""
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLimits:
    """What an operator may set for one feed, in seconds.

    ``silent_seconds`` None: by its own usual interval. ``stale_seconds``: as old as that, by the time of the
    fix, a position of the feed is stale.
    """

    silent_seconds: float | None = None
    stale_seconds: float = DEFAULT_LIMITS.ageing_seconds

    def __post_init__(self) -> None:
        for seconds in (self.silent_seconds, self.stale_seconds):
            if seconds is not None and not 0 < seconds <= LONGEST_LIMIT_SECONDS:
                raise ValueError("a feed's limits are more than no seconds and at most a day")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSigns:
    """What is known of one feed.

    ``awaited_since``: since when its silence would be heard; ``heard_at``: the newest receipt, None where it
    was never heard. ``gaps``: seconds between the newest receipts. ``newest_fix_at`` by the fix's own time;
    None for a feed that sends no positions. Of the units whose newest fix is the feed's: ``placed`` is how
    many, ``in_service`` how many of these are neither off duty nor out of service, ``stale`` how many of
    those have an old position.
    """

    awaited_since: datetime
    heard_at: datetime | None = None
    gaps: Sequence[float] = ()
    newest_fix_at: datetime | None = None
    placed: int = 0
    in_service: int = 0
    stale: int = 0


def usual_gap_seconds(gaps: Sequence[float]) -> float | None:
    """The longest interval that is usual for the feed; None while that is not known.

    Not an average: a feed may send its units one by one and then pause, and one of events is irregular.
    """
    if len(gaps) < FEWEST_GAPS:
        return None
    return sorted(gaps)[-1 - OUTAGES]


def silent_after_seconds(gaps: Sequence[float], limits: FeedLimits, *, sends_positions: bool) -> float:
    """How long the feed may be unheard: what an operator set, else never over two minutes with positions,
    and never over half an hour without.
    """
    if limits.silent_seconds is not None:
        return limits.silent_seconds
    usual = usual_gap_seconds(gaps)
    if usual is None:
        return UNKNOWN_SILENCE_SECONDS
    least = SHORTEST_SILENCE_SECONDS if sum(gaps) >= LEARNED_SECONDS else UNKNOWN_SILENCE_SECONDS
    most = LONGEST_SILENCE_SECONDS if sends_positions else LONGEST_QUIET_SECONDS
    return min(most, max(least, SILENCES * usual))


def judge_feed(
    signs: FeedSigns, *, limits: FeedLimits, before: FeedState | None, now: datetime
) -> FeedState | None:
    """The feed's state; None while it was not heard yet and it is too early to call that a silence.

    Stale begins where more than half of its units have old positions and ends where a quarter has: parked
    vehicles report seldom, and a state that flickers is not looked at.
    """
    unheard_since = signs.heard_at or signs.awaited_since
    places = signs.newest_fix_at is not None
    limit_seconds = silent_after_seconds(signs.gaps, limits, sends_positions=places)
    if now - unheard_since > timedelta(seconds=limit_seconds):
        return FeedState.SILENT
    if signs.heard_at is None:
        return None
    return FeedState.STALE if _is_stale(signs, limits, before=before, now=now) else FeedState.LIVE


def _is_stale(signs: FeedSigns, limits: FeedLimits, *, before: FeedState | None, now: datetime) -> bool:
    if signs.newest_fix_at is None:
        return False
    if not signs.placed:  # it sends positions, and newer ones of all its units are known
        return now - signs.newest_fix_at > timedelta(seconds=limits.stale_seconds)
    share = 0.25 if before is FeedState.STALE else 0.5
    return signs.stale > share * signs.in_service
