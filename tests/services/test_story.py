"""One call from beginning to end, as the two centres and the units live it."""

from typing import Any

import pytest

from dispatch.agreements.parse import text_sha256
from dispatch.export.incident_log import verify_text
from dispatch.journal.incident_log import log_from_document
from dispatch.journal.verify_log import verify_incident_log
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, NotFound
from dispatch.model.ids import AssignmentId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.services.incidents import Incidents
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import HARLOW, World, draft, meta, open_world

pytestmark = pytest.mark.anyio


async def lend_c1(world: World) -> tuple[Any, Any, Any]:
    """Harlow opens an incident and Cedar lends C1; answers incident id, request row, assignment row."""
    incident_id = await world.open()
    request = await world.accept(await world.ask(incident_id, "c1"))
    [assignment] = world.core.world.list_assignments_of(incident_id)
    return incident_id, request, assignment


async def test_a_call_is_served_by_a_neighbour_and_the_log_proves_it(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        services, harlow, cedar = world.services, meta("harlow"), meta("cedar")
        opened = await services.incidents.open(harlow, draft())
        incident_id = opened["id"]
        assert opened["number"] == "26-00001"

        shown = await services.recommendations.recommend(harlow, incident_id)
        assert shown["own"][0]["unit"] == "h1"
        assert shown["candidates"][0]["lender"] == "cedar"
        assert shown["candidates"][0]["permit"]["clauses"] == ["2.1", "3.1"]
        assert all(reason["sentence"] for refused in shown["refusals"] for reason in refused["reasons"])

        best = shown["candidates"][0]["unit"]
        asked = await services.requests.request(harlow, incident_id, best, recommendation_id=shown["id"])
        assert (asked["state"], asked["direction"]) == ("offered", "out")

        clock.advance(seconds=10)
        accepted = await services.requests.accept(cedar, asked["id"], expected_version=asked["version"])
        assert (accepted["state"], accepted["direction"]) == ("accepted", "in")
        assert await world.status_of(best) is UnitStatus.DISPATCHED

        for status in ("en_route", "on_scene", "transporting", "at_hospital"):
            clock.advance(seconds=60)
            await world.say(status, best)
        [assignment] = world.core.world.list_assignments_of(incident_id)
        assert assignment.state == "at_hospital"

        released = await services.assignments.release(harlow, assignment.id, reason="handed over")
        assert released["state"] == "returning"
        await services.incidents.close(harlow, incident_id)
        clock.advance(seconds=300)
        await world.say("available", best)
        assert world.core.world.find_live_assignment(best) is None

        document = await services.exports.incident_log(harlow.actor, incident_id)
        log = log_from_document(document)
        assert verify_incident_log(log).ok, verify_incident_log(log).problems
        types = [entry.type for entry in log.entries]
        assert types[:2] == ["incident.opened", "recommendation.made"]
        assert {"aid.requested", "aid.answered", "unit.assigned", "incident.closed"} <= set(types)
        _, csv = await services.exports.incident_log_csv(harlow.actor, incident_id)
        assert "12 Mill Lane" in csv
        assert not verify_text(csv).ok
        await world.cover.record_changes()
    report = await store.read(verify_store)
    assert report.ok, report.problems


async def test_closing_an_incident_frees_own_units_sends_lent_ones_home_and_withdraws_questions(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id, _, _ = await lend_c1(world)
        await world.services.assignments.assign_own(meta("harlow"), incident_id, "h1")
        waiting = await world.ask(incident_id, "e1")

        row = await world.services.incidents.close(meta("harlow"), incident_id, cancelled=True)

        assert row["state"] == "cancelled"
        assert await world.status_of("h1") is UnitStatus.AVAILABLE
        assert await world.status_of("c1") is UnitStatus.AVAILABLE_DELAYED
        [still_out] = await store.read(lambda reader: reader.list_live_assignments())
        assert (still_out.unit_id, still_out.state) == ("c1", "returning")
        [ended] = [r for r in await world.requests() if r.id == waiting["id"]]
        assert (ended.state, ended.reason) == ("withdrawn", "incident_ended")
        await world.cover.record_changes()
        assert (await store.read(verify_store)).ok


async def test_a_lent_unit_on_its_way_home_cannot_be_lent_again(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        incident_id, _, assignment = await lend_c1(world)
        await world.services.assignments.release(meta("harlow"), AssignmentId(assignment.id))
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        assert "c1" not in [candidate["unit"] for candidate in shown["candidates"]]


async def test_only_the_borrower_releases_a_lent_unit(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        _, _, assignment = await lend_c1(world)
        with pytest.raises(Forbidden):
            await world.services.assignments.release(meta("cedar"), AssignmentId(assignment.id))
        with pytest.raises(NotFound):
            await world.services.assignments.release(meta("elm"), AssignmentId(assignment.id))


async def test_a_foreign_incident_looks_like_one_that_does_not_exist(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        incidents: Incidents = world.services.incidents
        foreign, missing = [], []
        for which, found in ((incident_id, foreign), ("inc_nothing", missing)):
            for action in (
                incidents.get_incident(meta("cedar").actor, which),
                incidents.close(meta("cedar"), which),
                world.services.recommendations.recommend(meta("cedar"), which),
                world.services.requests.request(meta("cedar"), which, "h1"),
                world.services.exports.incident_log(meta("cedar").actor, which),
            ):
                with pytest.raises(NotFound) as caught:
                    await action
                details = caught.value.details()
                found.append((details["what"], details["which"] == which, caught.value.code))
        assert foreign == missing


async def test_an_incident_belongs_to_the_polygon_it_lies_in(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        row = await world.services.incidents.open(meta("harlow"), draft())
        assert row["jurisdiction"] == HARLOW
        assert row["near_border"] == []
        rows = await world.services.incidents.list_incidents(meta("harlow").actor)
        assert [each["id"] for each in rows] == [row["id"]]
        await world.services.incidents.close(meta("harlow"), row["id"])
        assert await world.services.incidents.list_incidents(meta("harlow").actor) == []
        ended = await world.services.incidents.list_incidents(meta("harlow").actor, active=False)
        assert [each["id"] for each in ended] == [row["id"]]


async def test_agreements_are_shown_to_their_parties_only(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        exports, agreements = world.services.exports, world.services.agreements
        mine = await agreements.list_rows(meta("cedar").actor)
        assert [row["id"] for row in mine] == ["cedar-harlow"]
        assert mine[0]["state"] == "active"
        assert mine[0]["clauses"][1]["sentence"].startswith("Each lender keeps 1 free")
        whole = await agreements.get(meta("cedar", role=Role.ADMIN).actor, mine[0]["id"])
        assert text_sha256(whole["text"]) == whole["terms_sha256"]
        with pytest.raises(NotFound):
            await agreements.get(meta("gale").actor, mine[0]["id"])
        checkpoint = await exports.checkpoint(meta("cedar", role=Role.ANALYST).actor)
        assert checkpoint["size"] == world.core.world.seq
