import pytest

from dispatch.aid.assignment import AssignmentState
from dispatch.model.unit import UnitStatus
from tests.make_aid import (
    make_assignment,
    make_request,
    make_world,
    own_ids,
)
from tests.make_live import make_unit


def test_own_free_units_come_first_then_busy_ones_with_an_estimate() -> None:
    world = make_world(*(make_unit(f"a{n}") for n in range(1, 5)))
    world.put("a1", km=9)
    world.put("a2", km=1, status=UnitStatus.AT_HOSPITAL, since=600)
    world.put("a3", km=3)
    world.put("a4", km=1, status=UnitStatus.ON_SCENE)
    found = world.ask().own
    assert [(unit.unit_id, unit.estimate) for unit in found] == [
        ("a3", False),
        ("a1", False),
        ("a2", True),
        ("a4", True),
    ]
    assert [unit.free_in_seconds for unit in found] == [0, 0, 120, 720 + 1056]
    assert found[2].eta_seconds == pytest.approx(120 + 100 / 1.25, abs=2)


def test_the_own_free_unit_is_shown_however_far_it_is() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=200)
    assert own_ids(world.ask()) == ["a1"]
    assert own_ids(world.ask(at_most=0)) == ["a1"]


def test_an_own_free_unit_that_is_nowhere_is_shown_without_an_arrival() -> None:
    world = make_world(make_unit("a1"), make_unit("a2"))
    world.put("a1")
    world.put("a2", km=3)
    found = world.ask().own
    assert [(unit.unit_id, unit.eta_seconds is None) for unit in found] == [("a2", False), ("a1", True)]


def test_an_own_unit_lent_to_a_neighbour_is_busy_whatever_it_reports() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=3)
    lent = make_assignment("a1", home="ashton", borrower="brook", state=AssignmentState.RETURNING)
    world.assignments = [lent]
    (unit,) = world.ask().own
    assert (unit.status, unit.estimate, unit.free_in_seconds) == (UnitStatus.AVAILABLE_DELAYED, True, 300)


def test_an_own_unit_on_offer_is_still_free_at_home_and_says_so() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=3)
    world.requests = [make_request("a1", lender="ashton", borrower="brook")]
    (unit,) = world.ask().own
    assert (unit.estimate, unit.promised) == (False, True)


def test_own_units_that_work_on_this_incident_are_left_out() -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=3, status=UnitStatus.EN_ROUTE)
    world.assignments = [make_assignment("a1", home="ashton", borrower="ashton", incident="inc_1")]
    assert world.ask().own == ()


@pytest.mark.parametrize("status", [None, UnitStatus.OFF_DUTY, UnitStatus.OUT_OF_SERVICE])
def test_nobody_can_say_when_an_own_unit_off_duty_could_come(status: UnitStatus | None) -> None:
    world = make_world(make_unit("a1"))
    world.put("a1", km=3, status=status)
    assert world.ask().own == ()
