"""Which courses are played for a call."""

from dataclasses import replace

from dispatch.aid.advice.courses import LENDERS_AT_MOST, find_plain, list_courses
from dispatch.aid.advice.options import Advice, CallFacts, Course
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.rollout import Kind
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_situations import advise, make_option, make_permit

CALL = CallFacts(
    borrower=JurisdictionId("ashton"),
    priority=Priority.LOWER_ACUITY,
    level=0,
    cell=0,
    waited_seconds=100.0,
    cover=CoverState.AMBER,
)
OWN = make_option("a1", "ashton", row=0, eta_seconds=500)
FARTHER = make_option("a2", "ashton", row=1, eta_seconds=700)
BUSY = make_option("a3", "ashton", row=2, eta_seconds=300, free_in_seconds=900)
NEAR = make_option("b1", "brookfield", row=3, eta_seconds=400, permit=make_permit())
BEHIND = make_option("b2", "brookfield", row=4, eta_seconds=450, permit=make_permit())
OTHER = make_option("c1", "carden", row=5, eta_seconds=600, permit=make_permit("other"))


def names(advice: Advice, call: CallFacts = CALL) -> set[tuple[Course, str]]:
    return {course.key for course in list_courses(call, advice, DEFAULT_PRACTICE)}


def test_the_best_own_the_nearest_of_each_lender_and_the_own_that_is_soonest_free_are_played() -> None:
    later = make_option("a4", "ashton", row=6, eta_seconds=300, free_in_seconds=1200)
    assert names(advise(OWN, FARTHER, OTHER, BEHIND, NEAR, later, BUSY)) == {
        (Course.SEND_OWN, "a1"),
        (Course.ASK, "b1"),
        (Course.ASK, "c1"),
        (Course.HOLD, "a3"),
    }


def test_what_is_advised_is_played_also_where_it_is_no_ones_nearest() -> None:
    assert (Course.ASK, "b2") in names(advise(BEHIND, NEAR, OWN))
    assert (Course.SEND_OWN, "a2") in names(advise(FARTHER, OWN))


def test_where_waiting_is_advised_the_unit_that_is_waited_for_is_the_advices() -> None:
    other = make_option("a4", "ashton", row=6, eta_seconds=100, free_in_seconds=300)
    held = {key for key in names(advise(BUSY, OWN, other, course=Course.HOLD)) if key[0] is Course.HOLD}
    assert held == {(Course.HOLD, "a3")}


def test_a_lender_behind_the_band_is_not_played() -> None:
    assert names(advise(OWN, replace(NEAR, in_band=False), OTHER)) == {
        (Course.SEND_OWN, "a1"),
        (Course.ASK, "c1"),
    }


def test_no_more_than_the_nearest_lenders_are_played() -> None:
    many = [
        make_option(f"u{n}", f"lender{n}", row=n, eta_seconds=300 + n, permit=make_permit()) for n in range(9)
    ]
    assert names(advise(*many)) == {(Course.ASK, f"u{n}") for n in range(LENDERS_AT_MOST)}


def test_a_unit_without_a_row_cannot_be_played() -> None:
    assert names(advise(make_option("air", "ashton", row=None, eta_seconds=100), NEAR)) == {
        (Course.ASK, "b1")
    }


def test_a_call_is_held_only_as_long_as_its_priority_may_wait() -> None:
    assert (Course.HOLD, "a3") in names(advise(OWN, BUSY), replace(CALL, waited_seconds=1500.0))
    assert (Course.HOLD, "a3") not in names(advise(OWN, BUSY), replace(CALL, waited_seconds=1501.0))
    emergent = replace(CALL, priority=Priority.EMERGENT)
    assert (Course.HOLD, "a3") not in names(advise(OWN, BUSY), emergent)


def test_a_held_call_waits_for_what_is_left_of_its_time() -> None:
    (held,) = [c for c in list_courses(CALL, advise(OWN, BUSY), DEFAULT_PRACTICE) if c.course is Course.HOLD]
    assert held.opening.kind is Kind.HOLD
    assert held.opening.seconds == 2300.0


def test_a_sent_unit_begins_with_its_own_times() -> None:
    (asked,) = list_courses(CALL, advise(NEAR), DEFAULT_PRACTICE)
    assert (asked.opening.row, asked.opening.asked_seconds, asked.opening.eta_seconds) == (3, 60, 400)


def test_of_an_agreement_with_an_order_of_call_only_the_first_is_played() -> None:
    first = replace(OTHER, option=replace(OTHER.option, permit=make_permit("card", call_order=1)))
    second = replace(NEAR, option=replace(NEAR.option, permit=make_permit("card", call_order=2)))
    unnamed = make_option("d1", "denton", row=7, eta_seconds=200, permit=make_permit("card"))
    free = make_option("e1", "elmley", row=8, eta_seconds=650, permit=make_permit("free"))
    assert names(advise(first, second, unnamed, free)) == {(Course.ASK, "c1"), (Course.ASK, "e1")}
    assert find_plain(advise(second, unnamed, first)) == (Course.ASK, "c1")


def test_plain_closest_is_the_closest_own_before_any_neighbour() -> None:
    assert find_plain(advise(NEAR, FARTHER, OWN)) == (Course.SEND_OWN, "a1")


def test_plain_closest_is_the_neighbour_that_is_there_first_where_no_own_unit_is_free() -> None:
    far = replace(NEAR, in_band=False)
    assert find_plain(advise(OTHER, far, BEHIND, BUSY)) == (Course.ASK, "b1")


def test_where_nobody_is_free_there_is_no_plain_closest() -> None:
    assert find_plain(advise(BUSY, course=Course.HOLD)) is None
    assert find_plain(advise()) is None
