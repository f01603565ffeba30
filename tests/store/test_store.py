"""What a caller of the record can rely on, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.agreements.record import AgreementText
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Conflict, Invalid, NotFound, UnitCommitted
from dispatch.model.ids import IncidentId, PersonId, RequestId, UnitId
from dispatch.model.principal import SERVICE, Role
from dispatch.model.unit import UnitStatus
from dispatch.services.ports import (
    AdoptedRegion,
    ApiKey,
    Person,
    Reader,
    Session,
    Tx,
)
from dispatch.store.store import SqlStore
from tests.make_record import (
    HARLOW,
    NOON,
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
    assert numbers == ["26-00001", "26-00002", "27-00001"]


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
