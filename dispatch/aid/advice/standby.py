"""Whom to bring into an emptied area before the next call comes, and when to let it go home.

A neighbour's spare unit to a post of a short area, or an own spare unit to an own post that nobody holds.
Worth it by the calls of ``loss_horizon``: ``gained(b) calls_a (1 - travel / horizon) - lost(u) calls_l``,
each by its weight. What is lent or stands by is never moved on: it was lent to one, for one purpose.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.advice.covering import AreaCover, Covers, late_calls
from dispatch.aid.advice.practice import Practice, StandbyRules
from dispatch.aid.advice.situation import Situation
from dispatch.model.jurisdiction import CoverState

Permits = Callable[[int], bool]
"""Whether an agreement lets the unit of a row stand by for the borrower (purpose ``standby``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyMove:
    """One unit to one post. Rows are the situation's (units) and the grid's (areas, posts).

    ``gain`` and ``loss`` in expected late life-threatening calls, for the area and for the unit's home;
    an own unit's move loses at home what it gains there. ``keeps``: free units of the kind that its home
    has left. ``ends``: when it goes home again.
    """

    unit: int
    lender: int
    area: int
    post: int
    travel_seconds: int
    gain: float
    loss: float
    keeps: int
    ends: StandbyRules

    @property
    def net(self) -> float:
        """What is gained in all."""
        return self.gain - self.loss

    @property
    def is_move_up(self) -> bool:
        """Whether it stays inside its own jurisdiction."""
        return self.lender == self.area

    @property
    def figures(self) -> dict[str, int | float]:
        """What the proposal rests on."""
        return {
            "gain": round(self.gain, 4),
            "loss": round(self.loss, 4),
            "net": round(self.net, 4),
            "travel_seconds": self.travel_seconds,
            "keeps": self.keeps,
            "ends_at_free": self.ends.ends_at_free,
            "longest_minutes": round(self.ends.longest.total_seconds() / 60),
        }


class StandbyEnd(StrEnum):
    """Why a unit that stands by goes home."""

    BORROWER_RECOVERED = "borrower_recovered"
    LENDER_SHORT = "lender_short"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A unit that stands by for ``area`` since ``since``."""

    unit: int
    area: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedStand:
    """A unit that may go home now, and why."""

    stand: Stand
    because: StandbyEnd


def propose_standby(
    situation: Situation,
    borrower_row: int,
    cover: CoverState,
    practice: Practice,
    permits: Permits,
) -> tuple[StandbyMove, ...]:
    """Moves worth making for a short area, the best first; each by itself, one for each unit at most.

    None while green. ``permits`` is asked about neighbours' units only.
    """
    if cover is CoverState.GREEN:
        return ()
    watch = _Watch(situation, practice, borrower_row)
    found = []
    for unit in list_spare(situation):
        move = watch.find_best(unit)
        if move is not None and (move.is_move_up or permits(unit)):
            found.append(move)
    return tuple(sorted(found, key=lambda move: (-move.net, move.unit)))


def weigh_move(
    situation: Situation, borrower_row: int, unit: int, post: int, practice: Practice
) -> StandbyMove:
    """One move by itself, whether it is worth making or not; the unit is one that ``list_spare`` names."""
    return _Watch(situation, practice, borrower_row).weigh(unit, post)


def list_ended(stands: Iterable[Stand], situation: Situation, practice: Practice) -> tuple[EndedStand, ...]:
    """Those that may go home: the area has recovered, their home is short, or it lasted long enough."""
    ended = []
    for stand in stands:
        because = _find_end(stand, situation, practice.standby)
        if because is not None:
            ended.append(EndedStand(stand=stand, because=because))
    return tuple(ended)


def has_recovered(situation: Situation, area: int, rules: StandbyRules) -> bool:
    """Whether the area has enough free units of its own again: no standby makes itself superfluous."""
    ours = (situation.home == area) & np.isfinite(situation.free_in_seconds)
    enough = min(rules.ends_at_free, max(1, int(np.count_nonzero(ours))))
    return count_spare(situation, area) >= enough


def list_spare(situation: Situation) -> list[int]:
    """The free units at home: what is lent or stands by is never lent on."""
    rows: list[int] = np.flatnonzero(_spare(situation)).tolist()
    return rows


def count_spare(situation: Situation, home: int, *, level: int = 0) -> int:
    """A jurisdiction's own free units at home that give at least this level of care."""
    return int(np.count_nonzero(_spare(situation) & (situation.home == home) & (situation.level >= level)))


def _spare(situation: Situation) -> NDArray[np.bool_]:
    at_home: NDArray[np.bool_] = (situation.serves == situation.home) & ~situation.lent
    return at_home & (situation.free_in_seconds <= 0.0)


class _Watch:
    """What an area would gain by one more unit at each of its posts."""

    def __init__(self, situation: Situation, practice: Practice, area: int) -> None:
        self._situation, self._practice, self._area = situation, practice, area
        self._covers = Covers(situation, practice)
        ours = (situation.home == area) & (situation.serves == area)
        self._posts: list[int] = np.unique(situation.post[ours]).tolist()
        held = {post for post, _ in self._covers.free_in(area)}
        self._empty = [post for post in self._posts if post not in held]
        self._late_calls = late_calls(situation, practice).tolist()

    def find_best(self, unit: int) -> StandbyMove | None:
        """The unit's best move into the area that is worth making."""
        situation, rules = self._situation, self._practice.standby
        home = int(situation.home[unit])
        keeps = count_spare(situation, home, level=int(situation.level[unit])) - 1
        if home == self._area:
            there, posts = self._without(unit), self._empty
        elif keeps >= rules.lender_keeps:
            there, posts = self._covers.of(self._area), self._posts
        else:
            return None
        moves = (self._move(unit, post, there, keeps) for post in posts)
        worth_making = [move for move in moves if move.net > rules.gain]
        return max(worth_making, key=lambda move: (move.net, -move.post), default=None)

    def weigh(self, unit: int, post: int) -> StandbyMove:
        """The unit's move to this post."""
        home = int(self._situation.home[unit])
        keeps = count_spare(self._situation, home, level=int(self._situation.level[unit])) - 1
        there = self._without(unit) if home == self._area else self._covers.of(self._area)
        return self._move(unit, post, there, keeps)

    def _move(self, unit: int, post: int, there: AreaCover, keeps: int) -> StandbyMove:
        situation, area = self._situation, self._area
        at, level, home = int(situation.post[unit]), int(situation.level[unit]), int(situation.home[unit])
        horizon_seconds = self._practice.prices.loss_horizon.total_seconds()
        # Without a way there is nothing to gain, and nothing once the hour is over.
        seconds = min(float(situation.grid.between[at, post]), horizon_seconds)
        gained = there.share_lost(post, level, more=1) * (1.0 - seconds / horizon_seconds)
        return StandbyMove(
            unit=unit,
            lender=home,
            area=area,
            post=post,
            travel_seconds=round(seconds),
            gain=gained * self._late_calls[area],
            loss=self._covers.of(home).share_lost(at, level) * self._late_calls[home],
            keeps=keeps,
            ends=self._practice.standby,
        )

    def _without(self, unit: int) -> AreaCover:
        """The area's cover once its own unit has left its post."""
        return Covers(taken(self._situation, unit), self._practice).of(self._area)


def taken(situation: Situation, unit: int, *, lent: bool = False) -> Situation:
    """The situation once a unit has been sent; ``lent`` to another jurisdiction."""
    free_in_seconds, away = situation.free_in_seconds.copy(), situation.lent.copy()
    free_in_seconds[unit] = situation.occupancy_seconds
    away[unit] |= lent
    return replace(situation, free_in_seconds=free_in_seconds, lent=away)


def _find_end(stand: Stand, situation: Situation, rules: StandbyRules) -> StandbyEnd | None:
    if situation.now - stand.since >= rules.longest:
        return StandbyEnd.LONGEST
    home, level = int(situation.home[stand.unit]), int(situation.level[stand.unit])
    if count_spare(situation, home, level=level) < rules.lender_keeps:
        return StandbyEnd.LENDER_SHORT
    return StandbyEnd.BORROWER_RECOVERED if has_recovered(situation, stand.area, rules) else None
