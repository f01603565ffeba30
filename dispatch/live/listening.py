"""What each feed has said so far, for judging the feeds: one writer, the event loop.

Columns have one entry per row of the picture, so that counting costs no loop over the fleet.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.live.feeds import MOST_GAPS, FeedSigns
from dispatch.live.picture import STATUS_CODE, Picture, has_code
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitStatus

ONE_HEARING_SECONDS: Final = 1.0
"""Requests closer together are one hearing: a feed may send its units one by one."""

_NOT_IN_SERVICE: Final = (STATUS_CODE[UnitStatus.OFF_DUTY], STATUS_CODE[UnitStatus.OUT_OF_SERVICE])
_NOBODY: Final = -1


@dataclass(slots=True, kw_only=True)
class KnownFeed:
    """One feed: a key that reports for one jurisdiction, and its number in the columns."""

    id: str
    name: str
    jurisdiction_id: JurisdictionId
    awaited_since: datetime
    number: int
    heard_at: datetime | None = None
    newest_fix_at: datetime | None = None
    gaps: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_GAPS))


@dataclass(frozen=True, slots=True)
class Counts:
    """Per feed number: units spoken for, and of those whose newest fix is the feed's ``FeedSigns``' three."""

    units: NDArray[np.int64]
    placed: NDArray[np.int64]
    in_service: NDArray[np.int64]
    stale: NDArray[np.int64]


class Listening:
    """The feeds and which units each speaks for."""

    def __init__(self) -> None:
        self.feeds: dict[str, KnownFeed] = {}
        self._numbers = 0
        self._placed_by = np.full(16, _NOBODY, dtype=np.int64)
        self._said_by = np.full(16, _NOBODY, dtype=np.int64)

    def expect(
        self, feed_id: str, *, name: str, jurisdiction_id: JurisdictionId, awaited_since: datetime
    ) -> KnownFeed:
        """The feed, known from now on at the latest; a known one takes its new name."""
        known = self.feeds.get(feed_id)
        if known is None:
            known = self.feeds[feed_id] = KnownFeed(
                id=feed_id,
                name=name,
                jurisdiction_id=jurisdiction_id,
                awaited_since=awaited_since,
                number=self._numbers,
            )
            self._numbers += 1
        known.name = name or known.name
        return known

    def forget(self, feed_id: str) -> None:
        """Its key is no more. Units keep what they last said, and nobody speaks for them."""
        known = self.feeds.pop(feed_id, None)
        if known is not None:
            self._placed_by[self._placed_by == known.number] = _NOBODY
            self._said_by[self._said_by == known.number] = _NOBODY

    def hear(self, feed: KnownFeed, now: datetime) -> None:
        """The feed has sent something, whatever it was worth. A clock set back in between measures no gap."""
        if feed.heard_at is None or now < feed.heard_at:
            feed.heard_at = now
            return
        gap_seconds = (now - feed.heard_at).total_seconds()
        if gap_seconds >= ONE_HEARING_SECONDS:
            feed.gaps.append(gap_seconds)
            feed.heard_at = now

    def set_back(self, now: datetime) -> None:
        """Count silences from ``now`` where a clock that was set back would begin them later only."""
        for feed in self.feeds.values():
            feed.awaited_since = min(feed.awaited_since, now)
            if feed.heard_at is not None:
                feed.heard_at = min(feed.heard_at, now)

    def note_fix(self, feed: KnownFeed, row: int, at: datetime, *, is_newest: bool) -> None:
        """The feed placed the unit in ``row``; ``is_newest``: no newer fix of it is known."""
        self._make_room(row)
        self._said_by[row] = feed.number
        if is_newest:
            self._placed_by[row] = feed.number
        if feed.newest_fix_at is None or at > feed.newest_fix_at:
            feed.newest_fix_at = at

    def note_status(self, feed: KnownFeed, row: int) -> None:
        """The feed said what the unit in ``row`` is doing."""
        self._make_room(row)
        self._said_by[row] = feed.number

    def count(self, picture: Picture, stale_seconds: NDArray[np.float64], now: datetime) -> Counts:
        """How many units each feed speaks for. ``stale_seconds``: the limit of each feed, by its number."""
        if len(picture):
            self._make_room(len(picture) - 1)
        placed_by, said_by = self._placed_by[: len(picture)], self._said_by[: len(picture)]
        placed = placed_by != _NOBODY
        in_service = placed & ~has_code(picture.status[: len(picture)], _NOT_IN_SERVICE)
        rows = np.flatnonzero(in_service)
        old = rows[picture.age_seconds(now)[rows] > stale_seconds[placed_by[rows]]]
        also = placed & (placed_by != said_by)  # placed by the one, its status said by another: both speak
        return Counts(
            units=self._per_feed(said_by[said_by != _NOBODY]) + self._per_feed(placed_by[also]),
            placed=self._per_feed(placed_by[placed]),
            in_service=self._per_feed(placed_by[in_service]),
            stale=self._per_feed(placed_by[old]),
        )

    def signs_of(self, feed: KnownFeed, counts: Counts) -> FeedSigns:
        """What is known of the feed."""
        return FeedSigns(
            awaited_since=feed.awaited_since,
            heard_at=feed.heard_at,
            gaps=tuple(feed.gaps),
            newest_fix_at=feed.newest_fix_at,
            placed=int(counts.placed[feed.number]),
            in_service=int(counts.in_service[feed.number]),
            stale=int(counts.stale[feed.number]),
        )

    @property
    def numbers(self) -> int:
        """How many numbers were given out; those of forgotten feeds are not used again."""
        return self._numbers

    def _per_feed(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(numbers, minlength=self._numbers)

    def _make_room(self, row: int) -> None:
        if row < len(self._placed_by):
            return
        for name in ("_placed_by", "_said_by"):
            old = getattr(self, name)
            grown = np.full(2 * (row + 1), _NOBODY, dtype=np.int64)
            grown[: len(old)] = old
            setattr(self, name, grown)
