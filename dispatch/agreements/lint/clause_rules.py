"""Clauses against each other: what leaves nothing, never opens, or says what has no effect."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from dispatch.agreements.calendar import covers, local_day, local_time
from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.lint.subject import Subject
from dispatch.agreements.lint.week import Week, week_after, window_edges
from dispatch.agreements.provisions import AnswerTime, Cost, CostMode, Duration, ReturnHome
from dispatch.agreements.restrictions import (
    CallTypes,
    DailyCap,
    Hours,
    OnHolidays,
    Priorities,
    Purposes,
    Requesters,
    ReserveFloor,
    Restriction,
    Trigger,
    UnitTypes,
    Zones,
)
from dispatch.agreements.terms import AgreementKind
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Purpose
from dispatch.model.jurisdiction import CoverState

_MOST_SCOPES: Final = 64
Scope = tuple[JurisdictionId | None, JurisdictionId | None]

_LISTED: Final[Sequence[tuple[type[Any], str]]] = (
    (UnitTypes, "allow"),
    (Priorities, "allow"),
    (Purposes, "allow"),
    (Requesters, "roles"),
)
"""Clauses that are lists of what is allowed: several of a kind leave only what all of them list."""


def find_contradictions(subject: Subject) -> Iterator[Finding]:
    """Clauses of one kind that together leave nothing, for whomever they both speak of."""
    for kind, field in _LISTED:
        yield from _nothing_left(subject, kind, field)
    yield from _call_types_left(subject)
    yield from _hours_left(subject)


def _scopes(clauses: Sequence[Restriction]) -> list[Scope]:
    """For whom to judge together: each clause's own lender and borrower, and their combinations."""
    lenders = dict.fromkeys(clause.lender for clause in clauses)
    borrowers = dict.fromkeys(clause.borrower for clause in clauses)
    own = dict.fromkeys((clause.lender, clause.borrower) for clause in clauses)
    crossed = ((lender, borrower) for lender in lenders for borrower in borrowers)
    for scope in crossed:
        if len(own) >= _MOST_SCOPES:
            break
        own.setdefault(scope)
    return list(own)[:_MOST_SCOPES]


def _speaking(clauses: Sequence[tuple[int, Any]], scope: Scope) -> list[tuple[int, Any]]:
    lender, borrower = scope
    return [
        (index, clause)
        for index, clause in clauses
        if clause.lender in (None, lender) and clause.borrower in (None, borrower)
    ]


def _nothing_left(subject: Subject, kind: type[Any], field: str) -> Iterator[Finding]:
    clauses = list(subject.list_clauses(kind))
    found: dict[int, Finding] = {}
    for scope in _scopes([clause for _, clause in clauses]) if len(clauses) > 1 else ():
        left: frozenset[Any] | None = None
        first = ""
        for index, clause in _speaking(clauses, scope):
            said = frozenset(getattr(clause, field))
            left = said if left is None else left & said
            first = first or clause.id
            if not left:
                named = kind.__name__
                found.setdefault(
                    index,
                    subject.finding(FindingCode.NOTHING_LEFT, index, field, type=_tag(named), other=first),
                )
                break
    yield from found.values()


def _tag(name: str) -> str:
    return {"UnitTypes": "unit_types"}.get(name, name.lower())


def _call_types_left(subject: Subject) -> Iterator[Finding]:
    clauses = list(subject.list_clauses(CallTypes))
    denied: dict[str, list[CallTypes]] = {}
    for _, clause in clauses:
        for word in clause.deny:
            denied.setdefault(word.casefold(), []).append(clause)
    for index, clause in clauses:
        for place, word in enumerate(clause.allow):
            others = [one for one in denied.get(word.casefold(), ()) if _meet(one, clause)]
            if others:
                yield subject.finding(
                    FindingCode.CALL_TYPE_CONTRADICTED,
                    index,
                    f"allow[{place}]",
                    nature=word,
                    other=others[0].id,
                )
    lists = [(index, clause) for index, clause in clauses if clause.allow]
    found: dict[int, Finding] = {}
    for scope in _scopes([clause for _, clause in lists]) if len(lists) > 1 else ():
        speaking = _speaking(lists, scope)
        words = [{word.casefold() for word in clause.allow} for _, clause in speaking]
        if len(words) > 1 and not set.intersection(*words):
            index = speaking[-1][0]
            found.setdefault(
                index,
                subject.finding(
                    FindingCode.NOTHING_LEFT, index, "allow", type="call_types", other=speaking[0][1].id
                ),
            )
    yield from found.values()


def _meet(one: Restriction, other: Restriction) -> bool:
    """Whether there is anybody of whom both speak."""
    lenders = None in (one.lender, other.lender) or one.lender == other.lender
    borrowers = None in (one.borrower, other.borrower) or one.borrower == other.borrower
    return lenders and borrowers


def _hours_left(subject: Subject) -> Iterator[Finding]:
    clauses = list(subject.list_clauses(Hours))
    if not clauses:
        return
    zone = subject.agreement.time_zone
    week = week_after((), subject.now, zone)
    found: dict[int, Finding] = {}
    for scope in _scopes([clause for _, clause in clauses]) if len(clauses) > 1 else ():
        speaking = _speaking(clauses, scope)
        if len(speaking) > 1 and not any(_open_edges([clause for _, clause in speaking], week)):
            index, first = speaking[-1][0], speaking[0][1]
            found.setdefault(
                index, subject.finding(FindingCode.HOURS_NEVER_OPEN, index, "windows", other=first.id)
            )
    yield from found.values()
    for index, clause in clauses:
        never = clause.on_holidays is OnHolidays.NEVER and clause.holidays
        if not never and all(_open_edges([clause], week)):
            yield subject.finding(FindingCode.HOURS_ALWAYS_OPEN, index, "windows")


