"""The rows that a board starts with are all that its audience may see."""

from datetime import datetime, timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.services.audience import Audience, Key, Table
from dispatch.services.rows import WorldRows
from dispatch.store.store import SqlStore
from tests.make_world import FLEET, MUTUAL, ORDER, World, agreement_text, open_world

pytestmark = pytest.mark.anyio
EVERYBODY = [Audience(place, role) for place in (*ORDER, None) for role in Role]


def list_overlooked(world: World, audience: Audience, now: datetime) -> list[str]:
    """Units that the audience may see and that the board does not start with."""
    rows = WorldRows(world.core.world, {})
    listed = set(rows.list_keys(audience, now=now))
    every = [Key(Table.UNITS, unit_id) for unit_id in FLEET]
    return [key.id for key in every if key not in listed and rows.find_row(key, audience, now=now)]


async def test_no_unit_that_somebody_may_see_is_overlooked(record: SqlStore, clock: ManualClock) -> None:
    agreements = [agreement_text("cedar", "harlow", until="2026-03-02T13:00:00Z"), MUTUAL[1]]
    async with open_world(record, clock, agreements=agreements) as world:
        await world.accept(await world.ask(await world.open(), "c1"))
        for now in (clock(), clock() + timedelta(hours=2)):
            assert {who: list_overlooked(world, who, now) for who in EVERYBODY} == {w: [] for w in EVERYBODY}


async def test_a_strangers_fleet_is_not_looked_at(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        rows = WorldRows(world.core.world, {})
        gale = Audience(JurisdictionId("gale"), Role.DISPATCHER)
        assert [key.id for key in rows.list_keys(gale, now=clock()) if key.table is Table.UNITS] == ["g1"]
