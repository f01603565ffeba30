"""kill -9 at any moment: what was acknowledged is in the record, and the record is whole.

``DISPATCH_KILLS`` sets how often. (A killed process cannot show what a power cut does: its writes are
in the page cache. ``synchronous=FULL`` is checked by name in ``test_engine.py``.)
"""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dispatch.store.store import open_store, reading
from dispatch.store.verify import verify_store

KILLS = int(os.environ.get("DISPATCH_KILLS", "2"))
ROOT = Path(__file__).parents[2]


def write_until_killed(url: str, life: int, *, after_seconds: float) -> list[tuple[str, int]]:
    """The acknowledgements that got out before the kill."""
    command = [sys.executable, str(Path(__file__).with_name("crash_child.py")), url, f"k{life}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after_seconds)
        child.kill()
        said = first + child.stdout.read()
    lines = [line.split() for line in said.decode().splitlines(keepends=True) if line.endswith("\n")]
    return [(which, int(seq)) for which, seq in lines]


@pytest.mark.timeout(60 + 10 * KILLS)
def test_what_was_acknowledged_survives_kill_9_and_the_record_verifies(store_url: str) -> None:
    chance = random.Random(20260302)
    acknowledged: list[tuple[str, int]] = []
    slowest_restart_seconds = 0.0
    for life in range(KILLS):
        acknowledged += write_until_killed(store_url, life, after_seconds=chance.uniform(0.0, 0.6))
        began = time.perf_counter()
        open_store(store_url).close_now()
        slowest_restart_seconds = max(slowest_restart_seconds, time.perf_counter() - began)

    with reading(store_url) as reader:
        report = verify_store(reader)
        assert report.sentences()[0].startswith("Verified")
        closing = {entry.seq: entry.incident for entry in reader.list_entries()}
        lost = [(which, seq) for which, seq in acknowledged if closing.get(seq) != f"inc_{which}"]
        forgotten = [which for which, _ in acknowledged if reader.find_idempotent("ana", which) is None]
    assert lost == []
    assert forgotten == []
    assert len(acknowledged) >= KILLS
    assert slowest_restart_seconds < 2.0
    print(
        f"{KILLS} kills, {len(acknowledged)} acknowledged, {report.entries} entries, 0 lost; "
        f"slowest restart {slowest_restart_seconds:.3f} s"
    )
