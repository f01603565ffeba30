"""What the two sides do about a loan under way, as the agreement says."""

from datetime import timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, StaleVersion
from dispatch.model.ids import UnitId
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_standing import bring_home, lend, text_of
from tests.make_world import meta, open_world

pytestmark = pytest.mark.anyio

NOTICE = 'id: "13.1", type: recall, allowed: true, notice_minutes: 20'
NEVER = 'id: "13.1", type: recall, allowed: false'
PLAIN = 'id: "4.2", type: answer_time, seconds: 60'


async def test_a_recalled_unit_may_be_taken_home_once_the_notice_is_over(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=[text_of(NOTICE)]) as world:
        loan = await lend(world, "c1")
        sheets = {place: world.look(place) for place in ("harlow", "cedar")}
        row = await world.services.loans.recall(meta("cedar"), loan.id, reason="A bus on its side")
        assert row["recall_due"] == "2026-03-02T12:20:01.000Z"
        for sheet in sheets.values():
            [shown] = sheet.rows["assignments"].values()
            assert (shown["recall_reason"], shown["duties"][0]["code"]) == ("A bus on its side", "recall")
        release = world.services.assignments.release
        clock.advance(seconds=1199)
        with pytest.raises(Forbidden) as refused:
            await release(meta("cedar"), loan.id)
        assert refused.value.reasons == ("recall_not_due",)
        clock.advance(seconds=1)
        await release(meta("cedar"), loan.id, reason="recalled")
        assert await world.status_of("c1") == "available_delayed"
        entries = await store.read(lambda reader: reader.list_entries(incident_id=loan.incident_id))
        assert "unit.recalled" in [entry.type for entry in entries]
        assert (await store.read(verify_store)).ok


async def test_without_a_clause_the_lender_recalls_at_once_and_with_one_it_may_be_ruled_out(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=[text_of(PLAIN), text_of(NEVER, lender="elm")]) as world:
        loans = world.services.loans
        ours, bound = await lend(world, "c1"), await lend(world, "e1")
        with pytest.raises(Invalid):
            await loans.recall(meta("cedar"), ours.id, reason=" ")
        with pytest.raises(Forbidden):
            await loans.recall(meta("harlow"), ours.id, reason="ours now")
        with pytest.raises(Forbidden):
            await loans.recall(meta("elm"), bound.id, reason="needed")
        with pytest.raises(StaleVersion):
            await loans.recall(meta("cedar"), ours.id, reason="needed", expected_version=7)
        row = await loans.recall(meta("cedar"), ours.id, reason="needed")
        assert row["recall_due"] == row["recalled_at"]
        with pytest.raises(IllegalStep):
            await loans.recall(meta("cedar"), ours.id, reason="again")
        await world.services.assignments.release(meta("cedar"), ours.id)
        assert await world.status_of("c1") == "available_delayed"


async def test_the_release_clause_says_who_lets_the_unit_go(record: SqlStore, clock: ManualClock) -> None:
    both = text_of('id: "14.1", type: release, by: [borrower, lender]')
    lender_only = text_of('id: "14.1", type: release, by: [lender]', lender="elm")
    async with open_world(record, clock, agreements=[both, lender_only]) as world:
        release = world.services.assignments.release
        first, second = await lend(world, "c1"), await lend(world, "e1")
        await release(meta("cedar"), first.id)
        with pytest.raises(Forbidden):
            await release(meta("harlow"), second.id)
        # Closing the incident needs nobody's leave: what has ended holds no unit.
        await world.services.incidents.close(meta("harlow"), second.incident_id)
        assert await world.status_of("e1") == "available_delayed"


async def test_a_loan_is_extended_only_where_it_may_be(record: SqlStore, clock: ManualClock) -> None:
    texts = [
        text_of('id: "15.1", type: duration, max_hours: 2'),
        text_of('id: "15.1", type: duration, max_hours: 2, extendable: false', lender="elm"),
    ]
    async with open_world(record, clock, agreements=texts) as world:
        loans = world.services.loans
        loan, fixed = await lend(world, "c1"), await lend(world, "e1")
        row = await loans.extend(meta("harlow"), loan.id, hours=3)
        until = loan.assigned_at + timedelta(hours=5)
        assert row["extended_until"] == until.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        clock.advance(seconds=2.5 * 3600)
        sheet = world.look("harlow")
        duties = {row["unit"]: row["duties"][0]["state"] for row in sheet.rows["assignments"].values()}
        assert duties == {"c1": "upcoming", "e1": "overdue"}
        with pytest.raises(Forbidden):
            await loans.extend(meta("harlow"), fixed.id, hours=1)
        with pytest.raises(Forbidden):
            await loans.extend(meta("cedar"), loan.id, hours=1)


async def test_a_loan_is_confirmed_in_writing_once_and_also_after_its_end(
    store: SqlStore, clock: ManualClock
) -> None:
    text = text_of('id: "9.1", type: written_confirmation, within_hours: 24')
    async with open_world(store, clock, agreements=[text]) as world:
        loan = await lend(world, "c1")
        await bring_home(world, loan)
        row = await world.services.loans.confirm(meta("harlow"), loan.id)
        assert (row["duties"], row["state"]) == ([], "ended")
        with pytest.raises(IllegalStep):
            await world.services.loans.confirm(meta("harlow"), loan.id)
        assert (await store.read(verify_store)).ok


async def test_one_cannot_recall_what_one_did_not_lend(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[text_of(PLAIN)]) as world:
        incident_id = await world.open()
        row = await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        with pytest.raises(Forbidden):
            await world.services.loans.recall(meta("harlow"), row["id"], reason="mine")
        with pytest.raises(IllegalStep):
            await world.services.loans.extend(meta("harlow"), row["id"], hours=1)
