"""A feed is live only while it is heard *and* says something new."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.live.feeds import (
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
from tests.make_live import NOON, after

DEFAULT = FeedLimits()
LIVE, STALE, SILENT = FeedState
gaps = st.lists(st.floats(1, 10_000), max_size=30)


def judge(signs: FeedSigns, *, at: float, before: FeedState | None = None) -> FeedState | None:
    return judge_feed(signs, limits=DEFAULT, before=before, now=after(at))


def heard(**signs: object) -> FeedSigns:
    return FeedSigns(awaited_since=NOON, heard_at=NOON, **signs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gaps", "seconds"),
    [
        ([], UNKNOWN_SILENCE_SECONDS),
        ([2, 2], UNKNOWN_SILENCE_SECONDS),
        ([2, 2, 2], SHORTEST_SILENCE_SECONDS),
        ([12] * 30, 36),
        ([60] * 30, LONGEST_SILENCE_SECONDS),
        ([12] * 29 + [3600], 36),  # one outage is not usual
        ([5] * 20 + [30] * 10, 90),  # one report in three comes late: that is
    ],
)
def test_a_feed_may_be_unheard_for_three_of_its_usual_intervals(gaps: list[float], seconds: float) -> None:
    assert silent_after_seconds(gaps, DEFAULT) == seconds


@given(gaps)
def test_whatever_its_intervals_the_default_limit_lies_between_15_s_and_2_minutes(gaps: list[float]) -> None:
    assert SHORTEST_SILENCE_SECONDS <= silent_after_seconds(gaps, DEFAULT) <= LONGEST_SILENCE_SECONDS


@given(gaps)
def test_at_least_nine_of_ten_intervals_are_no_longer_than_the_usual_one(gaps: list[float]) -> None:
    usual = usual_gap_seconds(gaps)
    if usual is not None:
        assert sum(gap <= usual for gap in gaps) >= 0.9 * (len(gaps) - 1)


@given(gaps, st.floats(1, 86_400))
def test_what_an_operator_sets_holds_whatever_is_usual(gaps: list[float], seconds: float) -> None:
    assert silent_after_seconds(gaps, FeedLimits(silent_seconds=seconds)) == seconds


@pytest.mark.parametrize("seconds", [0, -1, 86_401, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="limits"):
        FeedLimits(silent_seconds=seconds)
    with pytest.raises(ValueError, match="limits"):
        FeedLimits(stale_seconds=seconds)


def test_a_feed_is_silent_once_its_limit_is_over_and_not_before() -> None:
    signs = heard(gaps=[2.0] * 10)
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
    signs = heard(newest_fix_at=NOON, placed=units, in_service=units, stale=min(stale, units), gaps=[5.0] * 5)
    state = judge_feed(signs, limits=DEFAULT, before=before, now=NOON + timedelta(seconds=age))
    assert (state is SILENT) == (age > 15)
