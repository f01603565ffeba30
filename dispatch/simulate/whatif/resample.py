"""How sure a change is: both variants' days drawn again and again, the same days for both.

A paired block bootstrap (blocks of whole days, or of weeks where the window is long): calls of one day hang
together, and the variants share their calls, so that only the difference that the draft makes is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWS: Final = 400
FEWEST_BLOCKS: Final = 7
"""With fewer days there is nothing to draw from: no interval."""
WEEKS_FROM_DAYS: Final = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """``of_day``: each day's block. ``times``: (draws, blocks), how often a draw holds each block."""

    of_day: Ints
    times: NDArray[np.int64]

    @property
    def tells(self) -> bool:
        """Whether there are enough blocks for an interval."""
        return int(self.times.shape[1]) >= FEWEST_BLOCKS


def draw(days: int, *, seed: int) -> Drawn:
    """The draws of a window; the same for both variants and for every measure."""
    span = 7 if days >= WEEKS_FROM_DAYS else 1
    of_day = np.arange(days) // span
    if span > 1 and days % span:
        of_day = np.minimum(of_day, days // span - 1)  # a rest of some days joins the last week
    blocks = int(of_day[-1]) + 1
    chance = np.random.default_rng([seed, 3])
    return Drawn(of_day=of_day, times=chance.multinomial(blocks, [1 / blocks] * blocks, size=DRAWS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A sum over days (``over`` None), or a sum over another sum; both per day."""

    per_day: Floats
    over: Floats | None = None

    def value(self) -> float | None:
        """The figure for the window as it was."""
        return _single(self.draws(np.ones((1, len(self.per_day)), dtype=np.int64)))

    def draws(self, times: NDArray[np.int64]) -> Floats:
        """The figure for each draw of days (or blocks, after ``gathered``)."""
        total = np.asarray(times @ self.per_day, dtype=np.float64)
        if self.over is None:
            return total
        count = times @ self.over
        found: Floats = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
        return found

    def gathered(self, of_day: Ints) -> "Ratio":
        """The same, per block."""
        over = None if self.over is None else _sums(of_day, self.over)
        return Ratio(per_day=_sums(of_day, self.per_day), over=over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """The smallest value that at least a ``share`` of all values do not exceed. ``day``: each value's day."""

    values: Floats
    day: Ints
    share: float

    def value(self) -> float | None:
        """The figure for the window as it was."""
        return _single(self.draws(np.ones((1, int(self.day.max(initial=0)) + 1), dtype=np.int64)))

    def draws(self, times: NDArray[np.int64]) -> Floats:
        """The figure for each draw of days (or blocks, after ``gathered``)."""
        order = np.argsort(self.values, kind="stable")
        values, day = self.values[order], self.day[order]
        found = np.full(len(times), np.nan)
        for row, draw_of_days in enumerate(times):
            up_to = np.cumsum(draw_of_days[day])
            if len(up_to) and up_to[-1]:
                found[row] = values[np.searchsorted(up_to, np.ceil(self.share * up_to[-1]))]
        return found

    def gathered(self, of_day: Ints) -> "Quantile":
        """The same, per block."""
        return Quantile(values=self.values, day=of_day[self.day], share=self.share)


Figure = Ratio | Quantile


def interval(before: Figure, after: Figure, drawn: Drawn) -> tuple[float | None, float | None]:
    """The 95 % interval of the change; (None, None) where the window cannot tell."""
    if not drawn.tells:
        return None, None
    if _are_same(before, after):
        return 0.0, 0.0
    changes = _draws(after, drawn) - _draws(before, drawn)
    changes = changes[np.isfinite(changes)]
    if not len(changes):
        return None, None
    low, high = np.percentile(changes, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def _are_same(one: Figure, other: Figure) -> bool:
    """Whether every draw would give both the same figure: common where a draft does not reach."""
    if isinstance(one, Quantile) and isinstance(other, Quantile):
        return np.array_equal(one.values, other.values) and np.array_equal(one.day, other.day)
    if isinstance(one, Ratio) and isinstance(other, Ratio):
        nothing = np.empty(0)
        over, other_over = (nothing if each.over is None else each.over for each in (one, other))
        return np.array_equal(over, other_over) and np.array_equal(one.per_day, other.per_day)
    return False


def _draws(figure: Figure, drawn: Drawn) -> Floats:
    return figure.gathered(drawn.of_day).draws(drawn.times)


def _sums(of_day: Ints, per_day: Floats) -> Floats:
    return np.bincount(of_day, weights=per_day).astype(np.float64)


def _single(found: Sequence[float] | Floats) -> float | None:
    return round(float(found[0]), 4) if np.isfinite(found[0]) else None
