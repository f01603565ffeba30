"""A lender whose own calls wait for all its free units is not asked; it is warned, and may say yes."""

from dataclasses import replace

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import NotPermitted
from dispatch.model.geo import Point
from dispatch.model.ids import StationId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitStatus
from dispatch.services.standbys import Posting, StandbyAsk
from dispatch.store.store import SqlStore
from tests.make_world import HARLOW, agreement_text, draft, meta, open_world

pytestmark = pytest.mark.anyio

CEDARS = Point(lon=-99.7, lat=40.1)
MORE = (agreement_text("cedar", "harlow"), agreement_text("elm", "harlow", kind="automatic", floor=0))


async def test_a_lender_with_such_a_call_of_its_own_is_not_asked_but_may_say_yes(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=MORE) as world:
        incident_id = await world.open()
        request = await world.ask(incident_id, "c1")
        for _ in ("c2", "c3"):
            await world.open("cedar", position=CEDARS)
        shown = await world.services.recommendations.recommend(meta("harlow"), incident_id)
        why = {one["unit"]: [r["code"] for r in one["reasons"]] for one in shown["refusals"]}
        assert why["c2"] == ["own_call_waiting"]
        with pytest.raises(NotPermitted) as refused:
            await world.ask(incident_id, "c2")
        assert refused.value.reasons[0]["sentence"] == (
            "Cedar has a call of its own that waits for ALS ambulances, at least as urgent"
        )
        assert (await world.accept(request))["state"] == "accepted"


async def test_the_lenders_board_warns_as_soon_as_such_a_call_of_its_own_waits(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        sheets = {place: world.look(place) for place in ("cedar", "harlow")}
        await world.say(UnitStatus.OUT_OF_SERVICE, "c3")
        request = await world.ask(await world.open(), "c1")

        def warned(place: str) -> list[str]:
            return [one["code"] for one in sheets[place].rows["requests"][request["id"]]["warnings"]]

        own = await world.open("cedar", position=CEDARS)
        assert warned("cedar") == [], "c2 can go to it"
        await world.say(UnitStatus.OUT_OF_SERVICE, "c2")
        assert (warned("cedar"), warned("harlow")) == (["own_call_waiting"], [])
        await world.say(UnitStatus.AVAILABLE, "c3")
        assert warned("cedar") == []
        await world.open("cedar", position=CEDARS)
        assert warned("cedar") == ["own_call_waiting"]
        await world.services.assignments.assign_own(meta("cedar"), own, UnitId("c3"))
        assert warned("cedar") == ["own_call_waiting"], "nobody is left but c1"
        await world.say(UnitStatus.AVAILABLE, "c2")
        assert warned("cedar") == []


async def test_aid_that_nobody_is_asked_about_waits_for_the_lenders_own_call(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=MORE) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, "e2")
        incident_id = await world.open()
        await world.open("elm", position=Point(lon=-99.5, lat=40.1))
        with pytest.raises(NotPermitted):
            await world.ask(incident_id, "e1")
        await world.say(UnitStatus.AVAILABLE, "e2")
        assert (await world.ask(incident_id, "e1"))["state"] == "accepted"
        with pytest.raises(NotPermitted):
            await world.ask(await world.open(), "e2")


async def test_a_less_urgent_call_of_its_own_holds_nobody_back(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock) as world:
        await world.say(UnitStatus.OUT_OF_SERVICE, "c3")
        incident_id = await world.open()
        lesser = replace(draft(jurisdiction="cedar", position=CEDARS), priority=Priority.LOWER_ACUITY)
        for _ in ("c1", "c2"):
            await world.services.incidents.open(meta("cedar"), lesser)
        to_harlow = Posting(unit_id=UnitId("c2"), post=StationId("harlow"))
        with pytest.raises(NotPermitted):
            await world.services.standby.asks.ask(meta("harlow"), HARLOW, StandbyAsk(posting=to_harlow))
        assert (await world.ask(incident_id, "c1"))["state"] == "offered"


async def test_a_call_that_a_neighbours_unit_has_left_holds_no_unit_back(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=(*MORE, agreement_text("elm", "cedar"))) as world:
        own = await world.open("cedar", position=CEDARS)
        await world.accept(await world.ask(own, "e1", by="cedar"))
        await world.say(UnitStatus.ON_SCENE, "e1")
        clock.advance(seconds=1)
        await world.say(UnitStatus.AVAILABLE, "e1")
        await world.say(UnitStatus.OUT_OF_SERVICE, "c3")
        request = await world.ask(await world.open(), "c1")
        await world.say(UnitStatus.OUT_OF_SERVICE, "c2")
        sheet = world.look("cedar")
        assert sheet.rows["requests"][request["id"]]["warnings"] == []
