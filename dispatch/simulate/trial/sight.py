"""The situation of a trial at one moment, as the live service would make it of its picture.

Only what a dispatch centre knows goes in: statuses as reported, typical times for what is left of a stage,
a forecast that may be wrong, and the calls of the last hour.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dispatch.aid.advice.forecast import Forecast
from dispatch.aid.advice.grid import Floats, Grid, Rows
from dispatch.aid.advice.lending_table import lending_table
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.situate import expected_calls
from dispatch.aid.advice.situation import LendingTable, Situation
from dispatch.aid.cover.reading import COUNTED, Capability, Reading
from dispatch.aid.cover.step import CoverMemory, step
from dispatch.model.jurisdiction import CoverState
from dispatch.model.region import Region
from dispatch.model.unit import UnitType
from dispatch.simulate.calls import TYPES
from dispatch.simulate.trial.desk import CRITICAL, Desk

HOUR_SECONDS: Final = 3600.0
INFINITE: Final = float("inf")
SEVERITY: Final = {state: rank for rank, state in enumerate(CoverState)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What of the region a jurisdiction's decisions look at; ``around`` is its row in the region.

    ``areas`` and ``units`` are the region's rows, in order; ``area_of``, ``unit_of`` and ``cell_of`` give the
    part's row of each of the region's, -1 for one outside.
    """

    around: int
    areas: Rows
    units: Rows
    unit_list: tuple[int, ...]
    area_of: Rows
    unit_of: tuple[int, ...]
    cell_of: tuple[int, ...]
    grid: Grid
    home: Rows
    level: Rows


def make_part(desk: Desk, around: int) -> Part:
    """A jurisdiction, its lenders, and their units and cells. Posts are all of the region's."""
    scene, grid = desk.scene, desk.terrain.grid
    areas = np.array(sorted({around, *desk.list_lenders(around)}), dtype=np.int64)
    homes = np.array(scene.homes)
    units = np.flatnonzero(np.isin(homes, areas))
    cells = np.flatnonzero(np.isin(grid.cell_home, areas))
    area_of = _places(areas, len(scene.jurisdictions))
    return Part(
        around=around,
        areas=areas,
        units=units,
        unit_list=tuple(units.tolist()),
        area_of=area_of,
        unit_of=tuple(_places(units, len(scene.units)).tolist()),
        cell_of=tuple(_places(cells, len(grid.cells)).tolist()),
        grid=replace(
            grid,
            jurisdictions=tuple(grid.jurisdictions[row] for row in areas.tolist()),
            cells=tuple(grid.cells[row] for row in cells.tolist()),
            cell_home=area_of[grid.cell_home[cells]],
            weight=grid.weight[cells],
            out=np.ascontiguousarray(grid.out[:, cells]),
            siren=grid.siren[areas],
            chute_seconds=grid.chute_seconds[areas],
            hospital_seconds=grid.hospital_seconds[cells],
        ),
        home=area_of[homes[units]],
        level=np.array(desk.fleet.level)[units],
    )


def _places(rows: Rows, size: int) -> Rows:
    found = np.full(size, -1, dtype=np.int64)
    found[rows] = np.arange(len(rows))
    return found


