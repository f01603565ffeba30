"""Whether a move to stand by pays: with the move and without it, in the same futures."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from dispatch.aid.advice.opinion import Fallback
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.rollout import Kind
from dispatch.aid.advice.situation import Situation
from dispatch.aid.advice.standby_opinion import Move, compare_standby, open_with
from tests.make_situations import Crew, make_scene

INTO_ASHTON = Move(row=2, post=0, serves=0)
INTO_BROOKFIELD = Move(row=0, post=1, serves=1)


def scene(*, ashton: float = 3.0, brookfield: float = 0.1) -> Situation:
    """Ashton has nobody for an hour; Brookfield four units. No aid: its floor forbids it."""
    units = [Crew(0, free_in=3000.0), Crew(0, free_in=3600.0), *(Crew(1) for _ in range(4))]
    made = make_scene(*units)
    strict = replace(made.lending, floor=np.full_like(made.lending.floor, 5))
    return replace(made, calls_per_hour=np.array([ashton, brookfield]), lending=strict)


def test_moving_into_an_emptied_area_pays() -> None:
    (opinion,) = compare_standby([INTO_ASHTON], scene(), DEFAULT_PRACTICE, seed=1)
    assert opinion.pays
    assert opinion.gain == pytest.approx(opinion.stays - opinion.moves)
    assert opinion.gain > opinion.standard_error > 0
    assert (opinion.futures, opinion.horizon_seconds, opinion.fallback) == (100, 4500.0, None)


def test_moving_out_of_a_busy_area_does_not() -> None:
    (opinion,) = compare_standby([INTO_ASHTON], scene(ashton=0.1, brookfield=12.0), DEFAULT_PRACTICE, seed=1)
    assert not opinion.pays
    assert opinion.gain < 0
    assert opinion.fallback is None


def test_each_move_is_judged_by_itself_in_the_order_given() -> None:
    both = compare_standby([INTO_BROOKFIELD, INTO_ASHTON], scene(), DEFAULT_PRACTICE, seed=1)
    alone = compare_standby([INTO_ASHTON], scene(), DEFAULT_PRACTICE, seed=1)
    assert [opinion.move for opinion in both] == [INTO_BROOKFIELD, INTO_ASHTON]
    assert both[1:] == alone


def test_both_players_say_the_same() -> None:
    plain = compare_standby([INTO_ASHTON], scene(), DEFAULT_PRACTICE, seed=1, kernel=False)
    assert plain == compare_standby([INTO_ASHTON], scene(), DEFAULT_PRACTICE, seed=1)


def test_on_doubt_the_unit_stays() -> None:
    doubtful = replace(DEFAULT_PRACTICE, rollouts=replace(DEFAULT_PRACTICE.rollouts, sure_errors=1000.0))
    (opinion,) = compare_standby([INTO_ASHTON], scene(), doubtful, seed=1)
    assert (opinion.pays, opinion.fallback) == (False, Fallback.UNDECIDED)


def test_when_time_runs_out_the_unit_stays() -> None:
    tick = count()
    (opinion,) = compare_standby(
        [INTO_ASHTON], scene(), DEFAULT_PRACTICE, seed=1, clock=lambda: float(next(tick))
    )
    assert (opinion.pays, opinion.fallback) == (False, Fallback.DEADLINE)


def test_no_moves_no_opinions() -> None:
    assert compare_standby([], scene(), DEFAULT_PRACTICE, seed=1) == ()


def test_a_move_takes_the_asking_the_chute_time_and_the_drive() -> None:
    situation = scene()
    grid = replace(situation.grid, chute_seconds=np.array([30.0, 90.0]))
    opening = open_with(INTO_ASHTON, replace(situation, grid=grid))
    assert (opening.kind, opening.row, opening.post, opening.serves) == (Kind.MOVE, 2, 0, 0)
    assert opening.seconds == 60.0 + 90.0 + 600.0


def test_an_own_unit_that_moves_up_is_not_asked() -> None:
    opening = open_with(Move(row=2, post=1, serves=1), scene())
    assert opening.seconds == 0.0
