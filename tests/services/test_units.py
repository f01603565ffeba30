"""Statuses by hand."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound, StaleVersion, UnitCommitted
from dispatch.model.ids import UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import meta, open_world

pytestmark = pytest.mark.anyio
H1 = UnitId("h1")


async def test_a_dispatcher_sets_a_status_of_the_own_unit_only(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        units = world.services.units
        row = await units.set_status(meta("harlow"), H1, UnitStatus.OUT_OF_SERVICE, expected_version=1)
        assert (row["status"], row["version"], row["own"]) == ("out_of_service", 2, True)
        with pytest.raises(NotFound):
            await units.set_status(meta("cedar"), H1, UnitStatus.AVAILABLE)
        with pytest.raises(StaleVersion):
            await units.set_status(meta("harlow"), H1, UnitStatus.AVAILABLE, expected_version=1)


async def test_an_impossible_step_needs_a_supervisor_with_a_reason(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        units, chief = world.services.units, meta("harlow", role=Role.SUPERVISOR)
        with pytest.raises(IllegalStep):
            await units.set_status(meta("harlow"), H1, UnitStatus.AT_HOSPITAL)
        with pytest.raises(Forbidden):
            await units.set_status(meta("harlow"), H1, UnitStatus.AT_HOSPITAL, force=True, reason="radio")
        with pytest.raises(Invalid):
            await units.set_status(chief, H1, UnitStatus.AT_HOSPITAL, force=True)
        row = await units.set_status(chief, H1, UnitStatus.AT_HOSPITAL, force=True, reason="radio")
        assert row["status"] == "at_hospital"
        [*_, entry] = await record.read(lambda reader: reader.list_entries())
        assert (entry.body["forced"], entry.body["reason"]) == (True, "radio")


async def test_an_own_unit_is_assigned_once_and_freed_when_it_clears(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        first, second = await world.open(), await world.open()
        assign = world.services.assignments.assign_own
        row = await assign(meta("harlow"), first, H1)
        assert (row["state"], row["lent"]) == ("dispatched", False)
        with pytest.raises(UnitCommitted) as held:
            await assign(meta("harlow"), second, H1)
        assert held.value.holder == "harlow"
        clock.advance(seconds=60)
        await world.services.units.set_status(meta("harlow"), H1, UnitStatus.AVAILABLE)
        await assign(meta("harlow"), second, H1)
        assert (await record.read(verify_store)).ok


async def test_a_unit_without_word_is_not_sent(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, on_duty=()) as world:
        with pytest.raises(IllegalStep) as refused:
            await world.services.assignments.assign_own(meta("harlow"), await world.open(), H1)
        assert refused.value.because == "unit_not_available"
