"""What an option costs, and what makes it cost more."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice.covering import Covers
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, TARGETS
from dispatch.aid.advice.weigh import lateness, weigh
from dispatch.model.incident import Priority
from tests.make_advice import (
    GRID,
    PERMIT,
    SPARING,
    aid,
    calls,
    make_call,
    make_situation,
    options_with_situation,
    own,
)

PI = 0.25 * 1.0 + 0.45 * 0.3 + 0.30 * 0.05
"""What a call weighs in the mean, by the shares of ``make_situation``."""


def only(option, situation, *, call=None, practice=DEFAULT_PRACTICE):
    (found,) = weigh(call or make_call(), [option], situation, practice)
    return found


def test_a_call_served_at_its_target_is_half_late_and_each_minute_costs():
    target = TARGETS[Priority.CRITICAL]
    assert lateness(540, target, DEFAULT_PRACTICE) == pytest.approx(0.5 + 0.02 * 9)
    late = lateness(600, TARGETS[Priority.EMERGENT], DEFAULT_PRACTICE)
    assert late == pytest.approx(0.3 * (1 / (1 + math.exp(5)) + 0.2))


@given(st.integers(0, 100_000), st.integers(1, 5_000), st.sampled_from(Priority))
def test_later_is_never_cheaper(arrival: int, more: int, priority: Priority):
    target = TARGETS[priority]
    sharp = replace(DEFAULT_PRACTICE, slope_seconds=0.01)
    for practice in (DEFAULT_PRACTICE, sharp):
        assert lateness(arrival + more, target, practice) > lateness(arrival, target, practice)


def test_arrival_counts_waiting_asking_becoming_free_and_driving():
    found = weigh(
        make_call(waited=30.4), [aid("b1", 300, asked=60), own("a1", 100, busy=240)], None, DEFAULT_PRACTICE
    )
    assert [w.arrival_seconds for w in found] == [390, 370]


def test_the_last_unit_of_a_lender_costs_all_the_cover_it_gave():
    # From the middle post all three cells are within 9 minutes (60 + 200 / 1.25).
    found = only(aid("b1", 300, row=0), make_situation([(1, 4, 0.0)]))
    assert found.cover_loss == pytest.approx(1.5 * 2.0 * PI * (1 - 0.35))


def test_a_second_unit_there_leaves_only_what_the_busy_share_takes():
    found = only(aid("b1", 300, row=0), make_situation([(1, 4, 0.0), (1, 4, 0.0)]))
    assert found.cover_loss == pytest.approx(1.5 * 2.0 * PI * (1 - 0.35) * 0.35)


def test_cells_out_of_reach_are_no_loss():
    far = replace(GRID, out=GRID.out * 10)
    assert only(aid("b1", 300, row=0), make_situation([(1, 4, 0.0)], grid=far)).cover_loss == pytest.approx(
        1.5 * 2.0 * PI * 0.65 * 0.5  # its own cell alone
    )


def test_a_basic_unit_costs_no_cover_of_those_who_need_more():
    levels = np.array([0, 1])
    situation = make_situation([(1, 4, 0.0), (1, 4, 0.0)], level=1)
    situation = replace(situation, level=levels)
    basic, advanced = (only(aid("x", 300, row=row), situation).cover_loss for row in (0, 1))
    per_share = 1.5 * 2.0 * PI * 0.65
    assert basic == pytest.approx(per_share * 0.4 * 0.35)
    assert advanced == pytest.approx(per_share * (0.4 * 0.35 + 0.6))


def test_a_unit_that_stands_by_costs_cover_where_it_stands_and_its_home_is_paid():
    situation = replace(
        make_situation([(1, 1, 0.0)]), serves=np.array([0]), ledger_hours=np.array([0.0, 4.0, 0.0])
    )
    situation = replace(situation, calls_per_hour=np.array([3.0, 0.0, 0.0]))
    found = only(aid("b1", 300, row=0, permit=SPARING), situation)
    assert found.cover_loss == pytest.approx(1.5 * 3.0 * PI * 0.65)
    assert (found.given_hours, found.ledger_price) == (4.0, pytest.approx(4.0 * 0.005))


def test_a_busy_unit_is_judged_as_if_it_were_free_beside_the_others():
    situation = make_situation([(0, 1, 600.0), (0, 1, 0.0)])
    busy, free = (only(own("a", 300, row=row), situation).cover_loss for row in (0, 1))
    assert busy == pytest.approx(free * 0.35)


@given(st.floats(-50.0, 0.0))
def test_who_received_more_than_it_gave_has_no_price(hours: float):
    situation = make_situation([(1, 4, 0.0)], ledger_hours=np.full(3, hours))
    found = only(aid("b1", 300, row=0, permit=SPARING), situation)
    assert (found.ledger_price, found.given_hours) == (0.0, 0.0)


@given(st.floats(-500.0, 500.0), calls)
def test_what_was_given_has_no_price_where_the_agreement_does_not_say_so(hours: float, call):
    situation = make_situation([(1, 4, 0.0)], ledger_hours=np.full(3, hours))
    found = only(aid("b1", 300, row=0, permit=PERMIT), situation, call=call)
    assert (found.ledger_price, found.given_hours) == (0.0, 0.0)


@given(st.floats(-500.0, 500.0), st.floats(0.0, 500.0), calls)
def test_who_has_given_more_never_costs_less(hours: float, more: float, call):
    less, dearer = (
        only(
            aid("b1", 300, row=0, permit=SPARING),
            make_situation([(1, 4, 0.0)], ledger_hours=np.full(3, given)),
            call=call,
        )
        for given in (hours, hours + more)
    )
    assert dearer.ledger_price >= less.ledger_price
    assert dearer.cost >= less.cost


def test_an_own_unit_and_one_that_stands_by_have_no_price():
    situation = make_situation([(0, 1, 0.0), (1, 4, 0.0)], ledger_hours=np.full(3, 100.0))
    for option in (own("a1", 300, row=0), aid("b1", 300, row=1, permit=None, stands_by=True)):
        assert only(option, situation).ledger_price == 0.0


def test_no_price_applies_to_a_life_threatening_call():
    situation = make_situation([(1, 4, 0.0)], ledger_hours=np.full(3, 100.0))
    option = aid("b1", 300, row=0, crew_price=0.2, permit=SPARING)
    found = only(option, situation, call=make_call(Priority.CRITICAL))
    assert (found.aid_price, found.ledger_price, found.crew_price) == (0.0, 0.0, 0.0)
    assert found.cost == found.lateness + found.cover_loss


def test_without_a_situation_only_the_call_is_weighed():
    found = only(aid("b1", 300, row=0, permit=SPARING), None)
    assert (found.cover_loss, found.ledger_price, found.aid_price) == (0.0, 0.0, 0.02)


@given(options_with_situation(), calls, st.data())
def test_another_free_unit_of_the_lender_never_makes_its_units_dearer(case, call, data):
    options, situation = case
    before = weigh(call, options, situation, DEFAULT_PRACTICE)
    home, post = data.draw(st.integers(0, 2)), data.draw(st.integers(0, 8))
    rows = [
        *zip(
            situation.home.tolist(), situation.post.tolist(), situation.free_in_seconds.tolist(), strict=True
        )
    ]
    after = weigh(call, options, make_situation([*rows, (home, post, 0.0)]), DEFAULT_PRACTICE)
    for one, other in zip(before, after, strict=True):
        assert other.cost <= one.cost + 1e-12


@given(options_with_situation(), st.integers(60, 1200))
def test_the_cover_of_an_area_agrees_with_the_formula_over_its_cells(case, within_seconds):
    _, situation = case
    grid = situation.grid
    target = replace(TARGETS[Priority.CRITICAL], within_seconds=within_seconds)
    practice = replace(DEFAULT_PRACTICE, targets={**TARGETS, Priority.CRITICAL: target})
    covers = Covers(situation, practice)
    for row in np.flatnonzero(situation.free_in_seconds <= 0).tolist():
        area = int(situation.home[row])
        expected = 0.0
        for cell in np.flatnonzero(grid.cell_home == area):
            near = grid.out[situation.post, cell] / grid.siren[area] + 60 <= within_seconds
            there = near & (situation.home == area) & (situation.free_in_seconds <= 0)
            if near[row]:
                expected += grid.weight[cell] * 0.65 * 0.35 ** (there.sum() - 1)
        assert covers.of(area).share_lost(int(situation.post[row]), 1) == pytest.approx(expected)
