"""Referee 7: dispatching by least cover lost against the closest unit, in the province of Utrecht.

Source: Jagtenberg, Bhulai, van der Mei, "Dynamic ambulance dispatching: is the closest-idle policy always
optimal?", Health Care Management Science 20:517, 2017, doi 10.1007/s10729-016-9368-0. Their figures: 18 %
fewer late arrivals (ratio .82) at a mean response that is 37 % longer (ratio 1.37).
18 bases, 19 ambulances, 9 hospitals, 6.3 calls an hour, 15 minutes of which 3 pass before the unit drives,
at the scene 12 minutes (exponential), 80 % transported, handover Weibull(1.5, 18 minutes), q = .3.
Tolerance: late .70 to .90, mean 1.25 to 1.45.

It is the signature that is refereed, not the region: bases and hospitals are theirs (``utrecht.py``), but
where calls come from is our own guess around the towns, roads are straight lines, and the placement of the
ambulances is that of JEMSS. The study that listed this referee had .75 and 1.35 with the postcodes' people.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from dispatch.simulate.trial.literature import LeastCoverLost
from dispatch.simulate.trial.policy import NoAid, Policy
from dispatch.simulate.trial.terrain import Terrain
from tests.referees import utrecht
from tests.referees.stage import FOR_EVER, Hospitals, make_calls, make_stage, play

MINUTE, DAY = 60.0, 86_400.0
CALLS_PER_HOUR = 6.3
BEFORE_DRIVING = 3 * MINUTE
TARGET = 15 * MINUTE


@dataclass(frozen=True, kw_only=True)
class Response:
    """Share of calls reached after the target, and the mean from call to arrival."""

    late: float
    mean_seconds: float


def province() -> Terrain:
    cells, weight = utrecht.cells()
    bases = utrecht.kilometres(np.array(utrecht.BASES))
    hospitals = utrecht.kilometres(np.array(utrecht.HOSPITALS))
    ambulances = np.array(utrecht.BASES)[:, 2].astype(np.int64)
    return make_stage(
        utrecht.seconds(bases, cells),
        units=np.repeat(np.arange(len(bases)), ambulances),
        home=utrecht.seconds(bases, cells),
        between=utrecht.seconds(cells, cells),
        hospitals=Hospitals(
            to=utrecht.seconds(hospitals, cells),
            out=utrecht.seconds(hospitals, cells),
            home=utrecht.seconds(bases, hospitals),
        ),
        weight=weight,
    )


def respond(terrain: Terrain, policy: Policy, *, days: int, load: float, seed: int) -> Response:
    """The three minutes before driving are added to the time at the scene: the unit is as long away."""
    chance = np.random.default_rng(seed)
    calls = int(chance.poisson(CALLS_PER_HOUR * load * 24 * days))
    books = play(
        terrain,
        make_calls(
            np.sort(chance.uniform(0, days * DAY, calls)),
            chance.exponential(12 * MINUTE, calls) + BEFORE_DRIVING,
            place=chance.choice(len(terrain.grid.cells), calls, p=terrain.grid.weight),
            transported=chance.random(calls) < 0.8,
            hospital_seconds=18 * MINUTE * chance.weibull(1.5, calls),
        ),
        policy,
        longest_wait_seconds=FOR_EVER,
    )
    seconds = books.arrival_seconds + BEFORE_DRIVING
    return Response(late=float((seconds > TARGET).mean()), mean_seconds=float(seconds.mean()))


def ratios(*, days: int, load: float, seeds: range) -> tuple[float, float]:
    """Late and mean, of least cover lost over the closest; the same calls under both."""
    terrain = province()
    least = LeastCoverLost(within_seconds=TARGET - BEFORE_DRIVING, busy_share=0.3)
    pairs = [
        [respond(terrain, policy, days=days, load=load, seed=seed) for policy in (NoAid(), least)]
        for seed in seeds
    ]
    late, mean = (
        [sum(getattr(pair[which], name) for pair in pairs) for which in (0, 1)]
        for name in ("late", "mean_seconds")
    )
    return late[1] / late[0], mean[1] / mean[0]


def test_fewer_are_late_and_all_wait_longer() -> None:
    """60 days."""
    late, mean = ratios(days=60, load=1.0, seeds=range(1))
    assert 0.70 <= late <= 0.90
    assert 1.25 <= mean <= 1.45


@pytest.mark.slow
@pytest.mark.parametrize("load", [1.0, 1.2])
def test_the_signature_holds_over_a_year(load: float) -> None:
    """4 times 100 days."""
    late, mean = ratios(days=100, load=load, seeds=range(4))
    assert 0.70 <= late <= 0.90
    assert 1.25 <= mean <= 1.45
