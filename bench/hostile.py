"""How long hostile bodies take, and how long they stop the event loop for everybody else.

Run: python -m bench.hostile [--rounds 20]

The server (uvicorn, the real guard, router and schemas; use cases that refuse to be reached) runs in
this process with a probe that wakes every 2 ms and notes how late it is; the clients run in another
process, so that their own work does not count. Budget: every answer 4xx, the loop never late by 50 ms.
"""

import argparse
import asyncio
import http.client
import json
import multiprocessing
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import uvicorn

from dispatch.api.json_scan import find_flaw
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role
from tests.make_api import FakeIdentity, make_app, make_fake_services, make_signed
from tests.make_hostile import hostile_bodies

PATHS = ("/api/incidents", "/api/feeds/reports/batch", "/api/sign-in")


def attack(port: int, rounds: int, results: "multiprocessing.Queue[tuple[str, str, int, float]]") -> None:
    """Send every body to every path, ``rounds`` times; put (name, path, status, milliseconds)."""
    for name, (body, content_type) in hostile_bodies().items():
        for path in PATHS:
            for _ in range(rounds):
                status, took_ms = _post(port, path, body, content_type)
                results.put((name, path, status, took_ms))
    results.put(("", "", 0, 0.0))


def _post(port: int, path: str, body: bytes, content_type: str) -> tuple[int, float]:
    headers = {
        "Content-Type": content_type,
        "Origin": f"http://127.0.0.1:{port}",
        "X-CSRF-Token": "csrf-token",
    }
    headers |= (
        {"Authorization": "Bearer key.secret"} if "feeds" in path else {"Cookie": "dispatch_session=token"}
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    try:
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        status = answer.status
    except (BrokenPipeError, ConnectionResetError):
        # The server answered 413 and closed while we were still sending: refused all the same.
        status = 413
    finally:
        connection.close()
    return status, (time.perf_counter() - began) * 1e3


async def watch_loop(lateness_ms: list[float]) -> None:
    """Note how late each wake-up was; cancelled at the end."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.002)
        lateness_ms.append((time.perf_counter() - began) * 1e3 - 2)


async def run(rounds: int) -> None:
    feed = Principal(id="key", role=Role.FEED, jurisdiction_id=JurisdictionId("harlow"))
    signed = make_signed(seconds=timedelta(hours=1).total_seconds())
    identity = FakeIdentity(sessions={"token": signed}, machines={"key.secret": feed})
    app = make_app(make_fake_services(identity))
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, lifespan="off", access_log=False, log_level="critical")
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    quiet_ms: list[float] = []
    await _watch_for(quiet_ms, seconds=3)
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[tuple[str, str, int, float]] = context.Queue()
    client = context.Process(target=attack, args=(port, rounds, results))
    client.start()
    late_ms: list[float] = []
    watching = asyncio.create_task(watch_loop(late_ms))
    rows = await asyncio.to_thread(_collect, results)
    watching.cancel()
    client.join()
    server.should_exit = True
    await serving
    _report(rows, late_ms, quiet_ms)


async def _watch_for(lateness_ms: list[float], *, seconds: float) -> None:
    watching = asyncio.create_task(watch_loop(lateness_ms))
    await asyncio.sleep(seconds)
    watching.cancel()


def _collect(
    results: "multiprocessing.Queue[tuple[str, str, int, float]]",
) -> list[tuple[str, str, int, float]]:
    rows = []
    while (row := results.get())[0]:
        rows.append(row)
    return rows


def _report(
    rows: Sequence[tuple[str, str, int, float]], late_ms: Sequence[float], quiet_ms: Sequence[float]
) -> None:
    by_name: dict[str, list[tuple[int, float]]] = {}
    for name, _, status, took_ms in rows:
        by_name.setdefault(name, []).append((status, took_ms))
    print(f"{'body':36} {'status':12} {'median ms':>9} {'max ms':>8}")
    for name, answers in by_name.items():
        statuses = "/".join(str(status) for status in sorted({status for status, _ in answers}))
        times = [took_ms for _, took_ms in answers]
        print(f"{name:36} {statuses:12} {statistics.median(times):9.2f} {max(times):8.2f}")
    wrong = [row for row in rows if not 400 <= row[2] < 500]
    print(f"\n{len(rows)} requests, {len(wrong)} not 4xx")
    print(f"loop lateness: {_tail(late_ms)}   (quiet, 3 s: {_tail(quiet_ms)})")


def _tail(values: Sequence[float]) -> str:
    ordered = sorted(values)
    return (
        f"median {ordered[len(ordered) // 2]:.2f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.2f} ms, "
        f"max {ordered[-1]:.2f} ms over {len(ordered)} wakes"
    )


def measure_scan() -> None:
    """What the scan costs an honest client."""
    report = {"unit_id": "harlow-m1", "status": "available", "lon": -1.234567, "lat": 51.234567}
    report["at"] = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    for name, value in (("one report", report), ("500 reports", {"reports": [report] * 500})):
        text = json.dumps(value).encode()
        times = []
        for _ in range(200):
            began = time.perf_counter()
            if find_flaw(text, max_members=12_000):
                raise SystemExit("an honest body was refused")
            times.append((time.perf_counter() - began) * 1e6)
        print(f"scan of {name} ({len(text)} B): median {statistics.median(times):.0f} us")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    measure_scan()
    asyncio.run(run(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
