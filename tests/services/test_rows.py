"""The rows that a board starts with are all that its audience may see."""

from datetime import datetime, timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.services.audience import Audience, Key, Table
from dispatch.services.rows import WorldRows
from dispatch.store.store import SqlStore
from tests.make_world import FLEET, MUTUAL, ORDER, World, agreement_text, meta, open_world

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


async def test_the_row_of_a_call_says_how_many_units_came_and_left_on_boards_and_on_record(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        sheet = world.look("harlow")
        incident_id = await world.open()

        async def told() -> tuple[list[str], int]:
            shown = sheet.rows["incidents"][incident_id]
            on_record = await world.services.incidents.get_incident(meta("harlow").actor, incident_id)
            assert {key: on_record[key] for key in shown} == shown
            return shown["assigned"], shown["came"]

        for unit in ("h1", "h2"):
            await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId(unit))
            clock.advance(seconds=1)
        assert await told() == (["h1", "h2"], 0)
        await world.say(UnitStatus.ON_SCENE, "h1")
        clock.advance(seconds=1)
        await world.say(UnitStatus.OUT_OF_SERVICE, "h2")
        assert await told() == (["h1"], 0), "h2 broke down before it came"
        await world.say(UnitStatus.AVAILABLE, "h1")
        assert await told() == ([], 1)
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        assert await told() == (["h1"], 0), "one unit, that is on it again"


async def test_a_lent_unit_that_turns_back_on_its_way_is_on_no_calls_row(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        sheet = world.look("harlow")
        incident_id = await world.open()
        await world.accept(await world.ask(incident_id, "c1"))
        assert sheet.rows["incidents"][incident_id]["assigned"] == ["c1"]
        [loan] = await record.read(lambda reader: reader.list_live_assignments())
        clock.advance(seconds=60)
        await world.services.assignments.release(meta("harlow"), loan.id, reason="closer one found")
        assert sheet.rows["incidents"][incident_id]["assigned"] == []
        assert await world.status_of("c1") == "available_delayed"
