"""Which unit goes to a call: one's own best before a neighbour's, and aid as the agreements permit it.

The agreements are asked through ``aid.lending``, as the live service asks them: at the call's moment, with
what counts against each lender then. Only lenders with a free suitable unit are asked, nearest first, and
none behind the first that may come; so the nearest permitted unit is found, as if all had been asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, Refusal
from dispatch.agreements.question import Call, Loans
from dispatch.agreements.restrictions import Trigger
from dispatch.aid.lending import Lending
from dispatch.aid.overwhelm import state_of
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import SATISFIED_BY, Unit
from dispatch.simulate.replay.calls import PRIORITIES, TYPES, Calls, rows_of
from dispatch.simulate.replay.scene import Scene
from dispatch.simulate.whatif.fleet import Fleet
from dispatch.simulate.whatif.terms import Terms

EMERGENT: Final = tuple(priority.is_emergent for priority in PRIORITIES)


class Option(NamedTuple):
    """A free unit and when it could be there; sorts by that, then by unit id, as a recommendation does."""

    eta_seconds: int
    unit: int


class Why(NamedTuple):
    """A reason without its figures: its code, and the agreement and clause that it comes from."""

    code: str
    agreement: str
    clause: str


Refused = tuple[tuple[int, tuple[Why, ...]], ...]
"""Lenders, each with why it may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who goes, under which permit (None for one's own), and which nearer lenders may not, with reasons.

    ``option`` None: nobody can come now.
    """

    option: Option | None
    permit: Permit | None = None
    refused: Refused = ()


Heard = Callable[[Lending, Unit, Permit | Refusal], None]
"""Is told of every answer, for whoever wants to ask again."""


def list_of_borrower(pairs: Pairs, borrower: JurisdictionId, *, automatic: bool) -> Sequence[JurisdictionId]:
    """Who agreed to lend to the borrower; with ``automatic``, under which nobody is asked."""
    return [
        lender
        for lender in pairs.list_lenders(borrower)
        if not automatic
        or any(one.is_automatic(lender) for one in pairs.list_for(lender=lender, borrower=borrower))
    ]


class Chooser:
    """The dispatchers of one replay, under one variant's terms."""

    def __init__(
        self, scene: Scene, calls: Calls, terms: Terms, fleet: Fleet, *, heard: Heard | None = None
    ) -> None:
        self._scene, self._terms, self._fleet, self._heard = scene, terms, fleet, heard
        self._calls, self._rows = calls, rows_of(calls)
        self.pairs = Pairs(terms.agreements)
        self._out = scene.ways.out.T.tolist()
        self._own: dict[tuple[int, int], tuple[int, ...]] = {}
        self._aid: dict[tuple[int, int, bool], tuple[int, ...]] = {}
        self._asks_cover = any(
            isinstance(clause, Trigger) for one in terms.agreements for clause in one.clauses
        )
        self._totals = [fleet.free_ground(row) for row in range(len(scene.jurisdictions))]
        self._home_of = {unit.id: station for unit, station in zip(scene.units, scene.stations, strict=True)}

    def may_serve(self, unit: int, row: int) -> bool:
        """Whether a unit could ever be sent to the call: it fits, and is own or under an agreement."""
        jurisdiction, need = self._rows.jurisdiction[row], self._rows.need[row]
        own = self._list_own(jurisdiction, need)
        return unit in own or unit in self._list_aid(jurisdiction, need, automatic=False)

    def choose(self, row: int, *, at: float, waiting: Sequence[int]) -> Choice:
        """Who goes to a call now. ``waiting``: calls of all jurisdictions that nobody has gone to yet."""
        jurisdiction, need = self._rows.jurisdiction[row], self._rows.need[row]
        own = min(self.list_options(row, self._list_own(jurisdiction, need), at=at), default=None)
        others = self._list_aid(jurisdiction, need, automatic=own is not None)
        if not others:
            return Choice(option=own)
        options = self.list_options(row, others, at=at)
        if own is not None:
            options = [option for option in options if option.eta_seconds < own.eta_seconds]
        if not options:
            return Choice(option=own)
        options.sort()
        return self._borrow(row, own, options, self._lending(row, at=at, waiting=waiting))

    def list_options(self, row: int, units: Sequence[int], *, at: float) -> list[Option]:
        """The free ones among ``units`` that a way leads from, with their times of arrival."""
        scene, free, home_at = self._scene, self._fleet.free, self._fleet.home_at
        seconds, emergent = self._out[self._rows.place[row]], EMERGENT[self._rows.priority[row]]
        found = []
        for unit in units:
            if not free[unit]:
                continue
            driving = seconds[scene.posts[unit]]
            if emergent:
                driving /= scene.siren[unit]
            # Still on the way home: the rest of it, and no chute time, for the crew sits in the vehicle.
            before = home_at[unit] - at if home_at[unit] > at else scene.chute_seconds[unit]
            if driving != float("inf"):
                found.append(Option(round(before + driving), unit))
        return found

    def _borrow(self, row: int, own: Option | None, options: Sequence[Option], lending: Lending) -> Choice:
        scene = self._scene
        refused: dict[int, dict[Why, None]] = {}
        for option in options:
            unit, lender = scene.units[option.unit], scene.homes[option.unit]
            if unit.jurisdiction_id not in lending.loans:
                self._count_in(lending, lender, row)
            answer = lending.answer(unit)
            if self._heard is not None:
                self._heard(lending, unit, answer)
            if isinstance(answer, Refusal):
                refused.setdefault(lender, {}).update(dict.fromkeys(_why(answer)))
            elif own is None or answer.automatic:
                refused.pop(lender, None)
                return Choice(option=option, permit=answer, refused=_frozen(refused))
        return Choice(option=own, refused=_frozen(refused))

    def _count_in(self, lending: Lending, lender: int, row: int) -> None:
        name = self._scene.jurisdictions[lender]
        loans = lending.loans
        if isinstance(loans, dict):
            loans[name] = self._fleet.loans_of(
                lender,
                incident=self._rows.incident[row],
                with_posts=self.pairs.has_area_floor(name),
            )

    def _lending(self, row: int, *, at: float, waiting: Sequence[int]) -> Lending:
        calls, rows, loans = self._calls, self._rows, dict[JurisdictionId, Loans]()
        jurisdiction = rows.jurisdiction[row]
        return Lending(
            call=Call(
                borrower=self._scene.jurisdictions[jurisdiction],
                priority=PRIORITIES[rows.priority[row]],
                nature=calls.natures[rows.nature[row]],
                position=self._scene.places[rows.place[row]],
                incident_id=IncidentId(str(rows.incident[row])),
                cover=self._cover(row, waiting),
                stated=calls.stated[row],
            ),
            now=calls.begins + timedelta(seconds=at),
            pairs=self.pairs,
            partners=frozenset(),  # whose live positions are seen is of no interest here
            loans=loans,
            standing=self._terms.standing,
            post_of=self._post_of,
        )

    def _post_of(self, unit: Unit) -> Point | None:
        return self._home_of.get(unit.id)

    def _cover(self, row: int, waiting: Sequence[int]) -> CoverState | None:
        if not self._asks_cover:
            return None
        of = self._rows.jurisdiction
        pending = sum(1 for each in {*waiting, row} if of[each] == of[row])
        return state_of(free=self._fleet.free_ground(of[row]), total=self._totals[of[row]], pending=pending)

    def _list_own(self, jurisdiction: int, need: int) -> tuple[int, ...]:
        known = self._own.get((jurisdiction, need))
        if known is None:
            known = self._own[jurisdiction, need] = self._list_fitting({jurisdiction}, need)
        return known

    def _list_aid(self, jurisdiction: int, need: int, *, automatic: bool) -> tuple[int, ...]:
        known = self._aid.get((jurisdiction, need, automatic))
        if known is None:
            borrower = self._scene.jurisdictions[jurisdiction]
            row_of = self._fleet.row_of
            lenders = {
                row_of[lender]
                for lender in list_of_borrower(self.pairs, borrower, automatic=automatic)
                if lender in row_of
            }
            known = self._aid[jurisdiction, need, automatic] = self._list_fitting(lenders, need)
        return known

    def _list_fitting(self, homes: set[int], need: int) -> tuple[int, ...]:
        fits = SATISFIED_BY[TYPES[need]]
        return tuple(
            row
            for row, unit in enumerate(self._scene.units)
            if self._scene.homes[row] in homes and unit.unit_type in fits
        )


def _frozen(refused: dict[int, dict[Why, None]]) -> Refused:
    return tuple((lender, tuple(reasons)) for lender, reasons in refused.items())


def _why(refusal: Refusal) -> list[Why]:
    return [Why(each.code.value, each.agreement_id or "", each.clause or "") for each in refusal.reasons]
