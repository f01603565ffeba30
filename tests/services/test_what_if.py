"""What-ifs beside the service, on the real runner: a process each, seen by one side, never left hanging."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.agreements.parse import dump_agreement
from dispatch.aid.closure import LendingClosure
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Conflict, Invalid, NotFound, TooMany, Unavailable
from dispatch.model.ids import AgreementId, ClosureId, IncidentId, JurisdictionId
from dispatch.model.principal import Principal, Role
from dispatch.services.agreement_texts import Sent
from dispatch.services.command import Row
from dispatch.services.what_if import KEPT, WhatIfAsk, WhatIfOrder, WhatIfRun, WhatIfs
from dispatch.simulate.whatif.plan import FEWEST_RECORDED
from dispatch.simulate.whatif.runner import ProcessRunner
from tests.make_house import House, make_region, open_house
from tests.make_what_if import lively_agreement, make_incidents

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

AGREEMENT = AgreementId("harlow-cedar")
SHORT = WhatIfAsk(days=2, sent=Sent(text=dump_agreement(lively_agreement(keep=2, version=2))))
LONG = WhatIfAsk(days=3_000)


def person(name: str, place: str = "harlow", role: Role = Role.ADMIN) -> Principal:
    return Principal(id=name, role=role, jurisdiction_id=JurisdictionId(place))


ANNE, BERT, CARL = person("anne"), person("bert", role=Role.ANALYST), person("carl", "cedar")
MOOR = person("mary", "moor")


@pytest.fixture
async def house(tmp_path: Path, clock: ManualClock) -> AsyncIterator[House]:
    runner = ProcessRunner(make_region(), None)
    async with open_house(tmp_path, clock=clock, people=(), what_if=runner) as opened:
        yield opened
    assert list_workers() == []


@pytest.fixture
def jobs(house: House) -> WhatIfs:
    return house.services.what_if


async def test_a_draft_opens_no_calls_of_whoever_is_named_in_it(jobs: WhatIfs) -> None:
    """Moor has nothing with Harlow: writing its name into a draft must not tell how its calls go."""
    text = dump_agreement(lively_agreement(keep=2, version=1)).replace("cedar", "moor")
    text = text.replace("id: harlow-moor", "id: with-a-stranger")
    asked = WhatIfAsk(days=2, sent=Sent(text=text))
    row = await until_over(jobs, ANNE, await jobs.start(ANNE, AgreementId("with-a-stranger"), asked))
    assert row["state"] == "done", row["because"]
    assert {measure["party"] for measure in row["result"]["measures"]} == {"harlow"}
    assert "Moor" in row["result"]["text"].partition("partners only")[2]


def list_workers() -> list[int]:
    return [child.pid for child in multiprocessing.active_children() if child.name == "what-if" and child.pid]


async def until_over(jobs: WhatIfs, who: Principal, job: Row) -> Row:
    while (row := jobs.get(who, job["job"]))["state"] == "running":
        await asyncio.sleep(0.02)
    return row


async def until_at_work(jobs: WhatIfs, who: Principal, job: Row) -> int:
    """The process's id, once it has said that it is at work."""
    while not jobs.get(who, job["job"])["total"]:
        await asyncio.sleep(0.02)
    return list_workers()[0]


async def test_a_draft_is_played_beside_the_service_and_the_estimate_is_kept(jobs: WhatIfs) -> None:
    job = await jobs.start(ANNE, AGREEMENT, SHORT)
    assert job["state"] == "running"
    row = await until_over(jobs, ANNE, job)
    assert (row["state"], row["because"]) == ("done", "")
    assert row["done"] == row["total"] > 0
    assert row["result"]["window"]["source"] == "generated"
    assert {measure["party"] for measure in row["result"]["measures"]} == {"harlow", "cedar"}


