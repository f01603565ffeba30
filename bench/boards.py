"""Boards by the thousand: the whole service beside socket.io and beside the plain loop, on the same updates.

``python -m bench.boards --boards 500 --rounds 3`` (Node and npm on the path; socket.io is installed into a
folder of its own). Each way is one process. Units move and change status: positions come in small batches,
a status now and then; the same rows go to the same views. Ours is everything: key checked, report judged,
status committed to the journal before anybody hears of it, rows per audience. ``--stalled`` adds boards that
never read.

``cpu_us_per_update``: seconds of the server's processor per unit's update that reached a board.
``age``: from the time that a report carries to its arrival, at sampled boards; ours and ``batched`` tick
twice a second.
"""

import argparse
import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

import httpx
import psutil
from websockets.asyncio.client import connect
from websockets.typing import Origin

from bench.crash import DISPATCHERS, PASSWORD, Service, free_port, list_homes, prepare
from dispatch.bootstrap import WARM_AFTER_SECONDS, open_house
from dispatch.model.clock import iso, system_now
from dispatch.settings import Settings

PEERS: Final = Path(__file__).parent / "peers"
WAYS: Final = ("ours", "socketio_batched", "socketio", "plain")
SAMPLED: Final = 16
COMPILED_SECONDS: Final = WARM_AFTER_SECONDS + 9
"""By then the player of futures is compiled, which no board causes."""
TICKS_PER_SECOND: Final = 8
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What comes in and who watches."""

    boards: int
    stalled: int
    positions_per_second: int
    statuses_per_second: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Place:
    """A region's units, what each view sees, and whose each unit is."""

    units: tuple[str, ...]
    views: tuple[tuple[str, ...], ...]
    home_of: dict[str, int]


