"""What a loan costs: whole seconds and whole cents, no fractions anywhere.

``owed_cents`` rounds half up, once per loan, on the whole of its time so far. What falls into a span is
the difference of two such amounts, so that the months of a loan add up to its whole to the cent.
"""

from dataclasses import dataclass

from dispatch.agreements.provisions import Cost, CostMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Money for one loan within a span. ``estimate``: the rate stands for a cost yet to be documented."""

    cents: int
    currency: str
    estimate: bool = False


def billable_seconds(cost: Cost, elapsed: int) -> int:
    """What lies beyond the free hours, of ``elapsed`` seconds since the loan began."""
    return max(0, elapsed - cost.free_hours * 3600)


def owed_cents(cost: Cost, elapsed: int) -> int:
    """The price of a loan of ``elapsed`` seconds, half a cent rounded up."""
    if cost.mode is CostMode.NONE:
        return 0
    return (2 * cost.rate_cents_per_unit_hour * billable_seconds(cost, elapsed) + 3600) // 7200


def charge_between(cost: Cost | None, since: int, until: int) -> Charge | None:
    """What the time between two ages of the loan, in seconds, adds to its price; None where aid is free."""
    if cost is None or cost.mode is CostMode.NONE:
        return None
    return Charge(
        cents=owed_cents(cost, until) - owed_cents(cost, since),
        currency=cost.currency,
        estimate=cost.mode is CostMode.ACTUAL,
    )
