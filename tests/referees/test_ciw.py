"""Referee 3, second part: Ciw, an independent simulator of queues (PyPI ``ciw``, checked with 3.2.7).

Both live through the same calls with the same services; every call has to wait as long in either.
Tolerance: a ten-thousandth of a second in each wait, where an hour has 36,000. Skips without Ciw, which is
for development only.
"""

from typing import Any

import numpy as np
import pytest

from dispatch.aid.advice.grid import Floats, Rows
from dispatch.simulate.trial.literature import FixedPreference
from tests.referees.stage import FOR_EVER, LOST, make_calls, make_stage, play

ciw: Any = pytest.importorskip("ciw")

HOUR = 36_000.0
CALLS = 5_000


def arrivals(load: float, *, seed: int) -> Floats:
    """Seconds, whole ones, no two alike."""
    return np.cumsum(np.ceil(np.random.default_rng(seed).exponential(HOUR / load, CALLS)))


def our_waits(
    at_seconds: Floats, service: Floats, units: int, *, waits: bool, rank: Rows | None = None
) -> list[float]:
    """Seconds, negative for a call that is lost."""
    books = play(
        make_stage(np.zeros((units, CALLS))),
        make_calls(at_seconds, service, priority=rank),
        FixedPreference(preference=np.tile(np.arange(units), (CALLS, 1))),
        longest_wait_seconds=FOR_EVER if waits else LOST,
    )
    waited: list[float] = books.arrival_seconds.tolist()
    return waited


def their_waits(network: Any, at_seconds: Floats) -> list[float]:
    """The same out of Ciw's records."""
    simulated = ciw.Simulation(network)
    simulated.simulate_until_max_time(float(at_seconds[-1]) + 1_000 * HOUR)
    records = sorted(simulated.get_all_records(), key=lambda record: record.arrival_date)
    assert [record.arrival_date for record in records] == at_seconds.tolist()
    return [record.waiting_time if record.record_type == "service" else -1.0 for record in records]


def in_sequence(at_seconds: Floats) -> Any:
    return ciw.dists.Sequential([*np.diff(at_seconds, prepend=0.0).tolist(), float("inf")])


@pytest.mark.parametrize(("load", "units"), [(0.8, 1), (2.0, 3), (8.0, 10)])
def test_in_a_queue_every_call_waits_as_long_as_in_ciw(load: float, units: int) -> None:
    at_seconds = arrivals(load, seed=units)
    service = np.random.default_rng([units, 1]).exponential(HOUR, CALLS)
    network = ciw.create_network(
        arrival_distributions=[in_sequence(at_seconds)],
        service_distributions=[ciw.dists.Sequential(service.tolist())],
        number_of_servers=[units],
    )
    ours = our_waits(at_seconds, service, units, waits=True)
    assert ours == pytest.approx(their_waits(network, at_seconds), abs=WITHIN_SECONDS)


@pytest.mark.parametrize(("load", "units"), [(2.0, 5), (10.0, 10)])
def test_without_a_queue_the_same_calls_are_lost_as_in_ciw(load: float, units: int) -> None:
    """All services alike, for Ciw draws none for a call that it loses."""
    at_seconds, service = arrivals(load, seed=units), HOUR + 0.5
    network = ciw.create_network(
        arrival_distributions=[in_sequence(at_seconds)],
        service_distributions=[ciw.dists.Deterministic(service)],
        number_of_servers=[units],
        queue_capacities=[0],
    )
    ours = our_waits(at_seconds, np.full(CALLS, service), units, waits=False)
    assert ours == their_waits(network, at_seconds)
    assert ours.count(-1.0) > 100


def test_of_two_classes_every_call_waits_as_long_as_in_ciw() -> None:
    """Quiz 2 of 2003: services of one and of three parts, the server busy at 80 % of the time."""
    at_seconds = arrivals(8.0, seed=7)
    rank = np.random.default_rng(8).integers(0, 2, CALLS)
    lasts = {0: HOUR / 20 + 0.25, 1: 3 * HOUR / 20 + 0.25}
    network = ciw.create_network(
        arrival_distributions={f"{one}": [in_sequence(at_seconds[rank == one])] for one in lasts},
        service_distributions={f"{one}": [ciw.dists.Deterministic(lasts[one])] for one in lasts},
        priority_classes={f"{one}": one for one in lasts},
        number_of_servers=[1],
    )
    service = np.array([lasts[0], lasts[1]])[rank]
    ours = our_waits(at_seconds, service, 1, waits=True, rank=rank)
    assert ours == pytest.approx(their_waits(network, at_seconds), abs=WITHIN_SECONDS)
    assert max(ours) > HOUR


WITHIN_SECONDS = 1e-4
