from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.clock import ManualClock, iso, parse_iso, require_utc, system_now

moments = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=2))]),
)


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    assert system_now().tzinfo is UTC


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock() == clock() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.advance(seconds=90) == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert clock.advance(seconds=-90) == clock()


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        require_utc(datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


@given(moments)
def test_what_is_written_is_read_back(moment: datetime) -> None:
    assert parse_iso(iso(moment)) == moment


@given(moments, moments)
def test_the_order_of_texts_is_the_order_of_moments(one: datetime, other: datetime) -> None:
    assert (iso(one) < iso(other)) == (one < other)


@pytest.mark.parametrize("text", ["", "noon", "2026-01-01T00:00:00"])
def test_a_text_that_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each text fails in its own words
        parse_iso(text)
