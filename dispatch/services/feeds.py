"""The feeds' health: heard with every report, looked at twice a second, told when a state changes.

What changes with each report (ages, counts) goes with the beat and never makes a frame of its own.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.feed_sight import feed_view
from dispatch.live.feeds import FeedLimits, FeedState, judge_feed, silent_after_seconds
from dispatch.live.listening import Counts, KnownFeed, Listening
from dispatch.model.principal import Principal, Role
from dispatch.services.audience import Key, Table
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.health_book import Feed, FeedFigures, HealthBook
from dispatch.services.ports import ApiKey
from dispatch.services.standing import withheld_between
from dispatch.services.timers import Timer

LOOK_SECONDS: Final = 0.5
KEYS_SECONDS: Final = 15.0

DEFAULT: Final = FeedLimits()

_SILENT: Final = FeedState.SILENT


class FeedWatch:
    """Judges the feeds. ``limits`` by a key's label or id, for feeds that need others than the default."""

    def __init__(
        self,
        core: Core,
        publish: Callable[[Iterable[Key]], object],
        limits: Mapping[str, FeedLimits] | None = None,
    ) -> None:
        """``publish`` tells boards which rows changed."""
        self._core, self._publish, self._limits = core, publish, limits or {}
        self._keys: frozenset[str] = frozenset()
        self._began = core.clock()
        self.has_news = asyncio.Event()

    @property
    def _book(self) -> HealthBook:
        return self._core.world.health

    @property
    def _listening(self) -> Listening:
        return self._book.listening

    def timers(self) -> Sequence[Timer]:
        """What has to be done again and again."""
        return (
            Timer("feeds", self.look, seconds=LOOK_SECONDS, wake=self.has_news),
            Timer("feed-keys", self.read_keys, seconds=KEYS_SECONDS),
        )

    def hear(self, principal: Principal, now: datetime) -> KnownFeed | None:
        """A feed has sent something; None where it speaks for no jurisdiction."""
        if principal.jurisdiction_id is None:
            return None
        feed = self._listening.expect(
            principal.id,
            name=principal.display_name or principal.id,
            jurisdiction_id=principal.jurisdiction_id,
            awaited_since=self._began,
        )
        self._listening.hear(feed, now)
        told = self._book.feeds.get(feed.id)
        if told is None or told.state is _SILENT:
            self.has_news.set()
        return feed

    async def read_keys(self) -> None:
        """Expect every feed that has a key, heard or not; forget those whose key is no more."""
        now = self._core.clock()
        keys = await self._core.store.read(lambda reader: reader.list_api_keys())
        valid = {key.id: key for key in keys if _is_feed(key, now)}
        for key in valid.values():
            if key.jurisdiction_id is not None:
                self._listening.expect(
                    key.id,
                    name=key.label,
                    jurisdiction_id=key.jurisdiction_id,
                    awaited_since=max(self._began, key.created_at),
                )
        for gone in self._keys - valid.keys():
            self._listening.forget(gone)
        self._keys = frozenset(valid)

    def look(self) -> None:
        """Judge every feed again; boards are told at once of states that changed."""
        self.has_news.clear()
        now, book = self._core.clock(), self._book
        self._listening.set_back(now)
        known = tuple(self._listening.feeds.values())
        counts = self._listening.count(self._core.world.picture, self._stale_seconds(known), now)
        judged = [(feed, self._judge(feed, counts, now)) for feed in known]
        book.put_figures({feed.id: self._figures(feed, counts) for feed, now_is in judged if now_is})
        feeds = {feed.id: now_is for feed, now_is in judged if now_is}
        before, book.feeds = book.feeds, feeds
        changed = [which for which in before.keys() | feeds.keys() if before.get(which) != feeds.get(which)]
        if changed:
            self._publish([Key(Table.FEEDS, which) for which in sorted(changed)])

    async def list_feeds(self, principal: Principal) -> Sequence[Row]:
        """The feeds that the caller may see, worst first, each with its figures as of now.

        Raises ``Forbidden``.
        """
        now, own = self._core.clock(), principal.jurisdiction_id
        require(principal, Action.READ_FEED, owned_by(own), what="feeds", which="own", now=now)
        self.look()
        rows = (self._row(feed, principal, now) for feed in self._book.feeds.values())
        seen = [row for row in rows if row is not None]
        order = tuple(reversed(FeedState))
        return sorted(seen, key=lambda row: (order.index(FeedState(row["state"])), not row["own"], row["id"]))

    def _row(self, feed: Feed, viewer: Principal, now: datetime) -> Row | None:
        world, home = self._core.world, feed.jurisdiction_id
        return feed_view(
            feed,
            self._book.figures.get(feed.id),
            viewer=viewer,
            partners=world.book.partners_of(home, now=now),
            withheld=withheld_between(world, viewer.jurisdiction_id, home, now=now),
        )

    def _judge(self, feed: KnownFeed, counts: Counts, now: datetime) -> Feed | None:
        limits, told = self._limits_of(feed), self._book.feeds.get(feed.id)
        signs = self._listening.signs_of(feed, counts)
        state = judge_feed(signs, limits=limits, before=told.state if told else None, now=now)
        if state is None:
            return None
        silent_as_told = told is not None and (told.state is _SILENT) == (state is _SILENT)
        return Feed(
            id=feed.id,
            name=feed.name,
            jurisdiction_id=feed.jurisdiction_id,
            state=state,
            since=told.since if told and told.state is state else now,
            heard_since=told.heard_since if told and silent_as_told else now,
            stale_after_seconds=limits.stale_seconds,
        )

    def _figures(self, feed: KnownFeed, counts: Counts) -> FeedFigures:
        return FeedFigures(
            heard_at=feed.heard_at,
            newest_fix_at=feed.newest_fix_at,
            units=int(counts.units[feed.number]),
            stale_units=int(counts.stale[feed.number]),
            silent_after_seconds=silent_after_seconds(
                feed.gaps, self._limits_of(feed), sends_positions=feed.newest_fix_at is not None
            ),
        )

    def _stale_seconds(self, known: Sequence[KnownFeed]) -> NDArray[np.float64]:
        column = np.full(self._listening.numbers, DEFAULT.stale_seconds)
        for feed in known:
            column[feed.number] = self._limits_of(feed).stale_seconds
        return column

    def _limits_of(self, feed: KnownFeed) -> FeedLimits:
        return self._limits.get(feed.id) or self._limits.get(feed.name) or DEFAULT


def _is_feed(key: ApiKey, now: datetime) -> bool:
    over = key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now)
    return key.role is Role.FEED and not over
