"""Which unit is advised, by which rule."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from dispatch.aid.advice.options import Course, Rule
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, TARGETS, Method
from dispatch.aid.advice.rank import rank
from dispatch.aid.advice.weigh import weigh
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_advice import (
    PERMIT,
    SPARING,
    aid,
    calls,
    make_call,
    make_permit,
    make_row_grid,
    make_situation,
    options_with_situation,
    own,
)

CRITICAL = make_call(Priority.CRITICAL)
PLAIN = replace(DEFAULT_PRACTICE, method=Method.CLOSEST)
QUIET = make_situation()
"""Nobody's cover counts: no unit of it is asked about."""


FAR = make_row_grid(apart_seconds=700.0)
"""No post reaches another's cell in time."""

balances = st.lists(st.floats(-200.0, 200.0), min_size=3, max_size=3).map(np.array)
"""Of the three neighbours, in unit-hours given more than received."""


def ask(*options, call=None, situation=QUIET, practice=DEFAULT_PRACTICE):
    return rank(call or make_call(), options, situation, practice)


def said(advice) -> tuple[str, str | None, str]:
    return advice.course.value, advice.unit_id, advice.rule.value


def ids(advice) -> list[str]:
    return [w.option.unit_id for w in advice.order]


# -- life-threatening ---------------------------------------------------------------------------------


def test_a_life_threatening_call_gets_whoever_is_there_first():
    assert said(ask(own("a1", 400), own("a2", 300), call=CRITICAL)) == ("send_own", "a2", "fastest")


def test_a_neighbour_is_not_asked_while_an_own_unit_is_in_target():
    found = ask(own("a1", 539), aid("b1", 100), call=CRITICAL)
    assert said(found) == ("send_own", "a1", "own_kept")


def test_the_boundary_is_dropped_where_the_own_unit_is_late_and_a_neighbour_a_minute_sooner():
    found = ask(own("a1", 700), aid("b1", 640), call=CRITICAL)
    assert said(found) == ("ask", "b1", "boundary_drop")
    assert found.figures == {
        "own": "a1",
        "own_arrival_seconds": 700,
        "target_seconds": 540,
        "gain_seconds": 60,
    }
    assert said(ask(own("a1", 700), aid("b1", 641), call=CRITICAL)) == ("send_own", "a1", "own_kept")


def test_the_boundary_is_dropped_also_before_any_cover_is_known_and_where_plain_closest_is_wanted():
    late, near = own("a1", 2000), aid("b1", 100)
    assert said(ask(late, near, call=CRITICAL, situation=None)) == ("ask", "b1", "boundary_drop")
    assert said(ask(late, near, call=CRITICAL, practice=PLAIN)) == ("ask", "b1", "boundary_drop")


def test_an_own_unit_that_goes_before_a_sooner_neighbour_is_not_called_the_fastest():
    found = ask(own("a1", 539), aid("b1", 100), call=CRITICAL)
    assert found.rule is Rule.OWN_KEPT
    assert (found.figures["sooner"], found.figures["sooner_seconds"]) == ("b1", 439)


def test_while_green_an_own_unit_that_would_be_late_does_not_go_before_a_neighbour_in_target():
    call = make_call(Priority.EMERGENT, cover=CoverState.GREEN)
    assert said(ask(own("a1", 2100), aid("b1", 100), call=call))[:2] == ("ask", "b1")


def test_time_waited_and_time_to_ask_count_against_the_target():
    found = ask(own("a1", 400), aid("b1", 100, asked=60), call=make_call(Priority.CRITICAL, waited=200))
    assert said(found) == ("ask", "b1", "boundary_drop")


def test_with_no_own_unit_the_fastest_neighbour_is_asked():
    assert said(ask(aid("b1", 800), aid("b2", 700), call=CRITICAL)) == ("ask", "b2", "fastest")


def test_within_the_tie_and_in_target_the_one_that_costs_less_goes():
    # A spare stands beside b2, none beside b1.
    situation = make_situation([(1, 4, 0.0), (2, 7, 0.0), (2, 7, 0.0)])
    found = ask(aid("b1", 300, row=0), aid("c1", 330, row=1), call=CRITICAL, situation=situation)
    assert said(found) == ("ask", "c1", "tie")
    assert (found.figures["fastest"], found.figures["later_seconds"]) == ("b1", 30)
    beyond = ask(aid("b1", 300, row=0), aid("c1", 331, row=1), call=CRITICAL, situation=situation)
    assert said(beyond) == ("ask", "b1", "fastest")


