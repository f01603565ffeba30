"""A lender with a call of its own that waits for just such a unit does not lend it."""

from dataclasses import replace

import pytest

from dispatch.agreements.permit import Refusal
from dispatch.agreements.question import Loans
from dispatch.agreements.reasons import ReasonCode
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.lending import Asking, lending_for
from dispatch.aid.waiting import find_own_need, list_waiting
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority, Purpose
from dispatch.model.unit import UnitType
from tests.make_aid import (
    candidate_ids,
    make_agreement,
    make_assignment,
    make_incident,
    make_neighbours,
    make_world,
    reasons_by_unit,
)
from tests.make_live import NOON

BROOK = JurisdictionId("brook")
ALS, BLS = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE


def brooks_call(priority: Priority = Priority.EMERGENT, need: UnitType = ALS):
    return make_incident("inc_b", jurisdiction="brook", priority=priority, needs=(need,))


def waits(priority: Priority, *, unit: UnitType = ALS, call=None, purpose: Purpose = Purpose.INCIDENT):
    waiting = list_waiting([call or brooks_call()], [])
    return find_own_need(waiting, BROOK, unit, priority=priority, purpose=purpose)


@pytest.mark.parametrize(
    ("priority", "kept"),
    [(Priority.CRITICAL, False), (Priority.EMERGENT, True), (Priority.LOWER_ACUITY, True)],
)
def test_only_a_call_at_least_as_urgent_keeps_a_unit_at_home(priority: Priority, kept: bool):
    found = waits(priority)
    assert (found is not None) is kept
    assert found is None or found.figures == {"lender": "brook", "need": "als_ambulance"}


def test_before_standing_by_every_call_of_its_own_goes():
    assert waits(Priority.CRITICAL, purpose=Purpose.STANDBY) is not None


def test_only_a_unit_that_the_call_could_take_is_kept():
    assert waits(Priority.EMERGENT, unit=BLS) is None
    assert waits(Priority.EMERGENT, unit=ALS, call=brooks_call(need=BLS)) is not None


@pytest.mark.parametrize(
    ("state", "waiting"),
    [
        (AssignmentState.EN_ROUTE, False),
        (AssignmentState.RETURNING, False),
        (AssignmentState.ENDED, True),
    ],
)
def test_a_call_waits_until_a_unit_works_or_has_worked_on_it(state: AssignmentState, waiting: bool):
    sent = make_assignment("b1", incident="inc_b", state=state)
    assert bool(list_waiting([brooks_call()], [sent])) is waiting


def test_the_lenders_units_are_refused_with_the_reason():
    world = make_world(*make_neighbours(2), agreements=[make_agreement()])
    for unit in ("b1", "b2"):
        world.put(unit, km=5.0)
    mine = make_incident(priority=Priority.EMERGENT)
    asking = Asking(waiting=list_waiting([brooks_call()], []))
    assert candidate_ids(world.ask(mine)) == ["b1", "b2"]
    assert reasons_by_unit(world.ask(mine, asking=asking)) == {
        "b1": ["own_call_waiting"],
        "b2": ["own_call_waiting"],
    }


@pytest.mark.parametrize(("expired", "told"), [(False, True), (True, False)])
def test_only_a_partner_hears_of_the_lenders_calls(expired: bool, told: bool):
    lending = lending_for(
        make_incident(priority=Priority.EMERGENT),
        agreements=[make_agreement(expired=expired)],
        loans={BROOK: Loans(free_by_type={ALS: 2})},
        now=NOON,
        asking=Asking(waiting=list_waiting([brooks_call()], [])),
    )
    answer = lending.answer(make_neighbours(1)[0])
    assert isinstance(answer, Refusal)
    assert (answer.reasons[0].code is ReasonCode.OWN_CALL_WAITING) is told


def test_a_call_that_a_unit_has_reached_and_left_waits_for_nobody():
    reached = make_assignment("b1", incident="inc_b", state=AssignmentState.ENDED)
    reached = replace(reached, arrived_at=NOON, ended_at=NOON, end_reason="done")
    assert list_waiting([brooks_call()], [reached]) == {}
