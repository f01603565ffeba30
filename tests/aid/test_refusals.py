from datetime import timedelta

import pytest

from dispatch.agreements.restrictions import ConcurrentCap, ReserveFloor, UnitTypes
from dispatch.aid.assignment import AssignmentState
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_aid import (
    candidate_ids,
    codes,
    east,
    make_agreement,
    make_assignment,
    make_neighbours,
    make_request,
    make_world,
    one_neighbour,
    reasons_by_unit,
)
from tests.make_live import NOON, make_unit


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (None, "unknown_status"),
        (UnitStatus.UNKNOWN, "unknown_status"),
        (UnitStatus.OFF_DUTY, "not_available"),
        (UnitStatus.AVAILABLE_DELAYED, "not_available"),
        (UnitStatus.ON_SCENE, "not_available"),
    ],
)
def test_only_an_available_unit_may_come(status: UnitStatus | None, code: str) -> None:
    found = one_neighbour(status=status).ask()
    assert candidate_ids(found) == []
    assert reasons_by_unit(found) == {"b1": [code]}


def test_a_unit_of_the_wrong_type_is_refused_with_what_it_is() -> None:
    world = make_world(
        make_unit("b1", jurisdiction="brook", unit_type=UnitType.BLS_AMBULANCE), agreements=[make_agreement()]
    )
    world.put("b1", km=2)
    (refusal,) = world.ask().refusals
    assert codes(refusal) == ["wrong_capability"]
    assert refusal.reasons[0].figures == {"need": "als_ambulance", "has": "bls_ambulance"}


def test_borrowed_units_are_never_lent_on() -> None:
    world = one_neighbour()
    for state in (AssignmentState.ON_SCENE, AssignmentState.RETURNING):
        lent = make_assignment("b1", borrower="cedar", agreement="brook-cedar", state=state)
        world.assignments = [lent]
        found = world.ask()
        assert candidate_ids(found) == []
        assert reasons_by_unit(found) == {"b1": ["committed"]}


def test_a_unit_is_free_again_when_its_assignment_has_ended() -> None:
    world = one_neighbour()
    world.assignments = [make_assignment("b1", state=AssignmentState.ENDED)]
    assert candidate_ids(world.ask()) == ["b1"]


def test_a_unit_on_offer_to_one_neighbour_is_not_offered_to_another() -> None:
    world = one_neighbour()
    world.requests = [make_request("b1", borrower="cedar")]
    found = world.ask()
    assert candidate_ids(found) == []
    (refusal,) = found.refusals
    assert codes(refusal) == ["promised"]
    assert "cedar" not in str(refusal.to_json()), "to whom is none of this borrower's business"
    assert candidate_ids(world.ask(now=NOON + timedelta(seconds=60))) == ["b1"], "an expired offer frees it"


def test_an_offer_counts_against_the_lenders_floor() -> None:
    floor = ReserveFloor(id="3.1", keep=1, unit_types=(UnitType.ALS_AMBULANCE,))
    world = make_world(*make_neighbours(3), agreements=[make_agreement(clauses=[floor])])
    for n in (1, 2, 3):
        world.put(f"b{n}", km=n)
    assert world.ask().candidates[0].keeps == 2
    world.requests = [make_request("b3")]
    assert world.ask().candidates[0].keeps == 1
    world.requests.append(make_request("b2", request_id="req_2"))
    found = world.ask()
    assert candidate_ids(found) == []
    assert reasons_by_unit(found)["b1"] == ["reserve_floor"]


def test_a_floor_is_not_held_against_a_unit_that_does_not_hold_it_up() -> None:
    """Two free units and a floor of two: the busy third could go once it is back."""
    floor = ReserveFloor(id="3.1", keep=2, unit_types=(UnitType.ALS_AMBULANCE,))
    world = make_world(*make_neighbours(3), agreements=[make_agreement(clauses=[floor])])
    world.put("b1", km=1)
    world.put("b2", km=2)
    world.put("b3", km=3, status=UnitStatus.ON_SCENE)
    found = reasons_by_unit(world.ask())
    assert found == {"b1": ["reserve_floor"], "b2": ["reserve_floor"], "b3": ["not_available"]}


