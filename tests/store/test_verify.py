"""``dispatch verify``: the journal is whole and the tables say what it says, or the report says where not."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from dispatch.journal.checkpoint import Checkpoint
from dispatch.journal.report import Report
from dispatch.model.events import FieldRedacted
from dispatch.model.ids import IncidentId, UnitId
from dispatch.model.incident import Priority
from dispatch.services.ports import Reader, Tx
from dispatch.store.engine import sqlite_path
from dispatch.store.store import SqlStore, reading
from dispatch.store.verify import verify_store
from tests.make_record import (
    DISPATCHER,
    HARLOW,
    NOON,
    assign,
    make_assignment,
    make_incident,
    make_status_changed,
    make_unit_state,
    open_incident,
    record_story,
)

pytestmark = pytest.mark.anyio


async def write_stories(store: SqlStore) -> None:
    for number in range(1, 4):
        await store.write(lambda tx, n=number: record_story(tx, which=str(n)))  # type: ignore[misc]

    def report(tx: Tx) -> None:
        tx.put_unit_state(make_unit_state("never-reported", status="unknown"))
        tx.put_unit_state(make_unit_state())
        tx.record(make_status_changed(), actor=DISPATCHER)

    await store.write(report)


def verify(url: str, **given: Any) -> Report:
    with reading(url) as reader:
        return verify_store(reader, **given)


def tamper(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


async def test_a_record_that_nobody_touched_verifies(store: SqlStore, store_url: str) -> None:
    await write_stories(store)
    head = await store.read(lambda reader: reader.head())
    report = verify(store_url, checkpoint=Checkpoint(origin="x", size=head.seq, root=head.root))
    assert report.problems == ()
    assert (report.entries, report.root) == (25, head.root)


TAMPERINGS = {
    "a line": ("UPDATE journal_entry SET line = replace(line, 'ana', 'eve') WHERE seq = 10", 10),
    "a line's spacing": ("UPDATE journal_entry SET line = line || ' ' WHERE seq = 10", 10),
    "a hash": (f"UPDATE journal_entry SET hash = '{'0' * 64}' WHERE seq = 10", 10),
    "an entry removed": (
        "DELETE FROM disclosure WHERE seq = 11; DELETE FROM journal_entry WHERE seq = 11",
        11,
    ),
    "filed elsewhere": ("UPDATE journal_entry SET incident_id = 'inc_9' WHERE seq = 10", 10),
    "nonsense": ("UPDATE journal_entry SET line = '{}' WHERE seq = 10", 10),
    "a value": ("UPDATE disclosure SET value = '\"elsewhere\"' WHERE seq = 1 AND field = 'address'", 1),
    "the head": ("UPDATE log_head SET seq = 24", None),
    "the tail": ("DELETE FROM journal_entry WHERE seq = 25", None),
    "a unit": ("UPDATE unit_state SET status = 'off_duty' WHERE unit_id = 'c-1'", None),
    "a unit's time": ("UPDATE unit_state SET version = 7 WHERE unit_id = 'c-1'", None),
    "an incident": ("UPDATE incident SET priority = 'non_acute' WHERE id = 'inc_2'", None),
    "an address": ("UPDATE incident SET address = 'elsewhere' WHERE id = 'inc_2'", None),
    "a request": ("UPDATE request SET lender = 'harlow' WHERE id = 'req_2'", None),
    "an assignment": ("UPDATE assignment SET unit_id = 'c-9' WHERE id = 'asg_2'", None),
    "who asked": ("UPDATE request SET requested_by = 'eve' WHERE id = 'req_2'", None),
    "who answered": ("UPDATE request SET answered_by = 'eve' WHERE id = 'req_2'", None),
    "who sent the unit": ("UPDATE assignment SET assigned_by = 'eve' WHERE id = 'asg_2'", None),
    "a hash blanked": ("UPDATE journal_entry SET hash = '' WHERE seq = 10", 10),
    "the tree's edge": ("UPDATE log_head SET frontier = replace(frontier, 'a', 'b')", None),
    "a value removed without a word": (
        "DELETE FROM disclosure WHERE seq = 1 AND field = 'note';"
        "UPDATE incident SET note = '' WHERE id = 'inc_1'",
        1,
    ),
    "an assignment removed": ("DELETE FROM assignment WHERE id = 'asg_2'", None),
}


@pytest.mark.parametrize("what", TAMPERINGS)
async def test_whatever_is_changed_behind_its_back_is_found(
    store: SqlStore, store_url: str, what: str
) -> None:
    await write_stories(store)
    await store.close()
    statements, first_bad = TAMPERINGS[what]
    tamper(store_url, *statements.split(";"))
    report = verify(store_url)
    assert not report.ok
    assert report.first_bad_seq == first_bad


async def test_a_tail_cut_with_the_head_moved_back_shows_against_a_checkpoint(
    store: SqlStore, store_url: str
) -> None:
    await store.write(lambda tx: tx.record(make_status_changed("x", unit_version=1), actor=DISPATCHER))
    before = await store.read(lambda reader: reader.head())
    assert before.seq == 1
    report = verify(store_url, checkpoint=Checkpoint(origin="x", size=2, root=before.root))
    assert "Entries 2 to 2 are missing" in " ".join(report.sentences())


async def test_a_unit_booked_twice_in_the_journal_is_named(store: SqlStore, store_url: str) -> None:
    await store.write(lambda tx: open_incident(tx, make_incident()))
    await store.write(lambda tx: assign(tx, make_assignment("asg_1")))
    tamper(store_url, "DROP INDEX one_live_assignment_per_unit")
    await store.write(lambda tx: assign(tx, make_assignment("asg_2")))
    report = verify(store_url)
    assert report.first_bad_seq == 3
    assert "booked twice" in report.sentences()[1]


async def test_a_row_that_nothing_in_the_journal_explains_is_named(store: SqlStore, store_url: str) -> None:
    await store.write(lambda tx: tx.put_incident(make_incident()))
    assert "does not explain" in verify(store_url).problems[0].sentence


async def test_a_unit_at_an_incident_it_is_not_assigned_to_is_named(store: SqlStore, store_url: str) -> None:
    def command(tx: Tx) -> None:
        tx.put_unit_state(make_unit_state(incident_id=IncidentId("inc_9"), unit_id=UnitId("c-1")))
        tx.record(make_status_changed(), actor=DISPATCHER)

    await store.write(command)
    assert "not assigned to" in verify(store_url).problems[0].sentence


async def test_a_redacted_value_is_gone_from_every_file_and_the_record_verifies_to_the_same_root(
    store: SqlStore, store_url: str
) -> None:
    canary = "CANARY-7f3a-the-patients-name"

    def command(tx: Tx) -> int:
        return open_incident(tx, make_incident(note=canary, priority=Priority.EMERGENT))

    seq = await store.write(command)
    await store.write(lambda tx: record_story(tx, which="other"))
    before = await store.read(lambda reader: reader.head())

    def redact(tx: Tx) -> None:
        tx.redact(seq=seq, field="note")
        event = FieldRedacted(
            occurred_at=NOON,
            jurisdiction_id=HARLOW,
            incident_id=IncidentId("inc_1"),
            entry_seq=seq,
            field="note",
            reason="patient's request",
            authority="court order 12",
        )
        tx.record(event, actor=DISPATCHER)

    await store.write(redact)

    def gone(reader: Reader) -> None:
        assert reader.get_incident(IncidentId("inc_1")).note == ""
        assert {d.field for d in reader.list_disclosures(incident_id=IncidentId("inc_1"))} == {"address"}

    await store.read(gone)
    report = verify(store_url, checkpoint=Checkpoint(origin="x", size=before.seq, root=before.root))
    assert report.ok
    await store.close()
    path = sqlite_path(store_url)
    if path is not None:
        left = [file.name for file in path.parent.iterdir() if canary.encode() in file.read_bytes()]
        assert left == []


async def test_a_redacted_value_is_gone_from_the_answers_kept_for_retries_too(
    store: SqlStore, store_url: str
) -> None:
    def command(tx: Tx) -> int:
        row = {"id": "inc_1", "note": "CANARY-note", "address": "stays"}
        tx.remember(principal_id="ana", key="open-1", body_hash="h", status=200, answer=row)
        tx.remember(
            principal_id="ana", key="open-2", body_hash="h", status=200, answer={**row, "id": "inc_10"}
        )
        return open_incident(tx, make_incident(note="CANARY-note"))

    seq = await store.write(command)
    await store.write(lambda tx: tx.redact(seq=seq, field="note"))

    def answers(reader: Reader) -> list[Any]:
        found = [reader.find_idempotent("ana", key) for key in ("open-1", "open-2")]
        return [one and (one.answer["note"], one.answer["address"]) for one in found]

    assert await store.read(answers) == [("", "stays"), ("CANARY-note", "stays")]


async def test_a_copy_that_was_not_redacted_is_found(store: SqlStore, store_url: str) -> None:
    await store.write(lambda tx: open_incident(tx, make_incident()))
    tamper(store_url, "DELETE FROM disclosure WHERE field = 'note'")
    assert "inc_1 is not what the journal says in: note" in verify(store_url).problems[0].sentence


async def test_a_report_repeated_later_moves_only_the_time_it_was_heard(
    store: SqlStore, store_url: str
) -> None:
    state = make_unit_state()
    await store.write(lambda tx: tx.record(make_status_changed(), actor=DISPATCHER))
    later = replace(state, reported_at=NOON.replace(hour=13), source="radio")
    await store.write(lambda tx: tx.put_unit_state(later))
    assert verify(store_url).ok
    await store.write(lambda tx: tx.put_unit_state(replace(state, reported_at=NOON.replace(hour=11))))
    assert not verify(store_url).ok
