"""One thread writes: what its batches promise to those who wait, on both databases."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from dispatch.journal.chain import frontier_of
from dispatch.model.errors import Conflict, NotFound, Unavailable, UnitCommitted
from dispatch.model.ids import IncidentId
from dispatch.model.principal import SERVICE
from dispatch.services.ports import (
    Committed,
    Reader,
    Tx,
)
from dispatch.store.engine import sqlite_path
from dispatch.store.store import SqlStore, open_store
from tests.make_record import (
    DISPATCHER,
    gather_errors,
    make_assignment,
    make_incident,
    make_status_changed,
    make_unit_state,
    open_incident,
    record_story,
)

pytestmark = pytest.mark.anyio


async def test_the_journal_counts_without_gaps_in_the_order_of_commits(store: SqlStore) -> None:
    seen: list[Committed] = []
    store.on_commit(seen.append)
    await asyncio.gather(
        *(store.write(lambda tx, n=n: record_story(tx, which=f"{n}")) for n in range(20))  # type: ignore[misc]
    )
    entries = await store.read(lambda reader: reader.list_entries())
    assert [entry.seq for entry in entries] == list(range(1, 161))
    assert [entry.seq for batch in seen for entry in batch.entries] == list(range(1, 161))
    assert [batch.first_seq for batch in seen[1:]] == [batch.last_seq + 1 for batch in seen[:-1]]
    head = await store.read(lambda reader: reader.head())
    assert head.root == frontier_of(bytes.fromhex(entry.hash) for entry in entries).root().hex()


async def test_commands_that_wait_together_share_a_commit(store: SqlStore) -> None:
    seen: list[Committed] = []
    store.on_commit(seen.append)
    await asyncio.gather(
        *(store.write(lambda tx: tx.record(make_status_changed(), actor=SERVICE)) for _ in range(200))
    )
    assert sum(len(batch.entries) for batch in seen) == 200
    assert len(seen) < 50


async def test_a_command_that_fails_leaves_no_trace_and_harms_no_other(store: SqlStore) -> None:
    def failing(tx: Tx) -> None:
        open_incident(tx, make_incident("inc_bad"))
        tx.list_entries()  # makes the pending entry reach the table before the failure
        tx.remember(principal_id="ana", key="k", body_hash="0", status=201, answer=None)
        raise NotFound("unit", "x")

    def good(which: str) -> Any:
        return store.write(lambda tx: open_incident(tx, make_incident(which)))

    results = await gather_errors(good("inc_1"), store.write(failing), good("inc_2"))
    assert isinstance(results[1], NotFound)
    assert (results[0], results[2]) == (1, 2)

    def check(reader: Reader) -> None:
        assert [entry.incident for entry in reader.list_entries()] == ["inc_1", "inc_2"]
        assert [d.seq for d in reader.list_disclosures()] == [1, 1, 2, 2]
        assert reader.find_incident(IncidentId("inc_bad")) is None
        assert reader.find_idempotent("ana", "k") is None

    await store.read(check)


async def test_after_a_failure_the_incident_chain_goes_on_where_it_was(store: SqlStore) -> None:
    incident = make_incident()
    await store.write(lambda tx: open_incident(tx, incident))

    def failing(tx: Tx) -> None:
        tx.record(make_status_changed(incident_id=incident.id), actor=SERVICE)
        raise Conflict("no")

    def good(tx: Tx) -> int | None:
        return tx.record(make_status_changed(incident_id=incident.id), actor=SERVICE).inc_n

    results = await gather_errors(
        store.write(failing), store.write(good), store.write(failing), store.write(good)
    )
    assert [results[1], results[3]] == [2, 3]


async def test_a_query_sees_one_moment(store: SqlStore) -> None:
    await store.write(lambda tx: tx.record(make_status_changed(), actor=SERVICE))
    loop = asyncio.get_running_loop()

    def twice(reader: Reader) -> tuple[int, int]:
        before = reader.head().seq
        writing = store.write(lambda tx: tx.record(make_status_changed(unit_version=2), actor=SERVICE))
        asyncio.run_coroutine_threadsafe(writing, loop).result(timeout=10)
        return before, reader.head().seq

    assert await store.read(twice) == (1, 1)


async def test_listeners_hear_before_the_caller_goes_on(store: SqlStore) -> None:
    seen: list[Committed] = []
    store.on_commit(seen.append)
    await store.write(lambda tx: open_incident(tx, make_incident()))
    assert [type(value).__name__ for value in seen[0].changed] == ["Incident"]
    assert (seen[0].epoch, seen[0].first_seq, seen[0].last_seq) == (store.epoch, 1, 1)


async def test_a_batch_that_changed_nothing_is_not_announced(store: SqlStore) -> None:
    seen: list[Committed] = []
    store.on_commit(seen.append)
    await store.write(lambda tx: tx.head())
    assert seen == []


async def test_a_changed_row_is_announced_once_with_its_last_value(store: SqlStore) -> None:
    seen: list[Committed] = []
    store.on_commit(seen.append)

    def twice(tx: Tx) -> None:
        tx.put_unit_state(make_unit_state("a"))
        tx.put_unit_state(make_unit_state("b"))
        tx.put_unit_state(make_unit_state("a", version=2))

    await store.write(twice)
    assert [(s.unit_id, s.version) for s in seen[0].changed] == [("b", 1), ("a", 2)]  # type: ignore[union-attr]


async def test_a_closed_record_refuses(store: SqlStore) -> None:
    await store.close()
    with pytest.raises(Unavailable):
        await store.write(lambda tx: None)
    with pytest.raises(Unavailable):
        await store.read(lambda reader: None)


async def test_the_record_goes_on_where_it_was_after_a_restart(store_url: str) -> None:
    first = open_store(store_url)
    await first.write(lambda tx: open_incident(tx, make_incident()))
    await first.close()
    second = open_store(store_url)
    entry = await second.write(
        lambda tx: tx.record(make_status_changed(incident_id=IncidentId("inc_1")), actor=DISPATCHER)
    )
    assert (second.epoch, entry.seq, entry.inc_n) == (first.epoch, 2, 2)
    await second.close()


async def test_when_the_database_fails_nothing_is_acknowledged_and_it_recovers(
    store: SqlStore, store_url: str
) -> None:
    await store.write(lambda tx: open_incident(tx, make_incident()))

    def break_it(tx: Any) -> None:
        if sqlite_path(store_url) is not None:  # what a full disk answers
            pages = tx.connection.execute(text("PRAGMA page_count")).scalar()
            tx.connection.execute(text(f"PRAGMA max_page_count={pages}"))
            for number in range(2_000):
                open_incident(tx, make_incident(f"inc_x{number}", note="x" * 500))
        else:
            tx.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    def fine(tx: Tx) -> int:
        return tx.record(make_status_changed(incident_id=IncidentId("inc_1")), actor=SERVICE).seq

    results = await gather_errors(store.write(fine), store.write(break_it), store.write(fine))
    assert any(isinstance(result, Unavailable) for result in results)
    assert isinstance(results[1], Unavailable)
    if sqlite_path(store_url) is not None:
        await gather_errors(
            store.write(lambda tx: tx.connection.execute(text("PRAGMA max_page_count=1000000")))
        )  # type: ignore[attr-defined]
    after = await store.write(fine)
    entries = await store.read(lambda reader: reader.list_entries())
    acknowledged = {1, after, *(result for result in results if isinstance(result, int))}
    assert {entry.seq for entry in entries} == acknowledged == set(range(1, after + 1))


async def test_two_workers_share_one_journal(postgres_url: str) -> None:
    """PostgreSQL only: a second process may not open a SQLite record (``test_engine.py``)."""
    workers = [open_store(postgres_url), open_store(postgres_url)]
    await workers[0].write(lambda tx: tx.put_incident(make_incident()))

    def claim(which: int) -> Any:
        def command(tx: Tx) -> int:
            tx.put_assignment(make_assignment(f"asg_{which}"))
            return 0

        return workers[which % 2].write(command)

    def note(which: int) -> Any:
        event = make_status_changed(f"u-{which}", incident_id=IncidentId("inc_1"))
        return workers[which % 2].write(lambda tx: tx.record(event, actor=SERVICE).seq)

    claims = await gather_errors(*(claim(n) for n in range(8)))
    seqs = await asyncio.gather(*(note(n) for n in range(60)))
    assert sum(claim == 0 for claim in claims) == 1
    assert sum(isinstance(claim, UnitCommitted) for claim in claims) == 7
    assert sorted(seqs) == list(range(1, 61))
    for worker in workers:
        await worker.close()


async def test_a_listener_that_fails_harms_neither_the_caller_nor_another_listener(store: SqlStore) -> None:
    seen: list[Committed] = []
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))

    def failing(_: Committed) -> None:
        raise ValueError("a board broke")

    store.on_commit(failing)
    store.on_commit(seen.append)
    assert await store.write(lambda tx: open_incident(tx, make_incident())) == 1
    assert (len(seen), len(complaints)) == (1, 1)


async def test_a_caller_who_gives_up_still_had_the_command_done(store: SqlStore) -> None:
    waiting = asyncio.ensure_future(store.write(lambda tx: open_incident(tx, make_incident())))
    await asyncio.sleep(0)
    waiting.cancel()
    await store.write(lambda tx: tx.head())
    assert (await store.read(lambda reader: reader.head())).seq == 1


def test_commands_still_waiting_when_the_record_closes_are_done(store_url: str) -> None:
    async def submit_and_leave() -> list[asyncio.Task[int]]:
        store = open_store(store_url)
        tasks = [
            asyncio.ensure_future(store.write(lambda tx: tx.record(make_status_changed(), actor=SERVICE).seq))
            for _ in range(50)
        ]
        await asyncio.sleep(0)
        await store.close()
        return [await task for task in tasks]

    assert asyncio.run(submit_and_leave()) == list(range(1, 51))
