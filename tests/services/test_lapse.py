"""A promised unit that cannot come any more frees the borrower at once to ask another."""

from datetime import timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.ids import UnitId
from dispatch.model.unit import UnitStatus
from dispatch.services.intake import UnitReport
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import MUTUAL, meta, open_world

pytestmark = pytest.mark.anyio

MANDATORY = tuple(text.replace("lender_may_decline: true", "lender_may_decline: false") for text in MUTUAL)


@pytest.mark.parametrize("agreements", [MUTUAL, MANDATORY], ids=["mutual", "mandatory"])
@pytest.mark.parametrize("status", ["out_of_service", "off_duty", "dispatched", "available_delayed"])
async def test_the_offer_ends_with_the_status_and_the_next_candidate_is_asked(
    store: SqlStore, clock: ManualClock, status: str, agreements: tuple[str, ...]
) -> None:
    async with open_world(store, clock, agreements=agreements) as world:
        await world.ask(await world.open(), "c1")
        clock.advance(seconds=5)
        before = world.core.world.seq
        await world.say(status, "c1")
        [lapsed] = await world.requests()
        assert (lapsed.state, lapsed.reason, lapsed.answered_by) == ("declined", "no_unit", "service")
        assert lapsed.answered_at == clock()
        entries = await store.read(lambda reader: reader.list_entries(after_seq=before))
        assert [(e.type, e.actor) for e in entries if e.type != "jurisdiction.overwhelm_changed"] == [
            ("unit.status_changed", "feed-c"),
            ("aid.answered", "service"),
        ]
        assert world.escalation.has_news.is_set()
        await world.escalation.sweep()
        *_, asked = await world.requests()
        assert (asked.state, asked.attempt) == ("offered", 2)
        assert asked.unit_id != "c1"
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_another_units_status_ends_no_offer(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.ask(await world.open(), "c1")
        clock.advance(seconds=5)
        await world.say("out_of_service", "c2")
        await world.say("available", "c1")
        assert [r.state for r in await world.requests()] == ["offered"]


async def test_a_moment_without_word_ends_no_offer(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        clock.advance(seconds=5)
        await world.say("unknown", "c1")
        clock.advance(seconds=5)
        await world.say("available", "c1")
        assert (await world.accept(request))["state"] == "accepted"


async def test_what_a_late_batch_says_counts_by_its_end(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        start = clock()
        clock.advance(seconds=20)
        request = await world.ask(await world.open(), "c1")
        said = [(UnitStatus.OUT_OF_SERVICE, 5), (UnitStatus.AVAILABLE, 15)]
        await world.report(
            "c",
            *(
                UnitReport(unit_id=UnitId("c1"), at=start + timedelta(seconds=second), status=status)
                for status, second in said
            ),
        )
        assert (await world.accept(request))["state"] == "accepted"


async def test_a_lent_unit_that_drives_keeps_its_answer(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.accept(await world.ask(await world.open(), "c1"))
        clock.advance(seconds=5)
        await world.say("en_route", "c1")
        assert [r.state for r in await world.requests()] == ["accepted"]


async def test_a_status_set_by_hand_counts_as_well(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.ask(await world.open(), "c1")
        clock.advance(seconds=5)
        await world.services.units.set_status(meta("cedar"), UnitId("c1"), UnitStatus.OUT_OF_SERVICE)
        [lapsed] = await world.requests()
        assert (lapsed.state, lapsed.reason, lapsed.answered_by) == ("declined", "no_unit", "service")


async def test_a_home_that_sends_its_mandatory_unit_itself_ends_the_offer_too(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=MANDATORY) as world:
        await world.ask(await world.open(), "c1")
        at_home = await world.open("cedar")
        await world.services.assignments.assign_own(meta("cedar"), at_home, UnitId("c1"))
        [lapsed] = await world.requests()
        assert (lapsed.state, lapsed.reason, lapsed.answered_by) == ("declined", "no_unit", "service")
        await world.cover.record_changes()
        assert (await record.read(verify_store)).ok


async def test_an_offer_that_is_due_already_expires_instead(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.ask(await world.open(), "c1")
        clock.advance(seconds=60)
        await world.say("out_of_service", "c1")
        await world.escalation.sweep()
        assert (await world.requests())[0].state == "expired"
