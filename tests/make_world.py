"""A small fictional region in squares, and services that run on it.

Harlow, Cedar and Elm lie side by side from west to east; Gale lies beyond and has no agreements.
Harlow is where things happen; Cedar and Elm lend.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from shapely.geometry import box

from dispatch.api.frames import Frame
from dispatch.model.clock import ManualClock
from dispatch.model.geo import Point
from dispatch.model.ids import (
    IdSource,
    IncidentId,
    JurisdictionId,
    RequestId,
    StationId,
    UnitId,
    random_ids,
)
from dispatch.model.incident import Need, Priority
from dispatch.model.jurisdiction import Agency, Jurisdiction, Station
from dispatch.model.principal import Principal, Role
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitStatus, UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.services.adoption import adopt
from dispatch.services.audience import KIND, Table
from dispatch.services.bus import Bus
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.cover import CoverWatch
from dispatch.services.escalation import Escalation
from dispatch.services.house import Services, open_services
from dispatch.services.incidents import IncidentDraft
from dispatch.services.intake import Outcome, UnitReport
from dispatch.services.ports import Store
from tests.contract import require_shape

HARLOW, CEDAR, ELM, GALE = (JurisdictionId(name) for name in ("harlow", "cedar", "elm", "gale"))
WEST, SOUTH, SIDE = -100.0, 40.0, 0.2
A, B = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE
FLEET: dict[str, UnitType] = {
    **{"h1": A, "h2": B},
    **{"c1": A, "c2": A, "c3": A, "c4": B},
    **{"e1": A, "e2": A},
    "g1": A,
}
HOMES = {"h": HARLOW, "c": CEDAR, "e": ELM, "g": GALE}
ORDER = (HARLOW, CEDAR, ELM, GALE)


def centre_of(jurisdiction_id: JurisdictionId) -> Point:
    return Point(lon=WEST + SIDE * (ORDER.index(jurisdiction_id) + 0.5), lat=SOUTH + SIDE / 2)


SCENE = Point(lon=WEST + 0.11, lat=SOUTH + 0.11)
"""A place in Harlow, far from its borders."""


def make_region() -> Region:
    return Region(
        name="Squares",
        fictional=True,
        attribution=("Made up for tests",),
        time_zone="America/Chicago",
        centre=centre_of(CEDAR),
        bbox=(WEST, SOUTH, WEST + 4 * SIDE, SOUTH + SIDE),
        jurisdictions={
            each: Jurisdiction(
                id=each,
                name=each.capitalize(),
                kind="county",
                agency=Agency(name=f"{each.capitalize()} EMS", telephone="555-0100"),
                area=box(WEST + SIDE * place, SOUTH, WEST + SIDE * (place + 1), SOUTH + SIDE),
            )
            for place, each in enumerate(ORDER)
        },
        stations={
            StationId(each): Station(
                id=StationId(each), name=each, jurisdiction_id=each, position=centre_of(each)
            )
            for each in ORDER
        },
        hospitals={},
        units={
            UnitId(name): Unit(
                id=UnitId(name),
                call_sign=name.upper(),
                jurisdiction_id=HOMES[name[0]],
                unit_type=unit_type,
                station_id=StationId(HOMES[name[0]]),
            )
            for name, unit_type in FLEET.items()
        },
        digest="0" * 64,
    )


def agreement_text(
    lender: str,
    borrower: str,
    *,
    kind: str = "mutual",
    floor: int = 1,
    answer_seconds: int = 60,
    until: str = "2027-01-01T00:00:00Z",
    version: int = 1,
    signed_by: Sequence[str] | None = None,
) -> str:
    discretion = "false" if kind == "automatic" else "true"
    signatures = "\n".join(
        f'  - {{party: {party}, by: "Chief of {party}", signed_at: 2025-12-01T10:00:00Z}}'
        for party in ((lender, borrower) if signed_by is None else signed_by)
    )
    return f"""
id: {lender}-{borrower}
title: {lender.capitalize()} lends to {borrower.capitalize()}
version: {version}
kind: {kind}
parties: [{lender}, {borrower}]
directions: [{{lender: {lender}, borrower: {borrower}}}]
effective_from: 2026-01-01T00:00:00Z
effective_to: {until}
clauses:
  - {{id: "2.1", type: unit_types, allow: [als_ambulance, bls_ambulance]}}
  - {{id: "3.1", type: reserve_floor, unit_types: [als_ambulance], keep: {floor}}}
  - {{id: "4.1", type: discretion, lender_may_decline: {discretion}}}
  - {{id: "4.2", type: answer_time, seconds: {answer_seconds}}}
