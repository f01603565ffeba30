"""Referee 2, second part: three units on a closed road, in light and in heavy traffic.

Source: MIT 1.203J, Quiz 2 of 2003, problem 2 (studylib.net 13494460). Three units, each in the middle of its
third of a triangle's sides (all within one mile of it), one call served in an hour in the mean, exponential;
the own unit goes if it is free, else one of the two others, at random; else the call waits, first come first
served. Their answers: in light traffic the mean distance is 1/2 mile; there is a steady state below 3 calls
an hour. Tolerance: 1e-6 at a millionth of the load. That a call is uniform over all six miles when everybody
is always busy, 3/2 miles from whoever is free, follows from the geometry.
"""

import numpy as np
import pytest

from dispatch.simulate.hypercube import SpatialQueue, solve

OWN_MILES, OTHER_MILES = 1 / 2, 2.0
"""A third is within a mile of its unit; seen from another's post it is one to three miles away."""


def triangle(calls_per_hour: float) -> SpatialQueue:
    """Each third twice, with either order of the two others: half of its calls take each."""
    orders = [[own, *others] for own in range(3) for others in two_orders(own)]
    return SpatialQueue(
        calls_per_hour=np.full(6, calls_per_hour / 6),
        served_per_hour=np.ones(3),
        preference=np.array(orders),
        waits=True,
    )


def two_orders(own: int) -> list[list[int]]:
    left, right = (own + 1) % 3, (own + 2) % 3
    return [[left, right], [right, left]]


def miles() -> np.ndarray:
    third = np.repeat(np.arange(3), 2)
    return np.where(np.arange(3)[:, None] == third[None], OWN_MILES, OTHER_MILES)


def test_in_light_traffic_the_own_unit_drives_half_a_mile() -> None:
    assert solve(triangle(1e-6)).mean(miles()) == pytest.approx(1 / 2, abs=1e-6)


def test_in_heavy_traffic_whoever_is_free_drives_a_mile_and_a_half() -> None:
    found = solve(triangle(3 * (1 - 1e-9)))
    assert found.workload == pytest.approx([1, 1, 1], abs=1e-6)
    assert found.mean(miles()) == pytest.approx(3 / 2, abs=1e-6)


def test_three_calls_an_hour_are_too_many() -> None:
    with pytest.raises(ValueError, match="no end"):
        triangle(3.0)