def test_no_tie_reaches_beyond_the_target():
    situation = make_situation([(1, 4, 0.0), (2, 7, 0.0), (2, 7, 0.0)])
    found = ask(aid("b1", 535, row=0), aid("c1", 541, row=1), call=CRITICAL, situation=situation)
    assert said(found) == ("ask", "b1", "fastest")


def test_a_life_threatening_call_never_waits_for_a_busy_unit():
    assert said(ask(own("a1", 60, busy=10), call=CRITICAL)) == ("nobody", None, "nobody")


def test_the_order_of_call_gives_way_to_the_fastest():
    far = aid("b1", 500, permit=make_permit(call_order=1))
    near = aid("c1", 400, permit=make_permit(call_order=2))
    assert ask(far, near, call=CRITICAL).unit_id == "c1"


@given(options_with_situation(), st.sampled_from(CoverState), st.sampled_from([0.0, 300.0]))
def test_no_life_threatening_call_gets_a_unit_slower_than_the_rules_admit(case, cover, waited):
    options, situation = case
    call = make_call(Priority.CRITICAL, cover=cover, waited=waited)
    advice = rank(call, options, situation, DEFAULT_PRACTICE)
    free = [w for w in advice.order if w.option.free_in_seconds == 0]
    own_arrivals = [w.arrival_seconds for w in free if w.option.permit is None]
    aid_arrivals = [w.arrival_seconds for w in free if w.option.permit is not None]
    if not free:
        assert advice.course is Course.NOBODY
        return
    fastest_own = min(own_arrivals, default=None)
    if fastest_own is None or (fastest_own > 540 and min(aid_arrivals, default=10**9) <= fastest_own - 60):
        fastest = min(aid_arrivals)
    else:
        fastest = fastest_own
    chosen = advice.order[0].arrival_seconds
    assert chosen == fastest or (chosen <= fastest + 30 and chosen <= 540)


# -- all others ---------------------------------------------------------------------------------------


def test_whoever_is_not_short_of_units_sends_its_own_closest():
    call = make_call(cover=CoverState.GREEN)
    found = ask(own("a1", 900), own("a2", 1200), aid("b1", 60), call=call)
    assert said(found) == ("send_own", "a1", "own_first")
    assert ids(found) == ["a1", "a2", "b1"]


def test_though_cover_is_green_the_own_unit_goes_that_leaves_its_area_covered():
    # a1 stands alone at the middle of its area; a2, hardly later, has a spare beside it.
    situation = make_situation([(0, 1, 0.0), (0, 0, 0.0), (0, 0, 0.0)], grid=FAR)
    call = make_call(cover=CoverState.GREEN)
    found = ask(own("a1", 300, row=0), own("a2", 330, row=1), aid("b1", 60), call=call, situation=situation)
    assert said(found) == ("send_own", "a2", "least_cost")
    assert (found.figures["fastest"], found.figures["later_seconds"]) == ("a1", 30)
    beyond_the_band = ask(own("a1", 300, row=0), own("a2", 541, row=1), call=call, situation=situation)
    assert said(beyond_the_band) == ("send_own", "a1", "own_first")


def test_nobody_is_held_for_a_unit_that_would_be_there_after_the_target():
    late = own("a1", 400, busy=520)
    found = ask(late, aid("b1", 1000), call=make_call(Priority.EMERGENT, cover=CoverState.RED))
    assert found.course is Course.ASK


def test_without_an_own_unit_aid_is_asked_though_cover_is_green():
    found = ask(aid("b1", 300), own("a1", 60, busy=3000), call=make_call(cover=CoverState.GREEN))
    assert said(found) == ("ask", "b1", "least_cost")


