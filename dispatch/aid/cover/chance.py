"""How likely it is that the free units run out soon, as the calls come now.

The last hour's calls are weighed against the forecast (a Gamma prior worth ``prior_calls`` calls), so that a
surge is seen and one call more is not one. Busy units come back, each in its own time.
"""

import math
from collections.abc import Sequence
from typing import Final

LEAST_EXPECTED: Final = 1e-3
"""Calls per hour: where the forecast expects none at all, one call must not weigh infinitely."""

STEP_SECONDS: Final = 60.0
NOT_WORTH_IT: Final = 0.002


def calls_per_hour_now(*, last_hour: int, expected_per_hour: float, prior_calls: float) -> float:
    """The rate to count on: (k + N) / (k / forecast + 1 h)."""
    expected = max(expected_per_hour, LEAST_EXPECTED)
    return (prior_calls + last_hour) / (prior_calls / expected + 1.0)


def chance_free(free_in_seconds: float, after_seconds: float) -> float:
    """That a unit expected to be free in so long is free after so long.

    Erlang of the second order around the estimate (a spread of 71 % of it): a mission is several stages, of
    which none ends on time. Of the first three orders it is the one whose forecasts came true most evenly
    on simulated missions.
    """
    if free_in_seconds <= 0:
        return 1.0
    x = 2.0 * after_seconds / free_in_seconds
    return 1.0 - math.exp(-x) * (1.0 + x)


def chance_of_running_out(
    *, free: int, free_in_seconds: Sequence[float], calls_per_hour: float, horizon_seconds: float
) -> float:
    """The chance of level zero at some moment within the horizon; 1 where it is level zero now.

    Walked minute by minute: in each at most one call takes a unit, as often as the rate makes it likely,
    and at most one of the busy units comes back, as often as their ``free_in_seconds`` do. Whoever is sent
    meanwhile is not back within the horizon. What the calls alone make unlikely enough is not walked.
    """
    if free <= 0:
        return 1.0
    at_most = _poisson_tails(calls_per_hour * horizon_seconds / 3600.0, free + 1)[free]
    if at_most < NOT_WORTH_IT:
        return at_most
    steps = max(1, math.ceil(horizon_seconds / STEP_SECONDS))
    seconds = horizon_seconds / steps
    call = -math.expm1(-calls_per_hour * seconds / 3600.0)
    chances = [0.0] * (free + len(free_in_seconds) + 1)
    chances[free] = 1.0
    still_busy = float(len(free_in_seconds))
    for number in range(1, steps + 1):
        busy = sum(1.0 - chance_free(estimate, number * seconds) for estimate in free_in_seconds)
        chances = _after_one_step(chances, call=call, back=min(1.0, max(0.0, still_busy - busy)))
        still_busy = busy
    return min(1.0, chances[0])


def _after_one_step(chances: Sequence[float], *, call: float, back: float) -> list[float]:
    """How many are free one step later; none is the end of it."""
    most = len(chances) - 1
    after = [chances[0]] + [0.0] * most
    for free in range(1, most + 1):
        chance = chances[free]
        if chance > 0.0:
            more = chance * back if free < most else 0.0
            same = chance - more
            after[free] += same * (1.0 - call) + more * call
            after[free - 1] += same * call
            if more > 0.0:
                after[free + 1] += more * (1.0 - call)
    return after


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


def _poisson_tails(mean: float, count: int) -> list[float]:
    """P(N >= k) for k below ``count`` and N Poisson with this mean (at most some hundreds)."""
    p, below, tails = math.exp(-mean), 0.0, []
    for k in range(count):
        tails.append(max(0.0, 1.0 - below))
        below += p
        p *= mean / (k + 1)
    return tails
