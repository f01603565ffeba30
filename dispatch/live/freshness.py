"""How old a position is, in the four words that a board shows.

Age counts from the fix's own time, so a feed that repeats an old fix does not keep it young.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray


class Freshness(StrEnum):
    """From a position to act on down to one that is none."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"
    LOST = "lost"


FRESHNESS_BY_CODE: Final = tuple(Freshness)
"""What a code in a freshness column stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessLimits:
    """The age in seconds up to which a position keeps each word; beyond the last it is lost."""

    fresh_seconds: float = 30.0
    ageing_seconds: float = 120.0
    stale_seconds: float = 600.0

    def __post_init__(self) -> None:
        if not 0 < self.fresh_seconds < self.ageing_seconds < self.stale_seconds:
            raise ValueError("freshness limits rise from fresh over ageing to stale")


DEFAULT_LIMITS: Final = FreshnessLimits()


def freshness_codes(
    age_seconds: NDArray[np.float64],
    suspect: NDArray[np.bool_],
    limits: FreshnessLimits = DEFAULT_LIMITS,
) -> NDArray[np.int64]:
    """Codes into ``FRESHNESS_BY_CODE`` for n ages; ``nan`` (never seen) is lost.

    A suspect position is ageing at best: it is kept, but nobody shall take it for fresh.
    """
    bounds = np.array([limits.fresh_seconds, limits.ageing_seconds, limits.stale_seconds])
    # nan sorts behind every number, so a unit that was never seen falls behind the last bound: lost.
    codes = np.searchsorted(bounds, age_seconds, side="left").astype(np.int64)
    return np.maximum(codes, suspect.astype(np.int64))


def freshness_of(
    age_seconds: float | None, *, suspect: bool = False, limits: FreshnessLimits = DEFAULT_LIMITS
) -> Freshness:
    """The word for one age; None is lost."""
    if age_seconds is None or age_seconds > limits.stale_seconds:
        return Freshness.LOST
    if age_seconds > limits.ageing_seconds:
        return Freshness.STALE
    if age_seconds > limits.fresh_seconds or suspect:
        return Freshness.AGEING
    return Freshness.FRESH
