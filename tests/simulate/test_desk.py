"""Simulated dispatchers beside people at a console."""

import random
from datetime import timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.ids import RequestId, UnitId
from dispatch.simulate.desk import SHARE_DECLINED, Desk
from dispatch.store.store import SqlStore
from tests.make_world import CEDAR, HARLOW, meta, open_world

pytestmark = pytest.mark.anyio


class Willing(random.Random):
    """Says yes whenever it is drawn for."""

    def random(self) -> float:
        return SHARE_DECLINED

    def uniform(self, a: float, b: float) -> float:
        return a


async def test_who_answers_a_unit_offered_instead_is_the_borrower(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        asked = await world.ask(await world.open(), "c1")
        which = RequestId(asked["id"])
        await world.services.counter_offers.offer(meta("cedar"), which, UnitId("c2"))
        *_, offered = await world.requests()
        at_desk = Desk(world.services, frozenset({HARLOW}), Willing())
        await at_desk.answer(offered, now=clock())
        clock.advance(seconds=30)
        await at_desk.answer(offered, now=clock())
        assert (await world.requests())[1].state == "offered", "left to the person who plays Harlow"
        elsewhere = Desk(world.services, frozenset({CEDAR}), Willing())
        await elsewhere.answer(offered, now=clock())
        await elsewhere.answer(offered, now=clock() + timedelta(seconds=30))
        taken = (await world.requests())[1]
        assert (taken.state, taken.answered_by) == ("accepted", "simulated-harlow")
