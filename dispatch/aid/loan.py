"""What the two parties may do about a loan under way: call it back, extend it, confirm it, end it.

As the agreement's clauses say; where one is silent, as statutes commonly do: the lender may recall at
once, and the borrower lets go.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.agreements.provisions import Duration, Recall, Release, Side
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.model.errors import Forbidden, IllegalStep, StaleVersion

WORKING = frozenset(AssignmentState) - {AssignmentState.RETURNING, AssignmentState.ENDED}
"""States of a unit that still works for the incident."""


def recall(
    loan: Assignment, agreement: Agreement | None, *, reason: str, expected: int | None, now: datetime
) -> Assignment:
    """The lender calls its unit back; after the notice it may take the unit home.

    Raises ``StaleVersion``, ``IllegalStep``, and ``Forbidden`` where the agreement rules it out.
    """
    _require_working(loan, wanted="recalled", expected=expected)
    if loan.recalled_at is not None:
        raise IllegalStep(loan.state, wanted="recalled", because="already_recalled")
    clause = agreement.find(Recall) if agreement else None
    if clause is not None and not clause.allowed:
        raise Forbidden(["recall_ruled_out"])
    notice = timedelta(minutes=clause.notice_minutes if clause else 0)
    return replace(
        loan,
        recalled_at=now,
        recall_due=now + notice,
        recall_reason=reason,
        version=loan.version + 1,
    )


def extend(
    loan: Assignment, agreement: Agreement | None, *, hours: int, expected: int | None, now: datetime
) -> Assignment:
    """The loan may last ``hours`` longer than it could until now.

    Raises ``StaleVersion``, ``IllegalStep`` (nothing limits it), and ``Forbidden`` where the agreement
    allows no extension.
    """
    _require_working(loan, wanted="extended", expected=expected)
    until = ends_by(loan, agreement)
    clause = agreement.find(Duration) if agreement else None
    if until is None or clause is None:
        raise IllegalStep(loan.state, wanted="extended", because="no_limit")
    if not clause.extendable:
        raise Forbidden(["not_extendable"])
    later = max(until, now) + timedelta(hours=hours)
    return replace(loan, extended_until=later, version=loan.version + 1)


def confirm(loan: Assignment, *, expected: int | None, now: datetime) -> Assignment:
    """The borrower has confirmed the loan in writing; also of one that has ended meanwhile.

    Raises ``StaleVersion`` and ``IllegalStep``.
    """
    _require_lent(loan, wanted="confirmed", expected=expected)
    if loan.confirmed_at is not None:
        raise IllegalStep(loan.state, wanted="confirmed", because="already_confirmed")
    return replace(loan, confirmed_at=now, version=loan.version + 1)


def require_may_release(loan: Assignment, agreement: Agreement | None, *, side: Side, now: datetime) -> None:
    """Raises ``Forbidden`` where this side may not let the unit go.

    The release clause says who may; without one the borrower. Once a recall is due the lender may.
    """
    clause = agreement.find(Release) if agreement else None
    sides = clause.by if clause else (Side.BORROWER,)
    is_due = loan.recall_due is not None and now >= loan.recall_due
    if side not in sides and not (side is Side.LENDER and is_due):
        raise Forbidden(["recall_not_due" if loan.recalled_at and side is Side.LENDER else "side"])


def ends_by(loan: Assignment, agreement: Agreement | None) -> datetime | None:
    """Until when the loan may last; None without a limit."""
    if loan.extended_until is not None:
        return loan.extended_until
    clause = agreement.find(Duration) if agreement else None
    return None if clause is None else loan.lent_since + timedelta(hours=clause.max_hours)


def _require_working(loan: Assignment, *, wanted: str, expected: int | None) -> None:
    _require_lent(loan, wanted=wanted, expected=expected)
    if loan.state not in WORKING:
        raise IllegalStep(loan.state, wanted=wanted, because="already_on_its_way_home")


def _require_lent(loan: Assignment, *, wanted: str, expected: int | None) -> None:
    if expected is not None and expected != loan.version:
        raise StaleVersion(f"assignment {loan.id}", presented=expected, current=loan.version)
    if not loan.lent:
        raise IllegalStep(loan.state, wanted=wanted, because="not_lent")
