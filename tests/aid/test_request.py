from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.request import (
    BROKEN_OFF,
    NEXT,
    OFFER_WITHDRAWN,
    OTHER_UNIT,
    AidRequest,
    DeclineReason,
    RequestState,
    accept,
    counter,
    decline,
    expire,
    is_outstanding,
    lapse,
    take_back,
    withdraw,
)
from dispatch.model.errors import AlreadyAnswered, Forbidden, IllegalStep, StaleVersion
from tests.make_aid import make_request
from tests.make_live import NOON, after

S = RequestState
Step = Callable[..., AidRequest]
DUE = after(60)


def do_accept(request: AidRequest, *, expected: int | None = None, now: datetime = NOON) -> AidRequest:
    return accept(request, by="lender", expected=expected, now=now)


def do_decline(request: AidRequest, *, expected: int | None = None, now: datetime = NOON) -> AidRequest:
    reason = DeclineReason.NO_UNIT
    return decline(request, by="lender", reason=reason, note="two out", expected=expected, now=now)


def do_counter(request: AidRequest, *, expected: int | None = None, now: datetime = NOON) -> AidRequest:
    return counter(request, by="lender", note="", expected=expected, now=now)


def do_withdraw(request: AidRequest, *, expected: int | None = None, now: datetime = NOON) -> AidRequest:
    return withdraw(request, by="borrower", reason="cleared", expected=expected, now=now)


def do_expire(request: AidRequest, *, expected: int | None = None, now: datetime = DUE) -> AidRequest:
    return expire(request, now=now)


STEPS: dict[RequestState, Step] = {
    S.ACCEPTED: do_accept,
    S.DECLINED: do_decline,
    S.EXPIRED: do_expire,
    S.WITHDRAWN: do_withdraw,
}


@pytest.mark.parametrize("to", list(STEPS))
@pytest.mark.parametrize("state", list(S))
def test_every_state_allows_the_steps_of_the_table_and_no_other(
    state: RequestState, to: RequestState
) -> None:
    request = make_request(state=state)
    if to in NEXT.get(state, frozenset()):
        assert STEPS[to](request).state is to
        return
    with pytest.raises(IllegalStep) as caught:
        STEPS[to](request)
    assert caught.value.because == f"already_{state}"


def test_only_an_offer_is_open() -> None:
    assert set(NEXT) == {S.OFFERED}
    assert NEXT[S.OFFERED] == frozenset(STEPS)


def test_an_answer_names_who_gave_it_and_when() -> None:
    answered = do_accept(make_request(), now=after(10))
    assert (answered.answered_by, answered.answered_at, answered.version) == ("lender", after(10), 2)


def test_a_refusal_keeps_its_reason_and_note() -> None:
    answered = do_decline(make_request())
    assert (answered.reason, answered.note) == ("no_unit", "two out")


def test_a_lender_cannot_accept_after_the_offer_expires() -> None:
    with pytest.raises(IllegalStep) as caught:
        do_accept(make_request(), now=after(60))
    assert caught.value.because == "offer_expired"
    assert do_accept(make_request(), now=after(59.9)).state is S.ACCEPTED


@pytest.mark.parametrize("may_decline", [True, False])
def test_an_offer_lapses_with_its_unit_even_where_the_aid_is_mandatory(may_decline: bool) -> None:
    request = replace(make_request(), may_decline=may_decline)
    lapsed = lapse(request, because="the unit became out_of_service", now=NOON)
    assert (lapsed.state, lapsed.reason, lapsed.answered_by) == (S.DECLINED, "no_unit", "service")
    assert (lapsed.answered_at, lapsed.version) == (NOON, request.version + 1)
    for state in set(S) - {S.OFFERED}:
        with pytest.raises(IllegalStep):
            lapse(make_request(state=state), because="", now=NOON)


def test_mandatory_aid_cannot_be_declined() -> None:
    with pytest.raises(Forbidden) as caught:
        do_decline(make_request(may_decline=False))
    assert caught.value.reasons == ("aid_is_mandatory",)


def test_an_offer_does_not_expire_before_its_time() -> None:
    with pytest.raises(IllegalStep) as caught:
        do_expire(make_request(), now=after(59.9))
    assert caught.value.because == "not_yet_due"


def test_an_expired_offer_says_that_nobody_answered() -> None:
    expired = do_expire(make_request())
    assert (expired.answered_by, expired.reason) == ("service", "no_answer")


def test_a_borrower_may_withdraw_a_late_offer_before_the_sweep_comes() -> None:
    assert do_withdraw(make_request(), now=after(90)).reason == "cleared"


