"""A year of the sample region's calls under a raised floor, beside the dispatcher who asks everybody.

``python -m bench.what_if``. Ours: both variants of the whole year, on one process and on two. The peer is
the loop that people write first: for each call it asks the agreements about every unit that could come and
then looks who is nearest. It sends the same units and is given a shorter span, both as calls a second of one
variant. Then the same what-if in the running service, and how late the service's loop is meanwhile.
"""

import argparse
import asyncio
import json
import os
import resource
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from bench.world import percentiles
from dispatch.agreements.parse import dump_agreement, parse_agreement
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.agreements.terms import Agreement
from dispatch.bootstrap import House, open_house
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.model.clock import system_now
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.principal import Principal, Role
from dispatch.services.agreement_texts import Sent
from dispatch.services.what_if import WhatIfAsk
from dispatch.services.what_if_policy import WhatIfPolicy
from dispatch.settings import Settings
from dispatch.simulate.trial.desk import Desk
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.policy import Choice, Closest, Policy, ask, find_own
from dispatch.simulate.whatif.block import DAY_SECONDS, Block, cut
from dispatch.simulate.whatif.plan import Order, Plan, make_plan
from dispatch.simulate.whatif.run import what_if

AGREEMENT = AgreementId("marlow-harlow-automatic")
TICK_SECONDS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class AsksEverybody(Closest):
    """Asks about every unit that could come to every call, and only then looks who is nearest."""

    name: str = "asks_everybody"

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        permitted = tuple(desk.walk_aid(row, at, asked_seconds=desk.conditions.request_seconds))
        own = find_own(row, at, desk)
        return own if own.unit is not None else ask(min(permitted, default=None, key=lambda aid: aid[:2]))


def raised(agreement: Agreement) -> Agreement:
    """Every floor one higher."""
    clauses = tuple(
        replace(clause, keep=clause.keep + 1) if isinstance(clause, ReserveFloor) else clause
        for clause in agreement.clauses
    )
    return replace(agreement, version=agreement.version + 1, clauses=clauses)


def calls_per_second(plan: Plan, days: int, policy: Policy) -> tuple[float, list[int]]:
    """One variant over the first days; also whom it sent, to show that the two decide the same."""
    part = cut(plan.calls, Block(0, days * DAY_SECONDS), longest_wait_seconds=0)
    began = time.perf_counter()
    books = Trial(plan.terrain, part.calls, plan.comparison.after.agreements, policy).run()
    return len(part.calls) / (time.perf_counter() - began), books.unit.tolist()


async def lateness(seconds: float) -> list[float]:
    """How late the loop was at each tick, in milliseconds."""
    late, loop = [], asyncio.get_running_loop()
    ends = loop.time() + seconds
    while loop.time() < ends:
        due = loop.time() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        late.append((loop.time() - due) * 1000)
    return late


async def beside_the_service(bundle: Path, draft: Agreement) -> dict[str, object]:
    """The same what-if as a job of the running service."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_house(Settings(data_dir=Path(folder), region=bundle)) as house:
            quiet = await lateness(5)
            busy, seconds = await _job(house, draft)
    return {
        "seconds": round(seconds, 1),
        "loop_late_quiet": percentiles(quiet),
        "loop_late": percentiles(busy),
    }


async def _job(house: House, draft: Agreement) -> tuple[list[float], float]:
    jobs = house.services.what_if
    who = Principal(id="bench", role=Role.ADMIN, jurisdiction_id=JurisdictionId("harlow"))
    began, late = time.perf_counter(), []
    job = await jobs.start(who, draft.id, WhatIfAsk(sent=Sent(text=dump_agreement(draft))))
    while (row := jobs.get(who, job["job"]))["state"] == "running":
        late += await lateness(0.25)
    assert row["state"] == "done", row["because"]
    return late, time.perf_counter() - began


def _cpu_seconds() -> float:
    """Of this process and of those that it started and that are over."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def measure(*, region: Path, days: int, peer_days: int, policy: WhatIfPolicy) -> dict[str, object]:
    """Everything, one after the other."""
    known, roads = load_region(region), load_roads(region)
    agreements = tuple(parse_agreement(text) for _, text in list_agreement_texts(region))
    draft = raised(next(one for one in agreements if one.id == AGREEMENT))
    order = Order(draft=draft, agreements=agreements, now=system_now(), days=days, policy=policy)
    found: dict[str, object] = {}
    texts = set()
    for processes in (1, 2):
        began, cpu = time.perf_counter(), _cpu_seconds()
        estimate = what_if(known, roads, order, processes=processes)
        texts.add(json.dumps(estimate.to_json()))
        found |= {
            "calls": estimate.window.calls,
            f"seconds_on_{processes}": round(time.perf_counter() - began, 1),
            f"cpu_seconds_on_{processes}": round(_cpu_seconds() - cpu, 1),
        }
        if processes == 1:
            found["resident_mb_on_1"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    assert len(texts) == 1, "the number of processes shows in the result"
    plan = make_plan(known, roads, order)
    ours, sent = calls_per_second(plan, peer_days, Closest())
    peers, sent_by_peer = calls_per_second(plan, peer_days, AsksEverybody())
    assert sent == sent_by_peer, "the shortcut decides otherwise"
    return {
        **found,
        "calls_per_second": round(ours),
        "asks_everybody_calls_per_second": round(peers),
        "service": asyncio.run(beside_the_service(region, draft)),
        "load_average": os.getloadavg()[0],
    }


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--region", type=Path, default=Path("var/regions/marlow"))
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--peer-days", type=int, default=7)
    parser.add_argument("--policy", type=WhatIfPolicy, default=WhatIfPolicy.CLOSEST)
    print(json.dumps(measure(**vars(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
