"""A month's ledger as JSON-ready rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dispatch.agreements.sight import wire_time
from dispatch.aid.ledger import Account, Figures, Outcome, Unfilled
from dispatch.aid.ledger_alerts import Alert
from dispatch.aid.months import Span
from dispatch.export.ledger_wording import alert_sentence
from dispatch.model.ids import JurisdictionId

Row = dict[str, Any]


def ledger_row(
    accounts: Sequence[Account],
    alerts: Sequence[Alert],
    *,
    span: Span,
    jurisdiction: JurisdictionId,
    counted_to: datetime,
    names: Mapping[str, str],
) -> Row:
    """One jurisdiction's month. A pair is one direction: ``{lender, borrower, figures}``."""
    unfilled = [entry for account in accounts for entry in account.unfilled]
    return {
        "month": span.name,
        "jurisdiction": jurisdiction,
        "begins_at": wire_time(span.begins),
        "ends_at": wire_time(span.ends),
        "counted_to": wire_time(counted_to),
        "time_zone": span.time_zone,
        "pairs": [
            {"lender": one.lender, "borrower": one.borrower, "figures": _figures(one.figures)}
            for one in accounts
        ],
        "alerts": [_alert(alert, names) for alert in alerts],
        "unfilled": [_unfilled(one) for one in sorted(unfilled, key=lambda one: (one.asked, one.id))],
    }


def _figures(figures: Figures) -> Row:
    """Times in whole seconds, money in whole cents."""
    return {
        "requests": figures.requests,
        **{outcome.value: figures.outcomes.get(outcome, 0) for outcome in Outcome},
        "declined_because": dict(figures.declined_because),
        "exhausted": figures.exhausted,
        "loans": figures.loans,
        "running": figures.running,
        "unpriced": figures.unpriced,
        "unit_seconds": figures.seconds,
        "unit_seconds_by_type": {
            kind.value if kind else "unknown": seconds for kind, seconds in figures.seconds_by_type.items()
        },
        "billable_seconds": figures.billable_seconds,
        "charges": [
            {"cents": charge.cents, "currency": charge.currency, "estimate": charge.estimate}
            for charge in figures.charges
        ],
    }


def _alert(alert: Alert, names: Mapping[str, str]) -> Row:
    return {
        "kind": alert.kind.value,
        "agreement": alert.agreement_id,
        "version": alert.agreement_version,
        "clause": alert.clause,
        "lender": alert.lender,
        "borrower": alert.borrower,
        "measure": alert.measure.value,
        "used": alert.used,
        "limit": alert.limit,
        "sentence": alert_sentence(alert, names),
    }


def _unfilled(entry: Unfilled) -> Row:
    return {
        "request": entry.id,
        "lender": entry.lender,
        "borrower": entry.borrower,
        "unit": entry.unit_id,
        "unit_type": entry.unit_type.value if entry.unit_type else None,
        "incident_number": entry.incident_number,
        "priority": entry.priority,
        "agreement": entry.agreement_id,
        "agreement_version": entry.agreement_version,
        "asked_at": wire_time(entry.asked),
        "outcome": entry.outcome.value,
        "reason": entry.reason,
        "answer_seconds": entry.answer_seconds,
        "exhausted": entry.exhausted,
    }
