"""What counts against a lender's reserve now: free units, unanswered offers, units that are out.

The same rule is applied to the picture (columns, for a recommendation over the whole fleet) and to the
record (values, for one lender inside a transaction).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dispatch.agreements.permit import Loans
from dispatch.aid.assignment import Assignment
from dispatch.aid.request import AidRequest, is_outstanding
from dispatch.live.picture import STATUS_CODE, TYPE_BY_CODE, Picture
from dispatch.model.ids import AgreementId, JurisdictionId, RequestId, UnitId
from dispatch.model.unit import FREE, Unit, UnitState
from dispatch.routing.travel import IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitments:
    """The units that are bound, each by its live assignment or by an offer that nobody answered yet.

    ``out_by_agreement``: for each lender, its units that are lent or on offer under each agreement.
    """

    assigned: Mapping[UnitId, Assignment]
    promised: Mapping[UnitId, AidRequest]
    out_by_agreement: Mapping[JurisdictionId, Mapping[AgreementId, int]]

    def is_bound(self, unit_id: UnitId) -> bool:
        """Whether the unit cannot be offered to anyone, whatever its status says."""
        return unit_id in self.assigned or unit_id in self.promised


def commitments_of(
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    *,
    now: datetime,
    looked_at: RequestId | None = None,
) -> Commitments:
    """What binds units at ``now``. Ended assignments and answered or expired requests bind nothing.

    ``looked_at`` is a request that is judged again: its own offer does not stand in its own way.
    """
    assigned = {a.unit_id: a for a in assignments if a.ended_at is None}
    promised = {r.unit_id: r for r in requests if r.id != looked_at and is_outstanding(r, now=now)}
    out: defaultdict[JurisdictionId, Counter[AgreementId]] = defaultdict(Counter)
    for assignment in assigned.values():
        if assignment.lent and assignment.agreement_id is not None:
            out[assignment.home][assignment.agreement_id] += 1
    for request in promised.values():
        out[request.lender][request.agreement_id] += 1
    return Commitments(assigned=assigned, promised=promised, out_by_agreement=out)


def free_rows(picture: Picture, commitments: Commitments) -> IntArray:
    """The rows of all units that could be sent right now, ascending."""
    free = np.isin(picture.status[: len(picture)], [STATUS_CODE[status] for status in FREE])
    free[picture.rows([*commitments.assigned, *commitments.promised])] = False
    return np.flatnonzero(free)


def list_loans(picture: Picture, commitments: Commitments, free: IntArray) -> Mapping[JurisdictionId, Loans]:
    """The loans of every jurisdiction, from the picture and its ``free_rows``."""
    types = len(TYPE_BY_CODE)
    cells = picture.home[free] * types + picture.unit_type[free]
    counts = np.bincount(cells, minlength=len(picture.jurisdictions) * types).reshape(-1, types).tolist()
    promised: dict[JurisdictionId, list[Unit]] = {}
    for unit_id in commitments.promised:
        row = picture.find_row(unit_id)
        if row is not None:
            unit = picture.units[row]
            promised.setdefault(unit.jurisdiction_id, []).append(unit)
    return {
        lender: Loans(
            free_by_type={TYPE_BY_CODE[code]: count for code, count in enumerate(row) if count},
            promised_by_type=Counter(unit.unit_type for unit in promised.get(lender, ())),
            out_by_agreement=commitments.out_by_agreement.get(lender, {}),
        )
        for lender, row in zip(picture.jurisdictions, counts, strict=True)
    }


def loans_of(
    lender: JurisdictionId,
    *,
    units: Iterable[Unit],
    states: Mapping[UnitId, UnitState],
    commitments: Commitments,
) -> Loans:
    """One lender's loans, from the record. ``units`` may be the whole fleet; without a state none is free."""
    own = [unit for unit in units if unit.jurisdiction_id == lender]
    heard = [unit for unit in own if (state := states.get(unit.id)) is not None and state.status in FREE]
    return Loans(
        free_by_type=Counter(unit.unit_type for unit in heard if not commitments.is_bound(unit.id)),
        promised_by_type=Counter(unit.unit_type for unit in own if unit.id in commitments.promised),
        out_by_agreement=commitments.out_by_agreement.get(lender, {}),
    )
