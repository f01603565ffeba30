"""The ledger: what each party gave each other in a span of time, what it cost, and what was not given.

Every figure of a pair comes from the pair's own loans and requests, and from nothing that depends on who
reads: what one party's statement says it gave is what the other's says it received. A moment counts by
its whole second, so that the parts of a loan add up to the whole. A loan runs from ``assigned_at`` to
``ended_at`` (the lent unit is home again), a request belongs to the span in which it was asked. A unit that
was sent on from a standby has an entry for each part: free hours and counts are those of one loan. A request
that was answered with another unit is one request: filled where that unit was taken, else declined, once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dispatch.agreements.provisions import Cost
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment
from dispatch.aid.charges import Charge, billable_seconds, charge_between
from dispatch.aid.months import Span
from dispatch.aid.request import (
    OFFER_WITHDRAWN,
    OTHER_UNIT,
    AidRequest,
    DeclineReason,
    RequestState,
    is_outstanding,
)
from dispatch.model.ids import AgreementId, AssignmentId, IncidentId, JurisdictionId, RequestId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.unit import UnitType

Pair = tuple[JurisdictionId, JurisdictionId]
"""Lender, borrower."""


class Outcome(StrEnum):
    """What became of a request. ``open``: its time to answer is not over."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """Ignored: nobody answered in time."""
    WITHDRAWN = "withdrawn"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What the record holds that bears on a ledger. ``incidents``: at least those of the loans and requests.

    ``requests``: also the counter-offers that answered them, though made when the span was over. More than
    the span needs does no harm. A unit that has left the region has no type here.
    """

    requests: Sequence[AidRequest] = ()
    assignments: Sequence[Assignment] = ()
    incidents: Mapping[IncidentId, Incident] = field(default_factory=dict)
    agreements: Sequence[Agreement] = ()
    unit_types: Mapping[UnitId, UnitType] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One loan's share of a span: ``seconds`` of it lie there, ``billable_seconds`` beyond its free hours.

    ``began`` and ``ended`` are of the whole loan, ``ended`` None while it is not over where the counting
    stops. ``begun_here``: whether this span counts it. ``priced``: whether the agreement's text is known.
    ``continues``: the entry that this one goes on from, where the unit stood by before; times are the part's.
    """

    id: AssignmentId
    lender: JurisdictionId
    borrower: JurisdictionId
    unit_id: UnitId
    unit_type: UnitType | None
    incident_number: str
    priority: str
    agreement_id: AgreementId | None
    agreement_version: int | None
    began: datetime
    ended: datetime | None
    begun_here: bool
    seconds: int
    billable_seconds: int
    charge: Charge | None
    priced: bool
    continues: AssignmentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfilled:
    """A request that brought no unit: declined or ignored. ``exhausted``: after it nobody was left to ask.

    ``answer_seconds``: how long the borrower waited for the no, or for nothing.
    """

    id: RequestId
    lender: JurisdictionId
    borrower: JurisdictionId
    unit_id: UnitId
    unit_type: UnitType | None
    incident_number: str
    priority: str
    agreement_id: AgreementId
    agreement_version: int
    asked: datetime
    outcome: Outcome
    reason: str
    answer_seconds: int
    exhausted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A request and what came of it: with another unit offered instead, what came of that offer."""

    request: AidRequest
    outcome: Outcome
    reason: str
    exhausted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One direction's sums. ``requests`` are all that were asked; the outcomes are parts of it.

    ``loans`` began in the span; ``running`` were not over where the counting stops, whenever they began.
    ``charges`` has one sum per currency, and of estimates apart. ``unpriced``: loans whose agreement's
    text is not on record, which cost nothing here and must be asked about.
    """

    requests: int = 0
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    declined_because: Mapping[str, int] = field(default_factory=dict)
    exhausted: int = 0
    loans: int = 0
    running: int = 0
    unpriced: int = 0
    seconds: int = 0
    seconds_by_type: Mapping[UnitType | None, int] = field(default_factory=dict)
    billable_seconds: int = 0
    charges: Sequence[Charge] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one lender gave one borrower: sums, and the single entries that they come from, oldest first."""

    lender: JurisdictionId
    borrower: JurisdictionId
    figures: Figures
    loans: Sequence[Loan]
    unfilled: Sequence[Unfilled]


