"""Snaps that are kept: by row, each with the counter of what it was made from."""

import numpy as np
from numpy.typing import NDArray

from dispatch.routing.travel import FloatArray, IntArray, Snaps

BoolArray = NDArray[np.bool_]


class SnapBank:
    """One row for each row of a picture or of a list; it grows as rows are asked about."""

    def __init__(self) -> None:
        self._snaps = nowhere(0)
        self._stamps = np.empty(0, dtype=np.int64)

    def is_stale(self, rows: IntArray, stamps: IntArray) -> BoolArray:
        """Which rows have changed since they were put here, or never were."""
        self._hold(rows)
        return self._stamps[rows] < stamps

    def put(self, rows: IntArray, snaps: Snaps, stamps: IntArray) -> None:
        """Keep the snaps of these rows."""
        self._hold(rows)
        put_into(self._snaps, rows, snaps)
        self._stamps[rows] = stamps

    def take(self, rows: IntArray) -> Snaps:
        """The snaps of these rows, as they were put here."""
        bank = self._snaps
        return Snaps(
            arc=bank.arc[rows],
            fraction=bank.fraction[rows],
            off_road_m=bank.off_road_m[rows],
            lon=bank.lon[rows],
            lat=bank.lat[rows],
        )

    def places(self, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Only where these rows' points were: longitudes and latitudes."""
        return self._snaps.lon[rows], self._snaps.lat[rows]

    def _hold(self, rows: IntArray) -> None:
        most = int(rows.max(initial=-1)) + 1
        if most > len(self._stamps):
            self._grow(max(most, 2 * len(self._stamps)))

    def _grow(self, count: int) -> None:
        known = len(self._stamps)
        grown, stamps = nowhere(count), np.full(count, -1, dtype=np.int64)
        put_into(grown, np.arange(known), self._snaps)
        stamps[:known] = self._stamps
        self._snaps, self._stamps = grown, stamps


def nowhere(count: int) -> Snaps:
    """The snaps of units that are nowhere."""
    return Snaps(
        arc=np.full(count, -1, dtype=np.int64),
        fraction=np.zeros(count),
        off_road_m=np.full(count, np.inf),
        lon=np.full(count, np.nan),
        lat=np.full(count, np.nan),
    )


def put_into(bank: Snaps, rows: IntArray, snaps: Snaps) -> None:
    """Overwrite these rows of ``bank``."""
    bank.arc[rows], bank.fraction[rows], bank.off_road_m[rows] = snaps.arc, snaps.fraction, snaps.off_road_m
    bank.lon[rows], bank.lat[rows] = snaps.lon, snaps.lat
