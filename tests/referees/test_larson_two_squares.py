"""Referee 1: Larson's two-server hypercube of two unit squares.

Source: MIT 1.203J, Quiz 2 of 5 December 2001, problem 1 and its solution (studylib.net 13494452, 13494450).
One call an hour from each of two unit squares side by side, on-scene time exponential of 30 minutes, a unit
patrols its square at random, Manhattan travel at a speed that takes no time; the own unit goes if it is free,
else the other, else the call is lost.
Their answers: P00 2/5, P01 = P10 = P11 1/5; workload 2/5; 3/8 of all dispatches are of each unit in its own
square and 1/8 in the other; mean travel distance 5/6 mile.
"""

import numpy as np
import pytest

from dispatch.simulate.hypercube import SpatialQueue, solve

TWO_SQUARES = SpatialQueue(
    calls_per_hour=np.array([1.0, 1.0]),
    served_per_hour=np.array([2.0, 2.0]),
    preference=np.array([[0, 1], [1, 0]]),
    waits=False,
)
MILES = np.array([[2 / 3, 4 / 3], [4 / 3, 2 / 3]])
"""Mean Manhattan distance of two random points: in one unit square 1/3 + 1/3, in two side by side 1 + 1/3."""


def test_the_exact_solver_has_the_quiz_s_answers() -> None:
    """Tolerance: 1e-12."""
    found = solve(TWO_SQUARES)
    exactly = {"abs": 1e-12, "rel": 0}
    assert found.states == pytest.approx([2 / 5, 1 / 5, 1 / 5, 1 / 5], **exactly)
    assert found.workload == pytest.approx([2 / 5, 2 / 5], **exactly)
    assert found.share == pytest.approx(np.array([[3 / 8, 1 / 8], [1 / 8, 3 / 8]]), **exactly)
    assert found.lost == pytest.approx(1 / 5, **exactly)
    assert found.mean(MILES) == pytest.approx(5 / 6, **exactly)
