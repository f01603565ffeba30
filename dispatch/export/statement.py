"""The statement of a month between two parties: one value, from which both get the same CSV and PDF.

Nothing in it depends on who asks. The parties stand in the order of their ids, each once as the one who
gives. The CSV has times in UTC and whole seconds and cents; ``statement_pdf`` shows the same for reading.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from dispatch.aid.ledger import Account, Figures, Loan, Outcome, Unfilled
from dispatch.aid.ledger_alerts import Alert
from dispatch.aid.months import Span
from dispatch.export.incident_log import harmless
from dispatch.model.clock import iso
from dispatch.model.region import Region

COLUMNS: Final = (
    *("month", "begins_at", "ends_at", "counted_to", "time_zone"),
    *("row", "lender", "borrower", "item", "value"),
    *("unit", "call_sign", "unit_type", "incident_number", "priority", "agreement", "agreement_version"),
    *("clause", "began_at", "ended_at", "seconds", "billable_seconds", "cents", "currency", "estimate"),
    *("outcome", "reason", "answer_seconds", "exhausted"),
    *("region", "attribution"),
)
"""One row per fact. ``row`` says which: a ``figure`` has ``item`` and ``value``; a ``loan``, an ``unfilled``
request and an ``alert`` have the columns that concern them. Times are ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What two parties gave each other in a month. ``accounts``: both directions, by the lender's id.

    ``names`` says what to call jurisdictions, units and agreements; an id without a name stands for itself.
    """

    span: Span
    counted_to: datetime
    accounts: tuple[Account, Account]
    alerts: Sequence[Alert]
    region: Region
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, which: str) -> str:
        """What people call an id."""
        return self.names.get(which, which)

    @property
    def file_name(self) -> str:
        """Without an ending, the same for both parties."""
        return f"aid-{self.span.name}-{self.accounts[0].lender}-{self.accounts[1].lender}"


def list_figures(figures: Figures) -> Sequence[tuple[str, int]]:
    """One direction's sums as item and whole number, in the order in which a statement has them."""
    return [
        ("requests", figures.requests),
        *((f"requests_{outcome}", figures.outcomes.get(outcome, 0)) for outcome in Outcome),
        *((f"declined_because_{reason}", count) for reason, count in figures.declined_because.items()),
        ("exhausted", figures.exhausted),
        ("loans", figures.loans),
        ("loans_running", figures.running),
        ("loans_unpriced", figures.unpriced),
        ("unit_seconds", figures.seconds),
        *((f"unit_seconds_{kind or 'unknown'}", part) for kind, part in figures.seconds_by_type.items()),
        ("billable_seconds", figures.billable_seconds),
        *(
            (f"cents_{'estimated_' if charge.estimate else ''}{charge.currency}", charge.cents)
            for charge in figures.charges
        ),
    ]


def statement_csv(statement: Statement) -> str:
    """RFC 4180. A cell that a spreadsheet would run as a formula starts with ``'``."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    always = {
        "month": statement.span.name,
        "begins_at": iso(statement.span.begins),
        "ends_at": iso(statement.span.ends),
        "counted_to": iso(statement.counted_to),
        "time_zone": statement.span.time_zone,
        "region": f"{statement.region.name}{' (fictional)' if statement.region.fictional else ''}",
        "attribution": " | ".join(statement.region.attribution),
    }
    for row in _rows(statement):
        writer.writerow([harmless({**always, **row}.get(column, "")) for column in COLUMNS])
    return text.getvalue()


def _rows(statement: Statement) -> Iterable[Mapping[str, object]]:
    for account in statement.accounts:
        pair = {"lender": account.lender, "borrower": account.borrower}
        for item, value in list_figures(account.figures):
            yield {"row": "figure", **pair, "item": item, "value": value}
        for loan in account.loans:
            yield {"row": "loan", **pair, **_loan_cells(loan, statement)}
        for unfilled in account.unfilled:
            yield {"row": "unfilled", **pair, **_unfilled_cells(unfilled, statement)}
    for alert in statement.alerts:
        yield {
            "row": "alert",
            "lender": alert.lender,
            "borrower": alert.borrower,
            "item": f"{alert.kind}_{alert.measure}",
            "value": alert.used,
            "agreement": alert.agreement_id,
            "agreement_version": alert.agreement_version,
            "clause": alert.clause,
            "reason": f"from {alert.limit} on",
        }


def _loan_cells(loan: Loan, statement: Statement) -> Mapping[str, object]:
    charge = loan.charge
    return {
        **_thing_cells(loan, statement),
        "agreement": loan.agreement_id,
        "agreement_version": loan.agreement_version,
        "began_at": iso(loan.began),
        "ended_at": None if loan.ended is None else iso(loan.ended),
        "seconds": loan.seconds,
        "billable_seconds": loan.billable_seconds,
        "cents": 0 if charge is None else charge.cents,
        "currency": "" if charge is None else charge.currency,
        "estimate": "" if charge is None else _yes_or_no(charge.estimate),
    }


def _unfilled_cells(unfilled: Unfilled, statement: Statement) -> Mapping[str, object]:
    return {
        **_thing_cells(unfilled, statement),
        "agreement": unfilled.agreement_id,
        "agreement_version": unfilled.agreement_version,
        "began_at": iso(unfilled.asked),
        "outcome": unfilled.outcome,
        "reason": unfilled.reason,
        "answer_seconds": unfilled.answer_seconds,
        "exhausted": _yes_or_no(unfilled.exhausted),
    }


def _thing_cells(entry: Loan | Unfilled, statement: Statement) -> Mapping[str, object]:
    return {
        "unit": entry.unit_id,
        "call_sign": statement.name(entry.unit_id),
        "unit_type": entry.unit_type or "unknown",
        "incident_number": entry.incident_number,
        "priority": entry.priority,
    }


def _yes_or_no(said: bool) -> str:
    return "yes" if said else "no"
