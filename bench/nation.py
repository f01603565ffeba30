"""The whole answer in ever larger nations while 6,400 positions a second come in, beside what others write.

``python -m bench.nation``; with ``--postgis FOLDER`` beside PostGIS too (root and Debian's postgresql-15
and postgis are needed). Ways are straight lines: the roads of a nation are not here. Ours is the answer as
the service makes it: the part of the picture taken on the loop, everything else on the engine's thread, own
units, permits with clauses, every refusal with all reasons. What parses a feed's bytes, and what writes the
answer to the record, is not in it.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from bench.made_nation import MadeNation, make_nation, reports_of
from bench.nation_peers import Peers, PostGis, postgis_server
from bench.world import percentiles
from dispatch.cli.serve import settle_collector
from dispatch.model.clock import system_now
from dispatch.model.ids import random_ids
from dispatch.model.incident import Incident
from dispatch.model.principal import Principal, Role
from dispatch.routing.areas import Areas
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.services.core import Core
from dispatch.services.engine import Engine
from dispatch.services.feeds import FeedWatch
from dispatch.services.intake import Intake
from dispatch.services.ports import Store
from dispatch.services.world import World

T = TypeVar("T")
POSITIONS_PER_SECOND = 6400
MOST_IN_A_BATCH = 100
PAUSE_SECONDS = 0.02
SIZES = ((1_000, 10), (1_000, 40), (10_000, 10), (10_000, 375), (80_000, 10), (80_000, 375), (80_000, 3_000))


class TimedEngine(Engine):
    """Notes the processor's time of each computation, which other work on the machine does not tell in."""

    def __init__(self, world: World) -> None:
        super().__init__(world, StraightLineTravelTimes(speed_mps=40 / 3.6, detour=1.3))
        self.cpu_ms: list[float] = []

    async def run(self, compute: Callable[[], T]) -> T:
        def timed() -> T:
            began = time.thread_time()
            found = compute()
            self.cpu_ms.append((time.thread_time() - began) * 1000)
            return found

        return await super().run(timed)


@dataclass
class Feed:
    """Sends positions through the service's intake, at the same pace whatever else happens."""

    nation: MadeNation
    intake: Intake
    sent: int = 0
    moved: list[int] = field(default_factory=list)

    async def run(self) -> None:
        """Until cancelled."""
        batches, began, first = self.nation.batches(MOST_IN_A_BATCH), time.perf_counter(), self.sent
        while True:
            due = first + int((time.perf_counter() - began) * POSITIONS_PER_SECOND)
            while self.sent < due:
                home, moved = next(batches)
                gateway = Principal(id=f"gateway-{home}", role=Role.FEED, jurisdiction_id=home)
                await self.intake.report(gateway, reports_of(moved, system_now()))
                self.sent += len(moved)
                rows = self.nation.world.picture.rows(unit_id for unit_id, _ in moved)
                self.moved += rows.tolist()
                await asyncio.sleep(0)  # each batch is a request of its own
            await asyncio.sleep(0.005)


@dataclass
class Bench:
    """One nation, with every way of asking it."""

    nation: MadeNation
    engine: TimedEngine
    feed: Feed
    peers: Peers
    postgis: PostGis | None
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    telling: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    async def ours(self, incident: Incident) -> None:
        """The whole answer."""
        await self.engine.recommend(incident, need=None, now=system_now())

    def on_a_thread(self, ask: Callable[[Incident], object]) -> Callable[[Incident], Awaitable[object]]:
        """A peer, asked as ours is: away from the loop that takes positions in."""
        loop = asyncio.get_running_loop()
        return lambda incident: loop.run_in_executor(self.thread, ask, incident)

    def ways(self) -> dict[str, Callable[[Incident], Awaitable[object]]]:
        """By name."""
        found: dict[str, Callable[[Incident], Awaitable[object]]] = {
            "ours": self.ours,
            "numpy_mask": self.on_a_thread(self.peers.numpy_mask),
            "kd_tree_and_filter": self.on_a_thread(self.peers.kd_tree_and_filter),
            "kd_tree_of_all": self.on_a_thread(self.peers.kd_tree),
        }
        if self.postgis is not None:
            found["postgis_knn_and_join"] = self.on_a_thread(self.postgis.nearest)
        return found


