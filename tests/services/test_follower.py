"""Two processes on one PostgreSQL: what one commits, the other's boards show."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import UnitCommitted
from dispatch.model.ids import UnitId
from dispatch.services.bus import LocalBus
from dispatch.store.store import open_store
from dispatch.store.verify import verify_store
from tests.databases import PostgresServer
from tests.make_world import Sheet, World, meta, open_world

pytestmark = pytest.mark.anyio


def look(world: World, jurisdiction: str) -> Sheet:
    sheet = Sheet()
    actor = meta(jurisdiction).actor
    world.services.hub.join(actor, sheet, session_id="s", me={}, resume=None)
    return sheet


async def test_what_one_process_commits_the_others_boards_show(
    postgres: PostgresServer, clock: ManualClock
) -> None:
    url, bus = postgres.create_database(), LocalBus()
    left, right = open_store(url, clock=clock), open_store(url, clock=clock)
    async with (
        open_world(left, clock, bus=bus) as here,
        open_world(right, clock, bus=bus, on_duty=()) as there,
    ):
        lender = look(there, "cedar")
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
        assert lender.rows == look(there, "cedar").rows == look(here, "cedar").rows
        assert (await left.read(verify_store)).ok
    await left.close()
    await right.close()
    postgres.drop_database(url)
