"""An estimate adds up, and owns up to how little it knows."""

import math
import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.arrival.corrections import Correction
from dispatch.aid.arrival.estimate import (
    ASKED_SPREAD,
    CHUTE_SPREAD,
    FREED_SPREAD,
    WAY_SPREAD,
    Arrival,
    ArrivalPart,
    Departure,
    Start,
    Way,
    estimate_arrival,
)

departures = st.builds(
    Departure,
    drive_seconds=st.integers(0, 6000),
    chute_seconds=st.sampled_from([0, 60, 120]),
    way=st.sampled_from(Way),
    start=st.sampled_from(Start),
    fix_age_seconds=st.sampled_from([None, 0.0, 30.0, 600.0]),
    free_in_seconds=st.integers(0, 4000),
    asked_seconds=st.sampled_from([0, 60, 300]),
)
corrections = st.none() | st.builds(
    Correction,
    log_ratio=st.floats(-0.69, 0.69),
    spread=st.floats(0.05, 0.8),
    count=st.integers(20, 500),
)


def make_departure(**more: object) -> Departure:
    plain = {"drive_seconds": 480, "chute_seconds": 60, "way": Way.ROAD, "start": Start.FIX}
    return Departure(**{**plain, "fix_age_seconds": 0.0, **more})  # type: ignore[arg-type]


def width(arrival: Arrival) -> int:
    return arrival.high_seconds - arrival.low_seconds


@given(departures, corrections)
def test_the_parts_add_up_to_what_is_expected_and_the_bounds_lie_around_it(
    departure: Departure, correction: Correction | None
) -> None:
    arrival = estimate_arrival(departure, correction)
    assert sum(seconds for _, seconds in arrival.parts) == arrival.expected_seconds
    assert 0 <= arrival.low_seconds <= arrival.expected_seconds <= arrival.high_seconds
    assert all(seconds for _, seconds in arrival.parts)
    assert [code for code, _ in arrival.parts] == [c for c in ArrivalPart if arrival.find(c)]
    assert arrival.sent_seconds == arrival.expected_seconds - departure.asked_seconds


@given(departures, st.floats(0, 300), corrections)
def test_an_older_fix_never_makes_an_estimate_surer(
    departure: Departure, older: float, correction: Correction | None
) -> None:
    now = estimate_arrival(departure, correction)
    age = (departure.fix_age_seconds or 0.0) + older
    aged = estimate_arrival(replace(departure, fix_age_seconds=age), correction)
    assert aged.expected_seconds == now.expected_seconds
    assert aged.low_seconds <= now.low_seconds
    assert aged.high_seconds >= now.high_seconds


def test_a_station_is_less_sure_than_a_fix_and_a_straight_line_less_sure_still() -> None:
    fix = width(estimate_arrival(make_departure()))
    station = width(estimate_arrival(make_departure(start=Start.STATION, fix_age_seconds=None)))
    line = width(estimate_arrival(make_departure(way=Way.STRAIGHT_LINE)))
    nowhere = make_departure(way=Way.STRAIGHT_LINE, start=Start.STATION, fix_age_seconds=None)
    assert fix < station < line < width(estimate_arrival(nowhere))


def test_each_part_has_its_own_code() -> None:
    arrival = estimate_arrival(
        make_departure(asked_seconds=60, free_in_seconds=300),
        Correction(log_ratio=math.log(1.25), spread=0.2, count=40),
    )
    assert arrival.to_json() == {
        "expected_seconds": 60 + 300 + 60 + 480 + 135,
        "low_seconds": arrival.low_seconds,
        "high_seconds": arrival.high_seconds,
        "basis": ["road", "fix", "learned"],
        "parts": [
            {"code": "asked", "seconds": 60},
            {"code": "freed", "seconds": 300},
            {"code": "chute", "seconds": 60},
            {"code": "drive", "seconds": 480},
            {"code": "learned", "seconds": 135},
        ],
    }


def test_a_learned_spread_stands_in_for_the_roads() -> None:
    sharp = estimate_arrival(make_departure(), Correction(log_ratio=0.0, spread=0.05, count=99))
    wide = estimate_arrival(make_departure(), Correction(log_ratio=0.0, spread=0.6, count=99))
    assert width(sharp) < width(estimate_arrival(make_departure())) < width(wide)
    assert sharp.basis == ("road", "fix", "learned")


def test_about_eight_in_ten_arrivals_of_the_model_fall_between_the_bounds() -> None:
    """The spread of the sum is an approximation: checked on draws from the parts that it is made of."""
    rng = random.Random(7)
    for departure in (
        make_departure(),
        make_departure(fix_age_seconds=120.0, chute_seconds=0),
        make_departure(asked_seconds=60, way=Way.STRAIGHT_LINE),
        make_departure(free_in_seconds=600, chute_seconds=0, asked_seconds=60),
    ):
        arrival = estimate_arrival(departure)
        drawn = [_draw(rng, departure) for _ in range(4000)]
        below = sum(seconds < arrival.low_seconds for seconds in drawn) / len(drawn)
        above = sum(seconds > arrival.high_seconds for seconds in drawn) / len(drawn)
        assert 0.05 <= below <= 0.15, departure
        assert 0.05 <= above <= 0.15, departure


def _draw(rng: random.Random, departure: Departure) -> float:
    age = departure.fix_age_seconds or 0.0
    return (
        departure.asked_seconds * rng.lognormvariate(0, ASKED_SPREAD)
        + departure.free_in_seconds * rng.lognormvariate(0, FREED_SPREAD)
        + departure.chute_seconds * rng.lognormvariate(0, CHUTE_SPREAD)
        + departure.drive_seconds * rng.lognormvariate(0, WAY_SPREAD[departure.way])
        + rng.uniform(-age, age)
    )


def test_the_less_is_known_of_where_the_way_begins_the_wider_is_the_spread() -> None:
    found = [width(estimate_arrival(make_departure(start=start, fix_age_seconds=None))) for start in Start]
    fix, station, post, to_post = found
    assert fix < station == post < to_post
