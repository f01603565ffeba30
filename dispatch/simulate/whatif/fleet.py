"""The fleet of one replay: who is free, who is out under which agreement, and until when."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Final, NamedTuple

from dispatch.agreements.question import Loans
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.unit import UnitType
from dispatch.simulate.replay.scene import Scene
from dispatch.simulate.whatif.watch import Watch

COUNTED_SPAN: Final = timedelta(days=2)
"""How far back loans are kept for caps per day."""


class Freed(NamedTuple):
    """A unit can be sent again. Sorts by moment, then unit: the same order every time."""

    at: float
    unit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """Under what a unit is out, and for which incident."""

    agreement_id: AgreementId
    incident: int


class Fleet:
    """Mutable. Times are seconds from the window's beginning."""

    def __init__(self, scene: Scene, watch: Watch) -> None:
        self._scene, self._watch = scene, watch
        size = len(scene.jurisdictions)
        self.free = [True] * len(scene.units)
        self.home_at = [float("-inf")] * len(scene.units)
        self.row_of: dict[JurisdictionId, int] = {name: row for row, name in enumerate(scene.jurisdictions)}
        self._free_by_type: list[dict[UnitType, int]] = [defaultdict(int) for _ in range(size)]
        self._out: list[dict[AgreementId, int]] = [defaultdict(int) for _ in range(size)]
        self._begun: list[dict[AgreementId, list[datetime]]] = [defaultdict(list) for _ in range(size)]
        self._lent: dict[int, Loan] = {}
        self._busy: list[Freed] = []
        for row in range(len(scene.units)):
            self._count(row, 1, at=float("-inf"))

    def free_ground(self, jurisdiction: int) -> int:
        """A jurisdiction's free ambulances."""
        return self._watch.ground[jurisdiction]

    def send(self, unit: int, *, at: float, free_at: float, home_at: float) -> None:
        """The unit is out from ``at``, can be sent again at ``free_at`` and is home at ``home_at``."""
        self.free[unit], self.home_at[unit] = False, home_at
        heappush(self._busy, Freed(free_at, unit))
        self._count(unit, -1, at=at)

    def lend(self, unit: int, loan: Loan, *, now: datetime) -> None:
        """What the unit is out for is a loan."""
        home = self._scene.homes[unit]
        self._lent[unit] = loan
        self._out[home][loan.agreement_id] += 1
        begun = self._begun[home][loan.agreement_id]
        while begun and begun[0] < now - COUNTED_SPAN:
            del begun[0]
        begun.append(now)

    def list_freed(self, until: float) -> Iterator[Freed]:
        """Each unit that becomes free up to a moment, in order; units sent meanwhile are heard of too."""
        while self._busy and self._busy[0].at <= until:
            freed = heappop(self._busy)
            self.free[freed.unit] = True
            loan = self._lent.pop(freed.unit, None)
            if loan is not None:
                self._out[self._scene.homes[freed.unit]][loan.agreement_id] -= 1
            self._count(freed.unit, 1, at=freed.at)
            yield freed

    def loans_of(self, lender: int, *, incident: int, with_posts: bool) -> Loans:
        """What counts against the lender now. Read at once and not kept: the mappings go on changing."""
        here: dict[AgreementId, int] = defaultdict(int)
        for unit, loan in self._lent.items():
            if loan.incident == incident and self._scene.homes[unit] == lender:
                here[loan.agreement_id] += 1
        return Loans(
            free_by_type=self._free_by_type[lender],
            out_by_agreement=self._out[lender],
            out_on_incident=here,
            begun_at=self._begun[lender],
            free_posts=self._posts(lender) if with_posts else {},
        )

    def _posts(self, lender: int) -> dict[UnitType, list[Point | None]]:
        found: dict[UnitType, list[Point | None]] = defaultdict(list)
        for row, unit in enumerate(self._scene.units):
            if self.free[row] and self._scene.homes[row] == lender:
                found[unit.unit_type].append(self._scene.stations[row])
        return found

    def _count(self, unit: int, by: int, *, at: float) -> None:
        home, unit_type = self._scene.homes[unit], self._scene.units[unit].unit_type
        self._free_by_type[home][unit_type] += by
        self._watch.change(home, unit_type, by, at)