def test_a_lender_that_takes_its_offer_back_breaks_the_chain_off_as_a_refusal_does() -> None:
    offer = replace(make_request(), offered_by_lender=True)
    taken_back = take_back(
        offer, by="lender", note="a call of our own", expected=offer.version, now=after(90)
    )
    assert (taken_back.state, taken_back.reason, taken_back.note) == (
        S.DECLINED,
        OFFER_WITHDRAWN,
        "a call of our own",
    )
    assert taken_back.state in BROKEN_OFF
    with pytest.raises(StaleVersion):
        take_back(offer, by="lender", note="", expected=offer.version + 1, now=NOON)
    with pytest.raises(AlreadyAnswered):
        take_back(taken_back, by="lender", note="", expected=None, now=NOON)
    with pytest.raises(IllegalStep) as no_offer:
        take_back(make_request(), by="lender", note="", expected=None, now=NOON)
    assert no_offer.value.because == "no_counter_offer"


@pytest.mark.parametrize("step", [do_accept, do_decline, do_counter, do_withdraw])
def test_who_is_too_late_hears_who_was_sooner_and_when(step: Step) -> None:
    answered = do_accept(make_request(), now=after(10))
    with pytest.raises(AlreadyAnswered) as caught:
        step(answered, now=after(11))
    assert caught.value.details() == {
        "state": "accepted",
        "wanted": caught.value.wanted,
        "because": "already_accepted",
        "answered_by": "lender",
        "answered_by_name": "",
        "answered_at": after(10).isoformat(),
    }


def test_a_request_that_is_answered_with_another_unit_ends_as_declined_and_says_so() -> None:
    ended = do_counter(make_request(), now=after(20))
    assert (ended.state, ended.reason, ended.answered_by) == (S.DECLINED, OTHER_UNIT, "lender")
    assert (ended.answered_at, ended.version) == (after(20), 2)
    assert OTHER_UNIT not in set(DeclineReason), "nobody can say so without offering one"


def test_another_unit_comes_too_late_once_the_next_candidate_may_have_been_asked() -> None:
    assert do_counter(make_request(), now=after(59.9)).reason == OTHER_UNIT
    with pytest.raises(IllegalStep) as caught:
        do_counter(make_request(), now=after(60))
    assert caught.value.because == "offer_expired"


def test_an_offer_is_not_answered_with_another_offer() -> None:
    with pytest.raises(IllegalStep) as caught:
        do_counter(replace(make_request(), offered_by_lender=True))
    assert caught.value.because == "is_counter_offer"


def test_where_aid_is_mandatory_it_is_the_unit_asked_for_that_comes() -> None:
    with pytest.raises(Forbidden) as caught:
        do_counter(make_request(may_decline=False))
    assert caught.value.reasons == ("aid_is_mandatory",)


def test_who_asks_and_who_answers_change_places_in_a_counter_offer() -> None:
    asked = make_request(lender="brook", borrower="cedar")
    assert (asked.asker, asked.answerer) == ("cedar", "brook")
    offered = replace(asked, offered_by_lender=True)
    assert (offered.asker, offered.answerer) == ("brook", "cedar")


@pytest.mark.parametrize("step", [do_accept, do_decline, do_counter, do_withdraw])
def test_an_answer_to_an_old_version_is_refused(step: Step) -> None:
    request = replace(make_request(), version=3)
    with pytest.raises(StaleVersion) as caught:
        step(request, expected=2)
    assert (caught.value.presented, caught.value.current) == (2, 3)
    assert step(request, expected=3).version == 4


@pytest.mark.parametrize(
    ("state", "at", "outstanding"),
    [(S.OFFERED, 0, True), (S.OFFERED, 60, False), (S.ACCEPTED, 0, False), (S.WITHDRAWN, 0, False)],
)
def test_an_offer_binds_until_it_is_answered_or_expires(
    state: RequestState, at: float, outstanding: bool
) -> None:
    assert is_outstanding(make_request(state=state), now=after(at)) is outstanding


@given(st.lists(st.tuples(st.sampled_from(list(STEPS)), st.floats(0, 120)), max_size=6))
def test_a_request_is_answered_at_most_once(attempts: list[tuple[RequestState, float]]) -> None:
    request, answers = make_request(), 0
    for to, at in sorted(attempts, key=lambda attempt: attempt[1]):
        try:
            request = STEPS[to](request, now=after(at))
            answers += 1
        except IllegalStep:
            continue
    assert answers <= 1
    assert request.version == 1 + answers
