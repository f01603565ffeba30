"""Who may lend to whom, when and for what: the real ``may_lend``, asked over a week.

Nothing here knows a clause's meaning. What it knows is which questions are alike, so that each is asked
once: between two edges of the week, among priorities that no clause tells apart, and so on.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from shapely.geometry.base import BaseGeometry

from dispatch.agreements.lint.facts import RegionFacts, meets
from dispatch.agreements.lint.week import Week, edges_of, week_after
from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, may_lend
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.restrictions import CallTypes, Priorities, Staffing, Zones
from dispatch.agreements.terms import Agreement
from dispatch.agreements.zones import shape_of
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import SATISFIED_BY, UnitType

OTHER_NATURE: Final = "any other nature"
"""Stands for a nature that no clause names, where the region names none itself."""

PLENTY: Final = 1_000
"""Free units of each type of a lender whose fleet nobody told us: it is taken at its word."""

WHILE_TYPING: Final = 150_000
"""Clauses judged before the linter gives up on the rest: about a second of one processor."""
WITH_PATIENCE: Final = 10_000_000
"""The same for who waits at a terminal."""

_ASKING: Final = 6
"""What one question costs beside clauses and signatures, in clauses."""
_WORDS: Final = 50
"""So many words of a clause cost as much as a clause."""
_MOST_POLYGONS: Final = 8
_LEAST_SHARE: Final = 0.01
"""Pieces of a jurisdiction below this share of its area are a drawing's imprecision."""
_NOWHERE: Final = Point(lon=0.0, lat=-90.0)
"""The post of a unit of unknown post: inside no floor's area."""


