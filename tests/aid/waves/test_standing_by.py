"""Units that stand by for the borrower: sent on before any other neighbour is asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from dispatch.agreements.restrictions import ConcurrentCap, IncidentCap, ReserveFloor
from dispatch.agreements.terms import AgreementKind
from dispatch.aid.lending import Asking
from dispatch.aid.waves.exact import plan_exactly
from dispatch.aid.waves.greedy import plan_greedily
from dispatch.aid.waves.order import Case, LenderLoad, Order
from dispatch.aid.waves.plan import Lack, Plan
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.unit import UnitStatus
from tests.aid.waves.test_gather import asked, gather, valley
from tests.make_aid import World, make_agreement, make_assignment
from tests.make_waves import ALS, BLS, make_case, make_lender, make_order

BROOK, CEDAR = JurisdictionId("brook"), JurisdictionId("cedar")


def at_post(world: World, *units: str) -> Asking:
    """The units, which others lent, stand by for Ashton."""
    for unit in units:
        world.picture.apply_state(
            replace(world.picture.get_state(UnitId(unit)), status=UnitStatus.ON_SCENE, version=2)
        )
        home = "brook" if unit.startswith("b") else "cedar"
        loan = make_assignment(
            unit, incident="post_1", home=home, borrower="ashton", agreement=f"{home}-ashton"
        )
        world.assignments.append(loan)
    return Asking(stands_by={one.unit_id: one for one in world.assignments})


def plan(world: World, order: Order, *units: str, **more: Any) -> tuple[Case, Plan]:
    case = gather(world, order, asking=at_post(world, *units), **more)
    return case, plan_greedily(case)


def test_who_stands_by_is_sent_on_before_any_other_neighbour_is_asked_beyond_the_first_wave() -> None:
    _, found = plan(valley(), make_order((ALS, 4), first_wave=2), "c3")
    assert asked(found) == ["b1", "b2", "c3", "c1"], "Cedar's third is the furthest of all"
    assert [pick.to_json()["stands_by"] for pick in found.picks] == [False, False, True, False]


def test_the_first_wave_counts_what_asking_takes_against_those_that_must_be_asked() -> None:
    world = valley()
    world.put("c1", km=5.2, age=1)
    _, found = plan(world, make_order((ALS, 1)), "c1")
    [pick] = found.picks
    assert (pick.offer.unit.id, pick.offer.stands_by) == ("c1", True)
    nearest = min(gather(world, make_order((ALS, 1))).offers, key=lambda offer: offer.eta_seconds)
    assert nearest.unit.id == "b1"
    assert nearest.eta_seconds < pick.offer.eta_seconds < nearest.eta_seconds + 60


def test_automatic_aid_that_is_there_sooner_goes_before_who_stands_by() -> None:
    automatic = make_agreement("brook", "ashton", kind=AgreementKind.AUTOMATIC)
    lenders = make_lender("brook", [(ALS, 460)], agreements=(automatic,)), make_lender("cedar", [(ALS, 476)])
    case = make_case(make_order((ALS, 1)), *lenders).case
    at_post = [
        replace(offer, candidate=replace(offer.candidate, stands_by=True)) for offer in case.offers[1:]
    ]
    [pick] = plan_greedily(replace(case, offers=(case.offers[0], *at_post))).picks
    assert (pick.offer.lender, pick.permit.automatic) == ("brook", True)


def test_a_lender_loses_nothing_more_by_what_stands_by_already() -> None:
    _, found = plan(valley(), make_order((ALS, 3), first_wave=0), "b1", "b2")
    assert asked(found) == ["b1", "b2", "c1"]
    assert [(share.lender, share.sends, share.free_before) for share in found.shares] == [("cedar", 1, 3)]


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        (ConcurrentCap(id="4", at_most=2), ["b1", "b2", "c1", "c2"]),
        (IncidentCap(id="5", at_most=1), ["b1", "c1"]),
        (ReserveFloor(id="3", keep=2), ["b1", "c1"]),
    ],
    ids=["out at once", "for one incident", "kept at home"],
)
def test_caps_and_floors_count_what_stands_by_once(clause: Any, wanted: Sequence[str]) -> None:
    """Sent on, it is the same loan; for the incident it is one, as the others are."""
    _, found = plan(valley([clause]), make_order((ALS, 4), first_wave=0), "b1")
    assert asked(found) == wanted


def test_an_agreement_that_lets_nobody_go_to_this_incident_holds_for_who_stands_by_too() -> None:
    _, found = plan(valley([IncidentCap(id="5", at_most=0)]), make_order((ALS, 1)), "b1")
    assert asked(found) == []
    assert [missing.lack for missing in found.missing] == [Lack.CAP]


def test_who_stands_by_and_fits_nothing_stays_where_it_is() -> None:
    _, found = plan(valley(), make_order((BLS, 1), first_wave=0), "c3")
    assert asked(found) == ["c3"], "an ALS crew meets the need"
    _, found = plan(valley(), make_order((ALS, 1), first_wave=0), "c3", "b3")
    assert asked(found) == ["b3"], "there is no place for the other"


def test_the_exact_answer_leaves_those_that_stand_by_in_the_plan() -> None:
    order = make_order((ALS, 3), first_wave=0)
    case, closest = plan(valley(), order, "b3")
    burdened = LenderLoad(free=2, calls_per_hour=40.0)
    case = replace(case, loads={**case.loads, BROOK: burdened})
    closest = plan_greedily(case)
    exact = plan_exactly(case, closest, deadline_seconds=60.0).plan
    assert asked(closest) == ["b3", "b1", "b2"]
    assert exact is not None
    assert asked(exact) == ["b3", "c1", "c2"], "Brook keeps what it has at home"
