"""What a plan costs: minutes on the way, calls that lenders will answer late, units that do not come.

The loss is that of the maximum expected covering model (Daskin 1983): with each unit busy a share q of the
time, the k-th of A free units that leaves takes q^(A-k) (1 - q) of the calls with it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from dispatch.aid.waves.order import Case, LenderLoad, Offer
from dispatch.model.ids import JurisdictionId


def late_calls(load: LenderLoad, sent: int, *, hours: float) -> float:
    """Late life-threatening calls that a lender expects from being ``sent`` ambulances short for ``hours``.

    Convex in ``sent``: each further unit costs more than the one before.
    """
    q = load.busy_share
    calls = load.calls_per_hour * hours * load.call_weight
    return float(calls * (q ** max(0, load.free - sent) - q**load.free))


def lent_ambulances(offers: Sequence[Offer]) -> Counter[JurisdictionId]:
    """How many ground ambulances each lender gives."""
    return Counter(offer.lender for offer in offers if offer.takes_part_in_cover)


def losses(case: Case, offers: Sequence[Offer]) -> Mapping[JurisdictionId, float]:
    """What each lender of these units expects to lose."""
    lent = lent_ambulances(offers)
    hours = hours_lent(case)
    return {
        lender: late_calls(load, lent[lender], hours=hours) if (load := case.loads.get(lender)) else 0.0
        for lender in dict.fromkeys(offer.lender for offer in offers)
    }


def hours_lent(case: Case) -> float:
    """For how long a lender is taken to be without what it lends."""
    return case.prices.loss_horizon.total_seconds() / 3600


def cost_of(case: Case, offers: Sequence[Offer]) -> float:
    """The objective of both planners for asking exactly these units."""
    ways = case.prices.per_minute * sum(offer.eta_seconds for offer in offers) / 60
    missing = case.order.count - len(offers)
    return ways + sum(losses(case, offers).values()) + missing_price(case) * missing


def missing_price(case: Case) -> float:
    """What one missing unit costs: always more than all that sending it could.

    So a plan never leaves out a unit to spare a lender: that is what floors are for.
    """
    prices, hours = case.prices, hours_lent(case)
    ways = prices.per_minute * case.order.within_seconds / 60 * case.order.count
    lost = sum(late_calls(load, load.free, hours=hours) for load in case.loads.values())
    return max(prices.missing, 1.0 + ways + lost)
