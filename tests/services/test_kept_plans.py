"""How long plans are kept, for whom, and what a retry is answered when they are not any more."""

from datetime import timedelta

import pytest

from dispatch.aid.waves.card_text import parse_card
from dispatch.model.clock import ManualClock
from dispatch.model.errors import KeyReused, NotFound
from dispatch.model.ids import AidPlanId, IncidentId
from dispatch.services.waves import PlanAsk
from dispatch.store.store import SqlStore
from tests.make_world import MUTUAL, agreement_text, meta, open_world
from tests.services.test_waves import CARD, look, order, plan, send

pytestmark = pytest.mark.anyio


async def test_a_retry_is_answered_the_same_long_after_the_plan_itself_is_forgotten(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        made = await plan(world, incident, order(2), key="k1")
        first = await send(world, made, key="k2")
        clock.advance(seconds=timedelta(minutes=16).total_seconds())
        await world.services.incidents.close(meta("harlow"), incident)
        with pytest.raises(NotFound):
            await look(world, made)
        assert await send(world, made, key="k2") == first
        assert await plan(world, incident, order(2), key="k1") == made
        with pytest.raises(KeyReused):
            await send(world, made, key="k2", all_or_nothing=True)
        with pytest.raises(NotFound):
            await send(world, made, key="k3")


async def test_a_retried_alarm_is_answered_the_same_though_all_of_it_is_asked_for_since(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        world.services.aid_plans.cards = (parse_card(CARD),)
        incident = await world.open()
        made = await plan(world, incident, PlanAsk(alarm_level=1), key="k1")
        await send(world, made)
        assert await plan(world, incident, PlanAsk(alarm_level=1), key="k1") == made


async def test_each_agency_has_room_of_its_own_for_plans_and_what_was_sent_stays(
    record: SqlStore, clock: ManualClock
) -> None:
    agreements = (*MUTUAL, agreement_text("cedar", "elm"))
    async with open_world(record, clock, agreements=agreements) as world:
        plans = world.services.aid_plans
        plans.kept.most_of_an_agency = 3
        ours = await plan(world, await world.open(), order(1))
        there = await world.open("elm")
        theirs = [(await plans.plan(meta("elm"), IncidentId(there), order(1)))["id"] for _ in range(2)]
        await plans.send(meta("elm"), AidPlanId(theirs[0]))
        theirs += [(await plans.plan(meta("elm"), IncidentId(there), order(1)))["id"] for _ in range(4)]

        async def is_kept(plan_id: str) -> bool:
            try:
                return bool(await plans.get(meta("elm").actor, AidPlanId(plan_id)))
            except NotFound:
                return False

        kept = [plan_id for plan_id in theirs if await is_kept(plan_id)]
        assert kept == [theirs[0], *theirs[-2:]], "the one that was sent, and the newest"
        assert (await look(world, ours))["id"] == ours["id"]
