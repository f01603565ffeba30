"""Where an agreement fixes in which order its lenders are called, its candidates keep that order.

Not for life-threatening calls: there the fastest unit that may come goes first, whatever a box card says.
"""

from collections import defaultdict
from collections.abc import Sequence

from dispatch.aid.candidates import Candidate
from dispatch.model.ids import AgreementId
from dispatch.model.incident import Priority


def in_call_order(candidates: Sequence[Candidate], priority: Priority) -> tuple[Candidate, ...]:
    """The candidates, given by arrival, with each agreement's own in its order of call.

    They trade places among themselves only: where another agreement's candidates stand does not
    change. A lender that the order does not name comes after those it names.
    """
    if priority is Priority.CRITICAL:
        return tuple(candidates)
    by_agreement: defaultdict[AgreementId, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_agreement[candidate.permit.agreement_id].append(candidate)
    turns = {
        agreement: iter(sorted(ours, key=_turn))
        for agreement, ours in by_agreement.items()
        if any(candidate.permit.call_order is not None for candidate in ours)
    }
    return tuple(
        next(turns[c.permit.agreement_id]) if c.permit.agreement_id in turns else c for c in candidates
    )


def _turn(candidate: Candidate) -> tuple[int, int]:
    order = candidate.permit.call_order
    return (1, 0) if order is None else (0, order)
