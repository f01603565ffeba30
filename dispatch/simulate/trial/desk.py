"""What a dispatcher of a trial can know and ask: own units, neighbours that agreements let come, cover.

The agreements are asked as the live service asks them (``aid.lending``), at the moment, with what counts
against each lender then.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, Refusal
from dispatch.agreements.question import Call, Loans
from dispatch.agreements.restrictions import Trigger
from dispatch.agreements.standing import NO_STANDING, Standing
from dispatch.agreements.terms import Agreement
from dispatch.aid.lending import Lending
from dispatch.aid.overwhelm import state_of
from dispatch.aid.recommend import DEFAULT_HORIZON_SECONDS
from dispatch.aid.waiting import WaitingCall, find_own_need
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import SATISFIED_BY, Unit
from dispatch.simulate.calls import PRIORITIES, TYPES, rows_of
from dispatch.simulate.trial.calls import TrialCalls
from dispatch.simulate.trial.conditions import Conditions
from dispatch.simulate.trial.fleet import Fleet, Loan, lifted
from dispatch.simulate.trial.terrain import Terrain

EMERGENT: Final = tuple(priority.is_emergent for priority in PRIORITIES)
CRITICAL: Final = PRIORITIES.index(Priority.CRITICAL)


class Free(NamedTuple):
    """A free unit and when it would be there, were it sent now; sorts by that, then by unit id."""

    eta_seconds: int
    unit: int


class Permitted(NamedTuple):
    """A neighbour's unit that may come. ``arrival_seconds`` counts from now, the time to ask included."""

    arrival_seconds: int
    unit: int
    eta_seconds: int
    permit: Permit


Heard = Callable[[int, int, Refusal], None]
"""Is told of the call, of the neighbour's unit, and of why it may not come."""


