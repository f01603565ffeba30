"""What an incident is for, on both databases and in entries that are older than the word."""

from dataclasses import replace

import pytest

from dispatch.aid.fold import Fold
from dispatch.journal.codec import find_event
from dispatch.model.ids import IncidentId
from dispatch.model.incident import Purpose
from dispatch.services.ports import Tx
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_record import NOON, make_incident, record_story

pytestmark = pytest.mark.anyio


async def test_a_standby_is_kept_as_one_and_is_no_call(store: SqlStore) -> None:
    call = make_incident()
    post = replace(
        call,
        id=IncidentId("inc_post"),
        number="26-00099",
        purpose=Purpose.STANDBY,
        backfill_of=call.id,
    )

    def put(tx: Tx) -> None:
        tx.put_incident(call)
        tx.put_incident(post)

    await store.write(put)
    assert await store.read(lambda reader: reader.get_incident(post.id)) == post
    since, until = NOON.replace(year=2000), NOON.replace(year=2100)
    assert await store.read(lambda reader: reader.list_incidents_between(since, until)) == [call]


async def test_an_entry_from_before_there_were_standbys_opens_a_call(store: SqlStore) -> None:
    await store.write(record_story)
    entries = await store.read(lambda reader: reader.list_entries())
    opened = next(entry for entry in entries if entry.type == "incident.opened")
    body = {k: v for k, v in opened.body.items() if k not in ("purpose", "backfill_of")}
    older = replace(opened, body=body)
    event = find_event(older, {"address": "", "note": ""})
    assert event is not None
    fold = Fold()
    fold.apply(older, event)
    (incident,) = fold.incidents.values()
    assert (incident.purpose, incident.backfill_of, incident.is_call) == (Purpose.INCIDENT, None, True)
    assert (await store.read(verify_store)).ok
