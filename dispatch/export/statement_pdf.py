"""A month's statement as a document for filing: letter size, one table per direction, rules at the end."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from dispatch.agreements.calendar import local_time
from dispatch.agreements.wording import in_singular
from dispatch.aid.ledger import Account, Figures, Loan, Outcome, Unfilled
from dispatch.export.ledger_wording import REASONS, alert_sentence, hours_words, money_words
from dispatch.export.statement import Statement
from dispatch.export.typeset import about_region, typeset
from dispatch.model.unit import UnitType

_TEMPLATE: Final = r"""
#set page(
  "us-letter", flipped: true, margin: (x: 18mm, top: 16mm, bottom: 20mm),
  footer: foot([#d.title #sym.dot.c #d.parties], d.about),
)
= #d.title
#facts(d.facts)
== Summary
#table(
  columns: (95mm, 45mm, 45mm), align: (left, right, right),
  table.header(..d.summary.head),
  ..d.summary.rows.flatten()
)
#for part in d.directions [
  == #part.title
  #if part.loans.len() == 0 [No unit was lent.] else [
    #set text(size: 8.5pt)
    #table(
      columns: (auto, auto, 1fr, 1.3fr, auto, auto, auto, auto, auto),
      align: (left, left, left, left, left, left, right, right, right),
      table.header(..d.loan-head),
      ..part.loans.flatten()
    )
  ]
  #if part.unfilled.len() != 0 [
    #set text(size: 8.5pt)
    #table(
      columns: (auto, auto, auto, auto, 1fr, 1.3fr, auto, auto),
      align: (left, left, left, left, left, left, left, right),
      table.header(..d.unfilled-head),
      ..part.unfilled.flatten()
    )
  ]
]
== What the agreements warn of
#if d.alerts.len() == 0 [Nothing: no threshold of an agreement between these two was reached.]
#list(..d.alerts)
== How this was counted
#set text(size: 8.5pt)
#list(..d.rules)
"""

SECOND: Final = timedelta(seconds=1)
_MONTHS: Final = tuple(f"{date(2000, month, 1):%B}" for month in range(1, 13))
_LOAN_HEAD: Final = (
    *("Incident", "Unit", "Type", "Agreement", "Assigned", "Home again"),
    *("In the month", "Billable", "Cost"),
)
_UNFILLED_HEAD: Final = (
    *("Not filled: incident", "Priority", "Unit", "Asked", "Type", "Agreement", "Why"),
    "Waited",
)


def statement_pdf(statement: Statement) -> bytes:
    """The PDF. The same statement gives the same bytes, whoever asks for it."""
    return typeset(_TEMPLATE, _data(statement))


def _data(statement: Statement) -> dict[str, object]:
    first, second = statement.accounts
    a, b = statement.name(first.lender), statement.name(second.lender)
    month = statement.span.name
    return {
        "title": f"Statement of mutual aid, {_MONTHS[int(month[5:]) - 1]} {month[:4]}",
        "parties": f"{a} and {b}",
        "about": about_region(statement.region),
        "facts": _facts(statement, f"{a} and {b}"),
        "summary": {
            "head": ["", f"{a} to {b}", f"{b} to {a}"],
            "rows": _summary(first.figures, second.figures),
        },
        "directions": [_direction(account, statement) for account in statement.accounts],
        "loan-head": _LOAN_HEAD,
        "unfilled-head": _UNFILLED_HEAD,
        "alerts": [alert_sentence(alert, statement.names) + "." for alert in statement.alerts],
        "rules": _rules(statement),
    }


def _facts(statement: Statement, parties: str) -> Sequence[Sequence[str]]:
    span, until = statement.span, statement.counted_to
    first, last = (_local(statement, moment)[:10] for moment in (span.begins, span.ends - SECOND))
    counted = (
        "the month's end" if until >= span.ends else f"{_local(statement, until)}, before the month's end"
    )
    return (
        ("Parties", parties),
        ("Period", f"{first} to {last}, {span.time_zone}"),
        ("Counted to", counted),
    )


def _summary(given: Figures, received: Figures) -> Sequence[Sequence[str]]:
    """Item, first direction, second direction."""
    both = (given, received)
    types = dict.fromkeys((*given.seconds_by_type, *received.seconds_by_type))
    return [
        ("Requests asked of the lender", *(str(one.requests) for one in both)),
        *_outcomes(both),
        ("\u2003nobody left to ask afterwards", *(str(one.exhausted) for one in both)),
        ("Loans begun", *(str(one.loans) for one in both)),
        ("Loans still out where counting stops", *(str(one.running) for one in both)),
        ("Unit-hours", *(hours_words(one.seconds) for one in both)),
        *(
            (f"\u2003{_type(kind)}", *(hours_words(one.seconds_by_type.get(kind, 0)) for one in both))
            for kind in types
        ),
        ("Unit-hours beyond free hours", *(hours_words(one.billable_seconds) for one in both)),
        ("Cost after free hours", *(_money(one) for one in both)),
    ]


def _outcomes(both: Sequence[Figures]) -> Iterable[Sequence[str]]:
    for outcome, title in _OUTCOMES:
        counts = [one.outcomes.get(outcome, 0) for one in both]
        if any(counts) or outcome is not Outcome.OPEN:
            yield (f"\u2003{title}", *map(str, counts))
        if outcome is Outcome.DECLINED:
            for reason in sorted({reason for one in both for reason in one.declined_because}):
                said = [str(one.declined_because.get(reason, 0)) for one in both]
                yield (f"\u2003\u2003{REASONS.get(reason, reason)}", *said)


def _type(kind: UnitType | None) -> str:
    return in_singular(kind) if kind else "type unknown"


_OUTCOMES: Final = (
    (Outcome.ACCEPTED, "accepted"),
    (Outcome.DECLINED, "declined"),
    (Outcome.EXPIRED, "not answered in time"),
    (Outcome.WITHDRAWN, "withdrawn by who asked"),
    (Outcome.OPEN, "not answered yet"),
)


def _money(figures: Figures) -> str:
    said = "\n".join(money_words(charge) for charge in figures.charges) or "none"
    return f"{said}\n{figures.unpriced} loans without a text" if figures.unpriced else said


def _direction(account: Account, statement: Statement) -> dict[str, object]:
    lender, borrower = statement.name(account.lender), statement.name(account.borrower)
    return {
        "title": f"{lender} to {borrower}",
        "loans": [_loan(loan, statement) for loan in account.loans],
        "unfilled": [_unfilled(unfilled, statement) for unfilled in account.unfilled],
    }


def _loan(loan: Loan, statement: Statement) -> Sequence[str]:
    return (
        loan.incident_number,
        statement.name(loan.unit_id),
        _type(loan.unit_type),
        f"{loan.agreement_id or 'none'}, version {loan.agreement_version or '-'}",
        _local(statement, loan.began),
        "still out" if loan.ended is None else _local(statement, loan.ended),
        hours_words(loan.seconds),
        hours_words(loan.billable_seconds),
        "none" if loan.charge is None else money_words(loan.charge),
    )


def _unfilled(unfilled: Unfilled, statement: Statement) -> Sequence[str]:
    why = REASONS.get(unfilled.reason, unfilled.reason)
    return (
        unfilled.incident_number,
        unfilled.priority.replace("_", " "),
        statement.name(unfilled.unit_id),
        _local(statement, unfilled.asked),
        _type(unfilled.unit_type),
        f"{unfilled.agreement_id}, version {unfilled.agreement_version}",
        f"{why}; nobody left to ask" if unfilled.exhausted else why,
        f"{unfilled.answer_seconds} s",
    )


def _rules(statement: Statement) -> Sequence[str]:
    return (
        "A loan runs from the unit's assignment until it is home again; it is counted in the month in which "
        "it began. Its time is split at the month's end to the second.",
        f"Months are those of {statement.span.time_zone}, for all parties, whatever time zone an agreement "
        "names, so that both parties' statements split at the same moment.",
        "Cost follows the version of the agreement under which the unit came: its rate, for the time beyond "
        "the free hours of each loan, which run once, from the loan's beginning. Each loan is rounded to the "
        "cent, half a cent up; its months add up to its whole.",
        "Where an agreement asks for actual cost, its rate stands for it here, as an estimate.",
        "A request belongs to the month in which it was asked. One that was not answered in its time counts "
        "as not answered.",
        "Both parties get this same document. The CSV of the same name has the same figures.",
    )


def _local(statement: Statement, moment: datetime) -> str:
    return f"{local_time(moment, statement.span.time_zone):%Y-%m-%d %H:%M:%S %Z}"
