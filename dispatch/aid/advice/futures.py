"""Futures of a neighbourhood, drawn before anybody decides: every course is then played in the same ones.

Only what is expected goes in: the forecast's rates and shares, and the estimates of when busy units will be
free, blurred. Nothing is known of the calls that will really come.

Calls are Poisson; time at the scene is exponential with a mean of 12 minutes, 80 % are transported, the
hand-over is exponential with a mean of 12 minutes (as the JEMSS cities publish it), all scaled so that
a mission takes the situation's mean occupancy. Estimates of free times err by 30 % (standard deviation).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.advice.grid import Floats, Grid, Rows
from dispatch.aid.advice.options import CallFacts
from dispatch.aid.advice.situation import Situation

SCENE_SECONDS: Final = 720.0
HANDOVER_SECONDS: Final = 720.0
SHARE_TRANSPORTED: Final = 0.8
FREE_TIME_ERROR: Final = 0.3
LEAST_FACTOR: Final = 0.1
"""A blurred free time is never less than this share of the estimate."""
LEAST_SERVICE_SECONDS: Final = 300.0
HOSPITAL_SECONDS: Final = 900.0
"""On average to a hospital, where no cell knows a way to one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Futures:
    """Calls of all futures, future by future in order of time; those of number f are rows
    ``first[f]`` to ``first[f + 1]``.

    ``at_seconds`` counts from now (negative for the present call, which then comes first in each future).
    ``priority`` is 0 for the most urgent. ``service_seconds``: from arrival at the scene until free.
    ``free_in_seconds`` (futures, units): when units become free in each.
    """

    horizon_seconds: float
    first: Rows
    at_seconds: Floats
    jurisdiction: Rows
    cell: Rows
    priority: Rows
    level: Rows
    service_seconds: Floats
    free_in_seconds: Floats

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """A grid prepared for drawing and playing; made once per grid.

    ``out`` (cells, posts) in float64. ``cells_by_home`` lists the cells jurisdiction by jurisdiction and
    ``reached`` holds each one's home row plus the share of calls up to and with it. ``service_mean_seconds``
    before scaling; ``response_seconds``: from dispatch to arrival, typically.
    """

    out: Floats
    hospital_seconds: Floats
    cells_by_home: Rows
    reached: Floats
    has_cells: NDArray[np.bool_]
    service_mean_seconds: float
    response_seconds: float


@lru_cache(maxsize=64)
def prepare(grid: Grid) -> Ground:
    """What can be computed once per grid; kept for the grids used last."""
    out = np.ascontiguousarray(grid.out.T, dtype=np.float64)
    hospital = grid.hospital_seconds.astype(np.float64)
    known = hospital[np.isfinite(hospital)]
    hospital[~np.isfinite(hospital)] = known.mean() if len(known) else HOSPITAL_SECONDS
    per_home = np.bincount(grid.cell_home, grid.weight, minlength=len(grid.jurisdictions))
    share = grid.weight / np.where(per_home > 0, per_home, 1.0)[grid.cell_home]
    order = np.argsort(grid.cell_home, kind="stable")
    mean = float((hospital * share).sum() / max(share.sum(), 1.0))
    return Ground(
        out=out,
        hospital_seconds=hospital,
        cells_by_home=order,
        reached=_reach(grid.cell_home[order], share[order]),
        has_cells=per_home > 0,
        service_mean_seconds=SCENE_SECONDS + SHARE_TRANSPORTED * (mean + HANDOVER_SECONDS),
        response_seconds=_typical_response(grid, out, share),
    )


