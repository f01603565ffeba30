"""Receipts: the first of each counts, and none of them gets in the way of an answer."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.receipts import Stage, count_receipts, is_news, receive
from dispatch.aid.request import AidRequest, RequestState, accept
from tests.make_aid import make_request
from tests.make_live import NOON, after


def received(request: AidRequest, stage: Stage, *, by: str = "ana", now: datetime = NOON) -> AidRequest:
    steps = receive(request, stage, by=by, now=now)
    return steps[-1][1] if steps else request


def test_what_was_seen_was_delivered_although_nobody_said_so() -> None:
    steps = receive(make_request(), Stage.SEEN, by="ana", now=after(4))
    assert [stage for stage, _ in steps] == [Stage.DELIVERED, Stage.SEEN]
    seen = steps[-1][1]
    assert (seen.delivered_at, seen.seen_at, seen.seen_by) == (after(4), after(4), "ana")


def test_a_board_that_has_the_row_is_nobody_who_has_seen_it() -> None:
    request = received(make_request(), Stage.DELIVERED)
    assert (request.delivered_at, request.seen_at, request.seen_by) == (NOON, None, "")


@pytest.mark.parametrize("state", sorted(set(RequestState) - {RequestState.OFFERED}))
def test_what_is_answered_waits_for_no_receipt(state: RequestState) -> None:
    for stage in Stage:
        assert not is_news(make_request(state=state), stage)
        assert receive(make_request(state=state), stage, by="ana", now=NOON) == []


def test_whoever_has_the_card_in_view_answers_the_version_that_is_on_it() -> None:
    shown = make_request()
    seen = received(shown, Stage.SEEN)
    assert accept(seen, by="ana", expected=shown.version, now=NOON).state is RequestState.ACCEPTED


receipts = st.tuples(st.sampled_from(Stage), st.sampled_from(["ana", "ben", "eve"]), st.floats(0, 59))


@given(st.lists(receipts, max_size=8))
def test_the_first_of_each_counts_and_none_is_taken_back(given_: list[tuple[Stage, str, float]]) -> None:
    request = make_request()
    ordered = sorted(given_, key=lambda one: one[2])
    for stage, by, at in ordered:
        before = request
        request = received(request, stage, by=by, now=after(at))
        assert count_receipts(request) >= count_receipts(before)
        assert request.seen_at is None or request.delivered_at is not None
    seen = next(((by, after(at)) for stage, by, at in ordered if stage is Stage.SEEN), ("", None))
    assert (request.seen_by, request.seen_at) == seen
    assert request.delivered_at == (after(ordered[0][2]) if ordered else None)
    bare = replace(request, delivered_at=None, seen_at=None, seen_by="")
    assert bare == make_request()
