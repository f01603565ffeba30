"""Orders for many units on the real services: planned, bettered, sent, and what the record says of it."""

import asyncio
import threading
from datetime import timedelta

import pytest

from dispatch.aid.request import DeclineReason
from dispatch.aid.waves.card_text import parse_card
from dispatch.aid.waves.exact import Exact
from dispatch.aid.waves.order import Case
from dispatch.aid.waves.plan import Plan
from dispatch.api.order_rows import AidPlanRow, AidPlanSentRow
from dispatch.export.summary import summary_of
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound, NotPermitted
from dispatch.model.ids import AidPlanId, IncidentId, UnitId
from dispatch.model.incident import Need
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.services import waves
from dispatch.services.command import Row
from dispatch.services.waves import PlanAsk
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.contract import require_row
from tests.make_world import ELM, MUTUAL, A, World, agreement_text, centre_of, meta, open_world

pytestmark = pytest.mark.anyio

CARD = """
id: any
title: Harlow alarms
jurisdiction: harlow
levels:
  - level: 1
    units: [{type: als_ambulance, count: 2}]
  - level: 2
    units: [{type: als_ambulance, count: 2}]
"""


def order(als: int, **more: object) -> PlanAsk:
    return PlanAsk(needs=(Need(unit_type=A, count=als),), **more)  # type: ignore[arg-type]


async def plan(world: World, incident: str, ask: PlanAsk, *, key: str | None = None) -> Row:
    row = await world.services.aid_plans.plan(meta("harlow", key=key), IncidentId(incident), ask)
    return require_row(AidPlanRow, row)


async def send(world: World, made: Row, *, key: str | None = None, **more: object) -> Row:
    row = await world.services.aid_plans.send(meta("harlow", key=key), AidPlanId(made["id"]), **more)  # type: ignore[arg-type]
    return require_row(AidPlanSentRow, row)


async def look(world: World, made: Row) -> Row:
    row = await world.services.aid_plans.get(meta("harlow").actor, AidPlanId(made["id"]))
    return require_row(AidPlanRow, row)


def picked(row: Row) -> list[str]:
    return [pick["unit"] for pick in row["plan"]["picks"]]


