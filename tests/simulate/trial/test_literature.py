"""The two ways to decide that only referees use."""

import numpy as np

from dispatch.aid.advice.grid import Floats
from dispatch.simulate.trial.literature import FixedPreference, LeastCoverLost
from dispatch.simulate.trial.policy import Policy
from tests.referees.stage import FOR_EVER, LOST, make_calls, make_stage, play

MINUTES = 60.0
IN_TIME = LeastCoverLost(within_seconds=10 * MINUTES, busy_share=0.3)
STAY = np.full(9, 1e6)


def sent(out: Floats, places: list[int], policy: Policy, *, waits: bool = True, weight: Floats | None = None):
    """Which unit goes to calls that come a minute apart and last for ever."""
    stage = make_stage(out * MINUTES, weight=weight)
    at = np.arange(len(places)) * MINUTES
    calls = make_calls(at, STAY[: len(places)], place=np.array(places))
    return play(stage, calls, policy, longest_wait_seconds=FOR_EVER if waits else LOST).unit.tolist()


def test_units_go_in_the_order_of_the_list_however_far_they_are() -> None:
    out = np.array([[1.0], [5.0], [9.0]])
    policy = FixedPreference(preference=np.array([[2, 0, 1]]))
    assert sent(out, [0, 0, 0, 0], policy, waits=False) == [2, 0, 1, -1]


def test_who_is_not_on_the_list_does_not_go() -> None:
    policy = FixedPreference(preference=np.array([[1, -1]]))
    assert sent(np.array([[1.0], [2.0]]), [0, 0], policy, waits=False) == [1, -1]


# Places: 0 only unit 0 and 1 reach, 1 only unit 0, 2 nobody does in time.
OUT = np.array([[3.0, 4.0, 30.0], [8.0, 20.0, 20.0]])
CALLS_FROM = np.array([0.5, 0.4, 0.1])


def test_of_those_in_time_the_one_goes_whose_absence_costs_least() -> None:
    """Unit 0 alone covers place 1: the farther one is sent to what both reach."""
    assert sent(OUT, [0], IN_TIME, weight=CALLS_FROM) == [1]


def test_the_closest_goes_where_nobody_is_in_time() -> None:
    assert sent(OUT, [2], IN_TIME, weight=CALLS_FROM) == [1]


def test_the_one_in_time_goes_whatever_it_leaves_uncovered() -> None:
    assert sent(OUT, [1], IN_TIME, weight=CALLS_FROM) == [0]


def test_of_two_that_cost_the_same_the_closer_goes() -> None:
    out = np.array([[8.0, 8.0], [3.0, 3.0]])
    assert sent(out, [0], IN_TIME, weight=np.array([0.5, 0.5])) == [1]
