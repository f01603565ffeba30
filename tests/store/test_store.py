"""What a caller of the record can rely on, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from dispatch.journal.chain import frontier_of
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Conflict, Invalid, NotFound, Unavailable, UnitCommitted
from dispatch.model.ids import IncidentId, PersonId, RequestId, UnitId
from dispatch.model.principal import SERVICE, Role
from dispatch.model.unit import UnitStatus
from dispatch.services.ports import (
    AdoptedRegion,
    AgreementText,
    ApiKey,
    Committed,
    Person,
    Reader,
    Session,
    Tx,
)
from dispatch.store.engine import sqlite_path
from dispatch.store.store import SqlStore, open_store
from tests.make_record import (
    DISPATCHER,
    HARLOW,
    NOON,
    gather_errors,
    make_assignment,
    make_incident,
    make_request,
    make_status_changed,
    make_unit_state,
    open_incident,
    record_story,
)

pytestmark = pytest.mark.anyio


async def test_a_new_record_is_empty(store: SqlStore) -> None:
    head = await store.read(lambda reader: reader.head())
    assert (head.epoch, head.seq) == (store.epoch, 0)


async def test_what_is_put_comes_back_the_same(store: SqlStore) -> None:
    incident, request = make_incident(), make_request(asked_before=(UnitId("c-9"),))
    assignment, state = make_assignment(), make_unit_state(incident_id=incident.id)

    def put(tx: Tx) -> None:
        tx.put_incident(incident)
        tx.put_request(request)
        tx.put_assignment(assignment)
        tx.put_unit_state(state)

    await store.write(put)

    def same(reader: Reader) -> None:
        assert reader.get_incident(incident.id) == incident
        assert reader.get_request(request.id) == request
        assert reader.get_assignment(assignment.id) == assignment
        assert reader.get_unit_state(state.unit_id) == state

    await store.read(same)


async def test_a_second_put_replaces_the_first(store: SqlStore) -> None:
    await store.write(lambda tx: tx.put_unit_state(make_unit_state()))
    await store.write(lambda tx: tx.put_unit_state(make_unit_state(status=UnitStatus.EN_ROUTE, version=2)))
    states = await store.read(lambda reader: reader.list_unit_states())
    assert [(state.status, state.version) for state in states] == [(UnitStatus.EN_ROUTE, 2)]


async def test_lists_answer_what_their_names_say(store: SqlStore) -> None:
    def put(tx: Tx) -> None:
        record_story(tx, which="done")
        tx.put_incident(make_incident())
        tx.put_request(make_request())
        tx.put_assignment(make_assignment())

    await store.write(put)

    def check(reader: Reader) -> None:
        assert [i.id for i in reader.list_incidents(active_only=True)] == ["inc_1"]
        assert len(reader.list_incidents()) == 2
        assert [r.id for r in reader.list_requests(outstanding_only=True)] == ["req_1"]
        assert [r.id for r in reader.list_requests(incident_id=IncidentId("inc_done"))] == ["req_done"]
        assert [r.id for r in reader.list_requests(since=NOON + timedelta(seconds=2))] == ["req_done"]
        assert reader.list_due_requests(NOON + timedelta(seconds=59)) == []
        assert [r.id for r in reader.list_due_requests(NOON + timedelta(seconds=60))] == ["req_1"]
        assert [a.id for a in reader.list_live_assignments()] == ["asg_1"]
        assert [a.id for a in reader.list_assignments(incident_id=IncidentId("inc_done"))] == ["asg_done"]
        assert [a.id for a in reader.list_assignments(since=NOON + timedelta(hours=1))] == ["asg_1"]
        live = reader.find_live_assignment(UnitId("c-1"))
        assert live is not None
        assert live.id == "asg_1"
        assert reader.find_live_assignment(UnitId("c-done")) is None

    await store.read(check)


async def test_what_is_not_there_is_none_or_not_found(store: SqlStore) -> None:
    def check(reader: Reader) -> None:
        assert reader.find_request(RequestId("nobody")) is None
        with pytest.raises(NotFound):
            reader.get_request(RequestId("nobody"))
        assert reader.find_region() is None

    await store.read(check)


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


async def test_a_second_live_assignment_is_refused_and_names_the_holder(store: SqlStore) -> None:
    def assign(which: str) -> Any:
        def command(tx: Tx) -> None:
            tx.put_assignment(make_assignment(which))
            tx.record(make_status_changed(), actor=SERVICE)

        return command

    await store.write(lambda tx: tx.put_incident(make_incident()))
    await store.write(assign("asg_1"))
    with pytest.raises(UnitCommitted) as refused:
        await store.write(assign("asg_2"))
    assert (refused.value.unit_id, refused.value.holder, refused.value.since) == ("c-1", HARLOW, NOON)
    assert (await store.read(lambda reader: reader.head())).seq == 1


async def test_an_ended_assignment_frees_the_unit(store: SqlStore) -> None:
    await store.write(lambda tx: record_story(tx, which="1"))
    await store.write(lambda tx: tx.put_assignment(make_assignment("asg_2", incident_id="inc_1")))
    assert len(await store.read(lambda reader: reader.list_live_assignments())) == 1


@pytest.mark.parametrize("words", ["half \ud83d", "nul \x00 nul"])
async def test_text_that_one_database_could_not_keep_is_refused_by_both(store: SqlStore, words: str) -> None:
    with pytest.raises(Invalid, match="note"):
        await store.write(lambda tx: tx.put_incident(make_incident(note=words)))
    with pytest.raises(Invalid):
        await store.write(lambda tx: tx.record(make_status_changed(reason=words), actor=SERVICE))
    with pytest.raises(Invalid):
        await store.write(lambda tx: tx.put_request(make_request(clauses=(words,))))
    assert (await store.read(lambda reader: reader.head())).seq == 0


async def test_a_number_that_does_not_fit_is_refused(store: SqlStore) -> None:
    with pytest.raises(Invalid):
        await store.write(lambda tx: tx.put_unit_state(make_unit_state(version=2**70)))


async def test_a_row_without_what_it_refers_to_is_refused(store: SqlStore) -> None:
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.put_request(make_request()))


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


async def test_a_command_reads_what_it_recorded(store: SqlStore) -> None:
    def command(tx: Tx) -> None:
        seq = open_incident(tx, make_incident())
        assert [entry.seq for entry in tx.list_entries(incident_id=IncidentId("inc_1"))] == [seq]
        assert tx.head().seq == seq
        assert len(tx.list_leaf_hashes()) == seq
        assert {d.field for d in tx.list_disclosures()} == {"address", "note"}

    await store.write(command)


async def test_entries_can_be_read_from_a_point_on(store: SqlStore) -> None:
    await store.write(record_story)
    some = await store.read(lambda reader: reader.list_entries(after_seq=3, limit=2))
    assert [entry.seq for entry in some] == [4, 5]


async def test_a_remembered_answer_comes_back_as_it_was(store: SqlStore, clock: ManualClock) -> None:
    answer = {"z": 1, "a": [1.0, None, "é"]}

    def remember(tx: Tx) -> None:
        tx.remember(principal_id="ana", key="k", body_hash="b", status=201, answer=answer)

    await store.write(remember)
    known = await store.read(lambda reader: reader.find_idempotent("ana", "k"))
    assert known is not None
    assert (known.status, known.body_hash, known.at) == (201, "b", clock())
    assert list(known.answer.items()) == list(answer.items())
    assert await store.read(lambda reader: reader.find_idempotent("ben", "k")) is None
    with pytest.raises(Conflict):
        await store.write(remember)
    await store.write(lambda tx: tx.forget_answers(clock() + timedelta(days=7)))
    assert await store.read(lambda reader: reader.find_idempotent("ana", "k")) is None


async def test_incident_numbers_count_within_the_year(store: SqlStore) -> None:
    numbers = [
        await store.write(lambda tx, y=year: tx.next_incident_number(y)) for year in (2026, 2026, 2027)
    ]  # type: ignore[misc]
    assert numbers == ["2026-000001", "2026-000002", "2027-000001"]


async def test_people_sessions_and_keys_are_kept(store: SqlStore) -> None:
    person = Person(
        id=PersonId("p1"),
        login="ana",
        display_name="Ana",
        role=Role.DISPATCHER,
        jurisdiction_id=HARLOW,
        password_hash="$argon2id$",
    )
    session = Session(
        token_hash="t", person_id=person.id, csrf="c", created_at=NOON, expires_at=NOON + timedelta(hours=12)
    )
    key = ApiKey(
        id="k1", secret_sha256="s", role=Role.FEED, jurisdiction_id=HARLOW, label="CAD", created_at=NOON
    )

    def put(tx: Tx) -> None:
        tx.put_person(person)
        tx.put_session(session)
        tx.put_session(replace(session, token_hash="old", expires_at=NOON))
        tx.put_api_key(key)
        tx.delete_expired_sessions(NOON)

    await store.write(put)

    def check(reader: Reader) -> None:
        assert reader.find_person("ana") == person
        assert reader.find_person_by_id(person.id) == person
        assert list(reader.list_persons()) == [person]
        assert reader.find_session("t") == session
        assert reader.find_session("old") is None
        assert reader.find_api_key("k1") == key

    await store.read(check)
    await store.write(lambda tx: tx.delete_sessions_of(person.id))
    assert await store.read(lambda reader: reader.find_session("t")) is None


async def test_the_region_in_force_is_the_one_adopted_last(store: SqlStore) -> None:
    first = AdoptedRegion(name="Marlow", digest="a", roads_as_of=NOON, adopted_at=NOON)
    second = replace(first, digest="b", roads_as_of=None, adopted_at=NOON + timedelta(days=1))
    for region in (second, first):
        await store.write(lambda tx, r=region: tx.put_region(r))  # type: ignore[misc]
    assert await store.read(lambda reader: reader.find_region()) == second


async def test_every_version_of_an_agreement_is_kept(store: SqlStore) -> None:
    one = AgreementText(
        agreement_id="harlow-cedar", version=1, text="id: x\n", text_sha256="0", recorded_at=NOON
    )  # type: ignore[arg-type]
    for version in (2, 1):
        await store.write(lambda tx, v=version: tx.put_agreement(replace(one, version=v)))  # type: ignore[misc]
    texts = await store.read(lambda reader: reader.list_agreement_texts())
    assert [text.version for text in texts] == [1, 2]


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
