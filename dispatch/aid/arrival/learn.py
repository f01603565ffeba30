"""What the system's own arrivals say about its estimates, and whether correcting by it would help.

Chute and drive are compared with what was predicted for them, as the logarithm of their ratio: its median
does not mind a crew that pressed its button late. An agency's is shrunk towards no correction, a pair's
towards its lender's, the more so the fewer arrivals there are. Every error that is published "after" is of
arrivals that the correction was not learned from, and a correction that does not lower it is off.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import numpy as np

from dispatch.aid.arrival.corrections import Correction, Corrections, Pair
from dispatch.model.ids import JurisdictionId
from dispatch.routing.travel import FloatArray, IntArray

SMALLEST_SPREAD: Final = 0.05
"""However well it fitted: the next arrival is never certain."""
MAD_TO_DEVIATION: Final = 1.4826
"""From the median absolute deviation to the standard deviation of a normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningRules:
    """When a correction counts.

    ``agency_arrivals`` and ``pair_arrivals``: how many it takes at least; ``agency_prior`` and
    ``pair_prior``: how many arrivals the value shrunk towards is worth. ``furthest``: bound of the
    logarithm of a correction. ``sure``: by how many standard errors the error must fall, ``worth``: and by
    which share. Predictions below ``shortest_seconds`` and ratios beyond ``unbelievable`` are left out:
    there a late button weighs more than the road.
    """

    agency_arrivals: int = 30
    pair_arrivals: int = 20
    agency_prior: float = 10.0
    pair_prior: float = 20.0
    furthest: float = math.log(2.0)
    folds: int = 5
    sure: float = 2.0
    worth: float = 0.01
    shortest_seconds: int = 60
    unbelievable: float = 5.0


DEFAULT_LEARNING: Final = LearningRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One arrival on scene: seconds from being sent, as predicted without any correction, and as it was."""

    lender: JurisdictionId
    borrower: JurisdictionId
    predicted_seconds: int
    actual_seconds: int


class Why(StrEnum):
    """Why a correction is on or off."""

    HELPS = "helps"
    TOO_FEW = "too_few"
    NO_HELP = "no_help"
    """It does not lower the error of arrivals that it was not learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How far estimates were off, for an agency (``borrower`` None) or for what it sent to one neighbour.

    ``count`` arrivals were looked at, of which ``needed`` are the least. Errors are in seconds: the mean
    absolute one, and the bias (positive: later than predicted). ``before`` is without any correction,
    ``after`` cross-validated with it; None where there were too few to try.
    """

    lender: JurisdictionId
    borrower: JurisdictionId | None
    count: int
    needed: int
    why: Why
    factor: float
    error_before: float
    bias_before: float
    error_after: float | None = None
    bias_after: float | None = None

    @property
    def on(self) -> bool:
        """Whether recommendations use the correction."""
        return self.why is Why.HELPS

    def to_json(self) -> dict[str, Any]:
        """The row that is published."""
        return {
            "lender": self.lender,
            "borrower": self.borrower,
            "count": self.count,
            "needed": self.needed,
            "on": self.on,
            "why": self.why.value,
            "factor": round(self.factor, 3),
            "error_before_seconds": round(self.error_before, 1),
            "bias_before_seconds": round(self.bias_before, 1),
            "error_after_seconds": None if self.error_after is None else round(self.error_after, 1),
            "bias_after_seconds": None if self.bias_after is None else round(self.bias_after, 1),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """The corrections that are on, every agency's and pair's accuracy, and how many arrivals said nothing."""

    corrections: Corrections = field(default_factory=Corrections)
    accuracies: tuple[Accuracy, ...] = ()
    left_out: int = 0


NOTHING_LEARNED: Final = Learned()


def learn(arrivals: Iterable[Arrived], rules: LearningRules = DEFAULT_LEARNING) -> Learned:
    """What to correct by. ``arrivals`` in the order in which they happened."""
    by_lender: defaultdict[JurisdictionId, list[Arrived]] = defaultdict(list)
    left_out = 0
    for arrival in arrivals:
        if is_telling(arrival, rules):
            by_lender[arrival.lender].append(arrival)
        else:
            left_out += 1
    by_agency: dict[JurisdictionId, Correction] = {}
    by_pair: dict[Pair, Correction] = {}
    accuracies: list[Accuracy] = []
    for lender in sorted(by_lender):
        columns = _columns(by_lender[lender], rules)
        agency = _try_agency(columns, rules)
        accuracies.append(_accuracy(agency, columns, lender=lender, borrower=None))
        if agency.why is Why.HELPS:
            by_agency[lender] = agency.correction
        for borrower in sorted(set(columns.borrowers) - {lender}):
            tried = _try_pair(columns, borrower, agency, rules)
            accuracies.append(_accuracy(tried, columns, lender=lender, borrower=borrower))
            if tried.why is Why.HELPS:
                by_pair[lender, borrower] = tried.correction
    corrections = Corrections(by_agency=by_agency, by_pair=by_pair)
    return Learned(corrections=corrections, accuracies=tuple(accuracies), left_out=left_out)


def is_telling(arrival: Arrived, rules: LearningRules = DEFAULT_LEARNING) -> bool:
    """Whether the arrival says something about the road."""
    if arrival.predicted_seconds < rules.shortest_seconds or arrival.actual_seconds <= 0:
        return False
    ratio = arrival.actual_seconds / arrival.predicted_seconds
    return 1 / rules.unbelievable <= ratio <= rules.unbelievable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """One lender's arrivals. ``fold``: which part of the cross-validation each is held out in."""

    predicted: FloatArray
    actual: FloatArray
    log_ratio: FloatArray
    fold: IntArray
    borrowers: Sequence[JurisdictionId]

    def rows_to(self, borrower: JurisdictionId) -> IntArray:
        return np.flatnonzero([one == borrower for one in self.borrowers])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """A correction with what it does to the arrivals in ``rows``. ``held_out``: its logarithm per fold."""

    rows: IntArray
    correction: Correction
    why: Why
    needed: int
    held_out: FloatArray


