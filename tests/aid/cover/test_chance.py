"""How likely it is to run out: against closed forms, against chance itself, and by rules."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.cover.chance import (
    NOT_WORTH_IT,
    calls_per_hour_now,
    chance_free,
    chance_of_running_out,
    erlang_b,
    surge_chance,
)

BUSY = st.lists(st.integers(1, 7200), max_size=8)
RATE = st.floats(0.0, 20.0)


def running_out(free: int, back: list[int], rate: float, minutes: int = 20) -> float:
    return chance_of_running_out(
        free=free, free_in_seconds=back, calls_per_hour=rate, horizon_seconds=60.0 * minutes
    )


def test_without_busy_units_it_is_the_chance_of_so_many_calls():
    exact = 1 - math.exp(-1) * (1 + 1)  # two or more of a Poisson with mean 1
    assert running_out(2, [], 3.0) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize(
    ("free", "back", "rate"), [(2, [300, 1200, 2400], 4.0), (1, [2400, 2400], 1.0), (3, [600] * 4, 8.0)]
)
def test_it_agrees_with_playing_the_same_minutes_many_times(free: int, back: list[int], rate: float):
    chance, played, emptied = random.Random(4), 10_000, 0
    for _ in range(played):
        events = [(sum(chance.expovariate(2 / seconds) for _ in range(2)), +1) for seconds in back]
        at = 0.0
        while (at := at + chance.expovariate(rate / 3600)) < 1200:
            events.append((at, -1))
        left = free
        for at, change in sorted(events):
            left += change
            if at < 1200 and left <= 0:
                emptied += 1
                break
    assert running_out(free, back, rate) == pytest.approx(emptied / played, abs=0.03)


def test_no_unit_free_is_level_zero_already():
    assert running_out(0, [60, 60], 0.0) == 1.0


@given(free=st.integers(0, 8), back=BUSY, rate=RATE)
def test_it_is_a_chance(free: int, back: list[int], rate: float):
    assert 0.0 <= running_out(free, back, rate) <= 1.0


@given(free=st.integers(1, 6), back=BUSY, rate=RATE)
def test_one_more_free_unit_never_makes_it_likelier(free: int, back: list[int], rate: float):
    assert running_out(free + 1, back, rate) <= running_out(free, back, rate) + NOT_WORTH_IT


@given(free=st.integers(1, 6), back=BUSY, rate=RATE, more=st.floats(0.0, 5.0))
def test_more_calls_never_make_it_less_likely(free: int, back: list[int], rate: float, more: float):
    assert running_out(free, back, rate + more) >= running_out(free, back, rate) - NOT_WORTH_IT


@given(free=st.integers(1, 6), back=BUSY, rate=RATE)
def test_a_busy_unit_that_comes_back_never_makes_it_likelier(free: int, back: list[int], rate: float):
    assert running_out(free, [*back, 600], rate) <= running_out(free, back, rate) + NOT_WORTH_IT


@given(estimate=st.integers(1, 7200), after=st.integers(0, 7200), longer=st.integers(0, 3600))
def test_a_unit_is_back_with_time(estimate: int, after: int, longer: int):
    assert 0.0 <= chance_free(estimate, after) <= chance_free(estimate, after + longer) <= 1.0


def test_the_rate_lies_between_the_forecast_and_the_last_hour():
    quiet = calls_per_hour_now(last_hour=0, expected_per_hour=2.0, prior_calls=4)
    surge = calls_per_hour_now(last_hour=8, expected_per_hour=2.0, prior_calls=4)
    assert quiet == pytest.approx(4 / 3)
    assert surge == pytest.approx(4.0)
    assert calls_per_hour_now(last_hour=2, expected_per_hour=2.0, prior_calls=4) == pytest.approx(2.0)


def test_a_forecast_of_no_calls_at_all_is_no_division_by_zero():
    assert calls_per_hour_now(last_hour=1, expected_per_hour=0.0, prior_calls=4) < 0.01


def test_a_surge_is_as_unlikely_as_its_poisson_tail():
    assert surge_chance(last_hour=0, expected_per_hour=1.0) == 1.0
    assert surge_chance(last_hour=1, expected_per_hour=1.0) == pytest.approx(1 - math.exp(-1))
    assert surge_chance(last_hour=7, expected_per_hour=1.0) < 0.005


@pytest.mark.parametrize(("load", "units", "blocked"), [(2.0, 5, 0.036697), (10.0, 10, 0.214582)])
def test_erlang_b_gives_the_tables_figures(load: float, units: int, blocked: float):
    assert erlang_b(load, units) == pytest.approx(blocked, abs=1e-6)
