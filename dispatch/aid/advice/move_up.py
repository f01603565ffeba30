"""Several units to several posts at once, where one move after the other would not find the best together.

What ``standby`` weighs for one move, as an integer programme over all: the expected cover of the short area
and of every lender (MEXCLP, ``covering``), each in late life-threatening calls, less what is lost while the
units drive. With ``most`` at 1 it finds what ``standby`` finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dispatch.aid.advice.covering import ALS, LEAST_BUSY, MOST_BUSY, Covering, covering_of, late_calls
from dispatch.aid.advice.posting import add_cover, expected_gains
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.programme import Programme
from dispatch.aid.advice.situation import Situation
from dispatch.aid.advice.standby import Permits, StandbyMove, count_spare, list_spare, weigh_move
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState


def propose_several(
    situation: Situation,
    borrower_row: int,
    cover: CoverState,
    practice: Practice,
    permits: Permits,
    *,
    most: int | None = None,
) -> tuple[StandbyMove, ...]:
    """The moves that are together worth most to a short area, each worth ``standby.gain`` at least.

    None while green; no more than ``most``. In the order in which to make them, each weighed after those
    before it. ``permits`` is asked about each neighbour's unit by itself: whoever makes the moves asks again.
    Time on the way is priced as if each were the only one, which is never too little.
    """
    if cover is CoverState.GREEN:
        return ()
    options = _list_options(situation, borrower_row, practice, permits)
    chosen = _choose(situation, borrower_row, practice, options, most)
    return _in_order(situation, borrower_row, practice, chosen)


def moved(situation: Situation, move: StandbyMove) -> Situation:
    """The situation once the unit waits at its new post."""
    post, serves, lent = situation.post.copy(), situation.serves.copy(), situation.lent.copy()
    post[move.unit], serves[move.unit] = move.post, move.area
    lent[move.unit] |= not move.is_move_up
    return replace(situation, post=post, serves=serves, lent=lent)


def _list_options(situation: Situation, area: int, practice: Practice, permits: Permits) -> list[StandbyMove]:
    """Neighbours' units to any post of the area, own ones to posts that nobody holds."""
    ours = (situation.home == area) & (situation.serves == area)
    posts: list[int] = np.unique(situation.post[ours]).tolist()
    free = (situation.serves == area) & (situation.free_in_seconds <= 0.0)
    held = set(situation.post[free].tolist())
    horizon_seconds = practice.prices.loss_horizon.total_seconds()
    found = []
    for unit in list_spare(situation):
        own = int(situation.home[unit]) == area
        if not own and not permits(unit):
            continue
        for post in posts:
            if not (own and post in held):
                move = weigh_move(situation, area, unit, post, practice)
                if move.travel_seconds < horizon_seconds:
                    found.append(move)
    return found


def _choose(
    situation: Situation, area: int, practice: Practice, options: Sequence[StandbyMove], most: int | None
) -> list[StandbyMove]:
    programme = Programme()
    ways = [
        _Way(move=move, chosen=programme.add(-_price(move, practice), whole=True), level=level)
        for move in options
        for level in [int(situation.level[move.unit])]
    ]
    _limit(programme, situation, practice, ways, most)
    covering = covering_of(situation.grid, practice.targets[Priority.CRITICAL].within_seconds)
    worth = late_calls(situation, practice)
    for each in sorted({area, *(way.move.lender for way in ways)}):
        _add_area(programme, situation, covering, each, float(worth[each]), ways)
    values = programme.solve()
    return [way.move for way in ways if values[way.chosen] > 0.5]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A possible move, its variable in the programme, and the unit's level of care."""

    move: StandbyMove
    chosen: int
    level: int


def _price(move: StandbyMove, practice: Practice) -> float:
    """What a move must be worth, and what it gains too late because of the way."""
    on_the_way = move.travel_seconds / practice.prices.loss_horizon.total_seconds()
    return practice.standby.gain + move.gain * on_the_way / (1.0 - on_the_way)


def _limit(
    programme: Programme, situation: Situation, practice: Practice, ways: Sequence[_Way], most: int | None
) -> None:
    """Each unit once, each lender keeps what it must of each kind, and no more moves than wanted."""
    for unit in sorted({way.move.unit for way in ways}):
        programme.limit([(way.chosen, 1.0) for way in ways if way.move.unit == unit], at_most=1.0)
    lent = [way for way in ways if not way.move.is_move_up]
    for lender, level in sorted({(way.move.lender, way.level) for way in lent}):
        spare = count_spare(situation, lender, level=level) - practice.standby.lender_keeps
        of_kind = [(way.chosen, 1.0) for way in lent if way.move.lender == lender and way.level >= level]
        programme.limit(of_kind, at_most=max(0.0, float(spare)))
    if most is not None and ways:
        programme.limit([(way.chosen, 1.0) for way in ways], at_most=float(most))


def _add_area(
    programme: Programme,
    situation: Situation,
    covering: Covering,
    area: int,
    worth: float,
    ways: Sequence[_Way],
) -> None:
    """An area's cover as the moves leave it: once of any ambulance, once of those with ALS."""
    busy_share = min(MOST_BUSY, max(LEAST_BUSY, float(situation.busy_share[area])))
    als_share = float(situation.als_share[area])
    free = (situation.serves == area) & (situation.free_in_seconds <= 0.0)
    for least, share in ((0, 1.0 - als_share), (ALS, als_share)):
        counted = np.flatnonzero(free & (situation.level >= least)).tolist()
        mine = [way for way in ways if way.level >= least and area in (way.move.area, way.move.lender)]
        for cell, weight in enumerate(covering.weight[area]):
            near = {post for post, cells in covering.cells[area].items() if cell in cells}
            changes = _list_changes(situation, area, near, mine)
            already = sum(1 for unit in counted if int(situation.post[unit]) in near)
            units = already + sum(1 for _, change in changes if change > 0)
            gains = expected_gains(worth * share * weight, units, busy_share)
            add_cover(programme, gains, changes, already=already)


def _list_changes(
    situation: Situation, area: int, near: set[int], ways: Sequence[_Way]
) -> list[tuple[int, float]]:
    """By how much each move changes how many units of the area reach a cell."""
    found = []
    for way in ways:
        arrives = way.move.area == area and way.move.post in near
        leaves = way.move.lender == area and int(situation.post[way.move.unit]) in near
        if arrives != leaves:
            found.append((way.chosen, 1.0 if arrives else -1.0))
    return found


def _in_order(
    situation: Situation, area: int, practice: Practice, chosen: Sequence[StandbyMove]
) -> tuple[StandbyMove, ...]:
    left, made = list(chosen), []
    while left:
        weighed = [weigh_move(situation, area, move.unit, move.post, practice) for move in left]
        best = max(range(len(left)), key=lambda row: (weighed[row].net, -weighed[row].unit))
        made.append(weighed[best])
        del left[best]
        situation = moved(situation, made[-1])
    return tuple(made)
