"""A region that lives: units move along roads, calls come in, dispatchers act, through the real services.

For demonstrations and trials. Positions and statuses go in as a feed's reports do; every decision is
made by the same use cases that people's consoles call.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from dispatch.aid.assignment import Assignment
from dispatch.aid.request import AidRequest
from dispatch.model.clock import Clock
from dispatch.model.errors import DispatchError
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.principal import Principal, Role
from dispatch.model.unit import UnitStatus
from dispatch.routing.travel import TravelTimes
from dispatch.services.house import Services
from dispatch.services.intake import UnitReport
from dispatch.services.ports import Reader, Store
from dispatch.simulate.crew import Crew, Pace, Wish
from dispatch.simulate.demand import Demand
from dispatch.simulate.desk import Desk

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
MOVING_REPORT_SECONDS = 2.0
WAITING_REPORT_SECONDS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a demonstration starts with.

    ``borrower`` and ``lender`` are played by people. ``borrower`` is overwhelmed: all its units are out,
    and for ``surge_seconds`` every one that is freed is called out again. Without ``calls`` nothing
    else happens; ``intensity`` multiplies the region's own rate of calls.
    """

    borrower: JurisdictionId
    lender: JurisdictionId
    surge_seconds: float = 1800.0
    calls: bool = True
    intensity: float = 1.0
    seed: int = 7

    @property
    def humans(self) -> frozenset[JurisdictionId]:
        """Jurisdictions whose requests nobody answers but people."""
        return frozenset({self.borrower, self.lender})


@dataclass(frozen=True, slots=True)
class _Known:
    live: Mapping[UnitId, Assignment]
    outstanding: Sequence[AidRequest]
    standbys: frozenset[IncidentId]


