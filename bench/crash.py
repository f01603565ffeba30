"""Kill the service at random moments under busy dispatchers, and see whether anything acknowledged was lost.

``python -m bench.crash --kills 200``. Eight dispatchers open incidents, send their own units, set
statuses and close, each command with an Idempotency-Key that is sent again until an answer comes.
Every kill is SIGKILL. After each restart the record is verified; at the end every acknowledged
command must be in the journal exactly once.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from dispatch.bootstrap import open_house
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.model.region import Region
from dispatch.settings import Settings
from dispatch.store.store import reading

DISPATCHERS = 8
PASSWORD = secrets.token_hex(12)


@dataclass
class Tally:
    """What the dispatchers did and what became of it."""

    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    sent_again: int = 0
    conflicts: int = 0
    restart_seconds: list[float] = field(default_factory=list)
    kills: int = 0
    unexpected: list[str] = field(default_factory=list)
    unverified: list[str] = field(default_factory=list)


class Service:
    """One service process on a port of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.base = f"http://127.0.0.1:{settings.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        began = time.perf_counter()
        environment = {
            **os.environ,
            "DISPATCH_DATA_DIR": str(self.settings.data_dir),
            "DISPATCH_REGION": str(self.settings.region),
            "DISPATCH_DATABASE_URL": self.settings.database_url,
            "DISPATCH_PORT": str(self.settings.port),
            "DISPATCH_SECURE_COOKIES": "false",
        }
        command = [sys.executable, "-m", "dispatch", "serve"]
        self._process = subprocess.Popen(command, env=environment)
        while time.perf_counter() - began < 30:
            try:
                if httpx.get(f"{self.base}/readyz", timeout=1).status_code == 200:
                    return time.perf_counter() - began
            except httpx.HTTPError:
                time.sleep(0.01)
        raise RuntimeError("the service did not come back")

    @property
    def process(self) -> psutil.Process:
        """The running process, for its figures."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=15)


class Dispatcher(threading.Thread):
    """One busy dispatcher, who sends each command again until it is answered."""

    def __init__(
        self,
        number: int,
        base: str,
        region: Region,
        home: JurisdictionId,
        tally: Tally,
        done: threading.Event,
    ) -> None:
        super().__init__(daemon=True)
        self._base, self._home, self._tally, self._done = base, home, tally, done
        self._login = f"crash-{number}"
        self._chance = random.Random(number)
        self._area = region.jurisdictions[home].area
        self._units = [unit.id for unit in region.units.values() if unit.jurisdiction_id == home]
        self._client = httpx.Client(base_url=base, headers={"Origin": base}, timeout=5)
        self._csrf = ""

    def run(self) -> None:
        with self._client:
            while not self._done.is_set():
                try:
                    self._work()
                except _Stopped:
                    return
                except Exception as error:  # noqa: BLE001  a failed worker must fail the run, not vanish
                    self._tally.unexpected.append(f"{self._login}: {error!r}")
                    return

    def _work(self) -> None:
        point = self._area.representative_point()
        incident = self._command(
            "/api/incidents",
            {
                "lon": point.x,
                "lat": point.y,
                "priority": "critical",
                "nature": "Cardiac arrest",
                "needs": [{"unit_type": "als_ambulance", "count": 1}],
                "note": secrets.token_hex(4),
            },
        )
        if incident is None:
            return
        unit = self._chance.choice(self._units)
        if self._command(f"/api/incidents/{incident['id']}/assignments", {"unit_id": unit}) is not None:
            for status in ("en_route", "on_scene"):
                self._command(f"/api/units/{unit}/status", {"status": status})
        self._command(f"/api/incidents/{incident['id']}/close", {})

    def _command(self, path: str, body: dict[str, object]) -> dict[str, object] | None:
        key = secrets.token_hex(16)
        tries = 0
        while not self._done.is_set():
            tries += 1
            try:
                if not self._csrf:
                    self._sign_in()
                headers = {"Idempotency-Key": key, "X-CSRF-Token": self._csrf}
                answer = self._client.post(path, json=body, headers=headers)
            except httpx.HTTPError:
                time.sleep(0.02)
                continue
            if tries > 1:
                self._tally.sent_again += 1
            if answer.is_success:
                self._tally.acknowledged.append((key, path))
                made: dict[str, object] = answer.json()
                return made
            if answer.status_code in (409, 422):
                self._tally.conflicts += 1
                return None
            if answer.status_code == 401:
                self._csrf = ""
            elif answer.status_code not in (429, 503):
                raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:300]}")
            else:
                time.sleep(0.05)
        raise _Stopped

    def _sign_in(self) -> None:
        answer = self._client.post("/api/sign-in", json={"person": self._login, "password": PASSWORD})
        if answer.status_code == 200:
            self._csrf = answer.json()["csrf"]
        else:
            time.sleep(0.2)


class _Stopped(Exception):
    """The run is over."""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


async def prepare(settings: Settings) -> Region:
    """Create the dispatchers, put the units on duty, and answer the region."""
    from dispatch.model.clock import system_now
    from dispatch.model.principal import Principal
    from dispatch.model.unit import UnitStatus
    from dispatch.services.intake import UnitReport

    async with open_house(settings) as house:
        homes = list_homes(house.region)
        for number in range(DISPATCHERS):
            await house.services.identity.create_person(
                login=f"crash-{number}",
                password=PASSWORD,
                display_name=f"Crash {number}",
                role=Role.DISPATCHER,
                jurisdiction_id=homes[number % len(homes)],
            )
        for home in homes:
            feed = Principal(id="rig", role=Role.FEED, jurisdiction_id=home)
            units = [unit for unit in house.region.units.values() if unit.jurisdiction_id == home]
            now = system_now()
            reports = [
                UnitReport(
                    unit_id=unit.id, at=now, status=UnitStatus.AVAILABLE, position=house.region.home_of(unit)
                )
                for unit in units
            ]
            await house.services.intake.report(feed, reports)
        return house.region


def list_homes(region: Region) -> list[JurisdictionId]:
    """The four jurisdictions with the largest fleets."""
    fleet = Counter(unit.jurisdiction_id for unit in region.units.values())
    return [home for home, _ in fleet.most_common(4)]


def verify(settings: Settings) -> str:
    """Empty when ``dispatch verify`` says yes, else what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "dispatch", "verify", settings.url],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def check_journal(settings: Settings, tally: Tally) -> dict[str, int]:
    """Acknowledged commands that are missing, and keys that had more than one effect."""
    with reading(settings.url) as reader:
        keys = [(entry.key, entry.type, entry.body) for entry in reader.list_entries() if entry.key]
    effects = Counter((key, kind, json.dumps(body, sort_keys=True, default=str)) for key, kind, body in keys)
    opened = Counter(key for key, kind, _ in keys if kind == "incident.opened")
    known = {key for key, _, _ in keys}
    return {
        "lost": sum(1 for key, _ in tally.acknowledged if key not in known),
        "twice": sum(1 for count in effects.values() if count > 1)
        + sum(1 for count in opened.values() if count > 1),
        "entries": len(keys),
    }


