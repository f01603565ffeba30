"""A spatial queue's exact solution: who is busy how often, who goes where, who waits, without simulating.

Larson's hypercube model (Computers & Operations Research 1:67, 1974): calls from areas by Poisson processes,
each area with its list of units in the order in which they are sent, exponential service with one rate per
unit whatever the place. A state is the set of busy units, so there are 2^N of them. Simulators are checked
against it, and a small fleet's workloads can be read off it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import spsolve

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

MOST_UNITS: Final = 12
NOBODY: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpatialQueue:
    """``calls_per_hour`` (areas,), ``served_per_hour`` (units,), ``preference`` (areas, units).

    A row of ``preference`` names units, first choice first; ``NOBODY`` fills up the list of an area to which
    not all units come (only where calls are lost). ``waits``: a call that finds everybody busy queues, first
    come first served, and is taken by whoever is free next; else it is lost.
    """

    calls_per_hour: Floats
    served_per_hour: Floats
    preference: Rows
    waits: bool

    def __post_init__(self) -> None:
        areas, units = self.preference.shape
        if not 1 <= units <= MOST_UNITS:
            raise ValueError(f"units: 1 to {MOST_UNITS}, not {units}")
        if self.calls_per_hour.shape != (areas,) or self.served_per_hour.shape != (units,):
            raise ValueError("shapes: one call rate per area, one service rate per unit")
        if not (self.calls_per_hour > 0).all() or not (self.served_per_hour > 0).all():
            raise ValueError("rates: all above zero")
        if any(not _names_each_once(row, units, whole=self.waits) for row in self.preference):
            raise ValueError("preference: each unit at most once, and all of them where calls wait")
        if self.waits and self.calls_per_hour.sum() >= self.served_per_hour.sum():
            raise ValueError("rates: more calls than can be served, the queue has no end")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Balance:
    """The steady state.

    ``states`` (2^units,): how often exactly the units of the bit set are busy (the last one without a queue
    behind it). ``workload`` (units,): busy share. ``share`` (units, areas): of all calls that are served,
    sums to 1. ``unserved`` (areas,): share of each area's calls that find nobody to send at once. ``lost``:
    of all calls. ``wait_hours``: mean over all calls, of those that do not wait too.
    """

    states: Floats
    workload: Floats
    share: Floats
    unserved: Floats
    lost: float
    wait_hours: float

    def mean(self, figure: Floats) -> float:
        """The mean over all served calls of what each pair (units, areas) has, say a travel time."""
        return float((self.share * figure).sum())


def solve(queue: SpatialQueue) -> Balance:
    """The steady state, exact but for rounding."""
    sent = _sent(queue.preference)
    states = _balance(queue, sent)
    full = len(states) - 1
    calls, served = float(queue.calls_per_hour.sum()), float(queue.served_per_hour.sum())
    load = calls / served if queue.waits else 0.0
    states = states / (states.sum() + states[full] * load / (1 - load))
    queued = states[full] * load / (1 - load)
    busy = _busy(queue.preference.shape[1])
    unserved = np.array([states[column == NOBODY].sum() for column in sent.T]) + queued
    waiting = states[full] * load / (1 - load) ** 2
    return Balance(
        states=states,
        workload=states @ busy + queued,
        share=_share(queue, states, sent, queued),
        unserved=unserved,
        lost=0.0 if queue.waits else float(unserved @ queue.calls_per_hour) / calls,
        wait_hours=waiting / calls,
    )


def _names_each_once(row: Rows, units: int, *, whole: bool) -> bool:
    named = [int(unit) for unit in row if unit != NOBODY]
    fits = len(set(named)) == len(named) and all(0 <= unit < units for unit in named)
    return fits and (len(named) == units or not whole)


def _busy(units: int) -> NDArray[np.bool_]:
    """(states, units): who is busy."""
    found: NDArray[np.bool_] = (np.arange(2**units)[:, None] >> np.arange(units)) & 1 == 1
    return found


def _sent(preference: Rows) -> Rows:
    """(states, areas): the unit that goes, ``NOBODY`` where all that would come are busy."""
    areas, units = preference.shape
    busy = _busy(units)
    sent = np.full((2**units, areas), NOBODY, dtype=np.int64)
    for area in range(areas):
        for unit in reversed([int(u) for u in preference[area] if u != NOBODY]):
            sent[~busy[:, unit], area] = unit
    return sent


def _balance(queue: SpatialQueue, sent: Rows) -> Floats:
    """Relative to the state where nobody is busy. A queue behind the last state changes no equation: what
    leaves that state for the queue comes back from it."""
    count, units = len(sent), queue.preference.shape[1]
    state, area = np.nonzero(sent != NOBODY)
    started = state | (1 << sent[state, area])
    ended, unit = np.nonzero(_busy(units))
    source = np.concatenate((state, ended))
    target = np.concatenate((started, ended ^ (1 << unit)))
    rate = np.concatenate((queue.calls_per_hour[area], queue.served_per_hour[unit]))
    moves, places = np.concatenate((rate, -rate)), np.concatenate((target, source))
    flow = csc_array((moves, (places, np.concatenate((source, source)))), shape=(count, count))
    from_idle = flow[1:, [0]].toarray().ravel()
    return np.concatenate(([1.0], spsolve(flow[1:, 1:], -from_idle)))


def _share(queue: SpatialQueue, states: Floats, sent: Rows, queued: float) -> Floats:
    areas, units = queue.preference.shape
    share = np.array([states @ (sent == unit) for unit in range(units)]).reshape(units, areas)
    if queue.waits:
        freed = queue.served_per_hour / queue.served_per_hour.sum()
        share += (states[-1] + queued) * freed[:, None]
    share = share * queue.calls_per_hour
    whole: Floats = share / share.sum()
    return whole