async def test_the_loop_goes_on_while_a_what_if_runs(jobs: WhatIfs) -> None:
    job = await jobs.start(ANNE, AGREEMENT, SHORT)
    turns = 0
    while jobs.get(ANNE, job["job"])["state"] == "running":
        await asyncio.sleep(0)
        turns += 1
    assert turns > 1_000


async def test_recorded_incidents_are_played_where_there_are_enough(
    house: House, jobs: WhatIfs, clock: ManualClock
) -> None:
    incidents = make_incidents(FEWEST_RECORDED, until=clock())
    for incident in incidents:
        await house.store.write(lambda tx, incident=incident: tx.put_incident(incident))
    row = await until_over(jobs, ANNE, await jobs.start(ANNE, AGREEMENT, WhatIfAsk(days=30)))
    assert row["result"]["window"]["source"] == "recorded"
    assert row["result"]["window"]["calls"] == FEWEST_RECORDED


async def test_the_record_is_read_between_two_moments(house: House, clock: ManualClock) -> None:
    incidents = make_incidents(5, until=clock())
    for incident in incidents:
        await house.store.write(lambda tx, incident=incident: tx.put_incident(incident))
    since, until = incidents[1].opened_at, incidents[3].opened_at
    found = await house.store.read(lambda reader: reader.list_incidents_between(since, until))
    assert [incident.id for incident in found] == [IncidentId("inc-1"), IncidentId("inc-2")]


async def given_by_cedar(jobs: WhatIfs) -> float:
    row = await until_over(jobs, ANNE, await jobs.start(ANNE, AGREEMENT, WhatIfAsk(days=30)))
    found = [one["before"] for one in row["result"]["measures"] if one["code"] == "aid_given"]
    return float(found[1])


async def test_closures_of_the_window_count_too(house: House, jobs: WhatIfs, clock: ManualClock) -> None:
    crowded = make_incidents(FEWEST_RECORDED, until=clock(), every=timedelta(minutes=2))
    for incident in crowded:
        await house.store.write(lambda tx, incident=incident: tx.put_incident(incident))
    assert await given_by_cedar(jobs) > 0
    closure = LendingClosure(
        id=ClosureId("shut"),
        jurisdiction_id=JurisdictionId("cedar"),
        reason="storm",
        closed_by="chief",
        begins_at=clock() - timedelta(days=90),
        ends_at=clock() + timedelta(days=1),  # calls that wait may outlast the window
    )
    await house.store.write(lambda tx: tx.put_closure(closure))
    assert await given_by_cedar(jobs) == 0


async def test_a_job_is_seen_by_its_own_jurisdiction_alone(jobs: WhatIfs) -> None:
    job = await jobs.start(ANNE, AGREEMENT, LONG)
    assert jobs.get(BERT, job["job"])["job"] == job["job"]
    for stranger in (CARL, MOOR):
        with pytest.raises(NotFound):
            jobs.get(stranger, job["job"])
        with pytest.raises(NotFound):
            await jobs.cancel(stranger, job["job"])


async def test_a_cancelled_job_leaves_no_process(jobs: WhatIfs) -> None:
    job = await jobs.start(ANNE, AGREEMENT, LONG)
    await until_at_work(jobs, ANNE, job)
    row = await jobs.cancel(BERT, job["job"])
    assert (row["state"], row["result"]) == ("cancelled", None)
    assert list_workers() == []


async def test_a_job_cancelled_at_once_never_runs(jobs: WhatIfs) -> None:
    job = await jobs.start(ANNE, AGREEMENT, LONG)
    assert (await jobs.cancel(ANNE, job["job"]))["state"] == "cancelled"
    assert list_workers() == []


async def test_cancelling_what_is_over_changes_nothing(jobs: WhatIfs) -> None:
    job = await jobs.start(ANNE, AGREEMENT, SHORT)
    row = await until_over(jobs, ANNE, job)
    assert await jobs.cancel(ANNE, job["job"]) == row