def rig(*, kills: int, region: Path, database_url: str = "", seed: int = 1) -> dict[str, object]:
    """Run the whole trial and answer its figures."""
    chance = random.Random(seed)
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder),
            region=region,
            database_url=database_url,
            port=free_port(),
            secure_cookies=False,
        )
        known = asyncio.run(prepare(settings))
        service, done = Service(settings), threading.Event()
        service.start()
        homes = list_homes(known)
        workers = [
            Dispatcher(number, service.base, known, homes[number % len(homes)], tally, done)
            for number in range(DISPATCHERS)
        ]
        try:
            for worker in workers:
                worker.start()
            for _ in range(kills):
                time.sleep(chance.uniform(0.2, 1.5))
                service.kill()
                tally.kills += 1
                said = verify(settings)
                if said:
                    tally.unverified.append(said)
                tally.restart_seconds.append(service.start())
            time.sleep(1)
        finally:
            done.set()
            for worker in workers:
                worker.join(timeout=20)
            service.stop()
        return figures(tally, check_journal(settings, tally), verify(settings))


def figures(tally: Tally, journal: dict[str, int], last: str) -> dict[str, object]:
    """The run as figures; ``ok`` is the claim."""
    ok = not (journal["lost"] or journal["twice"] or tally.unverified or tally.unexpected or last)
    return {
        "ok": ok,
        "kills": tally.kills,
        "acknowledged": len(tally.acknowledged),
        "sent_again": tally.sent_again,
        "conflicts": tally.conflicts,
        "acknowledged_and_lost": journal["lost"],
        "keys_with_two_effects": journal["twice"],
        "journal_entries_with_key": journal["entries"],
        "verifications_failed": len(tally.unverified) + bool(last),
        "restart_seconds_p50": round(statistics.median(tally.restart_seconds), 2),
        "restart_seconds_max": round(max(tally.restart_seconds), 2),
        "problems": (tally.unexpected + tally.unverified + [last])[:3],
    }


def main() -> None:
    """Parse, run, print JSON; exit 1 when the claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--region", type=Path, default=Path("var/regions/marlow"))
    parser.add_argument("--database-url", default="")
    chosen = parser.parse_args()
    result = rig(kills=chosen.kills, region=chosen.region, database_url=chosen.database_url)
    print(json.dumps(result, indent=2))
    sys.exit(0 if result["ok"] else 1)


if __name__ == "__main__":
    main()
