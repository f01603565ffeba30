"""Whom to bring into an emptied area, and when to let it go."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice.cascade import propose_cascade
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.standby import (
    Stand,
    StandbyEnd,
    count_spare,
    has_recovered,
    list_ended,
    propose_standby,
    taken,
)
from dispatch.model.jurisdiction import CoverState
from tests.make_advice import make_situation
from tests.make_live import NOON

ASHTON, BROOK, CEDAR = 0, 1, 2
PI = 0.25 * 1.0 + 0.45 * 0.3 + 0.30 * 0.05
RED = CoverState.RED

units = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 8), st.sampled_from([0.0, 0.0, 0.0, 600.0, np.inf])),
    min_size=1,
    max_size=9,
)


def anybody(unit: int) -> bool:
    return True


def propose(situation, *, area=ASHTON, cover=RED, practice=DEFAULT_PRACTICE, permits=anybody):
    return propose_standby(situation, area, cover, practice, permits)


def emptied(*more: tuple[int, int, float]):
    """Ashton's one unit is out; Brook has three at its middle post."""
    return make_situation([(ASHTON, 1, 3000.0), *[(BROOK, 4, 0.0)] * 3, *more])


def test_a_neighbours_spare_unit_fills_an_emptied_area():
    found = propose(emptied())
    assert [(move.unit, move.lender, move.area, move.post, move.keeps) for move in found[:1]] == [
        (1, BROOK, ASHTON, 1, 2)
    ]
    # Two calls an hour in Ashton; 600 s of the hour on the way; of Brook's cells each has three units.
    assert found[0].gain == pytest.approx(2.0 * PI * 0.65 * (1 - 600 / 3600))
    assert found[0].loss == pytest.approx(2.0 * PI * 0.65 * 0.35**2)
    assert found[0].figures["net"] == pytest.approx(found[0].net, abs=1e-4)


def test_no_move_is_proposed_while_cover_is_green_or_where_no_agreement_lets_it():
    assert propose(emptied(), cover=CoverState.GREEN) == ()
    assert propose(emptied(), permits=lambda unit: False) == ()
    assert [move.unit for move in propose(emptied(), permits=lambda unit: unit == 2)] == [2]


def test_a_lender_keeps_one_of_its_own():
    assert propose(make_situation([(ASHTON, 1, 3000.0), (BROOK, 4, 0.0)])) == ()
    strict = replace(DEFAULT_PRACTICE, standby=replace(DEFAULT_PRACTICE.standby, lender_keeps=3))
    assert propose(emptied(), practice=strict) == ()


def test_what_it_keeps_must_be_of_the_kind():
    situation = make_situation([(ASHTON, 1, 3000.0), (BROOK, 4, 0.0), (BROOK, 4, 0.0)])
    one_als = replace(situation, level=np.array([1, 1, 0]))
    assert [move.unit for move in propose(one_als)] == [2]


def test_a_quiet_area_is_not_worth_a_move():
    assert propose(replace(emptied(), calls_per_hour=np.array([0.1, 2.0, 2.0]))) == ()


def test_too_far_is_no_cover():
    assert propose(make_situation([(ASHTON, 1, 3000.0), *[(CEDAR, 7, 0.0)] * 3])) != ()
    situation = emptied()
    grid = replace(situation.grid, between=situation.grid.between * 10)
    assert propose(replace(situation, grid=grid)) == ()


def test_an_own_spare_unit_moves_up_to_a_post_that_nobody_holds():
    # Both at the west post; the middle one, from which all cells are in reach, is empty.
    situation = make_situation([(ASHTON, 0, 0.0), (ASHTON, 0, 0.0), (ASHTON, 1, 3000.0)])
    grid = replace(situation.grid, out=situation.grid.out * 4)  # each post reaches its own cell alone
    found = propose(replace(situation, grid=grid), permits=lambda unit: False)
    assert found
    assert all(move.is_move_up and move.post == 1 for move in found)
    assert found[0].loss == pytest.approx(2.0 * PI * 0.65 * 0.35 * 0.2)
    assert found[0].gain == pytest.approx(2.0 * PI * 0.65 * 0.5 * (1 - 200 / 3600))


def test_the_only_unit_at_a_post_gains_nothing_by_going_to_a_worse_one():
    situation = make_situation([(ASHTON, 1, 0.0), (ASHTON, 0, 3000.0)])
    assert propose(situation) == ()


@given(units, st.lists(st.booleans(), min_size=9, max_size=9), st.integers(0, 2), st.integers(0, 2))
def test_nothing_borrowed_or_standing_by_is_ever_moved_on(fleet, lent, area, elsewhere):
    situation = make_situation(fleet)
    marked = np.array(lent[: len(fleet)])
    serves = situation.home.copy()
    serves[::3] = elsewhere
    situation = replace(situation, lent=marked, serves=serves)
    for move in propose(situation, area=area):
        assert not marked[move.unit]
        assert serves[move.unit] == situation.home[move.unit]
        assert situation.free_in_seconds[move.unit] == 0
        assert move.net > DEFAULT_PRACTICE.standby.gain


@given(units, st.integers(0, 2), st.integers(0, 2))
def test_every_move_leaves_the_lender_what_it_must_keep(fleet, area, keeps):
    situation = make_situation(fleet)
    practice = replace(DEFAULT_PRACTICE, standby=replace(DEFAULT_PRACTICE.standby, lender_keeps=keeps))
    moves = propose(situation, area=area, practice=practice)
    assert len({move.unit for move in moves}) == len(moves)
    for move in moves:
        after = taken(situation, move.unit, lent=True)
        assert move.is_move_up or count_spare(after, move.lender, level=1) == move.keeps >= keeps