class Watchers:
    """The process with the boards."""

    def __init__(self, port: int, boards: Sequence[tuple[str, str | None]], stalled: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.light_boards"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        live = boards[: len(boards) - stalled]
        job = {"port": port, "boards": live, "stalled": boards[len(live) :], "sampled": SAMPLED}
        self._say(json.dumps(job))
        if self._hear() != "ready":
            raise RuntimeError("the boards did not join")

    def count(self) -> None:
        """Begin to count now."""
        self._say("count")

    def stop(self) -> dict[str, Any]:
        """The figures since ``count``."""
        self._say("stop")
        found: dict[str, Any] = json.loads(self._hear())
        self._process.wait(timeout=20)
        return found

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Ours:
    """The service on a bundle, with a key per jurisdiction that reports, and its boards' tickets."""

    path = "/api/feeds/reports/batch"

    def __init__(self, folder: Path, bundle: Path) -> None:
        self.settings = Settings(
            data_dir=folder / "ours", region=bundle, port=free_port(), secure_cookies=False
        )
        self.port = self.settings.port

    async def start(self) -> psutil.Process:
        """Up, with people and keys."""
        self.region = await prepare(self.settings)
        self.homes = list_homes(self.region)
        async with open_house(self.settings) as house:
            self.keys = [
                await house.services.identity.create_api_key(jurisdiction_id=home, label="bench")
                for home in self.homes
            ]
        self.service = Service(self.settings)
        await asyncio.to_thread(self.service.start)
        await asyncio.sleep(COMPILED_SECONDS)
        self.consoles = [await self._sign_in(number) for number in range(DISPATCHERS)]
        return self.service.process

    async def look(self) -> Place:
        """Which units the views see: what one board of each is sent first."""
        views = []
        for path, hello in await self.seats(len(self.homes)):
            address = self.service.base.replace("http", "ws") + path
            async with connect(address, origin=Origin(self.service.base)) as socket:
                await socket.send(str(hello))
                views.append(tuple(row["id"] for row in json.loads(await socket.recv())["units"]))
        home_of: dict[str, int] = {
            unit.id: self.homes.index(unit.jurisdiction_id)
            for unit in self.region.units.values()
            if unit.jurisdiction_id in self.homes
        }
        return Place(tuple(home_of), tuple(views), home_of)

    async def seats(self, count: int) -> list[tuple[str, str | None]]:
        """A ticket for each board."""
        found: list[tuple[str, str | None]] = []
        for number in range(count):
            http, csrf = self.consoles[number % DISPATCHERS]
            answer = await http.post("/api/board/ticket", headers={"X-CSRF-Token": csrf})
            answer.raise_for_status()
            hello = {"type": "hello", "ticket": answer.json()["ticket"], "resume": None}
            found.append(("/api/board", json.dumps(hello)))
        return found

    def messages(self, place: Place, rows: list[list[Any]], status: dict[str, Any] | None) -> list[Any]:
        """(headers, body) of what a feed sends, one for each jurisdiction that has news."""
        reports: dict[int, list[dict[str, Any]]] = {}
        for unit, lon, lat, at_ms, _ in rows:
            at = iso(EPOCH + timedelta(milliseconds=at_ms))
            reports.setdefault(place.home_of[unit], []).append(
                {"unit_id": unit, "at": at, "lon": lon, "lat": lat}
            )
        if status:
            one = {"unit_id": status["id"], "at": status["changed_at"], "status": status["status"]}
            reports.setdefault(place.home_of[status["id"]], []).append(one)
        return [
            ({"Authorization": f"Bearer {self.keys[home]}"}, {"reports": each})
            for home, each in reports.items()
        ]

    async def stop(self) -> None:
        """Close everything."""
        for http, _ in self.consoles:
            await http.aclose()
        self.service.stop()

    async def _sign_in(self, number: int) -> tuple[httpx.AsyncClient, str]:
        base = self.service.base
        http = httpx.AsyncClient(base_url=base, headers={"Origin": base}, timeout=20)
        said = await http.post("/api/sign-in", json={"person": f"crash-{number}", "password": PASSWORD})
        return http, said.json()["csrf"]


class Peer:
    """A process of ``bench/peers``."""

    path = "/report"

    def __init__(self, way: str, folder: Path, place: Place) -> None:
        self.port, self._way = free_port(), way
        views = json.dumps(place.views)
        if way == "plain":
            database = str(folder / f"plain-{secrets.token_hex(4)}.sqlite3")
            command = [sys.executable, "-m", "bench.peers.plain", str(self.port), database, views]
        else:
            mode = "batched" if way == "socketio_batched" else "each"
            script = folder / "peers" / "socketio.mjs"
            command = ["node", str(script), str(self.port), mode, views]
        self._command, self._views = command, len(place.views)

    async def start(self) -> psutil.Process:
        """Up."""
        self._process = subprocess.Popen(self._command)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=5) as http:
            for _ in range(200):
                with suppress(httpx.HTTPError):
                    await http.get("/docs")
                    return psutil.Process(self._process.pid)
                await asyncio.sleep(0.1)
        raise RuntimeError(f"{self._way} did not start")

    async def seats(self, count: int) -> list[tuple[str, str | None]]:
        """Boards spread over the views."""
        if self._way == "plain":
            return [(f"/board/{number % self._views}", None) for number in range(count)]
        path = "/socket.io/?EIO=4&transport=websocket&view="
        return [(f"{path}{number % self._views}", "40") for number in range(count)]

    def messages(self, place: Place, rows: list[list[Any]], status: dict[str, Any] | None) -> list[Any]:
        """The same rows, as they are."""
        return [({}, {"positions": rows, "status": status})]

    async def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=20)


class Server:
    """Runs one way for the time of a block."""

    def __init__(self, way: Ours | Peer) -> None:
        self.way = way

    async def __aenter__(self) -> psutil.Process:
        return await self.way.start()

    async def __aexit__(self, *_: object) -> None:
        await self.way.stop()


async def play(way: Ours | Peer, process: psutil.Process, place: Place, load: Load) -> dict[str, Any]:
    """Join the boards, send the load, count."""
    empty = process.memory_info().rss
    seats = await way.seats(load.boards + load.stalled)
    watchers = await asyncio.to_thread(Watchers, way.port, seats, load.stalled)
    await asyncio.sleep(2)
    full = process.memory_info().rss
    watchers.count()
    before = process.cpu_times()
    sent = await _send(way, place, load)
    await asyncio.sleep(1)
    after = process.cpu_times()
    peak = process.memory_info().rss
    counted = await asyncio.to_thread(watchers.stop)
    spent = (after.user + after.system) - (before.user + before.system)
    return {
        "cpu_us_per_update": round(spent / max(counted["updates"], 1) * 1e6, 2),
        "cpu_us_per_frame": round(spent / max(counted["frames"], 1) * 1e6, 1),
        "cores": round(spent / load.seconds, 2),
        "kb_per_board": round((full - empty) / 1024 / (load.boards + load.stalled), 1),
        "grown_mb": round((peak - full) / 1e6, 1),
        "sent": sent,
        **counted,
    }


