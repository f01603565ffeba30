"""Where an agreement fixes in which order its lenders are called, its candidates keep that order.

Not for life-threatening calls: there the fastest unit that may come goes first, whatever a box card says.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from dispatch.agreements.permit import Permit
from dispatch.aid.candidates import Candidate
from dispatch.model.ids import AgreementId
from dispatch.model.incident import Priority

T = TypeVar("T")


def in_call_order(candidates: Sequence[Candidate], priority: Priority) -> tuple[Candidate, ...]:
    """The candidates, given by arrival, with each agreement's own in its order of call."""
    if priority is Priority.CRITICAL:
        return tuple(candidates)
    return trade_places(candidates, lambda candidate: candidate.permit)


def trade_places(found: Sequence[T], permit_of: Callable[[T], Permit | None]) -> tuple[T, ...]:
    """What agreements with an order of call permit, in that order; everything else where it stands.

    They trade places among themselves only: where another agreement's candidates stand does not
    change. A lender that the order does not name comes after those it names.
    """
    by_agreement: defaultdict[AgreementId, list[tuple[tuple[int, int], int]]] = defaultdict(list)
    permits = [permit_of(one) for one in found]
    for place, permit in enumerate(permits):
        if permit is not None:
            by_agreement[permit.agreement_id].append((_turn(permit), place))
    turns = {
        agreement: iter(sorted(ours))
        for agreement, ours in by_agreement.items()
        if any(named == 0 for (named, _), _ in ours)
    }
    return tuple(
        found[next(turns[permit.agreement_id])[1]] if permit and permit.agreement_id in turns else one
        for one, permit in zip(found, permits, strict=True)
    )


def _turn(permit: Permit) -> tuple[int, int]:
    order = permit.call_order
    return (1, 0) if order is None else (0, order)
