"""What was learned of arrivals, as the recommender uses it: one factor per agency or pair, or none."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dispatch.model.ids import JurisdictionId

Pair = tuple[JurisdictionId, JurisdictionId]
"""Lender and borrower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Chute and drive take ``exp(log_ratio)`` times what is computed.

    ``spread``: standard deviation of the logarithm that is left then; ``count`` arrivals taught it.
    """

    log_ratio: float
    spread: float
    count: int

    @property
    def factor(self) -> float:
        """What chute and drive are multiplied with."""
        return math.exp(self.log_ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Those that are on. A pair's own goes before its lender's."""

    by_agency: Mapping[JurisdictionId, Correction] = field(default_factory=dict)
    by_pair: Mapping[Pair, Correction] = field(default_factory=dict)

    def find(self, *, lender: JurisdictionId, borrower: JurisdictionId) -> Correction | None:
        """What to correct arrivals of the lender's units at the borrower's calls by."""
        return self.by_pair.get((lender, borrower)) or self.by_agency.get(lender)


NO_CORRECTIONS: Final = Corrections()
