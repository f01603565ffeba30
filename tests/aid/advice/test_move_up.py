"""Several moves at once: as good as trying all of them, and what one move after the other would miss."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from dispatch.aid.advice.covering import covering_of, late_calls
from dispatch.aid.advice.move_up import moved, propose_several
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.aid.advice.situation import Situation
from dispatch.aid.advice.standby import StandbyMove, count_spare, list_spare, propose_standby, weigh_move
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_situations import Shape, make_situation

RED, AREA = CoverState.RED, 0
EAGER = replace(DEFAULT_PRACTICE, standby=replace(DEFAULT_PRACTICE.standby, gain=0.01))
SMALL = Shape(jurisdictions=3, units=8, cells_each=6, posts_each=2, busy=0.3, calls_per_unit_hour=0.8)


def anybody(unit: int) -> bool:
    return True


def emptied(seed: int, shape: Shape | None = None) -> Situation:
    """Two of three own units of the area are out, and it has three times the calls."""
    situation = make_situation(seed, shape)
    out = (situation.home == AREA) & (np.arange(len(situation.home)) % 3 != seed % 3)
    busier = np.where(np.arange(len(situation.calls_per_hour)) == AREA, 3.0, 1.0)
    return replace(
        situation,
        free_in_seconds=np.where(out, 3000.0, situation.free_in_seconds),
        calls_per_hour=situation.calls_per_hour * busier,
    )


def several(situation: Situation, practice: Practice = EAGER, **more: int) -> tuple[StandbyMove, ...]:
    return propose_several(situation, AREA, RED, practice, anybody, **more)


def covered(situation: Situation, practice: Practice) -> float:
    """Late calls that the free units spare all areas, cell by cell as the formula is written."""
    covering = covering_of(situation.grid, practice.targets[Priority.CRITICAL].within_seconds)
    worth, total = late_calls(situation, practice), 0.0
    for area in range(len(situation.grid.jurisdictions)):
        busy = min(0.6, max(0.2, float(situation.busy_share[area])))
        free = np.flatnonzero((situation.serves == area) & (situation.free_in_seconds <= 0))
        for cell, weight in enumerate(covering.weight[area]):
            near = [u for u in free if cell in covering.cells[area].get(int(situation.post[u]), ())]
            als = sum(1 for unit in near if situation.level[unit] >= 1)
            share = float(situation.als_share[area])
            total += worth[area] * weight * ((1 - share) * (1 - busy ** len(near)) + share * (1 - busy**als))
    return float(total)


def priced(move: StandbyMove, practice: Practice) -> float:
    share = move.travel_seconds / practice.prices.loss_horizon.total_seconds()
    return practice.standby.gain + move.gain * share / (1 - share)


def worth_of(situation: Situation, moves: list[StandbyMove], practice: Practice) -> float:
    """What is covered more than before, less the price of each move by itself."""
    after = situation
    for move in moves:
        after = moved(after, move)
    return covered(after, practice) - covered(situation, practice) - sum(priced(m, practice) for m in moves)


def best_by_trying(situation: Situation, practice: Practice) -> float:
    """The most that any set of moves is worth."""
    ours = (situation.home == AREA) & (situation.serves == AREA)
    posts = np.unique(situation.post[ours]).tolist()
    held = set(situation.post[(situation.serves == AREA) & (situation.free_in_seconds <= 0)].tolist())
    spare, best = list_spare(situation), 0.0
    ways = [[None, *(p for p in posts if situation.home[unit] != AREA or p not in held)] for unit in spare]
    for plan in product(*ways):
        moves = [
            weigh_move(situation, AREA, unit, post, practice)
            for unit, post in zip(spare, plan, strict=True)
            if post is not None
        ]
        if all(kept(situation, moves, move, practice) for move in moves if not move.is_move_up):
            best = max(best, worth_of(situation, moves, practice))
    return best


def kept(situation: Situation, moves: list[StandbyMove], of: StandbyMove, practice: Practice) -> bool:
    level = int(situation.level[of.unit])
    gone = sum(1 for m in moves if m.lender == of.lender and situation.level[m.unit] >= level)
    return count_spare(situation, of.lender, level=level) - gone >= practice.standby.lender_keeps


@pytest.mark.parametrize("seed", range(12))
def test_no_set_of_moves_is_worth_more(seed: int) -> None:
    situation = emptied(seed, SMALL)
    alone = [weigh_move(situation, AREA, m.unit, m.post, EAGER) for m in several(situation)]
    assert worth_of(situation, alone, EAGER) == pytest.approx(best_by_trying(situation, EAGER), abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_a_single_move_is_the_best_that_standby_proposes(seed: int) -> None:
    situation = emptied(seed)
    found = several(situation, most=1)
    proposed = propose_standby(situation, AREA, RED, EAGER, anybody)
    assert [move.net for move in found] == pytest.approx([move.net for move in proposed[:1]])


@pytest.mark.parametrize("seed", range(30))
def test_no_unit_goes_twice_and_every_lender_keeps_what_it_must(seed: int) -> None:
    situation = emptied(seed)
    found = list(several(situation))
    assert len({move.unit for move in found}) == len(found)
    assert {move.unit for move in found} <= set(list_spare(situation))
    assert all(kept(situation, found, move, EAGER) for move in found if not move.is_move_up)


def test_the_seeds_hold_cases_with_several_moves() -> None:
    assert sum(len(several(emptied(seed))) > 1 for seed in range(30)) >= 5


def test_nobody_moves_while_green_or_where_no_agreement_lets_a_neighbour() -> None:
    situation = emptied(3)
    assert propose_several(situation, AREA, CoverState.GREEN, EAGER, anybody) == ()
    own = propose_several(situation, AREA, RED, EAGER, lambda unit: False)
    assert all(move.is_move_up for move in own)


def test_each_move_is_weighed_after_those_before_it() -> None:
    situation = next(s for s in map(emptied, range(30)) if len(several(s)) > 1)
    first, second, *_ = several(situation)
    after = moved(situation, first)
    again = weigh_move(after, AREA, second.unit, second.post, EAGER)
    assert second.gain == pytest.approx(again.gain)
    assert covered(after, EAGER) > covered(situation, EAGER)
