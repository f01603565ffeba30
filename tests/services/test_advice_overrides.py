"""Why another unit was chosen than the advised one: what counts as that, who says so, what stays."""

from collections.abc import Sequence
from typing import Any

import pytest

from dispatch.aid.advice_override import OverrideReason
from dispatch.api.advice_rows import AdviceOverrideRow
from dispatch.export.summary import summary_of
from dispatch.journal.codec import find_event
from dispatch.journal.entry import Entry
from dispatch.model.advice_events import AdviceOverridden
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, KeyReused, NotFound
from dispatch.model.events import FieldRedacted
from dispatch.model.ids import IncidentId, RecommendationId, UnitId
from dispatch.model.principal import Role
from dispatch.services.command import CommandMeta, Row
from dispatch.services.ports import Tx
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.contract import require_row
from tests.make_world import World, meta, open_world

pytestmark = pytest.mark.anyio

ROAD, CREW = OverrideReason.ROAD_KNOWN_BETTER, OverrideReason.CREW
H1 = {"course": "send_own", "unit": "h1"}


async def show(world: World, incident_id: IncidentId) -> str:
    """Ask for a recommendation; in this region it is to send h1."""
    world.clock.advance(seconds=5)
    found = await world.services.recommendations.recommend(meta("harlow"), incident_id)
    assert found["advice"]["unit"] == "h1"
    return str(found["id"])


async def choose(world: World, incident_id: IncidentId, unit: str, shown: str | None = None) -> Row:
    """Ask for a neighbour's unit, or send an own one."""
    world.clock.advance(seconds=5)
    if unit.startswith("h"):
        return await world.services.assignments.assign_own(meta("harlow"), incident_id, UnitId(unit))
    seen = RecommendationId(shown) if shown else None
    return await world.services.requests.request(
        meta("harlow"), incident_id, UnitId(unit), recommendation_id=seen
    )


async def explain(
    world: World,
    incident_id: IncidentId,
    shown: str,
    unit: str,
    reason: OverrideReason = ROAD,
    *,
    note: str = "",
    by: CommandMeta | None = None,
) -> Row:
    row = await world.services.advice_overrides.explain(
        by or meta("harlow"), incident_id, RecommendationId(shown), UnitId(unit), reason=reason, note=note
    )
    return require_row(AdviceOverrideRow, row)


async def entries_of(store: SqlStore, incident_id: IncidentId) -> Sequence[Entry]:
    entries = await store.read(lambda reader: reader.list_entries(incident_id=incident_id))
    return [entry for entry in entries if entry.type == AdviceOverridden.type]


async def test_the_reason_is_in_the_incidents_log_with_the_advised_and_the_chosen_unit(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "c1", shown)
        row = await explain(world, incident_id, shown, "c1", note="the bridge is closed")
        assert (row["recommendation"], row["advised"], row["unit"]) == (shown, "h1", "c1")
        assert "note" not in row
        (entry,) = await entries_of(store, incident_id)
        assert (entry.actor, entry.jurisdiction) == ("dispatcher-harlow", "harlow")
        event = find_event(entry, {"note": "the bridge is closed"})
        assert isinstance(event, AdviceOverridden)
        assert (event.recommendation_id, event.advised, event.unit_id) == (shown, H1, "c1")
        assert (event.reason, event.note) == ("road_known_better", "the bridge is closed")
        assert "note" not in entry.body
        report = await store.read(verify_store)
        assert report.ok, report


async def test_an_own_unit_is_held_against_the_recommendation_that_stood_there_before_it_was_sent(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "h2")
        later = await show(world, incident_id)
        with pytest.raises(Invalid, match="neither asked for nor assigned"):
            await explain(world, incident_id, later, "h2")
        assert (await explain(world, incident_id, shown, "h2", CREW))["unit"] == "h2"


