"""From reading to state: each rule, what keeps a state, and that it does not flap."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice.practice import Alarm
from dispatch.aid.cover.reading import LateCall, Reading
from dispatch.aid.cover.step import CoverMemory, floor_of, judge, step
from dispatch.aid.wording import cover_sentence
from dispatch.model.jurisdiction import CoverState
from tests.make_live import NOON

ALARM = Alarm()
CALM = Reading(total=6, free=5, expected_per_hour=0.5, free_in_seconds=(1800,))
BUSY = Reading(total=6, free=0, expected_per_hour=2.0, last_hour=4, free_in_seconds=(900,) * 6)


def says(memory: CoverMemory) -> tuple[str, list[str]]:
    return memory.state.value, [reason.code.value for reason in memory.reasons]


def after(minutes: float):
    return NOON + timedelta(minutes=minutes)


def play(*readings: tuple[float, Reading], alarm: Alarm = ALARM) -> CoverMemory:
    memory = None
    for minutes, reading in readings:
        memory = step(memory, reading, alarm, after(minutes))
    assert memory is not None
    return memory


@pytest.mark.parametrize(
    ("reading", "alarm", "said", "sentence"),
    [
        (CALM, ALARM, ("green", []), None),
        (BUSY, ALARM, ("red", ["level_zero"]), "Level zero: 0 of 6 ambulances on duty free."),
        (
            replace(CALM, free=0, silent=2),
            ALARM,
            ("red", ["level_zero"]),
            "Level zero: 0 of 6 ambulances on duty free; 2 of them without word.",
        ),
        (
            replace(CALM, free=2, pending=3),
            ALARM,
            ("red", ["pending_exceeds_free"]),
            "3 calls wait for a unit; 2 ambulances are free.",
        ),
        (
            replace(CALM, pending=1, waited_seconds=(150, None)),
            ALARM,
            ("red", ["pending_too_long"]),
            "A P1 call has waited 2:30 min for a unit; at most 2:00 min.",
        ),
        (
            replace(CALM, pending=1, waited_seconds=(None, 301)),
            ALARM,
            ("red", ["pending_too_long"]),
            "A P2 call has waited 5:01 min for a unit; at most 5:00 min.",
        ),
        (
            replace(CALM, late=(LateCall(own_seconds=700, neighbour_seconds=400, target_seconds=540),)),
            ALARM,
            ("red", ["neighbour_faster"]),
            "A neighbour would reach a P1 call in 6:40 min, the best own unit in 11:40 min; "
            "the target is 9:00 min.",
        ),
        (
            CALM,
            replace(ALARM, red_below=6, amber_below=8),
            ("red", ["below_own_red"]),
            "5 ambulances are free; the agency's own limit is 6.",
        ),
        (
            CALM,
            replace(ALARM, amber_below=6),
            ("amber", ["below_own_amber"]),
            "5 ambulances are free; the agency's own limit is 6.",
        ),
        (replace(CALM, free=1), ALARM, ("amber", ["last_unit"]), "The last free ambulance, of 6 on duty."),
        (
            replace(CALM, free=2, total=9),
            ALARM,
            ("amber", ["at_floor"]),
            "2 ambulances are free; the floor is 2.",
        ),
        (
            replace(CALM, free=2, expected_per_hour=6.0, last_hour=8, free_in_seconds=(1800,) * 4),
            ALARM,
            ("amber", ["running_out"]),
            "Level zero possible within 20 min: 45 %.",
        ),
        (
            replace(CALM, free=2, expected_per_hour=0.4, last_hour=5),
            ALARM,
            ("amber", ["surge"]),
            "A surge: 5 calls in the last hour, 0.4 expected.",
        ),
    ],
)
def test_each_rule_has_its_state_its_reason_and_its_sentence(
    reading: Reading, alarm: Alarm, said: tuple[str, list[str]], sentence: str | None
):
    memory = step(None, reading, alarm, NOON)
    assert says(memory) == said
    if sentence:
        assert cover_sentence(memory.reasons[0]) == sentence


def test_a_call_that_waits_no_longer_than_it_may_is_no_reason():
    assert judge(replace(CALM, pending=1, waited_seconds=(120, 300)), ALARM, 0.0)[0] is CoverState.GREEN


def test_it_gets_worse_at_once_and_better_only_after_a_while():
    assert says(play((0, CALM), (1, BUSY)))[0] == "red"
    assert says(play((0, BUSY), (1, CALM))) == ("amber", ["settling"])
    assert says(play((0, BUSY), (1, CALM), (30.9, CALM))) == ("amber", ["settling"])
    assert says(play((0, BUSY), (1, CALM), (31, CALM))) == ("green", [])


def test_whatever_comes_between_begins_the_while_anew():
    memory = play((0, BUSY), (1, CALM), (20, BUSY), (21, CALM), (31, CALM))
    assert says(memory) == ("amber", ["settling"])
    assert memory.calm_since == after(21)


def test_a_chance_between_off_and_on_keeps_a_state_and_begins_none():
    uneasy = replace(CALM, free=3, expected_per_hour=6.0, last_hour=8, free_in_seconds=(1800,) * 3)
    assert says(play((0, uneasy)))[0] == "green"
    kept = play((0, BUSY), (1, uneasy), (90, uneasy))
    assert says(kept) == ("amber", ["not_calm"])
    assert "not below 5 %" in cover_sentence(kept.reasons[0])


def test_since_is_when_the_state_began():
    assert play((0, CALM), (5, BUSY), (9, BUSY)).since == after(5)


def test_units_without_word_make_it_short_but_nothing_has_to_settle_when_they_are_heard():
    unheard = Reading(total=6, free=0, silent=6, expected_per_hour=0.5)
    assert says(play((0, unheard)))[0] == "red"
    assert says(play((0, unheard), (0.1, replace(CALM, free=6, free_in_seconds=())))) == ("green", [])


def test_the_default_floor_goes_by_the_fleet_and_less_is_asked_where_chances_are_known():
    counted = [floor_of(ALARM, Reading(total=n, free=n)) for n in (0, 1, 2, 5, 6, 12)]
    foretold = [floor_of(ALARM, Reading(total=n, free=n, expected_per_hour=1.0)) for n in (1, 4, 5, 6, 7, 12)]
    assert counted == [0, 0, 1, 1, 2, 2]
    assert foretold == [0, 0, 1, 1, 2, 2]
    assert floor_of(replace(ALARM, floor=4), Reading(total=2, free=2)) == 4


readings = st.builds(
    lambda busy, free, pending, hour, expected: Reading(
        total=free + len(busy),
        free=free,
        free_in_seconds=tuple(busy),
        pending=pending,
        last_hour=hour,
        expected_per_hour=expected,
    ),
    busy=st.lists(st.integers(1, 3600), max_size=6),
    free=st.integers(0, 6),
    pending=st.integers(0, 3),
    hour=st.integers(0, 8),
    expected=st.one_of(st.none(), st.floats(0.0, 5.0)),
)


@given(st.lists(st.tuples(st.integers(0, 40), readings), min_size=1, max_size=12))
def test_no_state_but_green_is_without_reason_and_green_has_none(course: list[tuple[int, Reading]]):
    memory, now = None, NOON
    for minutes, reading in course:
        now += timedelta(minutes=minutes)
        memory = step(memory, reading, ALARM, now)
        assert bool(memory.reasons) == (memory.state is not CoverState.GREEN)
        assert all(cover_sentence(reason).endswith(".") for reason in memory.reasons)


@given(st.lists(st.tuples(st.integers(0, 40), readings), min_size=2, max_size=12))
def test_nothing_that_a_rule_calls_short_is_ever_called_better(course: list[tuple[int, Reading]]):
    memory, now, order = None, NOON, list(CoverState)
    for minutes, reading in course:
        now += timedelta(minutes=minutes)
        memory = step(memory, reading, ALARM, now)
        assert order.index(memory.state) >= order.index(judge(reading, ALARM, memory.chance)[0])


@given(st.lists(readings, min_size=2, max_size=30))
def test_it_turns_green_at_most_once_in_each_while(course: list[Reading]):
    memory, greens, now = None, [], NOON
    for reading in course:
        now += timedelta(minutes=7)
        before, memory = memory, step(memory, reading, ALARM, now)
        if before and before.state is not CoverState.GREEN and memory.state is CoverState.GREEN:
            greens.append(now)
    assert all(b - a >= ALARM.dwell for a, b in pairwise(greens))


def test_a_fleet_of_one_is_calm_once_it_is_back_however_small_its_chance_can_get():
    alone = replace(CALM, total=1, free=1, expected_per_hour=0.5, free_in_seconds=())
    out = replace(alone, free=0, free_in_seconds=(1800,))
    assert says(play((0, out), (1, alone))) == ("amber", ["settling"])
    assert says(play((0, out), (1, alone), (31, alone))) == ("green", [])


def test_a_unit_that_comes_to_stand_by_settles_a_state_and_its_leaving_begins_it_at_once():
    """The way of a standby: it does not flap, because only its leaving makes things worse."""
    alone = Reading(total=3, free=0, expected_per_hour=0.1, free_in_seconds=(3600,) * 3)
    helped = replace(alone, free=1, lent=1)
    assert says(play((0, alone), (15, helped))) == ("amber", ["settling"])
    assert says(play((0, alone), (15, helped), (46, helped))) == ("green", [])
    assert says(play((0, alone), (15, helped), (46, helped), (47, alone))) == ("red", ["level_zero"])


def test_the_floor_is_the_own_fleets_whoever_stands_by_and_the_reasons_name_the_lent():
    at_floor = Reading(total=6, free=1, lent=1, expected_per_hour=0.1)
    assert floor_of(ALARM, at_floor) == floor_of(ALARM, replace(at_floor, free=0, lent=0))
    _, [last] = judge(at_floor, ALARM, None)
    assert cover_sentence(last) == (
        "The last free ambulance, of 7 on duty; it is a neighbour's that stands by."
    )
    _, [two] = judge(replace(at_floor, total=7, free=2), ALARM, None)
    assert cover_sentence(two) == "2 ambulances are free (of these 1 lent); the floor is 2."


def test_a_fleet_with_units_out_is_not_whole_because_neighbours_stand_in():
    """Else time alone would end a state whose chance of running out is still high."""
    out = replace(CALM, total=2, free=0, expected_per_hour=2.0, last_hour=2, free_in_seconds=(1800,) * 2)
    helped = replace(out, free=2, lent=2)
    assert says(play((0, out), (1, helped), (60, helped))) == ("amber", ["not_calm"])
