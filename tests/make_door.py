"""Walks every operation as every caller, and writes down what the door answered.

``python -m tests.make_door > tests/api/door.csv`` renews the reviewed table; read the difference.
Each operation concerns a thing of Harlow's; Cedar has an agreement with Harlow, Moor has none.
"""

import asyncio
import csv
import io
import secrets
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi.routing import iter_route_contexts

from tests.make_house import AGREEMENT, INCIDENT, PASSWORD, PEOPLE, PLACES, Console, House, open_house

HEADER = ("operation", "who", "own", "partner", "unrelated")
ROLES = ("anonymous", *(role.value for role in PEOPLE), "feed")
MISSING = "no-such-thing"
WHAT_IF = "/api/agreements/harlow-cedar/what-if"
DRAFTED = ("/api/agreements/{agreement_id}/propose", "DELETE /api/agreements/{agreement_id}/draft")
PROPOSED = ("/sign", "/reject", "/withdraw")
SIGNED = ("/suspend", "/resume", "/notice", "/terminate")
"""Operations on an agreement of Harlow's and Cedar's, by how far it must have come to be reached for."""
OF_AN_INCIDENT = ("incident_id", "request_id", "assignment_id", "waiver_id", "recommendation_id")
PLAN = {"needs": [{"unit_type": "als_ambulance", "count": 1}]}
STANDBYS = "/api/jurisdictions/{jurisdiction_id}/standbys"
MOVE_UP = {"unit": "harlow-1", "post": "harlow-station"}
CLOSURE = {"reason": "Storm on the coast road"}
OF_ITSELF = ("closure_id", "plan_id", "pre_alert_id", "jurisdiction_id", "unit_id", "agreement_id", "job_id")
OVERRIDE = {"state": "red", "minutes": 30, "reason": "bus crash, three more calls to come"}
PRE_ALERT = {"to": ["cedar"], "note": "two units at the crash"}
WAIVER = {"unit": "cedar-7", "agreement": "harlow-cedar", "clause": "3.1", "note": "two patients"}
OUTSIDE_THE_SCHEMA = (
    "HEAD /{path:path}",
    "GET /{path:path}",
    "GET /basemap.pmtiles",
    "HEAD /basemap.pmtiles",
)


@dataclass
class Visit:
    """One cell: what was asked, and what the door said about it, about a missing thing alike."""

    operation: str
    who: str
    place: str
    answer: httpx.Response
    missing: httpx.Response | None


