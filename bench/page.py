"""The board's page in a real Chromium: 5,000 rows, 2,000 units on the map, 500 updates a second.

``python -m bench.page --minutes 1`` (``DISPATCH_CHROMIUM`` names the browser). A whole service on the sample
region with a fleet made larger; a feed reports for it over HTTP. The page is the built one, signed in to as
a dispatcher. Frames are counted by ``requestAnimationFrame``; the main thread's share and the heap are the
browser's own figures (the heap after a collection); an update's way is from its frame's arrival to the end of
the next rendering. ``--times`` sends that many times the updates; ``--soak 30`` watches for so many minutes
instead, and tells the heap of every minute.
"""

import argparse
import asyncio
import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.async_api import CDPSession, Page, async_playwright

from bench.crash import PASSWORD, Service, free_port
from bench.world import percentiles
from dispatch.bootstrap import open_house
from dispatch.gateways.regions.bundle import load_region
from dispatch.model.clock import iso, system_now
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.principal import Principal, Role
from dispatch.model.unit import UnitStatus
from dispatch.services.intake import UnitReport
from dispatch.settings import Settings

HOME: Final = JurisdictionId("harlow")
BATCH: Final = 25
WHAT: Final = ("still", "scroll", "pan")
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--enable-precise-memory-info",
]

WATCH: Final = """
window.__page = { frames: 0, ways: [], gaps: [] };
let last = performance.now();
const count = (now) => {
  window.__page.frames += 1;
  window.__page.gaps.push(now - last);
  last = now;
  requestAnimationFrame(count);
};
requestAnimationFrame(count);
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', () => {
      const came = performance.now();
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.__page.ways.push(performance.now() - came);
        channel.port2.postMessage(null);
      });
    });
  }
};
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much there is to show, and how fast it changes."""

    units: int
    on_map: int
    updates_per_second: int
    seconds: float
    soak_minutes: int


@dataclass(slots=True)
class Count:
    """How many updates the service has taken."""

    sent: int = 0


