"""How long each jurisdiction had fewer units free than it wants, day by day, read from a trial's books."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.simulate.trial.books import Books

Floats = NDArray[np.float64]


class Away(NamedTuple):
    """Columns: a unit that is not free at home from one second to another."""

    unit: NDArray[np.int64]
    since: Floats
    until: Floats


def list_away(books: Books) -> Away:
    """Every unit asked for, on a call or standing by, for as long as anybody knew of it."""
    rows = [
        *((each.unit, each.mission.sent, each.mission.known) for each in books.sent),
        *((each.unit, each.at, each.answered_at) for each in books.asked),
        *((each.unit, each.at, each.ended_at) for each in books.moved),
    ]
    columns = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return Away(columns[:, 0].astype(np.int64), columns[:, 1], columns[:, 2])


def seconds_below(away: Away, units: Sequence[int], *, keep: int, edges: Floats) -> Floats:
    """Of each span between two ``edges``, how long fewer than ``keep`` of these units were free."""
    mine = np.isin(away.unit, units)
    since, until = away.since[mine], away.until[mine]
    times = np.clip(np.concatenate((since, until)), edges[0], edges[-1])
    order = np.argsort(times, kind="stable")
    change = np.concatenate((np.full(len(since), -1), np.ones(len(until), dtype=np.int64)))[order]
    free = len(units) + np.concatenate(([0], np.cumsum(change)))
    at = np.concatenate((edges[:1], times[order], edges[-1:]))
    total = np.concatenate(([0.0], np.cumsum(np.diff(at) * (free < keep))))
    found: Floats = np.diff(np.interp(edges, at, total))
    return found