async def test_the_closest_first_plan_is_answered_at_once_and_the_solvers_word_is_final(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        world.services.aid_plans.deadline_seconds = 60.0  # a busy machine must not tell in what is said
        made = await plan(world, await world.open(), order(4))
        assert (made["status"], made["pending"]) == ("greedy", True)
        assert picked(made) == ["c1", "c2", "e1", "e2"], "Cedar keeps one of three, Elm none"
        assert made["plan"]["missing"] == []
        settled = await look(world, made)
        assert settled["status"] in ("exact", "same")
        assert not settled["pending"]
        assert await look(world, made) == settled, "what was shown is final"


async def test_what_is_missing_is_told_with_a_reason_and_its_sentence(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        made = await plan(world, await world.open(), order(6))
        assert made["plan"]["shortfall"] == [
            {"need": "als_ambulance", "missing": 2, "because": {"floor": 1, "no_unit": 1}}
        ]
        [kept, nobody] = made["plan"]["missing"]
        assert kept["unit"]["unit"] == "c3"
        assert (
            kept["unit"]["reasons"][0]["sentence"] == "Cedar would keep 0 ALS ambulances; clause 3.1 keeps 1"
        )
        assert nobody["figures"] == {"known": 5, "asked": 4, "named": 1}, "Gale is no party, and too far"


async def test_sending_asks_all_lenders_in_one_go_and_raises_the_needs(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        made = await plan(world, incident, order(4))
        sent = await send(world, made)
        assert sorted(request["unit"] for request in sent["requests"]) == sorted(
            picked(await look(world, made))
        )
        assert sent["refused"] == []
        assert {request["state"] for request in sent["requests"]} == {"offered"}
        recorded = await store.read(lambda reader: reader.get_incident(IncidentId(incident)))
        assert recorded.needs == (Need(unit_type=A, count=4),)
        requests = await store.read(lambda reader: reader.list_requests(outstanding_only=True))
        assert {request.recommendation_id for request in requests} == {made["id"]}
        assert (await store.read(verify_store)).ok


async def test_a_decline_after_sending_asks_the_next_for_what_was_ordered(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        sent = await send(world, await plan(world, incident, order(3)))
        [first, *_] = [request for request in sent["requests"] if request["lender"] == "elm"]
        await world.services.requests.decline(meta("elm"), first["id"], reason=DeclineReason.WEATHER)
        await world.escalation.sweep()
        requests = await store.read(lambda reader: reader.list_requests(outstanding_only=True))
        assert len(requests) == 3


async def test_what_cannot_be_asked_any_more_is_told_and_the_rest_stands(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        made = await plan(world, await world.open(), order(4))
        await look(world, made)
        await world.say(UnitStatus.OUT_OF_SERVICE, "e1")
        sent = await send(world, made)
        assert [(one["unit"], one["code"]) for one in sent["refused"]] == [("e1", "not_permitted")]
        assert sent["refused"][0]["details"]["reasons"][0]["code"] == "not_available"
        assert sorted(request["unit"] for request in sent["requests"]) == ["c1", "c2", "e2"]


async def test_all_or_nothing_leaves_no_trace_where_one_cannot_be_asked(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        made = await plan(world, incident, order(4))
        await look(world, made)
        await world.say(UnitStatus.OUT_OF_SERVICE, "e1")
        with pytest.raises(NotPermitted):
            await send(world, made, all_or_nothing=True)
        assert await store.read(lambda reader: reader.list_requests()) == []
        recorded = await store.read(lambda reader: reader.get_incident(IncidentId(incident)))
        assert recorded.needs == (Need(unit_type=A, count=1),)
        assert len((await send(world, made))["requests"]) == 3, "and it may still be sent without the rule"


async def test_floors_hold_over_all_units_of_one_sending(store: SqlStore, clock: ManualClock) -> None:
    """Two dispatchers plan on the same picture; whoever sends second finds the floors taken."""
    agreements = (agreement_text("cedar", "harlow", floor=1), agreement_text("cedar", "elm", floor=1))
    async with open_world(store, clock, agreements=agreements) as world:
        here, there = await world.open(), await world.open("elm")
        ours = await plan(world, here, order(2))
        theirs = await world.services.aid_plans.plan(meta("elm"), IncidentId(there), order(2))
        assert len((await send(world, ours))["requests"]) == 2
        late = await world.services.aid_plans.send(meta("elm"), AidPlanId(theirs["id"]))
        assert late["requests"] == []
        assert {one["code"] for one in late["refused"]} == {"not_permitted"}


async def test_automatic_aid_is_assigned_in_the_same_transaction(store: SqlStore, clock: ManualClock) -> None:
    agreements = (agreement_text("cedar", "harlow", kind="automatic"), MUTUAL[1])
    async with open_world(store, clock, agreements=agreements) as world:
        sent = await send(world, await plan(world, await world.open(), order(4)))
        states = {request["unit"]: request["state"] for request in sent["requests"]}
        assert states == {"c1": "accepted", "c2": "accepted", "e1": "offered", "e2": "offered"}
        assert len(await store.read(lambda reader: reader.list_live_assignments())) == 2
        assert (await store.read(verify_store)).ok


async def test_a_plan_is_sent_once_and_a_retry_gets_the_same_answer(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        made = await plan(world, await world.open(), order(2))
        first = await send(world, made, key="k1")
        assert await send(world, made, key="k1") == first
        with pytest.raises(IllegalStep, match="plan_was_sent"):
            await send(world, made, key="k2")
        assert len(await store.read(lambda reader: reader.list_requests())) == 2


async def test_a_retried_order_gets_the_plan_that_was_made(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        first = await plan(world, incident, order(2), key="k1")
        assert await plan(world, incident, order(2), key="k1") == first
        assert picked(await look(world, first)) == picked(first)


async def test_a_plan_that_is_too_old_is_not_sent(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        made = await plan(world, await world.open(), order(2))
        clock.advance(seconds=timedelta(minutes=6).total_seconds())
        with pytest.raises(IllegalStep, match="plan_too_old"):
            await send(world, made)
        clock.advance(seconds=timedelta(minutes=15).total_seconds())
        with pytest.raises(NotFound):
            await look(world, made)


async def test_only_some_units_of_a_plan_may_be_sent_for(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        made = await plan(world, await world.open(), order(4))
        with pytest.raises(Invalid, match="not in the plan"):
            await send(world, made, unit_ids=[UnitId("g1")])
        sent = await send(world, made, unit_ids=[UnitId("c1"), UnitId("e2")])
        assert [request["unit"] for request in sent["requests"]] == ["c1", "e2"]


async def test_a_plan_is_the_borrowers_desk_business_alone(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        made = await plan(world, incident, order(2))
        for stranger in ("cedar", "gale"):
            with pytest.raises(NotFound):
                await world.services.aid_plans.get(meta(stranger).actor, AidPlanId(made["id"]))
            with pytest.raises(NotFound):
                await world.services.aid_plans.send(meta(stranger), AidPlanId(made["id"]))
        with pytest.raises(Forbidden):
            await world.services.aid_plans.plan(
                meta("harlow", role=Role.ANALYST), IncidentId(incident), order(2)
            )


async def test_a_solver_that_is_late_changes_nothing_that_was_shown(
    store: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def dawdle(case: Case, closest: Plan, *, deadline_seconds: float) -> Exact:
        release.wait(20)
        return waves.Exact(answer=waves.Answer.EXACT, plan=closest)

    monkeypatch.setattr(waves, "plan_exactly", dawdle)
    async with open_world(store, clock) as world:
        made = await plan(world, await world.open(), order(4))
        shown = await look(world, made)
        assert not release.is_set(), "nobody waits for the solver"
        assert (shown["status"], shown["because"], shown["pending"]) == ("greedy", "timed_out", False)
        release.set()
        await asyncio.sleep(0.05)
        assert await look(world, made) == shown


async def test_a_solver_that_breaks_leaves_the_closest_first_plan(
    store: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(case: Case, closest: Plan, *, deadline_seconds: float) -> Exact:
        raise RuntimeError("no solver here")

    monkeypatch.setattr(waves, "plan_exactly", break_down)
    async with open_world(store, clock) as world:
        made = await plan(world, await world.open(), order(4))
        shown = await look(world, made)
        assert (shown["status"], shown["because"]) == ("greedy", "failed")
        assert len((await send(world, made))["requests"]) == 4


async def test_a_solver_that_broke_once_is_said_to_be_off_for_some_minutes_or_until_it_works(
    store: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(case: Case, closest: Plan, *, deadline_seconds: float) -> Exact:
        raise RuntimeError("no solver here")

    async with open_world(store, clock) as world:
        plans, incident = world.services.aid_plans, await world.open()
        plans.deadline_seconds = 60.0  # a busy machine must not tell in what is said

        def works() -> bool:
            return plans.solver_works

        async def fail() -> None:
            with monkeypatch.context() as broken:
                broken.setattr(waves, "plan_exactly", break_down)
                await look(world, await plan(world, incident, order(4)))
            assert not works()

        await fail()
        clock.advance(seconds=waves.SOLVER_DOUBTED.total_seconds())
        assert not works()
        clock.advance(seconds=0.001)
        assert works()
        await fail()
        await look(world, await plan(world, incident, order(4)))
        assert works()
        await fail()
        clock.advance(seconds=-3_600)  # a clock that is set back says nothing of an hour to come
        assert works()


async def test_what_was_shown_and_sent_is_on_record_with_its_figures(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        made = await plan(world, incident, order(6))
        await send(world, made)
        entries = await store.read(lambda reader: reader.list_entries(incident_id=IncidentId(incident)))
        types = [entry.type for entry in entries if entry.type.startswith(("aid_plan", "incident"))]
        assert types[:2] == ["incident.opened", "aid_plan.made"]
        assert types[-2:] == ["incident.needs_raised", "aid_plan.sent"]
        shown = next(entry.body for entry in entries if entry.type == "aid_plan.made")
        assert [pick["unit"] for pick in shown["picks"]] == picked(made)
        assert len(shown["missing"]) == 2
        assert shown["order"]["needs"] == [{"unit_type": "als_ambulance", "count": 6}]


async def test_the_log_says_in_words_what_was_shown_and_sent(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        made = await plan(world, incident, order(6))
        await look(world, made)
        await world.say(UnitStatus.OUT_OF_SERVICE, "e2")
        await send(world, made)
        entries = await store.read(lambda reader: reader.list_entries(incident_id=IncidentId(incident)))
        said = {entry.type: summary_of(entry, {}, {}, {}) for entry in entries}
        assert said["aid_plan.made"].startswith("Shown for 6 als_ambulance: 4 units, closest_first: C1 ")
        assert "; 2 missing (floor, no_unit); degraded: " in said["aid_plan.made"]
        assert said["aid_plan.sent"] == (
            "Asked all lenders of the plan in one go: 3 requests; 1 could not be asked any more."
        )
        assert said["incident.needs_raised"] == "The incident now needs 6 als_ambulance."


async def test_units_are_timed_to_the_staging_point(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        at_scene = await plan(world, incident, order(1))
        beyond = await plan(world, incident, order(1, staging=centre_of(ELM)))
        assert picked(at_scene) == ["c1"]
        assert picked(beyond) == ["e1"]
        assert beyond["order"]["staging"] is not None
        assert at_scene["order"]["staging"] is None


async def test_an_alarm_level_orders_what_the_card_still_lacks(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        world.services.aid_plans.cards = (parse_card(CARD),)
        incident = await world.open()
        first = await plan(world, incident, PlanAsk(alarm_level=1))
        assert (first["order"]["card"], first["order"]["alarm_level"]) == ("any", 1)
        assert picked(first) == ["c1", "c2"]
        await send(world, first)
        with pytest.raises(Invalid, match="there or asked for"):
            await plan(world, incident, PlanAsk(alarm_level=1))
        second = await plan(world, incident, PlanAsk(alarm_level=2))
        assert second["order"]["needs"] == [{"unit_type": "als_ambulance", "count": 2}]
        assert picked(second) == ["e1", "e2"]


async def test_orders_that_make_no_sense_are_refused_with_their_field(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        incident = await world.open()
        for ask, path in (
            (PlanAsk(), "needs"),
            (PlanAsk(needs=(Need(unit_type=A, count=51),)), "needs"),
            (PlanAsk(alarm_level=1), "alarm_level"),
            (PlanAsk(alarm_level=1, card="other"), "card"),
            (PlanAsk(needs=(Need(unit_type=A),), alarm_level=1), "needs"),
        ):
            with pytest.raises(Invalid) as refused:
                await plan(world, incident, ask)
            assert refused.value.path == path
        await world.services.incidents.close(meta("harlow"), IncidentId(incident))
        with pytest.raises(IllegalStep):
            await plan(world, incident, order(1))


async def test_a_type_that_nobody_has_is_a_shortfall_and_no_error(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        need = (Need(unit_type=UnitType.SUPERVISOR),)
        made = await plan(world, await world.open(), PlanAsk(needs=need))
        assert picked(made) == []
        assert [missing["lack"] for missing in made["plan"]["missing"]] == ["no_unit"]
        assert (await send(world, made))["requests"] == []
