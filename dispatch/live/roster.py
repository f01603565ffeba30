"""Who there is, by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from dispatch.model.unit import Unit


@dataclass(frozen=True, slots=True)
class Roster:
    """All units by row, and the picture's counter when each was added or registered anew."""

    units: tuple[Unit, ...]
    registered_at: NDArray[np.int64]


class UnitsAt(Sequence[Unit]):
    """Units by row of a part: those of the roster at ``rows``, and whatever is added behind them."""

    def __init__(self, roster: tuple[Unit, ...], rows: NDArray[np.int64]) -> None:
        self._roster, self._rows = roster, rows
        self._more: dict[int, Unit] = {}
        self._count = len(rows)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> Unit: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Unit]: ...
    def __getitem__(self, row: int | slice) -> Unit | Sequence[Unit]:
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(self._count))]
        if not 0 <= row < self._count:
            raise IndexError(row)
        return self._more[row] if row in self._more else self._roster[self._rows[row]]

    def __setitem__(self, row: int, unit: Unit) -> None:
        self._more[row] = unit

    def append(self, unit: Unit) -> None:
        """Give the unit the next row."""
        self._more[self._count] = unit
        self._count += 1
