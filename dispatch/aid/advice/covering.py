"""Who covers what: how much of an area's calls would no longer be met in time without one of its units.

Daskin's expected covering (MEXCLP, Transportation Science 17:48, 1983): the k-th free unit within reach
of a cell adds ``d (1 - q) q^(k-1)`` of its calls, with q the share of time that a unit is busy. Cover of
life-threatening calls is ALS cover, so an area has two: what needs ALS (``als_share`` of its calls) is
covered by ALS and critical care units, the rest by any ambulance. An ALS unit that leaves costs both.

Plain lists: an area has a dozen cells and a handful of units, where numpy's calls cost more than its sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from dispatch.aid.advice.grid import Floats, Grid
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.situation import LEVEL, Situation
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType

LEAST_BUSY: Final = 0.2
MOST_BUSY: Final = 0.6
"""Busy shares beyond these say more about a bad hour of data than about the next one."""

ALS: Final = LEVEL[UnitType.ALS_AMBULANCE]
GRIDS_KEPT: Final = 64
PRIORITIES: Final = tuple(Priority)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Covering:
    """What is in reach of what, by area (the grid's row of a jurisdiction).

    ``weight``: the shares of the area's cells. ``cells``: for each post that reaches any of them in time,
    which; counted from 0 within the area.
    """

    weight: tuple[tuple[float, ...], ...]
    cells: tuple[Mapping[int, tuple[int, ...]], ...]


@lru_cache(maxsize=GRIDS_KEPT)
def covering_of(grid: Grid, within_seconds: int) -> Covering:
    """Which posts reach which cells with the siren in ``within_seconds``, chute time included.

    Siren and chute time are those of the cell's own jurisdiction: also for who stands by there.
    """
    siren, chute = grid.siren[grid.cell_home], grid.chute_seconds[grid.cell_home]
    reached = grid.out / siren + chute <= within_seconds
    areas = range(len(grid.jurisdictions))
    rows = [np.flatnonzero(grid.cell_home == area) for area in areas]
    return Covering(
        weight=tuple(tuple(grid.weight[of_area].tolist()) for of_area in rows),
        cells=tuple(
            {
                int(post): tuple(np.flatnonzero(of_post).tolist())
                for post, of_post in enumerate(reached[:, of_area])
                if of_post.any()
            }
            for of_area in rows
        ),
    )


class AreaCover:
    """One area's free units by the cells they reach, and what each of them is worth there."""

    __slots__ = ("_als", "_als_share", "_any", "_cells", "_powers", "_weight", "_worth", "per_share")

    def __init__(
        self,
        weight: Sequence[float],
        cells: Mapping[int, tuple[int, ...]],
        *,
        free: Sequence[tuple[int, int]],
        busy_share: float,
        als_share: float,
        per_share: float,
    ) -> None:
        """``free``: post and level of each free unit that serves it. ``per_share``: what all of it costs."""
        self._weight, self._cells, self._als_share, self.per_share = weight, cells, als_share, per_share
        self._any, self._als = [0] * len(weight), [0] * len(weight)
        for post, level in free:
            for cell in cells.get(post, ()):
                self._any[cell] += 1
                if level >= ALS:
                    self._als[cell] += 1
        busy = min(MOST_BUSY, max(LEAST_BUSY, busy_share))
        # (1 - q) q^(k-1), at k; one more than there are units, for one that is counted as if free.
        self._powers = [0.0, *[(1.0 - busy) * busy**k for k in range(len(free) + 1)]]
        self._worth: dict[tuple[bool, int], list[float]] = {}

    def share_lost(self, post: int, level: int, *, more: int = 0) -> float:
        """The share of the area's calls that the loss of one unit at the post leaves uncovered, 0 to 1.

        The unit is one of those counted, unless ``more`` is 1: then it is judged beside them, as one
        that is about to be free, or that would be put there.
        """
        kind = (level >= ALS, more)
        worth = self._worth.get(kind)
        if worth is None:
            worth = self._worth[kind] = self._worth_of(*kind)
        return sum([worth[cell] for cell in self._cells.get(post, ())])

    def loss(self, post: int, level: int, *, more: int = 0) -> float:
        """The same in late life-threatening calls."""
        return self.per_share * self.share_lost(post, level, more=more)

    def _worth_of(self, als: bool, more: int) -> list[float]:
        """What a unit of such a level adds to each cell that it reaches."""
        powers, share = self._powers, self._als_share
        cover = zip(self._weight, self._any, self._als, strict=True)
        if als:
            return [w * ((1.0 - share) * powers[n + more] + share * powers[a + more]) for w, n, a in cover]
        return [w * (1.0 - share) * powers[n + more] for w, n, _ in cover]


class Covers:
    """The cover of a situation's areas, each counted when it is first asked about."""

    __slots__ = ("_als_share", "_areas", "_busy_share", "_covering", "_free", "_per_share", "situation")

    def __init__(self, situation: Situation, practice: Practice) -> None:
        self.situation = situation
        self._covering = covering_of(situation.grid, practice.targets[Priority.CRITICAL].within_seconds)
        self._free = _list_free(situation)
        self._per_share = (practice.prices.loss_factor * late_calls(situation, practice)).tolist()
        self._busy_share, self._als_share = situation.busy_share.tolist(), situation.als_share.tolist()
        self._areas: dict[int, AreaCover] = {}

    def of(self, area: int) -> AreaCover:
        """One area's, by its row in the grid."""
        found = self._areas.get(area)
        if found is None:
            found = self._areas[area] = AreaCover(
                self._covering.weight[area],
                self._covering.cells[area],
                free=self._free.get(area, ()),
                busy_share=self._busy_share[area],
                als_share=self._als_share[area],
                per_share=self._per_share[area],
            )
        return found

    def free_in(self, area: int) -> Sequence[tuple[int, int]]:
        """Post and level of the units that could be sent now and serve the area."""
        return self._free.get(area, ())


def late_calls(situation: Situation, practice: Practice) -> Floats:
    """What each area's calls of ``loss_horizon`` would weigh if all of them were late."""
    weights = np.array([practice.targets[priority].weight for priority in PRIORITIES])
    hours = practice.prices.loss_horizon.total_seconds() / 3600
    found: Floats = hours * situation.calls_per_hour * (situation.priority_share @ weights)
    return found


def _list_free(situation: Situation) -> dict[int, list[tuple[int, int]]]:
    free = situation.free_in_seconds <= 0.0
    columns = (situation.serves[free], situation.post[free], situation.level[free])
    found: dict[int, list[tuple[int, int]]] = {}
    for area, post, level in zip(*(column.tolist() for column in columns), strict=True):
        found.setdefault(area, []).append((post, level))
    return found
