"""A second opinion: never about life-threatening calls, and none where the futures cannot tell."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.aid.advice.opinion import BATCH, Because, Fallback, Opinion, compare_courses, fall_back, follow
from dispatch.aid.advice.options import CallFacts, Course, Rule
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.aid.advice.situation import Situation
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_situations import Crew, advise, make_option, make_permit, make_scene, make_situation

CALL = CallFacts(
    borrower=JurisdictionId("ashton"),
    priority=Priority.LOWER_ACUITY,
    level=0,
    cell=0,
    waited_seconds=0.0,
    cover=CoverState.AMBER,
)
OWN = make_option("a1", "ashton", row=0, eta_seconds=240)
BUSY = make_option("a2", "ashton", row=1, eta_seconds=240, free_in_seconds=600)
AID = make_option("b1", "brookfield", row=2, eta_seconds=600, permit=make_permit())


def scene(*, ashton: float = 3.0, brookfield: float = 0.1, spare: int = 4) -> Situation:
    """Ashton has one unit free and one soon; Brookfield some to spare, ten minutes away."""
    units = [Crew(0), Crew(0, free_in=600.0), *(Crew(1) for _ in range(spare))]
    return replace(make_scene(*units), calls_per_hour=np.array([ashton, brookfield]))


def practice(**figures: float) -> Practice:
    return replace(DEFAULT_PRACTICE, rollouts=replace(DEFAULT_PRACTICE.rollouts, **figures))


def test_a_life_threatening_call_gets_no_opinion_and_no_figures() -> None:
    critical = replace(CALL, priority=Priority.CRITICAL)
    opinion = compare_courses(critical, advise(OWN, AID), scene(), DEFAULT_PRACTICE, seed=1)
    assert opinion.because is Because.LIFE_THREATENING
    assert (opinion.course, opinion.unit_id, opinion.agrees, opinion.courses) == (None, None, None, ())


def test_a_call_that_no_ambulance_meets_gets_none() -> None:
    opinion = compare_courses(replace(CALL, level=None), advise(OWN, AID), scene(), DEFAULT_PRACTICE, seed=1)
    assert opinion.because is Because.NO_AMBULANCE


def test_where_there_is_one_course_there_is_nothing_to_compare() -> None:
    opinion = compare_courses(CALL, advise(OWN), scene(), DEFAULT_PRACTICE, seed=1)
    assert (opinion.because, opinion.agrees) == (Because.NO_CHOICE, None)


def test_the_last_own_unit_is_kept_where_a_neighbour_has_plenty_to_spare() -> None:
    opinion = compare_courses(CALL, advise(OWN, AID), scene(), DEFAULT_PRACTICE, seed=1)
    assert (opinion.course, opinion.unit_id) == (Course.ASK, "b1")
    assert opinion.agrees is False
    assert opinion.fallback is None
    own, aid = opinion.courses
    assert (own.difference, own.standard_error) == (0.0, 0.0)
    assert aid.difference == pytest.approx(aid.mean - own.mean)
    assert aid.difference < -aid.standard_error < 0
    assert (opinion.futures, opinion.horizon_seconds) == (100, 4500.0)


def test_it_agrees_with_advice_that_the_futures_bear_out() -> None:
    opinion = compare_courses(CALL, advise(AID, OWN), scene(), DEFAULT_PRACTICE, seed=1)
    assert (opinion.unit_id, opinion.agrees) == ("b1", True)


def test_a_better_course_within_chance_is_no_reason_to_leave_the_advice() -> None:
    same = make_option("b1", "brookfield", row=2, eta_seconds=170, permit=make_permit())
    quiet, busy = scene(ashton=0.0, brookfield=0.0), scene(ashton=0.5)
    sure = compare_courses(CALL, advise(same, OWN), quiet, practice(sure_errors=0.0), seed=1)
    assert (sure.unit_id, sure.fallback) == ("b1", None)
    kept = compare_courses(CALL, advise(OWN, AID), busy, practice(sure_errors=1000.0), seed=1)
    assert (kept.course, kept.unit_id) == (Course.SEND_OWN, "a1")
    assert (kept.fallback, kept.agrees) == (Fallback.UNDECIDED, True)
    assert len(kept.courses) == 2


def test_advice_that_is_dearer_within_chance_is_not_left_for_plain_closest_either() -> None:
    unmoved = practice(sure_errors=1000.0)
    kept = compare_courses(CALL, advise(AID, OWN), scene(ashton=0.0, brookfield=5.0), unmoved, seed=1)
    assert next(one for one in kept.courses if one.unit_id == "a1").difference < 0.0
    assert (kept.unit_id, kept.agrees, kept.fallback) == ("b1", True, Fallback.UNDECIDED)


def test_waiting_must_win_by_the_margin() -> None:
    options = advise(OWN, BUSY)
    alone = scene(ashton=6.0, spare=0)
    waits = compare_courses(CALL, options, alone, DEFAULT_PRACTICE, seed=1)
    assert (waits.course, waits.unit_id) == (Course.HOLD, "a2")
    gain = waits.courses[0].mean - waits.courses[1].mean
    assert gain > DEFAULT_PRACTICE.rollouts.hold_margin
    sends = compare_courses(CALL, options, alone, practice(hold_margin=gain * 1.01), seed=1)
    assert sends.course is Course.SEND_OWN


def test_the_same_seed_gives_the_same_opinion_with_either_player() -> None:
    advice = advise(OWN, AID, BUSY)
    compiled = compare_courses(CALL, advice, scene(), DEFAULT_PRACTICE, seed=3)
    plain = compare_courses(CALL, advice, scene(), DEFAULT_PRACTICE, seed=3, kernel=False)
    assert compiled == plain
    assert compiled != compare_courses(CALL, advice, scene(), DEFAULT_PRACTICE, seed=4)


def test_a_clock_that_leaves_time_changes_nothing() -> None:
    still = compare_courses(CALL, advise(OWN, AID), scene(), DEFAULT_PRACTICE, seed=3, clock=lambda: 7.0)
    assert still == compare_courses(CALL, advise(OWN, AID), scene(), DEFAULT_PRACTICE, seed=3)


def ticking(seconds: float) -> Iterator[float]:
    return (step * seconds for step in count())


@pytest.mark.parametrize("steps", [5, 6])
def test_time_that_runs_out_leaves_the_whole_batches_played_so_far(steps: int) -> None:
    """The clock is read once at the start and once before each of the two courses of a batch."""
    tick = ticking(DEFAULT_PRACTICE.rollouts.deadline_seconds / steps * 1.0001)
    opinion = compare_courses(
        CALL, advise(OWN, AID), scene(), DEFAULT_PRACTICE, seed=3, clock=lambda: next(tick)
    )
    assert opinion.futures == BATCH * ((steps - 1) // 2)
    assert opinion.fallback is None
    whole = compare_courses(CALL, advise(OWN, AID), scene(), DEFAULT_PRACTICE, seed=3)
    assert opinion.courses[0].mean != whole.courses[0].mean


def test_time_that_runs_out_before_the_first_batch_leaves_plain_closest() -> None:
    tick = ticking(1.0)
    opinion = compare_courses(
        CALL, advise(AID, OWN), scene(), DEFAULT_PRACTICE, seed=3, clock=lambda: next(tick)
    )
    assert opinion == fall_back(advise(AID, OWN), Fallback.DEADLINE, seed=3)
    assert (opinion.course, opinion.unit_id, opinion.agrees) == (Course.SEND_OWN, "a1", None)


def test_too_few_futures_tell_nothing() -> None:
    opinion = compare_courses(CALL, advise(AID, OWN), scene(), practice(futures=5), seed=3)
    assert (opinion.fallback, opinion.unit_id) == (Fallback.TOO_FEW_FUTURES, "a1")
    assert opinion.courses == ()


def test_figures_that_are_none_are_an_error() -> None:
    endless = replace(DEFAULT_PRACTICE, per_minute=float("inf"))
    opinion = compare_courses(CALL, advise(AID, OWN), scene(), endless, seed=3)
    assert (opinion.fallback, opinion.unit_id) == (Fallback.ERROR, "a1")


def test_without_anybody_to_send_falling_back_is_nobody() -> None:
    opinion = fall_back(advise(BUSY, course=Course.HOLD), Fallback.ERROR)
    assert (opinion.course, opinion.unit_id) == (Course.NOBODY, None)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10_000), waited=st.floats(0, 3000), priority=st.sampled_from(list(Priority)[1:]))
def test_the_opinion_is_always_one_of_the_options_and_free_to_be_sent(
    seed: int, waited: float, priority: Priority
) -> None:
    situation = make_situation(seed)
    borrower, options = situation.grid.jurisdictions[0], []
    for row, home in enumerate(situation.home):
        free_in = situation.free_in_seconds[row]
        if np.isfinite(free_in) and (home == 0 or free_in == 0):
            permit = None if home == 0 else make_permit()
            options.append(
                make_option(
                    f"u{row}",
                    situation.grid.jurisdictions[home],
                    row=row,
                    eta_seconds=120 + 40 * row,
                    permit=permit,
                    free_in_seconds=int(free_in),
                )
            )
    order = [one for one in options if one.option.free_in_seconds == 0]
    call = replace(CALL, borrower=borrower, priority=priority, waited_seconds=waited)
    advice = advise(*order, *(one for one in options if one not in order))
    opinion = compare_courses(call, advice, situation, practice(futures=20), seed=seed)
    if opinion.because is Because.COMPARED:
        chosen = next(one for one in options if one.option.unit_id == opinion.unit_id)
        assert (opinion.course is Course.HOLD) == (chosen.option.free_in_seconds > 0)
        assert (opinion.course is Course.ASK) == (chosen.option.permit is not None)
        if opinion.course is Course.HOLD:
            assert waited + chosen.option.free_in_seconds <= DEFAULT_PRACTICE.targets[priority].hold_seconds


def test_following_an_opinion_puts_its_unit_first_and_says_by_which_rule() -> None:
    advice = advise(OWN, AID)
    opinion = compare_courses(CALL, advice, scene(), DEFAULT_PRACTICE, seed=1)
    followed = follow(advice, opinion)
    assert (followed.course, followed.unit_id, followed.rule) == (Course.ASK, "b1", Rule.ROLLOUT)
    assert [one.option.unit_id for one in followed.order] == ["b1", "a1"]


def test_following_a_doubt_is_plain_closest() -> None:
    advice = advise(AID, OWN)
    followed = follow(advice, fall_back(advice, Fallback.DEADLINE))
    assert (followed.course, followed.unit_id, followed.rule) == (Course.SEND_OWN, "a1", Rule.PLAIN)
    assert followed.figures["fallback"] == "deadline"


def test_without_an_opinion_and_where_it_agrees_the_advice_stands() -> None:
    advice = advise(AID, OWN)
    assert follow(advice, Opinion(because=Because.NO_CHOICE)) is advice
    assert follow(advice, compare_courses(CALL, advice, scene(), DEFAULT_PRACTICE, seed=1)) is advice
    waits = advise(BUSY, course=Course.HOLD)
    assert follow(waits, fall_back(waits, Fallback.ERROR)) is waits
