"""From arrivals that really happened to the next recommendation, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select

from dispatch.aid.advice.practice import Practice
from dispatch.aid.arrival.estimate import ArrivalPart
from dispatch.aid.arrival.learn import Why
from dispatch.aid.crew_rules import CrewRules
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound, NotPermitted, StaleVersion
from dispatch.model.geo import Point
from dispatch.model.ids import AidPlanId, IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Need
from dispatch.model.principal import Principal, Role
from dispatch.model.unit import UnitStatus
from dispatch.services.command import CommandMeta
from dispatch.services.waves import PlanAsk
from dispatch.store import schema
from dispatch.store.engine import writing_engine
from dispatch.store.migrate import config_for, migrate
from dispatch.store.store import SqlStore, reading
from dispatch.store.verify import verify_store
from tests.make_world import CEDAR, HARLOW, HOMES, A, World, agreement_text, centre_of, meta, open_world

pytestmark = pytest.mark.anyio
LATE = 1.5
"""What the region's roads take, against what a straight line promises."""


async def serve(world: World, incident_id: IncidentId, unit: str, *, late: float) -> None:
    """The unit, which was sent, arrives so much later than predicted, and goes home."""
    sent = world.core.world.find_live_assignment(UnitId(unit))
    assert sent
    assert sent.predicted_seconds
    plain_seconds = sent.predicted_seconds - sent.learned_seconds
    world.clock.advance(seconds=round(plain_seconds * late))
    await world.say("on_scene", unit)
    world.clock.advance(seconds=60)
    await world.services.incidents.close(meta("harlow"), incident_id)
    world.clock.advance(seconds=60)
    await world.say("available", unit)
    world.clock.advance(seconds=1)


async def lend(world: World, unit: str = "c1", *, late: float = LATE) -> None:
    incident_id = await world.open()
    await world.accept(await world.ask(incident_id, unit))
    await serve(world, incident_id, unit, late=late)


async def send_own(world: World, unit: str = "h1", *, late: float = LATE) -> None:
    incident_id = await world.open()
    await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId(unit))
    await serve(world, incident_id, unit, late=late)


async def accuracy(world: World, jurisdiction: str = "harlow", role: Role = Role.ANALYST) -> Any:
    reader = meta(jurisdiction, role=role).actor
    return await world.services.arrivals.accuracy(reader, JurisdictionId(jurisdiction))


async def recommend(world: World) -> dict[str, Any]:
    incident_id = await world.open()
    shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
    await world.services.incidents.close(meta("harlow"), incident_id)
    return shown


def candidate_of(shown: dict[str, Any], lender: str) -> dict[str, Any]:
    return next(one for one in shown["candidates"] if one["lender"] == lender)


def part(row: dict[str, Any], code: ArrivalPart) -> int:
    return sum(one["seconds"] for one in row["arrival"]["parts"] if one["code"] == code)


