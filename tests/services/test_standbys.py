"""A neighbour's unit is brought into an emptied area, stands by, is sent on from there, and goes home."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from dispatch.aid.crew import crew_facts
from dispatch.model.clock import ManualClock
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound, NotPermitted, UnitCommitted
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, IncidentId, RequestId, StationId, UnitId
from dispatch.model.incident import IncidentState, Priority
from dispatch.model.principal import Role
from dispatch.model.unit import UnitStatus
from dispatch.services.asking import Eta, Question
from dispatch.services.asking import ask as put_question
from dispatch.services.ports import Tx
from dispatch.services.presenting import request_row
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import CEDAR, ELM, HARLOW, World, agreement_text, draft, meta, open_world

pytestmark = pytest.mark.anyio

HARLOWS = StationId("harlow")
EVERYBODY = (
    agreement_text("cedar", "harlow"),
    agreement_text("elm", "harlow", floor=0),
    agreement_text("elm", "cedar", floor=0),
)


async def ask(world: World, unit: str, *, by: str = "harlow", **more: Any) -> Mapping[str, Any]:
    wanted = StandbyAsk(posting=Posting(unit_id=UnitId(unit), post=HARLOWS), **more)
    return await world.services.standby.asks.ask(meta(by), HARLOW, wanted)


async def stand_by(world: World, unit: str) -> AssignmentId:
    """Asked, granted, driven there."""
    asked = await ask(world, unit)
    await world.accept(asked["request"])
    await world.say(UnitStatus.EN_ROUTE, unit)
    await world.say(UnitStatus.ON_SCENE, unit)
    live = await world.store.read(lambda reader: reader.find_live_assignment(UnitId(unit)))
    assert live is not None
    return live.id


async def redirect(world: World, assignment_id: AssignmentId, incident_id: IncidentId) -> Mapping[str, Any]:
    return await world.services.standby.redirects.redirect(meta("harlow"), assignment_id, incident_id)


async def state_of(world: World, incident_id: str) -> IncidentState:
    incident = await world.store.read(lambda reader: reader.get_incident(IncidentId(incident_id)))
    return incident.state


async def settle(world: World) -> None:
    assert world.services.background
    await world.services.background.standbys.sweep()


async def test_the_lender_is_asked_for_a_standby_like_for_any_call(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        row = await ask(world, "c1", note="until the fire is out")
        incident, request = row["incident"], row["request"]
        assert (incident["purpose"], incident["nature"], incident["priority"]) == (
            "standby",
            "Standby",
            "non_acute",
        )
        assert (request["purpose"], request["state"], request["on_no_answer"]) == (
            "standby",
            "offered",
            "nothing",
        )
        assert (request["keeps"], request["floor"], row["assignment"], row["backfill"]) == (2, 1, None, None)
        await world.accept(request)
        assert await world.status_of("c1") is UnitStatus.DISPATCHED
        assert (await store.read(verify_store)).ok


async def test_a_post_may_be_any_place_of_the_area_and_none_outside(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        asks = world.services.standby.asks
        inside = Posting(unit_id=UnitId("c1"), post=Point(lon=-99.9, lat=40.1))
        row = await asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=inside))
        assert (row["incident"]["lon"], row["incident"]["lat"]) == (-99.9, 40.1)
        for post in (Point(lon=-99.7, lat=40.1), StationId("cedar"), StationId("nowhere")):
            outside = StandbyAsk(posting=Posting(unit_id=UnitId("c2"), post=post))
            with pytest.raises(Invalid) as refused:
                await asks.ask(meta("harlow"), HARLOW, outside)
            assert refused.value.path == "post"


async def test_nobody_asks_for_another_jurisdiction(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        with pytest.raises(NotFound):
            await ask(world, "c1", by="cedar")
        analyst = meta("harlow", role=Role.ANALYST)
        wanted = StandbyAsk(posting=Posting(unit_id=UnitId("c1"), post=HARLOWS))
        with pytest.raises(Forbidden):
            await world.services.standby.asks.ask(analyst, HARLOW, wanted)


async def test_nobody_else_is_asked_when_the_lender_says_no_and_the_standby_ends(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        row = await ask(world, "c1")
        await world.pass_time(61)
        await settle(world)
        assert [(r.unit_id, r.state.value) for r in await world.requests()] == [("c1", "expired")]
        assert await state_of(world, row["incident"]["id"]) is IncidentState.CANCELLED
        assert (await store.read(verify_store)).ok


async def test_an_own_unit_is_moved_up_without_asking_anybody(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        row = await ask(world, "h1")
        assert (row["request"], row["assignment"]["purpose"], row["assignment"]["lent"]) == (
            None,
            "standby",
            False,
        )
        with pytest.raises(UnitCommitted):
            await ask(world, "h1")
        assert (await store.read(verify_store)).ok


async def test_a_standby_is_no_call_that_waits_and_no_call_that_is_counted(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        row = await ask(world, "c1")
        await ask(world, "h1")
        assert world.core.world.covers[HARLOW].pending == 0
        since = clock().replace(hour=0)
        assert world.core.world.count_opened(since=since) == {}
        until = clock().replace(hour=23)
        assert await record.read(lambda reader: reader.list_incidents_between(since, until)) == []
        with pytest.raises(IllegalStep):
            await world.services.recommendations.recommend(meta("harlow"), row["incident"]["id"])


async def test_a_unit_that_stands_by_is_offered_to_the_borrower_without_asking(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, "h1", "h2")
        await stand_by(world, "c1")
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        flags = {unit["unit"]: unit["stands_by"] for unit in shown["candidates"]}
        assert flags["c1"] is True
        assert not any(flag for unit, flag in flags.items() if unit != "c1")
        one = next(unit for unit in shown["candidates"] if unit["unit"] == "c1")
        assert (one["permit"]["agreement"], one["keeps"], one["floor"]) == ("cedar-harlow", 2, 1)
        assert (shown["advice"]["course"], shown["advice"]["unit"]) == ("redirect", "c1")
        assert shown["advice"]["sentence"].startswith("Send C1, which stands by: ")
        with pytest.raises(UnitCommitted):
            await world.ask(incident_id, "c1")


async def test_a_unit_that_stands_by_is_sent_to_a_call_in_one_step(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        standby = await stand_by(world, "c1")
        post = (await store.read(lambda reader: reader.get_assignment(standby))).incident_id
        incident_id = await world.open()
        clock.advance(seconds=5)
        sent = await redirect(world, standby, incident_id)
        assert (sent["incident"], sent["unit"], sent["lent"], sent["purpose"], sent["state"]) == (
            incident_id,
            "c1",
            True,
            "incident",
            "dispatched",
        )
        assert sent["agreement"] == "cedar-harlow"
        before = await store.read(lambda reader: reader.get_assignment(standby))
        assert (before.state.value, before.end_reason) == ("ended", "redirected")
        assert await state_of(world, post) is IncidentState.CLOSED
        with pytest.raises(IllegalStep):
            await redirect(world, standby, incident_id)
        await world.services.assignments.release(meta("harlow"), AssignmentId(sent["id"]))
        await world.say(UnitStatus.AVAILABLE, "c1")
        assert (await store.read(verify_store)).ok


async def test_what_may_only_stand_by_is_not_sent_to_calls(record: SqlStore, clock: ManualClock) -> None:
    text = agreement_text("cedar", "harlow", kind="standby")
    async with open_world(record, clock, agreements=(text,)) as world:
        standby = await stand_by(world, "c1")
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        assert "c1" not in [unit["unit"] for unit in shown["candidates"]]
        with pytest.raises(NotPermitted) as refused:
            await redirect(world, standby, incident_id)
        assert [reason["code"] for reason in refused.value.reasons] == ["purpose"]


async def test_what_is_borrowed_or_stands_by_is_never_lent_on(record: SqlStore, clock: ManualClock) -> None:
    texts = (*EVERYBODY, agreement_text("cedar", "elm"), agreement_text("harlow", "elm", floor=0))
    async with open_world(record, clock, agreements=texts) as world:
        await stand_by(world, "c1")
        await ask(world, "h1")
        await world.say(UnitStatus.OUT_OF_SERVICE, "e1", "e2")
        incident_id = await world.open("elm", position=Point(lon=-99.5, lat=40.1))
        shown = await world.services.recommendations.recommend(meta("elm"), incident_id)
        assert not {"c1", "h1"} & {unit["unit"] for unit in shown["candidates"]}
        why = {one["unit"]: [r["code"] for r in one["reasons"]] for one in shown["refusals"]}
        assert why["c1"] == ["committed"]
        for unit in ("c1", "h1"):
            with pytest.raises(UnitCommitted):
                await world.ask(incident_id, unit, by="elm")


async def test_only_the_borrower_sends_it_on_and_only_to_a_call_of_its_own(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        standby = await stand_by(world, "c1")
        own, theirs = await world.open(), await world.open("cedar", position=Point(lon=-99.7, lat=40.1))
        redirects = world.services.standby.redirects
        with pytest.raises(Forbidden):
            await redirects.redirect(meta("cedar"), standby, own)
        with pytest.raises(NotFound):
            await redirects.redirect(meta("gale"), standby, own)
        with pytest.raises(Invalid):
            await redirects.redirect(meta("harlow"), standby, theirs)


async def test_a_unit_that_was_called_back_is_not_sent_on(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        await world.services.loans.recall(meta("cedar"), standby, reason="needed at home")
        with pytest.raises(IllegalStep) as refused:
            await redirect(world, standby, incident_id)
        assert refused.value.because == "recalled"


async def test_a_move_and_its_backfill_are_asked_in_one_transaction_or_not_at_all(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, agreements=EVERYBODY) as world:
        behind = Posting(unit_id=UnitId("e1"), post=StationId("cedar"))
        row = await ask(world, "c1", backfill=behind)
        assert row["backfill"] == {"unit": "e1", "lender": "elm", "borrower": "cedar"}
        asked = [(r.unit_id, r.borrower, r.lender) for r in await world.requests()]
        assert sorted(asked) == [("c1", HARLOW, CEDAR), ("e1", CEDAR, ELM)]
        await world.say(UnitStatus.OUT_OF_SERVICE, "e2")
        with pytest.raises(NotPermitted):
            await ask(world, "c2", backfill=Posting(unit_id=UnitId("e2"), post=StationId("cedar")))
        assert len(await world.requests()) == 2
        assert (await store.read(verify_store)).ok


async def test_no_agreement_lets_a_backfill_go_unasked_before_the_lender_has_said_yes(
    record: SqlStore, clock: ManualClock
) -> None:
    unasked = agreement_text("elm", "cedar", kind="automatic", floor=0)
    agreements = (agreement_text("cedar", "harlow"), unasked, agreement_text("elm", "harlow"))
    async with open_world(record, clock, agreements=agreements) as world:
        await ask(world, "c1", backfill=Posting(unit_id=UnitId("e1"), post=StationId("cedar")))
        [behind] = [r for r in await world.requests() if r.unit_id == "e1"]
        assert (behind.state.value, behind.automatic) == ("offered", False)
        assert world.core.world.find_live_assignment(UnitId("e1")) is None


async def test_a_no_of_either_takes_back_the_other_while_both_are_open(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=EVERYBODY) as world:
        for unit, backfill, refused in (("c1", "e1", "c1"), ("c2", "e2", "e2")):
            behind = Posting(unit_id=UnitId(backfill), post=StationId("cedar"))
            await ask(world, unit, backfill=behind)
            one = next(r for r in await world.requests() if r.unit_id == refused)
            clock.advance(seconds=1)
            await decline(world, one.id, by=one.lender)
            await settle(world)
            states = {r.unit_id: (r.state.value, r.reason) for r in await world.requests()}
            other = backfill if refused == unit else unit
            because = "unit_not_lent" if refused == unit else "backfill_refused"
            assert states[other] == ("withdrawn", because)
        open_ones = await record.read(lambda reader: reader.list_incidents(active_only=True))
        assert open_ones == []


async def test_what_was_granted_is_not_undone_by_the_others_no(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=EVERYBODY) as world:
        behind = Posting(unit_id=UnitId("e1"), post=StationId("cedar"))
        row = await ask(world, "c1", backfill=behind)
        await world.accept(row["request"])
        one = next(r for r in await world.requests() if r.unit_id == "e1")
        await decline(world, one.id, by="elm")
        await settle(world)
        assert await state_of(world, row["incident"]["id"]) is IncidentState.ACTIVE
        assert await world.status_of("c1") is UnitStatus.DISPATCHED


async def test_a_backfill_comes_from_a_partner_of_both(record: SqlStore, clock: ManualClock) -> None:
    texts = (agreement_text("cedar", "harlow"), agreement_text("elm", "cedar", floor=0))
    async with open_world(record, clock, agreements=texts) as world:
        with pytest.raises(Invalid) as refused:
            await ask(world, "c1", backfill=Posting(unit_id=UnitId("e1"), post=StationId("cedar")))
        assert refused.value.path == "backfill.unit"


async def test_a_retry_opens_no_second_standby(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        wanted = StandbyAsk(posting=Posting(unit_id=UnitId("c1"), post=HARLOWS))
        twice = replace(meta("harlow"), key="once")
        first = await world.services.standby.asks.ask(twice, HARLOW, wanted)
        assert await world.services.standby.asks.ask(twice, HARLOW, wanted) == first
        assert len(await world.requests()) == 1


async def decline(world: World, request_id: RequestId, *, by: str) -> None:
    from dispatch.aid.request import DeclineReason

    await world.services.requests.decline(meta(by), request_id, reason=DeclineReason.WEATHER)


@pytest.mark.parametrize(
    "status", [UnitStatus.AVAILABLE, UnitStatus.TRANSPORTING, UnitStatus.OUT_OF_SERVICE, UnitStatus.UNKNOWN]
)
async def test_what_a_crew_reports_at_its_post_ends_no_loan(
    store: SqlStore, clock: ManualClock, status: UnitStatus
) -> None:
    async with open_world(store, clock) as world:
        standby = await stand_by(world, "c1")
        clock.advance(seconds=5)
        await world.say(status, "c1")
        await settle(world)
        live = await store.read(lambda reader: reader.get_assignment(standby))
        assert (live.state.value, live.end_reason) == ("on_scene", "")
        assert await state_of(world, live.incident_id) is IncidentState.ACTIVE
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        offered = [unit["unit"] for unit in shown["candidates"] if unit["stands_by"]]
        assert offered == (["c1"] if status is UnitStatus.AVAILABLE else [])
        assert (await store.read(verify_store)).ok


async def test_a_unit_that_is_available_at_its_post_goes_home_when_it_is_released(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        standby = await stand_by(world, "c1")
        clock.advance(seconds=5)
        await world.say(UnitStatus.AVAILABLE, "c1")
        await world.services.assignments.release(meta("harlow"), standby)
        assert await world.status_of("c1") is UnitStatus.AVAILABLE_DELAYED
        clock.advance(seconds=5)
        await world.say(UnitStatus.AVAILABLE, "c1")
        assert world.core.world.find_live_assignment(UnitId("c1")) is None
        assert (await store.read(verify_store)).ok


async def test_an_own_unit_that_is_available_at_its_post_is_still_moved_up(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await ask(world, "h1")
        await world.say(UnitStatus.EN_ROUTE, "h1")
        clock.advance(seconds=5)
        await world.say(UnitStatus.AVAILABLE, "h1")
        assert world.core.world.find_live_assignment(UnitId("h1")) is not None
        assert world.core.world.covers[HARLOW].free == 2
        clock.advance(seconds=5)
        await world.say(UnitStatus.OUT_OF_SERVICE, "h1")
        assert world.core.world.find_live_assignment(UnitId("h1")) is not None
        assert world.core.world.covers[HARLOW].free == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (UnitStatus.UNKNOWN, "unknown_status"),
        (UnitStatus.TRANSPORTING, "not_available"),
        (UnitStatus.OUT_OF_SERVICE, "not_available"),
    ],
)
async def test_a_unit_of_which_nobody_knows_that_it_can_go_is_not_sent_on(
    record: SqlStore, clock: ManualClock, status: UnitStatus, code: str
) -> None:
    async with open_world(record, clock) as world:
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        clock.advance(seconds=5)
        await world.say(status, "c1")
        with pytest.raises(NotPermitted) as refused:
            await redirect(world, standby, incident_id)
        assert [reason["code"] for reason in refused.value.reasons] == [code]


async def test_an_own_unit_that_cannot_go_is_not_sent_on_from_its_post(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        row, incident_id = await ask(world, "h1"), await world.open()
        clock.advance(seconds=5)
        await world.say(UnitStatus.UNKNOWN, "h1")
        with pytest.raises(IllegalStep) as refused:
            await redirect(world, AssignmentId(row["assignment"]["id"]), incident_id)
        assert refused.value.because == "unit_not_available"


async def test_a_unit_that_is_sent_on_is_on_one_loan_since_it_was_lent(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        lent_at = clock()
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        clock.advance(seconds=2 * 3600)
        row = await redirect(world, standby, incident_id)
        mission = await store.read(lambda reader: reader.get_assignment(AssignmentId(row["id"])))
        assert (mission.continues, mission.lent_since, mission.assigned_at) == (standby, lent_at, clock())
        clock.advance(seconds=600)
        work = world.core.world.work_of_crews([CEDAR])[UnitId("c1")]
        facts = crew_facts(world.core.world.picture.state(UnitId("c1")), work, now=clock())
        assert (facts.aid_missions_this_shift, facts.out_of_area_seconds) == (1, 2 * 3600 + 600)
        assert (await store.read(verify_store)).ok


async def test_a_crew_that_would_be_out_too_long_is_sent_on_to_critical_calls_only(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        standby, critical = await stand_by(world, "c1"), await world.open()
        lesser = replace(draft(jurisdiction="harlow"), priority=Priority.LOWER_ACUITY)
        lesser_id = IncidentId((await world.services.incidents.open(meta("harlow"), lesser))["id"])
        clock.advance(seconds=170 * 60)
        await world.say(UnitStatus.AVAILABLE, "c1")
        shown = await world.services.recommendations.recommend(meta("harlow"), lesser_id)
        assert "c1" not in [unit["unit"] for unit in shown["candidates"]]
        with pytest.raises(NotPermitted) as refused:
            await redirect(world, standby, lesser_id)
        assert [reason["code"] for reason in refused.value.reasons] == ["crew_out_of_area"]
        assert (await redirect(world, standby, critical))["state"] == "dispatched"


@pytest.mark.parametrize("second", ["stands_by", "asked"])
async def test_a_post_stays_open_under_a_second_unit_until_that_one_is_gone_too(
    store: SqlStore, clock: ManualClock, second: str
) -> None:
    async with open_world(store, clock) as world:
        standby, incident_id = await stand_by(world, "c1"), await world.open()
        post_id = (await store.read(lambda reader: reader.get_assignment(standby))).incident_id
        request = await ask_second(world, post_id, "c2")
        if second == "stands_by":
            await world.accept(request)
        clock.advance(seconds=5)
        await redirect(world, standby, incident_id)
        await settle(world)
        assert await state_of(world, post_id) is IncidentState.ACTIVE
        if second == "asked":
            await decline(world, RequestId(request["id"]), by="cedar")
        else:
            [other] = world.core.world.list_assignments_of(post_id)
            await redirect(world, other.id, incident_id)
        await settle(world)
        assert await state_of(world, post_id) is IncidentState.CLOSED
        assert (await store.read(verify_store)).ok


async def ask_second(world: World, post_id: IncidentId, unit: str) -> Mapping[str, Any]:
    """As another process may have asked: no use case here asks twice for one post."""
    core = world.core

    def write(tx: Tx) -> Mapping[str, Any]:
        question = Question(
            incident_id=post_id,
            unit=core.world.region.units[UnitId(unit)],
            eta=Eta(seconds=900, basis="straight_line"),
            recommendation_id=None,
        )
        asked = put_question(tx, meta("harlow"), question, world=core.world, ids=core.ids, now=core.clock())
        return request_row(tx, asked, viewer=meta("harlow").actor)

    return await core.store.write(write)


async def test_a_unit_that_stands_by_unseen_comes_from_its_post_and_says_so(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        await stand_by(world, "c1")
        incident_id = await world.open()
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        by_unit = {one["unit"]: one for one in (*shown["own"], *shown["candidates"])}
        there, own = by_unit["c1"], by_unit["h1"]  # at the same station, of whichever home
        assert there["eta_seconds"] == own["eta_seconds"] < by_unit["c2"]["eta_seconds"] - 600
        assert (there["position_basis"], there["arrival"]["basis"][1]) == ("post", "post")
        assert "post_positions" in shown["degraded"]
        [standby] = world.core.world.list_standing_by()
        sent = await redirect(world, standby.id, incident_id)
        mission = await record.read(lambda reader: reader.get_assignment(AssignmentId(sent["id"])))
        assert mission.predicted_seconds == there["eta_seconds"]


async def test_on_its_way_to_its_post_unseen_it_may_be_as_far_away_as_its_station(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        asked = await ask(world, "c1")
        await world.accept(asked["request"])
        await world.say(UnitStatus.EN_ROUTE, "c1")
        shown = await world.services.recommendations.recommend(meta("harlow"), await world.open())
        by_unit = {one["unit"]: one for one in shown["candidates"]}
        there, home = by_unit["c1"], by_unit["c2"]
        assert there["eta_seconds"] == home["eta_seconds"]
        assert there["position_basis"] == "to_post"
        assert there["arrival"]["high_seconds"] > there["eta_seconds"] + (
            home["arrival"]["high_seconds"] - home["arrival"]["expected_seconds"]
        )
