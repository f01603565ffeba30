"""Futures: only what is expected goes in, the same for the same seed."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.advice.futures import Futures, draw_futures, prepare
from dispatch.aid.advice.options import CallFacts
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_situations import Shape, make_situation

HORIZON_SECONDS = 4500.0
CALL = CallFacts(
    borrower=make_situation().grid.jurisdictions[2],
    priority=Priority.EMERGENT,
    level=1,
    cell=37,
    waited_seconds=90.0,
    cover=CoverState.AMBER,
)


def draw(count: int = 50, seed: int = 5, call: CallFacts | None = None, situation_seed: int = 1) -> Futures:
    situation = make_situation(situation_seed)
    return draw_futures(situation, call=call, count=count, horizon_seconds=HORIZON_SECONDS, seed=seed)


def same(one: Futures, other: Futures) -> bool:
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(Futures))


def test_the_same_seed_draws_the_same_futures() -> None:
    assert same(draw(call=CALL), draw(call=CALL))


def test_another_seed_draws_others() -> None:
    assert not same(draw(), draw(seed=6))


@given(seed=st.integers(0, 2**63), count=st.integers(1, 30), with_call=st.booleans())
def test_calls_come_in_order_of_time_within_the_horizon(seed: int, count: int, with_call: bool) -> None:
    futures = draw(count, seed, CALL if with_call else None)
    assert len(futures) == count
    for begin, end in zip(futures.first[:-1], futures.first[1:], strict=True):
        at = futures.at_seconds[begin:end]
        assert (np.diff(at) >= 0).all()
        assert (at[int(with_call) :] >= 0).all()
        assert (at <= HORIZON_SECONDS).all()


def test_every_future_begins_with_the_call_that_is_decided_on() -> None:
    futures = draw(call=CALL)
    at = futures.first[:-1]
    assert (futures.at_seconds[at] == -90.0).all()
    assert (futures.jurisdiction[at] == 2).all()
    assert (futures.cell[at] == 37).all()
    assert (futures.priority[at] == 1).all()
    assert (futures.level[at] == 1).all()
    assert len(set(futures.service_seconds[at])) > 40


def test_a_call_that_no_ambulance_meets_has_no_future() -> None:
    with pytest.raises(ValueError, match="no ambulance"):
        draw(call=replace(CALL, level=None))


def test_calls_lie_in_cells_of_their_own_jurisdiction() -> None:
    futures = draw(400)
    assert np.array_equal(make_situation().grid.cell_home[futures.cell], futures.jurisdiction)


def test_in_the_mean_the_calls_are_what_the_forecast_expects() -> None:
    situation, count = make_situation(), 4000
    futures = draw(count)
    expected = situation.calls_per_hour * HORIZON_SECONDS / 3600
    found = np.bincount(futures.jurisdiction, minlength=len(expected)) / count
    assert found == pytest.approx(expected, rel=0.06)
    shares = np.bincount(futures.priority, minlength=4) / len(futures.priority)
    assert shares == pytest.approx(situation.priority_share[0], abs=0.01)
    for row, share in enumerate(situation.als_share):
        assert futures.level[futures.jurisdiction == row].mean() == pytest.approx(share, abs=0.02)
    cells = np.bincount(futures.cell, minlength=len(situation.grid.weight)) / count
    assert cells == pytest.approx(
        situation.grid.weight * expected[situation.grid.cell_home], rel=0.35, abs=0.01
    )


def test_in_the_mean_a_mission_takes_the_occupancy() -> None:
    situation = make_situation()
    response = prepare(situation.grid).response_seconds
    assert draw(4000).service_seconds.mean() + response == pytest.approx(
        situation.occupancy_seconds, rel=0.03
    )


def test_free_times_are_blurred_and_free_units_stay_free() -> None:
    situation, futures = make_situation(), draw(4000)
    estimated = situation.free_in_seconds
    busy = (estimated > 0) & np.isfinite(estimated)
    assert busy.any()
    assert (futures.free_in_seconds[:, estimated == 0] == 0).all()
    assert np.isinf(futures.free_in_seconds[:, np.isinf(estimated)]).all()
    factor = futures.free_in_seconds[:, busy] / estimated[busy]
    assert factor.mean() == pytest.approx(1.0, abs=0.02)
    assert factor.std() == pytest.approx(0.3, abs=0.02)
    assert (factor > 0).all()


def test_where_no_call_is_expected_none_is_drawn() -> None:
    situation = replace(make_situation(), calls_per_hour=np.zeros(6))
    futures = draw_futures(situation, call=None, count=10, horizon_seconds=HORIZON_SECONDS, seed=1)
    assert len(futures) == 10
    assert len(futures.at_seconds) == 0


def test_cells_without_a_known_hospital_take_the_others_mean() -> None:
    grid = make_situation(2, Shape(jurisdictions=2, units=4)).grid
    hospital = grid.hospital_seconds.copy()
    hospital[3] = np.inf
    prepared = prepare(replace(grid, hospital_seconds=hospital))
    assert prepared.hospital_seconds[3] == pytest.approx(np.delete(hospital, 3).mean())