@dataclass
class Walker:
    """Everybody at their consoles, and Harlow's dispatcher who lays things out to be reached for."""

    house: House
    consoles: Mapping[tuple[str, str], Console]
    visits: list[Visit] = field(default_factory=list)
    lent: int = 0
    drafted: int = 0

    @property
    def owner(self) -> Console:
        return self.consoles["dispatcher", "harlow"]

    async def visit_all(self) -> None:
        for operation in list_operations(self.house):
            for who in ROLES:
                for place in PLACES:
                    await self._visit(operation, who, place)

    async def _visit(self, operation: str, who: str, place: str) -> None:
        method, _, path = operation.partition(" ")
        things = await self._lay_out(path)
        if "plan_id" in path:
            things |= await self._lay_out_plan()
        console = self.consoles[who, place]
        if who == "admin":  # others are refused whatever the agreement is
            things |= await self._lay_out_agreement(operation)
        if operation == "POST /api/sign-out" and who not in ("anonymous", "feed"):
            console = await self.house.sign_in(f"{who}-{place}")
        query = query_for(path, place)
        answer = await call(console, method, fill(path, things) + query, body_for(path, things))
        missing = None
        if "{" in path:
            missing = await call(console, method, fill(path, {}) + query, body_for(path, things))
        self.visits.append(Visit(operation, who, place, answer, missing))
        if answer.status_code == 202:
            things["job_id"] = answer.json()["job"]
        await self._clear_away(path, things)

    async def _lay_out(self, path: str) -> dict[str, str]:
        things = {
            "unit_id": "harlow-8",
            "agreement_id": "harlow-cedar",
            "jurisdiction_id": "harlow",
            "path": "board",
        }
        if "job_id" in path:
            asked = await self.consoles["admin", "harlow"].post(WHAT_IF, {"days": 1})
            things["job_id"] = expect(asked, 202)["job"]
        if "closure_id" in path:
            closed = await self.consoles["supervisor", "harlow"].post("/api/closures", CLOSURE)
            things["closure_id"] = expect(closed, 201)["id"]
        things |= await self._lay_out_cover(path)
        if not any(word in path for word in OF_AN_INCIDENT):
            return things
        incident = expect(await self.owner.post("/api/incidents", INCIDENT), 201)
        things["incident_id"] = incident["id"]
        if "request_id" in path:
            things["lent"], things["request_id"] = await self._ask_for_the_next(incident["id"])
        if "waiver" in path:
            for unit in ("cedar-5", "cedar-6"):  # as many as the agreement lets one incident have
                await self._ask(incident["id"], unit)
        things |= await self._lay_out_aside(path, incident["id"])
        if path.rpartition("/")[2] in ("recall", "extend", "confirm"):
            things["lent"], request = await self._ask_for_the_next(incident["id"])
            lender = self.consoles["dispatcher", "cedar"]
            expect(await lender.post(f"/api/requests/{request}/accept"), 200)
            live = await self.house.store.read(lambda reader: reader.list_live_assignments())
            things["assignment_id"] = next(one.id for one in live if one.unit_id == things["lent"])
        elif path.endswith("/redirect"):
            moved = await self.owner.post(fill(STANDBYS, things), MOVE_UP)
            things["assignment_id"] = expect(moved, 201)["assignment"]["id"]
        elif "assignment_id" in path:
            sent = await self.owner.post(
                f"/api/incidents/{incident['id']}/assignments", {"unit_id": "harlow-1"}
            )
            things["assignment_id"] = expect(sent, 201)["id"]
        return things

    async def _lay_out_aside(self, path: str, incident: str) -> dict[str, str]:
        if "recommendation_id" in path:
            shown = await self.owner.post(f"/api/incidents/{incident}/recommendation")
            return {"recommendation_id": expect(shown, 200)["id"]}
        if path.endswith("/advice-override"):
            return await self._lay_out_override(incident)
        if "waiver_id" in path:
            asked = await self.owner.post(f"/api/incidents/{incident}/waivers", WAIVER)
            return {"waiver_id": expect(asked, 201)["id"]}
        return {}

    async def _lay_out_override(self, incident: str) -> dict[str, str]:
        """A unit of Harlow's that was sent although another one was advised."""
        shown = expect(await self.owner.post(f"/api/incidents/{incident}/recommendation"), 200)
        advised, own = shown["advice"]["unit"], [one["unit"] for one in shown["own"]]
        chosen = next(unit for unit in own if unit != advised)
        sent = await self.owner.post(f"/api/incidents/{incident}/assignments", {"unit_id": chosen})
        expect(sent, 201)
        return {"shown": shown["id"], "chosen": chosen}

    async def _lay_out_plan(self) -> dict[str, str]:
        incident = expect(await self.owner.post("/api/incidents", INCIDENT), 201)["id"]
        planned = expect(await self.owner.post(f"/api/incidents/{incident}/aid-plan", PLAN), 201)
        return {"plan_incident": incident, "plan_id": planned["id"]}

    async def _lay_out_cover(self, path: str) -> dict[str, str]:
        """An override of Harlow's cover, or a pre-alert that Cedar was sent."""
        cover = "/api/jurisdictions/harlow/cover"
        if path.endswith("/override/end"):
            expect(await self.owner.post(f"{cover}/override", OVERRIDE), 201)
        if "pre_alert_id" not in path:
            return {}
        return {"pre_alert_id": expect(await self.owner.post(f"{cover}/pre-alert", PRE_ALERT), 201)["id"]}

    async def _lay_out_agreement(self, operation: str) -> dict[str, str]:
        """An agreement that Harlow has drafted, has proposed, or that both have signed: new each time."""
        signed = operation.endswith(SIGNED)
        proposed = signed or operation.endswith(PROPOSED)
        if not proposed and not operation.endswith(DRAFTED):
            return {}
        self.drafted += 1
        harlow, agreement_id = self.consoles["admin", "harlow"], f"pact-{self.drafted}"
        row = expect(await harlow.post("/api/agreements", {"text": unsigned(agreement_id)}), 201)
        path = f"/api/agreements/{agreement_id}"
        if proposed:
            seen = {"version": 1, "revision": 1}
            row = expect(await harlow.post(f"{path}/propose", seen), 200)
        things = {"agreement_id": agreement_id, "terms_sha256": row["terms_sha256"]}
        if signed:
            for place in ("harlow", "cedar"):
                body = body_for("/api/agreements/{agreement_id}/sign", things)
                expect(await self.consoles["admin", place].post(f"{path}/sign", body), 200)
        if operation.endswith("/resume"):
            expect(await harlow.post(f"{path}/suspend", {"reason": "flood"}), 200)
        return things

    async def _ask(self, incident: str, unit: str) -> str:
        asked = await self.owner.post(f"/api/incidents/{incident}/requests", {"unit_id": unit})
        return str(expect(asked, 201)["id"])

    async def _ask_for_the_next(self, incident: str) -> tuple[str, str]:
        """A fresh unit of Cedar's each time, and the request: a lent one stays lent until it is home."""
        self.lent = self.lent % 8 + 1
        unit = f"cedar-{self.lent}"
        return unit, await self._ask(incident, unit)

    async def _clear_away(self, path: str, things: Mapping[str, str]) -> None:
        if "closures" in path:
            await self._open_again()
        for opened in ("incident_id", "plan_incident"):
            if opened in things:
                closed = await self.owner.post(f"/api/incidents/{things[opened]}/close", {})
                assert closed.status_code in (200, 409), closed.text
        if "job_id" in things:
            for place in PLACES:
                await self.consoles["admin", place].delete(f"/api/what-if/{things['job_id']}")
        for place in ("harlow", "cedar"):
            left = f"/api/agreements/{things['agreement_id']}/draft"
            await call(self.consoles["admin", place], "DELETE", left, None)
        if path == STANDBYS or path.endswith("/redirect"):
            await self._let_go(MOVE_UP["unit"])
        await self._bring_home("harlow", things["unit_id"])
        if "lent" in things:
            await self._bring_home("cedar", things["lent"])

    async def _open_again(self) -> None:
        for place in PLACES:
            console = self.consoles["supervisor", place]
            for row in expect(await console.get("/api/closures"), 200):
                if row["jurisdiction"] == place:
                    expect(await console.post(f"/api/closures/{row['id']}/end"), 200)

    async def _let_go(self, unit: str) -> None:
        """What stands by stays until it is let go, whatever it reports."""
        live = await self.house.store.read(lambda reader: reader.list_live_assignments())
        for one in live:
            if one.unit_id == unit:
                expect(await self.owner.post(f"/api/assignments/{one.id}/release", {}), 200)
        await self._bring_home("harlow", unit)

    async def _bring_home(self, place: str, unit: str) -> None:
        body = {"status": "available", "force": True, "reason": "back home"}
        answer = await self.consoles["supervisor", place].post(f"/api/units/{unit}/status", body)
        assert answer.status_code in (200, 409), answer.text

    def table(self) -> str:
        """The walk as CSV: a row per operation and role, a status per jurisdiction."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        for first in range(0, len(self.visits), len(PLACES)):
            cells = self.visits[first : first + len(PLACES)]
            statuses = [cell.answer.status_code for cell in cells]
            writer.writerow((cells[0].operation, cells[0].who, *statuses))
        return text.getvalue()


def list_operations(house: House) -> Sequence[str]:
    """Every operation of the schema, and those that the schema leaves out, in a fixed order."""
    described = [
        f"{method.upper()} {path}"
        for path, methods in house.app.openapi()["paths"].items()
        for method in methods
    ]
    return sorted([*described, *OUTSIDE_THE_SCHEMA], key=lambda operation: operation.split(" ")[::-1])


def list_routes(house: House) -> set[str]:
    """Every operation that the router knows, described or not."""
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(house.app.routes)
        if route.path != house.app.openapi_url
        for method in route.methods or ()
    }


def fill(path: str, things: Mapping[str, str]) -> str:
    """The path with ids in it; what ``things`` lacks is named ``MISSING``."""
    for name in (*OF_AN_INCIDENT, *OF_ITSELF, "path:path"):
        path = path.replace("{" + name + "}", things.get(name.partition(":")[0], MISSING))
    return path.replace("{version}", "1")


def unsigned(agreement_id: str) -> str:
    """The text of Harlow's and Cedar's agreement under another id, without its signatures.

    For standing by only: once signed it lets nobody come whom their own agreement holds back.
    """
    text = AGREEMENT.partition("signatures:")[0].replace("kind: mutual", "kind: standby")
    return text.replace("id: harlow-cedar", f"id: {agreement_id}")


def query_for(path: str, place: str) -> str:
    """What an operation must be told in its address: Harlow's dealings with Cedar, from either side."""
    if path.endswith("/diff"):
        return "?from=1&to=1"
    if path.startswith("/api/places"):
        return "?lon=0.05&lat=0.05" if path.endswith("/at") else "?q=mill"
    if not path.startswith("/api/ledger"):
        return ""
    partner = "cedar" if place == "harlow" else "harlow"
    return "?month=2026-10" + (f"&partner={partner}" if "statement" in path else "")