async def test_arrivals_that_were_late_correct_the_next_recommendation(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        before = candidate_of(await recommend(world), "cedar")
        for _ in range(24):
            await lend(world)
        assert "learned" not in candidate_of(await recommend(world), "cedar")["arrival"]["basis"]
        await world.services.arrivals.relearn()

        shown = await recommend(world)
        after = candidate_of(shown, "cedar")
        learned = part(after, ArrivalPart.LEARNED)
        assert after["arrival"]["basis"][-1] == "learned"
        assert after["eta_seconds"] == before["eta_seconds"] + learned
        # ln 1.5 of 24 arrivals against 20 of no correction.
        assert learned == pytest.approx(before["eta_seconds"] * (LATE ** (24 / 44) - 1), abs=2)
        assert part(shown["own"][0], ArrivalPart.LEARNED) == 0, "nothing was learned of one's own"

        [agency, pair] = (await accuracy(world, "cedar"))["accuracies"]
        assert (agency["lender"], agency["borrower"], agency["why"]) == ("cedar", None, Why.TOO_FEW)
        assert (pair["borrower"], pair["count"], pair["on"]) == ("harlow", 24, True)
        assert pair["error_after_seconds"] < pair["error_before_seconds"]
    await world.cover.record_changes()
    report = await store.read(verify_store)
    assert report.ok, report.problems


async def learn(world: World) -> None:
    """As many late arrivals as it takes."""
    for _ in range(20):
        await lend(world)
    await world.services.arrivals.relearn()


async def test_what_was_learned_is_not_learned_again_from_the_corrected_estimate(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await learn(world)
        first = world.core.engine.corrections.by_pair[CEDAR, HARLOW]
        for _ in range(20):
            await lend(world)
        arrivals = await store.read(lambda reader: reader.list_arrivals(clock() - timedelta(days=9)))
        assert len({one.predicted_seconds for one in arrivals}) == 1, "without what was learned"
        await world.services.arrivals.relearn()
        assert world.core.engine.corrections.by_pair[CEDAR, HARLOW].log_ratio > first.log_ratio


async def order(world: World, incident_id: IncidentId, *, staging: Point | None = None) -> dict[str, Any]:
    """A plan for one unit, sent; its lender says yes."""
    plans, ask = world.services.aid_plans, PlanAsk(needs=(Need(unit_type=A),), staging=staging)
    made = await plans.plan(meta("harlow"), incident_id, ask)
    sent = await plans.send(meta("harlow"), AidPlanId(made["id"]))
    [asked] = sent["requests"]
    await world.accept(asked)
    return made


async def test_a_units_arrival_by_a_plan_is_learned_from_without_what_was_learned_before(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        await learn(world)
        incident_id = await world.open()
        [pick] = (await order(world, incident_id))["plan"]["picks"]
        assert pick["unit"] == "c1"
        assert part(pick, ArrivalPart.LEARNED) > 0, "the plan shows the corrected arrival"
        await serve(world, incident_id, "c1", late=LATE)
        arrivals = await store.read(lambda reader: reader.list_arrivals(clock() - timedelta(days=9)))
        assert len(arrivals) == 21
        assert len({one.predicted_seconds for one in arrivals}) == 1, "without what was learned"


async def test_an_arrival_at_a_staging_area_teaches_nothing_of_the_way_to_the_scene(
    store: SqlStore, clock: ManualClock
) -> None:
    """Nobody knows which of the two a crew means that says it is on scene."""
    async with open_world(store, clock) as world:
        here, there = await world.open(), await world.open()
        await order(world, here)
        await serve(world, here, "c1", late=LATE)
        await order(world, there, staging=centre_of(CEDAR))
        await serve(world, there, "c1", late=LATE)
        arrivals = await store.read(lambda reader: reader.list_arrivals(clock() - timedelta(days=9)))
        assert [one.unit_id for one in arrivals] == ["c1"], "only the one that was sent to the scene"
        live = await store.read(lambda reader: reader.list_assignments())
        assert sum(one.arrived_at is not None for one in live) == 2


async def test_own_arrivals_teach_an_agency_of_its_own(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        for _ in range(30):
            await send_own(world)
        await world.services.arrivals.relearn()
        [agency] = (await accuracy(world))["accuracies"]
        assert (agency["count"], agency["on"], agency["factor"]) == (30, True, round(LATE ** (30 / 40), 3))
        [own, *_] = (await recommend(world))["own"]
        assert own["arrival"]["basis"] == ["straight_line", "station", "learned"]
    await world.cover.record_changes()
    assert (await store.read(verify_store)).ok


async def test_estimates_that_hold_are_left_alone(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        for number in range(30):
            await send_own(world, late=(0.8, 1.0, 1.25)[number % 3])
        await world.services.arrivals.relearn()
        [agency] = (await accuracy(world))["accuracies"]
        assert (agency["on"], agency["why"]) == (False, Why.NO_HELP)
        assert world.core.engine.corrections.by_agency == {}


async def test_arrivals_of_a_quarter_of_a_year_ago_teach_nothing(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await send_own(world)
        await world.services.arrivals.relearn()
        assert len((await accuracy(world))["accuracies"]) == 1
        clock.advance(seconds=91 * 86400)
        await world.services.arrivals.relearn()
        assert (await accuracy(world))["accuracies"] == []


async def test_an_agency_reads_its_own_accuracy_only(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        assert (await accuracy(world))["learned_at"] is None
        for role in (Role.ANALYST, Role.ADMIN, Role.SUPERVISOR):
            assert (await accuracy(world, role=role))["jurisdiction"] == "harlow"
        with pytest.raises(Forbidden):
            await accuracy(world, role=Role.DISPATCHER)
        with pytest.raises(NotFound):
            await world.services.arrivals.accuracy(meta("cedar", role=Role.ANALYST).actor, HARLOW)


def feed_of(initial: str) -> CommandMeta:
    return CommandMeta(actor=Principal(id=f"feed-{initial}", role=Role.FEED, jurisdiction_id=HOMES[initial]))


async def test_a_shift_is_said_by_the_own_agency_and_keeps_the_crew_at_home(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=(agreement_text("cedar", "harlow", floor=0),)) as world:
        units = world.services.units
        soon = clock() + timedelta(seconds=1800)
        row = await units.set_shift(feed_of("c"), UnitId("c1"), soon, expected_version=1)
        assert (row["unit"], row["version"]) == ("c1", 2)
        shown = await recommend(world)
        [refused] = [one for one in shown["refusals"] if one["unit"] == "c1"]
        assert [reason["code"] for reason in refused["reasons"]] == ["crew_shift_ends"]
        assert refused["reasons"][0]["sentence"].startswith("Its shift ends too soon")
        incident_id = await world.open()
        with pytest.raises(NotPermitted):
            await world.ask(incident_id, "c1")
        await units.set_shift(meta("cedar"), UnitId("c1"), None)
        asked = await world.ask(incident_id, "c1")
        await units.set_shift(meta("cedar"), UnitId("c1"), soon)
        with pytest.raises(NotPermitted) as held:
            await world.accept(asked)
        assert [reason["code"] for reason in held.value.reasons] == ["crew_shift_ends"]
        await world.say("off_duty", "c1")
        clock.advance(seconds=1)
        await world.say("available", "c1")
        state = world.core.world.picture.get_state(UnitId("c1"))
        assert (state.shift_ends_at, state.on_duty_since) == (None, clock())
        await world.cover.record_changes()
    report = await store.read(verify_store)
    assert report.ok, report.problems


async def test_nobody_else_says_when_a_shift_ends(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, on_duty=("c1",)) as world:
        set_shift, soon = world.services.units.set_shift, clock() + timedelta(seconds=3600)
        for who in (meta("harlow"), feed_of("h")):
            with pytest.raises(NotFound):
                await set_shift(who, UnitId("c1"), soon)
        with pytest.raises(Forbidden):
            await set_shift(meta("cedar", role=Role.ANALYST), UnitId("c1"), soon)
        with pytest.raises(StaleVersion):
            await set_shift(meta("cedar"), UnitId("c1"), soon, expected_version=7)
        with pytest.raises(Invalid):
            await set_shift(meta("cedar"), UnitId("c1"), clock() + timedelta(seconds=3 * 86400))
        with pytest.raises(IllegalStep):
            await set_shift(meta("cedar"), UnitId("c2"), soon)


async def test_a_crew_on_duty_for_long_is_lent_for_urgent_calls_only(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.say(UnitStatus.OFF_DUTY, "c1")
        clock.advance(seconds=1)
        await world.say(UnitStatus.AVAILABLE, "c1")
        clock.advance(seconds=24 * 3600)
        [refused] = [one for one in (await recommend(world))["refusals"] if one["unit"] == "c1"]
        [reason] = refused["reasons"]
        assert reason["sentence"] == "Its crew has been on duty too long: no calls of neighbours"


async def test_a_record_from_before_is_filled_in_from_its_journal(
    record: SqlStore, sqlite_url: str, clock: ManualClock, empty_url: str
) -> None:
    """Everything that an older version had written, in the tables as they were; then the newer one starts."""
    async with open_world(record, clock) as world:
        await world.say(UnitStatus.OFF_DUTY, "c2")
        clock.advance(seconds=1)
        await world.say(UnitStatus.AVAILABLE, "c2")
        on_duty_since = clock()
        await lend(world)
        await send_own(world)
        await world.cover.record_changes()
    was = await record.read(lambda reader: reader.list_assignments())
    source, target = writing_engine(sqlite_url), writing_engine(empty_url)
    with source.connect() as old, target.begin() as new:
        before = ScriptDirectory.from_config(config_for(new)).get_revision("0007").down_revision
        command.upgrade(config_for(new), str(before))
        there = set(inspect(new).get_table_names())
        for table in [table for table in schema.metadata.sorted_tables if table.name in there]:
            kept = {column["name"] for column in inspect(new).get_columns(table.name)}
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(table.insert(), [{k: v for k, v in row.items() if k in kept} for row in rows])
    migrate(target)
    source.dispose()
    target.dispose()
    with reading(empty_url) as reader:
        assert [a.arrived_at for a in reader.list_assignments()] == [a.arrived_at for a in was]
        assert all(a.arrived_at for a in was)
        assert reader.get_unit_state(UnitId("c2")).on_duty_since == on_duty_since
        # Only the loan's request had kept what was predicted.
        assert [one.unit_id for one in reader.list_arrivals(clock() - timedelta(days=1))] == ["c1"]


async def test_an_agencys_own_rules_for_crews_hold_when_it_is_shown_and_when_it_is_decided(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=(agreement_text("cedar", "harlow", floor=0),)) as world:
        await world.say(UnitStatus.OFF_DUTY, "c1")
        clock.advance(seconds=1)
        await world.say(UnitStatus.AVAILABLE, "c1")
        clock.advance(seconds=3600)
        practice = Practice(crew=CrewRules(never_after=timedelta(minutes=30)))
        world.core.world.advice.practices[CEDAR] = practice
        [refused] = [one for one in (await recommend(world))["refusals"] if one["unit"] == "c1"]
        assert [reason["code"] for reason in refused["reasons"]] == ["crew_hours"]
        with pytest.raises(NotPermitted):
            await world.ask(await world.open(), "c1")
