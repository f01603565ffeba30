"""Receipts of requests: whose they are, what they cost, and what stands in the record of them."""

import asyncio
from dataclasses import replace

import pytest

from dispatch.aid.receipts import Stage
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, NotFound
from dispatch.model.ids import RequestId
from dispatch.model.principal import Role
from dispatch.services.command import CommandMeta, Row
from dispatch.services.hub import Resume
from dispatch.services.ports import Committed
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import Sheet, World, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

AUTOMATIC = (agreement_text("cedar", "harlow", kind="automatic"),)


async def say(
    world: World, request: Row, stage: Stage, *, by: str = "cedar", role: Role = Role.DISPATCHER
) -> Row:
    return await world.services.receipts.receive(meta(by, role=role), RequestId(request["id"]), stage)


async def test_both_receipts_are_facts_of_the_incidents_log_and_on_both_boards(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        request = await world.ask(await world.open(), "c1")
        ours, theirs = world.look("harlow"), world.look("cedar")
        clock.advance(seconds=1)
        arrived = clock()
        await say(world, request, Stage.DELIVERED)
        clock.advance(seconds=7)
        receipts = await say(world, request, Stage.SEEN, role=Role.SUPERVISOR)
        assert receipts["seen_by"] == "supervisor-cedar"
        entries = await store.read(lambda reader: reader.list_entries(incident_id=request["incident"]))
        assert [(e.type, e.actor, e.jurisdiction, e.body.get("channel")) for e in entries[-2:]] == [
            ("aid.delivered", "dispatcher-cedar", "cedar", "board"),
            ("aid.seen", "supervisor-cedar", "cedar", "board"),
        ]
        assert entries[-2].occurred_at == arrived
        for board in (ours, theirs):
            row = board.rows["requests"][request["id"]]
            assert (row["delivered_at"], row["seen_at"]) == (receipts["delivered_at"], receipts["seen_at"])
            assert row["seen_by"] == "supervisor-cedar"
            assert row["version"] == request["version"]
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_a_receipt_that_the_tables_alone_claim_is_found_out(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        request = await world.ask(await world.open(), "c1")
        [asked] = await world.requests()
        forged = replace(asked, delivered_at=clock(), seen_at=clock(), seen_by="nobody")
        await store.write(lambda tx: tx.put_request(forged))
        report = await store.read(verify_store)
        [said] = [one.sentence for one in report.problems if request["id"] in one.sentence]
        assert "delivered_at, seen_at, seen_by" in said


async def test_of_a_hundred_boards_one_costs_a_transaction(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        commits: list[Committed] = []
        record.on_commit(commits.append)
        first = await asyncio.gather(*(say(world, request, Stage.DELIVERED) for _ in range(100)))
        assert len(commits) == 1
        clock.advance(seconds=5)
        late = await asyncio.gather(*(say(world, request, Stage.DELIVERED) for _ in range(100)))
        assert len(commits) == 1
        assert all(answer == first[0] for answer in (*first, *late))


async def test_a_board_that_is_gone_takes_nobody_elses_receipt_with_it(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        gone = asyncio.create_task(say(world, request, Stage.DELIVERED))
        waiting = asyncio.create_task(say(world, request, Stage.DELIVERED))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await waiting)["delivered_at"] is not None


async def test_only_who_may_answer_says_that_it_has_come(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        for stage in Stage:
            with pytest.raises(Forbidden) as ours:
                await say(world, request, stage, by="harlow")
            assert ours.value.reasons == ("side",)
            with pytest.raises(NotFound):
                await say(world, request, stage, by="elm")
            with pytest.raises(Forbidden) as reader:
                await say(world, request, stage, role=Role.ANALYST)
            assert reader.value.reasons == ("role",)
        with pytest.raises(NotFound):
            await say(world, {"id": "req_none"}, Stage.SEEN)
        [untouched] = await world.requests()
        assert (untouched.delivered_at, untouched.seen_at) == (None, None)


async def test_who_has_the_card_in_view_answers_it_whatever_receipts_came_since(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await say(world, request, Stage.SEEN)
        row = await world.services.requests.accept(
            meta("cedar"), RequestId(request["id"]), expected_version=request["version"]
        )
        assert (row["state"], row["seen_by"]) == ("accepted", "dispatcher-cedar")


async def test_a_receipt_that_comes_after_the_answer_changes_nothing(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await world.accept(request)
        before = await world.requests()
        assert (await say(world, request, Stage.SEEN))["seen_at"] is None
        await world.services.incidents.close(meta("harlow"), request["incident"])
        assert (await say(world, request, Stage.SEEN))["seen_at"] is None, "also once its incident has ended"
        assert await world.requests() == before


async def test_automatic_aid_waits_for_no_receipt(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=AUTOMATIC) as world:
        request = await world.ask(await world.open(), "c1")
        assert (await say(world, request, Stage.DELIVERED))["delivered_at"] is None


async def test_of_two_rows_of_one_version_the_one_with_more_receipts_is_kept(
    record: SqlStore, clock: ManualClock
) -> None:
    """As when a commit of ours crosses what was read of it a moment before."""
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        older = (await world.requests())[0]
        await say(world, request, Stage.SEEN)
        seq = world.core.world.seq
        crossed = Committed(epoch="", first_seq=seq + 1, last_seq=seq, entries=(), changed=(older,))
        world.core.world.apply(crossed)
        assert world.core.world.requests[older.id].seen_by == "dispatcher-cedar"


async def test_a_receipt_asks_nobody_on_and_ends_nothing(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        await say(world, request, Stage.SEEN)
        assert not world.escalation.has_news.is_set()
        await world.pass_time(60)
        old, new = await world.requests()
        assert (old.state, old.seen_by, new.state) == ("expired", "dispatcher-cedar", "offered")
        assert (new.delivered_at, new.seen_at) == (None, None), "the next one starts without"


async def test_who_saw_it_is_called_by_name_on_the_other_sides_board(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        board, request = world.look("harlow"), await world.ask(await world.open(), "c1")
        sam = CommandMeta(actor=replace(meta("cedar").actor, display_name="Sam Reed"))
        await world.services.receipts.receive(sam, RequestId(request["id"]), Stage.SEEN)
        assert board.rows["requests"][request["id"]]["seen_by_name"] == "Sam Reed"
        await world.pass_time(60)
        expired = board.rows["requests"][request["id"]]
        assert (expired["answered_by"], expired["answered_by_name"]) == ("service", "")


async def test_a_board_that_was_away_hears_of_the_receipts(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        request = await world.ask(await world.open(), "c1")
        away = world.look("harlow")
        resume = Resume(epoch=away.epoch, seq=away.seq)
        await say(world, request, Stage.SEEN)
        back = Sheet()
        world.services.hub.join(meta("harlow").actor, back, session_id="s2", me={}, resume=resume)
        assert back.frames[0]["type"] == "delta"
        assert back.rows["requests"][request["id"]]["seen_by"] == "dispatcher-cedar"