def body_for(path: str, things: Mapping[str, str]) -> dict[str, Any] | None:
    """A body that is right for the operation, so that only the door can refuse it."""
    report = {"unit_id": "harlow-8", "at": "2026-01-01T00:00:00Z", "lon": 0.03, "lat": 0.03}
    another = "cedar-7" if things.get("lent") == "cedar-8" else "cedar-8"
    bodies: dict[str, dict[str, Any]] = {
        # Somebody else each time: five guesses at one name are all that a minute allows.
        "/api/sign-in": {"person": secrets.token_hex(4), "password": "wrong"},
        "/api/me/preferences": {"preferences": {"font_percent": 110}, "version": 0},
        "/api/incidents": INCIDENT,
        "/api/incidents/{incident_id}/assignments": {"unit_id": "harlow-2"},
        "/api/incidents/{incident_id}/requests": {"unit_id": "cedar-7"},
        "/api/incidents/{incident_id}/advice-override": {
            "recommendation_id": things.get("shown", MISSING),
            "unit_id": things.get("chosen", MISSING),
            "reason": "crew",
        },
        "/api/incidents/{incident_id}/aid-plan": PLAN,
        "/api/incidents/{incident_id}/waivers": WAIVER,
        "/api/waivers/{waiver_id}/refuse": {"reason": "our last one"},
        "/api/closures": CLOSURE,
        "/api/jurisdictions/{jurisdiction_id}/cover/override": OVERRIDE,
        "/api/jurisdictions/{jurisdiction_id}/cover/pre-alert": PRE_ALERT,
        "/api/jurisdictions/{jurisdiction_id}/practice": {"practice": {"tie_seconds": 20}, "version": 0},
        STANDBYS: MOVE_UP,
        "/api/assignments/{assignment_id}/redirect": {"incident": things.get("incident_id", MISSING)},
        "/api/assignments/{assignment_id}/recall": {"reason": "needed at home"},
        "/api/assignments/{assignment_id}/extend": {"hours": 2},
        "/api/requests/{request_id}/decline": {"reason": "weather"},
        "/api/requests/{request_id}/instead": {"unit_id": another},
        "/api/requests/{request_id}/receipt": {"stage": "seen"},
        "/api/units/{unit_id}/status": {"status": "out_of_service"},
        "/api/units/{unit_id}/shift": {"shift_ends_at": None},
        "/api/agreements/{agreement_id}/what-if": {"days": 1},
        "/api/agreements/lint": {"text": AGREEMENT},
        "/api/feeds/reports": report,
        "/api/feeds/reports/batch": {"reports": [report]},
        "/api/agreements": {"text": unsigned(f"new-{secrets.token_hex(4)}")},
        "/api/agreements/check": {"text": unsigned("harlow-cedar")},
        "/api/agreements/from-template": {"template": "surge", "partner": "moor"},
        "/api/agreements/{agreement_id}/draft": {"text": unsigned(things["agreement_id"]), "revision": None},
        "/api/agreements/{agreement_id}/propose": {"version": 1, "revision": 1},
        "/api/agreements/{agreement_id}/sign": {
            "version": 1,
            "terms_sha256": things.get("terms_sha256", "0" * 64),
            "typed_id": things["agreement_id"],
            "password": PASSWORD,
        },
        **{
            f"/api/agreements/{{agreement_id}}/{step}": {"version": 1, "reason": "no"}
            for step in ("reject", "withdraw")
        },
        **{
            f"/api/agreements/{{agreement_id}}/{step}": {"reason": "flood"}
            for step in ("suspend", "notice", "terminate")
        },
    }
    return bodies.get(path)


async def call(console: Console, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
    """One request."""
    if method == "POST":
        return await console.post(path, body)
    if method == "PUT":
        return await console.http.request(method, path, json=body, headers=console.headers)
    return await console.http.request(method, path, headers=console.headers)


def expect(answer: httpx.Response, status: int) -> Any:
    """The answer's value, when it is what the walk needs to go on."""
    assert answer.status_code == status, answer.text
    return answer.json()


async def walk(house: House) -> Walker:
    """Sign everybody in and visit every cell."""
    consoles: dict[tuple[str, str], Console] = {}
    for place in PLACES:
        consoles["anonymous", place] = house.nobody()
        consoles["feed", place] = await house.machine(place)
        for role in PEOPLE:
            consoles[role.value, place] = await house.sign_in(f"{role}-{place}")
    walker = Walker(house, consoles)
    await walker.visit_all()
    return walker


async def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        async with open_house(Path(directory)) as house:
            sys.stdout.write((await walk(house)).table())


if __name__ == "__main__":
    asyncio.run(main())