def test_units_that_are_out_count_against_a_cap() -> None:
    cap = ConcurrentCap(id="3.2", at_most=1)
    world = make_world(*make_neighbours(2), agreements=[make_agreement(clauses=[cap])])
    world.put("b1", km=1)
    world.put("b2", km=2)
    world.assignments = [make_assignment("b2", borrower="ashton", agreement="brook-ashton")]
    assert reasons_by_unit(world.ask())["b1"] == ["concurrent_cap"]


def test_every_reason_is_given_not_only_the_first() -> None:
    only_bls = UnitTypes(id="2.1", allow=(UnitType.BLS_AMBULANCE,))
    world = make_world(
        make_unit("b1", jurisdiction="brook", unit_type=UnitType.SUPERVISOR),
        agreements=[make_agreement(clauses=[only_bls])],
    )
    world.put("b1", km=1, status=UnitStatus.OUT_OF_SERVICE)
    world.requests = [make_request("b1")]
    found = reasons_by_unit(world.ask())["b1"]
    assert found == ["wrong_capability", "not_available", "promised", "unit_type"]


def test_at_most_fifteen_refusals_the_nearest_first() -> None:
    world = make_world(*make_neighbours(30), agreements=[make_agreement()])
    for n in range(1, 31):
        world.put(f"b{n}", km=31 - n, status=UnitStatus.OFF_DUTY)
    refused = world.ask().refusals
    assert [refusal.unit_id for refusal in refused] == [f"b{n}" for n in range(30, 15, -1)]


def test_beyond_the_horizon_a_unit_is_refused_and_mentioned_only_if_nothing_else_speaks_against_it() -> None:
    world = make_world(*make_neighbours(2), agreements=[make_agreement()])
    world.put("b1", km=40)
    world.put("b2", km=40, status=UnitStatus.OFF_DUTY)
    found = world.ask()
    assert found.candidates == ()
    assert reasons_by_unit(found) == {"b1": ["beyond_horizon"]}
    assert candidate_ids(world.ask(horizon_seconds=6000)) == ["b1"]


def test_own_units_are_never_among_the_refusals() -> None:
    world = make_world(make_unit("a1"), make_unit("a2", unit_type=UnitType.SUPERVISOR))
    world.put("a1", km=1, status=UnitStatus.OFF_DUTY)
    world.put("a2", km=1)
    found = world.ask()
    assert (found.own, found.refusals) == ((), ())


# -- neighbours without an agreement ---------------------------------------------------------------------


def test_of_an_agency_without_agreement_nothing_live_is_told() -> None:
    """Neither status nor commitments nor position: its unit counts from its station."""
    world = make_world(
        make_unit("d1", jurisdiction="dale", station="dale_post"), stations={"dale_post": east(3)}
    )
    world.put("d1", km=20, status=UnitStatus.ON_SCENE)
    world.assignments = [make_assignment("d1", home="dale", borrower="dale")]
    (refusal,) = world.ask().refusals
    assert codes(refusal) == ["no_agreement"]
    assert refusal.eta_seconds == pytest.approx(60 + 300 / 1.25, abs=3)


@pytest.mark.parametrize(
    ("signed", "expired", "code"), [(False, False, "not_signed"), (True, True, "expired")]
)
def test_an_agreement_that_is_not_in_force_permits_nothing(signed: bool, expired: bool, code: str) -> None:
    world = make_world(
        make_unit("b1", jurisdiction="brook", station="post"),
        agreements=[make_agreement(signed=signed, expired=expired)],
        stations={"post": east(2)},
    )
    world.put("b1", km=1)
    assert reasons_by_unit(world.ask()) == {"b1": [code]}
