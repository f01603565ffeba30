"""What dispatchers' boards are sent in some hours of a simulated region, for the alarms to be counted on.

``python -m tests.make_alarm_hours --warm-up 150 --intensity 16 --into FOLDER`` plays the region with the
simulator's crews and dispatchers at every console, on a clock moved by hand, and writes one
``<jurisdiction>.jsonl.gz`` of frames per dispatcher's console (without positions: no alarm hangs on where a
unit is). The same seed gives the same calls. ``web/tests/alarms/hours`` holds four consoles of that very run.
"""

import argparse
import asyncio
import gzip
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import orjson

from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.model.clock import ManualClock
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role
from dispatch.model.unit import UnitStatus
from dispatch.routing.dijkstra import DijkstraTravelTimes
from dispatch.services.adoption import adopt
from dispatch.services.house import Background, Services, open_services
from dispatch.services.intake import UnitReport
from dispatch.simulate.crew import Pace
from dispatch.simulate.drive import Drive, Scene
from dispatch.simulate.places import list_places
from dispatch.store.store import open_store

BEGINS = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""A Monday, when most calls come in the fictional valley."""
NOBODY = JurisdictionId("nobody")


class Tape:
    """A board that only writes down."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def offer(self, frame: bytes) -> bool:
        if orjson.loads(frame)["type"] != "positions":
            self.frames.append(frame)
        return True

    def close(self, code: int, reason: str) -> None:
        """The service ends with the hour."""


async def record(
    bundle: Path, directory: Path, *, warm_up: int, minutes: int, intensity: float, seed: int
) -> dict[JurisdictionId, Tape]:
    """Play so many minutes; answers what each jurisdiction's dispatchers were sent after the warm-up."""
    clock, region, roads = ManualClock(BEGINS), load_region(bundle), load_roads(bundle)
    store = open_store(f"sqlite:///{directory / 'record.db'}", clock=clock)
    await adopt(store, region, list_agreement_texts(bundle), clock=clock)
    travel, places = DijkstraTravelTimes(roads), list_places(region, roads)
    services = await open_services(
        region=region, travel=travel, store=store, clock=clock, places=lambda: places
    )
    scene = Scene(borrower=NOBODY, lender=NOBODY, surge_seconds=0, intensity=intensity, seed=seed)
    drive = Drive(
        services, store, travel=travel, places=places, scene=scene, clock=clock, pace=Pace(chute_seconds=60)
    )
    try:
        await go_on_duty(services, clock)
        await play(services, drive, clock, minutes=warm_up)
        tapes = {place: join(services, place) for place in region.jurisdictions}
        await play(services, drive, clock, minutes=minutes)
    finally:
        await services.close()
        await store.close()
    return tapes


async def play(services: Services, drive: Drive, clock: ManualClock, *, minutes: int) -> None:
    for _ in range(minutes * 60):
        clock.advance(seconds=1)
        await drive.tick()
        await look(services, clock)


async def go_on_duty(services: Services, clock: ManualClock) -> None:
    for unit in services.region.units.values():
        feed = Principal(
            id=f"feed-{unit.jurisdiction_id}", role=Role.FEED, jurisdiction_id=unit.jurisdiction_id
        )
        report = UnitReport(unit_id=unit.id, at=clock(), status=UnitStatus.AVAILABLE, position=None)
        await services.intake.report(feed, [report])


def join(services: Services, place: JurisdictionId) -> Tape:
    tape = Tape()
    dispatcher = Principal(id=f"dispatcher-{place}", role=Role.DISPATCHER, jurisdiction_id=place)
    me = {"person": dispatcher.id, "role": "dispatcher", "jurisdiction": place}
    services.hub.join(dispatcher, tape, session_id=f"session-{place}", me=me, resume=None)
    return tape


async def look(services: Services, clock: ManualClock) -> None:
    """What the service's timers do within a second."""
    background: Background | None = services.background
    assert background is not None
    await background.escalation.sweep()
    changed = background.cover.look_around(seconds=1.0, now=clock())
    if changed:
        services.hub.publish(changed)
    await background.cover.record_changes()
    services.hub.publish(background.core.world.list_timed_keys())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, default=Path("var/regions/marlow"))
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--warm-up", type=int, default=0)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--intensity", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        tapes = asyncio.run(
            record(
                asked.bundle,
                Path(directory),
                warm_up=asked.warm_up,
                minutes=asked.minutes,
                intensity=asked.intensity,
                seed=asked.seed,
            )
        )
    asked.into.mkdir(parents=True, exist_ok=True)
    for place, tape in tapes.items():
        lines = b"".join(frame + b"\n" for frame in tape.frames)
        (asked.into / f"{place}.jsonl.gz").write_bytes(gzip.compress(lines, 9, mtime=0))


if __name__ == "__main__":
    main()