def test_whoever_is_short_spares_its_last_unit_where_a_neighbour_has_enough():
    situation = make_situation([(0, 1, 0.0), *[(1, 4, 0.0)] * 4])
    options = (own("a1", 300, row=0), aid("b1", 420, row=1))
    for cover in (CoverState.AMBER, CoverState.RED):
        found = ask(*options, call=make_call(cover=cover), situation=situation)
        assert said(found) == ("ask", "b1", "least_cost")
        assert found.figures["fastest"] == "a1"


def test_aid_must_be_clearly_better_than_an_own_unit():
    situation = make_situation([(0, 1, 0.0), *[(1, 4, 0.0)] * 4])
    options = (own("a1", 300, row=0), aid("b1", 420, row=1))
    own_one, aid_one = weigh(make_call(), options, situation, DEFAULT_PRACTICE)
    gap = own_one.cost - aid_one.cost
    for better_by, unit in ((gap - 1e-6, "b1"), (gap + 1e-6, "a1")):
        prices = replace(DEFAULT_PRACTICE.prices, better_by=better_by)
        practice = replace(DEFAULT_PRACTICE, prices=prices)
        assert ask(*options, situation=situation, practice=practice).unit_id == unit


def test_beyond_the_band_nobody_is_chosen_however_cheap():
    situation = make_situation([(0, 1, 0.0), *[(1, 4, 0.0)] * 4])
    found = ask(own("a1", 300, row=0), aid("b1", 541, row=1), situation=situation)
    assert said(found) == ("send_own", "a1", "least_cost")
    assert [w.in_band for w in found.order] == [True, False]


def test_a_call_waits_for_an_own_unit_that_is_about_to_be_free():
    situation = make_situation([(1, 4, 0.0), *[(0, 1, 0.0)] * 3, (0, 1, 60.0)])
    found = ask(aid("b1", 420, row=0), own("a1", 200, row=4, busy=60), situation=situation)
    assert said(found) == ("hold", "a1", "least_cost")
    assert (found.figures["wait_seconds"], found.figures["cap_seconds"]) == (60, 600)
    assert ids(found) == ["a1", "b1"]


def test_with_nobody_to_send_a_call_waits_up_to_its_cap_and_no_longer():
    assert said(ask(own("a1", 60, busy=600))) == ("hold", "a1", "least_cost")
    assert said(ask(own("a1", 60, busy=601))) == ("nobody", None, "nobody")
    assert said(ask(own("a1", 60, busy=300), call=make_call(waited=301))) == ("nobody", None, "nobody")


def test_an_agreements_order_of_call_goes_before_the_least_cost():
    near = aid("b1", 300, permit=make_permit(call_order=2))
    far = aid("c1", 400, permit=make_permit(call_order=1))
    found = ask(near, far)
    assert said(found) == ("ask", "c1", "call_order")
    assert (found.figures["before"], ids(found)) == ("b1", ["c1", "b1"])


def test_a_dearer_crew_gives_way_to_a_fresh_one():
    assert ask(aid("b1", 300, crew_price=0.1), aid("b2", 330)).unit_id == "b2"


# -- always -------------------------------------------------------------------------------------------


@given(options_with_situation(), calls, st.randoms(use_true_random=False))
def test_the_order_is_total_and_no_order_of_giving_counts(case, call, chance):
    options, situation = case
    first = rank(call, options, situation, DEFAULT_PRACTICE)
    mixed = list(options)
    chance.shuffle(mixed)
    second = rank(call, mixed, situation, DEFAULT_PRACTICE)
    assert sorted(ids(first)) == sorted(option.unit_id for option in options)
    assert (ids(first), said(first), first.figures) == (ids(second), said(second), second.figures)


@given(options_with_situation(), calls, st.booleans())
def test_plain_closest_is_own_first_then_by_arrival(case, call, known):
    options, situation = case
    assume(call.priority is not Priority.CRITICAL)  # goes by arrival alone, whatever the agency wants
    advice = rank(call, options, situation if known else None, PLAIN if known else DEFAULT_PRACTICE)
    free = [option for option in options if option.free_in_seconds == 0]
    expected = sorted(free, key=lambda o: (o.permit is not None, o.eta_seconds + o.asked_seconds, o.unit_id))
    assert ids(advice)[: len(free)] == [option.unit_id for option in expected]
    assert advice.rule is (Rule.PLAIN if free else Rule.NOBODY)


