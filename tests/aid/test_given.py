"""What each has given lately: hours lent less those borrowed, fading, each loan once."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.assignment import REDIRECTED, Assignment
from dispatch.aid.given import EndedLoan, find_ended_loan, given_hours, reach_of
from dispatch.model.ids import AssignmentId
from tests.make_agreements import CEDAR, ELM, HARLOW
from tests.make_ledger import BEGINS, hour, lend, loans

WEEK = timedelta(days=7)
NOW = BEGINS + timedelta(days=60)
some_loans = st.integers(0, 6).flatmap(lambda count: st.tuples(*(loans(str(n)) for n in range(count))))
moments = st.integers(0, 500).map(lambda days: BEGINS + timedelta(days=days, hours=3))
memories = st.integers(1, 2000).map(lambda hours: timedelta(hours=hours))


def ended(*assignments: Assignment) -> list[EndedLoan]:
    return [loan for one in assignments if (loan := find_ended_loan(one)) is not None]


def test_the_lender_has_given_what_the_borrower_has_received():
    loan = lend(NOW - 3 * hour, 3 * hour, lender=CEDAR, borrower=HARLOW)
    assert given_hours(ended(loan), now=NOW, memory=WEEK) == {CEDAR: 3.0, HARLOW: -3.0}


def test_a_week_later_about_a_third_of_it_is_left():
    loan = lend(NOW - WEEK - 3 * hour, 3 * hour)
    assert given_hours(ended(loan), now=NOW, memory=WEEK)[CEDAR] == pytest.approx(3.0 / math.e)


def test_what_was_given_back_counts_against_it():
    there = lend(NOW - 4 * hour, 4 * hour, which="1")
    back = lend(NOW - 3 * hour, 3 * hour, which="2", unit="h1", lender=HARLOW, borrower=CEDAR)
    assert given_hours(ended(there, back), now=NOW, memory=WEEK) == {CEDAR: 1.0, HARLOW: -1.0}


def test_own_work_and_a_loan_that_is_not_over_are_nothing_yet():
    assert ended(lend(NOW, hour, lender=HARLOW, borrower=HARLOW), lend(NOW, None)) == []


def test_a_unit_that_was_sent_on_from_its_post_is_one_loan_and_counts_when_all_of_it_is_over():
    began, sent_on = NOW - 3 * hour, NOW - 2 * hour
    standby = replace(lend(began, hour, which="standby"), end_reason=REDIRECTED)
    under_way = replace(
        lend(sent_on, None, which="mission"), continues=AssignmentId("asg_standby"), loan_since=began
    )
    assert ended(standby, under_way) == []
    over = replace(lend(sent_on, 2 * hour, which="mission"), continues=standby.id, loan_since=began)
    assert given_hours(ended(standby, over), now=NOW, memory=WEEK)[CEDAR] == 3.0


def test_nobody_has_given_what_is_beyond_five_memories_or_still_to_come():
    last = lend(NOW - reach_of(WEEK) - hour, hour + timedelta(microseconds=1))
    assert given_hours(ended(last), now=NOW, memory=WEEK)[CEDAR] < 0.01
    assert given_hours(ended(last), now=NOW + timedelta(microseconds=1), memory=WEEK) == {}
    assert given_hours(ended(lend(NOW, hour)), now=NOW, memory=WEEK) == {}


@given(some_loans, moments, memories)
def test_each_loan_counts_its_hours_by_how_long_it_is_over(assignments, now, memory):
    found = given_hours(ended(*assignments), now=now, memory=memory)
    for party in (CEDAR, HARLOW, ELM):
        expected = 0.0
        for one in assignments:
            if one.ended_at is not None and timedelta() <= now - one.ended_at < 5 * memory:
                hours = (one.ended_at - one.assigned_at) / hour
                sign = (one.home == party) - (one.borrower == party)
                expected += sign * hours * math.exp(-((now - one.ended_at) / memory))
        assert found.get(party, 0.0) == pytest.approx(expected, abs=1e-9)


@given(some_loans, moments, memories)
def test_what_all_have_given_adds_up_to_nothing(assignments, now, memory):
    found = given_hours(ended(*assignments), now=now, memory=memory)
    assert math.fsum(found.values()) == pytest.approx(0.0, abs=1e-9)


@given(some_loans, moments, memories, st.integers(1, 100))
def test_one_more_loan_never_makes_its_lender_the_one_that_gave_less(assignments, now, memory, hours):
    more = lend(now - hours * hour, hours * hour, which="more", lender=CEDAR, borrower=ELM)
    before = given_hours(ended(*assignments), now=now, memory=memory)
    after = given_hours(ended(*assignments, more), now=now, memory=memory)
    assert after[CEDAR] >= before.get(CEDAR, 0.0)
    assert after[ELM] <= before.get(ELM, 0.0)
