"""What is ordered, and what there is to order from: the values that both planners take."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from dispatch.agreements.permit import Permit
from dispatch.aid.advice.situation import LEVEL
from dispatch.aid.candidates import Candidate, RefusedUnit
from dispatch.aid.lending import Lending
from dispatch.aid.recommend import DEFAULT_HORIZON_SECONDS
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Need
from dispatch.model.unit import Unit, UnitType

FIRST_WAVE: Final = 2
"""Units that must be there to triage: the closest that may come, whatever they cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How many units of what a dispatcher wants of the neighbours, and where to.

    ``needs`` name each type once. ``staging``: where the units report; None is the scene itself. The
    ``first_wave`` comes by arrival alone; then whoever stands by, before anybody else is asked.
    ``within_seconds``: what would come later is not wanted.
    ``lenders``: in which order they are called for the rest, where the agency's own card fixes it.
    """

    needs: tuple[Need, ...]
    staging: Point | None = None
    first_wave: int = FIRST_WAVE
    within_seconds: int = DEFAULT_HORIZON_SECONDS
    lenders: tuple[JurisdictionId, ...] = ()

    @property
    def count(self) -> int:
        """Units in all."""
        return sum(need.count for need in self.needs)

    def wanted(self) -> Counter[UnitType]:
        """How many of each type, in the order of the needs."""
        wanted: Counter[UnitType] = Counter()
        for need in self.needs:
            wanted[need.unit_type] += need.count
        return wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One unit that an agreement would let come if it were asked for, or sent on, first and alone."""

    unit: Unit
    candidate: Candidate

    @property
    def permit(self) -> Permit:
        """That agreement's."""
        return self.candidate.permit

    @property
    def eta_seconds(self) -> int:
        """To the staging point, chute time included."""
        return self.candidate.eta_seconds

    @property
    def lender(self) -> JurisdictionId:
        """Whose unit it is."""
        return self.unit.jurisdiction_id

    @property
    def stands_by(self) -> bool:
        """Whether it was lent before and stands by for the borrower: it is sent on, and nobody is asked."""
        return self.candidate.stands_by

    @property
    def takes_part_in_cover(self) -> bool:
        """Whether the lender misses it when a call comes: an ambulance on the ground that is at home."""
        return self.unit.unit_type in LEVEL and not self.stands_by


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderLoad:
    """What a lender holds its ambulances for.

    ``free``: ground ambulances that could be sent now. ``calls_per_hour`` as expected now. ``call_weight``:
    what a late call of its usual mix weighs in life-threatening ones. ``busy_share`` of its units.
    """

    free: int
    calls_per_hour: float
    call_weight: float = 0.385
    busy_share: float = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePrices:
    """What the exact model weighs against each other, in late life-threatening calls.

    ``per_minute``: each minute of each unit's way; at .07 units come less than a tenth of a minute later
    in the mean than closest-first, while lenders lose a fifth less (``bench.waves``). ``missing``: each unit
    that does not come, at least. ``loss_horizon``: for how long the lender is taken to be without the unit.
    """

    per_minute: float = 0.07
    missing: float = 50.0
    loss_horizon: timedelta = timedelta(minutes=90)


DEFAULT_PRICES: Final = WavePrices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One order and everything it is answered from, at one moment.

    ``offers`` by arrival, then id. ``turns``: the same in the order of call, where an agreement or the
    agency's own card fixes one; the first wave goes by arrival all the same. ``plain``: the agency wants
    nothing weighed. ``others`` are the nearest units of a fitting type that cannot be offered, with their
    reasons, by arrival; enough of them to explain every missing unit. ``known``: fitting neighbours' units
    in all, by type. A lender without a load is taken to lose nothing.
    """

    order: Order
    offers: tuple[Offer, ...]
    lending: Lending
    loads: Mapping[JurisdictionId, LenderLoad] = field(default_factory=dict)
    others: tuple[RefusedUnit, ...] = ()
    known: Mapping[UnitType, int] = field(default_factory=dict)
    turns: tuple[Offer, ...] | None = None
    plain: bool = False
    prices: WavePrices = DEFAULT_PRICES
