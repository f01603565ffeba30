"""From the live picture to the situation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice.forecast import forecast_of
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.situate import StandingBy, expected_calls, make_fleet, register_of, situate
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.loans import commitments_of
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_advice import make_lending, make_row_grid
from tests.make_aid import make_assignment, make_request, make_world
from tests.make_live import NOON, make_unit

GRID = make_row_grid(("ashton", "brook"))
STATIONS = {f"s{row}": post for row, post in enumerate(GRID.posts)}


def world_of(*units):
    return make_world(*units, jurisdictions=("ashton", "brook"), stations=STATIONS)


def two_each():
    return world_of(
        make_unit("b1", jurisdiction="brook", station="s4"),
        make_unit("a2", jurisdiction="ashton", station="s1"),
        make_unit("a1", jurisdiction="ashton", station="s0", unit_type=UnitType.BLS_AMBULANCE),
    )


def look(world, **more):
    commitments = commitments_of(world.assignments, world.requests, now=NOON)
    return situate(
        world.picture,
        commitments,
        make_fleet(world.picture, register_of(world.region, GRID)),
        GRID,
        forecast_of(world.region),
        lending=make_lending(2),
        now=NOON,
        **more,
    )


def test_units_are_rows_in_the_order_of_their_ids():
    found = look(two_each())
    assert found.home.tolist() == [0, 0, 1]
    assert found.post.tolist() == [0, 1, 4]
    assert found.level.tolist() == [0, 1, 1]
    assert found.serves.tolist() == [0, 0, 1]


def test_whoever_is_no_ambulance_or_has_no_post_takes_no_part():
    world = world_of(
        make_unit("a1", station="s0"),
        make_unit("a2"),
        make_unit("a3", station="s0", unit_type=UnitType.SUPERVISOR),
    )
    assert len(look(world).home) == 1


def test_free_busy_and_unheard_of():
    world = world_of(*(make_unit(f"a{n}", station="s0") for n in range(1, 5)))
    world.put("a1")
    world.put("a2", status=UnitStatus.AT_HOSPITAL, since=120)
    world.put("a3", status=UnitStatus.OFF_DUTY)
    assert look(world).free_in_seconds.tolist() == [0.0, 600.0, np.inf, np.inf]


def test_an_assignment_knows_better_than_a_status_and_a_lent_unit_is_marked():
    world = two_each()
    for unit in ("a1", "a2", "b1"):
        world.put(unit)
    world.assignments = [
        make_assignment("b1", borrower="ashton", agreement="pact", state=AssignmentState.RETURNING),
        make_assignment("a1", home="ashton", borrower="ashton", state=AssignmentState.ON_SCENE),
    ]
    found = look(world)
    assert found.free_in_seconds.tolist() == [720.0 + 1056.0, 0.0, 300.0]
    assert found.lent.tolist() == [False, False, True]


def test_a_unit_on_offer_is_not_counted_on():
    world = two_each()
    for unit in ("a1", "a2", "b1"):
        world.put(unit)
    world.requests = [make_request("b1", lender="brook", borrower="ashton")]
    found = look(world)
    assert found.free_in_seconds.tolist() == [0.0, 0.0, found.occupancy_seconds]


def test_a_unit_that_stands_by_serves_the_borrower_from_there():
    world = two_each()
    world.put("b1")
    stand = StandingBy(borrower=JurisdictionId("ashton"), post=GRID.posts[0])
    found = look(world, standing_by={UnitId("b1"): stand})
    assert (found.serves.tolist(), found.post.tolist()) == ([0, 0, 0], [0, 1, 0])
    assert found.lent.tolist() == [False, False, True]
    assert found.home.tolist() == [0, 0, 1]


def test_the_busy_share_is_the_calls_work_over_the_units_on_duty():
    world = two_each()
    for unit in ("a1", "a2"):
        world.put(unit)
    found = look(world)
    # Two calls a day in each jurisdiction, 2316 s each, for two units; Brook has nobody on duty.
    assert found.calls_per_hour == pytest.approx([2 / 24, 2 / 24])
    assert found.busy_share == pytest.approx([2 / 24 * 2316 / 3600 / 2, 0.35])


def test_an_hour_as_forecast_changes_nothing_and_a_busy_one_raises_what_is_expected():
    forecast = np.array([2.0, 2.0, 2.0, 0.0])
    found = expected_calls(forecast, np.array([2.0, 8.0, 0.0, 3.0]), DEFAULT_PRACTICE)
    assert found[0] == pytest.approx(2.0)
    assert found[1] == pytest.approx(60 * 12 / (4 * 30 + 60))
    assert found[2] == pytest.approx(60 * 4 / (4 * 30 + 60))
    assert 0 <= found[3] < 0.001


@given(st.floats(0.0, 30.0), st.integers(0, 60))
def test_what_is_expected_lies_between_the_forecast_and_the_last_hour(forecast: float, seen: int):
    (found,) = expected_calls(np.array([forecast]), np.array([float(seen)]), DEFAULT_PRACTICE)
    low, high = sorted((forecast, float(seen)))
    assert low - 1e-3 <= found <= high + 1e-3
