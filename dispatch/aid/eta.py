"""Arrivals as columns of whole seconds."""

from typing import Final

import numpy as np

from dispatch.routing.travel import FloatArray, IntArray

NO_ETA: Final = np.iinfo(np.int64).max
"""Stands in the columns of arrivals where there is none, and sorts behind every other."""


def whole_seconds(seconds: FloatArray) -> IntArray:
    """Rounded to seconds; ``NO_ETA`` for ``inf``."""
    whole = np.full(len(seconds), NO_ETA, dtype=np.int64)
    known = np.isfinite(seconds)
    whole[known] = np.rint(seconds[known]).astype(np.int64)
    return whole


def last_of(eta_seconds: IntArray, at_most: int) -> int:
    """The ``at_most``-th smallest, or ``NO_ETA`` where there are fewer."""
    if len(eta_seconds) < at_most:
        return int(NO_ETA)
    return int(np.partition(eta_seconds, at_most - 1)[at_most - 1])