def _columns(arrivals: Sequence[Arrived], rules: LearningRules) -> _Columns:
    predicted = np.array([arrival.predicted_seconds for arrival in arrivals], dtype=np.float64)
    actual = np.array([arrival.actual_seconds for arrival in arrivals], dtype=np.float64)
    # Each pair's own arrivals take turns, so that none of them is all in one fold.
    seen: defaultdict[JurisdictionId, int] = defaultdict(int)
    fold = []
    for arrival in arrivals:
        fold.append(seen[arrival.borrower] % rules.folds)
        seen[arrival.borrower] += 1
    return _Columns(
        predicted=predicted,
        actual=actual,
        log_ratio=np.log(actual / predicted),
        fold=np.array(fold, dtype=np.int64),
        borrowers=[arrival.borrower for arrival in arrivals],
    )


def _try_agency(columns: _Columns, rules: LearningRules) -> _Tried:
    rows, none = np.arange(len(columns.fold)), np.zeros(rules.folds)
    return _try(columns, rows, none, 0.0, prior=rules.agency_prior, needed=rules.agency_arrivals, rules=rules)


def _try_pair(columns: _Columns, borrower: JurisdictionId, agency: _Tried, rules: LearningRules) -> _Tried:
    """Against what would be used without it: the lender's correction where that is on, else none."""
    on = agency.why is Why.HELPS
    without = agency.held_out if on else np.zeros(rules.folds)
    towards = agency.correction.log_ratio if on else 0.0
    rows = columns.rows_to(borrower)
    return _try(
        columns, rows, without, towards, prior=rules.pair_prior, needed=rules.pair_arrivals, rules=rules
    )


def _try(
    columns: _Columns,
    rows: IntArray,
    without: FloatArray,
    towards: float,
    *,
    prior: float,
    needed: int,
    rules: LearningRules,
) -> _Tried:
    ratios, folds = columns.log_ratio[rows], columns.fold[rows]
    held_out = np.array(
        [
            _shrunk(ratios[folds != fold], float(without[fold]), prior, rules.furthest)
            for fold in range(rules.folds)
        ]
    )
    log_ratio = _shrunk(ratios, towards, prior, rules.furthest)
    why = Why.TOO_FEW
    if len(rows) >= needed:
        better = _helps(columns, rows, without=without[folds], with_it=held_out[folds], rules=rules)
        why = Why.HELPS if better else Why.NO_HELP
    correction = Correction(log_ratio=log_ratio, spread=_spread(ratios - log_ratio), count=len(rows))
    return _Tried(rows=rows, correction=correction, why=why, needed=needed, held_out=held_out)


def _shrunk(ratios: FloatArray, towards: float, prior: float, furthest: float) -> float:
    """The median, drawn towards the value that it has to prove wrong, and bounded."""
    count = len(ratios)
    if not count:
        return towards
    own = (count * float(np.median(ratios)) + prior * towards) / (count + prior)
    return min(furthest, max(-furthest, own))


def _helps(
    columns: _Columns, rows: IntArray, *, without: FloatArray, with_it: FloatArray, rules: LearningRules
) -> bool:
    before = np.abs(_errors(columns, rows, without))
    gained = before - np.abs(_errors(columns, rows, with_it))
    mean = float(gained.mean())
    error = float(gained.std(ddof=1)) / math.sqrt(len(rows))
    return mean > rules.sure * error and mean >= rules.worth * float(before.mean())


def _errors(columns: _Columns, rows: IntArray, log_ratio: FloatArray | float) -> FloatArray:
    """Seconds later than predicted, were the predictions corrected by these logarithms."""
    errors: FloatArray = columns.actual[rows] - columns.predicted[rows] * np.exp(log_ratio)
    return errors


def _spread(left: FloatArray) -> float:
    middle = np.median(left)
    return max(SMALLEST_SPREAD, MAD_TO_DEVIATION * float(np.median(np.abs(left - middle))))


def _accuracy(
    tried: _Tried, columns: _Columns, *, lender: JurisdictionId, borrower: JurisdictionId | None
) -> Accuracy:
    before = _errors(columns, tried.rows, 0.0)
    after: Mapping[str, float] = {}
    if tried.why is not Why.TOO_FEW:
        errors = _errors(columns, tried.rows, tried.held_out[columns.fold[tried.rows]])
        after = {"error_after": float(np.abs(errors).mean()), "bias_after": float(errors.mean())}
    return Accuracy(
        lender=lender,
        borrower=borrower,
        count=len(tried.rows),
        needed=tried.needed,
        why=tried.why,
        factor=tried.correction.factor,
        error_before=float(np.abs(before).mean()),
        bias_before=float(before.mean()),
        **after,
    )
