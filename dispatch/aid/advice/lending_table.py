"""What the agreements would let pass by and large: asked once, for futures in which nobody can be asked.

The real rules answer, at the moment given, for a usual call and a lender with plenty; what is left to
watch is the floor. So a rule that depends on the hour holds for this hour, and caps are taken as free.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, Speaker, judge, list_speakers
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.restrictions import CallTypes, Priorities
from dispatch.agreements.standing import NO_STANDING, Standing
from dispatch.aid.advice.grid import Grid
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.aid.advice.situation import LEVEL, NEVER, LendingTable
from dispatch.aid.advice.stepwise import Steps, finish
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitType

PLENTY: Final = 1000
POSTED: Final = 20
"""Of each unit, so many are taken to wait at its post: floors of an area count them one by one."""

PRIORITIES: Final = tuple(Priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lender:
    """What a lender's units of each level are at their best, and what it has of them."""

    units: Mapping[int, LentUnit]
    loans: Loans


def lending_table(
    grid: Grid,
    pairs: Pairs,
    region: Region,
    now: datetime,
    *,
    practice: Practice = DEFAULT_PRACTICE,
    standing: Standing = NO_STANDING,
) -> LendingTable:
    """Who would lend what to whom at ``now``, and how long the asking takes.

    ``standing``: the closures that hold. Serves for a book of agreements and an hour.
    """
    return finish(lending_steps(grid, pairs, region, now, practice=practice, standing=standing))


def lending_steps(
    grid: Grid,
    pairs: Pairs,
    region: Region,
    now: datetime,
    *,
    practice: Practice = DEFAULT_PRACTICE,
    standing: Standing = NO_STANDING,
) -> Steps[LendingTable]:
    """The same in a step for each borrower."""
    count = len(grid.jurisdictions)
    floor = np.full((count, count, len(PRIORITIES), len(LEVEL)), NEVER, dtype=np.int64)
    asked = np.full((count, count), float(practice.request_seconds))
    rows = {name: row for row, name in enumerate(grid.jurisdictions)}
    natures, lenders = _usual_natures(region), _list_lenders(region, pairs)
    for borrower, column in rows.items():
        middle = _heaviest_cell(grid, column)
        calls = [_call(borrower, priority, natures, middle) for priority in PRIORITIES]
        for lender in pairs.list_lenders(borrower):
            row, has = rows.get(lender), lenders.get(lender)
            if row is None or has is None:
                continue
            of_pair = pairs.list_for(lender=lender, borrower=borrower)
            speakers = list_speakers(of_pair, lender=lender, borrower=borrower, now=now)
            permits = _ask(speakers, lender, has, calls, now, standing)
            for (rank, level), permit in permits.items():
                floor[row, column, rank, level] = permit.floor + 1
            if permits:
                asked[row, column] = permits[min(permits)].asked_seconds(practice.request_seconds)
        yield
    return LendingTable(floor=floor, asked_seconds=asked)


def _ask(
    speakers: Sequence[Speaker],
    lender: JurisdictionId,
    has: _Lender,
    calls: Sequence[Call],
    now: datetime,
    standing: Standing,
) -> dict[tuple[int, int], Permit]:
    """The permits by the priority's place and the level."""
    found: dict[tuple[int, int], Permit] = {}
    alike = not any(_tells_priorities_apart(one) for one in speakers)
    for level, unit in has.units.items():
        for place, call in enumerate(calls):
            if place and alike:
                if (0, level) in found:
                    found[place, level] = found[0, level]
                continue
            answer = judge(
                speakers, lender=lender, unit=unit, call=call, loans=has.loans, now=now, standing=standing
            )
            if isinstance(answer, Permit):
                found[place, level] = answer
    return found


def _tells_priorities_apart(speaker: Speaker) -> bool:
    """Usual calls of two priorities differ in the priority and the nature."""
    return any(isinstance(clause, Priorities | CallTypes) for clause in speaker.agreement.clauses)


def _call(
    borrower: JurisdictionId, priority: Priority, natures: Mapping[Priority, str], position: Point | None
) -> Call:
    """A usual call of a borrower that is short: who looks ahead looks at the hour when aid is needed."""
    return Call(
        borrower=borrower,
        priority=priority,
        nature=natures.get(priority, ""),
        position=position,
        cover=CoverState.RED,
    )


def _list_lenders(region: Region, pairs: Pairs) -> Mapping[JurisdictionId, _Lender]:
    fleets: defaultdict[JurisdictionId, list[Unit]] = defaultdict(list)
    for unit in region.units.values():
        fleets[unit.jurisdiction_id].append(unit)
    return {name: _lender(fleet, region, posted=pairs.has_area_floor(name)) for name, fleet in fleets.items()}


def _lender(fleet: Sequence[Unit], region: Region, *, posted: bool) -> _Lender:
    by_type: defaultdict[UnitType, list[Unit]] = defaultdict(list)
    for unit in fleet:
        by_type[unit.unit_type].append(unit)
    posts = {
        unit_type: tuple(region.home_of(unit) for unit in units for _ in range(POSTED))
        for unit_type, units in by_type.items()
        if posted
    }
    return _Lender(
        units={
            LEVEL[unit_type]: _at_best(units) for unit_type, units in by_type.items() if unit_type in LEVEL
        },
        loans=Loans(free_by_type=dict.fromkeys(UnitType, PLENTY), free_posts=posts),
    )


def _at_best(units: Sequence[Unit]) -> LentUnit:
    """What clauses on crews may ask is met if any of these units could meet it."""
    crews = [unit.crew_size for unit in units if unit.crew_size is not None]
    types = [unit.nims_type for unit in units if unit.nims_type is not None]
    return LentUnit(
        unit_type=units[0].unit_type,
        certifications=frozenset().union(*(unit.capabilities for unit in units)),
        crew_size=max(crews, default=None),
        nims_type=min(types, default=None),
    )


def _usual_natures(region: Region) -> Mapping[Priority, str]:
    """The commonest nature of each priority in the region's pattern of calls."""
    shares: defaultdict[tuple[str, str], float] = defaultdict(float)
    natures = region.calls.get("natures")
    for row in natures if isinstance(natures, Sequence) else ():
        shares[str(row["priority"]), str(row["name"])] += float(row["share"])
    best: dict[Priority, str] = {}
    for (priority, name), _ in sorted(shares.items(), key=lambda pair: (pair[1], pair[0])):
        best[Priority(priority)] = name
    return best


def _heaviest_cell(grid: Grid, row: int) -> Point | None:
    cells = np.flatnonzero(grid.cell_home == row)
    return grid.cells[int(cells[grid.weight[cells].argmax()])] if len(cells) else None
