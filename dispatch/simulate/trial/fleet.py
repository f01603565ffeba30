"""The fleet of one trial: who is free, who stands by where, who is out for whom, and where everybody is."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from dispatch.agreements.permit import Permit
from dispatch.agreements.question import Loans
from dispatch.aid.advice.practice import DEFAULT_PRACTICE
from dispatch.aid.advice.situation import LEVEL
from dispatch.aid.remaining import estimate_free_in_seconds
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.simulate.trial.conditions import Conditions
from dispatch.simulate.trial.terrain import Terrain

COUNTED_SPAN: Final = timedelta(days=2)
"""How far back loans are kept for caps per day."""

LEDGER_MEMORY: Final = DEFAULT_PRACTICE.prices.ledger_memory

AT_POST: Final = float("-inf")


class Mission(NamedTuple):
    """A unit's way through one call, in seconds of the trial. ``clear`` ends its work, ``over`` its way home.

    ``known``: when it is known that it can be sent again. ``lent``: for a neighbour's call.
    """

    row: int
    sent: float
    rolls: float
    arrives: float
    leaves: float
    at_hospital: float
    clear: float
    over: float
    known: float
    lent: bool

    def stage(self, at: float) -> tuple[UnitStatus, float]:
        """What the unit last reported, and since when."""
        if self.lent and at >= self.clear:
            return UnitStatus.AVAILABLE_DELAYED, self.clear
        if at < self.rolls:
            return UnitStatus.DISPATCHED, self.sent
        if at < self.arrives:
            return UnitStatus.EN_ROUTE, self.rolls
        if at < self.leaves or self.clear <= self.leaves:
            return UnitStatus.ON_SCENE, self.arrives
        if at < self.at_hospital:
            return UnitStatus.TRANSPORTING, self.leaves
        return UnitStatus.AT_HOSPITAL, self.at_hospital


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """Under what a unit is out or asked for, from whom to whom; ``row`` the call, -1 to stand by."""

    permit: Permit
    lender: int
    borrower: int
    row: int
    since: datetime

    @property
    def agreement_id(self) -> AgreementId:
        """Of the permit."""
        return self.permit.agreement_id


class Given:
    """Unit-hours that each jurisdiction gave more than it received, fading with time.

    As ``aid.given`` counts them of the record, but one loan after the other: what is nearly forgotten there
    is forgotten, here it goes on fading.
    """

    def __init__(self, jurisdictions: int, memory: timedelta = LEDGER_MEMORY) -> None:
        self._hours, self._at = [0.0] * jurisdictions, [0.0] * jurisdictions
        self._memory_seconds = memory.total_seconds()

    def note(self, loan: Loan, seconds: float, at: float) -> None:
        """A loan has ended that lasted so long."""
        self._add(loan.lender, seconds / 3600, at)
        self._add(loan.borrower, -seconds / 3600, at)

    def net(self, jurisdiction: int, at: float) -> float:
        """What is left of it at a moment."""
        age = at - self._at[jurisdiction]
        return self._hours[jurisdiction] * math.exp(-age / self._memory_seconds)

    def _add(self, jurisdiction: int, hours: float, at: float) -> None:
        self._hours[jurisdiction] = self.net(jurisdiction, at) + hours
        self._at[jurisdiction] = at


class Fleet:
    """Mutable. Lists have one entry per unit; read them, and change them through the methods only."""

    def __init__(
        self,
        terrain: Terrain,
        conditions: Conditions,
        place_of: Callable[[int], int],
        incident_of: Callable[[int], int] = lambda row: row,
        *,
        ledger_memory: timedelta = LEDGER_MEMORY,
    ) -> None:
        """``place_of`` a call, and ``incident_of``: calls of one incident are its units."""
        scene = terrain.scene
        self._terrain, self._scene, self._place_of, self._incident_of = terrain, scene, place_of, incident_of
        self._every = conditions.position_every_seconds
        size = len(scene.units)
        self.free = [True] * size
        """Could be sent now, as far as anybody knows: neither busy nor asked for."""
        self.serves = list(scene.homes)
        self.post = list(scene.posts)
        self.mission: list[Mission | None] = [None] * size
        self.loan: list[Loan | None] = [None] * size
        """Of a unit that is asked for, works or stands by for a neighbour."""
        self.level = [LEVEL[unit.unit_type] for unit in scene.units]
        self._source, self._left, self._there = [0] * size, [AT_POST] * size, [AT_POST] * size
        homes = len(scene.jurisdictions)
        self.free_at_home = [0] * homes
        """Free ambulances that serve their own jurisdiction."""
        self.serving = [0] * homes
        """Free ambulances that serve a jurisdiction, its own and those that stand by there."""
        self.lent_out = [0] * homes
        self.serves_elsewhere: Counter[int] = Counter()
        """How many units of each jurisdiction stand by for another; only those that have any."""
        self.changes = 0
        """Goes up with every unit that is free or not any more."""
        self.given_hours = Given(homes, ledger_memory)
        self._free_by_type: list[dict[UnitType, int]] = [defaultdict(int) for _ in range(homes)]
        self._out: list[dict[AgreementId, int]] = [defaultdict(int) for _ in range(homes)]
        self._begun: list[dict[AgreementId, list[datetime]]] = [defaultdict(list) for _ in range(homes)]
        self._out_ways: list[list[float]] = scene.ways.out.T.astype(float).tolist()
        self._under_way: list[list[float]] = terrain.under_way.astype(float).tolist()
        for unit in range(size):
            self._count(unit, 1)

    # Where units are

    def driving_seconds(self, unit: int, place: int, at: float) -> float:
        """Regular driving from where the unit truly is."""
        return self._driving(unit, place, at)

    def believed_seconds(self, unit: int, place: int, at: float, *, emergent: bool) -> float:
        """From being sent to arrival as the boards have it: the last position reported, and chute time."""
        seen = at
        if self._every and self._there[unit] > at:
            gone = at - self._left[unit]
            seen = self._left[unit] + gone // self._every * self._every
        driving = self._driving(unit, place, seen)
        siren = self._scene.siren[unit] if emergent else 1.0
        return self._scene.chute_seconds[unit] + driving / siren

    def is_rolling(self, unit: int, at: float) -> bool:
        """Whether the unit drives to its post: its crew sits in the vehicle, and needs no chute time."""
        return self._there[unit] > at

    def _driving(self, unit: int, place: int, at: float) -> float:
        from_post = self._out_ways[place][self.post[unit]]
        there = self._there[unit]
        if there <= at:
            return from_post
        left = self._left[unit]
        # Between where it set off and its post: the same share between the ways from either.
        share = min(1.0, max(0.0, (at - left) / (there - left)))
        return (1 - share) * self._under_way[self._source[unit]][place] + share * from_post

    def waiting_seconds(self, unit: int, place: int, at: float, *, emergent: bool) -> float:
        """From being free to arrival, of a busy unit: it starts where its patient is, or is being brought."""
        mission = self.mission[unit]
        if mission is None:
            return float("inf")
        brought = mission.clear > mission.leaves and at >= mission.leaves
        source = self._source[unit] if brought else self._terrain.source_of_cell(self._place_of(mission.row))
        return self._under_way[source][place] / (self._scene.siren[unit] if emergent else 1.0)

    def list_lent_at_posts(self, jurisdiction: int, at: float) -> list[int]:
        """Neighbours' units that stand by for it and could be sent, once they are at their posts."""
        if self.serving[jurisdiction] == self.free_at_home[jurisdiction]:
            return []  # mostly: nobody stands by
        return [
            unit
            for unit, serves in enumerate(self.serves)
            if serves == jurisdiction
            and self._scene.homes[unit] != jurisdiction
            and self.free[unit]
            and not self.is_rolling(unit, at)
        ]

    def count_spare(self, jurisdiction: int, *, level: int = 0) -> int:
        """Free units at home that give at least this level of care."""
        return sum(count for kind, count in self._free_by_type[jurisdiction].items() if LEVEL[kind] >= level)

    def free_by_type(self, jurisdiction: int) -> Mapping[UnitType, int]:
        """Free units at home. Read at once and not kept."""
        return self._free_by_type[jurisdiction]

    # What counts against lenders

    def loans_of(self, lender: int, *, row: int, with_posts: bool) -> Loans:
        """What counts against the lender now. Read at once and not kept: the mappings go on changing."""
        here: dict[AgreementId, int] = defaultdict(int)
        if row >= 0:
            incident = self._incident_of(row)
            for loan in self.loan:
                if loan is None or loan.lender != lender or loan.row < 0:
                    continue
                here[loan.agreement_id] += self._incident_of(loan.row) == incident
        return Loans(
            free_by_type=self._free_by_type[lender],
            out_by_agreement=self._out[lender],
            out_on_incident=here,
            begun_at=self._begun[lender],
            free_posts=self._posts(lender) if with_posts else {},
        )

    def _posts(self, lender: int) -> dict[UnitType, list[Point | None]]:
        found: dict[UnitType, list[Point | None]] = defaultdict(list)
        for unit, each in enumerate(self._scene.units):
            if self.free[unit] and self._scene.homes[unit] == lender and self.loan[unit] is None:
                found[each.unit_type].append(self._scene.stations[unit])
        return found

    # Changes

    def ask(self, unit: int, loan: Loan) -> None:
        """The unit is asked for: nobody else may count on it, and it counts as out."""
        self._count(unit, -1)
        self.free[unit] = False
        self._lend(unit, loan)

    def let_go(self, unit: int) -> None:
        """Nothing came of what the unit was asked for: it is free at home as before."""
        loan = self._end_loan(unit)
        begun = self._begun[loan.lender][loan.agreement_id]
        begun.remove(loan.since)
        self.free[unit] = True
        self._count(unit, 1)

    def send(self, unit: int, mission: Mission, *, source: int, home_post: int) -> None:
        """The unit works until ``mission.known``; it drives home when it is clear."""
        if self.free[unit]:
            self._count(unit, -1)
            self.free[unit] = False
        self.mission[unit] = mission
        self._serve(unit, self._scene.homes[unit])
        self.post[unit] = home_post
        self._source[unit], self._left[unit], self._there[unit] = source, mission.clear, mission.over

    def lend(self, unit: int, loan: Loan) -> None:
        """What the unit is out for from now on is a loan; it may have been asked for, or stand by."""
        if self.free[unit]:
            self._count(unit, -1)
            self.free[unit] = False
        if self.loan[unit] is not None:
            old = self._end_loan(unit)  # goes on as this one: it began once
            self._begun[old.lender][old.agreement_id].remove(old.since)
        self._lend(unit, loan)

    def set_free(self, unit: int) -> None:
        """It is known that the unit has done with its call, a lent one that it is home."""
        mission = self.mission[unit]
        if self.loan[unit] is not None:
            loan = self._end_loan(unit)
            if mission is not None:
                self.given_hours.note(loan, mission.over - mission.sent, mission.known)
        self.mission[unit] = None
        self.free[unit] = True
        self._count(unit, 1)

    def stand_by(self, unit: int, loan: Loan, *, post: int, seconds: float, at: float) -> None:
        """A free unit moves to a neighbour's post and serves there."""
        self._count(unit, -1)
        self._lend(unit, loan)
        self._serve(unit, loan.borrower)
        self._drive(unit, post, seconds, at)
        self._count(unit, 1)

    def go_home(self, unit: int, *, seconds: float, at: float) -> None:
        """A unit that stands by goes back to its own post, free for its own jurisdiction from now on."""
        self._count(unit, -1)
        self.given_hours.note(self._end_loan(unit), at - self._left[unit], at)
        self._serve(unit, self._scene.homes[unit])
        self._drive(unit, self._scene.posts[unit], seconds, at)
        self._count(unit, 1)

    def _serve(self, unit: int, jurisdiction: int) -> None:
        home = self._scene.homes[unit]
        self.serves_elsewhere[home] += (jurisdiction != home) - (self.serves[unit] != home)
        if not self.serves_elsewhere[home]:
            del self.serves_elsewhere[home]
        self.serves[unit] = jurisdiction

    def _drive(self, unit: int, post: int, seconds: float, at: float) -> None:
        source = self._terrain.source_of_post(self.post[unit])
        self._source[unit], self._left[unit], self._there[unit] = source, at, at + seconds
        self.post[unit] = post

    def _lend(self, unit: int, loan: Loan) -> None:
        self.loan[unit] = loan
        self.lent_out[loan.lender] += 1
        self._out[loan.lender][loan.agreement_id] += 1
        begun = self._begun[loan.lender][loan.agreement_id]
        while begun and begun[0] < loan.since - COUNTED_SPAN:
            del begun[0]
        begun.append(loan.since)

    def _end_loan(self, unit: int) -> Loan:
        loan = self.loan[unit]
        if loan is None:
            raise LookupError(f"unit {unit} is not lent")
        self.loan[unit] = None
        self.lent_out[loan.lender] -= 1
        self._out[loan.lender][loan.agreement_id] -= 1
        return loan

    def _count(self, unit: int, by: int) -> None:
        self.changes += 1
        home, serves = self._scene.homes[unit], self.serves[unit]
        self.serving[serves] += by
        if home == serves:
            self.free_at_home[home] += by
            self._free_by_type[home][self._scene.units[unit].unit_type] += by

    # What is expected of busy units

    def free_in_seconds(self, unit: int, at: float) -> float:
        """The live service's estimate of when a busy unit is free: by typical times, knowing nothing more."""
        if self.free[unit]:
            return 0.0
        mission = self.mission[unit]
        if mission is None:  # asked for
            return float("inf")
        status, since = mission.stage(at)
        found = estimate_free_in_seconds(status, in_status_seconds=at - since)
        return float("inf") if found is None else float(found)


def lifted(loans: Loans, loan: Loan, unit_type: UnitType) -> Loans:
    """The same as if this one loan were not: its unit free at home, nothing out for it.

    ``loans`` as counted for the loan's own call; a loan to stand by is for none, and counts in no call's.
    """
    out = {**loans.out_by_agreement}
    out[loan.agreement_id] = out.get(loan.agreement_id, 0) - 1
    here = {**loans.out_on_incident}
    if loan.row >= 0 and here.get(loan.agreement_id):
        here[loan.agreement_id] -= 1
    begun = list(loans.begun_at.get(loan.agreement_id, ()))
    if loan.since in begun:
        begun.remove(loan.since)
    free = {**loans.free_by_type, unit_type: loans.free_by_type.get(unit_type, 0) + 1}
    return replace(
        loans,
        free_by_type=free,
        out_by_agreement=out,
        out_on_incident=here,
        begun_at={**loans.begun_at, loan.agreement_id: begun},
    )
