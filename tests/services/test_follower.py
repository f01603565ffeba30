"""Two processes on one PostgreSQL: what one commits, the other's boards show."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import UnitCommitted
from dispatch.model.ids import UnitId
from dispatch.services.bus import LocalBus
from dispatch.services.hub import Resume
from dispatch.store.store import SqlStore, open_store
from dispatch.store.verify import verify_store
from tests.databases import PostgresServer
from tests.make_world import meta, open_world

pytestmark = pytest.mark.anyio


async def test_what_one_process_commits_the_others_boards_show(
    postgres: PostgresServer, clock: ManualClock
) -> None:
    url, bus = postgres.create_database(), LocalBus()
    left, right = open_store(url, clock=clock), open_store(url, clock=clock)
    async with (
        open_world(left, clock, bus=bus) as here,
        open_world(right, clock, bus=bus, on_duty=()) as there,
    ):
        lender = there.look("cedar")
        request = await here.ask(await here.open(), "c1")
        follower = there.services.background and there.services.background.follower
        assert follower
        assert follower.has_news.is_set()
        await follower.catch_up()
        assert request["id"] in lender.rows["requests"]

        await there.accept(request)
        back = here.services.background and here.services.background.follower
        assert back
        await back.catch_up()
        assert here.core.world.find_live_assignment(UnitId("c1"))
        with pytest.raises(UnitCommitted):
            await here.ask(await here.open(), "c1")
        await follower.catch_up()
        await follower.catch_up()
        again, ours = there.look("cedar").rows, here.look("cedar").rows
        assert lender.rows == again
        # Each process tells of itself.
        assert {**again, "service": {}} == {**ours, "service": {}}
        assert (await left.read(verify_store)).ok
    await left.close()
    await right.close()
    postgres.drop_database(url)


async def test_a_commit_of_ours_does_not_hide_an_earlier_one_of_another_process(
    postgres: PostgresServer, clock: ManualClock
) -> None:
    url = postgres.create_database()
    left, right = open_store(url, clock=clock), open_store(url, clock=clock)
    async with (
        open_world(left, clock, bus=LocalBus()) as here,
        open_world(right, clock, bus=LocalBus(), on_duty=()) as there,
    ):
        lender = there.look("cedar")
        away = there.look("cedar")
        request = await here.ask(await here.open(), "c1")
        await there.say("out_of_service", "c4")
        hub, mark = there.services.hub, Resume(away.epoch, away.seq)
        follower = there.services.background and there.services.background.follower
        assert follower
        assert follower.has_news.is_set()
        await follower.catch_up()
        assert request["id"] in lender.rows["requests"]
        hub.join(meta("cedar").actor, away, session_id="s", me={}, resume=mark)
        assert away.rows == lender.rows == there.look("cedar").rows
    await left.close()
    await right.close()
    postgres.drop_database(url)


async def test_what_became_durable_without_our_hearing_of_it_is_taken_in(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit whose answer was lost (a broken connection, an error after the write) is one all the same."""
    async with open_world(record, clock) as world:
        board = world.look("harlow")
        with monkeypatch.context() as unheard:
            unheard.setattr(record, "_listeners", [])
            incident_id = await world.open()
        await world.say("out_of_service", "c4")
        assert board.rows["incidents"] == {}
        assert world.services.background
        await world.services.background.follower.catch_up()
        assert incident_id in board.rows["incidents"]
