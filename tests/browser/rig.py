"""A service whose feeds a test holds in its hand: it may speak, repeat itself and fall silent.

``dispatch serve`` on the sample region as a process of its own, with people, keys, and nothing that moves by
itself. ``make_bundle`` takes a region's roads or agreements away.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bench.crash import free_port
from dispatch.bootstrap import open_house
from dispatch.gateways.regions.bundle import ROADS, load_region, load_roads, roads_bytes, write_bundle
from dispatch.model.clock import system_now
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.model.region import Region
from dispatch.routing.graph import RoadGraph
from dispatch.settings import Settings
from tests.story.serving import PASSWORD, Demo, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
MARLOW = ROOT / "var" / "regions" / "marlow"
HARLOW, CEDAR = JurisdictionId("harlow"), JurisdictionId("cedar")


@dataclass
class Feed:
    """A feed with its key. ``say`` reports all its units at once, by default as of now."""

    base: str
    key: str
    units: Sequence[tuple[str, float, float]]

    def say(
        self,
        *,
        fix_at: datetime | None = None,
        status: str | None = None,
        statuses: Sequence[str] = (),
    ) -> None:
        """``fix_at``: the fix's own time, which may be long ago. ``statuses`` are for the units in turn."""
        at = (fix_at or system_now()).isoformat()
        reports = [
            {"unit_id": unit, "at": at, "lon": lon, "lat": lat, **({"status": said} if said else {})}
            for (unit, lon, lat), said in zip(self.units, cycle(statuses or [status]))
        ]
        answer = httpx.post(
            f"{self.base}/api/feeds/reports/batch",
            json={"reports": reports},
            headers={"Authorization": f"Bearer {self.key}"},
        )
        answer.raise_for_status()


@dataclass
class Rig:
    """A record with people and keys, and the service on it while it runs. It comes back on its port."""

    settings: Settings
    region: Region
    keys: Mapping[str, str]
    environment: Mapping[str, str]
    flags: Sequence[str] = ()
    _process: subprocess.Popen[bytes] | None = None

    @property
    def demo(self) -> Demo:
        """Where its pages are, and everybody's password."""
        return Demo(
            base=f"http://127.0.0.1:{self.settings.port}",
            borrower="harlow",
            lender="cedar",
            password=PASSWORD,
            data_dir=self.settings.data_dir,
        )

    def feed(self, home: str) -> Feed:
        units = [unit for unit in self.region.units.values() if unit.jurisdiction_id == home]
        places = [(unit.id, self.region.home_of(unit) or self.region.centre) for unit in units]
        return Feed(self.demo.base, self.keys[home], [(unit, p.lon, p.lat) for unit, p in places])

    def start(self) -> None:
        command = [sys.executable, "-m", "dispatch", "serve", *self.flags]
        output = self.settings.data_dir / "output.txt"
        with output.open("ab") as said:
            self._process = subprocess.Popen(
                command, env=dict(self.environment), stdout=said, stderr=subprocess.STDOUT
            )
        wait_until_ready(self.demo.base, self._process, output)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)


@contextmanager
def running(
    folder: Path,
    *,
    bundle: Path = MARLOW,
    feeds: Sequence[str] = ("harlow", "cedar"),
    training: bool = False,
    limits: str = "",
) -> Iterator[Rig]:
    """A service with people of Harlow and Cedar; ``feeds``: whose keys there are (``AVL Harlow``)."""
    settings = Settings(data_dir=folder / "data", region=bundle, port=free_port(), secure_cookies=False)
    settings.data_dir.mkdir(parents=True)
    with ThreadPoolExecutor(1) as thread:  # the browser's own loop runs in this one
        rig = thread.submit(asyncio.run, _prepare(settings, feeds, limits)).result()
    rig.flags = ["--training"] if training else []
    try:
        rig.start()
        yield rig
    finally:
        rig.stop()


async def _prepare(settings: Settings, feeds: Sequence[str], limits: str) -> Rig:
    keys: dict[str, str] = {}
    async with open_house(settings) as house:
        identity, region = house.services.identity, house.region
        for home in (HARLOW, CEDAR):
            for role in (Role.DISPATCHER, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN):
                await identity.create_person(
                    login=f"{home}-{role.value}",
                    password=PASSWORD,
                    display_name=f"{home.title()} {role.value}",
                    role=role,
                    jurisdiction_id=home,
                )
        for home in feeds:
            short = region.jurisdictions[JurisdictionId(home)].name.rpartition(" of ")[2]
            keys[home] = await identity.create_api_key(
                jurisdiction_id=JurisdictionId(home), label=f"AVL {short}"
            )
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "DISPATCH_DATA_DIR": str(settings.data_dir),
        "DISPATCH_REGION": str(settings.region),
        "DISPATCH_PORT": str(settings.port),
        "DISPATCH_SECURE_COOKIES": "false",
        "DISPATCH_FEED_LIMITS": limits,
    }
    return Rig(settings=settings, region=region, keys=keys, environment=environment)


def make_bundle(folder: Path, *, roads: bool = True, agreements: bool = True) -> Path:
    """The sample region again, without its roads or without its agreements."""
    header: dict[str, Any] = json.loads((MARLOW / "region.json").read_text(encoding="utf-8"))
    names = [name for name in header.pop("files") if agreements or not name.startswith("agreements/")]
    header.pop("format")
    files: dict[str, bytes | Path] = {name: (MARLOW / name).read_bytes() for name in names}
    if not roads:
        files[ROADS] = roads_bytes(_without_arcs(load_roads(MARLOW)))
    write_bundle(folder, header, files)
    load_region(folder)
    return folder


def _without_arcs(graph: RoadGraph) -> RoadGraph:
    kept = {"shape_start": np.zeros(1, dtype=np.int64), "banned": np.empty((0, 2), dtype=np.int64)}
    return RoadGraph(**{name: kept.get(name, column[:0]) for name, column in graph.columns().items()})


def minutes_ago(minutes: float) -> datetime:
    return system_now() - timedelta(minutes=minutes)
