"""What a ledger reads of the record: one party's part of a span, on both databases."""

from datetime import timedelta

import pytest

from dispatch.aid.request import RequestState
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.services.ports import Tx
from dispatch.store import reader as store_reader
from dispatch.store.store import SqlStore
from tests.make_agreements import CEDAR, ELM, HARLOW
from tests.make_ledger import ask_for, lend
from tests.make_record import NOON, make_incident

pytestmark = pytest.mark.anyio

hour = timedelta(hours=1)
SINCE, UNTIL = NOON, NOON + 24 * hour


async def test_a_loan_is_read_when_it_touches_the_span(store: SqlStore) -> None:
    loans = [
        lend(SINCE - 2 * hour, hour, which="before", unit="a"),
        lend(SINCE - 2 * hour, 3 * hour, which="into", unit="b"),
        lend(SINCE + hour, hour, which="within", unit="c"),
        lend(UNTIL - hour, 2 * hour, which="out of", unit="d"),
        lend(SINCE - hour, None, which="still out", unit="e"),
        lend(UNTIL, hour, which="after", unit="f"),
        lend(SINCE + hour, hour, which="own work", unit="g", lender=HARLOW),
        lend(SINCE + hour, hour, which="others'", unit="h", lender=CEDAR, borrower=ELM),
    ]
    await store.write(lambda tx: put(tx, loans))
    read = await store.read(lambda r: r.list_lent_between(SINCE, UNTIL, jurisdiction_id=HARLOW))
    assert [loan.id for loan in read] == ["asg_into", "asg_still out", "asg_within", "asg_out of"]
    assert read == sorted((loan for loan in loans if loan in read), key=lambda loan: loan.assigned_at)
    of_cedar = await store.read(lambda r: r.list_lent_between(SINCE, UNTIL, jurisdiction_id=CEDAR))
    assert {loan.id for loan in of_cedar} == {*(loan.id for loan in read), "asg_others'"}


async def test_loans_that_ended_since_are_read_whoever_lent_and_whenever_they_began(store: SqlStore) -> None:
    loans = [
        lend(SINCE - 2 * hour, 2 * hour - timedelta(seconds=1), which="before", unit="a"),
        lend(SINCE + hour, 3 * hour, which="last", unit="b"),
        lend(SINCE - 900 * hour, 900 * hour, which="first", unit="c", lender=ELM, borrower=CEDAR),
        lend(SINCE, None, which="still out", unit="d"),
        lend(SINCE, hour, which="own work", unit="e", lender=HARLOW),
    ]
    await store.write(lambda tx: put(tx, loans))
    read = await store.read(lambda r: r.list_ended_loans(SINCE))
    assert read == [loans[2], loans[1]]


async def test_a_request_is_read_in_the_span_in_which_it_was_asked(store: SqlStore) -> None:
    requests = [
        ask_for(SINCE - timedelta(seconds=1), which="before"),
        ask_for(SINCE, RequestState.DECLINED, which="first"),
        ask_for(SINCE + hour, RequestState.OFFERED, which="open"),
        ask_for(UNTIL, which="after"),
        ask_for(SINCE, which="others'", borrower=ELM),
    ]
    await store.write(lambda tx: put(tx, requests=requests))
    read = await store.read(lambda r: r.list_asked_between(SINCE, UNTIL, jurisdiction_id=HARLOW))
    assert [request.id for request in read] == ["req_first", "req_open"]
    assert (
        await store.read(lambda r: r.list_asked_between(SINCE, UNTIL, jurisdiction_id=JurisdictionId("gale")))
        == []
    )


async def test_incidents_are_read_by_id_however_many_are_named(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_reader, "ID_BATCH", 2)
    incidents = [make_incident(f"inc_{n}", opened_at=NOON + n * hour) for n in range(5)]

    def write(tx: Tx) -> None:
        for incident in incidents:
            tx.put_incident(incident)

    await store.write(write)
    wanted = [IncidentId(f"inc_{n}") for n in (4, 0, 2, 2, 9)]
    read = await store.read(lambda r: r.list_incidents_by_id(wanted))
    assert read == [incidents[0], incidents[2], incidents[4]]
    assert await store.read(lambda r: r.list_incidents_by_id([])) == []


def put(tx: Tx, loans=(), requests=()) -> None:  # type: ignore[no-untyped-def]
    tx.put_incident(make_incident("inc_1"))
    for request in requests:
        tx.put_request(request)
    for loan in loans:
        tx.put_assignment(loan)