@given(options_with_situation(), calls)
def test_no_call_is_held_past_its_cap_and_only_for_own_units(case, call):
    options, situation = case
    advice = rank(call, options, situation, DEFAULT_PRACTICE)
    first = advice.order[0]
    if advice.course is Course.HOLD:
        cap = TARGETS[call.priority].hold_seconds
        assert call.waited_seconds + first.option.free_in_seconds <= cap
        assert first.option.permit is None
    elif advice.course is not Course.NOBODY:
        assert first.option.free_in_seconds == 0
        assert advice.unit_id == first.option.unit_id


@given(options_with_situation(), calls, st.integers(31, 5000), st.booleans())
def test_a_worse_unit_more_never_changes_the_choice(case, call, later, foreign):
    options, situation = case
    before = rank(call, options, situation, DEFAULT_PRACTICE)
    assume(before.course is not Course.NOBODY)
    kinds = {option.permit is not None for option in options if option.free_in_seconds == 0}
    assume(foreign in kinds)  # the first unit of its kind is no worse than none
    slowest = max(w.arrival_seconds for w in before.order) - round(call.waited_seconds)
    make = aid if foreign else own
    # No price touches a life-threatening call: there "worse" is later than the tie.
    worse = make("w", slowest + later, crew_price=max(w.cost for w in before.order) + 1.0)
    after = rank(call, [*options, worse], situation, DEFAULT_PRACTICE)
    assert said(after) == said(before)


@given(options_with_situation(), st.data())
def test_whoever_follows_would_be_first_without_those_before(case, data):
    options, situation = case
    call = make_call(Priority.CRITICAL)
    order = ids(rank(call, options, situation, DEFAULT_PRACTICE))
    gone = data.draw(st.integers(0, len(order) - 1))
    left = [option for option in options if option.unit_id in order[gone:]]
    assert ids(rank(call, left, situation, DEFAULT_PRACTICE)) == order[gone:]


def test_prices_never_move_a_life_threatening_call():
    situation = make_situation([(1, 4, 0.0), (2, 7, 0.0)], ledger_hours=np.array([0.0, 1e6, 0.0]))
    options = (aid("b1", 300, row=0, permit=SPARING), aid("c1", 320, row=1, permit=SPARING))
    assert ask(*options, call=CRITICAL, situation=situation).unit_id == "b1"
    assert ask(*options, situation=situation).unit_id == "c1", "another call's it moves"


@given(options_with_situation(), balances, st.sampled_from(CoverState))
def test_no_balance_changes_anything_about_a_life_threatening_call(case, hours, cover):
    options, situation = case
    call = make_call(Priority.CRITICAL, cover=cover)
    balanced = rank(call, options, situation, DEFAULT_PRACTICE)
    assert rank(call, options, replace(situation, ledger_hours=hours), DEFAULT_PRACTICE) == balanced


@given(options_with_situation(), balances)
def test_no_balance_changes_anything_where_no_agreement_says_so(case, hours):
    options, situation = case
    silent = [replace(option, permit=option.permit and PERMIT) for option in options]
    balanced = rank(make_call(), silent, situation, DEFAULT_PRACTICE)
    assert rank(make_call(), silent, replace(situation, ledger_hours=hours), DEFAULT_PRACTICE) == balanced


@given(options_with_situation(), calls, balances, st.integers(1, 2), st.floats(0.0, 300.0))
def test_who_has_given_more_is_never_ranked_better(case, call, hours, home, more):
    options, situation = case
    dearer = hours + np.where(np.arange(3) == home, more, 0.0)
    before, after = (
        rank(call, options, replace(situation, ledger_hours=given), DEFAULT_PRACTICE)
        for given in (hours, dearer)
    )
    theirs = {o.unit_id for o in options if o.permit is SPARING and situation.home[o.row] == home}
    for unit in theirs:
        ahead, still = (set(ids(found)[: ids(found).index(unit)]) for found in (before, after))
        assert ahead - theirs <= still
    assert before.unit_id in theirs or after.unit_id not in theirs


def test_nobody_is_advised_where_there_is_nobody():
    found = ask()
    assert said(found) == ("nobody", None, "nobody")
    assert found.order == ()