class TooMuch(Exception):
    """The texts ask for more than can be judged while somebody types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """What is the same for every question about one lender and one borrower."""

    agreements: tuple[Agreement, ...]
    edges: tuple[datetime, ...]
    alike: Mapping[Priority, Priority]
    natures: tuple[str, ...]
    units: tuple[LentUnit, ...]
    loans: Loans


class Backing:
    """Answers are kept: ask as often as you like. Raises ``TooMuch`` when the budget is spent."""

    def __init__(
        self, agreements: Sequence[Agreement], facts: RegionFacts, now: datetime, *, budget: int
    ) -> None:
        self.pairs, self.facts = Pairs(agreements), facts
        self.week: Week = week_after(agreements, now, facts.time_zone)
        self._pairs: dict[tuple[JurisdictionId, JurisdictionId], _Pair] = {}
        self._answers: dict[tuple[object, ...], Permit | None] = {}
        self._edges: dict[JurisdictionId, tuple[datetime, ...]] = {}
        self._in_force: dict[tuple[object, ...], tuple[Agreement, ...]] = {}
        self._told: dict[tuple[object, ...], tuple[Mapping[Priority, Priority], tuple[str, ...]]] = {}
        self._weights = {(each.id, each.version): _weight(each) for each in agreements}
        self._cells: dict[JurisdictionId, tuple[tuple[Point | None, float], ...]] = {}
        self._left = budget

    def list_lenders(self, borrower: JurisdictionId) -> tuple[JurisdictionId, ...]:
        """Who has any agreement to lend to the borrower."""
        return self.pairs.list_lenders(borrower)

    def list_edges(self, borrower: JurisdictionId) -> tuple[datetime, ...]:
        """The moments of the week between which nothing changes for the borrower."""
        if borrower not in self._edges:
            edges = {self.week.start}
            for lender in self.list_lenders(borrower):
                edges.update(self._pair(lender, borrower).edges)
            self._edges[borrower] = tuple(sorted(edges))
        return self._edges[borrower]

    def list_pair_edges(self, lender: JurisdictionId, borrower: JurisdictionId) -> tuple[datetime, ...]:
        """The same for one lender alone."""
        return self._pair(lender, borrower).edges

    def list_priorities(self, lender: JurisdictionId, borrower: JurisdictionId) -> tuple[Priority, ...]:
        """One of each kind of priorities that no clause of the pair tells apart."""
        return tuple(dict.fromkeys(self._pair(lender, borrower).alike.values()))

    def find_permit(
        self,
        *,
        lender: JurisdictionId,
        borrower: JurisdictionId,
        need: UnitType,
        priority: Priority,
        at: datetime,
        nature: str | None = None,
        cell: int | None = None,
    ) -> Permit | None:
        """The permit under which some unit of the lender may come; None where none may.

        ``nature`` None: for some nature. ``cell`` None: to some place of the borrower; else to that one
        of ``list_cells``.
        """
        pair = self._pair(lender, borrower)
        edge = bisect_right(pair.edges, at) - 1
        priority = pair.alike[priority]
        key = (lender, borrower, need, priority, edge, nature, cell)
        if key not in self._answers:
            cells = self.list_cells(borrower)
            calls = self._list_calls(
                borrower,
                priority,
                pair.natures if nature is None else (nature,),
                cells if cell is None else cells[cell : cell + 1],
            )
            self._answers[key] = self._ask(lender, pair, need, calls, at=pair.edges[edge])
        return self._answers[key]

    def list_cells(self, borrower: JurisdictionId) -> Sequence[tuple[Point | None, float]]:
        """Places of the borrower that zones tell apart, each with its share of the area; at least one."""
        if borrower not in self._cells:
            place = self.facts.places.get(borrower)
            self._cells[borrower] = tuple(
                _cells(place.area if place else None, self._list_zone_areas(borrower))
            )
        return self._cells[borrower]

    def list_natures(self, borrower: JurisdictionId) -> Mapping[str, str]:
        """Natures that some clause tells apart, and one for all the others; each with what to call it."""
        lenders = self.list_lenders(borrower)
        # Once each: a compact of a thousand parties is every lender's.
        every = (a for each in lenders for a in self._pair(each, borrower).agreements)
        agreements = {(a.id, a.version): a for a in every}.values()
        named = _list_named(agreements)
        return {
            nature: nature if nature.casefold() in named else OTHER_NATURE
            for nature in _natures(agreements, self.facts)
        }

    def list_permits(
        self,
        *,
        lender: JurisdictionId,
        borrower: JurisdictionId,
        need: UnitType,
        priority: Priority,
        at_most: int,
    ) -> list[Permit]:
        """What several agreements say to one question at the week's start, each by itself, best first."""
        pair, now = self._pair(lender, borrower), self.week.start
        found: list[Permit] = []
        for call in self._list_calls(borrower, pair.alike[priority], pair.natures, self.list_cells(borrower)):
            for unit in (unit for unit in pair.units if meets(need, unit)):
                said = (
                    self._judge(one, lender, unit, call, pair, now)
                    for one in self._bound(pair, lender, call, now)
                )
                permits = list(islice((one for one in said if one is not None), at_most))
                found = max(found, permits, key=len)
                if len(found) == at_most:
                    return found
        return found

    def _list_calls(
        self,
        borrower: JurisdictionId,
        priority: Priority,
        natures: Iterable[str],
        cells: Iterable[tuple[Point | None, float]],
    ) -> list[Call]:
        return [
            Call(borrower=borrower, priority=priority, nature=nature, position=place, cover=CoverState.RED)
            for nature in natures
            for place, _ in cells
        ]

    def _ask(
        self, lender: JurisdictionId, pair: _Pair, need: UnitType, calls: Sequence[Call], *, at: datetime
    ) -> Permit | None:
        """The first permit. Agreement by agreement, as ``may_lend`` itself judges each by itself."""
        units = [unit for unit in pair.units if meets(need, unit)]
        for agreement in self._bound(pair, lender, calls[0], at) if units and calls else ():
            for call in calls:
                for unit in units:
                    permit = self._judge(agreement, lender, unit, call, pair, at)
                    if permit is not None:
                        return permit
        return None

    def _judge(
        self,
        agreement: Agreement,
        lender: JurisdictionId,
        unit: LentUnit,
        call: Call,
        pair: _Pair,
        now: datetime,
    ) -> Permit | None:
        self._spend(self._weights[agreement.id, agreement.version])
        answer = may_lend((agreement,), lender=lender, unit=unit, call=call, loans=pair.loans, now=now)
        return answer if isinstance(answer, Permit) else None

    def _bound(self, pair: _Pair, lender: JurisdictionId, call: Call, now: datetime) -> tuple[Agreement, ...]:
        """The pair's agreements in force then, best first: none that is replaced or superseded."""
        key = (lender, call.borrower, now)
        if key not in self._in_force:
            self._spend(sum(self._weights[each.id, each.version] for each in pair.agreements))
            self._in_force[key] = self.pairs.list_in_force(lender=lender, borrower=call.borrower, now=now)
        return self._in_force[key]

    def _spend(self, clauses: int) -> None:
        self._left -= clauses
        if self._left < 0:
            raise TooMuch

    def _pair(self, lender: JurisdictionId, borrower: JurisdictionId) -> _Pair:
        key = (lender, borrower)
        if key not in self._pairs:
            agreements = self.pairs.list_for(lender=lender, borrower=borrower)
            units, loans = self._fleet(lender, agreements)
            alike, natures = self._tell_apart(agreements)
            self._pairs[key] = _Pair(
                agreements=agreements,
                edges=edges_of(agreements, self.week, lender=lender, borrower=borrower),
                alike=alike,
                natures=natures,
                units=units,
                loans=loans,
            )
        return self._pairs[key]

    def _tell_apart(
        self, agreements: Sequence[Agreement]
    ) -> tuple[Mapping[Priority, Priority], tuple[str, ...]]:
        """The kinds of priorities and the natures that these agreements tell apart: read once."""
        key = tuple((each.id, each.version) for each in agreements)
        if key not in self._told:
            self._told[key] = _alike(agreements), _natures(agreements, self.facts)
        return self._told[key]

    def _fleet(
        self, lender: JurisdictionId, agreements: Sequence[Agreement]
    ) -> tuple[tuple[LentUnit, ...], Loans]:
        units = self.facts.fleets.get(lender)
        if units is None:
            return _taken_at_its_word(agreements, self.facts)
        posts: dict[UnitType, list[Point | None]] = {}
        for unit in units:
            posts.setdefault(unit.unit_type, []).append(unit.post)
        loans = Loans(free_by_type=self.facts.held[lender], free_posts=posts)
        if not self.pairs.has_area_floor(lender):
            units = tuple(replace(unit, post=None) for unit in units)
        return tuple(dict.fromkeys(units)), loans

    def _list_zone_areas(self, borrower: JurisdictionId) -> list[str]:
        areas = {
            clause.area: None
            for agreement in self.pairs.list_of(borrower)
            for clause in agreement.clauses
            if isinstance(clause, Zones) and clause.area and clause.borrower in (None, borrower)
        }
        return list(areas)[:_MOST_POLYGONS]


