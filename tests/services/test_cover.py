"""Cover is looked at after each commit and in turn; only changes of state are journalled."""

from collections.abc import Sequence

import pytest

from dispatch.aid.cover.reading import Capability
from dispatch.aid.waiting import list_waiting
from dispatch.journal.entry import Entry
from dispatch.model.clock import ManualClock
from dispatch.model.ids import StationId, UnitId
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.services.command import Row
from dispatch.services.cover import ROUND_SECONDS
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.services.standing import cover_in
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import CEDAR, HARLOW, World, meta, open_world

pytestmark = pytest.mark.anyio

FREE, BUSY = UnitStatus.AVAILABLE, UnitStatus.OUT_OF_SERVICE


async def changes(world: World, after: int) -> list[tuple[str, str, str]]:
    entries: Sequence[Entry] = await world.store.read(lambda reader: reader.list_entries(after_seq=after))
    return [
        (e.body["capability"], e.body["before"], e.body["after"])
        for e in entries
        if e.type == "jurisdiction.overwhelm_changed" and e.jurisdiction == HARLOW
    ]


async def settle(world: World) -> int:
    """Let what the start saw be journalled; answers where the journal is then."""
    await world.cover.record_changes()
    return world.core.world.seq


async def test_the_last_unit_out_is_level_zero_and_is_journalled_once_per_capability(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        before = await settle(world)
        incident_id = await world.open()
        assert world.cover.covers[HARLOW].state == "green"
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h1"))
        assert world.cover.covers[HARLOW].state == "green"
        als = world.cover.covers[HARLOW].find_level(Capability.ALS)
        assert als is not None
        assert als.memory.state == "red"
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h2"))
        assert world.cover.covers[HARLOW].state == "red"
        assert world.cover.has_news.is_set()
        await world.cover.record_changes()
        await world.cover.record_changes()
        assert await changes(world, before) == [("als", "green", "red"), ("any", "green", "red")]
        entries = await store.read(lambda reader: reader.list_entries(after_seq=before))
        last = [e for e in entries if e.type == "jurisdiction.overwhelm_changed"][-1]
        assert last.body["reasons"][0]["code"] == "level_zero"
        assert last.body["figures"]["free"] == 0
        assert last.body["figures"]["chance"] == 1
        assert last.role == "service"


async def test_it_is_over_only_after_it_has_looked_so_for_a_while(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await world.say(BUSY, "h1", "h2")
        await world.say(FREE, "h1", "h2")
        assert world.cover.covers[HARLOW].state == "amber"
        assert world.cover.covers[HARLOW].reasons[0].code == "settling"
        clock.advance(seconds=1801)
        world.cover.look_around(seconds=ROUND_SECONDS, now=clock())
        assert world.cover.covers[HARLOW].state == "green"


async def test_a_restart_goes_on_from_the_states_on_record(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        await settle(world)
        await world.say(BUSY, "h1", "h2")
        await world.cover.record_changes()
    clock.advance(seconds=60)
    async with open_world(store, clock, on_duty=("h1", "h2")) as world:
        before = world.core.world.seq
        await world.cover.record_changes()
        assert world.cover.covers[HARLOW].state == "amber"
        assert ("any", "red", "amber") in await changes(world, before)


async def test_two_processes_journal_one_change_once(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        before = await settle(world)
        await world.say(BUSY, "h1", "h2")
        twice = list(world.cover._unrecorded)
        await world.cover.record_changes()
        world.cover._unrecorded.extend(twice)
        await world.cover.record_changes()
        assert sorted(await changes(world, before)) == [("als", "green", "red"), ("any", "green", "red")]


async def test_every_jurisdiction_has_its_turn_within_a_round(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        clock.advance(seconds=5)
        for _ in range(round(ROUND_SECONDS / 0.25)):
            world.cover.look_around(seconds=0.25, now=clock())
        assert {cover.assessed_at for cover in world.cover.covers.values()} == {clock()}


async def test_an_override_sets_the_state_until_its_time_and_is_told_to_its_own_board(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        sheet = world.look("harlow")
        await world.services.cover.override(
            meta("harlow"), HARLOW, state=CoverState.RED, reason="bus crash", minutes=30
        )
        row = sheet.rows["covers"][HARLOW]
        assert row["state"] == "red"
        assert row["override"]["reason"] == "bus crash"
        assert row["override"]["by"] == "dispatcher-harlow"
        assert row["reasons"][0]["sentence"].startswith("Set by hand to red until")
        clock.advance(seconds=1800)
        world.cover.look_around(seconds=ROUND_SECONDS, now=clock())
        assert world.cover.covers[HARLOW].state == "green"


async def test_a_unit_whose_tracker_fell_silent_is_not_counted_on(
    store: SqlStore, clock: ManualClock
) -> None:
    from dispatch.services.intake import UnitReport
    from tests.make_world import SCENE

    async with open_world(store, clock) as world:
        await world.report("h", UnitReport(unit_id=UnitId("h1"), at=clock(), position=SCENE))
        clock.advance(seconds=601)
        world.cover.look_around(seconds=ROUND_SECONDS, now=clock())
        als = world.cover.covers[HARLOW].find_level(Capability.ALS)
        assert als is not None
        assert (als.reading.silent, als.memory.state) == (1, "red")


async def test_a_recommendation_that_finds_a_neighbour_sooner_makes_it_red(
    store: SqlStore, clock: ManualClock
) -> None:
    from dispatch.aid.cover.reading import LateCall

    async with open_world(store, clock) as world:
        incident_id = await world.open()
        incident = world.core.world.incidents[incident_id]
        late = LateCall(own_seconds=900, neighbour_seconds=300, target_seconds=540)
        world.core.world.note_late(incident, late)
        world.cover.look_around(seconds=0.01, now=clock())
        assert world.cover.covers[HARLOW].reasons[0].code == "neighbour_faster"
        world.core.world.note_late(incident, None)
        world.cover.look_around(seconds=0.01, now=clock())
        assert world.cover.covers[HARLOW].reasons[0].code == "settling"


async def test_a_partners_board_sees_the_state_and_not_the_figures(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        sheet = world.look("cedar")
        seen = {name for name, value in sheet.rows["covers"][HARLOW].items() if value not in (None, [])}
        assert seen == {"jurisdiction", "state", "free", "lent", "total"}
        own = sheet.rows["covers"][CEDAR]
        assert own["levels"]["als"]["percent"] is not None
        assert own["override"] is None


async def test_an_agencys_own_table_counts_from_the_commit_on(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        await world.services.practices.change(
            meta("harlow", role=Role.ADMIN), HARLOW, document={"alarm": {"amber_below": 3}}, version=0
        )
        assert world.cover.covers[HARLOW].state == "amber"
        assert world.core.world.practice_of(HARLOW).alarm.amber_below == 3
        counsel = world.core.engine.advisor.counsel_for(HARLOW, now=clock())
        assert counsel.practice.alarm.amber_below == 3


async def test_a_clause_on_shortage_goes_by_what_the_board_shows(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        incident = world.core.world.incidents[await world.open()]
        await world.say(BUSY, "h1", "h2")
        await world.say(FREE, "h1", "h2")
        found = await store.read(lambda reader: cover_in(reader, world.core.world, incident, now=clock()))
        assert found is CoverState.AMBER
        await world.services.cover.override(
            meta("harlow"), HARLOW, state=CoverState.GREEN, reason="all back", minutes=5
        )
        found = await store.read(lambda reader: cover_in(reader, world.core.world, incident, now=clock()))
        assert found is CoverState.GREEN


async def stand_by(world: World, unit: str) -> Row:
    """The neighbour's unit is on its way to Harlow's station."""
    asks = world.services.standby.asks
    posting = Posting(unit_id=UnitId(unit), post=StationId("harlow"))
    row = await asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=posting))
    await world.accept(row["request"])
    await world.say(UnitStatus.EN_ROUTE, unit)
    return row


async def test_a_neighbours_unit_counts_here_once_it_is_at_its_post_and_is_its_own_figure(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = world.core.world.incidents[await world.open()]
        await world.say(BUSY, "h1", "h2")
        await stand_by(world, "c1")
        assert (world.cover.covers[HARLOW].free, world.cover.covers[HARLOW].state) == (0, "red")
        await world.say(UnitStatus.ON_SCENE, "c1")
        cover = world.cover.covers[HARLOW]
        assert (cover.free, cover.lent, cover.total, cover.state) == (1, 1, 1, "amber")
        assert (world.cover.covers[CEDAR].free, world.cover.covers[CEDAR].lent) == (3, 0)
        found = await store.read(lambda reader: cover_in(reader, world.core.world, incident, now=clock()))
        assert found is not CoverState.RED, "the record alone counts it too"
        clock.advance(seconds=5)
        await world.say(UnitStatus.UNKNOWN, "c1")
        assert (world.cover.covers[HARLOW].free, world.cover.covers[HARLOW].state) == (0, "red")
        clock.advance(seconds=5)
        await world.say(UnitStatus.AVAILABLE, "c1")
        assert world.cover.covers[HARLOW].lent == 1
        [standby] = world.core.world.list_standing_by()
        await world.services.loans.recall(meta("cedar"), standby.id, reason="needed at home")
        assert (world.cover.covers[HARLOW].lent, world.cover.covers[HARLOW].state) == (0, "red")


async def test_a_call_that_its_unit_has_left_waits_for_nobody_and_darkens_no_cover(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h2"))
        await world.say(UnitStatus.ON_SCENE, "h2")
        before = await settle(world)
        clock.advance(seconds=1)
        await world.say(FREE, "h2")
        cover = world.cover.covers[HARLOW]
        assert (cover.pending, cover.free, cover.state) == (0, 2, "green")
        await world.cover.record_changes()
        assert await changes(world, before) == []
    async with open_world(store, clock, on_duty=("h1", "h2")) as world:
        assert world.cover.covers[HARLOW].pending == 0, "a restart knows it from the record"


@pytest.mark.parametrize("arrives", [False, True])
async def test_a_lent_unit_that_is_let_go_on_its_way_leaves_the_call_waiting_until_another_comes(
    store: SqlStore, clock: ManualClock, arrives: bool
) -> None:
    came = int(arrives)
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        await world.accept(await world.ask(incident_id, "c1"))
        [loan] = await store.read(lambda reader: reader.list_live_assignments())
        clock.advance(seconds=60)
        await world.say(UnitStatus.EN_ROUTE, "c1")
        if arrives:
            clock.advance(seconds=60)
            await world.say(UnitStatus.ON_SCENE, "c1")
        assert world.cover.covers[HARLOW].pending == 0
        await world.services.assignments.release(meta("harlow"), loan.id, reason="closer one found")
        for home in (False, True):
            if home:
                clock.advance(seconds=600)
                await world.say(FREE, "c1")
            waits = list_waiting(
                world.core.world.incidents.values(),
                world.core.world.assignments.values(),
                come=world.core.world.assignments.come,
            )
            shown = await world.services.incidents.get_incident(meta("harlow").actor, incident_id)
            assert (world.cover.covers[HARLOW].pending, HARLOW in waits) == (1 - came, not arrives)
            assert shown["assigned"] == (["c1"] if arrives and not home else [])
            assert shown["came"] == (came if home else 0)
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok
    async with open_world(store, clock, on_duty=("h1", "h2")) as world:
        assert world.cover.covers[HARLOW].pending == 1 - came, "a restart knows it from the record"


async def test_a_unit_set_available_on_its_way_has_not_come(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        for status in (None, UnitStatus.EN_ROUTE):
            incident_id = await world.open()
            await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId("h2"))
            if status:
                await world.services.units.set_status(meta("harlow"), UnitId("h2"), status)
            await world.services.units.set_status(meta("harlow"), UnitId("h2"), FREE)
            shown = await world.services.incidents.get_incident(meta("harlow").actor, incident_id)
            assert (shown["assigned"], shown["came"]) == ([], 0)
        assert world.cover.covers[HARLOW].pending == 2


async def test_the_record_alone_counts_no_call_that_its_unit_has_left(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        for unit in ("h1", "h2"):
            incident_id = await world.open()
            await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId(unit))
            await world.say(UnitStatus.ON_SCENE, unit)
            clock.advance(seconds=1)
            await world.say(FREE, unit)
        await world.open()
        incident = world.core.world.incidents[incident_id]
        world.cover.covers.pop(HARLOW)
        found = await store.read(lambda r: cover_in(r, world.core.world, incident, now=clock()))
        assert found == "green", "one call waits, and two units are free"
