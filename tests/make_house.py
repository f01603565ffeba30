"""A whole service on SQLite, without roads or files: three jurisdictions in a row, one agreement.

Harlow and Cedar share an agreement both ways; Moor shares none. Everybody's login is
``<role>-<jurisdiction>``, their password ``PASSWORD``.
"""

import contextlib
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from fastapi import FastAPI
from shapely.geometry import box

from dispatch.api.app import create_app
from dispatch.api.rates import Rate
from dispatch.api.settings import ApiSettings
from dispatch.model.clock import Clock, system_now
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, StationId, UnitId
from dispatch.model.jurisdiction import Agency, Jurisdiction, Station
from dispatch.model.principal import Role
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.services.adoption import adopt
from dispatch.services.house import Finders, Services, open_services
from dispatch.services.what_if import Progress, WhatIfFailed, WhatIfOrder, WhatIfRow, WhatIfRunner
from dispatch.store.store import SqlStore, open_store
from tests.contract import HeldToItsWord

PASSWORD = "correct horse battery"
ORIGIN = "http://localhost:8000"
UNHURRIED = Rate(per_second=100_000, burst=100_000)
"""Walking the whole door takes a thousand requests a second; limits have tests of their own."""
PLACES = ("harlow", "cedar", "moor")
PEOPLE = (Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN, Role.ANALYST)
EVERYBODY = tuple(f"{role}-{place}" for place in PLACES for role in PEOPLE)
INCIDENT = {
    "lon": 0.05,
    "lat": 0.05,
    "priority": "critical",
    "nature": "Cardiac arrest",
    "needs": [{"unit_type": "als_ambulance", "count": 1}],
    "address": "CANARY-ADDRESS 7 Mill Lane",
    "note": "CANARY-NOTE caller is the neighbour",
}
AGREEMENT = """
id: harlow-cedar
title: Harlow / Cedar mutual aid
version: 1
kind: mutual
parties: [harlow, cedar]
directions: [{lender: cedar, borrower: harlow}, {lender: harlow, borrower: cedar}]
effective_from: 2020-01-01T00:00:00Z
effective_to: null
clauses:
  - {id: "2.1", type: unit_types, allow: [als_ambulance]}
  - {id: "3.1", type: incident_cap, at_most: 2}
  - {id: "4.1", type: discretion, lender_may_decline: true}
  - {id: "4.2", type: answer_time, seconds: 600}
  - {id: "5.1", type: duration, max_hours: 12}
signatures:
  - {party: harlow, by: "A. Chief", signed_at: 2019-12-01T10:00:00Z}
  - {party: cedar, by: "B. Chief", signed_at: 2019-12-02T10:00:00Z}
"""


def make_region(*, units_each: int = 8) -> Region:
    """Three squares of 0.1 degree side by side; each has one station and ALS ambulances ``harlow-1``…"""
    jurisdictions, stations, units = {}, {}, {}
    for column, name in enumerate(PLACES):
        place, west = JurisdictionId(name), column * 0.1
        jurisdictions[place] = Jurisdiction(
            id=place,
            name=name.title(),
            kind="county",
            agency=Agency(name=f"{name.title()} EMS", telephone="555-0100"),
            area=box(west, 0.0, west + 0.1, 0.1),
        )
        post = StationId(f"{name}-station")
        stations[post] = Station(
            id=post,
            name=f"{name.title()} 1",
            jurisdiction_id=place,
            position=Point(lon=west + 0.02, lat=0.02),
        )
        for number in range(1, units_each + 1):
            unit = UnitId(f"{name}-{number}")
            units[unit] = Unit(
                id=unit,
                call_sign=f"{name[0].upper()}{number}",
                jurisdiction_id=place,
                unit_type=UnitType.ALS_AMBULANCE,
                station_id=post,
            )
    return Region(
        name="Three squares",
        fictional=True,
        attribution=("Made up for tests",),
        time_zone="UTC",
        centre=Point(lon=0.15, lat=0.05),
        bbox=(0.0, 0.0, 0.3, 0.1),
        jurisdictions=jurisdictions,
        stations=stations,
        hospitals={},
        units=units,
        digest="three-squares",
    )


