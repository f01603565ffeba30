"""After a restart of the server, how long until thousands of boards show its rows again?

``python -m bench.resume --boards 2000``. The whole service on the sample region as its own process; the
boards in others (``--processes``), each with a ticket of its own over HTTP and the websockets client, on
loopback, by the page's rules: full-jitter pauses, hello with epoch and seq, live with the first rows. The
service is ended (``--kill``: by SIGKILL) while all are live, and started again. Counted from the moment when
it says that it is ready, and from the moment when it was ended.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from bench.crash import PASSWORD, Service, free_port, list_homes
from bench.world import percentiles
from dispatch.bootstrap import open_house
from dispatch.model.principal import Role
from dispatch.settings import Settings
from dispatch.watch.link import SILENCE_SECONDS, backoff_seconds

PEOPLE = 50
"""Each holds boards / PEOPLE boards: a person's requests are limited to fifty a second."""
GIVE_UP_SECONDS = 120.0
ROWS = ('{"type":"snapshot"', '{"type":"delta"')


@dataclass
class Asker:
    """One person's session, for tickets over plain sockets: the client must not be what is measured."""

    base: str
    cookie: str
    csrf: str

    async def ticket(self) -> str:
        """Raises ``OSError``, ``ValueError`` where there was no proper answer."""
        where = urlsplit(self.base)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        try:
            writer.write(
                f"POST /api/board/ticket HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: {self.base}\r\n"
                f"Cookie: {self.cookie}\r\nX-CSRF-Token: {self.csrf}\r\nContent-Type: application/json\r\n"
                "Content-Length: 2\r\nConnection: close\r\n\r\n{}".encode()
            )
            answer = await reader.read()
        finally:
            writer.close()
        return str(json.loads(answer.partition(b"\r\n\r\n")[2])["ticket"])


@dataclass
class OpenBoard:
    """What one board remembers: where it was, and when it was live."""

    asker: Asker
    chance: random.Random
    epoch: str = ""
    seq: int = 0
    live_at: list[float] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    attempt: int = 0

    async def follow(self) -> None:
        """Until it is cancelled."""
        while True:
            with contextlib.suppress(OSError, ValueError, KeyError, TimeoutError, WebSocketException):
                await self._connect()
            await asyncio.sleep(backoff_seconds(self.attempt, self.chance.random))
            self.attempt += 1

    async def _connect(self) -> None:
        ticket = await self.asker.ticket()
        async with connect(
            self.asker.base.replace("http", "ws") + "/api/board",
            origin=Origin(self.asker.base),
            compression=None,
            proxy=None,
            max_size=None,
            ping_interval=None,
            close_timeout=0.2,
        ) as socket:
            resume = {"epoch": self.epoch, "seq": self.seq} if self.epoch else None
            await socket.send(json.dumps({"type": "hello", "ticket": ticket, "resume": resume}))
            first = True
            while True:
                async with asyncio.timeout(SILENCE_SECONDS + 1.5 * first):
                    self._hear(str(await socket.recv()), first)
                first = False

    def _hear(self, text: str, first: bool) -> None:
        if not text.startswith(ROWS):
            return
        head = text[:300]
        self.seq = int(head.partition('"seq":')[2].partition(",")[0])
        if text.startswith(ROWS[0]):
            self.epoch = head.partition('"epoch":"')[2].partition('"')[0]
        if first:
            self.live_at.append(time.monotonic())
            self.by.append("snapshot" if text.startswith(ROWS[0]) else "delta")
            self.attempt = 0


async def hold(askers: list[Asker], boards: int, seed: int) -> None:
    """A client process: opens boards; prints when they were live, and again after the restart."""
    open_boards = [
        OpenBoard(askers[number % len(askers)], random.Random(seed + number)) for number in range(boards)
    ]
    tasks = []
    for number, board in enumerate(open_boards):
        tasks.append(asyncio.create_task(board.follow()))
        if number % 20 == 19:
            await asyncio.sleep(0.1)
    for round_number in (1, 2):
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while not all(len(board.live_at) >= round_number for board in open_boards):
                await asyncio.sleep(0.05)
        print(
            json.dumps(
                {"live_at": [b.live_at[-1] for b in open_boards], "by": [b.by[-1] for b in open_boards]}
            ),
            flush=True,
        )
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def add_people(settings: Settings) -> None:
    """``resume-0`` …, dispatchers of the four largest jurisdictions in turn."""
    async with open_house(settings) as house:
        homes = list_homes(house.region)
        for number in range(PEOPLE):
            await house.services.identity.create_person(
                login=f"resume-{number}",
                password=PASSWORD,
                display_name=f"Resume {number}",
                role=Role.DISPATCHER,
                jurisdiction_id=homes[number % len(homes)],
            )