def _weight(agreement: Agreement) -> int:
    """What one question costs, in clauses: its words and signatures are looked through too."""
    words = sum(len(c.allow) + len(c.deny) for c in agreement.clauses if isinstance(c, CallTypes))
    return len(agreement.clauses) + words // _WORDS + len(agreement.signatures) // 4 + _ASKING


def _alike(agreements: Sequence[Agreement]) -> Mapping[Priority, Priority]:
    """Each priority's representative among those that no clause tells apart from it."""
    allowed = [c.allow for a in agreements for c in a.clauses if isinstance(c, Priorities)]
    first: dict[tuple[bool, ...], Priority] = {}
    return {p: first.setdefault(tuple(p in allow for allow in allowed), p) for p in Priority}


def _list_named(agreements: Iterable[Agreement]) -> Mapping[str, str]:
    return {
        word.casefold(): word
        for agreement in agreements
        for clause in agreement.clauses
        if isinstance(clause, CallTypes)
        for word in (*clause.allow, *clause.deny)
    }


def _natures(agreements: Iterable[Agreement], facts: RegionFacts) -> tuple[str, ...]:
    named = _list_named(agreements)
    known = {nature.casefold(): nature for nature in facts.natures}
    others = [nature for key, nature in known.items() if key not in named]
    told = [word for key, word in named.items() if not known or key in known]
    return (*([] if known and not others else [others[0] if others else OTHER_NATURE]), *told)


def _cells(area: BaseGeometry | None, polygons: Sequence[str]) -> Iterator[tuple[Point | None, float]]:
    if area is None:
        yield None, 1.0
        for polygon in polygons:
            yield _inside(shape_of(polygon)), 0.0
        return
    pieces = [area]
    for polygon in polygons:
        shape = shape_of(polygon)
        pieces = [
            part
            for piece in pieces
            for part in (piece.difference(shape), piece.intersection(shape))
            if part.area > _LEAST_SHARE * area.area
        ]
    for piece in pieces or [area]:
        yield _inside(piece), piece.area / area.area


def _inside(shape: BaseGeometry) -> Point:
    point = shape.representative_point()
    return Point(lon=point.x, lat=point.y)


def _taken_at_its_word(
    agreements: Sequence[Agreement], facts: RegionFacts
) -> tuple[tuple[LentUnit, ...], Loans]:
    asked = {
        word
        for agreement in agreements
        for clause in agreement.clauses
        if isinstance(clause, Staffing)
        for word in clause.certifications
    }
    held = facts.certifications | asked
    units = tuple(
        LentUnit(unit_type=kind, certifications=held, crew_size=PLENTY, nims_type=1, post=_NOWHERE)
        for kind in SATISFIED_BY
    )
    return units, Loans(free_by_type=dict.fromkeys(UnitType, PLENTY))