async def _send(way: Ours | Peer, place: Place, load: Load) -> dict[str, float]:
    """Positions in small batches, statuses between them, on time or as fast as answers come."""
    began, sent, number = time.perf_counter(), 0, 0
    per_tick = max(1, load.positions_per_second // TICKS_PER_SECOND)
    due_statuses = 0.0
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{way.port}", timeout=30) as http:
        while (passed := time.perf_counter() - began) < load.seconds:
            now = system_now()
            rows = []
            for _ in range(per_tick):
                unit = place.units[sent % len(place.units)]
                sent += 1
                drift = (sent % 977) * 1e-5
                rows.append([unit, -141.0 + drift, 41.0 + drift, round(now.timestamp() * 1000), "fresh"])
            due_statuses += load.statuses_per_second / TICKS_PER_SECOND
            status = None
            if due_statuses >= 1:
                due_statuses -= 1
                unit = place.units[number % len(place.units)]
                word = "available" if (number // len(place.units)) % 2 else "available_delayed"
                number += 1
                status = {"id": unit, "status": word, "changed_at": iso(now), "filler": "x" * 250}
            for headers, body in way.messages(place, rows, status):
                (await http.post(way.path, json=body, headers=headers)).raise_for_status()
            await asyncio.sleep(
                max(0.0, (sent / per_tick) / TICKS_PER_SECOND - (time.perf_counter() - began))
            )
    return {"positions": sent, "statuses": number, "seconds": round(passed, 2)}


def install_peers(folder: Path) -> None:
    """socket.io beside its script, at the versions of the lock file."""
    into = folder / "peers"
    into.mkdir()
    for name in ("package.json", "package-lock.json", "socketio.mjs"):
        (into / name).write_bytes((PEERS / name).read_bytes())
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(command, cwd=into, check=True)


async def measure(*, load: Load, rounds: int, ways: Sequence[str], bundle: Path) -> dict[str, Any]:
    """All ways in turn, in rounds."""
    found: dict[str, Any] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if any(way.startswith("socketio") for way in ways):
            install_peers(folder)
        for number in range(rounds):
            (folder / str(number)).mkdir()
            ours = Ours(folder / str(number), bundle)
            async with Server(ours) as process:
                place = await ours.look()
                if "ours" in ways:
                    found["ours"].append(await play(ours, process, place, load))
            for way in ways:
                if way != "ours":
                    peer = Peer(way, folder, place)
                    async with Server(peer) as process:
                        found[way].append(await play(peer, process, place, load))
    return {
        "medians": {
            way: {
                name: statistics.median(row[name] for row in rows)
                for name in ("cpu_us_per_update", "cpu_us_per_frame", "cores", "kb_per_board")
            }
            for way, rows in found.items()
            if rows
        },
        **found,
        "load_average": os.getloadavg()[0],
    }


class Options(argparse.Namespace):
    """What was asked for."""

    @classmethod
    def parse(cls) -> Self:
        """From the command line."""
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--boards", type=int, default=500)
        parser.add_argument("--stalled", type=int, default=0)
        parser.add_argument("--positions-per-second", type=int, default=48)
        parser.add_argument("--statuses-per-second", type=int, default=4)
        parser.add_argument("--seconds", type=float, default=15)
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument("--ways", default=",".join(WAYS))
        parser.add_argument("--region", type=Path, default=Path("var/regions/marlow"))
        return parser.parse_args(namespace=cls())


def main() -> None:
    """Parse, measure, print JSON."""
    chosen = Options.parse()
    load = Load(
        boards=chosen.boards,
        stalled=chosen.stalled,
        positions_per_second=chosen.positions_per_second,
        statuses_per_second=chosen.statuses_per_second,
        seconds=chosen.seconds,
    )
    measured = measure(load=load, rounds=chosen.rounds, ways=chosen.ways.split(","), bundle=chosen.region)
    print(json.dumps(asyncio.run(measured), indent=2))


if __name__ == "__main__":
    main()