class Drive:
    """Runs a scene until stopped. Owns one thread for its own road searches."""

    def __init__(
        self,
        services: Services,
        store: Store,
        *,
        travel: TravelTimes,
        places: Mapping[JurisdictionId, Sequence[Point]],
        scene: Scene,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self._services, self._store, self._clock, self._scene = services, store, clock, scene
        self._travel = travel
        self._engine = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drive")
        chance = random.Random(scene.seed)
        region = services.region
        self._demand = Demand(region, places, chance=chance, intensity=scene.intensity)
        self._desk = Desk(services, scene.humans, chance)
        self._crews = {
            unit.id: Crew(unit, region.home_of(unit) or region.centre, pace=pace, chance=chance)
            for unit in region.units.values()
        }
        self._reported: dict[UnitId, datetime] = {}
        self._started = clock()

    async def run(self) -> None:
        """Start the scene and tick until cancelled. One failed tick is logged and the next goes on."""
        try:
            await self._open_scene()
            while True:
                began = asyncio.get_running_loop().time()
                try:
                    await self.tick()
                except DispatchError as error:
                    log.warning("drive.tick_failed", code=error.code, error=str(error))
                spent = asyncio.get_running_loop().time() - began
                await asyncio.sleep(max(0.05, TICK_SECONDS - spent))
        finally:
            self._engine.shutdown(wait=False, cancel_futures=True)

    async def tick(self) -> None:
        """One step: hear from the record, let crews live, report, take calls, answer requests."""
        now = self._clock()
        known = await self._store.read(_know)
        for unit_id, crew in self._crews.items():
            live = known.live.get(unit_id)
            stands_by = live is not None and live.incident_id in known.standbys
            crew.observe(live, now=now, stands_by=stands_by)
        await self._report(await self._live(known, now), now)
        for call in self._demand.list_calls(now, span=timedelta(seconds=TICK_SECONDS)):
            if self._scene.calls and call.jurisdiction_id not in self._scene.humans:
                await self._desk.take(call, now=now)
        await self._keep_overwhelmed(known, now)
        for request in known.outstanding:
            await self._desk.answer(request, now=now)
        # Read again: what this tick has sent out must not look as if its units had left already.
        known = await self._store.read(_know)
        busy = Counter(assignment.incident_id for assignment in known.live.values())
        asked = frozenset(request.incident_id for request in known.outstanding)
        await self._desk.follow(busy, asked, now=now)

    async def _open_scene(self) -> None:
        now = self._clock()
        known = await self._store.read(_know)
        on_duty = {unit_id: UnitStatus.AVAILABLE for unit_id in self._crews if unit_id not in known.live}
        await self._report(on_duty, now, everyone=True)
        await self._keep_overwhelmed(known, now)

    async def _keep_overwhelmed(self, known: _Known, now: datetime) -> None:
        """While the surge lasts, whatever the borrower has free is called out."""
        where = self._scene.borrower
        if (now - self._started).total_seconds() >= self._scene.surge_seconds:
            return
        for crew in self._crews.values():
            if crew.unit.jurisdiction_id != where or crew.unit.id in known.live:
                continue
            if crew.status is UnitStatus.AVAILABLE:
                await self._desk.send(self._demand.draw(where), crew.unit, now=now)

    async def _live(self, known: _Known, now: datetime) -> dict[UnitId, UnitStatus]:
        said: dict[UnitId, UnitStatus] = {}
        for unit_id, crew in self._crews.items():
            status = crew.tick(now)
            if crew.wish is not None:
                status = await self._set_off(crew, known.live.get(unit_id), now) or status
            if status is not None:
                said[unit_id] = status
        return said

    async def _set_off(self, crew: Crew, live: Assignment | None, now: datetime) -> UnitStatus | None:
        target = await self._target(crew, live)
        if target is None:
            crew.wish = Wish.HOME
            target = crew.home
        way, seconds = await asyncio.get_running_loop().run_in_executor(
            self._engine, self._find_way, crew.position, target
        )
        factor = self._services.region.jurisdictions[crew.unit.jurisdiction_id].agency.siren_factor
        hurry = factor if crew.is_in_a_hurry else 1.0
        return crew.drive(way, seconds=seconds / hurry, now=now)

    async def _target(self, crew: Crew, live: Assignment | None) -> Point | None:
        if crew.wish is Wish.SCENE and live is not None:
            incident_id: IncidentId = live.incident_id
            incident = await self._store.read(lambda reader: reader.find_incident(incident_id))
            return incident.position if incident else None
        if crew.wish is Wish.HOSPITAL:
            return await asyncio.get_running_loop().run_in_executor(
                self._engine, self._find_hospital, crew.position
            )
        return crew.home

    def _find_way(self, source: Point, target: Point) -> tuple[tuple[Point, ...], float]:
        seconds = float(self._travel.to_target(self._travel.snap([source]), target).seconds[0])
        if seconds == float("inf"):
            return (source, target), 600.0
        return self._travel.path(source, target), seconds

    def _find_hospital(self, source: Point) -> Point | None:
        here = self._travel.snap([source])
        reach = [
            (float(self._travel.to_target(here, hospital.position).seconds[0]), hospital.id)
            for hospital in self._services.region.hospitals.values()
        ]
        return self._services.region.hospitals[min(reach)[1]].position if reach else None

    async def _report(
        self, said: Mapping[UnitId, UnitStatus], now: datetime, *, everyone: bool = False
    ) -> None:
        """Send what is new as each jurisdiction's own feed: statuses at once, positions when due."""
        by_home: dict[JurisdictionId, list[UnitReport]] = {}
        for unit_id, crew in self._crews.items():
            every = MOVING_REPORT_SECONDS if crew.leg is not None else WAITING_REPORT_SECONDS
            last = self._reported.get(unit_id)
            due = last is None or (now - last).total_seconds() >= every
            if not (due or everyone or unit_id in said):
                continue
            self._reported[unit_id] = now
            report = UnitReport(
                unit_id=unit_id,
                at=now,
                status=said.get(unit_id),
                position=crew.position,
                speed_mps=crew.leg.speed_mps if crew.leg else 0.0,
            )
            by_home.setdefault(crew.unit.jurisdiction_id, []).append(report)
        for home, reports in by_home.items():
            name = f"AVL {self._services.region.jurisdictions[home].name}"
            feed = Principal(id=f"feed-{home}", role=Role.FEED, jurisdiction_id=home, display_name=name)
            for start in range(0, len(reports), 500):
                await self._services.intake.report(feed, reports[start : start + 500])


def _know(reader: Reader) -> _Known:
    return _Known(
        live={assignment.unit_id: assignment for assignment in reader.list_live_assignments()},
        outstanding=reader.list_requests(outstanding_only=True),
        standbys=frozenset(i.id for i in reader.list_incidents(active_only=True) if not i.is_call),
    )
