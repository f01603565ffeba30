from collections.abc import Sequence
from typing import Any

import pytest

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit
from dispatch.agreements.restrictions import ConcurrentCap, ReserveFloor
from dispatch.aid.assignment import Assignment
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.lending import still_permitted
from dispatch.aid.request import AidRequest
from dispatch.model.ids import RequestId
from dispatch.model.unit import UnitState, UnitStatus, UnitType
from tests.make_aid import (
    codes,
    make_agreement,
    make_assignment,
    make_incident,
    make_neighbours,
    make_request,
)
from tests.make_live import NOON, make_state

FLEET = make_neighbours(3)
KEEP_ONE = ReserveFloor(id="3.1", keep=1, unit_types=(UnitType.ALS_AMBULANCE,))
AGREED = (make_agreement(clauses=[KEEP_ONE]),)


def ask(
    *,
    statuses: Sequence[UnitStatus | None] = (UnitStatus.AVAILABLE,) * 3,
    assignments: Sequence[Assignment] = (),
    requests: Sequence[AidRequest] = (),
    agreements: Any = AGREED,
    **more: Any,
) -> Permit | RefusedUnit:
    """Whether ``b1`` may still come."""
    states: dict[Any, UnitState] = {
        unit.id: make_state(unit.id, status)
        for unit, status in zip(FLEET, statuses, strict=True)
        if status is not None
    }
    return still_permitted(
        FLEET[0],
        make_incident(),
        units=FLEET,
        states=states,
        agreements=agreements,
        assignments=assignments,
        requests=requests,
        now=NOON,
        **more,
    )


def refused(answer: Permit | RefusedUnit) -> list[str]:
    assert isinstance(answer, RefusedUnit)
    return codes(answer)


def test_a_free_unit_with_a_permit_may_still_come() -> None:
    answer = ask()
    assert isinstance(answer, Permit)
    assert (answer.keeps, answer.floor) == (2, 1)
    assert ask(agreements=Pairs([make_agreement(clauses=[KEEP_ONE])])) == answer


@pytest.mark.parametrize(
    ("status", "code"), [(None, "unknown_status"), (UnitStatus.ON_SCENE, "not_available")]
)
def test_a_unit_whose_status_changed_meanwhile_may_not(status: UnitStatus | None, code: str) -> None:
    assert refused(ask(statuses=(status, UnitStatus.AVAILABLE, UnitStatus.AVAILABLE))) == [code]


def test_a_floor_that_a_busy_unit_does_not_hold_up_is_not_held_against_it() -> None:
    keep_two = (make_agreement(clauses=[ReserveFloor(id="3.1", keep=2)]),)
    statuses = (UnitStatus.ON_SCENE, UnitStatus.AVAILABLE, UnitStatus.AVAILABLE)
    assert refused(ask(statuses=statuses, agreements=keep_two)) == ["not_available"]


def test_a_unit_that_somebody_else_got_meanwhile_may_not() -> None:
    assert refused(ask(assignments=[make_assignment("b1", borrower="cedar")])) == ["committed"]
    assert refused(ask(requests=[make_request("b1")])) == ["promised"]


def test_an_offer_is_not_in_the_way_of_its_own_answer() -> None:
    requests = [make_request("b1", request_id="req_7"), make_request("b2", request_id="req_8")]
    answer = ask(requests=requests, looked_at=RequestId("req_7"))
    assert isinstance(answer, Permit)
    assert answer.keeps == 1


def test_two_requesters_cannot_drain_one_lender() -> None:
    requests = [make_request("b2", request_id="req_7"), make_request("b3", request_id="req_8")]
    answer = ask(requests=requests)
    assert refused(answer) == ["reserve_floor"]
    assert isinstance(answer, RefusedUnit)
    assert answer.reasons[0].figures == {"keeps": 0, "floor": 1, "unit_type": "als_ambulance", "promised": 2}


def test_the_cap_counts_units_that_are_out_and_units_on_offer() -> None:
    capped = (make_agreement(clauses=[ConcurrentCap(id="3.2", at_most=2)]),)
    out = make_assignment("b2", borrower="ashton", agreement="brook-ashton")
    offer = make_request("b3", borrower="ashton", agreement="brook-ashton")
    assert isinstance(ask(agreements=capped, assignments=[out]), Permit)
    assert refused(ask(agreements=capped, assignments=[out], requests=[offer])) == ["concurrent_cap"]


def test_a_refusal_inside_a_transaction_speaks_of_no_arrival() -> None:
    answer = ask(agreements=())
    assert isinstance(answer, RefusedUnit)
    assert (answer.eta_seconds, answer.eta_basis) == (None, None)
    assert codes(answer) == ["no_agreement"]