def sign_everybody_in(base: str) -> list[dict[str, str]]:
    """One session each, which outlives the restart. An address may try sixty times at once."""
    sessions = []
    for number in range(PEOPLE):
        while True:
            body = {"person": f"resume-{number}", "password": PASSWORD}
            answer = httpx.post(f"{base}/api/sign-in", json=body, headers={"Origin": base}, timeout=30)
            if answer.status_code == 200:
                break
            time.sleep(0.5)
        cookie = answer.headers["set-cookie"].partition(";")[0]
        sessions.append({"base": base, "cookie": cookie, "csrf": answer.json()["csrf"]})
    return sessions


def measure(*, boards: int, processes: int, region: Path, kill: bool, pause: float) -> dict[str, Any]:
    """One restart."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(
            data_dir=Path(name) / "data", region=region, port=free_port(), secure_cookies=False
        )
        asyncio.run(add_people(settings))
        service, clients = Service(settings), []
        service.start()
        try:
            asked = Path(name) / "sessions.json"
            asked.write_text(json.dumps(sign_everybody_in(service.base)))
            for number in range(processes):
                share = boards // processes + (number < boards % processes)
                command = [sys.executable, "-m", "bench.resume", "--client", str(asked)]
                command += ["--boards", str(share), "--seed", str(number * 1_000_000)]
                clients.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            before = [_told(client) for client in clients]
            time.sleep(pause)
            ended_at = time.monotonic()
            service.kill() if kill else service.stop()
            service.start()
            ready_at, before_cpu = time.monotonic(), _cpu_seconds(service)
            after = [_told(client) for client in clients]
            spent = _cpu_seconds(service) - before_cpu
        finally:
            for client in clients:
                client.terminate()
                client.wait()
            service.stop()
    figures = _figures(before, after, ended_at, ready_at, boards)
    return {**figures, "server_cpu_ms_per_board": round(spent / boards * 1000, 2)}


def _cpu_seconds(service: Service) -> float:
    times = service.process.cpu_times()
    return float(times.user + times.system)


def _told(client: "subprocess.Popen[str]") -> dict[str, Any]:
    assert client.stdout
    line = client.stdout.readline()
    if not line:
        raise RuntimeError("a client gave up: not all boards were live in time")
    told: dict[str, Any] = json.loads(line)
    return told


def _figures(
    before: list[dict[str, Any]], after: list[dict[str, Any]], ended_at: float, ready_at: float, boards: int
) -> dict[str, Any]:
    live_at = [moment for told in after for moment in told["live_at"]]
    by = [word for told in after for word in told["by"]]
    assert len(live_at) == boards == sum(len(told["live_at"]) for told in before)
    since_ready = [max(0.0, moment - ready_at) * 1000 for moment in live_at]
    return {
        "boards": boards,
        "restart_seconds": round(ready_at - ended_at, 2),
        "live_after_ready": percentiles(since_ready),
        "last_live_after_ready_seconds": round(max(since_ready) / 1000, 2),
        "last_live_after_the_end_seconds": round(max(live_at) - ended_at, 2),
        "by": {word: by.count(word) for word in sorted(set(by))},
        "load_average": os.getloadavg()[0],
    }


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=2_000)
    parser.add_argument(
        "--processes", type=int, default=1, help="of boards; each takes a core while they return"
    )
    parser.add_argument("--region", type=Path, default=Path("var/regions/marlow"))
    parser.add_argument("--kill", action="store_true", help="SIGKILL instead of an orderly end")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between all live and the end")
    parser.add_argument("--client", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    chosen = vars(parser.parse_args())
    asked, seed = chosen.pop("client"), chosen.pop("seed")
    if asked is not None:
        askers = [Asker(**session) for session in json.loads(asked.read_text())]
        asyncio.run(hold(askers, chosen["boards"], seed))
        return
    print(json.dumps(measure(**chosen), indent=2))


if __name__ == "__main__":
    main()