def outcome_of(request: AidRequest, now: datetime) -> Outcome:
    """What became of it by ``now``; an offer whose time is over has expired, whether or not a sweep ran."""
    if request.state is RequestState.OFFERED:
        return Outcome.OPEN if is_outstanding(request, now=now) else Outcome.EXPIRED
    return Outcome(request.state.value)


def make_accounts(records: Records, span: Span, *, now: datetime) -> Mapping[Pair, Account]:
    """One account per lender and borrower with a request or a loan in the span, by their ids."""
    loans: defaultdict[Pair, list[Loan]] = defaultdict(list)
    for loan in list_loans(records, span, now=now):
        loans[loan.lender, loan.borrower].append(loan)
    requests: defaultdict[Pair, list[_Asked]] = defaultdict(list)
    for one in _asked_in(records.requests, span, now):
        requests[one.request.lender, one.request.borrower].append(one)
    return {
        pair: _account(pair, loans.get(pair, ()), requests.get(pair, ()), records, now)
        for pair in sorted({*loans, *requests})
    }


def empty_account(lender: JurisdictionId, borrower: JurisdictionId) -> Account:
    """The account of a pair between which nothing happened."""
    return Account(lender=lender, borrower=borrower, figures=Figures(), loans=(), unfilled=())


def list_loans(records: Records, span: Span, *, now: datetime) -> Sequence[Loan]:
    """Each loan that has time in the span or began in it, once, oldest first."""
    costs = {(a.id, a.version): a.find(Cost) for a in records.agreements}
    until = span.counted_to(now)
    once = {assignment.id: assignment for assignment in records.assignments if assignment.lent}
    found = [
        _loan(assignment, records, span, until, costs)
        for assignment in once.values()
        if _whole(assignment.assigned_at) <= until and not _over_before(assignment, span.begins)
    ]
    return sorted(
        (loan for loan in found if loan.seconds or loan.begun_here), key=lambda loan: (loan.began, loan.id)
    )


def _over_before(assignment: Assignment, moment: datetime) -> bool:
    return assignment.ended_at is not None and assignment.assigned_at < moment > assignment.ended_at


def _loan(
    assignment: Assignment,
    records: Records,
    span: Span,
    until: datetime,
    costs: Mapping[tuple[AgreementId, int], Cost | None],
) -> Loan:
    began = _whole(assignment.assigned_at)
    over = None if assignment.ended_at is None else _whole(assignment.ended_at)
    since = max(began, span.begins)
    upto = max(since, until if over is None else min(over, until))
    lent_since = _whole(assignment.lent_since)
    first, last = _seconds(lent_since, since), _seconds(lent_since, upto)
    key = (assignment.agreement_id or AgreementId(""), assignment.agreement_version or 0)
    cost = costs.get(key)
    billable = billable_seconds(cost, last) - billable_seconds(cost, first) if cost else 0
    incident = records.incidents.get(assignment.incident_id)
    return Loan(
        id=assignment.id,
        lender=assignment.home,
        borrower=assignment.borrower,
        unit_id=assignment.unit_id,
        unit_type=records.unit_types.get(assignment.unit_id),
        incident_number="" if incident is None else incident.number,
        priority="" if incident is None else incident.priority.value,
        agreement_id=assignment.agreement_id,
        agreement_version=assignment.agreement_version,
        began=began,
        ended=over if over is not None and over <= until else None,
        begun_here=assignment.continues is None and span.begins <= began < span.ends,
        seconds=last - first,
        billable_seconds=billable,
        charge=charge_between(cost, first, last),
        priced=key in costs,
        continues=assignment.continues,
    )


def _asked_in(requests: Iterable[AidRequest], span: Span, now: datetime) -> Iterable[_Asked]:
    """The borrowers' requests of the span; a counter-offer is no request but the answer to one."""
    known = {r.id: r for r in requests if r.requested_at <= now}
    offers = {(r.first_request_id, r.attempt): r for r in known.values() if r.offered_by_lender}
    once = (
        r for r in known.values() if not r.offered_by_lender and span.begins <= r.requested_at < span.ends
    )
    return [
        _settle(request, offers.get((request.first_request_id, request.attempt + 1)), now)
        for request in sorted(once, key=lambda request: (request.requested_at, request.id))
    ]