async def test_a_unit_asked_for_without_a_recommendation_in_view_is_held_against_it_by_its_time(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await choose(world, incident_id, "e1")
        shown = await show(world, incident_id)
        await choose(world, incident_id, "c1")
        with pytest.raises(Invalid) as refused:
            await explain(world, incident_id, shown, "e1")
        assert refused.value.path == "unit_id"
        assert (await explain(world, incident_id, shown, "c1"))["unit"] == "c1"


async def test_who_asked_with_another_recommendation_in_view_did_not_override_this_one(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        first, second = await show(world, incident_id), await show(world, incident_id)
        await choose(world, incident_id, "c1", first)
        with pytest.raises(Invalid, match="neither asked for"):
            await explain(world, incident_id, second, "c1")
        await explain(world, incident_id, first, "c1")


@pytest.mark.parametrize(
    ("unit", "because"),
    [("h1", "is the advised one"), ("c1", "neither asked for"), ("nobodys", "neither asked for")],
)
async def test_what_overrode_nothing_is_refused_with_the_field(
    record: SqlStore, clock: ManualClock, unit: str, because: str
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        if unit == "h1":
            await choose(world, incident_id, "h1")
        with pytest.raises(Invalid, match=because) as refused:
            await explain(world, incident_id, shown, unit)
        assert refused.value.path == "unit_id"
        assert await entries_of(record, incident_id) == []


async def test_a_second_unit_beside_the_advised_one_overrides_nothing(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "h1")
        await choose(world, incident_id, "c1", shown)
        with pytest.raises(Invalid, match="came after the advised one"):
            await explain(world, incident_id, shown, "c1")


async def test_the_advised_unit_chosen_afterwards_leaves_it_an_override(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "c1", shown)
        await choose(world, incident_id, "h1")
        assert (await explain(world, incident_id, shown, "c1"))["advised"] == "h1"


async def test_whom_the_service_asked_next_nobody_chose(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "c1", shown)
        await world.pass_time(60)
        first, second = await world.requests()
        assert (first.attempt, second.attempt) == (1, 2)
        entries = await record.read(lambda reader: reader.list_entries(incident_id=incident_id))
        every = {e.body["recommendation_id"] for e in entries if e.type == "recommendation.made"}
        for which in every:
            with pytest.raises(Invalid):
                await explain(world, incident_id, which, second.unit_id)
        await explain(world, incident_id, shown, "c1")


async def test_a_recommendation_of_another_incident_or_of_none_is_refused(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        here, there = await world.open(), await world.open()
        elsewhere = await show(world, there)
        await choose(world, here, "c1")
        for which in (elsewhere, "rec_nobody_made"):
            with pytest.raises(Invalid) as refused:
                await explain(world, here, which, "c1")
            assert refused.value.path == "recommendation_id"


async def test_where_nobody_was_advised_nothing_can_be_overridden(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.say("out_of_service", *world.core.world.region.units)
        incident_id = await world.open()
        found = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        assert found["advice"]["unit"] is None
        with pytest.raises(Invalid, match="advised nobody") as refused:
            await explain(world, incident_id, found["id"], "h1")
        assert refused.value.path == "recommendation_id"


async def test_the_first_reason_counts_and_a_retry_is_answered_alike(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "c1", shown)
        keyed = meta("harlow", key="why-1")
        first = await explain(world, incident_id, shown, "c1", by=keyed)
        clock.advance(seconds=30)
        assert await explain(world, incident_id, shown, "c1", by=keyed) == first
        with pytest.raises(KeyReused):
            await explain(world, incident_id, shown, "c1", CREW, by=keyed)
        with pytest.raises(IllegalStep) as refused:
            await explain(world, incident_id, shown, "c1", CREW)
        assert refused.value.because == "reason_given_already"
        await choose(world, incident_id, "e1", shown)
        await explain(world, incident_id, shown, "e1", CREW)
        assert [e.body["unit_id"] for e in await entries_of(store, incident_id)] == ["c1", "e1"]


async def test_only_the_incidents_own_desk_says_why(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "c1", shown)
        for stranger in (meta("cedar"), meta("elm", role=Role.SUPERVISOR)):
            with pytest.raises(NotFound):
                await explain(world, incident_id, shown, "c1", by=stranger)
        for reader in (Role.ANALYST, Role.ADMIN):
            with pytest.raises((Forbidden, NotFound)):
                await explain(world, incident_id, shown, "c1", by=meta("harlow", role=reader))
        with pytest.raises(NotFound):
            await explain(world, IncidentId("inc_nowhere"), shown, "c1")
        assert await entries_of(record, incident_id) == []
        await explain(world, incident_id, shown, "c1", by=meta("harlow", role=Role.SUPERVISOR))


async def test_an_ended_incident_takes_no_reason_any_more(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "c1", shown)
        await world.services.incidents.close(meta("harlow"), incident_id, cancelled=True)
        with pytest.raises(IllegalStep) as refused:
            await explain(world, incident_id, shown, "c1")
        assert refused.value.because == "incident_ended"


async def test_what_was_written_can_be_redacted_and_the_code_and_the_proof_stay(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident_id = await world.open()
        shown = await show(world, incident_id)
        await choose(world, incident_id, "c1", shown)
        await explain(world, incident_id, shown, "c1", note="CANARY", by=meta("harlow", key="why-1"))
        (entry,) = await entries_of(store, incident_id)

        async def words() -> str:
            found = await store.read(lambda reader: reader.list_disclosures(incident_id=incident_id))
            disclosed: dict[str, Any] = {d.field: d.value for d in found if d.seq == entry.seq}
            return summary_of(entry, disclosed, {"c1": "Cedar 1", "h1": "Harlow 1"}, {})

        said = "Cedar 1 was chosen where the advice was to send own Harlow 1: road_known_better"
        assert await words() == f"{said}; CANARY."

        def redact(tx: Tx) -> None:
            tx.redact(seq=entry.seq, field="note")
            tx.record(
                FieldRedacted(
                    occurred_at=clock(),
                    entry_seq=entry.seq,
                    field="note",
                    reason="names a patient",
                    authority="court",
                ),
                actor=meta("harlow", role=Role.ADMIN).actor,
            )

        await store.write(redact)
        assert await words() == f"{said}."
        report = await store.read(verify_store)
        assert report.ok, report