signatures:
{signatures}
"""


MUTUAL = (agreement_text("cedar", "harlow"), agreement_text("elm", "harlow", floor=0))


def meta(jurisdiction: str, *, role: Role = Role.DISPATCHER, key: str | None = None) -> CommandMeta:
    """A dispatcher of a jurisdiction, by default without an Idempotency-Key."""
    person = f"{role.value}-{jurisdiction}"
    actor = Principal(id=person, role=role, jurisdiction_id=JurisdictionId(jurisdiction))
    return CommandMeta(actor=actor, key=key)


def draft(
    *,
    position: Point = SCENE,
    needs: Iterable[UnitType] = (A,),
    address: str = "12 Mill Lane",
    note: str = "caller is the neighbour",
    jurisdiction: str | None = None,
) -> IncidentDraft:
    return IncidentDraft(
        position=position,
        priority=Priority.CRITICAL,
        nature="Cardiac arrest",
        needs=tuple(Need(unit_type=unit_type) for unit_type in needs),
        address=address,
        note=note,
        jurisdiction_id=JurisdictionId(jurisdiction) if jurisdiction else None,
    )


@dataclass
class World:
    """Running services (timers stand still: tests call them) with short ways to act."""

    services: Services
    store: Store
    clock: ManualClock

    @property
    def core(self) -> Core:
        assert self.services.background
        return self.services.background.core

    @property
    def escalation(self) -> Escalation:
        assert self.services.background
        return self.services.background.escalation

    @property
    def cover(self) -> CoverWatch:
        assert self.services.background
        return self.services.background.cover

    async def say(self, status: UnitStatus | str, *units: str, at: datetime | None = None) -> list[Outcome]:
        """The units' own feeds report a status, by default now."""
        outcomes: list[Outcome] = []
        for unit in units:
            report = UnitReport(
                unit_id=UnitId(unit), at=at or self.clock(), status=UnitStatus(status), position=None
            )
            outcomes += await self.report(unit[0], report)
        return outcomes

    async def report(self, initial: str, *reports: UnitReport) -> Sequence[Outcome]:
        feed = Principal(id=f"feed-{initial}", role=Role.FEED, jurisdiction_id=HOMES[initial])
        return await self.services.intake.report(feed, reports)

    async def open(self, jurisdiction: str = "harlow", **fields: Any) -> IncidentId:
        row = await self.services.incidents.open(
            meta(jurisdiction), draft(jurisdiction=jurisdiction, **fields)
        )
        return IncidentId(row["id"])

    async def ask(self, incident_id: IncidentId, unit: str, *, by: str = "harlow") -> Row:
        return await self.services.requests.request(meta(by), incident_id, UnitId(unit))

    async def accept(self, request: Row, *, by: str | None = None) -> Row:
        who = meta(by or request["lender"])
        return await self.services.requests.accept(who, RequestId(request["id"]))

    async def pass_time(self, seconds: float) -> None:
        """Let time pass and the service look at what is due."""
        self.clock.advance(seconds=seconds)
        await self.escalation.sweep()

    async def requests(self) -> list[Any]:
        """Every request in the order of asking; the clock stands still, so the attempt decides a tie."""
        found = await self.store.read(lambda reader: reader.list_requests())
        return sorted(found, key=lambda request: (request.requested_at, request.attempt))

    def look(self, jurisdiction: str, *, role: Role = Role.DISPATCHER) -> "Sheet":
        """A board of the jurisdiction, joined."""
        sheet, who = Sheet(), meta(jurisdiction, role=role).actor
        self.services.hub.join(who, sheet, session_id=f"s-{jurisdiction}", me={}, resume=None)
        return sheet

    async def status_of(self, unit: str) -> UnitStatus:
        state = await self.store.read(lambda reader: reader.find_unit_state(UnitId(unit)))
        return state.status if state else UnitStatus.UNKNOWN


@asynccontextmanager
async def open_world(
    store: Store,
    clock: ManualClock,
    *,
    agreements: Sequence[str] = MUTUAL,
    on_duty: Iterable[str] = tuple(FLEET),
    ids: IdSource = random_ids,
    bus: Bus | None = None,
) -> AsyncIterator[World]:
    """Services on the region of squares; the units in ``on_duty`` are available."""
    region = make_region()
    texts = [(f"{place}.yaml", text) for place, text in enumerate(agreements)]
    await adopt(store, region, texts, clock=clock)
    services = await open_services(
        region=region,
        travel=StraightLineTravelTimes(speed_mps=15.0, detour=1.3),
        store=store,
        clock=clock,
        ids=ids,
        bus=bus,
    )
    world = World(services, store, clock)
    try:
        await world.say(UnitStatus.AVAILABLE, *on_duty)
        clock.advance(seconds=1)
        yield world
    finally:
        await services.close()


TABLE_OF = {kind: table.value for table, kind in KIND.items()}


class RawSheet:
    """A board as a client keeps it: a sink that folds every frame into rows."""

    def __init__(self, *, limit: int | None = None) -> None:
        self.rows: dict[str, dict[str, dict[str, Any]]] = {table.value: {} for table in Table}
        self.frames: list[dict[str, Any]] = []
        self.closed: tuple[int, str] | None = None
        self.epoch, self.seq = "", 0
        self._limit = limit

    def offer(self, frame: bytes) -> bool:
        if self._limit is not None and len(self.frames) >= self._limit:
            return False
        said = orjson.loads(frame)
        self.frames.append(said)
        self.seq = said.get("seq", self.seq)
        if said["type"] == "snapshot":
            self.epoch = said["epoch"]
            self.rows = {table.value: {} for table in Table}
        if said["type"] in ("snapshot", "delta"):
            self._fold(said)
        if said["type"] == "positions":
            for unit_id, lon, lat, _, _ in said["rows"]:
                self.rows["units"][unit_id] |= {"lon": lon, "lat": lat}
        return True

    def _fold(self, said: dict[str, Any]) -> None:
        for table, rows in self.rows.items():
            for row in said[table]:
                rows[row.get("id") or row["jurisdiction"]] = row
        for gone in said.get("gone", ()):
            self.rows[TABLE_OF[gone["kind"]]].pop(gone["id"], None)

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)


class Sheet(RawSheet):
    """The same of real rows: each frame must be what its class says; ``me`` is for tests of the socket."""

    def offer(self, frame: bytes) -> bool:
        me = orjson.dumps({"person": "", "role": Role.DISPATCHER.value, "jurisdiction": None})
        require_shape(Frame, frame.replace(b'"me":{}', b'"me":' + me))
        return super().offer(frame)