def _settle(request: AidRequest, offer: AidRequest | None, now: datetime) -> _Asked:
    if offer is None or request.reason != OTHER_UNIT:
        outcome = outcome_of(request, now)
        reason = "no_answer" if outcome is Outcome.EXPIRED else request.reason or "unstated"
        return _Asked(request=request, outcome=outcome, reason=reason, exhausted_at=request.exhausted_at)
    end = outcome_of(offer, now)
    # That the borrower let the offer run out is not the lender's silence: it has answered.
    outcome = Outcome.DECLINED if end is Outcome.EXPIRED else end
    # Where the lender needed that unit itself or took its offer back, it had none after all.
    had_none = offer.reason in (DeclineReason.NO_UNIT, OFFER_WITHDRAWN)
    reason = DeclineReason.NO_UNIT.value if had_none else OTHER_UNIT
    return _Asked(request=request, outcome=outcome, reason=reason, exhausted_at=offer.exhausted_at)


def _account(
    pair: Pair, loans: Sequence[Loan], requests: Sequence[_Asked], records: Records, now: datetime
) -> Account:
    unfilled = [
        _unfilled(one, records, now) for one in requests if one.outcome in (Outcome.DECLINED, Outcome.EXPIRED)
    ]
    outcomes = Counter(one.outcome for one in requests)
    return Account(
        lender=pair[0],
        borrower=pair[1],
        figures=Figures(
            requests=len(requests),
            outcomes={outcome: outcomes[outcome] for outcome in Outcome},
            declined_because=dict(
                sorted(Counter(u.reason for u in unfilled if u.outcome is Outcome.DECLINED).items())
            ),
            exhausted=sum(entry.exhausted for entry in unfilled),
            loans=sum(loan.begun_here for loan in loans),
            running=sum(loan.ended is None for loan in loans),
            unpriced=len({loan.continues or loan.id for loan in loans if not loan.priced}),
            seconds=sum(loan.seconds for loan in loans),
            seconds_by_type=_by_type(loans),
            billable_seconds=sum(loan.billable_seconds for loan in loans),
            charges=sum_charges(loan.charge for loan in loans),
        ),
        loans=tuple(loans),
        unfilled=tuple(unfilled),
    )


def _unfilled(asked: _Asked, records: Records, now: datetime) -> Unfilled:
    request, outcome = asked.request, asked.outcome
    incident = records.incidents.get(request.incident_id)
    answered = request.answered_at or request.expires_at
    return Unfilled(
        id=request.id,
        lender=request.lender,
        borrower=request.borrower,
        unit_id=request.unit_id,
        unit_type=records.unit_types.get(request.unit_id),
        incident_number="" if incident is None else incident.number,
        priority="" if incident is None else incident.priority.value,
        agreement_id=request.agreement_id,
        agreement_version=request.agreement_version,
        asked=request.requested_at,
        outcome=outcome,
        reason=asked.reason,
        answer_seconds=_seconds(request.requested_at, answered),
        exhausted=asked.exhausted_at is not None and asked.exhausted_at <= now,
    )


def _by_type(loans: Iterable[Loan]) -> Mapping[UnitType | None, int]:
    seconds: Counter[UnitType | None] = Counter()
    for loan in loans:
        seconds[loan.unit_type] += loan.seconds
    return {kind: seconds[kind] for kind in (*UnitType, None) if seconds[kind]}


def sum_charges(charges: Iterable[Charge | None]) -> Sequence[Charge]:
    """One sum per currency; what is only an estimate apart from what is owed."""
    cents: Counter[tuple[str, bool]] = Counter()
    for charge in charges:
        if charge is not None:
            cents[charge.currency, charge.estimate] += charge.cents
    return tuple(
        Charge(cents=total, currency=currency, estimate=estimate)
        for (currency, estimate), total in sorted(cents.items())
        if total
    )


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _seconds(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds())