@dataclass
class Console:
    """One caller: a browser with its session, a machine with its key, or nobody."""

    http: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path, headers=self.headers)

    async def delete(self, path: str) -> httpx.Response:
        return await self.http.delete(path, headers=self.headers)

    async def post(self, path: str, body: object = None, *, key: str = "") -> httpx.Response:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        if body is None:
            return await self.http.post(path, headers=headers)
        return await self.http.post(path, json=body, headers=headers)


class EndlessRun:
    """Under way until it is stopped."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def wait(self, progress: Progress) -> WhatIfRow:
        progress(1, 2)
        self._stopped.wait()
        raise WhatIfFailed("stopped")

    def stop(self) -> None:
        self._stopped.set()


class EndlessRunner:
    """For who may ask, look and cancel; what comes of it is tested on the real runner."""

    def start(self, order: WhatIfOrder) -> EndlessRun:
        return EndlessRun()


@dataclass
class House:
    """An open service with its application; every answer over ``http`` is held against its row's class."""

    app: FastAPI
    services: Services
    store: SqlStore
    http: httpx.AsyncClient

    async def sign_in(self, login: str) -> Console:
        """A browser of this person. Cookies are kept by hand: all consoles share one client."""
        answer = await self.http.post(
            "/api/sign-in", json={"person": login, "password": PASSWORD}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"].partition(";")[0]
        self.http.cookies.clear()
        return Console(self.http, {"Cookie": cookie, "X-CSRF-Token": answer.json()["csrf"], "Origin": ORIGIN})

    async def machine(self, place: str) -> Console:
        """A feed of this jurisdiction."""
        key = await self.services.identity.create_api_key(jurisdiction_id=JurisdictionId(place), label="test")
        return Console(self.http, {"Authorization": f"Bearer {key}"})

    def nobody(self) -> Console:
        return Console(self.http)


@contextlib.asynccontextmanager
async def open_house(
    directory: Path,
    *,
    clock: Clock = system_now,
    people: Sequence[str] = EVERYBODY,
    what_if: WhatIfRunner | None = None,
    find: Finders | None = None,
) -> AsyncIterator[House]:
    """The real services over a new SQLite record, all units available, these people known.

    ``what_if``: what does replays; one that never ends by itself where none is given.
    """
    region = make_region()
    store = open_store(f"sqlite:///{directory / 'record.db'}", clock=clock)
    await adopt(store, region, [("harlow-cedar.yaml", AGREEMENT)], clock=clock)
    services = await open_services(
        region=region,
        travel=StraightLineTravelTimes(speed_mps=15, detour=1.3),
        store=store,
        clock=clock,
        what_if=what_if or EndlessRunner(),
        find=find or Finders(),
    )
    services.start()
    (directory / "static").mkdir()
    (directory / "static/index.html").write_text("<!doctype html>board")
    (directory / "basemap.pmtiles").write_bytes(b"PMTiles" + bytes(100))
    app = create_app(
        services,
        replace(
            ApiSettings(),
            secure_cookies=False,
            demo=True,
            bundle_directory=directory,
            static_directory=directory / "static",
            people_rate=UNHURRIED,
            machine_rate=UNHURRIED,
        ),
        probe=store.check,
        clock=clock,
    )
    async with httpx.AsyncClient(transport=HeldToItsWord(app), base_url=ORIGIN) as http:
        house = House(app, services, store, http)
        for login in people:
            await _add_person(house, login)
        for place in PLACES:
            await _report_all_available(house, place, clock)
        yield house
    await services.close()
    await store.close()


async def _add_person(house: House, login: str) -> None:
    role, _, place = login.partition("-")
    await house.services.identity.create_person(
        login=login,
        password=PASSWORD,
        display_name=f"{role} of {place}",
        role=Role(role),
        jurisdiction_id=JurisdictionId(place),
    )


async def _report_all_available(house: House, place: str, clock: Clock) -> None:
    feed = await house.machine(place)
    units = [unit for unit in house.services.region.units.values() if unit.jurisdiction_id == place]
    reports = [
        {
            "unit_id": unit.id,
            "at": clock().isoformat(),
            "status": "available",
            "lon": 0.1 * PLACES.index(place) + 0.03,
            "lat": 0.04,
        }
        for unit in units
    ]
    answer = await feed.post("/api/feeds/reports/batch", {"reports": reports})
    assert answer.status_code == 200, answer.text
    assert {one["outcome"] for one in answer.json()["results"]} == {"accepted"}, answer.text