@given(units, st.integers(0, 2))
def test_a_move_up_gains_what_the_areas_cover_gains(fleet, area):
    """Against the whole sum: cover after less cover before, the way aside."""
    situation = make_situation(fleet)
    grid = replace(situation.grid, between=np.zeros_like(situation.grid.between))
    situation = replace(situation, grid=grid)
    for move in propose(situation, area=area):
        if move.is_move_up:
            post = situation.post.copy()
            post[move.unit] = move.post
            gained = covered(replace(situation, post=post), area) - covered(situation, area)
            assert move.net == pytest.approx(2.0 * PI * gained)


def covered(situation, area) -> float:
    grid, ours = situation.grid, (situation.serves == area) & (situation.free_in_seconds == 0)
    reach = grid.out[situation.post] / 1.25 + 60 <= 540
    count = (reach & ours[:, None]).sum(axis=0)
    mine = grid.cell_home == area
    return float((grid.weight * (1 - 0.35**count))[mine].sum())


@pytest.mark.parametrize(
    ("fleet", "minutes", "because"),
    [
        ([(ASHTON, 1, 3000.0), (BROOK, 4, 0.0)], 10, None),
        ([(ASHTON, 1, 3000.0), (BROOK, 4, 0.0)], 180, StandbyEnd.LONGEST),
        ([(ASHTON, 1, 3000.0), (BROOK, 4, 3000.0)], 10, StandbyEnd.LENDER_SHORT),
        ([*[(ASHTON, 1, 0.0)] * 3, (BROOK, 4, 0.0)], 10, StandbyEnd.BORROWER_RECOVERED),
        ([*[(ASHTON, 1, 0.0)] * 2, (ASHTON, 1, 3000.0), (BROOK, 4, 0.0)], 10, None),
        # A jurisdiction of two has recovered with both.
        ([*[(ASHTON, 1, 0.0)] * 2, (BROOK, 4, 0.0)], 10, StandbyEnd.BORROWER_RECOVERED),
    ],
)
def test_a_standby_ends_once_it_is_not_needed_or_its_home_needs_it(fleet, minutes, because):
    away = (BROOK, 1, 0.0)
    situation = make_situation([*fleet, away])
    last = len(fleet)
    serves, lent = situation.home.copy(), situation.lent.copy()
    serves[last], lent[last] = ASHTON, True
    situation = replace(situation, serves=serves, lent=lent)
    stand = Stand(unit=last, area=ASHTON, since=NOON - timedelta(minutes=minutes))
    found = list_ended([stand], situation, DEFAULT_PRACTICE)
    assert [ended.because for ended in found] == ([because] if because else [])


# -- aid with a backfill ------------------------------------------------------------------------------


def cascade(situation, *, aid, permits=anybody, cover=RED):
    return propose_cascade(
        situation, aid=aid, borrower=ASHTON, cover_after=cover, practice=DEFAULT_PRACTICE, permits=permits
    )


def test_no_unit_that_stands_by_makes_an_area_recover():
    fleet = [(ASHTON, 1, 0.0), (ASHTON, 1, 0.0), (ASHTON, 1, 3600.0), *[(BROOK, 4, 0.0)] * 2]
    situation = make_situation([*fleet, *[(BROOK, 1, 0.0)] * 2])
    serves, lent = situation.home.copy(), situation.lent.copy()
    serves[-2:], lent[-2:] = ASHTON, True
    situation = replace(situation, serves=serves, lent=lent)
    stands = [Stand(unit=len(fleet) + n, area=ASHTON, since=NOON) for n in range(2)]
    assert list_ended(stands, situation, DEFAULT_PRACTICE) == ()
    assert not has_recovered(situation, ASHTON, DEFAULT_PRACTICE.standby)


def test_who_lends_its_last_unit_gets_one_from_a_third():
    situation = make_situation([(ASHTON, 1, 3000.0), (BROOK, 4, 0.0), *[(CEDAR, 7, 0.0)] * 3])
    found = cascade(situation, aid=1)
    assert (found.lender, found.borrower) == (BROOK, ASHTON)
    assert found.loss == pytest.approx(1.5 * 2.0 * PI * 0.65)
    assert found.backfill is not None
    assert (found.backfill.lender, found.backfill.area, found.backfill.post) == (CEDAR, BROOK, 4)
    assert found.figures["backfill_keeps"] == 2


def test_who_has_enough_left_needs_no_backfill():
    situation = make_situation([*[(BROOK, 4, 0.0)] * 4, *[(CEDAR, 7, 0.0)] * 3])
    assert cascade(situation, aid=0, cover=CoverState.GREEN).backfill is None


@given(units, st.data())
def test_a_backfill_is_never_the_unit_that_was_lent_nor_the_borrowers(fleet, data):
    situation = make_situation(fleet)
    free = [row for row, unit in enumerate(fleet) if unit[2] == 0.0 and unit[0] != ASHTON]
    if not free:
        return
    aid = data.draw(st.sampled_from(free))
    found = cascade(situation, aid=aid)
    if found.backfill is not None:
        assert found.backfill.unit != aid
        assert found.backfill.lender != ASHTON
        assert found.backfill.area == situation.home[aid]
