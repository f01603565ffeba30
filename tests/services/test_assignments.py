"""Letting a unit go: what the journal keeps of it, and what the board shows."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.ids import AssignmentId, UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import meta, open_world

pytestmark = pytest.mark.anyio
H1 = UnitId("h1")


async def test_why_a_lent_unit_was_let_go_is_in_the_journal(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await world.accept(await world.ask(incident_id, "c1"))
        [live] = await record.read(lambda reader: reader.list_live_assignments())
        await world.services.assignments.release(
            meta("harlow"), AssignmentId(live.id), reason="own unit nearer"
        )
        entries = await record.read(lambda reader: reader.list_entries(incident_id=incident_id))
        [stepped] = [entry for entry in entries if entry.type == "assignment.stepped"]
        assert (stepped.body["after"], stepped.body["reason"]) == ("returning", "own unit nearer")
        clock.advance(seconds=600)
        await world.say("available", "c1")
        assert (await record.read(verify_store)).ok


async def test_a_unit_without_word_that_is_let_go_stands_at_no_incident_any_more(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        board = world.look("harlow")
        incident_id = await world.open()
        row = await world.services.assignments.assign_own(meta("harlow"), incident_id, H1)
        chief = meta("harlow", role=Role.SUPERVISOR)
        await world.services.units.set_status(
            chief, H1, UnitStatus.UNKNOWN, force=True, reason="radio silent"
        )
        await world.services.assignments.release(meta("harlow"), row["id"])
        assert board.rows["units"]["h1"]["incident"] is None
        assert board.rows["units"]["h1"]["status"] == "unknown"
        assert (await record.read(verify_store)).ok