def enlarge(bundle: Path, into: Path, *, units: int) -> None:
    """The bundle with so many times its fleet that there are ``units`` of them or a few more."""
    shutil.copytree(bundle, into)
    table = list(csv.reader(io.StringIO((into / "units.csv").read_text(encoding="utf-8"))))
    head, fleet = table[0], table[1:]
    times = -(-units // len(fleet))
    at = [head.index(name) for name in ("id", "call_sign")]
    more = [head]
    for copy in range(times):
        for unit in fleet:
            more.append(
                [f"{cell}-{copy}" if column in at and copy else cell for column, cell in enumerate(unit)]
            )
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(more)
    (into / "units.csv").write_text(text.getvalue(), encoding="utf-8")
    header = json.loads((into / "region.json").read_text(encoding="utf-8"))
    header["files"]["units.csv"] = hashlib.sha256((into / "units.csv").read_bytes()).hexdigest()
    (into / "region.json").write_text(json.dumps(header), encoding="utf-8")


async def prepare(settings: Settings, *, on_map: int) -> tuple[dict[JurisdictionId, str], list[str]]:
    """A dispatcher, a feed's key for each jurisdiction, every unit on duty; answers which have a position."""
    async with open_house(settings) as house:
        identity, region = house.services.identity, house.region
        await identity.create_person(
            login="page", password=PASSWORD, display_name="Page", role=Role.DISPATCHER, jurisdiction_id=HOME
        )
        keys, placed = {}, 0
        shown: list[str] = []
        for home in region.jurisdictions:
            keys[home] = await identity.create_api_key(jurisdiction_id=home, label="page")
            feed = Principal(id="page-feed", role=Role.FEED, jurisdiction_id=home)
            reports = []
            for unit in (unit for unit in region.units.values() if unit.jurisdiction_id == home):
                placed += 1
                position = region.home_of(unit) if placed <= on_map else None
                if position is not None:
                    shown.append(unit.id)
                reports.append(
                    UnitReport(
                        unit_id=unit.id, at=system_now(), status=UnitStatus.AVAILABLE, position=position
                    )
                )
            for first in range(0, len(reports), 500):
                await house.services.intake.report(feed, reports[first : first + 500])
        return keys, shown


async def feed(
    base: str,
    keys: dict[JurisdictionId, str],
    homes: dict[str, JurisdictionId],
    places: Mapping[UnitId, tuple[float, float]],
    count: Count,
    *,
    rate: int,
) -> None:
    """Report positions, and one status in fifty, in batches of one jurisdiction, until cancelled."""
    units, sent, began = sorted(homes, key=lambda unit: homes[unit]), 0, time.perf_counter()
    batch_size = max(BATCH, rate // 20)
    async with httpx.AsyncClient(base_url=base, timeout=30) as http:
        while True:
            first = units[sent % len(units)]
            batch = [unit for unit in units[sent % len(units) :][:batch_size] if homes[unit] == homes[first]]
            now = iso(system_now())
            reports = []
            for unit in batch:
                sent += 1
                lon, lat = places[UnitId(unit)]
                drift = (sent * 37 % 1000) * 4e-5 - 0.02
                report: dict[str, Any] = {
                    "unit_id": unit,
                    "at": now,
                    "lon": lon + drift,
                    "lat": lat - drift / 2,
                }
                if sent % 50 == 0:
                    report["status"] = "out_of_service" if sent % 100 else "available"
                reports.append(report)
            answer = await http.post(
                "/api/feeds/reports/batch",
                json={"reports": reports},
                headers={"Authorization": f"Bearer {keys[homes[first]]}"},
            )
            answer.raise_for_status()
            count.sent = sent
            await asyncio.sleep(max(0.0, sent / rate - (time.perf_counter() - began)))


async def sign_in(page: Page, base: str) -> None:
    """As the dispatcher, until there are rows."""
    await page.add_init_script(WATCH)
    await page.goto(base)
    await page.get_by_test_id("sign-in-person").fill("page")
    await page.get_by_test_id("sign-in-password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    await page.get_by_test_id("unit-row").first.wait_for(timeout=60_000)


async def metrics(cdp: CDPSession) -> dict[str, float]:
    """The browser's own figures, after a collection."""
    await cdp.send("HeapProfiler.collectGarbage")
    found = await cdp.send("Performance.getMetrics")
    return {row["name"]: row["value"] for row in found["metrics"]}


async def look(page: Page, cdp: CDPSession, seconds: float, *, what: str) -> dict[str, Any]:
    """Watch the page for a while, still, scrolling the table or panning the map."""
    before = await metrics(cdp)
    await page.evaluate(
        "() => { window.__page.frames = 0; window.__page.ways = []; window.__page.gaps = []; }"
    )
    began = time.perf_counter()
    box = await page.get_by_test_id("units-list" if what == "scroll" else "map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    step = 0
    while (passed := time.perf_counter() - began) < seconds:
        step += 1
        if what == "scroll":
            await page.mouse.move(x, y)
            await page.mouse.wheel(0, 240 if step % 60 < 30 else -240)
        elif what == "pan":
            await page.mouse.move(x, y)
            await page.mouse.down()
            await page.mouse.move(x + (120 if step % 2 else -120), y + 30, steps=12)
            await page.mouse.up()
        await asyncio.sleep(0.05 if what != "still" else 0.5)
    seen = await page.evaluate("() => window.__page")
    after = await metrics(cdp)
    return {
        "fps": round(seen["frames"] / passed, 1),
        "longest_gap_ms": round(max(seen["gaps"]), 1),
        "main_thread_percent": round((after["TaskDuration"] - before["TaskDuration"]) / passed * 100, 1),
        "update": percentiles(seen["ways"]) if seen["ways"] else None,
        "frames_heard": len(seen["ways"]),
        "heap_mb": round(after["JSHeapUsedSize"] / 1e6, 1),
    }


async def soak(page: Page, cdp: CDPSession, minutes: int) -> list[float]:
    """The heap at each minute's end; the table is scrolled and the map panned for ten seconds of each."""
    heaps = []
    for _ in range(minutes):
        for what, seconds in (("still", 50.0), ("scroll", 5.0), ("pan", 5.0)):
            after = await look(page, cdp, seconds, what=what)
        heaps.append(after["heap_mb"])
    return heaps


async def measure(load: Load, *, bundle: Path, size: tuple[int, int]) -> dict[str, Any]:
    """Everything once."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        enlarge(bundle, folder / "region", units=load.units)
        settings = Settings(
            data_dir=folder / "data", region=folder / "region", port=free_port(), secure_cookies=False
        )
        keys, shown = await prepare(settings, on_map=load.on_map)
        region = load_region(folder / "region")
        homes: dict[str, JurisdictionId] = {
            unit: region.units[unit].jurisdiction_id for unit in map(UnitId, shown)
        }
        stands = ((unit, region.home_of(region.units[unit])) for unit in map(UnitId, shown))
        places = {unit: (place.lon, place.lat) for unit, place in stands if place is not None}
        service, count = Service(settings), Count()
        await asyncio.to_thread(service.start)
        reporting = asyncio.create_task(
            feed(
                service.base,
                keys,
                homes,
                places,
                count,
                rate=load.updates_per_second,
            )
        )
        try:
            found = await _watch(service.base, load, size, count)
            if reporting.done():
                reporting.result()
            return found
        finally:
            reporting.cancel()
            service.stop()


async def _watch(base: str, load: Load, size: tuple[int, int], count: Count) -> dict[str, Any]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("DISPATCH_CHROMIUM") or None, args=FLAGS
        )
        page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
        cdp = await page.context.new_cdp_session(page)
        await cdp.send("Performance.enable")
        await sign_in(page, base)
        await asyncio.sleep(5)
        first = (await metrics(cdp))["JSHeapUsedSize"]
        rows = await page.locator("[role='grid'][aria-label='Units']").get_attribute("aria-rowcount")
        before, began = count.sent, time.perf_counter()
        if load.soak_minutes:
            found = {"heap_mb_by_minute": await soak(page, cdp, load.soak_minutes)}
        else:
            found = {what: await look(page, cdp, load.seconds, what=what) for what in WHAT}
        reached = (count.sent - before) / (time.perf_counter() - began)
        last = (await metrics(cdp))["JSHeapUsedSize"]
        await browser.close()
    return {
        "rows": rows,
        "updates_per_second": round(reached),
        **found,
        "heap_growth_percent": round((last / first - 1) * 100, 1),
        "load_average": os.getloadavg()[0],
    }


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=7300, help="in the region; the board sees two in three")
    parser.add_argument("--on-map", type=int, default=2000)
    parser.add_argument("--updates", type=int, default=500)
    parser.add_argument("--times", type=float, default=1)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--soak", type=int, default=0, metavar="MINUTES")
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--height", type=int, default=1080)
    parser.add_argument("--region", type=Path, default=Path("var/regions/marlow"))
    chosen = parser.parse_args()
    load = Load(
        units=chosen.units,
        on_map=chosen.on_map,
        updates_per_second=round(chosen.updates * chosen.times),
        seconds=chosen.minutes * 60,
        soak_minutes=chosen.soak,
    )
    print(
        json.dumps(
            asyncio.run(measure(load, bundle=chosen.region, size=(chosen.width, chosen.height))), indent=2
        )
    )


if __name__ == "__main__":
    main()
