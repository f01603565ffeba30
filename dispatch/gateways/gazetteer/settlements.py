"""Which town a place is said to be in."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.gateways.gazetteer.extract import LonLat, NamedSpot
from dispatch.gateways.gazetteer.kinds import SETTLEMENT_REACH_M
from dispatch.gateways.gazetteer.streets import DEGREE_M
from dispatch.routing.areas import NOWHERE, Areas

_AT_ONCE: Final = 2_000


class Settlements:
    """Says where a position is: the settlement around it, in the same jurisdiction, or the jurisdiction."""

    def __init__(self, spots: Sequence[NamedSpot], areas: Areas, names: Sequence[str]) -> None:
        """``names`` are the jurisdictions', in the order of ``areas.ids``."""
        self._areas, self._names = areas, list(names)
        self._spots = [spot for spot in spots if spot.settlement]
        self._at = np.array([spot.at for spot in self._spots]).reshape(-1, 2)
        self._reach = np.array([SETTLEMENT_REACH_M[spot.settlement] for spot in self._spots])
        self._rows = areas.find_rows(self._at[:, 0], self._at[:, 1])

    def name_towns(self, positions: Sequence[LonLat]) -> list[str]:
        """The town of each position; empty where nobody's is near."""
        columns = np.array(positions, dtype=np.float64).reshape(-1, 2)
        parts = [columns[at : at + _AT_ONCE] for at in range(0, len(columns), _AT_ONCE)]
        return [name for part in parts for name in self._name(part)]

    def _name(self, columns: NDArray[np.float64]) -> list[str]:
        rows = self._areas.find_rows(columns[:, 0], columns[:, 1])
        fallback = ["" if row == NOWHERE else self._names[row] for row in rows.tolist()]
        if not self._spots:
            return fallback
        north = (columns[:, None, 1] - self._at[None, :, 1]) * DEGREE_M
        east = (
            (columns[:, None, 0] - self._at[None, :, 0]) * DEGREE_M * np.cos(np.radians(columns[:, None, 1]))
        )
        share = np.hypot(north, east) / self._reach[None, :]
        share[rows[:, None] != self._rows[None, :]] = np.inf
        best = share.argmin(axis=1)
        return [
            self._spots[spot].names[0] if near <= 1 else other
            for spot, near, other in zip(best.tolist(), share.min(axis=1).tolist(), fallback, strict=True)
        ]
