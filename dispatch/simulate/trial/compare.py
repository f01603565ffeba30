"""Trials of many seeds put together: means, intervals, and every policy beside ``closest`` on the same calls.

Each seed is one draw of the whole world, so that a figure's seeds are independent. Means and differences
carry Student's t intervals over seeds. Ratios are of the seeds' sums, with the interval of the linearised
ratio (delta method) and Student's t. All pairs are of the same seed, and so of the same calls.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from dispatch.simulate.trial.figures import CODES
from dispatch.simulate.trial.measure import Measured, Share

BASELINE: Final = "closest"
WITHOUT: Final = "none"
FEWEST_LATE: Final = 20
"""Late life-threatening calls without aid from which on a jurisdiction's change is more than chance."""

CONFIDENCE: Final = 0.95
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; None where one seed cannot say."""

    value: float
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, float | None]:
        """As a row."""
        return {name: _rounded(getattr(self, name)) for name in ("value", "low", "high")}


Floats = NDArray[np.float64]


def estimate_mean(values: Sequence[float]) -> Estimate | None:
    """Student's t over seeds; None without any value."""
    return _with_interval(float(np.mean(values)), np.array(values)) if len(values) else None


def estimate_ratio(values: Sequence[float], base: Sequence[float]) -> Estimate | None:
    """Of paired seeds; None where the base is nothing."""
    over = float(np.sum(base))
    if not len(base) or over <= 0:
        return None
    ratio = float(np.sum(values)) / over
    spread = (np.array(values) - ratio * np.array(base)) / (over / len(base))
    return _with_interval(ratio, spread)


def _with_interval(centre: float, values: Floats) -> Estimate:
    if len(values) < 2:
        return Estimate(centre, None, None)
    half = float(student.ppf((1 + CONFIDENCE) / 2, len(values) - 1)) * float(np.std(values, ddof=1))
    half /= math.sqrt(len(values))
    return Estimate(centre, centre - half, centre + half)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """The jurisdiction that fares worst beside no aid at all. ``ratio`` of its late life-threatening calls.

    ``worse``: how many jurisdictions are more than 2 % worse off, of the ``judged`` ones that had
    ``FEWEST_LATE`` late calls without aid; ``surely_worse``: of them, those whose interval says so.
    """

    jurisdiction: str
    ratio: Estimate
    judged: int
    worse: int
    surely_worse: int

    def to_json(self) -> dict[str, Any]:
        """As a row."""
        return {
            "jurisdiction": self.jurisdiction,
            **self.ratio.to_json(),
            "judged": self.judged,
            "worse": self.worse,
            "surely_worse": self.surely_worse,
        }


def find_worst(trials: Sequence[Measured], without: Sequence[Measured]) -> Worst | None:
    """Of seeds in the same order; None where too little happened."""
    ratios: list[tuple[str, Estimate]] = []
    for row, share in enumerate(without[0].shares if without else ()):
        base = [float(each.shares[row].p1_late) for each in without]
        ratio = estimate_ratio([float(each.shares[row].p1_late) for each in trials], base)
        if ratio is not None and sum(base) >= FEWEST_LATE:
            ratios.append((share.jurisdiction, ratio))
    if not ratios:
        return None
    name, ratio = max(ratios, key=lambda pair: (pair[1].value, pair[0]))
    return Worst(
        jurisdiction=name,
        ratio=ratio,
        judged=len(ratios),
        worse=sum(1 for _, each in ratios if each.value > WORSE_FROM),
        surely_worse=sum(1 for _, each in ratios if each.low is not None and each.low > 1.0),
    )


WORSE_FROM: Final = 1.02


def compare(trials: Mapping[str, Sequence[Measured]]) -> dict[str, dict[str, Any]]:
    """Each policy's row. ``trials``: by policy, of the same seeds in the same order."""
    base, without = trials.get(BASELINE, ()), trials.get(WITHOUT, ())
    return {name: _row(of_policy, base, without) for name, of_policy in trials.items()}


def _row(trials: Sequence[Measured], base: Sequence[Measured], without: Sequence[Measured]) -> dict[str, Any]:
    worst = find_worst(trials, without)
    return {
        "figures": {code: _figure(code, trials) for code in CODES},
        "worst_vs_none": None if worst is None else worst.to_json(),
        "vs_closest": {code: _beside(code, trials, base) for code in CODES} if base else None,
        "jurisdictions": _add_shares(trials),
    }


def _figure(code: str, trials: Sequence[Measured]) -> dict[str, float | None] | None:
    known = [value for each in trials if (value := each.figures[code]) is not None]
    found = estimate_mean(known)
    return None if found is None else found.to_json()


def _beside(code: str, trials: Sequence[Measured], base: Sequence[Measured]) -> dict[str, Any] | None:
    pairs = [
        (ours, theirs)
        for one, other in zip(trials, base, strict=True)
        if (ours := one.figures[code]) is not None and (theirs := other.figures[code]) is not None
    ]
    if not pairs:
        return None
    ratio = estimate_ratio([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    difference = estimate_mean([a - b for a, b in pairs])
    return {
        "ratio": None if ratio is None else ratio.to_json(),
        "difference": None if difference is None else difference.to_json(),
    }


def _add_shares(trials: Sequence[Measured]) -> list[dict[str, Any]]:
    """Each jurisdiction over all seeds: counts are sums, the busy share a mean."""
    rows = []
    for of_one in zip(*(each.shares for each in trials), strict=True):
        shares: tuple[Share, ...] = of_one
        sums = {
            name: sum(getattr(share, name) for share in shares)
            for name in ("calls", "p1", "p1_late", "given", "received")
        }
        busy = sum(share.busy_share for share in shares) / len(shares)
        rows.append(
            {
                "jurisdiction": shares[0].jurisdiction,
                "units": shares[0].units,
                **sums,
                "busy_share": _rounded(100 * busy),
            }
        )
    return rows


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
