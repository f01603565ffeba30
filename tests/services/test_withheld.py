"""What the parties do not show each other, by their data sharing clause."""

import orjson
import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, AssignmentId, UnitId
from dispatch.services.agreement_texts import Sent
from dispatch.services.intake import UnitReport
from dispatch.store.store import SqlStore
from tests.make_pact import Desk, admin
from tests.make_standing import text_of
from tests.make_world import CEDAR, World, centre_of, meta, open_world

pytestmark = pytest.mark.anyio

HIDES_PLACES = text_of('id: "30.1", type: data_sharing, withhold: [exact_position]')
HIDES_NATURE = text_of('id: "30.1", type: data_sharing, withhold: [call_nature]')


async def report_place(world: World, unit: str, position: Point) -> None:
    world.clock.advance(seconds=20)
    at = world.clock()
    await world.report(unit[0], UnitReport(unit_id=UnitId(unit), at=at, status=None, position=position))
    world.services.hub.send_positions()


async def test_partners_see_no_position_until_the_unit_works_for_them(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=[HIDES_PLACES]) as world:
        await report_place(world, "c1", Point(lon=centre_of(CEDAR).lon, lat=40.1))
        ours, theirs = world.look("harlow"), world.look("cedar")
        shown = ours.rows["units"]["c1"]
        assert (shown["lon"], shown["lat"], shown["position_at"], shown["coarse"]) == (None,) * 4
        assert (shown["status"], shown["call_sign"]) == ("available", "C1")
        assert theirs.rows["units"]["c1"]["lon"] is not None
        before = len(ours.frames)
        await report_place(world, "c1", Point(lon=centre_of(CEDAR).lon, lat=40.101))
        assert not any(b"c1" in orjson.dumps(frame) for frame in ours.frames[before:])
        await world.accept(await world.ask(await world.open(), "c1"))
        assert ours.rows["units"]["c1"]["coarse"] is False
        await report_place(world, "c1", Point(lon=centre_of(CEDAR).lon, lat=40.102))
        assert ours.rows["units"]["c1"]["lat"] == 40.102
        [loan] = ours.rows["assignments"].values()
        await world.services.assignments.release(meta("harlow"), AssignmentId(loan["id"]))
        clock.advance(seconds=1)
        await world.say("available", "c1")
        assert ours.rows["units"]["c1"]["lat"] is None


async def test_an_open_board_loses_the_places_that_a_new_version_withholds(
    record: SqlStore, clock: ManualClock
) -> None:
    """Between the same partners: nothing but the clause has changed, and no unit has moved."""
    async with open_world(record, clock, agreements=[HIDES_NATURE]) as world:
        desk = await Desk(world, lender="cedar").open()
        await report_place(world, "c1", Point(lon=centre_of(CEDAR).lon, lat=40.1))
        board = world.look("harlow")
        assert board.rows["units"]["c1"]["lat"] is not None
        edit, actor = world.services.agreements.edit, admin("harlow")
        sent = Sent(text=HIDES_PLACES.partition("signatures:")[0])
        proposed = await desk.propose(await edit(actor, AgreementId("cedar-harlow"), sent, revision=None))
        await desk.sign(proposed, "cedar")
        assert board.rows["units"]["c1"]["lat"] is not None
        await desk.sign(proposed, "harlow")
        assert board.rows["units"]["c1"]["lat"] is None


async def test_without_the_clause_partners_see_the_cell(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[HIDES_NATURE]) as world:
        await report_place(world, "c1", Point(lon=centre_of(CEDAR).lon, lat=40.1))
        shown = world.look("harlow").rows["units"]["c1"]
        assert (shown["coarse"], shown["lat"] is not None) == (True, True)


async def test_the_lender_hears_the_nature_when_it_has_said_yes(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=[HIDES_NATURE]) as world:
        theirs, ours = world.look("cedar"), world.look("harlow")
        asked = await world.ask(await world.open(), "c1")
        assert asked["nature"] == "Cardiac arrest"
        [seen] = theirs.rows["requests"].values()
        assert (seen["nature"], seen["priority"]) == (None, "critical")
        assert "Cardiac" not in orjson.dumps(theirs.frames).decode()
        await world.accept(asked)
        [seen] = theirs.rows["requests"].values()
        assert seen["nature"] == "Cardiac arrest"
        assert [row["nature"] for row in ours.rows["requests"].values()] == ["Cardiac arrest"]
