"""The figures of one trial, from its books: per cent and seconds; the first day is not counted.

A call that nobody came to is late, and counts as having waited for the longest that a call may.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.advice.practice import Practice
from dispatch.model.unit import SATISFIED_BY
from dispatch.simulate.calls import PRIORITIES, TYPES
from dispatch.simulate.trial.books import Books
from dispatch.simulate.trial.calls import TrialCalls
from dispatch.simulate.trial.conditions import Conditions
from dispatch.simulate.trial.desk import CRITICAL, EMERGENT
from dispatch.simulate.trial.terrain import Terrain

WARM_UP_DAYS: Final = 1
DAY_SECONDS: Final = 86_400

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One jurisdiction's part in a trial. ``given`` and ``received``: missions, standby left out."""

    jurisdiction: str
    units: int
    calls: int
    p1: int
    p1_late: int
    given: int
    received: int
    busy_share: float

    def to_json(self) -> dict[str, Any]:
        """As a row."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """``figures`` by code (``figures.FIGURES`` says what they mean); None: nothing to take it from."""

    figures: Mapping[str, float | None]
    shares: tuple[Share, ...]


class _Counted:
    """The counted calls of one trial as columns."""

    def __init__(
        self, terrain: Terrain, calls: TrialCalls, books: Books, conditions: Conditions, practice: Practice
    ) -> None:
        rows = calls.calls
        counted = rows.at_seconds >= WARM_UP_DAYS * DAY_SECONDS
        self.jurisdiction = rows.jurisdiction[counted]
        self.priority = calls.true_priority[counted]
        arrival = books.arrival_seconds[counted]
        self.served = arrival >= 0
        self.seconds = np.where(self.served, arrival, float(conditions.longest_wait_seconds))
        targets = [practice.targets[priority] for priority in PRIORITIES]
        self.target = np.array([float(target.within_seconds) for target in targets])[self.priority]
        self.weight = np.array([target.weight for target in targets])[self.priority]
        self.late = ~self.served | (self.seconds > self.target)
        self.lender_lent = books.lender_lent[counted]
        self.unit = books.unit[counted]
        self.home = np.where(self.unit >= 0, np.array([*terrain.scene.homes, -1])[self.unit], -1)
        self.floor_late = _is_late_anyway(terrain, calls, practice)[counted]

    def share_late(self, which: Bools) -> float | None:
        """Per cent of these calls."""
        return 100 * float(self.late[which].mean()) if which.any() else None


def measure(
    terrain: Terrain,
    calls: TrialCalls,
    books: Books,
    conditions: Conditions,
    practice: Practice,
    *,
    days: int,
) -> Measured:
    """All figures; ``days`` counted ones."""
    seen = _Counted(terrain, calls, books, conditions, practice)
    shares = _list_shares(terrain, seen, books, days)
    given = np.array([share.given for share in shares], dtype=float)
    received = np.array([share.received for share in shares], dtype=float)
    units = np.array([share.units for share in shares], dtype=float)
    begins = WARM_UP_DAYS * DAY_SECONDS
    moves = sum(1 for each in books.moved if each.at >= begins)
    aid = (seen.home >= 0) & (seen.home != seen.jurisdiction)
    figures = {
        **_p1(seen),
        "late_weighted": 100 * float((seen.weight * seen.late).sum()) / max(1, len(seen.late)),
        "lender_late": seen.share_late((seen.priority == CRITICAL) & seen.lender_lent),
        "p2_late": seen.share_late(seen.priority == 1),
        "p3_late": seen.share_late(seen.priority >= 2),
        "p90_all": float(np.quantile(seen.seconds, 0.9)) if len(seen.seconds) else None,
        "unserved": 100 * float((~seen.served).mean()) if len(seen.served) else None,
        "aid_share": 100 * float(aid.mean()) if len(aid) else None,
        "moves_per_day": moves / days,
        "requests_per_day": sum(1 for each in books.asked if each.at >= begins) / days,
        "busy_share": 100 * float(np.dot(units, [share.busy_share for share in shares]) / units.sum()),
        "gini_given": gini(given[units > 0] / units[units > 0]),
        "imbalance": _imbalance(given, received),
        "calls_per_day": len(seen.late) / days,
    }
    return Measured(figures=figures, shares=shares)


def _p1(seen: _Counted) -> dict[str, float | None]:
    which = seen.priority == CRITICAL
    if not which.any():
        names = ("late_p1", "p90_p1", "mean_p1", "over_2x_p1", "survival_p1", "floor_late_p1")
        return {**dict.fromkeys(names), "avoidable_p1": None}
    seconds, target = seen.seconds[which], seen.target[which]
    late, floor = 100 * float(seen.late[which].mean()), 100 * float(seen.floor_late[which].mean())
    return {
        "late_p1": late,
        "p90_p1": float(np.quantile(seconds, 0.9)),
        "mean_p1": float(seconds.mean()),
        "over_2x_p1": 100 * float((seconds > 2 * target).mean()),
        "survival_p1": 100 * float(survival(seconds).mean()),
        "floor_late_p1": floor,
        "avoidable_p1": late - floor,
    }


def survival(seconds: Floats) -> Floats:
    """De Maio et al. 2003, of cardiac arrests: 1 / (1 + exp(0.679 + 0.262 t)), t minutes from the call."""
    found: Floats = 1 / (1 + np.exp(0.679 + 0.262 * seconds / 60))
    return found


def gini(values: Floats) -> float | None:
    """0: all the same; towards 1: one has everything. None where there is nothing."""
    total = float(values.sum())
    if not len(values) or total <= 0:
        return None
    ranked = np.sort(values)
    size = len(ranked)
    return float((2 * np.arange(1, size + 1) - size - 1) @ ranked) / (size * total)


def _imbalance(given: Floats, received: Floats) -> float | None:
    total = float((given + received).sum())
    return float(np.abs(given - received).sum()) / total if total else None


def _list_shares(terrain: Terrain, seen: _Counted, books: Books, days: int) -> tuple[Share, ...]:
    scene = terrain.scene
    size = len(scene.jurisdictions)
    units = np.bincount(scene.homes, minlength=size)
    busy = _busy_seconds(terrain, books, days)
    critical = seen.priority == CRITICAL
    aid = (seen.home >= 0) & (seen.home != seen.jurisdiction)

    def count(rows: NDArray[np.int64], which: Bools) -> NDArray[np.int64]:
        return np.bincount(rows[which], minlength=size)

    calls = np.bincount(seen.jurisdiction, minlength=size)
    p1, p1_late = count(seen.jurisdiction, critical), count(seen.jurisdiction, critical & seen.late)
    given, received = count(seen.home, aid), count(seen.jurisdiction, aid)
    return tuple(
        Share(
            jurisdiction=name,
            units=int(units[row]),
            calls=int(calls[row]),
            p1=int(p1[row]),
            p1_late=int(p1_late[row]),
            given=int(given[row]),
            received=int(received[row]),
            busy_share=float(busy[row]) / (days * DAY_SECONDS * int(units[row])) if units[row] else 0.0,
        )
        for row, name in enumerate(scene.jurisdictions)
    )


def _busy_seconds(terrain: Terrain, books: Books, days: int) -> Floats:
    """Unit-seconds from dispatch until clear, of a lent unit until home, within the counted days."""
    begins, ends = WARM_UP_DAYS * DAY_SECONDS, (WARM_UP_DAYS + days) * DAY_SECONDS
    found = np.zeros(len(terrain.scene.jurisdictions))
    for each in books.sent:
        mission = each.mission
        until = min(mission.over if mission.lent else mission.clear, ends)
        found[terrain.scene.homes[each.unit]] += max(0.0, until - max(mission.sent, begins))
    return found


def _is_late_anyway(terrain: Terrain, calls: TrialCalls, practice: Practice) -> Bools:
    """Of each call, whether it were late though every own unit waited at its post: what nobody can help."""
    scene, rows = terrain.scene, calls.calls
    best = np.full(len(rows), math.inf)
    emergent = np.array(EMERGENT)[calls.true_priority]
    for unit, each in enumerate(scene.units):
        fits = np.array([each.unit_type in SATISFIED_BY[need] for need in TYPES])[rows.need]
        mine = fits & (rows.jurisdiction == scene.homes[unit])
        driving = scene.ways.out[scene.posts[unit]][rows.place[mine]].astype(float)
        driving /= np.where(emergent[mine], scene.siren[unit], 1.0)
        best[mine] = np.minimum(best[mine], scene.chute_seconds[unit] + driving)
    targets = np.array([practice.targets[priority].within_seconds for priority in PRIORITIES])
    found: Bools = best > targets[calls.true_priority]
    return found
