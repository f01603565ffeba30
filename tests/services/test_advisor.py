"""What advice is weighed with is kept ready beside the recommendations, and never waited for."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.agreements.pairs import Pairs
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Method
from dispatch.journal.codec import find_event
from dispatch.model.clock import ManualClock
from dispatch.model.events import RecommendationMade
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitStatus
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import SCENE, World, agreement_text, draft, meta, open_world

pytestmark = pytest.mark.anyio

NOT_READY = "cover_figures_not_ready"


async def shown(world: World, incident_id: IncidentId) -> Mapping[str, Any]:
    return await world.services.recommendations.recommend(meta("harlow"), incident_id)


async def open_urgent(world: World) -> IncidentId:
    """An urgent call in Harlow; ``draft`` makes critical ones."""
    row = await world.services.incidents.open(
        meta("harlow"), replace(draft(jurisdiction="harlow"), priority=Priority.EMERGENT)
    )
    return IncidentId(row["id"])


async def test_until_the_grid_is_made_advice_is_plain_and_says_so(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        before = await shown(world, await open_urgent(world))
        assert (before["advice"]["rule"], NOT_READY in before["degraded"]) == ("plain", True)
        assert before["advice"]["order"][0]["cover_loss"] == 0
        await world.core.engine.advisor.refresh(clock())
        after = await shown(world, await open_urgent(world))
        assert (after["advice"]["rule"], NOT_READY in after["degraded"]) == ("least_cost", False)
        assert after["advice"]["order"][0]["cover_loss"] > 0


async def test_an_agency_that_wants_plain_closest_misses_nothing(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        plain = replace(DEFAULT_PRACTICE, method=Method.CLOSEST)
        world.core.world.advice.practices[JurisdictionId("harlow")] = plain
        found = await shown(world, await open_urgent(world))
        assert (found["advice"]["rule"], NOT_READY in found["degraded"]) == ("plain", False)


async def test_recommendations_are_answered_while_the_grid_is_being_made(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        making = asyncio.create_task(world.core.engine.advisor.refresh(clock()))
        await asyncio.sleep(0)
        found = await shown(world, incident_id)
        assert NOT_READY in found["degraded"], "it had its turn before the last step"
        await making
        assert NOT_READY not in (await shown(world, incident_id))["degraded"]


async def test_what_was_advised_is_in_the_journal_word_for_word(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.core.engine.advisor.refresh(clock())
        incident_id = await world.open()
        found = await shown(world, incident_id)
        entries = await record.read(lambda reader: reader.list_entries(incident_id=incident_id))
        event = find_event(entries[-1], {})
        assert isinstance(event, RecommendationMade)
        said = {key: value for key, value in found["advice"].items() if key != "sentence"}
        assert event.advice == said
        assert event.candidates[0]["figures"] == found["candidates"][0]["figures"]
        assert (await record.read(verify_store)).ok


async def test_an_entry_from_before_there_was_advice_still_reads(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        incident_id = await world.open()
        await shown(world, incident_id)
        entries = await record.read(lambda reader: reader.list_entries(incident_id=incident_id))
        body = {k: v for k, v in entries[-1].body.items() if k not in ("advice", "counterfactual")}
        event = find_event(replace(entries[-1], body=body), {})
        assert isinstance(event, RecommendationMade)
        assert (event.advice, event.counterfactual) == (None, None)


async def test_every_unit_shown_and_the_advice_have_a_sentence(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.core.engine.advisor.refresh(clock())
        found = await shown(world, await world.open())
        for unit in (*found["own"], *found["candidates"]):
            assert unit["sentence"].startswith(f"{unit['call_sign']}: ")
        assert found["advice"]["sentence"].startswith("Send H1: ")


async def test_who_a_floor_holds_back_is_named_with_its_clause(record: SqlStore, clock: ManualClock) -> None:
    texts = (agreement_text("cedar", "harlow", floor=9), agreement_text("elm", "harlow", floor=0))
    async with open_world(record, clock, agreements=texts) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, *(u for u in world.core.world.region.units if u[0] == "h"))
        found = await shown(world, await world.open())
        held = found["counterfactual"]
        assert held["unit"].startswith("c")
        assert held["waiver"] == {"agreement": "cedar-harlow", "version": 1, "clause": "3.1"}
        assert held["gain_seconds"] > 0
        assert "Cedar would keep" in held["sentence"]
        assert held["reasons"][0]["sentence"]


async def test_the_service_asks_on_as_it_advised(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.core.engine.advisor.refresh(clock())
        await world.say(UnitStatus.OUT_OF_SERVICE, *(u for u in world.core.world.region.units if u[0] == "h"))
        incident_id = await open_urgent(world)
        await world.ask(incident_id, (await shown(world, incident_id))["advice"]["unit"])
        await world.pass_time(60)
        entries = await record.read(lambda reader: reader.list_entries(incident_id=incident_id))
        *_, advised = (find_event(e, {}) for e in entries if e.type == "recommendation.made")
        assert isinstance(advised, RecommendationMade)
        assert advised.advice is not None
        assert advised.advice["rule"] == "least_cost"
        assert [r.unit_id for r in await world.requests()][1] == advised.advice["order"][0]["unit"]


async def test_agreements_are_asked_again_when_they_change_and_with_the_hour(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        advisor, now = world.core.engine.advisor, clock()
        await advisor.refresh(now)
        first = advisor.counsel_for(JurisdictionId("harlow"), now=now).figures
        assert first is not None
        await advisor.refresh(now)
        again = advisor.counsel_for(JurisdictionId("harlow"), now=now).figures
        assert again is not None
        assert again.lending is first.lending
        await advisor.refresh(now + timedelta(hours=1))
        later = advisor.counsel_for(JurisdictionId("harlow"), now=now).figures
        assert later is not None
        assert later.lending is not first.lending
        assert later.grid is first.grid
        assert isinstance(world.core.world.book.pairs, Pairs)


async def test_the_last_hours_calls_are_counted_and_older_ones_forgotten(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.open(position=SCENE)
        await world.open(position=SCENE)
        since = clock() - timedelta(hours=1)
        assert world.core.world.count_opened(since=since) == {"harlow": 2}
        assert world.core.world.count_opened(since=clock()) == {}
        world.core.world.forget_over(clock() + timedelta(hours=3))
        assert world.core.world.count_opened(since=since) == {}
    async with open_world(record, clock) as restarted:
        assert restarted.core.world.count_opened(since=since) == {"harlow": 2}
