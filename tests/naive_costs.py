"""What sending a unit costs, worked out by hand: one cell and one unit at a time, from the formulas alone.

``late_p(r) = w_p (sigmoid((r - T_p) / slope) + .02 r)`` with r in minutes from the call to the arrival, and
``J(u) = late_p(r_u) + omega lam_l H/60 pi L_l(u) + c_aid + c_led max(0, ledger_l) + fatigue_u``, where
``L_l(u) = sum_j d_j (1 - q) q^(k_j - 1) [u reaches j]``: what of the calls that need ALS the ALS units cover,
and of the rest any. The ledger's part is there where the agreement says so; nothing but arrival and cover
counts for a life-threatening call.
"""

import math
from dataclasses import dataclass

from dispatch.agreements.provisions import Balance
from dispatch.aid.advice.counsel import Counsel, CoverFigures
from dispatch.aid.candidates import Candidate, OwnUnit
from dispatch.model.incident import Priority
from dispatch.model.unit import Unit, UnitType
from tests.make_explained import Case
from tests.make_live import NOON
from tests.naive_explained import STAGE, Naive

BLS, ALS, CRITICAL_CARE = (
    UnitType.BLS_AMBULANCE,
    UnitType.ALS_AMBULANCE,
    UnitType.CRITICAL_CARE_AMBULANCE,
)
IN_COVER = (BLS, ALS, CRITICAL_CARE)


@dataclass(frozen=True)
class Parts:
    """All in late life-threatening calls."""

    arrival_seconds: int
    lateness: float
    cover_loss: float
    aid_price: float
    ledger_price: float
    crew_price: float

    @property
    def cost(self) -> float:
        return math.fsum((self.lateness, self.cover_loss, self.aid_price, self.ledger_price, self.crew_price))


class Costs:
    """One case, counted by hand."""

    def __init__(self, case: Case, counsel: Counsel, known: CoverFigures) -> None:
        self.case, self.naive, self.known = case, Naive(case), known
        self.practice, self.grid = counsel.practice, known.grid

    def parts(self, shown: Candidate | OwnUnit) -> Parts:
        unit = self.case.world.region.units[shown.unit_id]
        priority, prices = self.case.incident.priority, self.practice.prices
        assert shown.arrival
        waited = (NOON - self.case.incident.opened_at).total_seconds()
        arrival = round(waited) + sum(seconds for _, seconds in shown.arrival.parts)
        spared = isinstance(shown, Candidate) and priority is not Priority.CRITICAL
        ledger = self.known.ledger_hours or {}
        owed = ledger.get(unit.jurisdiction_id, 0.0) if self.is_in_cover(unit) else 0.0
        return Parts(
            arrival_seconds=arrival,
            lateness=self.late(arrival / 60, priority),
            cover_loss=self.loss(unit) if self.is_in_cover(unit) else 0.0,
            aid_price=prices.aid if spared else 0.0,
            ledger_price=prices.ledger_per_hour * max(0.0, owed)
            if spared and isinstance(shown, Candidate) and self.spares_the_giver(shown)
            else 0.0,
            crew_price=self.tired(shown) if spared and isinstance(shown, Candidate) else 0.0,
        )

    def spares_the_giver(self, shown: Candidate) -> bool:
        """Whether the text says so under which the unit would come."""
        text = (shown.permit.agreement_id, shown.permit.agreement_version)
        agreement = next(one for one in self.case.world.agreements if (one.id, one.version) == text)
        return any(clause.spares_the_giver for clause in agreement.clauses if isinstance(clause, Balance))

    def late(self, minutes: float, priority: Priority) -> float:
        target = self.practice.targets[priority]
        beyond = (minutes - target.within_seconds / 60) / (self.practice.slope_seconds / 60)
        return target.weight * ((1 + math.tanh(beyond / 2)) / 2 + self.practice.per_minute * minutes)

    def tired(self, shown: Candidate) -> float:
        if shown.crew is None:
            return 0.0
        return shown.crew.price + (self.practice.prices.better_by if shown.crew.another_first else 0.0)

    def is_in_cover(self, unit: Unit) -> bool:
        """An ambulance on the ground with a post of its own."""
        return unit.unit_type in IN_COVER and self.case.world.region.home_of(unit) is not None

    def loss(self, unit: Unit) -> float:
        home, prices = unit.jurisdiction_id, self.practice.prices
        row = self.grid.jurisdictions.index(home)
        als_share = float(self.known.forecast.als_share[row])
        shares = self.known.forecast.priority_share[row].tolist()
        mean_weight = math.fsum(
            share * self.practice.targets[priority].weight
            for share, priority in zip(shares, Priority, strict=True)
        )
        lost = 0.0
        for cell, home_row in enumerate(self.grid.cell_home.tolist()):
            if home_row == row and self.reaches(unit, cell):
                any_unit = self.worth(unit, cell, IN_COVER)
                als = self.worth(unit, cell, (ALS, CRITICAL_CARE)) if unit.unit_type is not BLS else 0.0
                lost += float(self.grid.weight[cell]) * ((1 - als_share) * any_unit + als_share * als)
        hours = prices.loss_horizon.total_seconds() / 3600
        return prices.loss_factor * self.calls_per_hour(row) * hours * mean_weight * lost

    def worth(self, unit: Unit, cell: int, kinds: tuple[UnitType, ...]) -> float:
        """(1 - q) q^(k - 1): the unit is the k-th; one that is busy is counted as if it were free."""
        free = [u for u in self.fleet(unit.jurisdiction_id) if self.naive.is_free(u) and u.unit_type in kinds]
        k = len({u.id for u in free if self.reaches(u, cell)} | {unit.id})
        q = self.busy_share(unit.jurisdiction_id)
        return (1 - q) * q ** (k - 1)

    def reaches(self, unit: Unit, cell: int) -> bool:
        post = self.case.world.region.home_of(unit)
        assert post is not None
        row = self.grid.jurisdictions.index(unit.jurisdiction_id)
        drive = float(self.grid.out[self.grid.posts.index(post), cell]) / float(self.grid.siren[row])
        in_time = self.practice.targets[Priority.CRITICAL].within_seconds
        return drive + float(self.grid.chute_seconds[row]) <= in_time

    def fleet(self, home: str) -> list[Unit]:
        units = self.case.world.region.units.values()
        return [u for u in units if u.jurisdiction_id == home and self.is_in_cover(u)]

    def calls_per_hour(self, row: int) -> float:
        """The forecast, drawn towards the last hour's count."""
        name = self.grid.jurisdictions[row]
        forecast = float(self.known.forecast.calls_per_hour(NOON)[row])
        if self.known.last_hour is None:
            return forecast
        prior = self.practice.alarm.prior_calls
        return 60 * (prior + self.known.last_hour.get(name, 0)) / (prior / (forecast / 60) + 60)

    def busy_share(self, home: str) -> float:
        """Work over units on duty, between .2 and .6."""
        on_duty = sum(self.is_on_duty(unit) for unit in self.fleet(home))
        row = self.grid.jurisdictions.index(home)
        work = self.calls_per_hour(row) * self.known.forecast.occupancy_seconds / 3600
        share = work / on_duty if on_duty else self.practice.prices.busy_share
        return min(0.6, max(0.2, share))

    def is_on_duty(self, unit: Unit) -> bool:
        """Whoever could be sent, or whose work has an end that one can say; nobody who is off."""
        if self.naive.status(unit) in ("off_duty", "out_of_service"):
            return False
        return self.naive.is_busy(unit) or self.naive.status(unit) in (*STAGE, "available")
