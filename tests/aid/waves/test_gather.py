"""From the live picture to an order's answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.agreements.provisions import CallOrder
from dispatch.agreements.restrictions import ConcurrentCap, ReserveFloor
from dispatch.aid.advice.counsel import PLAIN
from dispatch.aid.waves.exact import Answer, plan_exactly
from dispatch.aid.waves.gather import gather_case
from dispatch.aid.waves.greedy import plan_greedily
from dispatch.aid.waves.order import Case, Order
from dispatch.aid.waves.plan import Lack, Plan
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitStatus
from tests.aid.test_advise import counsel_for, country
from tests.make_aid import (
    World,
    east,
    make_agreement,
    make_incident,
    make_neighbours,
    make_request,
    make_world,
)
from tests.make_live import NOON, make_unit
from tests.make_waves import ALS, BLS, SUPERVISOR, make_order


def gather(world: World, order: Order, *, priority: Priority = Priority.CRITICAL, **more: Any) -> Case:
    return gather_case(
        make_incident(priority=priority),
        order,
        region=world.region,
        picture=world.picture,
        reach=world.reach,
        agreements=world.agreements,
        assignments=world.assignments,
        requests=world.requests,
        now=NOON,
        **more,
    )


def valley(clauses: Sequence[Any] = ()) -> World:
    """Three ALS of Brook at 5, 6 and 7 km, three of Cedar at 6, 8 and 10 km; an own one nearest of all."""
    world = make_world(
        make_unit("a1"),
        *make_neighbours(3),
        *make_neighbours(3, jurisdiction="cedar"),
        agreements=[make_agreement("brook", clauses=clauses), make_agreement("cedar", clauses=clauses)],
    )
    for unit, km in (("a1", 1), ("b1", 5), ("b2", 6), ("b3", 7), ("c1", 6.5), ("c2", 8), ("c3", 10)):
        world.put(unit, km=km)
    return world


def asked(plan: Plan) -> list[str]:
    return [pick.offer.unit.id for pick in plan.picks]


def test_the_closest_neighbours_come_and_no_own_unit() -> None:
    assert asked(plan_greedily(gather(valley(), make_order((ALS, 4))))) == ["b1", "b2", "c1", "b3"]


def test_floors_and_caps_of_each_lender_hold_over_the_whole_order() -> None:
    keep_one = ReserveFloor(id="3.1", keep=1, unit_types=(ALS,))
    plan = plan_greedily(gather(valley([keep_one]), make_order((ALS, 6))))
    assert asked(plan) == ["b1", "b2", "c1", "c2"]
    assert [missing.lack for missing in plan.missing] == [Lack.FLOOR, Lack.FLOOR]
    plan = plan_greedily(gather(valley([ConcurrentCap(id="4", at_most=1)]), make_order((ALS, 2))))
    assert asked(plan) == ["b1", "c1"]


def test_units_drive_to_the_staging_point_where_there_is_one() -> None:
    plan = plan_greedily(gather(valley(), make_order((ALS, 1), staging=east(10))))
    assert asked(plan) == ["c3"]
    assert plan.picks[0].offer.eta_seconds == 60


def test_who_is_busy_promised_asked_before_or_beyond_the_horizon_is_not_offered() -> None:
    world = valley()
    world.put("b1", status=UnitStatus.ON_SCENE, version=2)
    world.requests = [make_request("b2")]
    order = make_order((ALS, 6), within_seconds=800)
    plan = plan_greedily(gather(world, order, asked_before=frozenset({UnitId("b3")})))
    assert asked(plan) == ["c1", "c2"]
    assert [(m.unit.unit_id if m.unit else None, m.lack) for m in plan.missing] == [
        ("b1", Lack.BUSY),
        ("b2", Lack.BUSY),
        ("c3", Lack.TOO_FAR),
        (None, Lack.NO_UNIT),
    ]


def test_a_type_that_no_neighbour_has_is_missing_for_that_reason() -> None:
    plan = plan_greedily(gather(valley(), make_order((ALS, 1), (SUPERVISOR, 1))))
    assert [(m.need, m.lack) for m in plan.missing] == [(SUPERVISOR, Lack.NO_UNIT)]


def test_the_order_of_call_holds_beyond_the_first_wave_and_nothing_is_weighed() -> None:
    card = make_order((ALS, 4), first_wave=1, lenders=(JurisdictionId("cedar"), JurisdictionId("brook")))
    case = gather(valley(), card)
    greedy = plan_greedily(case)
    assert asked(greedy) == ["b1", "c1", "c2", "c3"]
    assert plan_exactly(case, greedy).plan is None


def test_an_agreement_that_fixes_the_order_of_call_is_kept_but_for_life_threatening_calls() -> None:
    order = CallOrder(id="5", order=(JurisdictionId("cedar"), JurisdictionId("brook")))
    three = make_agreement("brook", agreement_id="pact", clauses=[order])
    both = [three.directions[0], make_agreement("cedar").directions[0]]
    pact = replace(
        three,
        parties=(*three.parties, JurisdictionId("cedar")),
        directions=tuple(both),
        signatures=(*three.signatures, make_agreement("cedar").signatures[0]),
    )
    world = valley()
    world.agreements = [pact]
    wanted = make_order((ALS, 3), first_wave=0)
    assert asked(plan_greedily(gather(world, wanted, priority=Priority.LOWER_ACUITY))) == ["c1", "c2", "c3"]
    assert asked(plan_greedily(gather(world, wanted))) == ["b1", "b2", "c1"]


def test_a_lender_without_a_forecast_is_taken_to_be_as_busy_as_usual() -> None:
    case = gather(valley(), make_order((ALS, 1)))
    load = case.loads[JurisdictionId("brook")]
    assert (load.free, round(load.calls_per_hour, 2)) == (3, 1.05)


def test_an_agency_that_wants_nothing_weighed_gets_the_closest_and_no_other_plan() -> None:
    case = gather(valley(), make_order((ALS, 2)), counsel=PLAIN)
    assert plan_exactly(case, plan_greedily(case)).answer is Answer.PLAIN


def test_a_lender_with_a_forecast_is_as_busy_as_that_says() -> None:
    world = country()
    counsel = counsel_for(world)
    case = gather(world, make_order((ALS, 1)), counsel=counsel)
    load = case.loads[JurisdictionId("brook")]
    assert counsel.figures is not None
    forecast = counsel.figures.forecast
    row = forecast.jurisdictions.index(JurisdictionId("brook"))
    weights = [counsel.practice.targets[priority].weight for priority in Priority]
    assert load.calls_per_hour == pytest.approx(forecast.calls_per_hour(NOON)[row], rel=0.3)
    assert load.call_weight == pytest.approx(float(forecast.priority_share[row] @ weights))
    assert load.free == 4


def test_a_stranger_who_is_near_is_missing_for_want_of_an_agreement() -> None:
    world = make_world(
        make_unit("b1", jurisdiction="brook"),
        make_unit("d1", jurisdiction="dale", station="near"),
        agreements=[make_agreement("brook")],
        stations={"near": east(3)},
    )
    world.put("b1", km=5)
    world.put("d1", km=3)
    plan = plan_greedily(gather(world, make_order((ALS, 3))))
    assert asked(plan) == ["b1"]
    assert [(m.unit.unit_id if m.unit else None, m.lack) for m in plan.missing] == [
        ("d1", Lack.NO_AGREEMENT),
        (None, Lack.NO_UNIT),
    ]


def test_a_crew_that_has_been_on_duty_too_long_is_missing_for_that_reason() -> None:
    world = valley()
    state = world.picture.get_state(UnitId("b1"))
    tired = replace(state, on_duty_since=NOON - timedelta(hours=25), version=state.version + 1)
    world.picture.apply_state(tired)
    plan = plan_greedily(gather(world, make_order((ALS, 6))))
    assert "b1" not in asked(plan)
    assert [(m.unit.unit_id if m.unit else None, m.lack) for m in plan.missing] == [("b1", Lack.CREW)]


def test_a_plan_says_what_each_lender_gives_and_keeps() -> None:
    shown = plan_greedily(gather(valley(), make_order((ALS, 3), (BLS, 1)))).to_json()
    assert [(row["lender"], row["sends"], row["free_before"], row["keeps"]) for row in shown["lenders"]] == [
        ("brook", 3, 3, 0),
        ("cedar", 1, 3, 2),
    ]
    assert [pick["meets"] for pick in shown["picks"]] == ["als_ambulance"] * 3 + ["bls_ambulance"]
    assert [pick["wave"] for pick in shown["picks"]] == [1, 1, 2, 2]
    assert shown["figures"]["units"] == 4