async def measure(bench: Bench, *, rounds: int, asks: int) -> dict[str, Any]:
    """All ways in turn, round after round."""
    taken: dict[str, list[list[float]]] = {name: [] for name in bench.ways()}
    rebuilt = [bench.peers.rebuild() for _ in range(3)]
    feeding = asyncio.create_task(bench.feed.run())
    for number in range(30):  # nothing is warm at first
        await bench.ours(bench.nation.incident(number, now=system_now()))
    bench.engine.cpu_ms.clear()
    began, sent, busy = time.perf_counter(), bench.feed.sent, time.process_time()
    for _ in range(rounds):
        for name, ask in bench.ways().items():
            bench.feed.moved.clear()
            rebuilt.append(bench.peers.rebuild())
            taken[name].append(await _ask(bench, name, ask, asks))
    seconds = time.perf_counter() - began
    feeding.cancel()
    return {
        **{name: _figures(times, taken["ours"]) for name, times in taken.items()},
        "ours_cpu_ms": percentiles(bench.engine.cpu_ms),
        "kd_tree_rebuilt_ms": round(float(np.median(rebuilt)), 1),
        "positions_per_second": round((bench.feed.sent - sent) / seconds),
        "process_cores": round((time.process_time() - busy) / seconds, 2),
    }


async def _ask(
    bench: Bench, name: str, ask: Callable[[Incident], Awaitable[object]], asks: int
) -> list[float]:
    times = []
    told = asyncio.create_task(_tell_postgis(bench)) if name.startswith("postgis") else None
    for number in range(asks):
        incident = bench.nation.incident(number, now=system_now())
        await asyncio.sleep(PAUSE_SECONDS)
        began = time.perf_counter()
        await ask(incident)
        times.append((time.perf_counter() - began) * 1000)
    if told is not None:
        told.cancel()
    return times


async def _tell_postgis(bench: Bench) -> None:
    """The same positions, ten times a second, on a connection of its own."""
    loop, postgis = asyncio.get_running_loop(), bench.postgis
    bench.feed.moved = []
    while postgis is not None:
        await asyncio.sleep(0.1)
        rows, bench.feed.moved = sorted(set(bench.feed.moved)), []
        await loop.run_in_executor(bench.telling, postgis.move, rows)


def _figures(times: list[list[float]], ours: list[list[float]]) -> dict[str, Any]:
    ratios = [float(np.median(theirs) / np.median(mine)) for theirs, mine in zip(times, ours, strict=True)]
    tails = [
        float(np.percentile(theirs, 99) / np.percentile(mine, 99))
        for theirs, mine in zip(times, ours, strict=True)
    ]
    return {
        **percentiles([each for one in times for each in one]),
        "p50_times_ours": round(float(np.median(ratios)), 2),
        "p99_times_ours": round(float(np.median(tails)), 2),
    }


async def measure_size(
    units: int, jurisdictions: int, *, rounds: int, asks: int, port: int | None
) -> dict[str, Any]:
    """One nation from nothing."""
    now = system_now()
    nation = make_nation(units=units, jurisdictions=jurisdictions, now=now)
    settle_collector()
    engine = TimedEngine(nation.world)
    core = Core(
        store=cast(Store, None),  # positions are not recorded one by one
        world=nation.world,
        engine=engine,
        areas=Areas(()),
        clock=system_now,
        ids=random_ids,
    )
    peers = Peers(nation.world, now=now)
    postgis = PostGis(port, peers) if port else None
    bench = Bench(
        nation, engine, Feed(nation, Intake(core, FeedWatch(core, publish=lambda _: None))), peers, postgis
    )
    try:
        found = await measure(bench, rounds=rounds, asks=asks)
    finally:
        engine.close()
        bench.thread.shutdown()
        bench.telling.shutdown()
        if postgis is not None:
            postgis.close()
    near = np.mean(
        [len(nation.world.book.pairs.list_others(home)) + 1 for home in nation.world.region.jurisdictions]
    )
    return {
        "units": units,
        "jurisdictions": jurisdictions,
        "units_in_a_neighbourhood": round(float(near) * units / jurisdictions),
        **found,
        "resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load_average": os.getloadavg()[0],
    }


def main() -> None:
    """Parse, measure, print JSON, one line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--asks", type=int, default=60)
    parser.add_argument("--size", type=int, nargs=2, action="append", metavar=("UNITS", "JURISDICTIONS"))
    parser.add_argument("--postgis", type=Path, help="a folder that is not there yet, for the server's data")
    parser.add_argument("--port", type=int, help="of a server of yours; with --postgis: for the one to start")
    chosen = parser.parse_args()
    if chosen.size and len(chosen.size) == 1 and not chosen.postgis:
        (units, jurisdictions) = chosen.size[0]
        found = asyncio.run(
            measure_size(units, jurisdictions, rounds=chosen.rounds, asks=chosen.asks, port=chosen.port)
        )
        print(json.dumps(found), flush=True)
        return
    with ExitStack() as stack:
        port = chosen.port or 55437
        if chosen.postgis:
            stack.enter_context(postgis_server(chosen.postgis, port))
        for size in chosen.size or SIZES:  # each in a process of its own, for its memory
            command = [sys.executable, "-m", "bench.nation", "--size", *map(str, size)]
            command += ["--rounds", str(chosen.rounds), "--asks", str(chosen.asks)]
            command += ["--port", str(port)] if chosen.postgis or chosen.port else []
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
