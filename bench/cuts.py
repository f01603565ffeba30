"""Random cuts and resumes against the real hub: is the board's state the service's own fold each time?

``python -m bench.cuts --cuts 10000``. People and feeds act at random on the real services; eleven boards of
eight audiences are cut off (goodbye, frames lost on the way, too slow, service restarted) and come back with
what they have folded. Whenever one is back, all its rows and positions are compared with what the service's
read-model, which is the fold of its journal, shows that audience. The first difference stops the run.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from dispatch.store.engine import writing_engine
from dispatch.store.migrate import migrate
from tests.watch.busy import Campaign, campaign

CUTS_EACH = 500
"""A record grows with what happens; after so many cuts a new one is begun, with another seed."""


def measure(*, cuts: int, seed: int) -> dict[str, Any]:
    """As many campaigns as it takes."""
    found, began = Campaign(), time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = writing_engine(f"sqlite:///{folder / 'schema.db'}")
        migrate(engine)
        engine.dispose()
        while found.cuts.total() < cuts:
            path = shutil.copy(folder / "schema.db", folder / "record.db")
            each = min(CUTS_EACH, cuts - found.cuts.total())
            found.add(asyncio.run(campaign(Path(path), seed=seed, cuts=each)))
            seed += 1
            print(f"{found.cuts.total()} cuts, {found.checks} comparisons, all equal", flush=True)
    return {
        "cuts": found.cuts.total(),
        "cuts_by_kind": dict(found.cuts),
        "resumed_by": dict(found.resumed_by),
        "comparisons": found.checks,
        "unequal": 0,
        "acts": dict(found.done),
        "seconds": round(time.perf_counter() - began, 1),
    }


def main() -> None:
    """Parse, run, print JSON. An unequal board ends it with the difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    print(json.dumps(measure(**vars(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
