"""Commands per second that the record makes durable, one caller and 64, on SQLite and PostgreSQL.

Each command reads a unit's state, puts the next one, appends a journal entry and remembers an answer.
The disk's own speed decides the single caller's figure, so a loop of write + fdatasync is timed beside it.

    PYTHONPATH=. python bench/record_commits.py
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dispatch.services.ports import Committed, Tx
from dispatch.store.store import SqlStore, open_store
from dispatch.store.verify import verify_store
from tests.databases import PostgresServer
from tests.make_record import DISPATCHER, make_status_changed, make_unit_state

SINGLE, CALLERS, EACH = 400, 64, 50


def command(number: int) -> Callable[[Tx], None]:
    def run(tx: Tx) -> None:
        unit = f"u-{number % 500}"
        before = tx.find_unit_state(unit)  # type: ignore[arg-type]
        version = before.version + 1 if before else 1
        tx.put_unit_state(make_unit_state(unit, version=version))
        tx.record(make_status_changed(unit, unit_version=version), actor=DISPATCHER, key=f"k{number}")
        tx.remember(principal_id="ana", key=f"k{number}", body_hash="0" * 64, status=200, answer={"ok": True})

    return run


async def measure(store: SqlStore) -> str:
    batches: list[Committed] = []
    store.on_commit(batches.append)
    began = time.perf_counter()
    for number in range(SINGLE):
        await store.write(command(number))
    single = SINGLE / (time.perf_counter() - began)
    batches.clear()
    waits: list[float] = []

    async def caller(which: int) -> None:
        for turn in range(EACH):
            asked = time.perf_counter()
            await store.write(command(SINGLE + which * EACH + turn))
            waits.append(time.perf_counter() - asked)

    began = time.perf_counter()
    await asyncio.gather(*(caller(which) for which in range(CALLERS)))
    many = CALLERS * EACH / (time.perf_counter() - began)
    began = time.perf_counter()
    report = await store.read(verify_store)  # type: ignore[arg-type]
    assert report.ok
    verified = report.entries / (time.perf_counter() - began)
    p50, p99 = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
    return (
        f"1 caller {single:,.0f}/s; {CALLERS} callers {many:,.0f}/s in batches of "
        f"{CALLERS * EACH / len(batches):.0f} (ack p50 {p50 * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms); "
        f"verified at {verified:,.0f} entries/s"
    )


def fdatasync_ms(directory: Path) -> float:
    times = []
    with (directory / "floor").open("wb") as file:
        for _ in range(200):
            file.write(b"x" * 300)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1e3


async def run(name: str, url: str) -> None:
    store = open_store(url)
    print(f"{name}: {await measure(store)}")
    await store.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        print(f"fdatasync p50 {fdatasync_ms(Path(directory)):.2f} ms; load {os.getloadavg()[0]:.1f}")
        asyncio.run(run("SQLite", f"sqlite:///{directory}/record.db"))
    server = PostgresServer(durable=True)
    try:
        asyncio.run(run("PostgreSQL", server.create_database()))
    finally:
        server.close()


if __name__ == "__main__":
    main()
