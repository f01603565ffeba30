"""Referee 2, first part: one server, two classes of calls, the first before the second, nobody interrupted.

Source: MIT 1.203J, Quiz 2 of 2003, problem 1 (studylib.net 13494460). Two Poisson streams of 12 calls an hour
with services of exactly 1 and 3 minutes. Their answers, in minutes: the first class waits 1.25, the second
6.25, and 5 where all are served in order of time; with 20 calls an hour each the first waits 1.75 and the
second for ever. Tolerance: 1 %, about what the study that listed this referee had (1.251, 6.21, 4.98; 1.74).
"""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import pytest

from dispatch.aid.advice.grid import Floats, Rows
from dispatch.simulate.trial.literature import FixedPreference
from tests.referees.stage import FOR_EVER, make_calls, make_stage, play

MINUTE = 6_000.0
"""A hundred times as many seconds as a minute: that the engine counts in whole ones is nothing then."""
ONE_OR_THREE = np.array([1.0, 3.0])


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Calls at seconds of their class, 0 before 1."""

    at_seconds: Floats
    rank: Rows

    @property
    def service_seconds(self) -> Floats:
        return ONE_OR_THREE[self.rank] * MINUTE


def pair_of_streams(calls: int, *, per_hour: float, seed: int) -> tuple[Stream, Stream]:
    """What is long in one is short in the other: their mean is steadier than that of any two streams."""
    chance = np.random.default_rng(seed)
    gap, rank = chance.random(calls), chance.random(calls)
    return tuple(
        Stream(
            at_seconds=np.floor(np.cumsum(-np.log1p(-g)) * 60 / per_hour * MINUTE),
            rank=(r < 0.5).astype(np.int64),
        )
        for g, r in ((gap, rank), (1 - gap, 1 - rank))
    )  # type: ignore[return-value]


def waits(stream: Stream, *, in_order: bool = False, longest_wait_seconds: int = FOR_EVER) -> Floats:
    """Seconds that the trial engine lets each call wait, negative for one that nobody came to."""
    size = len(stream.rank)
    books = play(
        make_stage(np.zeros((1, size))),
        make_calls(stream.at_seconds, stream.service_seconds, priority=stream.rank * (not in_order)),
        FixedPreference(preference=np.zeros((size, 1), dtype=np.int64)),
        longest_wait_seconds=longest_wait_seconds,
    )
    return books.arrival_seconds


def waits_by_hand(stream: Stream) -> Floats:
    """The same rule in a dozen lines."""
    found, queue, free = np.zeros(len(stream.rank)), [], 0.0
    for row in [*range(len(stream.rank)), None]:
        until = np.inf if row is None else stream.at_seconds[row]
        while queue and free <= until:
            _, at, first = heappop(queue)
            start = max(free, at)
            found[first], free = start - at, start + stream.service_seconds[first]
        if row is not None and free <= until:
            free = until + stream.service_seconds[row]
        elif row is not None:
            heappush(queue, (stream.rank[row], until, row))
    return found


def mean_waits(calls: int, pairs: int, *, in_order: bool) -> Floats:
    """Minutes, of each class."""
    found = []
    for seed in range(pairs):
        for stream in pair_of_streams(calls, per_hour=24, seed=seed):
            waited = waits(stream, in_order=in_order) / MINUTE
            found.append([waited[stream.rank == rank].mean() for rank in (0, 1)])
    means: Floats = np.mean(found, axis=0)
    return means


@pytest.mark.parametrize("per_hour", [15, 24])
def test_every_single_wait_is_as_by_hand(per_hour: int) -> None:
    """Tolerance: exact."""
    stream, _ = pair_of_streams(10_000, per_hour=per_hour, seed=5)
    assert waits(stream).tolist() == waits_by_hand(stream).tolist()
    alike = Stream(at_seconds=stream.at_seconds, rank=np.zeros_like(stream.rank))
    assert waits(alike).tolist() == waits_by_hand(alike).tolist()


def test_the_first_class_waits_as_in_the_quiz() -> None:
    """100,000 calls: chance alone is .3 %."""
    assert mean_waits(50_000, pairs=1, in_order=False)[0] == pytest.approx(1.25, rel=0.01)


@pytest.mark.slow
def test_both_classes_wait_as_in_the_quiz() -> None:
    """600,000 calls; chance alone is .6 % for the second class."""
    assert mean_waits(100_000, pairs=3, in_order=False) == pytest.approx([1.25, 6.25], rel=0.01)


@pytest.mark.slow
def test_in_order_of_time_both_wait_alike() -> None:
    """600,000 calls; chance alone is .6 %."""
    assert mean_waits(100_000, pairs=3, in_order=True) == pytest.approx([5.0, 5.0], rel=0.01)


@pytest.mark.slow
def test_of_too_many_calls_the_first_class_waits_as_in_the_quiz() -> None:
    """The second class would wait for ever. It gives up after three hours here: some always wait, which is
    all that the first class feels of them. 300,000 calls."""
    patience = int(180 * MINUTE)
    found = []
    for stream in pair_of_streams(150_000, per_hour=40, seed=0):
        waited = waits(stream, longest_wait_seconds=patience) / MINUTE
        found.append(waited[(stream.rank == 0)].mean())
        second = waited[stream.rank == 1]
        assert (second < 0).mean() == pytest.approx(1 - (1 - 20 / 60) / (20 * 3 / 60), abs=0.01)
        assert np.median(second[second >= 0]) > 100
    assert np.mean(found) == pytest.approx(1.75, rel=0.01)
