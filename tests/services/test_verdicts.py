"""One unit's verdict on the real services: what the recommendation says of it, and nothing of strangers."""

import pytest

from dispatch.api.advice_rows import RecommendationRow
from dispatch.api.verdict_rows import VerdictRow
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound
from dispatch.model.ids import IncidentId, StationId, UnitId
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.services.command import Row
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from tests.contract import require_row
from tests.make_world import FLEET, HARLOW, MUTUAL, A, B, World, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

SEEN = tuple(unit for unit in FLEET if unit[0] != "g")
"""Gale shares no agreement with Harlow."""


async def read(world: World, incident: str, unit: str, *, by: str = "harlow", **more: object) -> Row:
    row = await world.services.verdicts.read(
        meta(by).actor,
        IncidentId(incident),
        UnitId(unit),
        **more,  # type: ignore[arg-type]
    )
    return require_row(VerdictRow, row)


async def recommend(world: World, incident: str) -> Row:
    row = await world.services.recommendations.recommend(meta("harlow"), IncidentId(incident))
    return require_row(RecommendationRow, row)


async def test_every_unit_that_is_seen_has_the_verdict_of_the_recommendation(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        await world.accept(await world.ask(incident, "c1"))
        await world.say(UnitStatus.OUT_OF_SERVICE, "c2")
        await world.ask(incident, "e1")
        found = await recommend(world, incident)
        candidates = {row["unit"]: row for row in found["candidates"]}
        refusals = {row["unit"]: row for row in found["refusals"]}
        own = {row["unit"]: row for row in found["own"]}
        order = [row["unit"] for row in found["advice"]["order"]]
        for unit in SEEN:
            verdict = await read(world, incident, unit)
            assert verdict["candidate"] == candidates.get(unit)
            assert verdict["own_unit"] == own.get(unit)
            assert verdict["place"] == (order.index(unit) + 1 if unit in order else None)
            assert verdict["may_come"] == (unit in order)
            shown = candidates.get(unit) or refusals.get(unit) or own.get(unit)
            if shown:
                assert verdict["eta_seconds"] == shown["eta_seconds"]
            if not verdict["own"]:
                assert verdict["reasons"] == refusals.get(unit, {"reasons": []})["reasons"]
        assert {unit for unit in SEEN if unit in refusals} >= {"c1", "c2", "e1"}


async def test_a_stranger_looks_like_a_unit_that_does_not_exist(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        said = []
        for unit in ("g1", "no-such-unit"):
            with pytest.raises(NotFound) as caught:
                await read(world, incident, unit)
            said.append(str(caught.value).replace(unit, "…"))
        assert said[0] == said[1]


async def test_only_the_desk_of_the_incident_may_ask(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        with pytest.raises(NotFound):
            await read(world, incident, "c1", by="cedar")
        for role in (Role.ADMIN, Role.ANALYST):
            actor = meta("harlow", role=role).actor
            with pytest.raises(Forbidden):
                await world.services.verdicts.read(actor, incident, UnitId("c1"))


async def test_a_busy_unit_names_what_it_works_on_where_that_is_known_here(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident, other = await world.open(), await world.open()
        await world.services.assignments.assign_own(meta("harlow"), other, UnitId("h1"))
        await world.accept(await world.ask(other, "c1"))
        elsewhere = await world.open("cedar")
        await world.services.assignments.assign_own(meta("cedar"), elsewhere, UnitId("c2"))
        own, lent, theirs = [await read(world, incident, unit) for unit in ("h1", "c1", "c2")]
        assert [row["reasons"][0]["code"] for row in (own, lent, theirs)] == ["committed"] * 3
        assert own["assignment"]["incident_number"] == "26-00002"
        assert lent["assignment"]["incident"] == other
        assert own["assignment"]["assigned_at"] == own["changed_at"]
        assert theirs["assignment"] is None, "Cedar's own call is Cedar's"
        assert own["sentence"] == "H1 cannot be sent now: It is committed: dispatched."
        assert own["own_unit"]["estimate"]


async def test_what_is_no_agreements_is_told_too(store: SqlStore, clock: ManualClock) -> None:
    one_way = (agreement_text("harlow", "elm"), agreement_text("cedar", "harlow"))
    async with open_world(store, clock, agreements=one_way, on_duty=["c1", "e1"]) as world:
        incident = await world.open(needs=[A, B])
        assert [r["code"] for r in (await read(world, incident, "h1"))["reasons"]] == ["unknown_status"]
        elm = await read(world, incident, "e1")
        assert [r["code"] for r in elm["reasons"]] == ["no_agreement"], (
            "Harlow lends to Elm, not Elm to Harlow"
        )
        supervisor = await read(world, incident, "h2", need=A)
        codes = [r["code"] for r in supervisor["reasons"]]
        assert codes == ["wrong_capability", "unknown_status"]
        fits = await read(world, incident, "h2", need=B)
        assert [r["code"] for r in fits["reasons"]] == ["unknown_status"]
        with pytest.raises(Invalid):
            await read(world, incident, "h2", need=UnitType.AIR_ROTOR)


async def test_a_permit_comes_with_its_clauses_and_what_the_lender_keeps(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        verdict = await read(world, incident, "c1")
        permit = verdict["candidate"]["permit"]
        assert (permit["agreement"], permit["clauses"]) == ("cedar-harlow", ["2.1", "3.1"])
        assert (permit["keeps"], permit["floor"]) == (2, 1)
        assert (
            verdict["candidate"]["arrival"]["low_seconds"] < verdict["candidate"]["arrival"]["high_seconds"]
        )
        assert verdict["ahead"]["unit"] == "h1"
        assert verdict["ahead"]["sentence"].startswith("H1 is ")
        first = await read(world, incident, "h1")
        assert (first["place"], first["ahead"]) == (1, None)
        assert first["sentence"].endswith("and stands first.")


async def test_an_incident_that_has_ended_or_is_a_standby_asks_for_nobody(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        await world.services.incidents.close(meta("harlow"), incident)
        with pytest.raises(IllegalStep):
            await read(world, incident, "c1")
        posting = Posting(unit_id=UnitId("c1"), post=StationId("harlow"))
        asked = await world.services.standby.asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=posting))
        with pytest.raises(IllegalStep):
            await read(world, asked["incident"]["id"], "c2")


async def test_who_was_lent_is_seen_until_it_is_let_go(store: SqlStore, clock: ManualClock) -> None:
    ending = agreement_text("elm", "harlow", floor=0, until="2026-12-01T00:00:00Z")
    async with open_world(store, clock, agreements=(MUTUAL[0], ending)) as world:
        incident = await world.open()
        await world.accept(await world.ask(incident, "e1"))
        clock.advance(seconds=400 * 24 * 3600)
        lent = await read(world, incident, "e1")
        assert [reason["code"] for reason in lent["reasons"]] == ["expired"]
        assert lent["assignment"]["incident"] == incident
        with pytest.raises(NotFound):
            await read(world, incident, "e2")
