"""Two ways to decide out of the literature, to referee trials by its results; never offered to anybody.

Both know own units only: their sources have one jurisdiction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.aid.advice.grid import Floats, Rows
from dispatch.simulate.trial.desk import Desk, Free
from dispatch.simulate.trial.policy import Choice, Move, send_own

UNTIL_SOMEBODY_IS_FREE: Final = Choice(None, hold_seconds=inf)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FixedPreference:
    """Each place has its units in the order in which they are sent, however far they are (Larson 1974).

    ``preference`` (places, units): rows of the scene's units; a unit that is not named is not sent.
    """

    preference: Rows
    name: str = "fixed_preference"
    keeps_agreements: bool = False
    drops_boundaries: bool = False
    moves: bool = False
    request_seconds: int | None = None

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        free = desk.fleet.free
        for unit in self.preference[desk.rows.place[row]].tolist():
            if unit >= 0 and free[unit]:
                return Choice(unit)
        return UNTIL_SOMEBODY_IS_FREE

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastCoverLost:
    """DMEXCLP dispatching (Jagtenberg, Bhulai, van der Mei, Health Care Management Science 20:517, 2017).

    Of the units that arrive in time, the one whose absence costs least expected cover; the closest where
    nobody is in time. Units that drive home count from their posts. ``within_seconds``: from the call to
    the arrival; ``busy_share``: the q of MEXCLP, the same for all.
    """

    within_seconds: float
    busy_share: float
    name: str = "least_cover_lost"
    keeps_agreements: bool = False
    drops_boundaries: bool = False
    moves: bool = False
    request_seconds: int | None = None
    _reached: dict[int, tuple[Floats, NDArray[np.bool_]]] = field(default_factory=dict)

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        own = desk.list_own(row, at)
        left = self.within_seconds - (at - desk.rows.at_seconds[row])
        timely = [free for free in own if free.eta_seconds <= left]
        if len(timely) < 2:
            return send_own(min(timely or own)) if own else UNTIL_SOMEBODY_IS_FREE
        lost = self._list_lost(desk.rows.jurisdiction[row], timely, desk)
        return send_own(min(zip(lost, timely, strict=True))[1])

    def _list_lost(self, home: int, timely: Sequence[Free], desk: Desk) -> list[float]:
        weight, reached = self._cover_of(home, desk)
        fleet = desk.fleet
        posts = [fleet.post[u] for u, free in enumerate(fleet.free) if free and fleet.serves[u] == home]
        worth = weight * (1 - self.busy_share) * self.busy_share ** (reached[posts].sum(axis=0) - 1.0)
        lost: list[float] = (reached[[fleet.post[free.unit] for free in timely]] @ worth).round(12).tolist()
        return lost

    def _cover_of(self, home: int, desk: Desk) -> tuple[Floats, NDArray[np.bool_]]:
        """The jurisdiction's cells: their shares, and which post reaches them in time."""
        known = self._reached.get(home)
        if known is None:
            grid = desk.terrain.grid
            mine = grid.cell_home == home
            seconds = grid.chute_seconds[home] + grid.out[:, mine] / grid.siren[home]
            known = self._reached[home] = (grid.weight[mine], seconds <= self.within_seconds)
        return known

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        return ()
