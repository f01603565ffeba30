"""Who stands by, may be sent on by its borrower alone, and is judged as if it had stayed at home."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements.question import LentUnit, Loans
from dispatch.agreements.restrictions import ConcurrentCap, DailyCap, ReserveFloor
from dispatch.aid.assignment import REDIRECTED, Assignment, AssignmentState
from dispatch.aid.lending import Asking
from dispatch.aid.loans import commitments_of, loans_of, without_standby
from dispatch.aid.standing_by import is_empty, list_sendable, list_standbys
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import IncidentState, Purpose
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_aid import (
    World,
    candidate_ids,
    make_agreement,
    make_assignment,
    make_incident,
    make_neighbours,
    make_request,
    make_world,
    reasons_by_unit,
)
from tests.make_live import NOON, after

ASHTON = JurisdictionId("ashton")
ALS = UnitType.ALS_AMBULANCE
POST = replace(make_incident("post_1"), purpose=Purpose.STANDBY)


def standby(unit: str = "b1", state: AssignmentState = AssignmentState.ON_SCENE) -> Assignment:
    return make_assignment(
        unit, incident="post_1", home="brook", borrower="ashton", agreement="brook-ashton", state=state
    )


def brook(*clauses, units: int = 2, standing: int = 1) -> tuple[World, Asking]:
    """Brook's units 5 km away; the first ones stand by for Ashton."""
    world = make_world(*make_neighbours(units), agreements=[make_agreement(clauses=clauses)])
    for number in range(1, units + 1):
        status = UnitStatus.ON_SCENE if number <= standing else UnitStatus.AVAILABLE
        world.put(f"b{number}", km=5.0, status=status)
    world.assignments = [standby(f"b{number}") for number in range(1, standing + 1)]
    return world, Asking(stands_by={a.unit_id: a for a in world.assignments})


@pytest.mark.parametrize("state", list(AssignmentState))
def test_a_unit_stands_by_from_being_sent_until_it_leaves(state: AssignmentState):
    found = list_standbys([standby(state=state)], {POST.id: POST})
    stays = state in (AssignmentState.DISPATCHED, AssignmentState.EN_ROUTE, AssignmentState.ON_SCENE)
    assert [one.unit_id for one in found] == (["b1"] if stays else [])


def test_only_whom_nobody_called_back_may_be_sent_on_and_only_by_its_borrower():
    back = replace(standby("b2"), recalled_at=NOON)
    everybody, posts = [standby("b1"), back], {POST.id: POST}
    assert list(list_sendable(ASHTON, everybody, posts)) == ["b1"]
    assert not list_sendable(JurisdictionId("brook"), everybody, posts)


def test_a_standby_is_over_without_a_unit_and_without_a_question():
    asked = replace(make_request("b1"), incident_id=POST.id)
    leaving = standby(state=AssignmentState.RETURNING)
    assert is_empty(POST, assignments=[leaving], requests=[])
    assert not is_empty(POST, assignments=[standby()], requests=[])
    assert not is_empty(POST, assignments=[], requests=[asked])
    assert not is_empty(make_incident(), assignments=[], requests=[])
    assert not is_empty(replace(POST, state=IncidentState.CLOSED), assignments=[], requests=[])


def test_it_is_a_candidate_for_its_borrower_and_committed_for_everybody_else():
    world, asking = brook()
    assert candidate_ids(world.ask(asking=asking)) == ["b1", "b2"]
    found = {c.unit_id: c.stands_by for c in world.ask(asking=asking).candidates}
    assert found == {"b1": True, "b2": False}
    assert [c.unit_id for c in world.ask(asking=asking).list_to_ask()] == ["b2"], "it is sent, not asked for"
    assert reasons_by_unit(world.ask())["b1"] == ["committed"]


def test_its_arrival_has_no_time_for_asking():
    world, asking = brook()
    parts = {c.unit_id: c.arrival for c in world.ask(asking=asking).candidates}
    assert parts["b1"] is not None
    assert parts["b2"] is not None
    assert parts["b1"].expected_seconds < parts["b2"].expected_seconds


def test_what_caps_and_floors_say_of_it_leaves_its_own_standby_out():
    one_at_once = ConcurrentCap(id="3.2", at_most=1)
    world, asking = brook(one_at_once)
    assert candidate_ids(world.ask(asking=asking)) == ["b1"], "another would be the second at once"
    keeps_one = ReserveFloor(id="3.1", unit_types=(ALS,), keep=1)
    world, asking = brook(keeps_one)
    # Judged as at home it leaves b2 there; b2 would leave nobody.
    assert candidate_ids(world.ask(asking=asking)) == ["b1"]


def test_two_that_stand_by_are_each_judged_with_the_other_one_away():
    world, asking = brook(ReserveFloor(id="3.1", unit_types=(ALS,), keep=1), units=2, standing=2)
    assert candidate_ids(world.ask(asking=asking)) == []
    assert reasons_by_unit(world.ask(asking=asking))["b1"] == ["reserve_floor"]


def test_sending_it_on_uses_up_no_second_loan_of_a_day():
    sent_on = replace(standby(), state=AssignmentState.ENDED, ended_at=after(60), end_reason=REDIRECTED)
    mission = replace(
        make_assignment("b1", home="brook", borrower="ashton", agreement="brook-ashton", assigned_at=60)
    )
    begun = commitments_of([mission], [], now=after(61), recent=[sent_on]).begun_at["brook"]
    assert list(begun["brook-ashton"]) == [after(60)]
    world, asking = brook(DailyCap(id="3.3", at_most=1))
    assert candidate_ids(world.ask(asking=asking)) == ["b1"]


@given(st.integers(0, 4), st.integers(1, 4))
def test_leaving_a_standby_out_is_the_lender_with_the_unit_at_home(free: int, out: int):
    loan = standby()
    loans = Loans(
        free_by_type={ALS: free},
        out_by_agreement={loan.agreement_id: out},
        begun_at={loan.agreement_id: (loan.assigned_at, NOON + timedelta(hours=1))},
    )
    found = without_standby(loans, LentUnit(unit_type=ALS), loan)
    assert found.free_by_type[ALS] == free + 1
    assert found.out_by_agreement[loan.agreement_id] == out - 1
    assert found.begun_at[loan.agreement_id] == (NOON + timedelta(hours=1),)


def test_on_the_record_it_is_no_free_unit_of_its_home():
    units = make_neighbours(2)
    commitments = commitments_of([standby()], [], now=NOON, stands_by={UnitId("b1")})
    loans = loans_of(JurisdictionId("brook"), units=units, states={}, commitments=commitments)
    assert loans.free_by_type.get(ALS, 0) == 0
    assert commitments.is_bound(UnitId("b1"))