class Sight:
    """Keeps what is remembered from moment to moment: calls of the last hour, tables, states of cover."""

    def __init__(self, region: Region, forecast: Forecast, practice: Practice) -> None:
        self._region, self.forecast, self._practice = region, forecast, practice
        self._seen = 0
        self._recent: deque[tuple[float, int, bool]] = deque()
        self._last_hour = np.zeros((2, len(forecast.jurisdictions)))
        self._hour_asked = -1
        self._whole: LendingTable | None = None
        self._tables: dict[int, LendingTable] = {}
        self._parts: dict[int, Part] = {}
        self._cover: dict[tuple[int, Capability], CoverMemory] = {}
        self._counted: dict[tuple[int, Capability], tuple[int, ...]] = {}
        self._hour: tuple[int, list[float]] = (-1, [])
        self._free_in: tuple[float, int, list[float]] = (-1.0, -1, [])

    def look(self, desk: Desk, at: float, *, around: int) -> Situation:
        """A jurisdiction's neighbourhood as columns: its own units and those of all that ever lend to it."""
        part = self.part_of(around, desk)
        fleet, rows = desk.fleet, part.units
        free_in = np.array(self.free_in_seconds(desk, at))[rows]
        serves = part.area_of[np.array(fleet.serves)[rows]]
        beyond = serves < 0  # stands by outside: of no use to anybody here
        free_in[beyond] = np.inf
        calls_per_hour = self.expected(desk, at)[part.areas]
        forecast, given = self.forecast, fleet.given_hours
        return Situation(
            now=desk.moment(at),
            grid=part.grid,
            home=part.home,
            serves=np.where(beyond, part.home, serves),
            post=np.array(fleet.post)[rows],
            level=part.level,
            free_in_seconds=free_in,
            lent=np.array([fleet.loan[unit] is not None for unit in part.unit_list]),
            calls_per_hour=calls_per_hour,
            priority_share=forecast.priority_share[part.areas],
            als_share=forecast.als_share[part.areas],
            busy_share=self._busy_share(calls_per_hour, part.home, free_in),
            ledger_hours=np.array([given.net(row, at) for row in part.areas.tolist()]),
            occupancy_seconds=forecast.occupancy_seconds,
            lending=self._table(part, desk, at),
        )

    def part_of(self, around: int, desk: Desk) -> Part:
        """What a jurisdiction's decisions look at."""
        part = self._parts.get(around)
        if part is None:
            part = self._parts[around] = make_part(desk, around)
        return part

    def free_in_seconds(self, desk: Desk, at: float) -> list[float]:
        """Of each unit, when it is expected to be free."""
        moment, changes, known = self._free_in
        if moment != at or changes != desk.fleet.changes:
            known = [desk.fleet.free_in_seconds(unit, at) for unit in range(len(desk.scene.units))]
            self._free_in = (at, desk.fleet.changes, known)
        return known

    def expected(self, desk: Desk, at: float) -> Floats:
        """Calls an hour, per jurisdiction: the forecast, drawn towards the last hour's."""
        self._hear(desk, at)
        return expected_calls(np.array(self._by_hour(desk, at)), self._last_hour[0], self._practice)

    def cover(self, jurisdiction: int, desk: Desk, at: float, *, row: int | None = None) -> CoverState:
        """The worse of its states for any ambulance and for ALS; ``row``: a call that has just come in."""
        self._hear(desk, at)
        worst = CoverState.GREEN
        for capability in Capability:
            reading = self._read(jurisdiction, capability, desk, at, row)
            if reading.total == 0:
                continue
            key = (jurisdiction, capability)
            memory = step(self._cover.get(key), reading, self._practice.alarm, desk.moment(at))
            self._cover[key] = memory
            if SEVERITY[memory.state] > SEVERITY[worst]:
                worst = memory.state
        return worst

    def _read(
        self, jurisdiction: int, capability: Capability, desk: Desk, at: float, row: int | None
    ) -> Reading:
        fleet, scene, rows = desk.fleet, desk.scene, desk.rows
        counted = COUNTED[capability]
        units = self._counted.get((jurisdiction, capability))
        if units is None:
            ours = desk.home_units(jurisdiction)
            units = tuple(unit for unit in ours if scene.units[unit].unit_type in counted)
            self._counted[jurisdiction, capability] = units
        free_in = self.free_in_seconds(desk, at)
        lent = self._count_lent(jurisdiction, counted, desk, at)
        free = sum(1 for unit in units if fleet.free[unit] and fleet.serves[unit] == jurisdiction)
        back = [free_in[unit] for unit in units if not fleet.free[unit]]
        als = capability is Capability.ALS
        pending = [
            each
            for each in (desk.waiting if row is None else {*desk.waiting, row})
            if rows.jurisdiction[each] == jurisdiction and (not als or TYPES[rows.need[each]] in counted)
        ]
        expected = self._by_hour(desk, at)[jurisdiction]
        share = float(self.forecast.als_share[jurisdiction]) if als else 1.0
        return Reading(
            total=len(units),
            free=free + lent,
            lent=lent,
            free_in_seconds=tuple(round(seconds) for seconds in back if seconds != INFINITE),
            pending=len(pending),
            waited_seconds=(_waits(pending, CRITICAL, desk, at), _waits(pending, CRITICAL + 1, desk, at)),
            last_hour=int(self._last_hour[int(als), jurisdiction]),
            expected_per_hour=expected * share,
        )

    def _count_lent(self, jurisdiction: int, counted: frozenset[UnitType], desk: Desk, at: float) -> int:
        """Neighbours' units that stand by here, once they are at their posts."""
        at_posts = desk.fleet.list_lent_at_posts(jurisdiction, at)
        return sum(desk.scene.units[unit].unit_type in counted for unit in at_posts)

    def _hear(self, desk: Desk, at: float) -> None:
        """Count the calls that have come in, and forget those of more than an hour ago."""
        times, rows = desk.rows.at_seconds, desk.rows
        als = COUNTED[Capability.ALS]
        while self._seen < len(times) and times[self._seen] <= at:
            home, needs_als = rows.jurisdiction[self._seen], TYPES[rows.need[self._seen]] in als
            self._recent.append((times[self._seen], home, needs_als))
            self._last_hour[0, home] += 1
            self._last_hour[1, home] += needs_als
            self._seen += 1
        while self._recent and self._recent[0][0] <= at - HOUR_SECONDS:
            _, home, needs_als = self._recent.popleft()
            self._last_hour[0, home] -= 1
            self._last_hour[1, home] -= needs_als

    def _by_hour(self, desk: Desk, at: float) -> list[float]:
        """The forecast of the hour; hours of all time zones with calls begin on a quarter."""
        quarter = int(at // 900)
        if self._hour[0] != quarter:
            self._hour = (quarter, self.forecast.calls_per_hour(desk.moment(at)).tolist())
        return self._hour[1]

    def _busy_share(self, calls_per_hour: Floats, home: Rows, free_in: Floats) -> Floats:
        on_duty = np.bincount(home[np.isfinite(free_in)], minlength=len(calls_per_hour))
        work = calls_per_hour * self.forecast.occupancy_seconds / HOUR_SECONDS
        usual = self._practice.prices.busy_share
        share: Floats = np.where(on_duty > 0, work / np.maximum(on_duty, 1), usual)
        return np.minimum(share, 1.0)

    def _table(self, part: Part, desk: Desk, at: float) -> LendingTable:
        """Who would lend to whom at the beginning of the hour: asked once for the whole region."""
        hour = int(at // HOUR_SECONDS)
        if self._whole is None or self._hour_asked != hour:
            now = desk.moment(hour * HOUR_SECONDS)
            grid = desk.terrain.grid
            self._whole = lending_table(grid, desk.pairs, self._region, now, practice=self._practice)
            self._hour_asked, self._tables = hour, {}
        known = self._tables.get(part.around)
        if known is None:
            among = np.ix_(part.areas, part.areas)
            known = self._tables[part.around] = LendingTable(
                floor=np.ascontiguousarray(self._whole.floor[among]),
                asked_seconds=np.ascontiguousarray(self._whole.asked_seconds[among]),
            )
        return known


def _waits(pending: Sequence[int], priority: int, desk: Desk, at: float) -> int | None:
    waited = [at - desk.rows.at_seconds[row] for row in pending if desk.rows.priority[row] == priority]
    return int(max(waited)) if waited else None
