import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.simulate.hypercube import NOBODY, SpatialQueue, solve


@st.composite
def spatial_queues(draw: st.DrawFn) -> SpatialQueue:
    units, areas = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    rate = st.floats(0.1, 3.0)
    served = np.array(draw(st.lists(rate, min_size=units, max_size=units)))
    calls = np.array(draw(st.lists(rate, min_size=areas, max_size=areas)))
    waits = draw(st.booleans())
    if waits:
        calls = calls * 0.9 * served.sum() / max(calls.sum(), served.sum())
    preference = np.array([draw(st.permutations(range(units))) for _ in range(areas)], dtype=np.int64)
    return SpatialQueue(calls_per_hour=calls, served_per_hour=served, preference=preference, waits=waits)


@given(spatial_queues())
def test_what_is_served_is_what_keeps_the_units_busy(queue: SpatialQueue) -> None:
    """Little's law per unit: its calls an hour times its mean service is its workload."""
    found = solve(queue)
    served = queue.calls_per_hour.sum() * (1 - found.lost)
    assert found.share.sum() == pytest.approx(1)
    assert found.workload == pytest.approx(served * found.share.sum(axis=1) / queue.served_per_hour)


@given(spatial_queues())
def test_states_are_probabilities_and_nobody_waits_or_is_lost_below_nothing(queue: SpatialQueue) -> None:
    found = solve(queue)
    assert (found.states > 0).all()
    assert found.states.sum() <= 1 + 1e-12
    assert (found.wait_hours > 0) == queue.waits
    assert (found.lost > 0) != queue.waits


@given(spatial_queues())
def test_each_area_is_served_by_its_share_of_the_calls(queue: SpatialQueue) -> None:
    found = solve(queue)
    reached = queue.calls_per_hour * (1 if queue.waits else 1 - found.unserved)
    assert found.share.sum(axis=0) == pytest.approx(reached / reached.sum())


def two_units(preference: list[list[int]], *, waits: bool = False, calls: float = 1.0) -> SpatialQueue:
    return SpatialQueue(
        calls_per_hour=np.array([calls, calls]),
        served_per_hour=np.array([2.0, 2.0]),
        preference=np.array(preference),
        waits=waits,
    )


def test_a_unit_that_never_comes_to_an_area_leaves_its_calls_unserved() -> None:
    """Two single-unit loss systems side by side: each loses rho / (1 + rho) = 1/3."""
    found = solve(two_units([[0, NOBODY], [1, NOBODY]]))
    assert found.lost == pytest.approx(1 / 3)
    assert found.share == pytest.approx(np.diag([0.5, 0.5]))


@pytest.mark.parametrize(
    ("preference", "waits", "calls", "what"),
    [
        ([[0, 0], [1, 0]], False, 1.0, "preference"),
        ([[0, NOBODY], [1, 0]], True, 1.0, "preference"),
        ([[0, 2], [1, 0]], False, 1.0, "preference"),
        ([[0, 1], [1, 0]], True, 2.0, "no end"),
        ([[0, 1], [1, 0]], False, 0.0, "above zero"),
    ],
)
def test_a_queue_that_cannot_be_solved_is_refused(
    preference: list[list[int]], waits: bool, calls: float, what: str
) -> None:
    with pytest.raises(ValueError, match=what):
        two_units(preference, waits=waits, calls=calls)


def test_more_units_than_states_can_be_held_for_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        SpatialQueue(
            calls_per_hour=np.ones(1),
            served_per_hour=np.ones(13),
            preference=np.arange(13)[None, :],
            waits=False,
        )
