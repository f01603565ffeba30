"""The board over a real socket on the real services: who sees what, and when it ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from dispatch.api.frames import Frame
from tests.contract import require_shape
from tests.make_house import INCIDENT, Console, House, open_house
from tests.serve_app import serve_app

pytestmark = pytest.mark.anyio

TABLES = ("units", "incidents", "requests", "assignments")


@dataclass
class Watcher:
    """One board: what it shows, and every byte that ever reached it."""

    connection: ClientConnection
    rows: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in TABLES})
    heard: str = ""
    seq: int = 0
    epoch: str = ""

    async def next(self, *kinds: str) -> dict[str, Any]:
        """The next frame of one of these types; every one on the way must have the promised shape."""
        while True:
            text = str(await self.connection.recv())
            self.heard += text
            require_shape(Frame, text)
            frame: dict[str, Any] = orjson.loads(text)
            if frame["type"] in kinds:
                break
        self.seq, self.epoch = frame.get("seq", self.seq), frame.get("epoch", self.epoch)
        for kind in TABLES:
            for row in frame.get(kind, ()):
                self.rows[kind][row["id"]] = row
        return frame

    async def until(self, kind: str) -> dict[str, Any]:
        """The first row of this kind that a delta brings."""
        while True:
            rows = (await self.next("delta")).get(kind)
            if rows:
                return dict(rows[0])


@dataclass
class Running:
    house: House
    port: int

    @contextlib.asynccontextmanager
    async def watch(self, console: Console, *, resume: object = None) -> AsyncIterator[Watcher]:
        ticket = (await console.post("/api/board/ticket")).json()["ticket"]
        origin = f"http://127.0.0.1:{self.port}"
        async with connect(
            origin.replace("http", "ws") + "/api/board",
            origin=origin,  # type: ignore[arg-type]
            compression=None,
            max_size=None,
        ) as connection:
            await connection.send(
                orjson.dumps({"type": "hello", "ticket": ticket, "resume": resume}).decode()
            )
            async with asyncio.timeout(10):
                yield Watcher(connection)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    people = ["dispatcher-harlow", "dispatcher-cedar", "dispatcher-moor"]
    async with open_house(tmp_path, people=people) as house, serve_app(house.app) as port:
        yield Running(house, port)


async def closed_with(watcher: Watcher) -> int | None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            await watcher.connection.recv()
    return watcher.connection.close_code


async def test_each_board_sees_what_is_its_own(running: Running) -> None:
    house = running.house
    harlow, cedar, moor = [
        await house.sign_in(f"dispatcher-{place}") for place in ("harlow", "cedar", "moor")
    ]
    async with running.watch(harlow) as ours, running.watch(cedar) as theirs, running.watch(moor) as foreign:
        for watcher in (ours, theirs, foreign):
            await watcher.next("snapshot")
        assert {row["jurisdiction"] for row in ours.rows["units"].values()} == {"harlow", "cedar"}
        assert {row["jurisdiction"] for row in foreign.rows["units"].values()} == {"moor"}
        assert all(row["coarse"] for row in ours.rows["units"].values() if not row["own"])
        incident = (await harlow.post("/api/incidents", INCIDENT)).json()["id"]
        assert (await ours.until("incidents"))["address"] == INCIDENT["address"]
        await harlow.post(f"/api/incidents/{incident}/requests", {"unit_id": "cedar-1"})
        asked = await theirs.until("requests")
        assert (asked["direction"], asked["incident"]) == ("in", incident)
        assert (asked["lon"], asked["lat"]) != (INCIDENT["lon"], INCIDENT["lat"]), "coarse before the answer"
        assert "CANARY" not in theirs.heard
        await cedar.post(f"/api/requests/{asked['id']}/accept")
        assert (await theirs.until("incidents"))["note"] == INCIDENT["note"]
        await foreign.next("beat")
    assert "CANARY" not in foreign.heard
    assert "harlow" not in foreign.heard


async def test_a_board_resumes_where_it_was(running: Running) -> None:
    harlow = await running.house.sign_in("dispatcher-harlow")
    async with running.watch(harlow) as before:
        await before.next("snapshot")
    missed = (await harlow.post("/api/incidents", INCIDENT)).json()["id"]
    async with running.watch(harlow, resume={"epoch": before.epoch, "seq": before.seq}) as after:
        frame = await after.next("snapshot", "delta")
        assert frame["type"] == "delta"
        assert [row["id"] for row in frame["incidents"]] == [missed]
    async with running.watch(harlow, resume={"epoch": "another", "seq": 3}) as anew:
        assert (await anew.next("snapshot", "delta"))["type"] == "snapshot"


async def test_signing_out_takes_the_board_away_at_once(running: Running) -> None:
    harlow = await running.house.sign_in("dispatcher-harlow")
    async with running.watch(harlow) as board:
        await board.next("snapshot")
        assert (await harlow.post("/api/sign-out", {})).status_code == 204
        assert await closed_with(board) == 4401


async def test_a_restart_is_told_to_every_board(running: Running) -> None:
    harlow = await running.house.sign_in("dispatcher-harlow")
    async with running.watch(harlow) as board:
        await board.next("snapshot")
        running.house.services.hub.close_all()
        assert await closed_with(board) == 1012
