"""The ledger's figures and alerts in words: hours to the second, money to the cent: they add up."""

from collections.abc import Mapping
from typing import Final

from dispatch.agreements.wording import Names
from dispatch.aid.charges import Charge
from dispatch.aid.ledger_alerts import Alert, AlertKind

REASONS: Final[Mapping[str, str]] = {
    "no_unit": "no unit",
    "coverage_floor": "own cover",
    "capability": "capability",
    "weather": "weather",
    "crew_fatigue": "crew fatigue",
    "other_unit": "another unit was offered",
    "other": "other",
    "unstated": "no reason given",
    "no_answer": "no answer in time",
}
"""Why no unit came."""


def hours_words(seconds: int) -> str:
    """Unit-hours to the second, ``26:05:09``: parts that are shown add up to the sum that is shown."""
    return f"{seconds // 3600:,}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def money_words(charge: Charge) -> str:
    """``1,234.50 USD``, and whether it is an estimate."""
    said = f"{charge.cents // 100:,}.{charge.cents % 100:02} {charge.currency}"
    return f"{said} (estimate)" if charge.estimate else said


def alert_sentence(alert: Alert, names: Names) -> str:
    """One sentence without a full stop, with the figures and the threshold."""
    lender = names.get(alert.lender, alert.lender)
    borrower = "all borrowers" if alert.borrower is None else names.get(alert.borrower, alert.borrower)
    agreement = names.get(alert.agreement_id, alert.agreement_id)
    said = _SAID[alert.kind].format(
        lender=lender,
        borrower=borrower,
        hours=hours_words(alert.used),
        threshold=alert.limit // 3600,
        used=alert.used,
        limit=alert.limit,
    )
    return f"{said} ({agreement}, clause {alert.clause})"


_SAID: Final[Mapping[AlertKind, str]] = {
    AlertKind.IMBALANCE: (
        "{lender} gave {borrower} {hours} unit-hours more than it received in 12 months; "
        "the agreement warns from {threshold} on"
    ),
    AlertKind.DRAIN: (
        "{lender} lent {hours} unit-hours to {borrower} in the month; the agreement warns from {threshold} on"
    ),
    AlertKind.CONCURRENT_CAP: "{lender} had {used} units out at once; the agreement allows {limit}",
    AlertKind.DAILY_CAP: "{lender} lent {used} units on one day; the agreement allows {limit}",
}
