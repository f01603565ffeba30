"""The exact plan against a plain enumeration, and against the closest-first plan."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agreements.permit import Permit
from dispatch.agreements.restrictions import ConcurrentCap, ReserveFloor, UnitTypes
from dispatch.aid.waves.exact import Answer, plan_exactly
from dispatch.aid.waves.greedy import opening, plan_greedily
from dispatch.aid.waves.order import Case
from dispatch.aid.waves.plan import Plan
from dispatch.aid.waves.price import missing_price
from dispatch.model.ids import AgreementId
from dispatch.model.unit import Unit
from tests.make_aid import make_agreement
from tests.make_waves import (
    ALS,
    BLS,
    Drawn,
    cheapest_by_enumeration,
    draw_region_case,
    draw_small_case,
    judge_after,
    make_case,
    make_lender,
    make_order,
)

PATIENT = 30.0
"""Seconds: here the answer counts, not when it comes."""


def answer(case: Case) -> tuple[Plan, Plan]:
    """The closest-first plan and the one that stands in the end."""
    greedy = plan_greedily(case)
    exact = plan_exactly(case, greedy, deadline_seconds=PATIENT)
    assert exact.answer in (Answer.EXACT, Answer.SAME)
    return greedy, exact.plan or greedy


def ids(plan: Plan) -> list[str]:
    return [pick.offer.unit.id for pick in plan.picks]


def require_least_cost(drawn: Drawn) -> None:
    case = drawn.case
    _, plan = answer(case)
    first = opening(case)
    before: list[tuple[Unit, AgreementId]] = [
        (offer.unit, permit.agreement_id) for offer, permit in zip(first.offers, first.permits, strict=True)
    ]
    least = cheapest_by_enumeration(case, drawn.lenders, before, missing_price(case))
    assert plan.cost == pytest.approx(least, abs=1e-5)


def require_permitted_in_turn(drawn: Drawn, plan: Plan) -> None:
    by_name = {lender.name: lender for lender in drawn.lenders}
    asked: list[tuple[Unit, AgreementId]] = []
    for pick in plan.picks:
        before = [one for one in asked if one[0].jurisdiction_id == pick.offer.lender]
        said = judge_after(drawn.case, by_name[pick.offer.lender], pick.offer.unit, before)
        assert isinstance(said, Permit)
        assert (said.agreement_id, said.keeps, said.floor) == (
            pick.permit.agreement_id,
            pick.permit.keeps,
            pick.permit.floor,
        )
        asked.append((pick.offer.unit, said.agreement_id))


@pytest.mark.parametrize("block", range(6))
def test_the_plan_costs_as_little_as_any_subset_that_the_permits_allow(block: int) -> None:
    for seed in range(50 * block, 50 * block + 50):
        require_least_cost(draw_small_case(seed))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_the_plan_costs_as_little_as_any_subset_in_two_thousand_cases(block: int) -> None:
    for seed in range(1000 + 500 * block, 1500 + 500 * block):
        require_least_cost(draw_small_case(seed))


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**9))
def test_no_plan_asks_for_more_than_is_wanted_or_for_a_unit_twice(seed: int) -> None:
    drawn = draw_small_case(seed)
    for plan in answer(drawn.case):
        assert len(ids(plan)) == len(set(ids(plan)))
        met = [pick.meets for pick in plan.picks]
        assert all(met.count(need) <= count for need, count in drawn.case.order.wanted().items())
        assert len(plan.picks) + len(plan.missing) == drawn.case.order.count


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10**9))
def test_every_pick_is_permitted_in_the_order_given(seed: int) -> None:
    drawn = draw_small_case(seed)
    for plan in answer(drawn.case):
        require_permitted_in_turn(drawn, plan)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_closest_first_never_costs_less_than_the_exact_plan(seed: int) -> None:
    greedy, exact = answer(draw_region_case(seed).case)
    assert exact.cost <= greedy.cost
    assert len(exact.picks) >= len(greedy.picks), "sparing a lender never leaves a unit out"
    assert ids(exact)[:2] == ids(greedy)[:2], "the first wave is the closest"


def test_the_same_case_has_the_same_plan_whatever_the_order_of_the_lenders() -> None:
    lenders = draw_region_case(5).lenders
    order = draw_region_case(5).case.order
    plans = [answer(make_case(order, *turn).case)[1] for turn in (lenders, lenders[::-1])]
    assert ids(plans[0]) == ids(plans[1])


def test_a_lender_with_much_to_lose_is_spared_for_one_that_is_hardly_further() -> None:
    poor = make_lender("brook", [(ALS, 500), (ALS, 510), (ALS, 520)], calls_per_hour=6.0)
    rich = make_lender("cedar", [(ALS, 560)] * 6, calls_per_hour=0.5)
    case = make_case(make_order((ALS, 5), first_wave=1), poor, rich).case
    greedy, exact = answer(case)
    assert [pick.offer.lender for pick in greedy.picks].count(poor.units[0][0].jurisdiction_id) == 3
    assert [pick.offer.lender for pick in exact.picks] == ["brook", *["cedar"] * 4]
    assert exact.late_calls < greedy.late_calls


def test_two_agreements_of_one_pair_are_asked_in_the_order_that_lets_most_go() -> None:
    """The first permits anybody, once; the second only ALS: asked ALS first, the BLS unit could not go."""
    agreements = [
        make_agreement("brook", agreement_id="a", clauses=[ConcurrentCap(id="1", at_most=1)]),
        make_agreement("brook", agreement_id="b", clauses=[UnitTypes(id="1", allow=(ALS,))]),
    ]
    lender = make_lender("brook", [(ALS, 300), (BLS, 600)], agreements=agreements)
    drawn = make_case(make_order((ALS, 1), (BLS, 1), first_wave=0), lender)
    greedy, exact = answer(drawn.case)
    assert ids(greedy) == ["brook-0"]
    assert ids(exact) == ["brook-1", "brook-0"]
    require_permitted_in_turn(drawn, exact)


def test_a_floor_of_one_type_group_leaves_the_others_alone() -> None:
    floor = ReserveFloor(id="3.1", keep=2, unit_types=(ALS,))
    lender = make_lender("brook", [(ALS, 300)] * 3 + [(BLS, 400)] * 2, clauses=[floor])
    _, plan = answer(make_case(make_order((ALS, 2), (BLS, 2), first_wave=0), lender).case)
    assert sorted(pick.meets for pick in plan.picks) == [ALS, BLS, BLS]


def test_where_an_agreement_fixes_the_order_of_call_nothing_is_weighed() -> None:
    case = draw_region_case(1).case
    case = replace(case, turns=case.offers)
    assert plan_exactly(case, plan_greedily(case)).answer is Answer.CALL_ORDER


def test_an_answer_that_is_not_proven_in_time_is_none() -> None:
    case = draw_region_case(1).case
    assert plan_exactly(case, plan_greedily(case), deadline_seconds=0.0).answer is Answer.TIMED_OUT