def draw_futures(
    situation: Situation, *, call: CallFacts | None, count: int, horizon_seconds: float, seed: int
) -> Futures:
    """``count`` futures; the same for the same seed and situation.

    With a ``call``, each begins with it, and draws its service anew. Raises ``ValueError`` where no
    ambulance meets the call (its level is None).
    """
    chance = np.random.Generator(np.random.Philox(seed))
    ground = prepare(situation.grid)
    hourly = np.cumsum(np.where(ground.has_cells, situation.calls_per_hour, 0.0))
    calls = chance.poisson(hourly[-1] * horizon_seconds / 3600, count) + (call is not None)
    first = np.concatenate(([0], np.cumsum(calls)))
    uniform = chance.random((6, int(first[-1])))
    if call is not None:
        uniform[0, first[:-1]] = 0.0
    # Which future, and how far into it, as one number: sorting it sorts by both.
    moment = np.repeat(np.arange(count, dtype=np.float64), calls) + uniform[0]
    moment.sort()
    jurisdiction = _pick(hourly, uniform[1] * hourly[-1])
    futures = Futures(
        horizon_seconds=horizon_seconds,
        first=first,
        at_seconds=(moment % 1.0) * horizon_seconds,
        jurisdiction=jurisdiction,
        cell=ground.cells_by_home[_pick(ground.reached, jurisdiction + uniform[2])],
        priority=_pick_priority(situation, jurisdiction, uniform[3]),
        level=(uniform[4] < situation.als_share[jurisdiction]).astype(np.int64),
        service_seconds=np.empty(len(jurisdiction)),
        free_in_seconds=_blur(chance, situation.free_in_seconds, count),
    )
    if call is not None:
        _begin_with(call, futures, situation)
    _draw_service(chance, futures, situation, transported=uniform[5] < SHARE_TRANSPORTED)
    return futures


def _begin_with(call: CallFacts, futures: Futures, situation: Situation) -> None:
    if call.level is None:
        raise ValueError("no ambulance meets this call: there is no future to play")
    at = futures.first[:-1]
    futures.at_seconds[at] = -call.waited_seconds
    futures.jurisdiction[at] = situation.grid.jurisdictions.index(call.borrower)
    futures.cell[at] = call.cell
    futures.priority[at] = call.priority.rank - 1
    futures.level[at] = call.level


def _draw_service(
    chance: np.random.Generator, futures: Futures, situation: Situation, *, transported: NDArray[np.bool_]
) -> None:
    ground = prepare(situation.grid)
    scene, handover = chance.standard_exponential((2, len(futures.cell)))
    hospital = ground.hospital_seconds[futures.cell] + HANDOVER_SECONDS * handover
    mean = max(situation.occupancy_seconds - ground.response_seconds, LEAST_SERVICE_SECONDS)
    drawn = SCENE_SECONDS * scene + np.where(transported, hospital, 0.0)
    futures.service_seconds[:] = drawn * (mean / ground.service_mean_seconds)


def _blur(chance: np.random.Generator, free_in_seconds: Floats, count: int) -> Floats:
    factor = 1.0 + FREE_TIME_ERROR * chance.standard_normal((count, len(free_in_seconds)))
    blurred: Floats = free_in_seconds * np.maximum(factor, LEAST_FACTOR)
    return blurred


def _pick(reached: Floats, value: Floats) -> Rows:
    """The row of the first that reaches beyond each value; the last where none does."""
    row: Rows = np.searchsorted(reached, value, side="right")
    return np.minimum(row, len(reached) - 1)


def _pick_priority(situation: Situation, jurisdiction: Rows, uniform: Floats) -> Rows:
    reached = np.cumsum(situation.priority_share, axis=1)
    picked: Rows = (uniform[:, None] >= reached[jurisdiction, :-1]).sum(axis=1)
    return picked


def _reach(home: Rows, share: Floats) -> Floats:
    """For cells in the order of their homes: the home plus the share up to and with the cell."""
    total = np.cumsum(share)
    begins = np.searchsorted(home, home, side="left")
    reached: Floats = home + total - np.where(begins > 0, total[begins - 1], 0.0)
    last = np.searchsorted(home, home, side="right") - 1
    reached[last] = home[last] + 1.0  # shares sum to 1 only up to rounding
    return reached


def _typical_response(grid: Grid, out: Floats, share: Floats) -> float:
    """From the nearest post, calls in the mean; what no post reaches is left out."""
    nearest = out.min(axis=1) + grid.chute_seconds[grid.cell_home]
    reached = np.isfinite(nearest) & (share > 0)
    return float(np.average(nearest[reached], weights=share[reached])) if reached.any() else 0.0
