"""A waiver and a closure from one desk to the other: over HTTP, and on both boards as it happens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

from dispatch.api.frames import Frame
from tests.contract import require_shape
from tests.make_house import INCIDENT, Console, House, open_house
from tests.serve_app import serve_app

pytestmark = pytest.mark.anyio

PEOPLE = ["dispatcher-harlow", "dispatcher-cedar", "supervisor-cedar", "dispatcher-moor"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[House, int]]:
    async with open_house(tmp_path, people=PEOPLE) as opened, serve_app(opened.app) as port:
        yield opened, port


@contextlib.asynccontextmanager
async def watch(console: Console, port: int) -> AsyncIterator[ClientConnection]:
    ticket = (await console.post("/api/board/ticket")).json()["ticket"]
    origin = f"http://127.0.0.1:{port}"
    async with connect(
        origin.replace("http", "ws") + "/api/board",
        origin=origin,  # type: ignore[arg-type]
        compression=None,
        max_size=None,
    ) as connection:
        await connection.send(orjson.dumps({"type": "hello", "ticket": ticket, "resume": None}).decode())
        async with asyncio.timeout(20):
            yield connection


async def until(connection: ClientConnection, table: str, **fields: Any) -> dict[str, Any]:
    """The next row of this table that says so; every frame on the way must have the promised shape."""
    while True:
        text = str(await connection.recv())
        require_shape(Frame, text)
        frame = orjson.loads(text)
        for row in frame.get(table, ()):
            if all(row[name] == value for name, value in fields.items()):
                return dict(row)


async def ask_twice(harlow: Console) -> str:
    """An incident for which as many units are asked for as the agreement lets one incident have."""
    incident = str((await harlow.post("/api/incidents", INCIDENT)).json()["id"])
    for unit in ("cedar-1", "cedar-2"):
        assert (await ask(harlow, incident, unit)) == 201
    return incident


async def ask(harlow: Console, incident: str, unit: str) -> int:
    return (await harlow.post(f"/api/incidents/{incident}/requests", {"unit_id": unit})).status_code


async def test_a_waiver_is_asked_granted_and_used_on_both_boards(house: tuple[House, int]) -> None:
    opened, port = house
    harlow, cedar, boss, moor = [await opened.sign_in(login) for login in PEOPLE]
    async with watch(harlow, port) as ours, watch(cedar, port) as theirs:
        incident = await ask_twice(harlow)
        refused = await harlow.post(f"/api/incidents/{incident}/requests", {"unit_id": "cedar-3"})
        [reason] = refused.json()["details"]["reasons"]
        assert (reason["code"], reason["clause"], reason["version"]) == ("incident_cap", "3.1", 1)
        body = {"unit": "cedar-3", "agreement": reason["agreement"], "clause": reason["clause"]}
        asked = await harlow.post(f"/api/incidents/{incident}/waivers", body | {"note": "two patients"})
        assert asked.status_code == 201
        seen = await until(theirs, "waivers", state="asked")
        assert (seen["note"], seen["lender"], seen["borrower"]) == ("two patients", "cedar", "harlow")
        assert seen["sentence"]
        path = f"/api/waivers/{seen['id']}/grant"
        said = await cedar.post(path)
        assert (said.status_code, said.json()["details"]["reasons"]) == (403, ["role"])
        assert (await moor.post(path)).status_code == 403
        assert (await boss.post(path)).status_code == 200
        await until(ours, "waivers", state="granted")
        assert await ask(harlow, incident, "cedar-3") == 201
        assert (await until(theirs, "waivers", state="used"))["used_by"] is not None
        assert await ask(harlow, incident, "cedar-4") == 409


async def test_a_closure_is_on_the_partners_board_at_once(house: tuple[House, int]) -> None:
    opened, port = house
    harlow, cedar, boss, moor = [await opened.sign_in(login) for login in PEOPLE]
    async with watch(harlow, port) as ours:
        assert (await cedar.post("/api/closures", {"reason": "Storm"})).status_code == 403
        closed = await boss.post("/api/closures", {"reason": "Storm"})
        assert closed.status_code == 201
        assert (await until(ours, "closures"))["reason"] == "Storm"
        assert (await moor.get("/api/closures")).json() == []
        incident = str((await harlow.post("/api/incidents", INCIDENT)).json()["id"])
        assert await ask(harlow, incident, "cedar-1") == 409
        assert (await boss.post(f"/api/closures/{closed.json()['id']}/end")).status_code == 200
        assert await ask(harlow, incident, "cedar-1") == 201


async def test_a_recall_is_on_both_boards(house: tuple[House, int]) -> None:
    opened, port = house
    harlow, cedar, *_ = [await opened.sign_in(login) for login in PEOPLE]
    incident = str((await harlow.post("/api/incidents", INCIDENT)).json()["id"])
    asked = (await harlow.post(f"/api/incidents/{incident}/requests", {"unit_id": "cedar-1"})).json()
    async with watch(harlow, port) as ours, watch(cedar, port) as theirs:
        await cedar.post(f"/api/requests/{asked['id']}/accept")
        loan = (await until(ours, "assignments"))["id"]
        assert (await cedar.post(f"/api/assignments/{loan}/recall", {"reason": ""})).status_code == 422
        recalled = await cedar.post(f"/api/assignments/{loan}/recall", {"reason": "Bus on its side"})
        assert recalled.status_code == 200
        for board in (ours, theirs):
            row = await until(board, "assignments", recall_reason="Bus on its side")
            assert "recall" in [duty["code"] for duty in row["duties"]]
