"""A party closes itself to lending: at once for new permits, never for aid under way."""

from datetime import timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound, NotPermitted
from dispatch.model.ids import ClosureId, RequestId
from dispatch.model.principal import Role
from dispatch.services.command import CommandMeta
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_standing import reasons_against, text_of
from tests.make_world import meta, open_world

pytestmark = pytest.mark.anyio

PLAIN = text_of('id: "4.2", type: answer_time, seconds: 600')


def boss(place: str) -> CommandMeta:
    return meta(place, role=Role.SUPERVISOR)


async def test_closing_stops_new_permits_at_once_and_aid_under_way_goes_on(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=[PLAIN]) as world:
        under_way = await world.ask(await world.open(), "c1")
        incident_id = await world.open()
        await world.services.closures.close(boss("cedar"), reason="Storm")
        assert "closed_to_lending" in await reasons_against(world, incident_id, "c2")
        with pytest.raises(NotPermitted) as refused:
            await world.ask(incident_id, "c2")
        [reason] = refused.value.reasons
        assert (reason["code"], reason["figures"]["why"]) == ("closed_to_lending", "Storm")
        await world.accept(under_way)  # the lender itself says yes
        assert await world.status_of("c1") == "dispatched"
        assert (await store.read(verify_store)).ok


async def test_partners_boards_learn_at_once_and_strangers_never(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=[PLAIN]) as world:
        own, partner, stranger = (world.look(place) for place in ("cedar", "harlow", "gale"))
        row = await world.services.closures.close(boss("cedar"), reason="Storm")
        assert own.rows["closures"] == partner.rows["closures"] == {row["id"]: row}
        assert stranger.rows["closures"] == {}
        await world.services.closures.end(boss("cedar"), ClosureId(row["id"]))
        assert own.rows["closures"] == partner.rows["closures"] == {}
        assert await reasons_against(world, await world.open(), "c1") == []


async def test_a_closure_is_over_when_its_time_has_come(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[PLAIN]) as world:
        incident_id = await world.open()
        until = clock() + timedelta(hours=1)
        await world.services.closures.close(boss("cedar"), reason="Short of crews", ends_at=until)
        clock.advance(seconds=3599)
        assert await reasons_against(world, incident_id, "c1") == ["closed_to_lending"]
        sheet = world.look("harlow")
        clock.advance(seconds=1)
        assert await world.services.closures.list_closures(meta("harlow").actor) == []
        world.services.hub.publish(world.core.world.list_timed_keys())
        assert sheet.rows["closures"] == {}
        await world.ask(incident_id, "c1")


async def test_who_may_close_whom(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[PLAIN]) as world:
        closures = world.services.closures
        with pytest.raises(Forbidden):
            await closures.close(meta("cedar"), reason="Storm")
        with pytest.raises(Invalid):
            await closures.close(boss("cedar"), reason=" ")
        with pytest.raises(Invalid):
            await closures.close(boss("cedar"), reason="Storm", ends_at=clock())
        closed = ClosureId((await closures.close(boss("cedar"), reason="Storm"))["id"])
        with pytest.raises(IllegalStep):
            await closures.close(boss("cedar"), reason="Again")
        with pytest.raises((Forbidden, NotFound)):
            await closures.end(boss("harlow"), closed)
        with pytest.raises(NotFound):
            await closures.end(boss("gale"), closed)
        await closures.end(boss("cedar"), closed)
        with pytest.raises(IllegalStep):
            await closures.end(boss("cedar"), closed)


async def test_a_closure_survives_a_restart(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[PLAIN]) as world:
        await world.services.closures.close(boss("cedar"), reason="Storm")
    async with open_world(record, clock, agreements=[PLAIN], on_duty=()) as world:
        assert await reasons_against(world, await world.open(), "c1") == ["closed_to_lending"]


async def test_a_closed_lender_may_still_decline_what_it_was_asked(
    record: SqlStore, clock: ManualClock
) -> None:
    from dispatch.aid.request import DeclineReason

    async with open_world(record, clock, agreements=[PLAIN]) as world:
        asked = await world.ask(await world.open(), "c1")
        await world.services.closures.close(boss("cedar"), reason="Storm")
        row = await world.services.requests.decline(
            meta("cedar"), RequestId(asked["id"]), reason=DeclineReason.WEATHER
        )
        assert row["state"] == "declined"
