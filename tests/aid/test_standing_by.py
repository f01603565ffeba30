"""Who stands by, may be sent on by its borrower alone, and is judged as if it had stayed at home."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements.permit import Permit
from dispatch.agreements.provisions import Duration
from dispatch.agreements.question import LentUnit, Loans
from dispatch.agreements.restrictions import (
    CallTypes,
    ConcurrentCap,
    DailyCap,
    Hours,
    IncidentCap,
    Priorities,
    Purposes,
    ReserveFloor,
    Weekday,
    Window,
    Zones,
)
from dispatch.agreements.standing import Closure, Standing
from dispatch.agreements.terms import AgreementKind
from dispatch.aid.assignment import REDIRECTED, Assignment, AssignmentState, send_on
from dispatch.aid.lending import Asking, still_permitted
from dispatch.aid.loan import ends_by
from dispatch.aid.loans import commitments_of, loans_of, without_standby
from dispatch.aid.standing_by import is_empty, list_sendable, list_standbys
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import IncidentState, Priority, Purpose
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


def test_no_floor_holds_back_a_unit_that_is_out_already():
    world, asking = brook(ReserveFloor(id="3.1", unit_types=(ALS,), keep=1), units=3, standing=2)
    found = world.ask(asking=asking)
    # Its home keeps b3 whether they are sent on or not, and b3 stays.
    assert [(c.unit_id, c.keeps, c.floor) for c in found.candidates] == [("b1", 1, 1), ("b2", 1, 1)]
    assert reasons_by_unit(found) == {"b3": ["reserve_floor"]}
    assert "3.1" not in found.candidates[0].permit.clauses, "the floor was not asked"
    world.put("b3", km=5.0, status=UnitStatus.TRANSPORTING, version=2)
    found = world.ask(asking=asking)
    assert [(c.unit_id, c.keeps, c.floor) for c in found.candidates] == [("b1", 0, 1), ("b2", 0, 1)]


@pytest.mark.parametrize("cap", [ConcurrentCap(id="3.2", at_most=1), DailyCap(id="3.3", at_most=1)])
def test_no_cap_that_its_own_loan_is_counted_under_holds_it_back(cap):
    world, asking = brook(cap, units=2, standing=2)
    assert candidate_ids(world.ask(asking=asking)) == ["b1", "b2"], "both were lent, by a waiver or before it"


@pytest.mark.parametrize("cap", [ConcurrentCap(id="3.2", at_most=1), DailyCap(id="3.3", at_most=1)])
def test_a_cap_of_another_agreement_counts_it_as_a_new_loan(cap):
    world, asking = brook(units=2, standing=2)
    to_stand_by = make_agreement(kind=AgreementKind.STANDBY)
    for_calls = make_agreement(agreement_id="for-calls", clauses=[cap])
    world.agreements = [to_stand_by, for_calls]
    assert candidate_ids(world.ask(asking=asking)) == ["b1", "b2"]
    out = replace(world.assignments[1], agreement_id=for_calls.id)
    world.assignments = [world.assignments[0], out]
    asking = Asking(stands_by={world.assignments[0].unit_id: world.assignments[0]})
    assert reasons_by_unit(world.ask(asking=asking))["b1"] == [cap_code(cap), "purpose"]


def cap_code(cap) -> str:
    return "concurrent_cap" if isinstance(cap, ConcurrentCap) else "daily_cap"


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        (Purposes(id="5", allow=(Purpose.STANDBY,)), "purpose"),
        (CallTypes(id="5", allow=("Childbirth",)), "call_type"),
        (Zones(id="5", jurisdictions=(JurisdictionId("brook"),)), "zone"),
        (
            Hours(id="5", windows=(Window(days=tuple(Weekday), since=time(2), until=time(3)),)),
            "hours",
        ),
        (Priorities(id="5", allow=(Priority.EMERGENT,)), "priority"),
        (IncidentCap(id="5", at_most=1), "incident_cap"),
    ],
)
def test_whatever_says_what_the_unit_is_lent_for_holds_when_it_is_sent_on(clause, code: str):
    world, asking = brook(clause, units=2)
    world.assignments.append(
        make_assignment("b2", home="brook", borrower="ashton", agreement="brook-ashton", incident="inc_1")
    )
    assert reasons_by_unit(world.ask(asking=asking))["b1"] == [code]


def test_a_lender_that_has_closed_itself_since_recalls_what_is_out_but_does_not_bind_it():
    closed = Closure(jurisdiction_id=JurisdictionId("brook"), reason="a flood", by="", begins_at=NOON)
    world, asking = brook(units=2)
    asking = replace(asking, standing=Standing(closures=(closed,)))
    found = world.ask(asking=asking)
    assert candidate_ids(found) == ["b1"]
    assert reasons_by_unit(found) == {"b2": ["closed_to_lending"]}


@pytest.mark.parametrize(("priority", "sent"), [(Priority.CRITICAL, True), (Priority.EMERGENT, False)])
def test_only_for_a_life_threatening_call_a_crew_that_is_out_is_sent_on_before_its_shift_ends(
    priority: Priority, sent: bool
):
    world, asking = brook(units=2)
    for unit in ("b1", "b2"):
        state = world.picture.get_state(UnitId(unit))
        ending = replace(state, shift_ends_at=after(1800), version=state.version + 1)
        world.picture.apply_state(ending)
    call = make_incident(priority=priority)
    found = world.ask(call, asking=asking)
    assert candidate_ids(found) == (["b1"] if sent else [])
    held = reasons_by_unit(found)
    assert held["b2"] == ["crew_shift_ends"]
    assert held.get("b1") == (None if sent else ["crew_shift_ends"])
    again = still_permitted(
        world.region.units[UnitId("b1")],
        call,
        units=world.region.units.values(),
        states={unit: world.picture.get_state(unit) for unit in world.region.units},
        agreements=world.agreements,
        assignments=world.assignments,
        requests=(),
        now=NOON,
        asking=asking,
    )
    assert isinstance(again, Permit) is sent


def test_nobody_who_is_on_duty_too_long_is_sent_on_whatever_the_call():
    world, asking = brook()
    state = world.picture.get_state(UnitId("b1"))
    world.picture.apply_state(replace(state, on_duty_since=after(-25 * 3600), version=state.version + 1))
    assert reasons_by_unit(world.ask(asking=asking))["b1"] == ["crew_hours"]


def test_sending_it_on_uses_up_no_second_loan_of_a_day():
    sent_on = replace(standby(), state=AssignmentState.ENDED, ended_at=after(60), end_reason=REDIRECTED)
    plain = make_assignment("b1", home="brook", borrower="ashton", agreement="brook-ashton", assigned_at=60)
    mission = send_on(sent_on, plain)
    begun = commitments_of([mission], [], now=after(61), recent=[sent_on]).begun_at["brook"]
    assert list(begun["brook-ashton"]) == [sent_on.assigned_at], "it began when the unit was lent"
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


def test_what_holds_for_a_loan_holds_on_once_the_unit_is_sent_on():
    lent = replace(standby(), extended_until=after(9000), confirmed_at=after(30))
    mission = send_on(lent, make_assignment("b1", home="brook", borrower="ashton", assigned_at=60))
    assert (mission.lent_since, mission.assigned_at) == (lent.assigned_at, after(60))
    assert (mission.extended_until, mission.confirmed_at) == (lent.extended_until, lent.confirmed_at)
    agreement = make_agreement(clauses=[Duration(id="5.1", max_hours=2)])
    sent = send_on(standby(), make_assignment("b1", home="brook", borrower="ashton", assigned_at=60))
    assert ends_by(sent, agreement) == NOON + timedelta(hours=2)
