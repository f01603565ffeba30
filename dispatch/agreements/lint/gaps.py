"""The gap map: for each jurisdiction, need and hour of the week, how many partners may lend then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from dispatch.agreements.lint.backing import WHILE_TYPING, Backing, TooMuch
from dispatch.agreements.lint.facts import RegionFacts
from dispatch.agreements.lint.week import HOURS, Span, span_words
from dispatch.agreements.terms import Agreement
from dispatch.agreements.wording import Names, capital, listed
from dispatch.model.clock import iso
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitType

SHOWN: Final = (
    UnitType.ALS_AMBULANCE,
    UnitType.BLS_AMBULANCE,
    UnitType.CRITICAL_CARE_AMBULANCE,
    UnitType.MULTI_PATIENT,
    UnitType.ALS_NONTRANSPORT,
)
"""What a jurisdiction may need by road: ground transport, and the ALS unit that carries nobody."""

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One need of one jurisdiction. ``partners``: 168 counts, Monday 00:00 first.

    A partner counts in an hour when it may lend in all of it, at home and with everything free, for
    some priority and some nature: what the terms allow at best.
    """

    jurisdiction: JurisdictionId
    unit_type: UnitType
    partners: tuple[int, ...]

    def spans(self) -> tuple[Span, ...]:
        """The stretches of the week in which nobody may, in minutes of the week."""
        found: list[Span] = []
        for hour, count in enumerate(self.partners):
            if count:
                continue
            since = found.pop()[0] if found and found[-1][1] == hour * 60 else hour * 60
            found.append((since, (hour + 1) * 60))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapMap:
    """All rows, on the wall clocks of ``time_zone``, over the week from ``week_start`` (UTC).

    ``needs``: what the region's calls ask for, which the summary speaks of. ``complete`` is False where
    the texts ask for more than could be judged: rows are missing then.
    """

    time_zone: str
    week_start: datetime
    rows: tuple[GapRow, ...]
    needs: tuple[UnitType, ...]
    complete: bool = True

    def to_json(self, names: Names) -> dict[str, Any]:
        """Rows for the strips, and a summary in sentences."""
        return {
            "time_zone": self.time_zone,
            "week_start": iso(self.week_start),
            "complete": self.complete,
            "rows": [
                {
                    "jurisdiction": row.jurisdiction,
                    "unit_type": row.unit_type.value,
                    "partners": list(row.partners),
                    "gaps": [{"since_minute": since, "until_minute": until} for since, until in row.spans()],
                }
                for row in self.rows
            ],
            "summary": list(summary(self, names)),
        }


def gap_map(
    agreements: Sequence[Agreement],
    facts: RegionFacts,
    now: datetime,
    *,
    judged: Collection[JurisdictionId] | None = None,
    budget: int = WHILE_TYPING,
) -> GapMap:
    """How many partners may lend, as ``may_lend`` answers. ``judged`` and ``budget`` as in ``lint``."""
    backing = Backing(agreements, facts, now, budget=budget)
    rows: list[GapRow] = []
    complete = True
    try:
        for borrower in sorted(facts.places if judged is None else judged):
            rows += [_row(backing, borrower, need) for need in SHOWN]
    except TooMuch:
        complete = False
    return GapMap(
        time_zone=facts.time_zone,
        week_start=backing.week.start,
        rows=tuple(rows),
        needs=facts.needs,
        complete=complete,
    )


def summary(gaps: GapMap, names: Names) -> tuple[str, ...]:
    """One line per stretch: ``Pellam: nobody for BLS ambulances, mon to fri 22:00-06:00``."""
    alike: dict[tuple[JurisdictionId, tuple[Span, ...]], list[str]] = {}
    for row in gaps.rows:
        spans = row.spans()
        if spans and row.unit_type in gaps.needs:
            alike.setdefault((row.jurisdiction, spans), []).append(row.unit_type.value)
    return tuple(
        f"{capital(names.get(place, place))}: nobody for {listed(types, names)}, {span_words(spans)}"
        for (place, spans), types in alike.items()
    )


def _row(backing: Backing, borrower: JurisdictionId, need: UnitType) -> GapRow:
    counts = [0] * HOURS
    for lender in backing.list_lenders(borrower):
        for hour, held in enumerate(_hours(backing, lender, borrower, need)):
            counts[hour] += held
    return GapRow(jurisdiction=borrower, unit_type=need, partners=tuple(counts))


def _hours(
    backing: Backing, lender: JurisdictionId, borrower: JurisdictionId, need: UnitType
) -> Sequence[bool]:
    """For each hour of the week whether the lender may lend in all of it."""
    edges = backing.list_pair_edges(lender, borrower)
    may = [
        any(
            backing.find_permit(lender=lender, borrower=borrower, need=need, priority=priority, at=edge)
            for priority in backing.list_priorities(lender, borrower)
        )
        for edge in edges
    ]
    hours, start = [True] * HOURS, backing.week.start
    for index, edge in enumerate(edges):
        if may[index]:
            continue
        until = edges[index + 1] if index + 1 < len(edges) else backing.week.end
        first = (edge - start) // _HOUR
        last = min(HOURS, -((start - until) // _HOUR))
        hours[first:last] = [False] * (last - first)
    return hours
