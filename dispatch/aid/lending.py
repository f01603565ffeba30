"""What the agreements say to one borrower about one incident, asked once per lender and unit type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Loans, Permit, Reason, ReasonCode, Refusal, may_lend
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment
from dispatch.aid.candidates import RefusedUnit
from dispatch.aid.loans import Commitments, commitments_of, loans_of
from dispatch.aid.request import AidRequest
from dispatch.model.clock import iso
from dispatch.model.ids import JurisdictionId, RequestId, UnitId
from dispatch.model.incident import Incident, Priority
from dispatch.model.unit import FREE, Unit, UnitState, UnitStatus, UnitType

Agreements = Pairs | Iterable[Agreement]
"""All agreements of the region. Whoever asks often keeps the index (``Pairs``) and hands it in."""

NO_LOANS: Final = Loans()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """Every agreement's answer to one borrower for one priority at one moment.

    Pairs are looked up once and answers are kept: a recommendation asks for a whole fleet.
    """

    borrower: JurisdictionId
    priority: Priority
    now: datetime
    pairs: Pairs
    partners: frozenset[JurisdictionId]
    """Who shares an agreement in force with the borrower, whichever way it runs."""
    loans: Mapping[JurisdictionId, Loans]
    _answers: dict[tuple[JurisdictionId, UnitType, bool], Permit | Refusal] = field(default_factory=dict)

    def answer(
        self, lender: JurisdictionId, unit_type: UnitType, *, counted_free: bool = True
    ) -> Permit | Refusal:
        """Whether the lender may send one unit of this type.

        A unit that is not among the lender's free ones (``counted_free`` false) is judged as if it
        were: what its reserve would say once it is back, not a floor that it never held up.
        """
        key = (lender, unit_type, counted_free)
        known = self._answers.get(key)
        if known is None:
            loans = self.loans.get(lender, NO_LOANS)
            known = self._answers[key] = may_lend(
                self.pairs.list_for(lender=lender, borrower=self.borrower),
                lender=lender,
                borrower=self.borrower,
                unit_type=unit_type,
                priority=self.priority,
                loans=loans if counted_free else _with_one_more(loans, unit_type),
                now=self.now,
            )
        return known


def lending_for(
    incident: Incident,
    *,
    agreements: Agreements,
    loans: Mapping[JurisdictionId, Loans],
    now: datetime,
) -> Lending:
    """The agreements' answers for an incident's jurisdiction as borrower."""
    pairs = agreements if isinstance(agreements, Pairs) else Pairs(agreements)
    return Lending(
        borrower=incident.jurisdiction_id,
        priority=incident.priority,
        now=now,
        pairs=pairs,
        partners=frozenset(pairs.list_partners(incident.jurisdiction_id, now)),
        loans=loans,
    )


def list_unit_reasons(unit_id: UnitId, *, status: UnitStatus, commitments: Commitments) -> list[Reason]:
    """What in the unit's own situation forbids to send it now. Empty for a unit that is free."""
    reasons = []
    assignment = commitments.assigned.get(unit_id)
    offer = commitments.promised.get(unit_id)
    if assignment is not None:
        reasons.append(Reason(code=ReasonCode.COMMITTED, figures={"state": assignment.state.value}))
    elif status is UnitStatus.UNKNOWN:
        reasons.append(Reason(code=ReasonCode.UNKNOWN_STATUS))
    elif status not in FREE:
        reasons.append(Reason(code=ReasonCode.NOT_AVAILABLE, figures={"status": status.value}))
    if offer is not None:
        # Not to whom: the other borrower's incident is none of this borrower's business.
        reasons.append(Reason(code=ReasonCode.PROMISED, figures={"until": iso(offer.expires_at)}))
    return reasons


def still_permitted(
    unit: Unit,
    incident: Incident,
    *,
    units: Iterable[Unit],
    states: Mapping[UnitId, UnitState],
    agreements: Agreements,
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    now: datetime,
    looked_at: RequestId | None = None,
) -> Permit | RefusedUnit:
    """Judge one neighbour's unit again on what the record says, inside the transaction that commits it.

    ``units`` must hold the lender's whole fleet, ``states`` its recorded states, ``assignments`` the live
    ones and ``requests`` the outstanding ones. ``looked_at`` is the request that is being accepted: its
    own offer is not in its way. Neither position nor type is asked: those are the dispatcher's choice.
    """
    lender = unit.jurisdiction_id
    commitments = commitments_of(assignments, requests, now=now, looked_at=looked_at)
    state = states.get(unit.id)
    status = state.status if state else UnitStatus.UNKNOWN
    loans = {lender: loans_of(lender, units=units, states=states, commitments=commitments)}
    reasons = list_unit_reasons(unit.id, status=status, commitments=commitments)
    lending = lending_for(incident, agreements=agreements, loans=loans, now=now)
    answer = lending.answer(lender, unit.unit_type, counted_free=not reasons)
    if isinstance(answer, Refusal):
        reasons += answer.reasons
    elif not reasons:
        return answer
    return RefusedUnit(
        unit_id=unit.id,
        call_sign=unit.call_sign,
        unit_type=unit.unit_type,
        lender=lender,
        eta_seconds=None,
        eta_basis=None,
        reasons=tuple(reasons),
    )


def _with_one_more(loans: Loans, unit_type: UnitType) -> Loans:
    free = loans.free_by_type
    return replace(loans, free_by_type={**free, unit_type: free.get(unit_type, 0) + 1})
