"""Every missing unit has one reason, and each reason is true when it is looked up again."""

from dataclasses import replace
from datetime import time

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agreements.permit import Refusal
from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.agreements.restrictions import (
    ConcurrentCap,
    DailyCap,
    Hours,
    IncidentCap,
    OnHolidays,
    ReserveFloor,
    UnitTypes,
    Weekday,
    Window,
)
from dispatch.aid.lending import refused
from dispatch.aid.waves.exact import plan_exactly
from dispatch.aid.waves.greedy import plan_greedily
from dispatch.aid.waves.plan import Lack, Plan, count_lacks
from dispatch.model.unit import SATISFIED_BY
from tests.make_aid import make_agreement
from tests.make_live import make_unit
from tests.make_waves import ALS, BLS, Drawn, draw_small_case, judge_after, make_case, make_lender, make_order

WORDS = {
    Lack.FLOOR: {ReasonCode.RESERVE_FLOOR},
    Lack.CAP: {ReasonCode.CONCURRENT_CAP, ReasonCode.INCIDENT_CAP, ReasonCode.DAILY_CAP},
    Lack.TERMS: {ReasonCode.UNIT_TYPE},
}


def require_true(drawn: Drawn, plan: Plan) -> None:
    """Judge each named unit anew after all picks; where none is named, none may be left."""
    by_name = {lender.name: lender for lender in drawn.lenders}
    asked = [(pick.offer.unit, pick.permit.agreement_id) for pick in plan.picks]
    gone = {unit.id for unit, _ in asked}
    for missing in plan.missing:
        fitting = SATISFIED_BY[missing.need]
        if missing.unit is None:
            known = {u.id for lender in drawn.lenders for u, _ in lender.units if u.unit_type in fitting}
            assert known <= gone
            continue
        shown = missing.unit
        assert shown.unit_type in fitting
        lender = by_name[shown.lender]
        unit = next(unit for unit, _ in lender.units if unit.id == shown.unit_id)
        after = [one for one in asked if one[0].jurisdiction_id == lender.name]
        said = judge_after(drawn.case, lender, unit, after)
        assert isinstance(said, Refusal)
        assert {reason.code for reason in said.reasons} & WORDS[missing.lack]
        offered = any(offer.unit.id == unit.id for offer in drawn.case.offers)
        then = said if offered else judge_after(drawn.case, lender, unit, [])
        assert isinstance(then, Refusal)
        assert [(r.code, r.clause) for r in shown.reasons] == [(r.code, r.clause) for r in then.reasons]
        for ours, theirs in zip(shown.reasons, then.reasons, strict=True):
            assert ours.figures == theirs.figures
        assert shown.unit_id not in gone, "no unit comes and is missing, or is missing twice"
        gone.add(shown.unit_id)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**9))
def test_every_missing_unit_has_one_reason_and_it_is_true(seed: int) -> None:
    drawn = draw_small_case(seed)
    greedy = plan_greedily(drawn.case)
    exact = plan_exactly(drawn.case, greedy, deadline_seconds=30.0).plan or greedy
    for plan in (greedy, exact):
        assert len(plan.missing) == drawn.case.order.count - len(plan.picks)
        require_true(drawn, plan)


def lacks(plan: Plan) -> list[str]:
    return [missing.lack.value for missing in plan.missing]


def test_a_floor_is_named_with_what_the_lender_would_keep() -> None:
    floor = ReserveFloor(id="3.1", keep=2, unit_types=(ALS,))
    plan = plan_greedily(
        make_case(make_order((ALS, 2)), make_lender("brook", [(ALS, 300)] * 3, clauses=[floor])).case
    )
    [missing] = plan.missing
    assert missing.lack is Lack.FLOOR
    assert missing.unit is not None
    assert missing.unit.reasons[0].figures == {
        "keeps": 1,
        "floor": 2,
        "unit_type": "als_ambulance",
    }


def test_caps_of_each_kind_are_named_with_their_counts() -> None:
    for kind in (ConcurrentCap, IncidentCap, DailyCap):
        lender = make_lender("brook", [(ALS, 300)] * 3, clauses=[kind(id="4.1", at_most=2)])
        [missing] = plan_greedily(make_case(make_order((ALS, 3)), lender).case).missing
        assert missing.lack is Lack.CAP
        assert missing.unit is not None
        assert missing.unit.reasons[0].figures == {"out": 2, "at_most": 2}


def test_who_is_busy_too_far_unsigned_or_barred_is_told_apart() -> None:
    busy = replace(
        refused(make_unit("b1", jurisdiction="brook"), (Reason(code=ReasonCode.COMMITTED),)), eta_seconds=100
    )
    far_away = replace(
        refused(make_unit("c1", jurisdiction="cedar"), (Reason(code=ReasonCode.BEYOND_HORIZON),)),
        eta_seconds=4000,
    )
    stranger = replace(
        refused(make_unit("d1", jurisdiction="dale"), (Reason(code=ReasonCode.NO_AGREEMENT),)),
        eta_seconds=200,
    )
    only_bls = make_lender("elm", [(ALS, 300)], clauses=[UnitTypes(id="1", allow=(BLS,))])
    unsigned = make_lender("fenn", [(ALS, 400)], agreements=[make_agreement("fenn", signed=False)])
    case = make_case(make_order((ALS, 6)), only_bls, unsigned, others=[busy, far_away, stranger]).case
    plan = plan_greedily(case)
    assert lacks(plan) == ["busy", "no_agreement", "terms", "no_agreement", "too_far", "no_unit"]
    assert plan.missing[-1].figures == {"known": 5, "asked": 0, "named": 5}
    assert count_lacks(plan.missing) == [
        {
            "need": "als_ambulance",
            "missing": 6,
            "because": {"busy": 1, "no_agreement": 2, "no_unit": 1, "terms": 1, "too_far": 1},
        }
    ]


def test_of_two_agreements_the_milder_one_is_what_keeps_a_unit() -> None:
    """One is closed at this hour; under the other only the floor stands in the way."""
    never = Hours(
        id="1",
        windows=(Window(days=(Weekday.SUNDAY,), since=time(1), until=time(2)),),
        on_holidays=OnHolidays.AS_USUAL,
    )
    agreements = [
        make_agreement("brook", agreement_id="a", clauses=[never]),
        make_agreement("brook", agreement_id="b", clauses=[ReserveFloor(id="1", keep=1)]),
    ]
    plan = plan_greedily(
        make_case(make_order((ALS, 1)), make_lender("brook", [(ALS, 300)], agreements=agreements)).case
    )
    assert lacks(plan) == ["floor"]