class Desk:
    """The shared desk of all jurisdictions. ``waiting``: calls that nobody has gone to, in their order."""

    def __init__(
        self,
        terrain: Terrain,
        calls: TrialCalls,
        agreements: Sequence[Agreement],
        fleet: Fleet,
        conditions: Conditions,
        *,
        standing: Standing = NO_STANDING,
        heard: Heard | None = None,
    ) -> None:
        """``standing``: closures, each judged at the moment of the question."""
        self._standing, self._heard = standing, heard
        self.terrain, self.scene, self.fleet, self.conditions = terrain, terrain.scene, fleet, conditions
        self.calls, self.rows = calls.calls, rows_of(calls.calls)
        self.begins = calls.calls.begins
        self.pairs = Pairs(agreements)
        self.waiting: list[int] = []
        self.asked_before: dict[int, set[int]] = {}
        """Units that said no or nothing, by call."""
        self._asks_cover = any(isinstance(clause, Trigger) for one in agreements for clause in one.clauses)
        self._home_of = {
            unit.id: station for unit, station in zip(self.scene.units, self.scene.stations, strict=True)
        }
        self._row_of = {name: row for row, name in enumerate(self.scene.jurisdictions)}
        self._fits = [
            frozenset(
                row for row, unit in enumerate(self.scene.units) if unit.unit_type in SATISFIED_BY[need]
            )
            for need in TYPES
        ]
        self._of_home: list[tuple[int, ...]] = [
            tuple(row for row, home in enumerate(self.scene.homes) if home == jurisdiction)
            for jurisdiction in range(len(self.scene.jurisdictions))
        ]
        self.totals = [len(units) for units in self._of_home]
        self._own: dict[tuple[int, int], tuple[int, ...]] = {}
        self._aid: dict[tuple[int, int, bool], tuple[int, ...]] = {}
        self._lenders: dict[tuple[int, bool], frozenset[int]] = {}
        self._main_post: dict[int, int] = {}

    def moment(self, at: float) -> datetime:
        """The second of the trial as a time."""
        return self.begins + timedelta(seconds=at)

    # Free units

    def list_own(self, row: int, at: float) -> list[Free]:
        """The jurisdiction's own free units that fit and that a way leads from, in no order.

        Those that stand by elsewhere are not among them: they have been promised there.
        """
        here = self.rows.jurisdiction[row]
        units = self.units_of(here, self.rows.need[row])
        if here in self.fleet.serves_elsewhere:
            units = tuple(unit for unit in units if self.fleet.serves[unit] == here)
        return self._reach(row, units, at)

    def list_standing_by(self, row: int, at: float) -> list[Permitted]:
        """Neighbours' free units that stand by here and that may go to this call, in no order."""
        here, found = self.rows.jurisdiction[row], []
        if self.fleet.serving[here] == self.fleet.free_at_home[here]:
            return []
        fits = self._fits[self.rows.need[row]]
        rows = [
            unit
            for unit, serves in enumerate(self.fleet.serves)
            if serves == here and self.scene.homes[unit] != here and unit in fits
        ]
        for free in self._reach(row, rows, at):
            permit = self.permit_from_standby(row, free.unit, at)
            if permit is not None:
                found.append(Permitted(free.eta_seconds, free.unit, free.eta_seconds, permit))
        return found

    def list_everybody(self, row: int, at: float) -> list[Free]:
        """All free units that fit, whoever's they are: what a region without borders would see."""
        return self._reach(row, sorted(self._fits[self.rows.need[row]]), at)

    def _reach(self, row: int, units: Sequence[int], at: float) -> list[Free]:
        fleet, place = self.fleet, self.rows.place[row]
        free, believed = fleet.free, fleet.believed_seconds
        emergent = EMERGENT[self.rows.priority[row]]
        found = []
        for unit in units:
            if free[unit]:
                seconds = believed(unit, place, at, emergent=emergent)
                if seconds != float("inf"):
                    found.append(Free(round(seconds), unit))
        return found

    # Neighbours

    def walk_aid(
        self,
        row: int,
        at: float,
        *,
        asked_seconds: int,
        automatic_only: bool = False,
        before: float = float("inf"),
    ) -> Iterator[Permitted]:
        """Neighbours' units that may come, nearest first; each is judged when it is its turn.

        ``asked_seconds`` come before, where the agreement is not automatic. ``before``: only units that
        could be there earlier, were nobody asked.
        """
        home, need = self.rows.jurisdiction[row], self.rows.need[row]
        units = self._list_aid(home, need, automatic_only)
        no = self.asked_before.get(row, ())
        options = [
            free
            for free in self._reach(row, units, at)
            if free.eta_seconds < before
            and free.eta_seconds <= DEFAULT_HORIZON_SECONDS
            and free.unit not in no
        ]
        if not options:
            return
        options.sort()
        lending = self._lending(row, at)
        for eta_seconds, unit in options:
            permit = self._judge(lending, unit, row)
            if permit is None or (automatic_only and not permit.automatic):
                continue
            asked = 0 if permit.automatic else asked_seconds
            yield Permitted(eta_seconds + asked, unit, eta_seconds, permit)

    def find_nearest_aid(self, row: int, at: float, *, asked_seconds: int) -> Permitted | None:
        """The neighbour's unit that would be there first, the time to ask included."""
        best: Permitted | None = None
        for each in self.walk_aid(row, at, asked_seconds=asked_seconds):
            if best is not None and best.arrival_seconds <= each.eta_seconds:
                break  # whoever comes now is farther away even if nobody need be asked
            if best is None or each[:2] < best[:2]:
                best = each
        return best

    def permit_again(self, row: int, unit: int, at: float) -> Permit | None:
        """The same question once the lender says yes: its own request does not stand in its way."""
        lending = self._lending(row, at)
        self._lift(lending, unit, row)
        answer = lending.answer(self.scene.units[unit])
        return None if isinstance(answer, Refusal) else answer

    def permit_from_standby(self, row: int, unit: int, at: float) -> Permit | None:
        """Whether a unit that stands by here may go to this call: out of its home it is already."""
        lending, each = self._lending(row, at), self.scene.units[unit]
        loan = self._lift(lending, unit, row)
        loans = lending.loans[each.jurisdiction_id]
        answer = lending.answer_sent_on(each, loans, under=loan.agreement_id)
        return None if isinstance(answer, Refusal) else answer

    def permit_standby(self, unit: int, borrower: int, at: float) -> Permit | None:
        """Whether the unit may move into the borrower's area to stand by."""
        lending = self._ask(
            Call(
                borrower=self.scene.jurisdictions[borrower],
                priority=Priority.CRITICAL,
                purpose=Purpose.STANDBY,
                cover=self.cover(borrower, at),
            ),
            at,
        )
        if self._is_needed(unit, Priority.CRITICAL, Purpose.STANDBY):
            return None
        self._count_in(lending, self.scene.homes[unit], -1)
        answer = lending.answer(self.scene.units[unit])
        return None if isinstance(answer, Refusal) else answer

    def list_lenders(self, borrower: int, *, automatic_only: bool = False) -> frozenset[int]:
        """The rows of those that ever agreed to lend to the borrower."""
        known = self._lenders.get((borrower, automatic_only))
        if known is None:
            name = self.scene.jurisdictions[borrower]
            known = self._lenders[borrower, automatic_only] = frozenset(
                self._row_of[lender]
                for lender in self.pairs.list_lenders(name)
                if lender in self._row_of and (not automatic_only or self._is_automatic(lender, name))
            )
        return known

    def list_spare(self, borrower: int, post: int, *, keeps: int) -> list[tuple[float, int]]:
        """Free units of lenders that have ``keeps`` more at home, with their way to a post, nearest first."""
        fleet, between = self.fleet, self.terrain.grid.between
        spare = [
            (float(between[fleet.post[unit], post]), unit)
            for lender in sorted(self.list_lenders(borrower))
            if fleet.free_at_home[lender] > keeps
            for unit in self._of_home[lender]
            if fleet.free[unit] and fleet.loan[unit] is None
        ]
        return sorted(spare)

    def main_post(self, jurisdiction: int) -> int:
        """The own post nearest to the jurisdiction's calls; the nearest of all where it has none."""
        known = self._main_post.get(jurisdiction)
        if known is None:
            grid = self.terrain.grid
            mine = np.flatnonzero(grid.cell_home == jurisdiction)
            posts = sorted({self.scene.posts[unit] for unit in self._of_home[jurisdiction]})
            rows = posts or list(range(len(grid.posts)))
            means = np.nan_to_num(grid.out[rows][:, mine] @ grid.weight[mine], nan=np.inf)
            known = self._main_post[jurisdiction] = rows[int(means.argmin())]
        return known

    def cover(self, jurisdiction: int, at: float, row: int | None = None) -> CoverState:
        """As the boards colour it: free ambulances, those lent to its posts too, against calls that wait (and
        this one)."""
        of = self.rows.jurisdiction
        calls = self.waiting if row is None else {*self.waiting, row}
        pending = sum(1 for each in calls if of[each] == jurisdiction)
        lent = len(self.fleet.list_lent_at_posts(jurisdiction, at))
        free = self.fleet.free_at_home[jurisdiction]
        return state_of(free=free, lent=lent, total=self.totals[jurisdiction], pending=pending)

    def may_serve(self, unit: int, row: int) -> bool:
        """Whether a unit could ever be sent to the call: it fits, and is own, near or under an agreement."""
        home = self.rows.jurisdiction[row]
        if unit not in self._fits[self.rows.need[row]]:
            return False
        whose = self.scene.homes[unit]
        return whose == home or self.fleet.serves[unit] == home or whose in self.list_lenders(home)

    def home_units(self, jurisdiction: int) -> tuple[int, ...]:
        """All units of a jurisdiction."""
        return self._of_home[jurisdiction]

    def units_of(self, jurisdiction: int, need: int) -> tuple[int, ...]:
        """A jurisdiction's own units that meet a need, free or not."""
        known = self._own.get((jurisdiction, need))
        if known is None:
            fits = self._fits[need]
            known = tuple(unit for unit in self._of_home[jurisdiction] if unit in fits)
            self._own[jurisdiction, need] = known
        return known

    def _judge(self, lending: Lending, unit: int, row: int) -> Permit | None:
        if self.fleet.loan[unit] is not None or self.needs_it_itself(unit, row):
            return None
        self._count_in(lending, self.scene.homes[unit], row)
        answer = lending.answer(self.scene.units[unit])
        if isinstance(answer, Refusal):
            if self._heard is not None:
                self._heard(row, unit, answer)
            return None
        return answer

    def needs_it_itself(self, unit: int, row: int) -> bool:
        """Whether the lender's own calls, at least as urgent, wait for it: its other units do not do."""
        return self._is_needed(unit, PRIORITIES[self.rows.priority[row]], Purpose.INCIDENT)

    def _is_needed(self, unit: int, priority: Priority, purpose: Purpose) -> bool:
        rows, lender = self.rows, self.scene.homes[unit]
        own = [each for each in self.waiting if rows.jurisdiction[each] == lender]
        if not own or self.conditions.waiting_lenders_lend:
            return False
        name = self.scene.jurisdictions[lender]
        calls = [
            WaitingCall(priority=PRIORITIES[rows.priority[each]], needs=(TYPES[rows.need[each]],))
            for each in own
        ]
        kind, free = self.scene.units[unit].unit_type, self.fleet.free_by_type(lender)
        return (
            find_own_need({name: calls}, name, kind, free=free, priority=priority, purpose=purpose)
            is not None
        )

    def _lift(self, lending: Lending, unit: int, row: int) -> Loan:
        """Let the lender's loans, as counted for the call, be as if the unit's own were not; answers that."""
        loan, each = self.fleet.loan[unit], self.scene.units[unit]
        if loan is None:
            raise LookupError(f"unit {unit} is not lent")
        self._count_in(lending, loan.lender, row)
        loans = lending.loans
        if isinstance(loans, dict):
            loans[each.jurisdiction_id] = lifted(loans[each.jurisdiction_id], loan, each.unit_type)
        return loan

    def _lending(self, row: int, at: float) -> Lending:
        rows = self.rows
        home = rows.jurisdiction[row]
        return self._ask(
            Call(
                borrower=self.scene.jurisdictions[home],
                priority=PRIORITIES[rows.priority[row]],
                nature=self.calls.natures[rows.nature[row]],
                position=self.scene.places[rows.place[row]],
                incident_id=IncidentId(str(rows.incident[row])),
                cover=self.cover(home, at, row) if self._asks_cover else None,
                stated=self.calls.stated[row],
            ),
            at,
        )

    def _ask(self, call: Call, at: float) -> Lending:
        return Lending(
            call=call,
            now=self.moment(at),
            pairs=self.pairs,
            partners=frozenset(),  # whose live positions are seen is of no interest here
            loans=dict[JurisdictionId, Loans](),
            standing=self._standing,
            post_of=self._post_of,
        )

    def _count_in(self, lending: Lending, lender: int, row: int) -> None:
        name, loans = self.scene.jurisdictions[lender], lending.loans
        if isinstance(loans, dict) and name not in loans:
            with_posts = self.pairs.has_area_floor(name)
            loans[name] = self.fleet.loans_of(lender, row=row, with_posts=with_posts)

    def _post_of(self, unit: Unit) -> Point | None:
        return self._home_of.get(unit.id)

    def _is_automatic(self, lender: JurisdictionId, borrower: JurisdictionId) -> bool:
        return any(one.is_automatic(lender) for one in self.pairs.list_for(lender=lender, borrower=borrower))

    def _list_aid(self, jurisdiction: int, need: int, automatic_only: bool) -> tuple[int, ...]:
        known = self._aid.get((jurisdiction, need, automatic_only))
        if known is None:
            lenders, fits = self.list_lenders(jurisdiction, automatic_only=automatic_only), self._fits[need]
            known = self._aid[jurisdiction, need, automatic_only] = tuple(
                unit for unit in sorted(fits) if self.scene.homes[unit] in lenders
            )
        return known
