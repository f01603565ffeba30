"""The service says what it lacks, and what to doubt for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.live.losses import AFFECTS, SENTENCES, Loss, ServiceSigns, TimerSigns, list_losses

TIMERS = ("escalation", "feed-keys", "feeds", "follower", "look", "positions", "tidy")
timer_signs = st.builds(TimerSigns, failed_runs=st.integers(0, 3), running_seconds=st.floats(0, 60))
signs = st.builds(
    ServiceSigns,
    record_trusted=st.booleans(),
    oldest_wait_seconds=st.floats(0, 10),
    timers=st.dictionaries(st.sampled_from(TIMERS), timer_signs),
    has_roads=st.booleans(),
    solver_works=st.booleans(),
    opinions_compiled=st.booleans(),
)


def failed(name: str, times: int) -> tuple[Loss, ...]:
    return list_losses(ServiceSigns(timers={name: TimerSigns(failed_runs=times)}))


def hangs(name: str, seconds: float) -> tuple[Loss, ...]:
    return list_losses(ServiceSigns(timers={name: TimerSigns(running_seconds=seconds)}))


def test_a_service_that_works_lacks_nothing() -> None:
    assert list_losses(ServiceSigns()) == ()


def test_every_loss_has_a_sentence_and_names_what_to_doubt() -> None:
    assert set(SENTENCES) == set(AFFECTS) == set(Loss)
    assert all(SENTENCES[loss].endswith(".") and AFFECTS[loss] for loss in Loss)


def test_each_sign_is_its_own_loss() -> None:
    assert list_losses(ServiceSigns(record_trusted=False)) == (Loss.RECORD_UNAVAILABLE,)
    assert list_losses(ServiceSigns(oldest_wait_seconds=2.1)) == (Loss.RECORD_BEHIND,)
    assert list_losses(ServiceSigns(has_roads=False)) == (Loss.ROADS_MISSING,)
    assert list_losses(ServiceSigns(solver_works=False)) == (Loss.SOLVER_OFF,)
    assert list_losses(ServiceSigns(opinions_compiled=False)) == (Loss.OPINIONS_PLAIN,)


def test_a_record_that_fails_its_reader_twice_in_a_row_is_unavailable_and_once_is_nothing() -> None:
    assert failed("follower", 1) == ()
    assert failed("follower", 2) == (Loss.RECORD_UNAVAILABLE,)


def test_readers_that_merely_wait_say_nothing_of_writing() -> None:
    assert hangs("follower", 2.9) == ()
    assert hangs("follower", 3.1) == (Loss.READING_SLOW,)
    assert hangs("follower", 3_600) == (Loss.READING_SLOW,)


def test_requests_are_stuck_at_once_where_it_failed_and_later_where_it_takes_long() -> None:
    assert failed("escalation", 1) == (Loss.REQUESTS_STUCK,)
    assert hangs("escalation", 9.9) == ()
    assert hangs("escalation", 10.1) == (Loss.REQUESTS_STUCK,)


def test_cover_that_is_not_looked_at_is_stuck() -> None:
    assert failed("look", 1) == (Loss.COVER_STUCK,)


@pytest.mark.parametrize("name", ["feeds", "feed-keys"])
def test_feeds_that_nobody_looks_at_any_more_are_a_loss_of_their_own(name: str) -> None:
    assert failed(name, 1) == ()
    assert failed(name, 2) == (Loss.FEEDS_UNWATCHED,)


@pytest.mark.parametrize("name", ["positions", "beats", "tidy", "whatever comes next"])
def test_whatever_else_fails_twice_in_a_row_is_said(name: str) -> None:
    assert failed(name, 1) == ()
    assert failed(name, 2) == (Loss.PART_FAILING,)
    assert hangs(name, 3_600) == ()


def test_what_fails_because_the_record_does_is_not_said_twice() -> None:
    broken = TimerSigns(failed_runs=2)
    signs = ServiceSigns(timers={"follower": broken, "sessions": broken, "feed-keys": broken})
    assert list_losses(signs) == (Loss.RECORD_UNAVAILABLE,)
    signs = ServiceSigns(record_trusted=False, timers={"feeds": broken})  # these ask no record
    assert list_losses(signs) == (Loss.RECORD_UNAVAILABLE, Loss.FEEDS_UNWATCHED)


def test_a_record_that_catches_up_is_behind_until_it_has() -> None:
    slow = ServiceSigns(oldest_wait_seconds=1.0)
    assert list_losses(slow) == ()
    assert list_losses(slow, before=[Loss.RECORD_BEHIND]) == (Loss.RECORD_BEHIND,)
    assert list_losses(ServiceSigns(oldest_wait_seconds=0.4), before=[Loss.RECORD_BEHIND]) == ()


@given(signs)
def test_the_gravest_comes_first_and_none_twice(signs: ServiceSigns) -> None:
    lost = list_losses(signs)
    assert list(lost) == sorted(set(lost), key=list(Loss).index)
