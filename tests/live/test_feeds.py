"""A feed is live only while it is heard *and* says something new."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.live.feeds import (
    LEARNED_SECONDS,
    LONGEST_QUIET_SECONDS,
    LONGEST_SILENCE_SECONDS,
    SHORTEST_SILENCE_SECONDS,
    UNKNOWN_SILENCE_SECONDS,
    FeedLimits,
    FeedSigns,
    FeedState,
    judge_feed,
    silent_after_seconds,
    usual_gap_seconds,
)
from dispatch.live.listening import KnownFeed, Listening
from dispatch.model.ids import JurisdictionId
from tests.make_live import NOON, after

DEFAULT = FeedLimits()
LIVE, STALE, SILENT = FeedState
gaps = st.lists(st.floats(1, 10_000), max_size=60)


def judge(signs: FeedSigns, *, at: float, before: FeedState | None = None) -> FeedState | None:
    return judge_feed(signs, limits=DEFAULT, before=before, now=after(at))


def heard(**signs: object) -> FeedSigns:
    return FeedSigns(awaited_since=NOON, heard_at=NOON, **signs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gaps", "seconds"),
    [
        ([], UNKNOWN_SILENCE_SECONDS),
        ([2, 2], UNKNOWN_SILENCE_SECONDS),
        ([2] * 59, UNKNOWN_SILENCE_SECONDS),  # two minutes are not over yet: it may come in rounds
        ([2] * 60, SHORTEST_SILENCE_SECONDS),
        ([12] * 30, 36),
        ([60] * 30, LONGEST_SILENCE_SECONDS),
        ([12] * 29 + [3600], 36),  # one outage is not usual
        ([5] * 20 + [30] * 2, 90),
        (([1.2] * 14 + [43.2]) * 2, LONGEST_SILENCE_SECONDS),  # it comes in rounds
    ],
)
def test_a_feed_may_be_unheard_for_three_of_its_usual_intervals(gaps: list[float], seconds: float) -> None:
    assert silent_after_seconds(gaps, DEFAULT, sends_positions=True) == seconds


@given(gaps)
def test_the_default_limit_of_a_feed_of_positions_lies_between_15_s_and_2_minutes(gaps: list[float]) -> None:
    seconds = silent_after_seconds(gaps, DEFAULT, sends_positions=True)
    assert SHORTEST_SILENCE_SECONDS <= seconds <= LONGEST_SILENCE_SECONDS


@given(gaps)
def test_that_of_a_feed_of_statuses_alone_is_never_less_and_never_over_half_an_hour(
    gaps: list[float],
) -> None:
    seconds = silent_after_seconds(gaps, DEFAULT, sends_positions=False)
    assert silent_after_seconds(gaps, DEFAULT, sends_positions=True) <= seconds <= LONGEST_QUIET_SECONDS


def test_a_feed_of_statuses_alone_may_be_quiet_for_longer_than_a_position_may_be_old() -> None:
    irregular = [20.0, 150.0, 90.0, 200.0, 45.0]
    assert silent_after_seconds(irregular, DEFAULT, sends_positions=False) == 450
    signs = heard(gaps=irregular)
    assert judge(signs, at=449) is LIVE
    assert judge(signs, at=451) is SILENT
    assert judge(heard(gaps=irregular, newest_fix_at=NOON), at=121) is SILENT


@given(gaps)
def test_no_more_than_one_interval_is_longer_than_the_usual_one(gaps: list[float]) -> None:
    usual = usual_gap_seconds(gaps)
    if usual is not None:
        assert sum(gap > usual for gap in gaps) <= 1


def listen(feed: KnownFeed, listening: Listening, at: datetime) -> FeedState | None:
    """The feed is heard; answers what it was the moment before."""
    signs = FeedSigns(
        awaited_since=feed.awaited_since,
        heard_at=feed.heard_at,
        gaps=tuple(feed.gaps),
        newest_fix_at=feed.newest_fix_at,
    )
    state = judge_feed(signs, limits=FeedLimits(stale_seconds=86_400), before=None, now=at)
    listening.hear(feed, at)
    return state


@settings(deadline=None, max_examples=50)
@given(
    size=st.integers(1, 200),
    spacing=st.floats(0.05, 3),
    pause=st.floats(1, LONGEST_SILENCE_SECONDS - 2),
    places=st.booleans(),
)
def test_a_feed_that_keeps_its_own_rounds_is_never_silent_once_they_are_learned(
    *, size: int, spacing: float, pause: float, places: bool
) -> None:
    """Rounds of ``size`` reports; without positions the pause may be far longer."""
    listening, at = Listening(), 0.0
    feed = listening.expect("f", name="f", jurisdiction_id=JurisdictionId("ashton"), awaited_since=NOON)
    feed.newest_fix_at = NOON if places else None
    pause = pause if places else min(pause * 10, LONGEST_QUIET_SECONDS)
    for number in range(9):
        for _ in range(size):
            state = listen(feed, listening, after(at))
            assert number < 4 or at < LEARNED_SECONDS or state is LIVE, (number, at, state)
            at += spacing
        at += pause - spacing


@given(size=st.integers(1, 60), spacing=st.floats(0.05, 3), pause=st.floats(1, 10_000))
def test_a_feed_of_positions_that_is_dead_is_silent_within_two_minutes_whatever_its_pattern(
    size: int, spacing: float, pause: float
) -> None:
    listening, at = Listening(), 0.0
    feed = listening.expect("f", name="f", jurisdiction_id=JurisdictionId("ashton"), awaited_since=NOON)
    feed.newest_fix_at = NOON
    for _ in range(4):
        for _ in range(size):
            listening.hear(feed, after(at))
            at += spacing
        at += pause
    assert feed.heard_at is not None
    assert listen(feed, listening, feed.heard_at + timedelta(seconds=120.1)) is SILENT


@given(gaps, st.floats(1, 86_400))
def test_what_an_operator_sets_holds_whatever_is_usual(gaps: list[float], seconds: float) -> None:
    limits = FeedLimits(silent_seconds=seconds)
    assert silent_after_seconds(gaps, limits, sends_positions=True) == seconds
    assert silent_after_seconds(gaps, limits, sends_positions=False) == seconds


@pytest.mark.parametrize("seconds", [0, -1, 86_401, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="limits"):
        FeedLimits(silent_seconds=seconds)
    with pytest.raises(ValueError, match="limits"):
        FeedLimits(stale_seconds=seconds)


def test_a_feed_is_silent_once_its_limit_is_over_and_not_before() -> None:
    signs = heard(gaps=[2.0] * 60)
    assert judge(signs, at=15) is LIVE
    assert judge(signs, at=15.1) is SILENT


def test_a_feed_that_was_never_heard_is_judged_only_after_it_could_have_spoken() -> None:
    signs = FeedSigns(awaited_since=NOON)
    assert judge(signs, at=60) is None
    assert judge(signs, at=60.1) is SILENT


def test_a_feed_that_repeats_old_fixes_is_heard_and_stale() -> None:
    signs = heard(newest_fix_at=after(-600), placed=3, in_service=3, stale=3)
    assert judge(signs, at=0) is STALE


def test_a_feed_is_stale_when_most_of_its_units_are_though_one_still_moves() -> None:
    for stale, state in ((4, LIVE), (5, LIVE), (6, STALE)):
        signs = heard(newest_fix_at=NOON, placed=10, in_service=10, stale=stale)
        assert judge(signs, at=0) is state


def test_a_stale_feed_is_live_again_only_when_most_units_are_fresh_so_that_it_does_not_flicker() -> None:
    for stale, state in ((3, STALE), (2, LIVE)):
        signs = heard(newest_fix_at=NOON, placed=8, in_service=8, stale=stale)
        assert judge(signs, at=0, before=STALE) is state


def test_a_feed_whose_units_are_all_off_duty_is_not_stale() -> None:
    signs = heard(newest_fix_at=after(-7200), placed=4, in_service=0, stale=0)
    assert judge(signs, at=0) is LIVE


def test_a_feed_that_only_sends_statuses_is_never_stale() -> None:
    assert judge(heard(), at=10) is LIVE


def test_a_feed_whose_fixes_others_have_newer_is_judged_by_its_newest() -> None:
    assert judge(heard(newest_fix_at=after(-121)), at=0) is STALE
    assert judge(heard(newest_fix_at=after(-119)), at=0) is LIVE


@given(
    age=st.floats(0, 10_000),
    units=st.integers(0, 20),
    stale=st.integers(0, 20),
    before=st.sampled_from([None, *FeedState]),
)
def test_no_feed_is_live_that_is_over_its_limit(
    age: float, units: int, stale: int, before: FeedState | None
) -> None:
    signs = heard(
        newest_fix_at=NOON, placed=units, in_service=units, stale=min(stale, units), gaps=[5.0] * 24
    )
    state = judge_feed(signs, limits=DEFAULT, before=before, now=NOON + timedelta(seconds=age))
    assert (state is SILENT) == (age > 15)
