"""Who stands behind whom: hours, unit types, priorities and places that nobody backs up, and circles."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from dispatch.agreements.calendar import covers, local_time
from dispatch.agreements.lint.backing import Backing
from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.lint.subject import Subject
from dispatch.agreements.lint.week import MINUTES, Span, span_words, window_edges
from dispatch.agreements.predicates import joined
from dispatch.agreements.provisions import CoverDuty
from dispatch.agreements.restrictions import GROUND_TRANSPORTS
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType

_MILD: Final = frozenset({Priority.LOWER_ACUITY, Priority.NON_ACUTE})
_ALWAYS: Final[tuple[Span, ...]] = ((0, MINUTES),)


def find_gaps(backing: Backing, borrower: JurisdictionId) -> Iterator[Finding]:
    """What of the calls of one jurisdiction nobody may come to."""
    gaps = {
        (need, priority): _gap_spans(backing, borrower, need, priority)
        for need in backing.facts.needs
        for priority in Priority
    }
    needs = backing.facts.needs
    bare = [need for need in needs if all(gaps[need, priority] == _ALWAYS for priority in Priority)]
    if bare:
        yield _about(FindingCode.NO_BACKUP, borrower, unit_types=joined(bare))
    left = [need for need in needs if need not in bare]
    yield from _missing_priorities(borrower, left, gaps)
    yield from _missing_hours(borrower, left, gaps)
    if left:
        yield from _missing_places(backing, borrower, left)
        yield from _missing_natures(backing, borrower, left)


def find_unmet_duties(
    backing: Backing, subject: Subject, judged: Collection[JurisdictionId]
) -> Iterator[Finding]:
    """Duties of cover that the agreements, all together, do not meet."""
    for index, clause in subject.list_clauses(CoverDuty):
        if clause.jurisdiction not in judged:
            continue
        spans: list[Span] = []
        unmet = []
        for need in clause.unit_types or (None,):
            found = _duty_spans(backing, clause, subject.agreement.time_zone, need)
            if found:
                unmet.append(need.value if need else "ground_transport")
                spans += found
        if unmet:
            yield subject.finding(
                FindingCode.COVER_DUTY_UNMET,
                index,
                jurisdiction=clause.jurisdiction,
                unit_types=", ".join(unmet),
                hours=span_words(sorted(set(spans))),
            )


def find_circles(backing: Backing, judged: Iterable[JurisdictionId]) -> Iterator[Finding]:
    """Jurisdictions that have each only the next one behind them, in a ring."""
    only: dict[JurisdictionId, JurisdictionId] = {}
    for borrower in judged:
        lenders = (one for one in backing.list_lenders(borrower) if _ever(backing, one, borrower))
        behind = list(islice(lenders, 2))
        if len(behind) == 1:
            only[borrower] = behind[0]
    seen: set[JurisdictionId] = set()
    for start in only:
        ring = _walk(only, start)
        if ring and not seen & set(ring):
            seen |= set(ring)
            yield _about(FindingCode.CIRCULAR_RELIANCE, min(ring), parties=", ".join(sorted(ring)))


def _walk(only: dict[JurisdictionId, JurisdictionId], start: JurisdictionId) -> list[JurisdictionId]:
    """The ring that ``start`` itself is on, or nothing."""
    ring, here = [start], only[start]
    while here in only and here not in ring:
        ring.append(here)
        here = only[here]
    return ring if here == start else []


def is_backed(
    backing: Backing,
    borrower: JurisdictionId,
    need: UnitType,
    priority: Priority,
    at: datetime,
    *,
    nature: str | None = None,
    cell: int | None = None,
) -> bool:
    """Whether anybody may lend what meets the need at that moment."""
    return any(
        backing.find_permit(
            lender=lender,
            borrower=borrower,
            need=need,
            priority=priority,
            at=at,
            nature=nature,
            cell=cell,
        )
        for lender in backing.list_lenders(borrower)
    )


def _gap_spans(
    backing: Backing, borrower: JurisdictionId, need: UnitType, priority: Priority
) -> tuple[Span, ...]:
    edges = backing.list_edges(borrower)
    return backing.week.spans(edges, [not is_backed(backing, borrower, need, priority, at) for at in edges])


def _duty_spans(
    backing: Backing, clause: CoverDuty, time_zone: str, need: UnitType | None
) -> tuple[Span, ...]:
    borrower, week = clause.jurisdiction, backing.week
    opening = window_edges(clause.windows, time_zone, week) if clause.windows else ()
    edges = sorted({*backing.list_edges(borrower), *opening})
    gaps = []
    for at in edges:
        due = not clause.windows or covers(clause.windows, local_time(at, time_zone))
        needs = GROUND_TRANSPORTS if need is None else (need,)
        met = not due or any(is_backed(backing, borrower, one, Priority.CRITICAL, at) for one in needs)
        gaps.append(not met)
    return week.spans(edges, gaps)


def _ever(backing: Backing, lender: JurisdictionId, borrower: JurisdictionId) -> bool:
    return any(
        backing.find_permit(lender=lender, borrower=borrower, need=need, priority=priority, at=at)
        for need in backing.facts.needs
        for priority in backing.list_priorities(lender, borrower)
        for at in backing.list_pair_edges(lender, borrower)
    )


Gaps = dict[tuple[UnitType, Priority], tuple[Span, ...]]


def _missing_priorities(borrower: JurisdictionId, needs: Sequence[UnitType], gaps: Gaps) -> Iterator[Finding]:
    alike: dict[tuple[Priority, ...], list[UnitType]] = {}
    for need in needs:
        missing = tuple(priority for priority in Priority if gaps[need, priority] == _ALWAYS)
        if missing:
            alike.setdefault(missing, []).append(need)
    for priorities, types in alike.items():
        yield _about(
            FindingCode.NO_BACKUP_PRIORITY,
            borrower,
            eased=_MILD.issuperset(priorities),
            priorities=joined(priorities),
            unit_types=joined(types),
        )


def _missing_hours(borrower: JurisdictionId, needs: Sequence[UnitType], gaps: Gaps) -> Iterator[Finding]:
    alike: dict[tuple[tuple[Span, ...], tuple[Priority, ...]], list[UnitType]] = {}
    for need in needs:
        by_spans: dict[tuple[Span, ...], list[Priority]] = {}
        for priority in Priority:
            spans = gaps[need, priority]
            if spans and spans != _ALWAYS:
                by_spans.setdefault(spans, []).append(priority)
        for spans, priorities in by_spans.items():
            alike.setdefault((spans, tuple(priorities)), []).append(need)
    for (spans, which), types in alike.items():
        yield _about(
            FindingCode.NO_BACKUP_HOURS,
            borrower,
            eased=_MILD.issuperset(which),
            hours=span_words(spans),
            priorities=joined(which),
            unit_types=joined(types),
        )


def _missing_places(
    backing: Backing, borrower: JurisdictionId, needs: Sequence[UnitType]
) -> Iterator[Finding]:
    cells = backing.list_cells(borrower)
    for index, (place, share) in enumerate(cells if len(cells) > 1 else ()):
        if place is not None and share and not _at_all(backing, borrower, needs, cell=index):
            yield _about(
                FindingCode.NO_BACKUP_ZONE,
                borrower,
                place=f"{place.lon:.4f} {place.lat:.4f}",
                percent=round(share * 100),
            )


def _missing_natures(
    backing: Backing, borrower: JurisdictionId, needs: Sequence[UnitType]
) -> Iterator[Finding]:
    natures = backing.list_natures(borrower)
    for nature, said in natures.items() if len(natures) > 1 else ():
        if not _at_all(backing, borrower, needs, nature=nature):
            yield _about(FindingCode.NO_BACKUP_NATURE, borrower, nature=said)


def _at_all(
    backing: Backing,
    borrower: JurisdictionId,
    needs: Sequence[UnitType],
    *,
    nature: str | None = None,
    cell: int | None = None,
) -> bool:
    return any(
        is_backed(backing, borrower, need, priority, at, nature=nature, cell=cell)
        for need in needs
        for priority in Priority
        for at in backing.list_edges(borrower)
    )


def _about(
    code: FindingCode, jurisdiction: JurisdictionId, *, eased: bool = False, **figures: int | str
) -> Finding:
    return Finding(
        code=code,
        path=f"jurisdictions.{jurisdiction}",
        figures={"jurisdiction": jurisdiction, **figures},
        eased=eased,
    )
