"""How long each jurisdiction stood at level zero, and below its own floor, day by day."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.agreements.restrictions import GROUND_TRANSPORTS
from dispatch.model.unit import UnitType
from dispatch.simulate.whatif.terms import OwnFloor

DAY_SECONDS: Final = 86_400


class Watch:
    """Counts free units and keeps two clocks per jurisdiction; only seconds of the counted span count."""

    def __init__(self, floors: Sequence[OwnFloor], *, counted_from: int, counted_to: int) -> None:
        self._from, self._to, self._floors = counted_from, counted_to, floors
        days = -(-(counted_to - counted_from) // DAY_SECONDS)
        self.zero_seconds = np.zeros((days, len(floors)))
        self.below_seconds = np.zeros((days, len(floors)))
        self.ground = [0] * len(floors)
        self._group = [0] * len(floors)
        self._zero_since: list[float | None] = [float("-inf")] * len(floors)
        self._below_since: list[float | None] = [float("-inf") if each.keep else None for each in floors]

    def change(self, jurisdiction: int, unit_type: UnitType, by: int, at: float) -> None:
        """One unit more or less is free from now on."""
        if unit_type in GROUND_TRANSPORTS:
            self.ground[jurisdiction] += by
            is_zero = self.ground[jurisdiction] == 0
            self._turn(self._zero_since, self.zero_seconds, jurisdiction, is_zero, at)
        floor = self._floors[jurisdiction]
        if unit_type in floor.group:
            self._group[jurisdiction] += by
            is_below = self._group[jurisdiction] < floor.keep
            self._turn(self._below_since, self.below_seconds, jurisdiction, is_below, at)

    def close(self) -> None:
        """Count what still lasts up to the end of the span."""
        for jurisdiction in range(len(self._floors)):
            self._turn(self._zero_since, self.zero_seconds, jurisdiction, False, self._to)
            self._turn(self._below_since, self.below_seconds, jurisdiction, False, self._to)

    def _turn(
        self, since: list[float | None], table: NDArray[np.float64], row: int, holds: bool, at: float
    ) -> None:
        began = since[row]
        if holds:
            since[row] = at if began is None else began
        elif began is not None:
            since[row] = None
            self._add(table, row, max(began, self._from), min(at, self._to))

    def _add(self, table: NDArray[np.float64], row: int, began: float, ended: float) -> None:
        while began < ended:
            day = int((began - self._from) // DAY_SECONDS)
            midnight = self._from + (day + 1) * DAY_SECONDS
            table[day, row] += min(ended, midnight) - began
            began = midnight