def _open_edges(clauses: Sequence[Hours], week: Week) -> Iterator[bool]:
    """At each edge of the week, whether all the clauses are open."""
    windows = [window for clause in clauses for window in clause.windows]
    for edge in window_edges(windows, week.time_zone, week):
        local = local_time(edge, week.time_zone)
        yield all(covers(clause.windows, local) for clause in clauses)


def find_calendar_faults(subject: Subject) -> Iterator[Finding]:
    """Holidays that are over or were never listed, and hours counted in a zone where nobody lives."""
    zone = subject.agreement.time_zone
    today = local_day(subject.now, zone)
    for index, clause in subject.list_clauses(Hours):
        if clause.on_holidays is not OnHolidays.AS_USUAL and not clause.holidays:
            yield subject.finding(FindingCode.HOLIDAYS_MISSING, index, "on_holidays")
        if clause.holidays and max(clause.holidays) < today:
            last = max(clause.holidays).isoformat()
            yield subject.finding(FindingCode.HOLIDAYS_PAST, index, "holidays", day=last)
    if zone == "UTC" and subject.facts.time_zone != "UTC":
        timed = [
            index
            for index, clause in enumerate(subject.agreement.clauses)
            if isinstance(clause, Hours | DailyCap) or (isinstance(clause, ReserveFloor) and clause.windows)
        ]
        if timed:
            yield subject.finding(FindingCode.TIME_ZONE_UTC, "time_zone", zone=subject.facts.time_zone)


def find_idle_clauses(subject: Subject) -> Iterator[Finding]:
    """Clauses without an effect under this kind of agreement, or under any."""
    if subject.lenders and all(subject.agreement.is_automatic(lender) for lender in subject.lenders):
        for index, _ in subject.list_clauses(AnswerTime):
            yield subject.finding(FindingCode.ANSWER_TIME_UNUSED, index, "seconds")
    if subject.agreement.kind is AgreementKind.AUTOMATIC:
        for index, trigger in subject.list_clauses(Trigger):
            if trigger.cover_at_least is CoverState.RED:
                yield subject.finding(FindingCode.TRIGGER_ON_AUTOMATIC, index, "cover_at_least")
    for index, home in subject.list_clauses(ReturnHome):
        if not home.before_next_call:
            yield subject.finding(FindingCode.RETURN_HOME_ALWAYS, index, "before_next_call")


def find_standby_faults(subject: Subject) -> Iterator[Finding]:
    """What a standby agreement says about incidents, to which it sends nobody."""
    if subject.agreement.kind is not AgreementKind.STANDBY:
        return
    for index, clause in subject.list_clauses(Purposes):
        if Purpose.STANDBY not in clause.allow:
            yield subject.finding(FindingCode.NOTHING_LEFT, index, "allow", type="purposes", other="kind")
    for index, incidents in enumerate(subject.agreement.clauses):
        if isinstance(incidents, Priorities | CallTypes):
            yield subject.finding(FindingCode.STANDBY_WITH_INCIDENTS, index)


def find_cost_faults(subject: Subject) -> Iterator[Finding]:
    """Rates that are missing or unused, and free hours that outlast the loan."""
    duration = subject.agreement.find(Duration)
    for index, cost in subject.list_clauses(Cost):
        if cost.mode is CostMode.RATE and not cost.rate_cents_per_unit_hour:
            yield subject.finding(FindingCode.COST_WITHOUT_RATE, index, "rate_cents_per_unit_hour")
        if cost.mode is CostMode.NONE and (cost.rate_cents_per_unit_hour or cost.free_hours):
            yield subject.finding(FindingCode.COST_UNUSED, index, "mode")
        paid = cost.mode is not CostMode.NONE
        if (
            paid
            and duration is not None
            and not duration.extendable
            and duration.max_hours <= cost.free_hours
        ):
            yield subject.finding(
                FindingCode.FREE_HOURS_BEYOND_DURATION,
                index,
                "free_hours",
                free_hours=cost.free_hours,
                max_hours=duration.max_hours,
            )


def find_scope_faults(subject: Subject) -> Iterator[Finding]:
    """Clauses for a lender and a borrower between whom nothing flows."""
    for index, clause in enumerate(subject.agreement.clauses):
        if not isinstance(clause, Restriction) or clause.lender is None or clause.borrower is None:
            continue
        if not subject.agreement.runs(lender=clause.lender, borrower=clause.borrower):
            yield subject.finding(
                FindingCode.SCOPE_WITHOUT_WAY,
                index,
                "borrower",
                lender=clause.lender,
                borrower=clause.borrower,
            )


def find_unused_zones(subject: Subject) -> Iterator[Finding]:
    """Zones that name who borrows nothing here."""
    for index, clause in subject.list_clauses(Zones):
        borrowing = set(subject.borrowers_of(clause))
        for place, named in enumerate(clause.jurisdictions):
            if named not in borrowing and named in subject.facts.places:
                yield subject.finding(
                    FindingCode.ZONE_NOT_BORROWER, index, f"jurisdictions[{place}]", jurisdiction=named
                )
