"""What is signed, suspended or over shows at once: in decisions, on boards, in other processes.

At the start only Cedar lends to Harlow; then Elm comes to it, whose units are near enough.
"""

from datetime import timedelta

import pytest

from dispatch.agreements.templates import Surge
from dispatch.model.clock import ManualClock
from dispatch.model.errors import NotPermitted
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.services.agreement_texts import Sent
from dispatch.services.bus import LocalBus
from dispatch.services.escalation import RETRY
from dispatch.store.store import SqlStore, open_store
from tests.databases import PostgresServer
from tests.make_pact import Desk, admin, pact_text
from tests.make_standing import bring_home, lend
from tests.make_world import MUTUAL, World, meta, open_world

pytestmark = pytest.mark.anyio

CEDAR_LENDS = MUTUAL[:1]
ELM_PACT = AgreementId("elm-harlow")


async def lenders(world: World) -> set[str]:
    """Who could send something to a new incident of Harlow's."""
    shown = await world.services.recommendations.recommend(meta("harlow"), await world.open())
    return {candidate["lender"] for candidate in shown["candidates"]}


async def reasons_of(world: World, unit: str) -> set[str]:
    with pytest.raises(NotPermitted) as refused:
        await world.ask(await world.open(), unit)
    return {reason["code"] for reason in refused.value.reasons}


