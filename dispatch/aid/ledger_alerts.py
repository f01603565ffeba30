"""What the ledger warns of, by thresholds that the parties themselves put into their agreements.

Counted are loans under the agreement, whichever of its versions they ran under; the clauses are those of
the version in force where the counting stops.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate
from typing import Final

from dispatch.agreements.calendar import local_day
from dispatch.agreements.provisions import Balance
from dispatch.agreements.restrictions import ConcurrentCap, DailyCap
from dispatch.agreements.standing import BINDING, AgreementState, list_current, state_at
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment
from dispatch.aid.ledger import Loan, Pair, Records, list_loans
from dispatch.aid.months import Span, year_to
from dispatch.model.ids import AgreementId, JurisdictionId

NEAR_A_CAP: Final = (4, 5)
"""From which share of a cap on its use is told: 80 %, as a fraction. A small cap is near when it is full."""

_SPEAKING: Final = BINDING | {AgreementState.SUSPENDED}


class AlertKind(StrEnum):
    """What is warned of.

    A cap per incident is left out: one call that needs all it may have is no news.
    """

    IMBALANCE = "imbalance"
    """Given minus received in the twelve months that end with the span's."""
    DRAIN = "drain"
    """Lent to all borrowers under the agreement in the month."""
    CONCURRENT_CAP = "concurrent_cap"
    DAILY_CAP = "daily_cap"


class Measure(StrEnum):
    """What ``used`` and ``limit`` count."""

    UNIT_SECONDS = "unit_seconds"
    UNITS = "units"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """``lender`` gave ``used`` where clause ``clause`` warns from ``limit`` on.

    ``borrower`` is None where the figure is over all borrowers of the agreement; then it is the lender's
    own to know.
    """

    kind: AlertKind
    agreement_id: AgreementId
    agreement_version: int
    clause: str
    lender: JurisdictionId
    borrower: JurisdictionId | None
    measure: Measure
    used: int
    limit: int


def list_alerts(records: Records, span: Span, *, now: datetime) -> Sequence[Alert]:
    """Every alert for the month ``span``, by agreement, kind and parties.

    ``records`` reach back to ``year_to(span).begins``; with fewer loans the balance is of those alone.
    """
    at = span.counted_to(now)
    under: dict[AgreementId, list[Assignment]] = {}
    for assignment in records.assignments:
        if assignment.agreement_id is not None:
            under.setdefault(assignment.agreement_id, []).append(assignment)
    found: list[Alert] = []
    for agreement in _in_force([a for a in records.agreements if a.id in under], at):
        own = Records(assignments=under[agreement.id])
        month = list_loans(own, span, now=now)
        if agreement.find(Balance) is not None:
            found += _imbalances(agreement, list_loans(own, year_to(span), now=now))
        found += [*_drains(agreement, month), *_caps(agreement, month, at)]
    return sorted(found, key=lambda a: (a.agreement_id, a.kind, a.lender, a.borrower or ""))


def _in_force(agreements: Sequence[Agreement], at: datetime) -> Sequence[Agreement]:
    return [a for a in list_current(agreements, at) if state_at(a, at) in _SPEAKING]


def _imbalances(agreement: Agreement, loans: Sequence[Loan]) -> Iterable[Alert]:
    clause = agreement.find(Balance)
    if clause is None or clause.imbalance_unit_hours is None:
        return
    given: Counter[Pair] = Counter()
    for loan in loans:
        given[loan.lender, loan.borrower] += loan.seconds
    for (lender, borrower), seconds in given.items():
        net, limit = seconds - given[borrower, lender], clause.imbalance_unit_hours * 3600
        if net >= limit and net > 0:
            yield _alert(
                AlertKind.IMBALANCE,
                agreement,
                clause.id,
                (lender, borrower),
                used=net,
                limit=limit,
                measure=Measure.UNIT_SECONDS,
            )


def _drains(agreement: Agreement, loans: Sequence[Loan]) -> Iterable[Alert]:
    clause = agreement.find(Balance)
    if clause is None or clause.drain_unit_hours_per_month is None:
        return
    limit = clause.drain_unit_hours_per_month * 3600
    for lender, own in _by_lender(loans).items():
        seconds = sum(loan.seconds for loan in own)
        if seconds >= limit and seconds > 0:
            yield _alert(
                AlertKind.DRAIN,
                agreement,
                clause.id,
                (lender, _only_other(agreement, lender)),
                used=seconds,
                limit=limit,
                measure=Measure.UNIT_SECONDS,
            )


def _caps(agreement: Agreement, loans: Sequence[Loan], at: datetime) -> Iterable[Alert]:
    part, of = NEAR_A_CAP
    for clause in agreement.clauses:
        if not isinstance(clause, ConcurrentCap | DailyCap):
            continue
        for lender, own in _by_lender(loans).items():
            if clause.lender not in (None, lender):
                continue
            concurrent = isinstance(clause, ConcurrentCap)
            used = _most_at_once(own, at) if concurrent else _most_in_a_day(own, agreement.time_zone)
            if used * of >= clause.at_most * part and used > 0:
                kind = AlertKind.CONCURRENT_CAP if concurrent else AlertKind.DAILY_CAP
                pair = (lender, _only_other(agreement, lender))
                yield _alert(
                    kind, agreement, clause.id, pair, used=used, limit=clause.at_most, measure=Measure.UNITS
                )


def _most_at_once(loans: Sequence[Loan], at: datetime) -> int:
    """The most units out at any moment; one that is home at the second another leaves is home first."""
    steps = [(loan.began, 1) for loan in loans] + [(loan.ended or at, -1) for loan in loans]
    return max(accumulate(change for _, change in sorted(steps)), default=0)


def _most_in_a_day(loans: Sequence[Loan], time_zone: str) -> int:
    days = Counter(local_day(loan.began, time_zone) for loan in loans if loan.begun_here)
    return max(days.values(), default=0)


def _by_lender(loans: Iterable[Loan]) -> Mapping[JurisdictionId, Sequence[Loan]]:
    found: dict[JurisdictionId, list[Loan]] = {}
    for loan in loans:
        found.setdefault(loan.lender, []).append(loan)
    return found


def _only_other(agreement: Agreement, lender: JurisdictionId) -> JurisdictionId | None:
    others = [party for party in agreement.parties if party != lender]
    return others[0] if len(others) == 1 else None


def _alert(
    kind: AlertKind,
    agreement: Agreement,
    clause: str,
    pair: tuple[JurisdictionId, JurisdictionId | None],
    *,
    used: int,
    limit: int,
    measure: Measure,
) -> Alert:
    return Alert(
        kind=kind,
        agreement_id=agreement.id,
        agreement_version=agreement.version,
        clause=clause,
        lender=pair[0],
        borrower=pair[1],
        measure=measure,
        used=used,
        limit=limit,
    )
