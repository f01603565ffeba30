"""Cover is looked at after each commit; only changes of state are journalled."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.store.store import SqlStore
from tests.make_world import HARLOW, meta, open_world

pytestmark = pytest.mark.anyio


async def test_the_last_unit_out_is_level_zero_and_is_journalled_once(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await world.cover.record_changes()
        before = world.core.world.seq
        incident_id = await world.open()
        assert world.cover.covers[HARLOW].state == "green"
        await world.services.assignments.assign_own(meta("harlow"), incident_id, "h1")
        assert world.cover.covers[HARLOW].state == "amber"
        await world.services.assignments.assign_own(meta("harlow"), incident_id, "h2")
        assert world.cover.covers[HARLOW].state == "red"
        assert world.cover.has_news.is_set()
        await world.cover.record_changes()
        await world.cover.record_changes()
        entries = await store.read(lambda reader: reader.list_entries(after_seq=before))
        changes = [e for e in entries if e.type == "jurisdiction.overwhelm_changed"]
        assert [(e.body["before"], e.body["after"]) for e in changes] == [
            ("green", "amber"),
            ("amber", "red"),
        ]
        assert changes[-1].body["reasons"][0]["code"] == "level_zero"
        assert {e.role for e in changes} == {"service"}