async def test_a_killed_process_is_a_failed_job_with_a_reason(jobs: WhatIfs) -> None:
    job = await jobs.start(ANNE, AGREEMENT, LONG)
    os.kill(await until_at_work(jobs, ANNE, job), signal.SIGKILL)
    row = await until_over(jobs, ANNE, job)
    assert row["state"] == "failed"
    assert row["because"] == "its process ended before it was done (exit code -9)"


async def test_one_person_runs_one_at_a_time_and_a_deployment_two(jobs: WhatIfs) -> None:
    first = await jobs.start(ANNE, AGREEMENT, LONG)
    with pytest.raises(Conflict):
        await jobs.start(ANNE, AGREEMENT, LONG)
    await jobs.start(BERT, AGREEMENT, LONG)
    with pytest.raises(TooMany):
        await jobs.start(CARL, AGREEMENT, LONG)
    await jobs.cancel(ANNE, first["job"])
    assert (await jobs.start(CARL, AGREEMENT, LONG))["state"] == "running"


async def test_closing_the_service_ends_what_runs(jobs: WhatIfs) -> None:
    job = await jobs.start(ANNE, AGREEMENT, LONG)
    await until_at_work(jobs, ANNE, job)
    await jobs.close()
    assert list_workers() == []
    assert jobs.get(ANNE, job["job"])["state"] == "cancelled"


async def test_a_job_is_forgotten_an_hour_after_its_end(jobs: WhatIfs, clock: ManualClock) -> None:
    job = await jobs.start(ANNE, AGREEMENT, SHORT)
    await until_over(jobs, ANNE, job)
    clock.advance(seconds=KEPT.total_seconds())
    assert jobs.get(ANNE, job["job"])["state"] == "done"
    clock.advance(seconds=1)
    with pytest.raises(NotFound):
        jobs.get(ANNE, job["job"])


async def test_only_a_partys_text_of_that_agreement_is_played(jobs: WhatIfs) -> None:
    with pytest.raises(NotFound):
        await jobs.start(MOOR, AGREEMENT, WhatIfAsk(days=1))
    with pytest.raises(NotFound):
        await jobs.start(ANNE, AGREEMENT, WhatIfAsk(days=1, version=9))
    with pytest.raises(NotFound):
        await jobs.start(ANNE, AgreementId("no-such-thing"), WhatIfAsk(days=1))
    with pytest.raises(Invalid, match=r"document\.id"):
        await jobs.start(ANNE, AgreementId("another"), SHORT)
    foreign = (
        dump_agreement(lively_agreement()).replace("harlow", "moor").replace("moor-cedar", "harlow-cedar")
    )
    with pytest.raises(NotFound):
        await jobs.start(ANNE, AGREEMENT, WhatIfAsk(sent=Sent(text=foreign)))


async def test_a_stranger_cannot_open_an_agreement_with_a_text_of_its_own(jobs: WhatIfs) -> None:
    own = dump_agreement(lively_agreement()).replace("cedar", "moor").replace("harlow-moor", "harlow-cedar")
    with pytest.raises(NotFound):
        await jobs.start(MOOR, AGREEMENT, WhatIfAsk(sent=Sent(text=own)))


async def test_without_a_runner_nothing_is_promised(jobs: WhatIfs) -> None:
    idle = WhatIfs(jobs.core, None, jobs.agreements)
    with pytest.raises(Unavailable):
        await idle.start(ANNE, AGREEMENT, SHORT)
    await idle.close()


class FaultyRunner:
    """Has a fault that nobody thought of."""

    def start(self, order: WhatIfOrder) -> WhatIfRun:
        raise ValueError("unthought of")


async def test_a_fault_of_ours_is_a_failed_job_too(jobs: WhatIfs) -> None:
    faulty = WhatIfs(jobs.core, FaultyRunner(), jobs.agreements)
    row = await until_over(faulty, ANNE, await faulty.start(ANNE, AGREEMENT, SHORT))
    assert (row["state"], row["because"]) == ("failed", "a fault of ours; it is logged")
    await faulty.close()