async def test_a_new_agreement_is_used_without_a_restart_and_no_more_once_it_rests(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        draft = await desk.draft()
        assert "elm" not in await lenders(world)
        proposed = await desk.propose(draft)
        await desk.sign(proposed, "elm")
        assert "elm" not in await lenders(world)
        await desk.sign(proposed, "harlow")
        assert "elm" in await lenders(world)
        assert (await world.ask(await world.open(), "e1"))["agreement"] == ELM_PACT
        await desk.suspend("elm")
        assert "elm" not in await lenders(world)
        assert await reasons_of(world, "e1") == {"suspended"}
        await world.services.agreement_steps.resume(admin("elm"), ELM_PACT)
        shown = await world.services.recommendations.recommend(meta("harlow"), await world.open())
        [again] = [one for one in shown["refusals"] if one["unit"] == "e1"]
        assert {reason["code"] for reason in again["reasons"]} == {"promised"}


async def test_boards_gain_and_lose_the_partners_units_with_the_commit(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        harlow, elm, gale = world.look("harlow"), world.look("elm"), world.look("gale")
        proposed = await desk.propose(await desk.draft())
        await desk.sign(proposed, "elm")
        assert "e1" not in harlow.rows["units"]
        frames = len(gale.frames)
        await desk.sign(proposed, "harlow")
        assert "e1" in harlow.rows["units"]
        assert {"h1", "h2"} <= set(elm.rows["units"])
        assert "elm" in harlow.rows["covers"]
        await desk.suspend("elm")
        assert "e1" not in harlow.rows["units"]
        assert not {"h1", "h2"} & set(elm.rows["units"])
        assert "elm" not in harlow.rows["covers"]
        assert len(gale.frames) == frames
        for place, sheet in (("harlow", harlow), ("elm", elm)):
            assert sheet.rows == world.look(place).rows


async def test_a_rest_and_a_notice_end_by_the_clock_alone(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        await desk.conclude()
        await desk.suspend("elm", ends_at=clock() + timedelta(minutes=10))
        board = world.look("harlow")
        assert "e1" not in board.rows["units"]
        clock.advance(seconds=600)
        world.services.hub.send_beats()
        assert "e1" in board.rows["units"]
        await world.services.agreement_steps.give_notice(admin("harlow"), ELM_PACT, reason="r")
        clock.advance(seconds=30 * 86_400 - 1)
        world.services.hub.send_beats()
        assert "e1" in board.rows["units"]
        clock.advance(seconds=1)
        world.services.hub.send_beats()
        assert "e1" not in board.rows["units"]


async def test_a_surge_pact_opens_the_boards_at_once_and_closes_them_when_its_hours_are_over(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        surge = Surge(partner=JurisdictionId("elm"), hours=2, keep=0)
        board = world.look("harlow")
        draft = await world.services.agreements.create_surge(admin("harlow"), surge)
        proposed = await world.services.agreement_steps.propose_new(admin("harlow"), draft)
        for place in ("harlow", "elm"):
            await desk.sign(proposed, place)
        assert "e1" in board.rows["units"]
        assert "elm" in await lenders(world)
        clock.advance(seconds=2 * 3600)
        world.services.hub.send_beats()
        assert "e1" not in board.rows["units"]
        assert "elm" not in await lenders(world)


async def test_aid_under_way_finishes_under_its_version(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        await desk.conclude()
        incident = await world.open()
        await world.accept(await world.ask(incident, "e1"))
        board = world.look("harlow")
        second = await desk.propose(await desk.edit("elm", floor=1), "elm")
        clock.advance(seconds=1)
        for place in ("harlow", "elm"):
            await desk.sign(second, place)
        await desk.suspend("elm")
        [assignment] = world.core.world.list_assignments_of(incident)
        assert (assignment.agreement_id, assignment.agreement_version) == (ELM_PACT, 1)
        assert board.rows["units"]["e1"]["lent_to"] == "harlow"
        await world.say("en_route", "e1")
        assert board.rows["units"]["e1"]["status"] == "en_route"


async def test_an_outstanding_offer_is_judged_by_what_binds_when_it_is_accepted(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        await desk.conclude()
        request = await world.ask(await world.open(), "e1")
        await desk.suspend("harlow")
        with pytest.raises(NotPermitted):
            await world.accept(request)
        await world.services.agreement_steps.resume(admin("harlow"), ELM_PACT)
        assert (await world.accept(request))["state"] == "accepted"


async def test_a_signature_brings_a_unit_to_a_call_that_had_nobody_left_to_ask(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS, on_duty=("e1", "c1", "c2")) as world:
        desk = await Desk(world, lender="elm").open()
        incident = await world.open()
        await world.ask(incident, "c1")
        await world.pass_time(61)  # nobody answers, and the floor keeps Cedar's other unit
        await world.pass_time(61)
        proposed = await desk.propose(await desk.draft())
        for place in ("harlow", "elm"):
            await desk.sign(proposed, place)
        await world.pass_time(RETRY.total_seconds())
        asked = {request.unit_id: request.state for request in await world.requests()}
        assert asked["e1"] == "offered"


async def test_a_decision_hears_a_suspension_that_this_process_has_not_heard_of_yet(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        await desk.conclude()
        with monkeypatch.context() as unheard:
            unheard.setattr(record, "_listeners", [])
            await desk.suspend("elm")
        assert await reasons_of(world, "e1") == {"suspended"}


async def test_an_offer_is_not_accepted_under_an_agreement_that_another_one_has_taken_the_place_of(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        await desk.conclude()
        request = await world.ask(await world.open(), "e1")
        instead = pact_text(lender="elm").replace("id: elm-harlow", "id: instead", 1)
        instead += '  - {id: "9", type: precedence, rank: 50, supersedes: [elm-harlow]}\n'
        draft = await world.services.agreements.create(admin("harlow"), Sent(text=instead))
        proposed = await desk.propose(draft)
        for place in ("harlow", "elm"):
            await desk.sign(proposed, place)
        with pytest.raises(NotPermitted):
            await world.accept(request)


async def test_a_cap_per_day_counts_what_was_lent_before_this_process_heard_of_the_cap(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        await desk.conclude()
        await bring_home(world, await lend(world, "e1"))
        capped = pact_text(lender="elm") + '  - {id: "9", type: daily_cap, at_most: 1}\n'
        with monkeypatch.context() as unheard:
            unheard.setattr(record, "_listeners", [])
            edit = world.services.agreements.edit
            draft = await edit(admin("harlow"), ELM_PACT, Sent(text=capped), revision=None)
            proposed = await desk.propose(draft)
            for place in ("harlow", "elm"):
                await desk.sign(proposed, place)
        assert await reasons_of(world, "e1") == {"daily_cap"}


async def test_another_process_follows_what_was_signed_and_suspended(
    postgres: PostgresServer, clock: ManualClock
) -> None:
    url = postgres.create_database()
    left, right = open_store(url, clock=clock), open_store(url, clock=clock)
    async with (
        open_world(left, clock, agreements=CEDAR_LENDS, bus=LocalBus()) as here,
        open_world(right, clock, agreements=CEDAR_LENDS, bus=LocalBus(), on_duty=()) as there,
    ):
        desk = await Desk(here, lender="elm").open()
        board = there.look("harlow")
        follower = there.services.background and there.services.background.follower
        assert follower
        for step, seen in ((desk.conclude, True), (lambda: desk.suspend("elm"), False)):
            await step()
            await follower.catch_up()
            assert ("e1" in board.rows["units"]) is seen
        assert there.core.world.book.agreements == here.core.world.book.agreements
    await left.close()
    await right.close()
    postgres.drop_database(url)


async def test_a_draft_enters_no_decision_whatever_it_says(record: SqlStore, clock: ManualClock) -> None:
    async with open_world(record, clock, agreements=CEDAR_LENDS) as world:
        desk = await Desk(world, lender="elm").open()
        before = world.core.world.book
        await desk.draft()
        stricter = pact_text(lender="cedar", floor=9, version=1)
        edited = await world.services.agreements.edit(
            admin("harlow"), AgreementId("cedar-harlow"), Sent(text=stricter), revision=None
        )
        assert (edited["state"], edited["version"]) == ("draft", 2)
        assert world.core.world.book is before
        assert "cedar" in await lenders(world)
