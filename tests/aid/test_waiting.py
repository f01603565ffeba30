"""A lender lends no unit that a call of its own waits for, unless its other free units would do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements.permit import Permit, Refusal
from dispatch.agreements.question import Loans
from dispatch.agreements.reasons import ReasonCode
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.lending import Asking, lending_for
from dispatch.aid.waiting import WaitingCall, find_own_need, list_waiting
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Need, Priority, Purpose
from dispatch.model.unit import SATISFIED_BY, UnitType
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
ALS, BLS, CRITICAL_CARE = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE
CAR, ALS_CAR = UnitType.BLS_NONTRANSPORT, UnitType.ALS_NONTRANSPORT
LAST_ONE = {ALS: 1, BLS: 1}


def brooks_call(priority: Priority = Priority.EMERGENT, need: UnitType = ALS):
    return make_incident("inc_b", jurisdiction="brook", priority=priority, needs=(need,))


def waits(
    priority: Priority,
    *,
    unit: UnitType = ALS,
    call=None,
    purpose: Purpose = Purpose.INCIDENT,
    free: Mapping[UnitType, int] = LAST_ONE,
):
    waiting = list_waiting([call or brooks_call()], [])
    return find_own_need(waiting, BROOK, unit, free=free, priority=priority, purpose=purpose)


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
    alone = {ALS: 1}
    assert waits(Priority.EMERGENT, unit=ALS, call=brooks_call(need=BLS), free=alone) is not None


def needs(*types: UnitType, priority: Priority = Priority.EMERGENT) -> list[WaitingCall]:
    return [WaitingCall(priority=priority, needs=(each,)) for each in types]


def may_go(unit: UnitType, free: Mapping[UnitType, int], calls: Sequence[WaitingCall]) -> bool:
    found = find_own_need({BROOK: calls}, BROOK, unit, free=free, priority=Priority.EMERGENT)
    return found is None


@pytest.mark.parametrize(
    ("unit", "free", "wanted", "goes"),
    [
        (ALS, {ALS: 1}, [ALS], False),
        (ALS, {ALS: 2}, [ALS], True),
        (ALS, {ALS: 2}, [ALS, ALS], False),
        (ALS, {ALS: 1, BLS: 1}, [BLS], True),
        (BLS, {ALS: 1, BLS: 1}, [BLS], True),
        (BLS, {ALS: 1, BLS: 1}, [ALS, BLS], False),
        (ALS, {ALS: 2, BLS: 1}, [ALS, BLS], True),
        (BLS, {ALS: 2, BLS: 1}, [ALS, BLS], True),
        (ALS, {ALS: 1, CRITICAL_CARE: 1}, [ALS, CRITICAL_CARE], False),
        (ALS, {ALS: 2}, [BLS, CRITICAL_CARE], True),
        # A BLS ambulance and an ALS car stand in for each other nowhere; both do for a BLS car.
        (BLS, {BLS: 1, ALS_CAR: 1}, [CAR], True),
        (BLS, {BLS: 1, ALS_CAR: 1}, [CAR, ALS_CAR], False),
        (ALS_CAR, {BLS: 1, ALS_CAR: 1, ALS: 1}, [BLS, ALS_CAR], True),
        (ALS_CAR, {BLS: 1, ALS_CAR: 1, ALS: 1}, [BLS, ALS_CAR, CAR], False),
        # Of the two that nobody can go to, neither holds anybody back.
        (BLS, {BLS: 1}, [CRITICAL_CARE, ALS], True),
        # Already more calls than units: whoever could go to one of them stays.
        (ALS, {ALS: 2}, [ALS, ALS, ALS], False),
    ],
)
def test_a_unit_goes_where_the_others_serve_as_many_of_the_calls(
    unit: UnitType, free: Mapping[UnitType, int], wanted: list[UnitType], goes: bool
):
    assert may_go(unit, free, needs(*wanted)) is goes


def test_a_less_urgent_call_takes_no_units_from_the_count():
    calls = [*needs(ALS), *needs(ALS, ALS, priority=Priority.LOWER_ACUITY)]
    assert may_go(ALS, {ALS: 2}, calls)
    assert not may_go(ALS, {ALS: 1}, calls)


def test_every_unit_that_a_call_wants_is_counted():
    wants_two = replace(brooks_call(), needs=(Need(unit_type=ALS, count=2), Need(unit_type=BLS)))
    for spare, goes in (({ALS: 2, BLS: 1}, False), ({ALS: 3, BLS: 1}, True), ({ALS: 3}, False)):
        assert (waits(Priority.EMERGENT, call=wants_two, free=spare) is None) is goes


def test_a_unit_of_which_nobody_counted_the_others_stays():
    assert not may_go(ALS, {}, needs(BLS))


def most_served(units: Sequence[UnitType], calls: Sequence[UnitType]) -> int:
    """How many of the calls the units can go to, one each: by trying."""
    if not calls:
        return 0
    first, *rest = calls
    best = most_served(units, rest)
    for place, unit in enumerate(units):
        if unit in SATISFIED_BY[first]:
            best = max(best, 1 + most_served([*units[:place], *units[place + 1 :]], rest))
    return best


TYPES = st.sampled_from([CRITICAL_CARE, ALS, BLS, ALS_CAR, CAR])


@given(st.lists(TYPES, min_size=1, max_size=4), st.lists(TYPES, max_size=4))
def test_whatever_is_lent_all_calls_that_could_be_served_together_still_can(
    fleet: list[UnitType], calls: list[UnitType]
):
    lent, *others = fleet
    if may_go(lent, Counter(fleet), needs(*calls)):
        for size in range(len(calls) + 1):
            for some in combinations(calls, size):
                assert most_served(others, some) == most_served(fleet, some)
    else:
        assert most_served(others, calls) < most_served(fleet, calls), "it could have been spared"


@pytest.mark.parametrize(
    ("state", "waiting"),
    [
        (AssignmentState.EN_ROUTE, False),
        (AssignmentState.RETURNING, True),
        (AssignmentState.ENDED, True),
    ],
)
def test_a_call_waits_until_a_unit_works_on_it_or_has_come_to_it(state: AssignmentState, waiting: bool):
    sent = make_assignment("b1", incident="inc_b", state=state)
    assert bool(list_waiting([brooks_call()], [sent])) is waiting


@pytest.mark.parametrize(("calls", "held"), [(0, False), (1, False), (2, True), (3, True)])
def test_the_lenders_units_are_refused_with_the_reason_where_it_has_none_to_spare(calls: int, held: bool):
    world = make_world(*make_neighbours(2), agreements=[make_agreement()])
    for unit in ("b1", "b2"):
        world.put(unit, km=5.0)
    mine = make_incident(priority=Priority.EMERGENT)
    own = [replace(brooks_call(), id=IncidentId(f"inc_b{number}")) for number in range(calls)]
    found = world.ask(mine, asking=Asking(waiting=list_waiting(own, [])))
    assert candidate_ids(found) == ([] if held else ["b1", "b2"])
    assert reasons_by_unit(found) == ({unit: ["own_call_waiting"] for unit in ("b1", "b2")} if held else {})


def test_the_last_spare_unit_is_lent_once():
    lending = lending_for(
        make_incident(priority=Priority.EMERGENT),
        agreements=[make_agreement()],
        loans={BROOK: Loans(free_by_type={ALS: 2})},
        now=NOON,
        asking=Asking(waiting=list_waiting([brooks_call()], [])),
    )
    one, two = make_neighbours(2)
    permit = lending.answer(one)
    assert isinstance(permit, Permit)
    answer = lending.after(one, permit).answer(two)
    assert isinstance(answer, Refusal)
    assert [reason.code for reason in answer.reasons] == [ReasonCode.OWN_CALL_WAITING]
    # A unit that is at work is none of those that could go: it is judged as one more.
    assert isinstance(lending.answer(two, counted_free=False), Permit)


@pytest.mark.parametrize(("expired", "told"), [(False, True), (True, False)])
def test_only_a_partner_hears_of_the_lenders_calls(expired: bool, told: bool):
    lending = lending_for(
        make_incident(priority=Priority.EMERGENT),
        agreements=[make_agreement(expired=expired)],
        loans={BROOK: Loans(free_by_type={ALS: 1})},
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


def test_a_call_whose_lent_unit_was_called_back_on_its_way_waits_again():
    recalled = make_assignment("c1", incident="inc_b", home="cedar", state=AssignmentState.RETURNING)
    recalled = replace(recalled, recalled_at=NOON)
    assert BROOK in list_waiting([brooks_call()], [recalled])
    assert list_waiting([brooks_call()], [replace(recalled, arrived_at=NOON)]) == {}


def test_a_call_that_somebody_is_known_to_have_come_to_waits_for_nobody():
    assert list_waiting([brooks_call()], [], come={IncidentId("inc_b")}) == {}
