"""How likely it is that the free units run out soon, as the calls come now.

The last hour's calls are weighed against the forecast (a Gamma prior worth ``prior_calls`` calls), so that a
surge is seen and one call more is not one. Busy units come back one by one, each with its own chance.
"""

import math
from collections.abc import Sequence

LEAST_EXPECTED: float = 1e-3
"""Calls per hour: where the forecast expects none at all, one call must not weigh infinitely."""


def calls_per_hour_now(*, last_hour: int, expected_per_hour: float, prior_calls: float) -> float:
    """The rate to count on: (k + N) / (k / forecast + 1 h)."""
    expected = max(expected_per_hour, LEAST_EXPECTED)
    return (prior_calls + last_hour) / (prior_calls / expected + 1.0)


def chance_free(free_in_seconds: float, horizon_seconds: float) -> float:
    """That a unit expected to be free in so long is free within the horizon.

    Exponential around the estimate: what is known of a stage's end is hardly more than its mean.
    """
    return 1.0 if free_in_seconds <= 0 else -math.expm1(-horizon_seconds / free_in_seconds)


def chance_of_running_out(
    *, free: int, free_in_seconds: Sequence[float], calls_per_hour: float, horizon_seconds: float
) -> float:
    """P(calls - units come back >= free) at the horizon: the chance of level zero.

    Calls are Poisson, units that come back Poisson-binomial over the busy ones' ``free_in_seconds``.
    """
    back = _how_many([chance_free(seconds, horizon_seconds) for seconds in free_in_seconds])
    at_least = _poisson_tails(calls_per_hour * horizon_seconds / 3600.0, free + len(back))
    chance = sum(p * at_least[free + returned] for returned, p in enumerate(back))
    return min(1.0, max(0.0, chance))


def surge_chance(*, last_hour: int, expected_per_hour: float) -> float:
    """How likely so many calls in an hour would be if the forecast still held: P(N >= last hour's)."""
    return _poisson_tails(max(expected_per_hour, LEAST_EXPECTED), last_hour + 1)[last_hour]


def erlang_b(load: float, units: int) -> float:
    """The share of calls that find no unit in the long run, for comparison: it knows no moment.

    ``load``: calls per hour times hours per call. The usual recursion, B(0) = 1.
    """
    blocked = 1.0
    for k in range(1, units + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def _how_many(chances: Sequence[float]) -> list[float]:
    """The distribution of how many of independent events happen."""
    found = [1.0]
    for chance in chances:
        stays = 1.0 - chance
        grown = [stays * p for p in found] + [0.0]
        for k, p in enumerate(found):
            grown[k + 1] += chance * p
        found = grown
    return found


def _poisson_tails(mean: float, count: int) -> list[float]:
    """P(N >= k) for k below ``count`` and N Poisson with this mean (at most some hundreds)."""
    p, below, tails = math.exp(-mean), 0.0, []
    for k in range(count):
        tails.append(max(0.0, 1.0 - below))
        below += p
        p *= mean / (k + 1)
    return tails
