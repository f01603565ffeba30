"""Referee 3: Erlang's formulas.

Source: closed forms. The share of calls that n units cannot take, B = (A^n / n!) / sum_k A^k / k!; the share
that waits for one, C = n B / (n - A (1 - B)). Figures: B(2, 5) = .036697, B(10, 10) = .214582, C(2, 3) = 4/9.
Tolerances: 1e-12 for what is computed (1e-6 against the printed digits); for the trial engine .002 of the
calls lost and .004 of those that wait.
"""

from math import factorial

import numpy as np
import pytest

from dispatch.aid.cover.chance import erlang_b
from dispatch.simulate.hypercube import Balance, SpatialQueue, solve
from dispatch.simulate.trial.literature import FixedPreference
from dispatch.simulate.trial.policy import NoAid
from tests.referees.stage import FOR_EVER, LOST, make_calls, make_stage, play

HOUR = 36_000.0


def lost_share(load: float, units: int) -> float:
    terms = [load**k / factorial(k) for k in range(units + 1)]
    return terms[-1] / sum(terms)


def waiting_share(load: float, units: int) -> float:
    lost = lost_share(load, units)
    return units * lost / (units - load * (1 - lost))


def balance(load: float, units: int, *, waits: bool) -> Balance:
    """Which unit goes first is of no account as long as all are alike."""
    preference = np.array([np.roll(np.arange(units), turn) for turn in range(3)])
    rates = np.array([0.2, 0.3, 0.5]) * load
    return solve(
        SpatialQueue(calls_per_hour=rates, served_per_hour=np.ones(units), preference=preference, waits=waits)
    )


def test_the_printed_figures() -> None:
    assert lost_share(2, 5) == pytest.approx(0.036697, abs=1e-6)
    assert lost_share(10, 10) == pytest.approx(0.214582, abs=1e-6)
    assert waiting_share(2, 3) == pytest.approx(4 / 9, abs=1e-12)


@pytest.mark.parametrize(("load", "units"), [(2.0, 5), (10.0, 10), (0.3, 1), (5.5, 7)])
def test_what_cover_is_compared_with_is_erlang_s(load: float, units: int) -> None:
    """``aid.cover.chance`` keeps it for comparison: it knows no moment."""
    assert erlang_b(load, units) == pytest.approx(lost_share(load, units), abs=1e-12)


@pytest.mark.parametrize(("load", "units"), [(2.0, 5), (10.0, 10), (0.3, 1), (5.5, 7)])
def test_the_exact_solver_loses_what_erlang_says(load: float, units: int) -> None:
    assert balance(load, units, waits=False).lost == pytest.approx(lost_share(load, units), abs=1e-12)


@pytest.mark.parametrize(("load", "units"), [(2.0, 3), (8.0, 10), (0.3, 1), (5.5, 7)])
def test_in_the_exact_solver_so_many_wait_so_long_as_erlang_says(load: float, units: int) -> None:
    found = balance(load, units, waits=True)
    assert found.unserved == pytest.approx(np.full(3, waiting_share(load, units)), abs=1e-12)
    assert found.wait_hours == pytest.approx(waiting_share(load, units) / (units - load), abs=1e-12)


def unserved_at_once(load: float, units: int, *, calls: int, longest_wait_seconds: int) -> float:
    """The share of calls that the trial engine could send nobody to when they came.

    The mean of two streams; what is long in one is short in the other, so that it is steadier.
    """
    chance = np.random.default_rng(1)
    gap, stay = chance.random(calls // 2), chance.random(calls // 2)
    waits = longest_wait_seconds != LOST
    in_turn = FixedPreference(preference=np.tile(np.arange(units), (calls // 2, 1)))
    found = []
    for g, s in ((gap, stay), (1 - gap, 1 - stay)):
        books = play(
            make_stage(np.zeros((units, calls // 2))),
            make_calls(np.cumsum(-np.log1p(-g)) * HOUR / load, -np.log1p(-s) * HOUR),
            in_turn if waits else NoAid(),
            longest_wait_seconds=longest_wait_seconds,
        )
        found.append((books.arrival_seconds != 0).mean())
    return float(np.mean(found))


@pytest.mark.parametrize(
    ("load", "units", "calls"),
    [
        (2, 5, 60_000),
        pytest.param(10, 10, 400_000, marks=pytest.mark.slow),
    ],
)
def test_the_trial_engine_loses_what_erlang_says(load: int, units: int, calls: int) -> None:
    """Chance alone: about .001."""
    lost = unserved_at_once(load, units, calls=calls, longest_wait_seconds=LOST)
    assert lost == pytest.approx(lost_share(load, units), abs=0.002)


@pytest.mark.slow
def test_in_the_trial_engine_so_many_wait_as_erlang_says() -> None:
    """600,000 calls; chance alone is .0013."""
    waiting = unserved_at_once(2, 3, calls=600_000, longest_wait_seconds=FOR_EVER)
    assert waiting == pytest.approx(4 / 9, abs=0.004)
