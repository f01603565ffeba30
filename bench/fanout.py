"""From a status report to 500 boards, beside the loop that people write first.

``python -m bench.fanout --boards 500``. Ours: the whole service on the sample region with SQLite
(report accepted after the commit, then rows made per audience, then frames). The peer: FastAPI with a
SQLAlchemy session per request and ``for board in boards: await board.send_json(...)``. Both run as one
process each, one after the other in rounds, with the same reports and the same client process.
"""

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect

from bench.crash import DISPATCHERS, PASSWORD, Service, free_port, list_homes, prepare
from bench.world import percentiles
from dispatch.model.clock import iso, system_now
from dispatch.model.region import Region
from dispatch.settings import Settings


class Boards:
    """Open boards that note when each marked report reached them."""

    def __init__(self) -> None:
        self.sent_at: dict[str, float] = {}
        self.milliseconds: list[float] = []
        self.frames = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._sockets: list[ClientConnection] = []

    async def add(self, socket: ClientConnection) -> None:
        """Watch one more board."""
        self._sockets.append(socket)
        self._tasks.append(asyncio.create_task(self._watch(socket)))

    async def _watch(self, socket: ClientConnection) -> None:
        async for frame in socket:
            self.frames += 1
            now = time.perf_counter()
            if '"delta"' in (frame if isinstance(frame, str) else frame.decode())[:20]:
                for row in json.loads(frame).get("units", ()):
                    began = self.sent_at.get(f"{row['id']}:{row['status']}")
                    if began is not None:
                        self.milliseconds.append((now - began) * 1000)

    async def close(self) -> None:
        """Close all sockets."""
        await asyncio.gather(*(socket.close() for socket in self._sockets), return_exceptions=True)
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def ours(folder: Path, bundle: Path, *, boards: int, reports: int, rate: float) -> dict[str, Any]:
    """Our whole service."""
    settings = Settings(data_dir=folder / "ours", region=bundle, port=free_port(), secure_cookies=False)
    region = await prepare(settings)
    service = Service(settings)
    await asyncio.to_thread(service.start)
    try:
        consoles = [await _sign_in(service.base, number) for number in range(DISPATCHERS)]
        watching = Boards()
        for number in range(boards):
            http, csrf = consoles[number % len(consoles)]
            ticket = (await http.post("/api/board/ticket", headers={"X-CSRF-Token": csrf})).json()["ticket"]
            socket = await connect(
                service.base.replace("http", "ws") + "/api/board",
                origin=service.base,
                compression=None,  # type: ignore[arg-type]
            )
            await socket.send(json.dumps({"type": "hello", "ticket": ticket, "resume": None}))
            await watching.add(socket)
        await asyncio.sleep(1)
        process = service.process
        return await _load(
            watching, process, _statuses(region), consoles, boards=boards, reports=reports, rate=rate
        )
    finally:
        service.stop()


async def _sign_in(base: str, number: int) -> tuple[httpx.AsyncClient, str]:
    http = httpx.AsyncClient(base_url=base, headers={"Origin": base}, timeout=10)
    said = await http.post("/api/sign-in", json={"person": f"crash-{number}", "password": PASSWORD})
    return http, said.json()["csrf"]


def _statuses(region: Region) -> list[tuple[int, str]]:
    """(console, unit) pairs: each console reports on its own jurisdiction's units."""
    homes = list_homes(region)
    return [
        (homes.index(unit.jurisdiction_id), unit.id)
        for unit in region.units.values()
        if unit.jurisdiction_id in homes
    ]


async def _load(
    watching: Boards,
    process: psutil.Process,
    units: list[tuple[int, str]],
    consoles: list[tuple[httpx.AsyncClient, str]],
    *,
    boards: int,
    reports: int,
    rate: float,
) -> dict[str, Any]:
    before, frames = process.cpu_times(), watching.frames
    for number in range(reports):
        console, unit = units[number % len(units)]
        status = "out_of_service" if (number // len(units)) % 2 == 0 else "available"
        http, csrf = consoles[console]
        watching.sent_at[f"{unit}:{status}"] = time.perf_counter()
        headers = {"X-CSRF-Token": csrf, "Idempotency-Key": secrets.token_hex(12)}
        answer = await http.post(f"/api/units/{unit}/status", json={"status": status}, headers=headers)
        answer.raise_for_status()
        await asyncio.sleep(1 / rate)
    await asyncio.sleep(1)
    after = process.cpu_times()
    frames = watching.frames - frames
    await watching.close()
    spent = (after.user + after.system) - (before.user + before.system)
    return _figures(watching, frames, spent, process, boards)


async def peer(folder: Path, *, boards: int, reports: int, rate: float) -> dict[str, Any]:
    """The plain loop."""
    port, units = free_port(), [f"u{number}" for number in range(reports)]
    database, views = str(folder / "peer.sqlite3"), json.dumps([units])
    running = subprocess.Popen([sys.executable, "-m", "bench.peers.plain", str(port), database, views])
    base = f"http://127.0.0.1:{port}"
    try:
        http = httpx.AsyncClient(base_url=base, timeout=30)
        for _ in range(200):
            try:
                await http.get("/docs")
                break
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
        watching = Boards()
        for _ in range(boards):
            await watching.add(await connect(base.replace("http", "ws") + "/board/0", compression=None))
        process = psutil.Process(running.pid)
        before = process.cpu_times()
        for number in range(reports):
            row = {"id": units[number], "status": "available", "at": iso(system_now()), "filler": "x" * 250}
            watching.sent_at[f"{row['id']}:available"] = time.perf_counter()
            await http.post("/report", json={"status": row})
            await asyncio.sleep(1 / rate)
        await asyncio.sleep(1)
        after = process.cpu_times()
        await watching.close()
        spent = (after.user + after.system) - (before.user + before.system)
        return _figures(watching, watching.frames, spent, process, boards)
    finally:
        running.terminate()
        running.wait()


def _figures(
    watching: Boards, frames: int, spent: float, process: psutil.Process, boards: int
) -> dict[str, Any]:
    return {
        "report_to_board": percentiles(watching.milliseconds),
        "seen": len(watching.milliseconds),
        "frames": frames,
        "cpu_us_per_frame": round(spent / max(frames, 1) * 1e6, 1),
        "resident_mb": round(process.memory_info().rss / 1e6),
        "boards": boards,
    }


async def measure(*, boards: int, reports: int, rate: float, rounds: int, region: Path) -> dict[str, Any]:
    """Interleave both in rounds."""
    found: dict[str, Any] = {"ours": [], "plain_fastapi_loop": []}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            found["ours"].append(await ours(folder, region, boards=boards, reports=reports, rate=rate))
            found["plain_fastapi_loop"].append(await peer(folder, boards=boards, reports=reports, rate=rate))
    return {**found, "rate_per_second": rate, "load_average": os.getloadavg()[0]}


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=500)
    parser.add_argument("--reports", type=int, default=120)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--region", type=Path, default=Path("var/regions/marlow"))
    print(json.dumps(asyncio.run(measure(**vars(parser.parse_args()))), indent=2))


if __name__ == "__main__":
    main()
