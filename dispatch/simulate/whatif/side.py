"""One variant's outcome over the whole window, as columns that figures are taken from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dispatch.simulate.calls import PRIORITIES, Ints
from dispatch.simulate.trial.books import UNSERVED
from dispatch.simulate.trial.desk import CRITICAL
from dispatch.simulate.whatif.block import DAY_SECONDS, DealtKey, Outcome, RefusedKey
from dispatch.simulate.whatif.plan import Plan
from dispatch.simulate.whatif.resample import Ratio

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

NOBODY: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """``home``: the jurisdiction sent from, ``NOBODY``'s where nobody came. ``critical`` as calls truly are.

    ``late``: reached after the target of its priority, or not at all; ``weight`` of a late call.
    """

    days: int
    day: Ints
    jurisdiction: Ints
    critical: Bools
    late: Bools
    weight: Floats
    home: Ints
    outcome: Outcome

    def count(self, which: Bools, *, weights: Floats | None = None) -> Ratio:
        """Calls per day (or the sum of what they weigh)."""
        chosen = None if weights is None else weights[which]
        return Ratio(per_day=np.bincount(self.day[which], weights=chosen, minlength=self.days).astype(float))

    def arrival(self, which: Bools) -> Floats:
        """Seconds to the scene of the calls chosen."""
        return self.outcome.arrival_seconds[which]

    @property
    def served(self) -> Bools:
        """Whether anybody came."""
        found: Bools = self.home != NOBODY
        return found


def make_side(plan: Plan, outcomes: Sequence[Outcome]) -> Side:
    """The blocks' outcomes joined, in their order."""
    whole = _join(outcomes)
    size, calls = len(whole.unit), plan.calls
    priority = calls.true_priority[:size]
    targets = [plan.known.practice.targets[each] for each in PRIORITIES]
    within = np.array([float(target.within_seconds) for target in targets])[priority]
    homes = np.array([*plan.terrain.scene.homes, NOBODY])
    return Side(
        days=len(whole.zero_seconds),
        day=calls.calls.at_seconds[:size] // DAY_SECONDS,
        jurisdiction=calls.calls.jurisdiction[:size],
        critical=priority == CRITICAL,
        late=(whole.unit == UNSERVED) | (whole.arrival_seconds > within),
        weight=np.array([target.weight for target in targets])[priority],
        home=homes[whole.unit],
        outcome=whole,
    )


def _join(outcomes: Sequence[Outcome]) -> Outcome:
    refused: Counter[RefusedKey] = Counter()
    dealt: Counter[DealtKey] = Counter()
    for each in outcomes:
        refused.update(each.refused)
        dealt.update(each.dealt)
    columns = {
        name: np.concatenate([getattr(each, name) for each in outcomes])
        for name in Outcome.__dataclass_fields__
        if name not in ("refused", "dealt")
    }
    return Outcome(**columns, refused=refused, dealt=dealt)
