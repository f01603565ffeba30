"""Why one unit stands before another is the fact that ranked them so, and is true of their figures."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice.ahead import AheadCode, find_ahead, find_place
from dispatch.aid.advice.options import Advice, Rule
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, TARGETS, Method
from dispatch.aid.advice.rank import rank
from dispatch.model.ids import UnitId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_advice import (
    aid,
    calls,
    make_call,
    make_permit,
    make_situation,
    options_with_situation,
    own,
)

PLAIN = replace(DEFAULT_PRACTICE, method=Method.CLOSEST)
QUIET = make_situation()


def why(advice: Advice, unit: str, call, practice=DEFAULT_PRACTICE) -> str | None:
    ahead = find_ahead(advice, UnitId(unit), call, practice)
    return ahead.code.value if ahead else None


@given(options_with_situation(), calls, st.booleans())
def test_what_is_said_is_true_of_the_two(case, call, plain):
    options, situation = case
    practice = PLAIN if plain else DEFAULT_PRACTICE
    advice = rank(call, options, situation, practice)
    for place, other in enumerate(advice.order, start=1):
        unit_id = other.option.unit_id
        assert find_place(advice, unit_id) == place
        ahead = find_ahead(advice, unit_id, call, practice)
        assert (ahead is None) == (place == 1)
        if ahead is None:
            continue
        first = advice.order[0]
        assert ahead.first is first
        own_before_aid = first.option.permit is None and other.option.permit is not None
        assert {
            AheadCode.SOONER: first.arrival_seconds < other.arrival_seconds,
            AheadCode.CHEAPER: first.cost < other.cost,
            AheadCode.OUT_OF_BAND: first.in_band and not other.in_band,
            AheadCode.OWN_FIRST: own_before_aid,
            AheadCode.OWN_KEPT: own_before_aid,
            AheadCode.OWN_IN_TARGET: own_before_aid
            and first.arrival_seconds <= practice.targets[call.priority].within_seconds,
            AheadCode.FREE_NOW: other.option.free_in_seconds > 0 >= first.option.free_in_seconds,
            AheadCode.WORTH_WAITING: first.option.free_in_seconds > 0,
            AheadCode.CALL_ORDER: first.option.permit is not None,
            AheadCode.EQUAL: first.arrival_seconds == other.arrival_seconds or first.cost == other.cost,
        }[ahead.code], (ahead, other)


def test_a_life_threatening_call_names_the_seconds_or_the_boundary():
    call = make_call(Priority.CRITICAL)
    advice = rank(call, [own("a1", 300), own("a2", 400), aid("b1", 200)], QUIET, DEFAULT_PRACTICE)
    assert advice.unit_id == "a1"
    assert why(advice, "a2", call) == "sooner"
    assert why(advice, "b1", call) == "own_in_target"
    late = rank(call, [own("a1", 700), aid("b1", 690)], QUIET, DEFAULT_PRACTICE)
    assert why(late, "b1", call) == "own_kept"
    assert why(advice, "a1", call) is None
    assert why(advice, "elsewhere", call) is None


def test_within_the_tie_the_cheaper_one_says_what_it_saves():
    call = make_call(Priority.CRITICAL)
    situation = make_situation([(1, 4, 0.0), (2, 7, 0.0), (2, 7, 0.0)])
    advice = rank(call, [aid("b1", 300, row=0), aid("c1", 330, row=1)], situation, DEFAULT_PRACTICE)
    ahead = find_ahead(advice, UnitId("b1"), call, DEFAULT_PRACTICE)
    assert ahead
    assert (advice.rule, ahead.code) == (Rule.TIE, AheadCode.CHEAPER)
    assert ahead.figures["sooner_seconds"] == -30
    assert ahead.figures["saved"] > 0


def test_while_cover_is_green_own_units_go_first():
    call = make_call(Priority.EMERGENT, cover=CoverState.GREEN)
    advice = rank(call, [own("a1", 500), aid("b1", 100)], QUIET, DEFAULT_PRACTICE)
    assert why(advice, "b1", call) == "own_first"


def test_a_busy_unit_can_only_be_waited_for():
    call = make_call(Priority.EMERGENT)
    advice = rank(call, [own("a1", 300), own("a2", 100, busy=5000)], QUIET, DEFAULT_PRACTICE)
    ahead = find_ahead(advice, UnitId("a2"), call, DEFAULT_PRACTICE)
    assert ahead
    assert (ahead.code, ahead.figures) == (AheadCode.FREE_NOW, {"free_in_seconds": 5000})


@pytest.mark.parametrize("method", [Method.CLOSEST, Method.WEIGHED])
def test_an_agreement_calls_one_lender_before_another(method):
    practice, call = replace(DEFAULT_PRACTICE, method=method), make_call(Priority.NON_ACUTE)
    options = [
        aid("b1", 100, permit=make_permit(call_order=2)),
        aid("c1", 150, permit=make_permit(call_order=1)),
    ]
    advice = rank(call, options, QUIET, practice)
    assert advice.unit_id == "c1"
    assert why(advice, "b1", call, practice) == "call_order"


def test_beyond_the_band_no_cost_counts():
    call = make_call(Priority.EMERGENT)
    band = TARGETS[Priority.EMERGENT].band_seconds
    advice = rank(call, [own("a1", 300), own("a2", 301 + band)], QUIET, DEFAULT_PRACTICE)
    ahead = find_ahead(advice, UnitId("a2"), call, DEFAULT_PRACTICE)
    assert ahead
    assert (ahead.code, ahead.figures) == (AheadCode.OUT_OF_BAND, {"later_seconds": band + 1})


def test_where_futures_changed_the_choice_they_are_named():
    call = make_call(Priority.EMERGENT)
    advice = rank(call, [own("a1", 300), own("a2", 400)], QUIET, DEFAULT_PRACTICE)
    turned = replace(advice, rule=Rule.ROLLOUT, order=advice.order[::-1], unit_id=UnitId("a2"))
    assert why(turned, "a1", call) == "futures"
